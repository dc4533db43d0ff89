"""Collected and packed."""
