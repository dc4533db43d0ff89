"""Notebooks read, released and aligned."""
