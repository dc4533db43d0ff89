"""A safe grader for notebooks in nbgrader's format."""
