"""Exercise 2, stocks and flows: what is checked for the student, and what the wrong turns are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from wrong_turns import fraction_taken_for_percent

from flywheel_edu.exercises.comparing import close, shown
from flywheel_edu.exercises.parts import Given, Misconception, Parameter, Property, Task
from flywheel_edu.exercises.selfcheck import Exercise
from flywheel_edu.model import Model
from flywheel_edu.simulate import simulate

Flows = Sequence[float]

_SHOP = """\
time month from 0 to 24 step 0.125
stock customers [customer] = 100
    + joiners
    - leavers
joiners [customer/month] = {joiners}
leavers [customer/month] = {leavers}
given told  [1/month] = {told} in 0 .. 100
given leave [1/month] = {leave} in 0 .. 100
given one   [customer] = 100
"""


def _gains(inflows: Flows, outflows: Flows) -> list[float]:
    return [a - b for a, b in zip(inflows, outflows, strict=True)]


def _shop(given: Given, joiners: str, leavers: str, times: float) -> Model:
    """A shop as somebody might write it, with the student's own rates."""
    told, leave = times * given["told"], times * given["leave"]
    return Model.parse(_SHOP.format(joiners=joiners, leavers=leavers, told=told, leave=leave))


def _end(model: Any) -> float:
    return float(simulate(model)["customers"][-1])


def _ends_as(wrong: Any) -> Any:
    """Whether a model ends where a wrong one ends."""
    return lambda f, g: close(_end(f()), _end(wrong(g)), 0.02)


def _added(given: Given) -> Model:
    return _shop(given, "one * told", "one * leave", 1)


def _nobody_leaves(given: Given) -> Model:
    return _shop(given, "customers * told", "0 * customers * leave", 1)


def _in_percent(given: Given) -> Model:
    return _shop(given, "customers * told", "customers * leave", 0.01)


def _a_hundredfold(given: Given) -> Model:
    return _shop(given, "customers * told", "customers * leave", 100)


