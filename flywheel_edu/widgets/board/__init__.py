"""Several widgets and a text on one page."""
