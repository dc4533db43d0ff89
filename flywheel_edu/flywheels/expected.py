"""What a model should do, written down beside it before it is run: ``NAME.expected``.

    piles = ["cash"]                # stocks that pile up for ever
    measured = "shop.csv"           # what promises of the model are compared with

    [loops]                         # without the loop there is, on average over the run, ...
    Growth = "less customers"

    [awake]                         # numbers that wake a loop which sleeps as the model stands
    push = 500

    [rest]                          # it comes to rest, with its pushes and drifts set so
    word_of_mouth = 0

    [[extreme]]                     # an extreme condition
    says = "no customers: no orders"
    set = { customers = 0 }         # givens, and what stocks open with
    ends = { orders = [0, 1e-9] }   # between two shares of where it usually ends

    [[known]]                       # a figure, between two of which the model's own must lie
    says = "20 million customers at the end of 2000 (letter of 2000)"
    at = 2001
    lies = { customers = [15e6, 25e6] }

It is TOML, and every part may be left out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flywheel_edu.errors import ModelError, closest
from flywheel_edu.model import Model

SUFFIX = ".expected"
_PARTS = ("piles", "loops", "awake", "rest", "extreme", "known", "measured")
_WAYS = {"more": 1, "less": -1, "fewer": -1}


@dataclass(frozen=True)
class Extreme:
    """An extreme condition: the numbers that make it, and between which shares something ends."""

    says: str
    numbers: Mapping[str, float]
    quantity: str
    low: float
    high: float


@dataclass(frozen=True)
class Known:
    """A figure from outside: at some time, a quantity lies between two values, in its unit."""

    says: str
    at: float
    quantity: str
    low: float
    high: float


@dataclass(frozen=True)
class Expected:
    """What one model should do."""

    # For each loop, whether there is more (1) or less (-1) of a quantity when it is cut.
    loops: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    # Givens for the experiment with the loops, and for coming to rest; ``rest`` is None if the
    # model need not.
    awake: Mapping[str, float] = field(default_factory=dict)
    rest: Mapping[str, float] | None = None
    extremes: tuple[Extreme, ...] = ()
    piles: tuple[str, ...] = ()  # stocks that pile up for ever, and on which nothing depends then
    known: tuple[Known, ...] = ()
    measured: Path | None = None  # a table of measured series beside the model, as `fit` reads it


def expected_of(model: Model, file: Path) -> Expected | None:
    """What is expected of the model of a file; None if nothing is written down beside it.

    Raises
    ------
    ModelError
        If the expectations cannot be read, or name what the model does not have.
    """
    place = file.with_suffix(SUFFIX)
    if not place.is_file():
        return None
    try:
        said = tomllib.loads(place.read_text(encoding="utf-8"))
        return _read(said, model, place.parent)
    except ModelError as problem:
        raise ModelError(f"{place.name}: {problem.message}", hint=problem.hint) from None
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise ModelError(
            f"{place.name}: {problem if isinstance(problem, ValueError) else 'a part is missing'}",
            hint="it is written as bass.expected is, beside the models of the library",
        ) from None


def _read(said: Mapping[str, Any], model: Model, folder: Path) -> Expected:
    for part in said:
        _known("part of a file of expectations", part, _PARTS)
    loops = {}
    for name, words in said.get("loops", {}).items():
        _known("loop of the model", name, [loop.name for loop in model.loops])
        way, _, quantity = words.partition(" ")
        _known("way a quantity can change", way, _WAYS)
        loops[name] = (_WAYS[way], _quantity(quantity, model))
    extremes = []
    for each in said.get("extreme", ()):
        ((quantity, (low, high)),) = each["ends"].items()
        numbers = _numbers(each["set"], model)
        extremes.append(Extreme(each["says"], numbers, _quantity(quantity, model), low, high))
    known = []
    for each in said.get("known", ()):
        ((quantity, (low, high)),) = each["lies"].items()
        known.append(Known(each["says"], float(each["at"]), _quantity(quantity, model), low, high))
    return Expected(
        loops,
        _numbers(said.get("awake", {}), model),
        _numbers(said["rest"], model) if "rest" in said else None,
        tuple(extremes),
        tuple(_quantity(name, model) for name in said.get("piles", ())),
        tuple(known),
        folder / said["measured"] if "measured" in said else None,
    )


def _numbers(said: Mapping[str, Any], model: Model) -> dict[str, float]:
    return {_quantity(name, model): float(value) for name, value in said.items()}


def _quantity(name: str, model: Model) -> str:
    return _known("quantity of the model", name, model)


def _known(what: str, name: str, known: Any) -> str:
    if name not in known:
        raise ModelError(
            f"no {what} is called '{name}'",
            hint=closest(name, known) or f"there are {', '.join(known)}",
        )
    return name
