"""Sliders beside the curves they move."""
