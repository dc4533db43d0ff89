"""Exercise 8, data and AI: what is checked for the student, and the wrong turns."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from wrong_turns import not_changed

from flywheel_edu.exercises.comparing import close
from flywheel_edu.exercises.parts import Given, Misconception, Parameter, Property, Task
from flywheel_edu.exercises.selfcheck import Exercise
from flywheel_edu.flywheels import load
from flywheel_edu.simulate import Run, simulate

_ENOUGH = 100_000  # buyers

Table = NDArray[Any]


def _missing(records: float, needs: float) -> float:
    return math.exp(-records / needs)


def _not_done(given: Given, whose: str) -> float:
    """What a store that stands still leaves undone, with the student's own numbers."""
    store = given[whose] * given["records_each"] * given["useful_life"]
    return _missing(store, given["needs"])


@cache
def _run(basic: float) -> Run:
    return simulate(load("data").change(basic=basic))


def _first_step(basic: float) -> int | None:
    """The first step with enough buyers, if there is one."""
    enough = _run(basic)["buyers"] >= _ENOUGH
    return int(enough.argmax()) if enough.any() else None


def _step_for_month(basic: float) -> float:
    step = _first_step(basic)
    return math.inf if step is None else float(step)


def _last_for_never(basic: float) -> float:
    step = _first_step(basic)
    return float(_run(basic).time[-1 if step is None else step])


@cache
def _drawn(town: int, purchases: int) -> tuple[Table, Table, Table]:
    rng = np.random.default_rng(town)
    tastes, traits = rng.normal(size=(1000, 4)), rng.normal(size=(60, 4))
    liking = np.exp(tastes @ traits.T)
    chance = liking / liking.sum(axis=1, keepdims=True)
    bought = rng.multinomial(purchases, chance)
    return chance, bought, rng.multinomial(1, chance).argmax(axis=1)


def _town(given: Given) -> tuple[Table, Table, Table]:
    """The student's own town: the chance of each good, what was bought, what comes next."""
    return _drawn(int(given["town"]), int(given["purchases"]))


def _rate(given: Given, score: Table) -> float:
    shown = np.argsort(-score, axis=1)[:, :5]
    return float((shown == _town(given)[2][:, None]).any(axis=1).mean())


def _popular(given: Given) -> float:
    bought = _town(given)[1]
    return _rate(given, np.tile(bought.sum(axis=0), (len(bought), 1)))


