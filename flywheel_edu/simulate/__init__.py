"""From a model to numbers: programs, integrators, runs."""

from .run import METHODS, Run, simulate

__all__ = ["METHODS", "Run", "simulate"]
