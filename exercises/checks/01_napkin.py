"""Exercise 1, the napkin: what is checked for the student, and what the wrong turns are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wrong_turns import OF_A_LIMIT

from flywheel_edu.causal.lint import lint
from flywheel_edu.causal.loops import find_loops
from flywheel_edu.causal.sketch import read_sketch
from flywheel_edu.exercises.comparing import close, shown
from flywheel_edu.exercises.parts import Answer, Given, Misconception, Parameter, Property, Task
from flywheel_edu.exercises.selfcheck import Exercise

Arrow = tuple[str, str]

COST: dict[Arrow, int] = {
    ("traffic", "growth"): 1,
    ("growth", "cost_structure"): -1,
    ("cost_structure", "prices"): 1,
    ("prices", "customer_experience"): -1,
    ("customer_experience", "traffic"): 1,
}
DELIVERY: dict[Arrow, int] = {
    ("traffic", "warehouses"): 1,
    ("warehouses", "delivery_days"): -1,
    ("delivery_days", "customer_experience"): -1,
    ("customer_experience", "traffic"): 1,
}


def _drawn(arrows: dict[Arrow, int], late: Sequence[Arrow] = (), **changed: int) -> Any:
    """The sketch of these arrows, with other signs at the causes that are named."""
    lines = []
    for (cause, effect), sign in arrows.items():
        mark = "+" if changed.get(cause, sign) > 0 else "-"
        delay = " delayed" if (cause, effect) in late else ""
        lines.append(f"{cause} -> {effect} {mark}{delay}")
    return read_sketch("\n".join(lines))


def _is_sketch(answer: Answer, given: Given) -> bool:
    sketch = answer()
    return hasattr(sketch, "edges") and sketch.number_of_edges() > 0


def _has(arrows: dict[Arrow, int]) -> Callable[[Answer, Given], bool]:
    """Whether all arrows are drawn, whatever their signs."""
    return lambda f, g: all(f().has_edge(*arrow) for arrow in arrows)


def _sign(answer: Answer, cause: str, effect: str) -> int | None:
    sign: int | None = answer().edges[cause, effect]["sign"]
    return sign


def _settled(answer: Answer, given: Given) -> bool:
    return all(sign in (1, -1) for _, _, sign in answer().edges(data="sign"))


def _all_plus(arrows: dict[Arrow, int]) -> Callable[[Answer, Given], bool]:
    return lambda f, g: all(_sign(f, *arrow) == 1 for arrow in arrows)


def _kinds(answer: Answer) -> set[str]:
    return {loop.kind for loop in find_loops(answer())}


def _touching(answer: Answer, given: Given) -> bool:
    """Whether a balancing loop goes through something that a reinforcing loop goes through."""
    loops = find_loops(answer())
    turning = {q for loop in loops if loop.kind == "reinforcing" for q in loop.quantities}
    return any(turning & set(loop.quantities) for loop in loops if loop.kind == "balancing")


def _rules(answer: Answer) -> set[str]:
    return {finding.rule for finding in lint(answer())}


def _of_sketch(says: str, holds: Callable[[Answer, Given], bool]) -> Property:
    """A property of a sketch; where it does not hold, the arrows are shown."""
    return Property(says, holds, lambda f, g: f"You drew: {shown(f())}.")


_SKETCH = Property("It gives a sketch: end with return fw.read_sketch(...).", _is_sketch)

EXERCISE = Exercise(
    id="01_napkin",
    parameters=[
        Parameter("before", 80, 120, 1, "USD/share"),
        Parameter("after", 5, 30, 0.5, "USD/share"),
    ],
    tasks=[
        Task(
            "loop_kind",
            [
                Property(
                    "It gives 'reinforcing' or 'balancing'.",
                    lambda f, g: f([1, 1]) in ("reinforcing", "balancing"),
                ),
                Property(
                    "A circle without a minus feeds itself.",
                    lambda f, g: f([1, 1, 1]) == "reinforcing",
                ),
                Property(
                    "One more minus turns the kind round, wherever it stands.",
                    lambda f, g: f([1, -1, 1]) != f([1, -1, -1]),
                ),
            ],
            [
                Misconception(
                    "any minus balances",
                    lambda signs: "balancing" if -1 in signs else "reinforcing",
                    "a fall that is turned round by a second minus is a rise again.",
                ),
                Misconception(
                    "the majority decides",
                    lambda signs: "balancing" if sum(signs) < 0 else "reinforcing",
                    "signs are not votes. Go round once, beginning with a rise.",
                ),
                Misconception(
                    "the two kinds exchanged",
                    lambda signs: "reinforcing" if signs.count(-1) % 2 else "balancing",
                    "a circle of pluses alone feeds itself: which kind is that?",
                ),
            ],
            [
                "Go round once with a finger. Begin with a rise. What comes back?",
                "Each minus turns the direction round. What do two of them do together?",
                "Only one thing about the number of minuses counts.",
            ],
            probes=[
                ([1, 1, 1],),
                ([1, -1, 1],),
                ([-1, -1, 1],),
                ([-1, -1, -1],),
                ([-1, 1, -1, 1],),
            ],
            gives="text",
        ),
        Task(
            "cost_circle",
            [
                _SKETCH,
                _of_sketch(
                    "It has the five arrows of the circle, under the names of the task.",
                    _has(COST),
                ),
                _of_sketch("Every arrow has its sign.", _settled),
                _of_sketch(
                    "The circle feeds itself, as the one of the article does.",
                    lambda f, g: _kinds(f) == {"reinforcing"},
                ),
                _of_sketch(
                    "Each arrow, alone, says whether its effect rises or falls as its cause rises.",
                    lambda f, g: sum(_sign(f, *arrow) == -1 for arrow in COST) == 2,
                ),
            ],
            [
                Misconception(
                    "signs of the old names",
                    lambda g: _drawn(COST, growth=1, prices=1),
                    "'lower prices' are now called 'prices'. Their signs have to turn round.",
                    looks_like=_all_plus(COST),
                ),
                Misconception(
                    "total for average cost",
                    lambda g: _drawn(COST, growth=1),
                    "cost_structure is the cost of one order, not of all of them.",
                    looks_like=lambda f, g: _sign(f, "growth", "cost_structure") == 1,
                ),
                Misconception(
                    "a plus for what is good",
                    lambda g: _drawn(COST, cost_structure=-1),
                    "a sign is not a judgement: it only says whether two things move alike.",
                    looks_like=lambda f, g: _sign(f, "cost_structure", "prices") == -1,
                ),
                Misconception(
                    "dear goods please",
                    lambda g: _drawn(COST, prices=1),
                    "what does a customer feel when the prices rise?",
                    looks_like=lambda f, g: _sign(f, "prices", "customer_experience") == 1,
                ),
            ],
            [
                "Write the five arrows first, with a ? for each sign.",
                "Read each arrow alone: 'if prices rise, the experience ...'.",
                "Two of the five arrows carry a minus.",
            ],
            gives="drawing",
        ),
        Task(
            "delivery_circle",
            [
                _SKETCH,
                _of_sketch(
                    "It has the four arrows of the circle, under the names of the task.",
                    _has(DELIVERY),
                ),
                _of_sketch("Every arrow has its sign.", _settled),
                _of_sketch(
                    "More traffic comes round as more traffic.",
                    lambda f, g: _kinds(f) == {"reinforcing"},
                ),
                _of_sketch(
                    "One arrow takes years. Mark it.",
                    lambda f, g: any(late for _, _, late in f().edges(data="delay")),
                ),
            ],
            [
                Misconception(
                    "speed for days",
                    lambda g: _drawn(
                        DELIVERY, [("traffic", "warehouses")], warehouses=1, delivery_days=1
                    ),
                    "more days are a slower delivery.",
                    looks_like=_all_plus(DELIVERY),
                ),
                Misconception(
                    "ignoring the delay",
                    lambda g: _drawn(DELIVERY),
                    "which of the four things cannot be had within a month?",
                    looks_like=lambda f, g: not any(late for *_, late in f().edges(data="delay")),
                ),
                Misconception(
                    "the delay where nothing waits",
                    lambda g: _drawn(DELIVERY, [("warehouses", "delivery_days")]),
                    "once the warehouse stands, its parcels are on the way the same day.",
                    looks_like=lambda f, g: (
                        not f().edges["traffic", "warehouses"]["delay"]
                        and f().edges["warehouses", "delivery_days"]["delay"]
                    ),
                ),
            ],
            [
                "Write the four arrows first. Then ask of each: the same way, or the opposite way?",
                "A number of days falls when delivery gets better.",
                "The word delayed stands behind the sign of the arrow that waits for builders.",
            ],
            gives="drawing",
        ),
        Task(
            "with_limit",
            [
                _SKETCH,
                _of_sketch("Every arrow has its sign.", _settled),
                _of_sketch(
                    "There is still a circle that feeds itself.",
                    lambda f, g: "reinforcing" in _kinds(f),
                ),
                _of_sketch(
                    "There is a circle that holds back: it has an odd number of minuses.",
                    lambda f, g: "balancing" in _kinds(f),
                ),
                _of_sketch(
                    "The second circle acts on the first: they share a quantity.", _touching
                ),
                _of_sketch(
                    "No name says more, less, higher or lower.",
                    lambda f, g: "direction" not in _rules(f),
                ),
            ],
            OF_A_LIMIT,
            [
                "What gets scarce, crowded or dear when the shop is ten times as large?",
                "One arrow leads from the growing thing to the limit, one leads back.",
                "Of the two arrows, exactly one carries a minus.",
            ],
            gives="drawing",
        ),
        Task(
            "fall",
            [
                Property("A price that stays has not fallen.", lambda f, g: close(f(50, 50), 0)),
                Property(
                    "A price that halves has fallen by one half, dear or cheap.",
                    lambda f, g: close(f(80, 40), 0.5) and close(f(2, 1), 0.5),
                ),
                Property(
                    "A price can fall by no more than everything, which is 1.",
                    lambda f, g: 0 < f(90, 5) <= 1,
                ),
                Property(
                    "The further it falls, the larger the number.",
                    lambda f, g: f(90, 5) > f(90, 30),
                ),
            ],
            [
                Misconception(
                    "the wrong base",
                    lambda before, after: (before - after) / after,
                    "a fall is measured against what was there before.",
                ),
                Misconception(
                    "what is left",
                    lambda before, after: after / before,
                    "that is the part that remains.",
                ),
                Misconception(
                    "an amount for a share",
                    lambda before, after: before - after,
                    "five dollars are much of ten dollars and little of a hundred.",
                ),
            ],
            [
                "How many dollars were lost? Out of how many?",
                "Divide by what was there at the start.",
                "Check: from 80 to 60 a quarter is lost.",
            ],
            probes=[(100.0, 20.0), (64.0, 16.0), (5.0, 4.0)],
            gives="number",
        ),
        Task(
            "way_back",
            [
                Property("The price rises: a number above 0.", lambda f, g: f() > 0),
                Property(
                    "The way back up is longer, in per cent, than the way down was.",
                    lambda f, g: f() > 1.0001 * (g["before"] - g["after"]) / g["before"],
                ),
                Property(
                    "It is a fraction: with so much on top, the low price is the old one again.",
                    lambda f, g: abs(g["after"] * (1 + f()) - g["before"]) < 1e-3 * g["before"],
                    lambda f, g: (
                        f"You gave {shown(f())}. {g['after']:g} dollars become "
                        f"{g['after'] * (1 + f()):.2f} with it."
                    ),
                ),
            ],
            [
                Misconception(
                    "up as far as down",
                    lambda g: (g["before"] - g["after"]) / g["before"],
                    "after a fall there is less to gain a per cent of.",
                ),
                Misconception(
                    "the factor for the rise",
                    lambda g: g["before"] / g["after"],
                    "what doubles has risen by 1, that is by 100 %.",
                ),
            ],
            [
                "Where does the way back begin?",
                "The same dollars are now measured against the low price.",
                "A price that has halved must double: it must rise by 1.",
            ],
            gives="number",
        ),
    ],
)
