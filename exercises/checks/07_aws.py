"""Exercise 7, the AWS flywheel: what is checked for the student, and the wrong turns."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache

from flywheel_edu import facts
from flywheel_edu.exercises.comparing import close
from flywheel_edu.exercises.parts import Given, Misconception, Parameter, Property, Task
from flywheel_edu.exercises.selfcheck import Exercise
from flywheel_edu.flywheels import load
from flywheel_edu.simulate import Run, simulate

Shares = tuple[float, float, float]
Figures = Sequence[float]

_INCOME, _MID_2024 = "operating_income", 736  # steps of 1/64 year from 2013


@cache
def _of_aws(what: str, year: float) -> float:
    return float(facts.series("aws", f"aws_{what}")[year])


@cache
def _of_all(what: str, year: float) -> float:
    return float(facts.series("amazon_financials", what)[year])


def _margin_twice(year: float) -> Shares:
    sales, margin = _of_aws("net_sales", year), _of_aws("operating_income", year)
    return sales / _of_all("net_sales", year), margin / sales, margin / sales


def _margin_on_everything(year: float) -> Shares:
    sales, income = _of_aws("net_sales", year), _of_aws("operating_income", year)
    of_income, everything = income / _of_all("operating_income", year), _of_all("net_sales", year)
    return sales / everything, of_income, income / everything


@cache
def _run(price_weight: float, passed_on: float) -> Run:
    return simulate(load("aws").change(price_weight=price_weight, passed_on=passed_on))


def _gain(price_weight: float, what: str, at: int) -> float:
    """Passed on less kept, in billion dollars a year."""
    passed, kept = (float(_run(price_weight, share)[what][at]) for share in (1, 0))
    return (passed - kept) / 1e9


def _server(given: Given) -> tuple[float, float, float]:
    return given["price"], given["cost"], given["cut"]


def _more_use(price: float, cost: float, cut: float) -> float:
    """How many times as much use leaves as much as before."""
    return (price - cost) / (price * (1 - cut) - cost)


def _income_ratio(price: float, cost: float, cut: float, weight: float) -> float:
    """Income after a cut against before."""
    return float((1 - cut) ** -weight * (price * (1 - cut) - cost) / (price - cost))


def _error(
    held_out: Callable[[float, float], bool], miss: Callable[[float, float], float]
) -> Callable[[Figures, Figures, Figures, float], float]:
    """A mean error, by which years count and how one is measured."""

    def mean(years: Figures, says: Figures, measured: Figures, until: float) -> float:
        rows = zip(years, says, measured, strict=True)
        misses = [miss(said, real) for year, said, real in rows if held_out(year, until)]
        return sum(misses) / len(misses)

    return mean


_YEARS = (2019, 2020, 2021, 2022)

EXERCISE = Exercise(
    id="07_aws",
    parameters=[
        Parameter("first_cost", 600, 1400, 50, "USD/server/year"),
        Parameter("fall", 0.08, 0.25, 0.01),
        Parameter("year", 2016, 2023, 1),
        Parameter("price", 1000, 1400, 20, "USD/server/year"),
        Parameter("cost", 600, 800, 10, "USD/server/year"),
        Parameter("cut", 0.05, 0.1, 0.01),
        Parameter("price_weight", 0.75, 2.75, 0.25),
    ],
    tasks=[
        Task(
            "unit_cost",
            [
                Property(
                    "As long as no more was made than at first, the cost is the first cost.",
                    lambda f, g: close(f(1000, 5, 5, 0.2), 1000),
                ),
                Property(
                    "The second doubling takes off less than the first, in dollars.",
                    lambda f, g: (
                        f(1000, 5, 5, 0.2) - f(1000, 5, 10, 0.2)
                        > f(1000, 5, 10, 0.2) - f(1000, 5, 20, 0.2) + 1
                    ),
                ),
                Property(
                    "Each doubling takes off the same share of what is left, early and late.",
                    lambda f, g: close(
                        f(1000, 5, 20, 0.2) / f(1000, 5, 10, 0.2),
                        f(1000, 5, 160, 0.2) / f(1000, 5, 80, 0.2),
                    ),
                ),
                Property(
                    "With a fall of 0 nothing is learnt.",
                    lambda f, g: close(f(1000, 5, 40, 0), 1000),
                ),
                Property(
                    "After one doubling with a fall of 0.2 four fifths are left.",
                    lambda f, g: close(f(1000, 5, 10, 0.2), 800),
                ),
                Property(
                    "Half a doubling counts: with a fall of 0.19, two halves make one.",
                    lambda f, g: close(f(1000, 1, 2**0.5, 0.19), 900),
                ),
            ],
            [
                Misconception(
                    "each fall taken off the first cost",
                    lambda first, begun, made, fall: first * (1 - fall * math.log2(made / begun)),
                    "each doubling takes its share of what is left, not of the first cost.",
                ),
                Misconception(
                    "a fall for each unit",
                    lambda first, begun, made, fall: first * (1 - fall) ** (made / begun - 1),
                    "from 1 to 8 times as much there are three doublings, not seven.",
                ),
                Misconception(
                    "what is gone for what is left",
                    lambda first, begun, made, fall: first * fall ** math.log2(made / begun),
                    "with a fall of 0.1, nine tenths are left.",
                ),
                Misconception(
                    "a fall for each time as much",
                    lambda first, begun, made, fall: first * (1 - fall) ** (made / begun),
                    "from 1 to 8 times as much there are three doublings, not eight.",
                ),
            ],
            [
                "How many doublings are there from first_made to made?",
                "That number is a logarithm to the base 2, math.log2(...). It need not be whole.",
                "Each doubling multiplies the cost by (1 - fall).",
            ],
            probes=[(1000.0, 5.0, 20.0, 0.1), (800.0, 2.0, 16.0, 0.15)],
            tolerance=1e-9,
            gives="number",
        ),
        Task(
            "three_shares",
            [
                Property(
                    "It gives three fractions, and none of those of 2024 is above 1.",
                    lambda f, g: [0 < share < 1 for share in f(2024)] == [True] * 3,
                ),
                Property(
                    "In 2022 the share of operating income is above 1: all the rest lost money.",
                    lambda f, g: f(2022)[1] > 1,
                ),
                Property(
                    "A margin is income over AWS's own sales: above 0.3 in 2024.",
                    lambda f, g: f(2024)[2] > 0.3,
                ),
            ],
            [
                Misconception(
                    "margin for share of income",
                    _margin_twice,
                    "a share of income is measured against the income of all of Amazon.",
                ),
                Misconception(
                    "margin on the sales of everything",
                    _margin_on_everything,
                    "whose sales did this income come from?",
                ),
            ],
            [
                "Ask of each: a share of what?",
                "The two series of AWS are in the table 'aws', those of Amazon in "
                "'amazon_financials'.",
                "Two of the three divide by a figure of all of Amazon, one by a figure of AWS.",
            ],
            probes=[(2022,), (2024,)],
            tolerance=5e-3,
            gives="row",
        ),
        Task(
            "sales_after_cut",
            [
                Property(
                    "Without a cut nothing changes.",
                    lambda f, g: close(f(0, 2), 1),
                ),
                Property(
                    "If use does not answer at all, sales fall with the price.",
                    lambda f, g: close(f(0.3, 0), 0.7),
                ),
                Property(
                    "With a weight of 1 sales stay what they were.",
                    lambda f, g: close(f(0.25, 1), 1, 1e-3),
                ),
                Property(
                    "Two cuts of 10 %, one after the other, are one cut of 19 %.",
                    lambda f, g: close(f(0.1, 2) ** 2, f(0.19, 2), 1e-3),
                ),
            ],
            [
                Misconception(
                    "use for sales",
                    lambda cut, weight: (1 - cut) ** -weight,
                    "there is more use, and each unit of it brings less.",
                ),
                Misconception(
                    "per cent for per cent, however large the cut",
                    lambda cut, weight: (1 + weight * cut) * (1 - cut),
                    "that is right for a very small cut only. Look at the line in the model.",
                ),
                Misconception(
                    "dearer for cheaper",
                    lambda cut, weight: (1 - cut) ** (1 + weight),
                    "does a lower price call up more use or less?",
                ),
            ],
            [
                "Sales are use times price. What happens to each of the two?",
                "The price is (1 - cut) times the old one. What is old price over new price?",
                "Do a cut of a quarter with a weight of 2 by hand: old price over new is 4/3, so "
                "use becomes 4/3 * 4/3 of what it was. What do sales become?",
            ],
            probes=[(0.2, 2.0), (0.3, 0.5)],
            tolerance=1e-9,
            gives="number",
        ),
        Task(
            "least_weight",
            [
                Property(
                    "It is above 1: to keep the sales is not enough to keep the income.",
                    lambda f, g: f() > 1.01,
                ),
                Property(
                    "At the weight you give, the income after the cut is what it was before.",
                    lambda f, g: abs(_income_ratio(*_server(g), f()) - 1) < 1e-4,
                    lambda f, g: (
                        f"You gave {f():.4g}. With it, the income after the cut is "
                        f"{_income_ratio(*_server(g), f()):.3f} times what it was before."
                    ),
                ),
            ],
            [
                Misconception(
                    "sales for income",
                    lambda g: 1.0,
                    "at 1 the sales are kept, and more servers have to be run for them.",
                ),
                Misconception(
                    "the rule for a very small cut",
                    lambda g: g["price"] / (g["price"] - g["cost"]),
                    "the cut is not small: what is left on a server after it counts.",
                ),
                Misconception(
                    "per cent for per cent, however large the cut",
                    lambda g: (_more_use(*_server(g)) - 1) / g["cut"],
                    "use is a power of the price, not a straight line.",
                ),
                Misconception(
                    "the factor for the weight",
                    lambda g: _more_use(*_server(g)),
                    "that is how many times as much use is needed. Which weight brings so much?",
                ),
                Misconception(
                    "the first logarithm alone",
                    lambda g: math.log(_more_use(*_server(g))),
                    "how much does a weight of 1 bring? Divide by its logarithm.",
                ),
            ],
            [
                "How much is left on one server before the cut, and how much after it?",
                "By which factor must use rise, so that all servers leave as much as before?",
                "Solve (1 / (1 - cut)) ** weight = factor for weight, with math.log.",
            ],
            tolerance=1e-6,
            gives="number",
        ),
        Task(
            "gain_from_passing_on",
            [
                Property(
                    "If use does not answer to price, the firm that keeps the gain earns more.",
                    lambda f, g: f(0) < 0,
                ),
                Property(
                    "At a weight of 1 sales are nearly the same either way; income is not.",
                    lambda f, g: abs(f(1)) > 5,
                ),
                Property(
                    "It is taken in the middle of 2024, in billion dollars a year.",
                    lambda f, g: abs(f(2.5) - _gain(2.5, _INCOME, _MID_2024)) < 0.05,
                ),
            ],
            [
                Misconception(
                    "sales for income",
                    lambda weight: _gain(weight, "sales", _MID_2024),
                    "the quantity is called operating_income.",
                ),
                Misconception(
                    "the end for the middle of 2024",
                    lambda weight: _gain(weight, _INCOME, -1),
                    "the run goes on until 2027.",
                ),
            ],
            [
                "You need two runs that differ in one given.",
                "Change price_weight in both, and passed_on to 1 in one and 0 in the other.",
                "Chapter 7 reads mid-2024 at the end of a run with until=2024.5.",
            ],
            probes=[(2.5,)],
            tolerance=1e-4,
            gives="number",
        ),
        Task(
            "held_out_error",
            [
                Property(
                    "A model that is right in the years held back has no error.",
                    lambda f, g: close(f([2019, 2020, 2021], [9, 9, 20], [8, 10, 20], 2020), 0),
                ),
                Property(
                    "10 % too much and 10 % too little do not cancel.",
                    lambda f, g: close(f([2020, 2021, 2022], [5, 11, 9], [5, 10, 10], 2020), 0.1),
                ),
                Property(
                    "The error is counted against what was measured.",
                    lambda f, g: close(f([2020, 2021], [5, 20], [5, 10], 2020), 1),
                ),
                Property(
                    "One year 10 % off and one 30 % off make an error of 0.2.",
                    lambda f, g: close(f([2020, 2021, 2022], [5, 11, 13], [5, 10, 10], 2020), 0.2),
                ),
            ],
            [
                Misconception(
                    "fitted years counted too",
                    _error(lambda year, until: True, lambda says, real: abs(says / real - 1)),
                    "years that were used to fit cannot test.",
                ),
                Misconception(
                    "errors that cancel",
                    _error(lambda year, until: year > until, lambda says, real: says / real - 1),
                    "too much in one year does not mend too little in another.",
                ),
                Misconception(
                    "the last fitted year held back",
                    _error(
                        lambda year, until: year >= until, lambda says, real: abs(says / real - 1)
                    ),
                    "the year `until` was still used for the fit.",
                ),
                Misconception(
                    "measured against the model",
                    _error(
                        lambda year, until: year > until, lambda says, real: abs(real / says - 1)
                    ),
                    "what was measured is the 100 %.",
                ),
            ],
            [
                "Which of the years were held back?",
                "For each of them: how far off is the model, as a fraction of what was measured?",
                "Take abs(...) of each before you take the mean.",
            ],
            probes=[
                (_YEARS, (33.0, 50.0, 60.0, 90.0), (35.0, 45.0, 62.0, 80.0), 2020),
                (_YEARS, (1.0, 2.5, 3.0, 5.0), (1.1, 2.0, 3.5, 4.0), 2020),
            ],
            tolerance=1e-9,
            gives="number",
        ),
    ],
)