EXERCISE = Exercise(
    id="08_data",
    parameters=[
        Parameter("buyers", 40e3, 120e3, 5e3, "customer"),
        Parameter("rival_buyers", 5e3, 20e3, 1e3, "customer"),
        Parameter("records_each", 10, 30, 1, "record/customer/month"),
        Parameter("useful_life", 4, 24, 1, "month"),
        Parameter("needs", 10e6, 60e6, 5e6, "record"),
        Parameter("share", 0.5, 0.95, 0.05),
        Parameter("basic", 0.61, 0.9, 0.01),
        Parameter("town", 1, 9999, 1),
        Parameter("purchases", 12, 24, 1, "purchase"),
    ],
    tasks=[
        Task(
            "use",
            [
                Property("Without records there is no use.", lambda f, g: close(f(0, 10e6), 0)),
                Property(
                    "It never passes 1, however many records there are.",
                    lambda f, g: 0.99 < f(1e9, 10e6) <= 1,
                ),
                Property(
                    "The same share again of what is missing: two steps are as good as one of "
                    "twice the size.",
                    lambda f, g: close((1 - f(6e6, 10e6)) ** 2, 1 - f(12e6, 10e6)),
                ),
            ],
            [
                Misconception(
                    "a straight line up to all",
                    lambda records, needs: min(1.0, records / needs),
                    "the last records bring less than the first.",
                    looks_like=lambda f, g: close(f(5e6, 10e6), 0.5),
                ),
                Misconception(
                    "what is missing for what is there",
                    lambda records, needs: math.exp(-records / needs),
                    "with more records there is more use.",
                ),
                Misconception(
                    "a half at the needs",
                    lambda records, needs: records / (records + needs),
                    "that curve bends as well, but it is not the one of chapter 8.",
                ),
            ],
            [
                "Look at the line `matched` in the model data.",
                "Each further record takes away the same share of what is still missing.",
                "What is done and what is still missing are 1 together; exp(...) is one of them.",
            ],
            probes=[(5e6, 10e6), (30e6, 20e6)],
            tolerance=1e-9,
            gives="number",
        ),
        Task(
            "records_for",
            [
                Property("For a share of 0 none are needed.", lambda f, g: close(f(0, 20e6), 0)),
                Property(
                    "From 80 % to 90 % it takes more than from 10 % to 20 %.",
                    lambda f, g: f(0.9, 1e6) - f(0.8, 1e6) > 1.5 * (f(0.2, 1e6) - f(0.1, 1e6)),
                ),
                Property(
                    "With the records you give, the use is the share that was asked for.",
                    lambda f, g: abs(_missing(f(0.7, 20e6), 20e6) - 0.3) < 1e-6,
                    lambda f, g: (
                        f"For a share of 0.7 and needs of 20 million you gave "
                        f"{f(0.7, 20e6):.4g} records."
                    ),
                ),
            ],
            [
                Misconception(
                    "in proportion",
                    lambda share, needs: share * needs,
                    "returns diminish, so the last tenth takes far more than the first.",
                ),
                Misconception(
                    "what is there for what is missing",
                    lambda share, needs: -needs * math.log(share) if share else math.inf,
                    "which share is still missing?",
                ),
            ],
            [
                "Write share = 1 - exp(-records / needs) on paper.",
                "Bring exp(...) to one side alone.",
                "The opposite of exp is math.log.",
            ],
            probes=[(0.3, 10e6), (0.9, 20e6)],
            tolerance=1e-6,
            gives="number",
        ),
        Task(
            "steady_records",
            [
                Property(
                    "Traces that keep twice as long make a store twice as large.",
                    lambda f, g: close(f(1000, 20, 12), 2 * f(1000, 20, 6)),
                ),
                Property(
                    "Twice the buyers make a store twice as large.",
                    lambda f, g: close(f(2000, 20, 12), 2 * f(1000, 20, 12)),
                ),
                Property(
                    "With the store you give, as many go out of date as come in.",
                    lambda f, g: abs(f(500, 10, 4) / 4 - 5000) < 0.01,
                    lambda f, g: (
                        f"500 buyers leave 5,000 traces a month. You gave a store of "
                        f"{f(500, 10, 4):g}, of which {f(500, 10, 4) / 4:g} go out of date."
                    ),
                ),
            ],
            [
                Misconception(
                    "a flow for a stock",
                    lambda buyers, each, life: buyers * each,
                    "that is what comes in during one month.",
                ),
                Misconception(
                    "divided by the time it keeps",
                    lambda buyers, each, life: buyers * each / life,
                    "does a store grow or shrink if things keep longer?",
                ),
                Misconception(
                    "of one buyer",
                    lambda buyers, each, life: each * life,
                    "all buyers leave traces.",
                ),
            ],
            [
                "A stock stands still when as much goes out as comes in.",
                "What comes in: buyers times records_each. What goes out: records / useful_life.",
                "Set the two equal and solve for records.",
            ],
            probes=[(1000.0, 20.0, 12.0), (300.0, 8.0, 5.0)],
            tolerance=1e-9,
            gives="number",
        ),
        Task(
            "moat",
            [
                Property(
                    "Your shop is ahead, by a share that is below 1.", lambda f, g: 0 < f() < 1
                ),
                Property(
                    "The rival's use and the gap make up your own use.",
                    lambda f, g: (
                        abs(f() + _not_done(g, "buyers") - _not_done(g, "rival_buyers")) < 1e-5
                    ),
                ),
            ],
            [
                Misconception(
                    "records for use",
                    lambda g: 1 - g["rival_buyers"] / g["buyers"],
                    "not how much data a shop has, but how much of the good it can do is done.",
                ),
                Misconception(
                    "ratio for difference",
                    lambda g: (1 - _not_done(g, "buyers")) / (1 - _not_done(g, "rival_buyers")),
                    "by how much is the one further than the other?",
                ),
                Misconception(
                    "one month's traces for the store",
                    lambda g: (
                        _missing(g["rival_buyers"] * g["records_each"], g["needs"])
                        - _missing(g["buyers"] * g["records_each"], g["needs"])
                    ),
                    "the traces of earlier months still say something.",
                ),
                Misconception(
                    "the use for the gap",
                    lambda g: 1 - _not_done(g, "buyers"),
                    "the rival's data does some good, too.",
                ),
                Misconception(
                    "records for their use",
                    lambda g: (
                        (g["buyers"] - g["rival_buyers"]) * g["records_each"] * g["useful_life"]
                    ),
                    "so many records more: what share of the good that data can do is that?",
                ),
            ],
            [
                "How many records does each of the two have, once the stores stand still?",
                "Use steady_records twice, then use twice.",
                "You have two shares then. By how much is the one above the other?",
            ],
            tolerance=1e-6,
            gives="number",
        ),
        Task(
            "cold_start",
            [
                Property(
                    "The better a shop is without data, the sooner it gets there.",
                    lambda f, g: f(0.9) < f(0.7),
                ),
                Property(
                    "It is a number of months: within the eight years, for a good shop.",
                    lambda f, g: 0 < f(0.7) <= 96,
                ),
                Property(
                    "A shop that never gets there is given as math.inf.",
                    lambda f, g: f(0.4) == math.inf,
                ),
            ],
            [
                not_changed(lambda basic: _last_for_never(0.6)),
                Misconception(
                    "steps for months",
                    _step_for_month,
                    "a step is an eighth of a month; run.time has the months.",
                ),
                Misconception(
                    "the last month for never",
                    _last_for_never,
                    "at the end of the run it may still not be there.",
                ),
                Misconception(
                    "the end for the start",
                    lambda basic: 96.0,
                    "that is the last month of the run.",
                    looks_like=lambda f, g: close(f(0.7), 96) and close(f(0.9), 96),
                ),
            ],
            [
                "Run the changed model and look at its buyers step by step.",
                "Go through run.time and run['buyers'] together, with zip.",
                "Give the first time at which there are 100,000; after the loop, math.inf.",
            ],
            probes=[(0.4,), (0.75,)],
            tolerance=1e-6,
            gives="number",
        ),
        Task(
            "hits",
            [
                Property(
                    "Whoever learns hits far more often than a shop that shows all the same five.",
                    lambda f, g: f() > 1.3 * _popular(g),
                    lambda f, g: f"The same five for all hit {_popular(g):.0%}, yours {f():.0%}.",
                ),
                Property(
                    "No learner does much better than one who knows the tastes.",
                    lambda f, g: f() < _rate(g, _town(g)[0]) + 0.1,
                    lambda f, g: (
                        f"Who knows the tastes hits {_rate(g, _town(g)[0]):.0%}, yours {f():.0%}."
                    ),
                ),
            ],
            [
                Misconception(
                    "the same five for all", _popular, "what has each shopper bought before?"
                ),
                Misconception(
                    "the tastes known",
                    lambda g: _rate(g, _town(g)[0]),
                    "nobody sees chance, the shop least of all.",
                ),
                Misconception(
                    "from one's own basket alone",
                    lambda g: _rate(g, _town(g)[1]),
                    "what have those bought who are like this shopper?",
                ),
            ],
            [
                "Chapter 8, section 3, trains neighbours in three lines.",
                "First how alike two baskets are, then what the most alike have bought.",
                "Sort each row of scores, keep the first five, and compare with coming.",
            ],
            tolerance=1e-6,
            gives="number",
        ),
    ],
)
