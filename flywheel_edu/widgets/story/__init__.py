"""A model unfolded piece by piece."""
