"""Draw the curve you expect; only then see the run."""
