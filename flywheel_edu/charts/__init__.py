"""One look for charts, letters and pictures."""
