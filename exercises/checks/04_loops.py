"""Exercise 4, which loop drives: what is checked for the student, and what the wrong turns are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from wrong_turns import GROWTH_RATES, OF_GROWTH_RATES

from flywheel_edu.causal.cut import cut
from flywheel_edu.exercises.comparing import close, shown
from flywheel_edu.exercises.parts import Answer, Given, Misconception, Parameter, Property, Task
from flywheel_edu.exercises.selfcheck import Exercise
from flywheel_edu.flywheels import load
from flywheel_edu.simulate import simulate

Levels = Sequence[float]

LINE = [100.0, 150.0, 200.0, 250.0, 300.0, 350.0]
COMPOUND = [100.0, 120.0, 144.0, 172.8, 207.36, 248.832]
S_SHAPED = [10.0, 18.0, 31.0, 48.0, 65.0, 78.0, 86.0, 90.0]

_GOAL = 100_000  # users
_YEARS = 10  # after which two ways to grow are compared


def _gains(levels: Levels) -> list[float]:
    return [b - a for a, b in pairwise(levels)]


@cache
def _sold(lever: str = "", times: float = 1.0, year: float = 15.0, without: str = "") -> float:
    """What has been sold by a year, with a lever moved, or without a loop."""
    bass = load("bass")
    if lever:
        equation: Any = bass[lever].equation
        bass = bass.change(**{lever: times * equation.value})
    run = simulate(cut(bass, without) if without else bass)
    return float(run["adopters"][round(year / bass.clock.step)])


@cache
def _users(push: float, leave_rate: float) -> float:
    """The users after 60 months."""
    changed = load("word_of_mouth").change(push=push, leave_rate=leave_rate)
    return float(simulate(changed)["users"][-1])


def _pushed(leave_rate: float, goal: float, short: int) -> int:
    """So much short of the smallest push, in tens, that reaches a goal."""
    low, high = -1, 200  # not enough, enough; in tens
    while high - low > 1:
        middle = (low + high) // 2
        if _users(10 * middle, leave_rate) >= goal:
            high = middle
        else:
            low = middle
    return 10 * high - short


def _moved(lever: str, year: float, times: float) -> float:
    """What is sold by a year with a little more of a lever, over what is sold without."""
    return _sold(lever, times, year) / _sold(year=year)


def _late(f: Answer) -> float:
    return float(f("imitators", 14))


def _compound(given: Given, years: int) -> float:
    return float(given["opening"] * (1 + given["growth"]) ** years)


def _straight(given: Given, years: int) -> float:
    return float(given["opening"] * (1 + given["growth"] * years))


EXERCISE = Exercise(
    id="04_loops",
    parameters=[
        Parameter("leave_rate", 0.06, 0.16, 0.005, "1/month"),
        Parameter("year", 4, 12, 0.5, "year"),
        Parameter("opening", 100, 900, 10, "customer"),
        Parameter("growth", 0.05, 0.4, 0.01, "1/year"),
    ],
    tasks=[
        Task(
            "growth_rates",
            GROWTH_RATES,
            OF_GROWTH_RATES,
            [
                "What was added in a year? Out of what?",
                "Divide what was added by the level of the year before.",
                "zip(levels, levels[1:]) goes through the pairs of a year and the next.",
            ],
            probes=[(LINE,), (COMPOUND,), ([8.0, 10.0, 9.0],)],
            gives="row",
        ),
        Task(
            "kind_of_growth",
            [
                Property(
                    "It gives 'linear', 'exponential' or 'S-shaped'.",
                    lambda f, g: f(LINE) in ("linear", "exponential", "S-shaped"),
                ),
                Property(
                    "The same amount each year is a straight line.",
                    lambda f, g: f(LINE) == "linear",
                    lambda f, g: f"For {LINE} you gave {shown(f(LINE))}.",
                ),
                Property(
                    "The same rate each year is exponential.",
                    lambda f, g: f(COMPOUND) == "exponential",
                    lambda f, g: f"For {COMPOUND} you gave {shown(f(COMPOUND))}.",
                ),
                Property(
                    "What begins like an exponential and ends level is neither.",
                    lambda f, g: f(S_SHAPED) == "S-shaped",
                    lambda f, g: f"For {S_SHAPED} you gave {shown(f(S_SHAPED))}.",
                ),
            ],
            [
                Misconception(
                    "all growth is exponential",
                    lambda levels: "exponential",
                    "look at the rates, not at the height.",
                ),
                Misconception(
                    "growing amounts for growing rates",
                    lambda levels: (
                        "exponential" if _gains(levels)[1] > 1.001 * _gains(levels)[0] else "linear"
                    ),
                    "an S also begins with more each year than the year before.",
                ),
                Misconception(
                    "a falling rate is an S",
                    lambda levels: (
                        "S-shaped"
                        if levels[-1] / levels[-2] < 0.999 * levels[1] / levels[0]
                        else "exponential"
                    ),
                    "the rates of a straight line fall, too: 50 %, 33 %, 25 %.",
                ),
            ],
            [
                "Write down what is added each year, and the rates, for each of the three.",
                "Are the amounts all alike? Are the rates all alike? Allow for rounding.",
                "close(a, b, 0.001) says whether two numbers are alike to a thousandth.",
            ],
            probes=[(LINE,), (COMPOUND,), (S_SHAPED,)],
            gives="text",
        ),
        Task(
            "sold_without",
            [
                Property(
                    "Without word of mouth far fewer are sold.",
                    lambda f, g: 0 < float(f("Word of mouth")) < 0.5 * _sold(),
                ),
                Property(
                    "Without saturation nothing stops it: more are sold than anybody could use.",
                    lambda f, g: float(f("Saturation")) > 1e9,
                ),
            ],
            [
                Misconception(
                    "nothing cut",
                    lambda loop: _sold(),
                    "this is the run as it is. What does fw.cut give back?",
                ),
                Misconception(
                    "the other loop cut",
                    lambda loop: _sold(
                        without="Saturation" if loop == "Word of mouth" else "Word of mouth"
                    ),
                    "the loop that is named is the one to take out.",
                ),
                Misconception(
                    "what the loop did for what is left",
                    lambda loop: _sold() - _sold(without=loop),
                    "what is sold without the loop is asked for, not the difference.",
                ),
            ],
            [
                "Three steps: load, cut, simulate.",
                "fw.cut(model, loop) gives a new model. The old one stays as it was.",
                "adopters is a stock. Its last value is what has been sold in all.",
            ],
            probes=[("Word of mouth",), ("Saturation",)],
            tolerance=1e-4,
            gives="number",
        ),
        Task(
            "smallest_push",
            [
                Property(
                    "It gives a multiple of 10 from 10 to 2000.",
                    lambda f, g: close(f(0.06) % 10, 0) and 10 <= f(0.06) <= 2000,
                ),
                Property(
                    "The push is enough: 100,000 users after 60 months.",
                    lambda f, g: _users(float(f(0.06)), 0.06) >= _GOAL,
                    lambda f, g: (
                        f"With a leave rate of 0.06 you push by {shown(f(0.06))}. "
                        f"That makes {_users(float(f(0.06)), 0.06):,.0f} users."
                    ),
                ),
                Property(
                    "With 10 fewer a month it is no longer enough.",
                    lambda f, g: _users(float(f(0.06)) - 10, 0.06) < _GOAL,
                    lambda f, g: (
                        f"With a leave rate of 0.06 you push by {shown(f(0.06))}. "
                        f"With 10 fewer there are {_users(float(f(0.06)) - 10, 0.06):,.0f} users."
                    ),
                ),
                Property("A larger leak needs a larger push.", lambda f, g: f(0.06) < f(0.14)),
            ],
            [
                Misconception(
                    "the push does it all",
                    lambda leave_rate: 1670,
                    "once it turns, most users are brought by users.",
                ),
                Misconception(
                    "ignoring the leak",
                    lambda leave_rate: _pushed(0.1, _GOAL, 0),
                    "how many leave decides where the tipping point is.",
                ),
                Misconception(
                    "just not enough",
                    lambda leave_rate: _pushed(leave_rate, _GOAL, 10),
                    "run it with your own answer: is the goal reached?",
                ),
                Misconception(
                    "half the goal",
                    lambda leave_rate: _pushed(leave_rate, _GOAL / 2, 0),
                    "look at the number of users that is asked for.",
                ),
            ],
            [
                "Write a small function first that gives the users after 60 months for one push.",
                "Try one push after the other, in steps of 10, and stop at the first that will do.",
                "load('word_of_mouth').change(push=..., leave_rate=...) has both numbers in it.",
            ],
            probes=[(0.06,), (0.14,)],
            gives="number",
        ),
        Task(
            "leverage_of",
            [
                Property(
                    "Twice the market sells twice as many: its leverage is 1.",
                    lambda f, g: close(float(f("market", 8)), 1, 0.03),
                ),
                Property(
                    "More talk sells more: its leverage is above 0.",
                    lambda f, g: 0 < float(f("imitators", 6)) < 10,
                ),
                Property(
                    "Word of mouth is a strong lever while its loop drives, and a weak one late.",
                    lambda f, g: float(f("imitators", 6)) > 5 * _late(f),
                ),
            ],
            [
                Misconception(
                    "an amount for a share",
                    lambda lever, year: (_moved(lever, year, 1.01) - 1) * _sold(year=year),
                    "so many more is asked for as a share of what was sold without.",
                ),
                Misconception(
                    "percent without the per cent",
                    lambda lever, year: _moved(lever, year, 1.01) - 1,
                    "divide by the one per cent by which the lever was moved.",
                ),
                Misconception(
                    "the year ignored",
                    lambda lever, year: (_moved(lever, 15, 1.01) - 1) / 0.01,
                    "look at what has been sold by that year, not at the end of the run.",
                ),
                Misconception(
                    "the lever doubled",
                    lambda lever, year: _moved(lever, year, 2.0) - 1,
                    "a little more is asked for. A lever that is doubled is another business.",
                ),
            ],
            [
                "Two runs: one as it is, one with one per cent more of the lever.",
                "bass[lever].equation.value is the lever's number; change(**{lever: ...}) sets it.",
                "By how many per cent is the second run higher in that year? That for 1 % more.",
            ],
            probes=[("imitators", 6), ("innovators", 8)],
            tolerance=0.003,
            gives="number",
        ),
        Task(
            "ahead",
            [
                Property(
                    "What grows on its own gains is ahead: a number above 0.", lambda f, g: f() > 0
                ),
                Property(
                    "It is a difference of two businesses, smaller than the larger of them.",
                    lambda f, g: f() < 0.99 * _compound(g, _YEARS),
                ),
                Property(
                    "Given to the slower one, it makes both alike.",
                    lambda f, g: abs(f() + _straight(g, _YEARS) - _compound(g, _YEARS)) < 1e-3,
                ),
            ],
            [
                Misconception(
                    "linear for compound growth",
                    lambda g: 0.0,
                    "only one of the two adds the same number each year.",
                ),
                Misconception(
                    "the size for the difference",
                    lambda g: _compound(g, _YEARS),
                    "the other one has grown, too. By how much is yours larger?",
                ),
                Misconception(
                    "the gain for the difference",
                    lambda g: _compound(g, _YEARS) - g["opening"],
                    "that is how much it has grown. The other one has grown, too.",
                ),
                Misconception(
                    "a year too many",
                    lambda g: _compound(g, _YEARS + 1) - _straight(g, _YEARS + 1),
                    "the opening is year 0. Ten years later growth has come in ten times.",
                ),
                Misconception(
                    "the ratio for the difference",
                    lambda g: _compound(g, _YEARS) / _straight(g, _YEARS),
                    "by how many customers is yours larger, not how many times as large?",
                ),
            ],
            [
                "There are two businesses with one first year. What does each add in the second?",
                "One multiplies each year by the same number, the other adds the same number.",
                "Work out the two sizes after ten years, each in a line of its own, and compare.",
            ],
            tolerance=1e-9,
            gives="number",
        ),
    ],
)
