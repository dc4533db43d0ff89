"""Exercise 3, the retail flywheel: what is checked for the student, and the wrong turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wrong_turns import fraction_taken_for_percent

from flywheel_edu.exercises.comparing import close, shown
from flywheel_edu.exercises.parts import Answer, Given, Misconception, Parameter, Property, Task
from flywheel_edu.exercises.selfcheck import Exercise
from flywheel_edu.flywheels import load
from flywheel_edu.simulate import simulate

Series = Mapping[int, float]

# Made-up shares by year, in per cent.
CLIMB = {2001: 10.0, 2002: 38.0, 2003: 50.0, 2004: 57.0, 2005: 71.0}
REAL = {2010: 30.0, 2011: 33.0, 2012: 38.0, 2013: 45.0, 2014: 41.0}
GUESS = {2010: 28.0, 2011: 35.0, 2012: 38.0, 2013: 41.0, 2014: 47.0}


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _error(real: Series, guess: Series, judged: Callable[[int], bool]) -> float:
    """The mean absolute difference in the years that are judged."""
    return _mean([abs(guess[year] - real[year]) for year in real if judged(year)])


def _line(series: Series, year: int) -> float:
    """The least-squares line through a series, in a year."""
    middle, level = _mean([float(each) for each in series]), _mean(list(series.values()))
    above = sum((each - middle) * (series[each] - level) for each in series)
    slope = above / sum((each - middle) ** 2 for each in series)
    return level + slope * (year - middle)


def _known(series: Series, last_fitted: int) -> dict[int, float]:
    return {year: value for year, value in series.items() if year <= last_fitted}


def _ends(series: Series, last_fitted: int, year: int) -> float:
    """The line through the first and the last point that may be used."""
    known = _known(series, last_fitted)
    first, last = min(known), max(known)
    slope = (known[last] - known[first]) / (last - first)
    return known[last] + slope * (year - last)


def _share(at: int = -1, **changes: float) -> float:
    """The share of other sellers in a run of the library's model, at its end or at another step."""
    run: Any = simulate(load("retail").change(**changes))
    return float(run["third_party_share"][at])


def _cost(f: Answer, sent: float) -> float:
    return float(f(26.0, 2.0e8, 1.0e7, 1.0e7, sent))


def _mine(given: Given, parcels: float) -> float:
    """What one of the student's own parcels costs, if so many carry the warehouse."""
    return given["variable_cost"] + given["fixed_cost"] / parcels


def _alone(given: Given) -> float:
    return _mine(given, given["own_orders"])


def _together(given: Given) -> float:
    return _mine(given, given["own_orders"] + given["sent_by_us"] * given["seller_orders"])


