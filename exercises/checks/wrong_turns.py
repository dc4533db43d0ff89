"""What comes back from exercise to exercise, wrong turns above all, said once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from flywheel_edu.causal.loops import find_loops
from flywheel_edu.causal.sketch import read_sketch
from flywheel_edu.exercises.comparing import close
from flywheel_edu.exercises.parts import Answer, Given, Misconception, Property

Levels = Sequence[float]


def fraction_taken_for_percent(
    wrong: Callable[..., Any],
    example: float,
    looks_like: Callable[[Answer, Given], bool] | None = None,
) -> Misconception:
    """Divides by 100 what is a fraction already.

    Examples
    --------
    >>> fraction_taken_for_percent(lambda staff, turnover: staff * turnover / 100, 1.5).says
    '1.5 already means 150 %.'
    """
    says = f"{example:g} already means {100 * example:g} %."
    return Misconception("percent for fraction", wrong, says, looks_like)


def not_changed(as_it_is: Callable[..., Any]) -> Misconception:
    """Runs the model as the library has it."""
    says = "change gives a new model; the old one stays as it was."
    return Misconception("the model was not changed", as_it_is, says)


# Of a function from a row of levels to its growth rates: what it has, and how it goes wrong.
GROWTH_RATES = (
    Property(
        "There is one rate fewer than there are levels.",
        lambda f, g: len(f([5.0, 6.0, 8.0, 9.0])) == 3,
    ),
    Property(
        "What doubles has grown by 1, which is 100 %.",
        lambda f, g: close(list(f([3.0, 6.0, 12.0])), [1, 1]),
    ),
    Property("What stays has grown by 0.", lambda f, g: close(list(f([7.0, 7.0])), [0])),
    Property(
        "Ten times as large a business with the same growth has the same rates.",
        lambda f, g: close(list(f([3.0, 4.0])), list(f([30.0, 40.0]))),
    ),
    Property(
        "From 3 to 4 is a rise by a third, and it is not rounded.",
        lambda f, g: close(list(f([3.0, 4.0])), [1 / 3]),
    ),
)

OF_GROWTH_RATES = (
    Misconception(
        "an amount for a rate",
        lambda levels: [after - before for before, after in pairwise(levels)],
        "ten more is much for a business of ten and nothing for one of a million.",
    ),
    Misconception(
        "the factor for the rate",
        lambda levels: [after / before for before, after in pairwise(levels)],
        "what stays as it is has a factor of 1 and a rate of 0.",
    ),
    Misconception(
        "the wrong base",
        lambda levels: [(after - before) / after for before, after in pairwise(levels)],
        "growth is measured against what was there before.",
    ),
    Misconception(
        "against the first year",
        lambda levels: [after / levels[0] - 1 for after in levels[1:]],
        "each year is set against the year before it.",
    ),
)


_WHEEL = "traffic -> sellers +\nsellers -> selection +\nselection -> traffic +\n"


def _kinds(answer: Answer) -> list[str]:
    return [loop.kind for loop in find_loops(answer())]


def _dead_end(answer: Answer, given: Given) -> bool:
    """Whether something is acted on and acts on nothing, with no balancing loop anywhere."""
    graph = answer()
    ends = [node for node in graph if graph.in_degree(node) and not graph.out_degree(node)]
    return bool(ends) and "balancing" not in _kinds(answer)


# Of a sketch in which something grows and a limit holds it back.
OF_A_LIMIT = (
    Misconception(
        "an effect without a return",
        lambda given: read_sketch(_WHEEL + "traffic -> crowding +"),
        "the limit must come back to what it limits. What does it act on?",
        looks_like=_dead_end,
    ),
    Misconception(
        "one more wheel",
        lambda given: read_sketch(_WHEEL + "traffic -> advertising +\nadvertising -> traffic +"),
        "this makes it turn faster still. What gets scarce as it grows?",
        looks_like=lambda f, g: set(_kinds(f)) == {"reinforcing"} and len(_kinds(f)) > 1,
    ),
    Misconception(
        "ignoring the limit",
        lambda given: read_sketch(_WHEEL),
        "nothing grows for ever. What gets scarce, crowded or dear as it does?",
        looks_like=lambda f, g: _kinds(f) == ["reinforcing"],
    ),
)
