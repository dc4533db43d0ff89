"""Results told."""
