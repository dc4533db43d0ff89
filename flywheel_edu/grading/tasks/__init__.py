"""The tasks of the course's exercises, one module each: `ex03_retail` has `EXERCISE`."""