EXERCISE = Exercise(
    id="03_retail",
    parameters=[
        Parameter("variable_cost", 20, 30, 0.5, "USD/order"),
        Parameter("fixed_cost", 100e6, 300e6, 10e6, "USD/year"),
        Parameter("own_orders", 10e6, 30e6, 1e6, "order/year"),
        Parameter("seller_orders", 5e6, 20e6, 1e6, "order/year"),
        Parameter("sent_by_us", 0.2, 0.8, 0.05, "1"),
        Parameter("last_fitted", 2009, 2013, 1, "year"),
    ],
    tasks=[
        Task(
            "first_over_half",
            [
                Property("It gives one of the years.", lambda f, g: f(CLIMB) in CLIMB),
                Property(
                    "In that year the share is above 50 %, and 50 itself is not above it.",
                    lambda f, g: CLIMB[f(CLIMB)] > 50,
                    lambda f, g: f"For {CLIMB} you gave {shown(f(CLIMB))}.",
                ),
                Property(
                    "No earlier year is above 50 %.",
                    lambda f, g: f(CLIMB) <= 2004,
                    lambda f, g: f"For {CLIMB} you gave {shown(f(CLIMB))}.",
                ),
            ],
            [
                Misconception(
                    "half is not yet more than half",
                    lambda series: min(y for y, v in series.items() if v >= 50),
                    "at exactly 50 % neither side has more.",
                ),
                Misconception(
                    "the highest for the first",
                    lambda series: max(series.items(), key=lambda each: each[1])[0],
                    "the year of the highest share comes later.",
                ),
                Misconception(
                    "a year early",
                    lambda series: max(y for y, v in series.items() if v < 50),
                    "that is the last year below.",
                ),
            ],
            [
                "Go through the years in order, and stop at the first that will do.",
                "series.items() gives each year with its share; a loop can go through them.",
                "The first value above 50 that you meet is the one. Give back its year.",
            ],
            probes=[(CLIMB,)],
            gives="number",
        ),
        Task(
            "hidden_error",
            [
                Property(
                    "A guess without a mistake has the error 0.",
                    lambda f, g: close(f(REAL, REAL, 2012), 0),
                ),
                Property(
                    "What the guess says of the years it was fitted on does not count.",
                    lambda f, g: close(
                        f(REAL, GUESS, 2012),
                        f(REAL, GUESS | {2010: 99.0}, 2012),
                    ),
                    lambda f, g: (
                        "With 2010 to 2012 known, you gave an error of "
                        f"{shown(f(REAL, GUESS, 2012))}. With another guess for 2010 it became "
                        f"{shown(f(REAL, GUESS | {2010: 99.0}, 2012))}."
                    ),
                ),
                Property(
                    "Too high in one year and too low in another are two mistakes. They do not "
                    "make up for each other.",
                    lambda f, g: f(REAL, REAL | {2013: 50.0, 2014: 36.0}, 2012) > 1,
                ),
                Property(
                    "It is a mean: off by 3 in each hidden year is an error of 3.",
                    lambda f, g: close(f(REAL, {y: v + 3 for y, v in REAL.items()}, 2011), 3),
                ),
                Property(
                    "Off by 3 in one hidden year and by 5 in the other is an error of 4.",
                    lambda f, g: close(f(REAL, REAL | {2013: 48.0, 2014: 36.0}, 2012), 4),
                ),
            ],
            [
                Misconception(
                    "judged on what it was fitted on",
                    lambda real, guess, last: _error(real, guess, lambda y: y <= last),
                    "anybody can come close to figures that they have seen.",
                ),
                Misconception(
                    "judged on all years",
                    lambda real, guess, last: _error(real, guess, lambda y: True),
                    "the years up to last_fitted were not hidden.",
                ),
                Misconception(
                    "the last fitted year counted as hidden",
                    lambda real, guess, last: _error(real, guess, lambda y: y >= last),
                    "last_fitted itself was used for the fit.",
                ),
                Misconception(
                    "signs that cancel",
                    lambda real, guess, last: _mean([guess[y] - real[y] for y in real if y > last]),
                    "a guess that is 5 too high and then 5 too low is not a good one.",
                ),
            ],
            [
                "Which years may count? Begin with those alone.",
                "Take the difference in each of them, without its sign: abs(...).",
                "Add them up, and divide by the number of years that you have added.",
            ],
            probes=[(REAL, GUESS, 2012), (REAL, GUESS, 2011)],
            gives="number",
        ),
        Task(
            "straight_line",
            [
                Property(
                    "Figures that lie on a line are carried on along it.",
                    lambda f, g: close(
                        f({y: 3.0 * y - 5980 for y in range(2000, 2010)}, 2005, 2012), 56.0
                    ),
                ),
                Property(
                    "What came after last_fitted does not matter.",
                    lambda f, g: close(
                        f(REAL, 2012, 2014),
                        f(REAL | {2013: 99.0, 2014: 0.0}, 2012, 2014),
                    ),
                ),
                Property(
                    "Every year up to last_fitted does matter, also those in the middle.",
                    lambda f, g: (
                        not close(f(CLIMB, 2004, 2006), f(CLIMB | {2002: 20.0}, 2004, 2006))
                    ),
                ),
                Property(
                    "The year last_fitted itself was seen, and counts.",
                    lambda f, g: (
                        not close(f(CLIMB, 2004, 2006), f(CLIMB | {2004: 99.0}, 2004, 2006))
                    ),
                ),
                Property(
                    "A line climbs by as much in each year.",
                    lambda f, g: close(
                        f(CLIMB, 2004, 2007) - f(CLIMB, 2004, 2006),
                        f(CLIMB, 2004, 2006) - f(CLIMB, 2004, 2005),
                        1e-5,
                    ),
                ),
            ],
            [
                Misconception(
                    "a look at the hidden years",
                    lambda series, last, year: _line(series, year),
                    "fit on the years up to last_fitted alone.",
                ),
                Misconception(
                    "no change",
                    lambda series, last, year: series[last],
                    "the line goes on climbing as it has climbed.",
                ),
                Misconception(
                    "the line through two points",
                    _ends,
                    "the years between the first and the last should have a say.",
                ),
                Misconception(
                    "the slope for the value",
                    lambda series, last, year: (
                        _line(_known(series, last), 1) - _line(_known(series, last), 0)
                    ),
                    "so much is gained in a year. Where is the line in the year that is asked for?",
                ),
            ],
            [
                "Throw away the years after last_fitted first.",
                "numpy has a fit of lines: np.polyfit(years, values, 1) gives slope and intercept.",
                "The value in a year is slope * year + intercept.",
            ],
            probes=[(CLIMB, 2004, 2006), (REAL, 2012, 2016)],
            tolerance=1e-5,
            gives="number",
        ),
        Task(
            "share_without",
            [
                Property(
                    "A share is a fraction between 0 and 1.",
                    lambda f, g: 0 < float(f("marketplace")) < 1,
                ),
                Property(
                    "It is what the model without that push ends with.",
                    lambda f, g: close(float(f("marketplace")), _share(marketplace=0), 1e-3),
                ),
                Property(
                    "The three pushes do not do the same.",
                    lambda f, g: not close(float(f("fulfilment")), float(f("prime")), 0.01),
                ),
            ],
            [
                Misconception(
                    "nothing taken away",
                    lambda lever: _share(),
                    "this is the share as it was. Set the push to 0 with change(...).",
                ),
                Misconception(
                    "the start for the end",
                    lambda lever: _share(0, **{lever: 0}),
                    "run['third_party_share'][0] is 1999.",
                ),
                Misconception(
                    "what is lost for what is left",
                    lambda lever: _share() - _share(**{lever: 0}),
                    "the share that is left is asked for, not the loss.",
                ),
            ],
            [
                "Load the model, change it, run it, look at the last number.",
                "The name of the push comes in as a text. change(**{lever: 0}) puts it to 0.",
                "run['third_party_share'][-1] is the share at the end.",
            ],
            probes=[("marketplace",), ("fulfilment",)],
            tolerance=1e-4,
            gives="number",
        ),
        Task(
            "cost_of_an_order",
            [
                Property(
                    "Without fixed costs an order costs its variable cost.",
                    lambda f, g: close(f(26.0, 0.0, 1e7, 1e7, 0.5), 26.0),
                ),
                Property(
                    "If no seller's parcel passes through the warehouse, our own orders carry it "
                    "all.",
                    lambda f, g: close(_cost(f, 0), 46.0),
                    lambda f, g: (
                        "For 200 million of fixed cost, 10 million orders of each kind and none of "
                        f"theirs sent by us you gave {shown(_cost(f, 0))}."
                    ),
                ),
                Property(
                    "The more of the sellers' parcels we send, the less one order costs.",
                    lambda f, g: _cost(f, 0.8) < _cost(f, 0.4) < _cost(f, 0.1),
                ),
                Property(
                    "It never falls below the variable cost.", lambda f, g: _cost(f, 1.0) > 26
                ),
            ],
            [
                Misconception(
                    "a competitor only takes",
                    lambda variable, fixed, own, sellers, sent: variable + fixed / own,
                    "a seller's parcel that we send carries a part of the fixed cost, too.",
                ),
                Misconception(
                    "every sale is a parcel of ours",
                    lambda variable, fixed, own, sellers, sent: variable + fixed / (own + sellers),
                    "some sellers send their parcels themselves.",
                ),
                Misconception(
                    "total for average",
                    lambda variable, fixed, own, sellers, sent: (
                        variable * (own + sent * sellers) + fixed
                    ),
                    "this is the cost of all orders together.",
                ),
                Misconception(
                    "fixed cost forgotten",
                    lambda variable, fixed, own, sellers, sent: variable,
                    "the warehouse has to be paid for by somebody.",
                ),
                Misconception(
                    "the warehouse alone",
                    lambda variable, fixed, own, sellers, sent: fixed / (own + sent * sellers),
                    "each parcel has a cost of its own, too.",
                ),
                Misconception(
                    "the parcels that go elsewhere",
                    lambda variable, fixed, own, sellers, sent: (
                        variable + fixed / (own + (1 - sent) * sellers)
                    ),
                    "which part of the sellers' orders do we send?",
                ),
                fraction_taken_for_percent(
                    lambda variable, fixed, own, sellers, sent: (
                        variable + fixed / (own + sent * sellers / 100)
                    ),
                    0.3,
                ),
            ],
            [
                "How many parcels go through the warehouse in a year?",
                "Of the sellers' orders only the part sent_by_us goes through it.",
                "Each parcel carries its variable cost and an equal part of the fixed cost.",
            ],
            probes=[(26.0, 2e8, 1e7, 1e7, 0.5), (20.0, 1e8, 4e7, 1e7, 0.25)],
            gives="number",
        ),
        Task(
            "saved",
            [
                Property(
                    "It is a fraction: above 0, since sellers help, and below 1, since a parcel "
                    "is never free.",
                    lambda f, g: 0 < f() < 1,
                ),
                Property(
                    "No more is saved than the fixed cost that an order of yours carries alone.",
                    lambda f, g: f() * _alone(g) <= g["fixed_cost"] / g["own_orders"],
                ),
                Property(
                    "Taken off the cost without sellers, it leaves the cost with them.",
                    lambda f, g: abs((1 - f()) * _alone(g) - _together(g)) < 1e-4 * _together(g),
                ),
            ],
            [
                Misconception(
                    "an amount for a share",
                    lambda g: _alone(g) - _together(g),
                    "so many dollars are saved. Out of how many?",
                ),
                Misconception(
                    "the wrong base",
                    lambda g: _alone(g) / _together(g) - 1,
                    "a saving is measured against what an order cost before.",
                ),
                Misconception(
                    "what is left for what is saved",
                    lambda g: _together(g) / _alone(g),
                    "that is the part of the cost that remains.",
                ),
                Misconception(
                    "every sale is a parcel of ours",
                    lambda g: 1 - _mine(g, g["own_orders"] + g["seller_orders"]) / _alone(g),
                    "some sellers send their parcels themselves.",
                ),
            ],
            [
                "You have the function already. Which of its five numbers change if no seller is "
                "there?",
                "Ask it twice: with your own five numbers, and once more without any sellers.",
                "By what fraction does the second fall to the first? Task 5 of exercise 1 was one "
                "of these.",
            ],
            gives="number",
        ),
    ],
)
