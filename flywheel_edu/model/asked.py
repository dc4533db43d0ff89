"""What a function says to somebody who hands it another kind of thing than a model."""

from __future__ import annotations

from flywheel_edu.errors import wrong_kind
from flywheel_edu.model.model import Model


def need_model(given: object, doing: str) -> None:
    """Refuse what is no model, before anything is asked of it.

    Parameters
    ----------
    given : anything
        What the reader handed in.
    doing : str
        The function and what it does with a model, as in "simulate runs".

    Raises
    ------
    FlywheelError

    Examples
    --------
    >>> need_model("retail", "simulate runs")
    Traceback (most recent call last):
    ...
    flywheel_edu.errors.FlywheelError: simulate runs a Model, not str
      hint: make one with load(name), read(path) or Model.parse(text)
    """
    if not isinstance(given, Model):
        make = "make one with load(name), read(path) or Model.parse(text)"
        raise wrong_kind(f"{doing} a Model", given, make)