EXERCISE = Exercise(
    id="02_stocks",
    parameters=[
        Parameter("told", 0.08, 0.16, 0.005, "1/month"),
        Parameter("leave", 0.02, 0.06, 0.005, "1/month"),
        Parameter("inflow", 9, 15, 0.5, "litre/minute"),
        Parameter("outflow", 3, 7, 0.5, "litre/minute"),
    ],
    tasks=[
        Task(
            "level",
            [
                Property(
                    "After 0 minutes there is what was there.",
                    lambda f, g: close(f(50, 9, 4, 0), 50),
                ),
                Property(
                    "If as much runs out as in, the level stays, however long you wait.",
                    lambda f, g: close(f(50, 7, 7, 30), 50),
                ),
                Property(
                    "Twice the time changes the level twice as much.",
                    lambda f, g: close(f(50, 9, 4, 10) - 50, 2 * (f(50, 9, 4, 5) - 50)),
                ),
                Property(
                    "If more runs in than out, the level rises.",
                    lambda f, g: f(50, 9, 4, 5) > 50,
                ),
            ],
            [
                Misconception(
                    "stock for flow",
                    lambda opening, inflow, outflow, minutes: inflow - outflow,
                    "the net flow is what changes the level in a minute. It is not the level.",
                ),
                Misconception(
                    "an empty start",
                    lambda opening, inflow, outflow, minutes: (inflow - outflow) * minutes,
                    "what was there at the start is still there.",
                ),
                Misconception(
                    "inflow alone",
                    lambda opening, inflow, outflow, minutes: opening + inflow * minutes,
                    "the drain is open all the time.",
                ),
            ],
            [
                "What is in a tub at the end was there, or ran in, and did not run out.",
                "How much more is in it after one minute? And after ten?",
                "Take ten minutes on paper: what was there, what has run in, what has run out?",
            ],
            probes=[(50, 12, 5, 10), (20, 4, 6, 3)],
            gives="number",
        ),
        Task(
            "levels",
            [
                Property(
                    "It gives one level more than there are minutes: the start belongs to it.",
                    lambda f, g: len(f(10, [1, 2, 3], [0, 0, 0])) == 4,
                ),
                Property(
                    "The first level is the one at the start.",
                    lambda f, g: close(next(iter(f(10, [1, 2], [0, 0]))), 10),
                ),
                Property(
                    "What is gained from one level to the next is what flowed in, less what flowed "
                    "out, in that minute.",
                    lambda f, g: all(
                        close(b - a, gain)
                        for a, b, gain in zip(
                            list(f(10, [5, 3, 8], [1, 4, 2]))[:-1],
                            list(f(10, [5, 3, 8], [1, 4, 2]))[1:],
                            (4, -1, 6),
                            strict=True,
                        )
                    ),
                    lambda f, g: (
                        "For 10 litres, [5, 3, 8] in and [1, 4, 2] out you gave "
                        f"{shown(f(10, [5, 3, 8], [1, 4, 2]))}."
                    ),
                ),
            ],
            [
                Misconception(
                    "nothing gathers",
                    lambda opening, inflows, outflows: [
                        opening,
                        *[opening + a - b for a, b in zip(inflows, outflows, strict=True)],
                    ],
                    "each minute begins where the last one ended, not at the start again.",
                ),
                Misconception(
                    "stock for flow",
                    lambda opening, inflows, outflows: [
                        opening,
                        *[a - b for a, b in zip(inflows, outflows, strict=True)],
                    ],
                    "these are the changes. The level is what has gathered.",
                ),
                Misconception(
                    "the start left out",
                    lambda opening, inflows, outflows: [
                        opening + sum(_gains(inflows, outflows)[: n + 1])
                        for n in range(len(inflows))
                    ],
                    "the level before the first minute is asked for, too.",
                ),
                Misconception(
                    "inflow alone",
                    lambda opening, inflows, outflows: list(accumulate([opening, *inflows])),
                    "the drain is open all the time.",
                ),
            ],
            [
                "Do three minutes on paper first.",
                "Keep the present level in a name, and change it once a minute.",
                "Begin a list with the opening level; append to it after each minute.",
            ],
            probes=[(10, [5, 3, 8], [1, 4, 2]), (100, [0, 9], [7, 7])],
            gives="row",
        ),
        Task(
            "highest",
            [
                Property(
                    "With nothing flowing out, the level is highest at the end.",
                    lambda f, g: close(f([5, 3, 1], [0, 0, 0]), 3),
                ),
                Property(
                    "With nothing flowing in, it is highest at the start, which is minute 0.",
                    lambda f, g: close(f([0, 0, 0], [2, 2, 2]), 0),
                ),
                Property(
                    "The level goes on rising as long as more flows in than out.",
                    lambda f, g: close(f([9, 8, 7, 6, 1, 1], [5, 5, 5, 5, 5, 5]), 4),
                    lambda f, g: (
                        "For [9, 8, 7, 6, 1, 1] in and 5 out all the time you gave "
                        f"{shown(f([9, 8, 7, 6, 1, 1], [5] * 6))}."
                    ),
                ),
            ],
            [
                Misconception(
                    "correlation heuristic",
                    lambda inflows, outflows: list(inflows).index(max(inflows)),
                    "a stock need not move as its inflow does.",
                ),
                Misconception(
                    "the net flow for the level",
                    lambda inflows, outflows: max(
                        range(len(inflows)), key=lambda t: inflows[t] - outflows[t]
                    ),
                    "where the net flow is highest the level rises fastest. It is not yet high.",
                ),
                Misconception(
                    "a minute early",
                    lambda inflows, outflows: max(
                        range(len(inflows)), key=lambda t: sum(_gains(inflows, outflows)[: t + 1])
                    ),
                    "what flows in the first minute, from 0 to 1, is in the tub at minute 1.",
                ),
            ],
            [
                "When does a tub begin to sink?",
                "Use levels(...), with any opening level.",
                "Look for the place of the largest level, and count from 0.",
            ],
            probes=[
                ([9, 8, 7, 6, 1, 1], [5, 5, 5, 5, 5, 5]),
                ([8, 6, 4, 4], [7, 1, 3, 6]),
            ],
            gives="number",
        ),
        Task(
            "months_to_double",
            [
                Property(
                    "What grows by everything it has each month has doubled after one month.",
                    lambda f, g: close(f(1.0), 1),
                ),
                Property(
                    "It takes less time at a higher rate.", lambda f, g: f(0.05) > f(0.1) > f(0.3)
                ),
                Property("It gives whole months.", lambda f, g: close(f(0.07) % 1, 0)),
                Property(
                    "Growth is on what was gained before, too.",
                    lambda f, g: 1.1 ** f(0.1) < 2.2,
                    lambda f, g: f"For a rate of 0.1 you gave {shown(f(0.1))}.",
                ),
                Property(
                    "By then it has really doubled.",
                    lambda f, g: 1.1 ** f(0.1) >= 2,
                    lambda f, g: f"For a rate of 0.1 you gave {shown(f(0.1))}.",
                ),
            ],
            [
                Misconception(
                    "linear for compound growth",
                    lambda rate: math.ceil(1 / rate - 1e-9),
                    "the second month grows on the gain of the first.",
                ),
                fraction_taken_for_percent(
                    lambda rate: math.ceil(math.log(2) / math.log(1 + rate / 100)), 0.1
                ),
                Misconception(
                    "the rule of thumb",
                    lambda rate: 70 / (100 * rate),
                    "it comes near at small rates, put in as per cent. Here months are counted.",
                    lambda f, g: any(close(f(0.04), 17.5 * n) for n in (1, 100)),
                ),
                Misconception(
                    "a month early",
                    lambda rate: math.floor(math.log(2) / math.log(1 + rate)),
                    "it has not doubled yet by then.",
                ),
            ],
            [
                "Begin with 1 and let it grow month by month. When is it 2?",
                "Each month multiplies by (1 + rate).",
                "Count how often you can multiply before you reach 2: a while loop will do.",
            ],
            probes=[(0.1,), (0.04,), (0.25,)],
            gives="number",
        ),
        Task(
            "shop",
            [
                Property(
                    "It gives a model: end with return fw.Model.parse(...).",
                    lambda f, g: isinstance(f(), Model),
                ),
                Property(
                    "It has a stock that is called customers, with 100 of them at the start.",
                    lambda f, g: (
                        f()["customers"].kind == "stock"
                        and close(float(simulate(f())["customers"][0]), 100)
                    ),
                ),
                Property(
                    "It runs for 24 months.",
                    lambda f, g: close(float(simulate(f()).time[-1] - simulate(f()).time[0]), 24),
                ),
                Property(
                    "Something flows in, and something flows out.",
                    lambda f, g: bool(f()["customers"].inflows and f()["customers"].outflows),
                ),
                Property(
                    "In the first month about told * 100 join and leave * 100 go.",
                    lambda f, g: close(
                        float((simulate(f())["customers"][1] - 100) / f().clock.step),
                        100 * (g["told"] - g["leave"]),
                        0.1,
                    ),
                    lambda f, g: f"After one step there are {simulate(f())['customers'][1]:.6g}.",
                ),
                Property(
                    "The flows follow the customers: with more of them, more join and more leave.",
                    lambda f, g: _end(f()) > 1.02 * _end(_added(g)),
                    lambda f, g: f"It ends with {_end(f()):.0f} customers.",
                ),
            ],
            [
                Misconception(
                    "linear for compound growth",
                    _added,
                    "later on there are more customers to tell, and more to leave.",
                    looks_like=_ends_as(_added),
                ),
                Misconception(
                    "the drain left out",
                    _nobody_leaves,
                    "some customers leave each month.",
                    looks_like=_ends_as(_nobody_leaves),
                ),
                fraction_taken_for_percent(_in_percent, 0.1, _ends_as(_in_percent)),
                Misconception(
                    "per cent for the rate",
                    _a_hundredfold,
                    "16 % a month is the rate 0.16. Write your numbers as they are given.",
                    looks_like=_ends_as(_a_hundredfold),
                ),
            ],
            [
                "Begin with the shop of the chapter, and give its ledger a second line.",
                "Both flows are a rate times the customers who are there.",
                "The two rates are lines with the word given; their unit is 1/month.",
            ],
            gives="model",
        ),
        Task(
            "turns_by_itself",
            [
                Property("It gives True or False.", lambda f, g: f(20000) in (True, False)),
                Property(
                    "The napkin of the library opens with 20000 visits, and it grows.",
                    lambda f, g: bool(f(20000)) is True,
                ),
                Property("A quite small shop shrinks back.", lambda f, g: bool(f(1000)) is False),
                Property(
                    "In between there is one place where it changes.",
                    lambda f, g: [bool(f(v)) for v in (2000, 30000)] == [False, True],
                ),
            ],
            [
                Misconception(
                    "every wheel turns",
                    lambda first_traffic: True,
                    "below some size a reinforcing loop pulls down.",
                ),
            ],
            [
                "Load the napkin, change first_traffic, and run it.",
                "run['traffic'] is a row of numbers: [0] is the first, [-1] the last.",
                "Is the last larger than the first? That comparison is already True or False.",
            ],
            probes=[(1000,), (3000,), (12000,), (20000,)],
            gives="truth",
        ),
    ],
)
