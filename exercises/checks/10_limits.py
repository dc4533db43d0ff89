"""Exercise 10, limits and doom loops: what is checked for the student, and the wrong turns."""

from __future__ import annotations

import math

from wrong_turns import (
    GROWTH_RATES,
    OF_A_LIMIT,
    OF_GROWTH_RATES,
    fraction_taken_for_percent,
)

from flywheel_edu import facts
from flywheel_edu.causal.loops import find_loops
from flywheel_edu.exercises.comparing import close, shown
from flywheel_edu.exercises.parts import Given, Misconception, Parameter, Property, Task
from flywheel_edu.exercises.selfcheck import Exercise


def _years_below_zero(what: str) -> list[int]:
    figures = facts.series("amazon_financials", what)
    return [int(year) for year, value in figures.items() if value < 0]


def _below_zero() -> list[float]:
    free = facts.series("amazon_financials", "free_cash_flow_as_first_reported")
    return sorted(float(value) for value in free if value < 0)


def _rate(given: Given) -> float:
    return float((given["last_sales"] / given["first_sales"]) ** (1 / given["years"]) - 1)


def _sales_after(given: Given, years: float) -> float:
    """Sales so many years after the last figure, if they go on as before."""
    return float(given["last_sales"] * (1 + _rate(given)) ** years)


EXERCISE = Exercise(
    id="10_limits",
    parameters=[
        Parameter("first_sales", 100, 400, 10, "million_USD/year"),
        Parameter("last_sales", 900, 2000, 50, "million_USD/year"),
        Parameter("years", 4, 9, 1, "year"),
        Parameter("market", 5000, 12000, 500, "million_USD/year"),
        Parameter("staff_needed", 200, 900, 50, "person"),
        Parameter("turnover", 0.8, 1.6, 0.1, "1/year"),
    ],
    tasks=[
        Task(
            "growth_rates",
            GROWTH_RATES,
            OF_GROWTH_RATES,
            [
                "By how much did sales rise from one year to the next?",
                "Which sales does that rise belong to: those before, or those after?",
                "From 80 to 100 it is a quarter. zip(sales, sales[1:]) goes through the pairs.",
            ],
            probes=[([100.0, 150.0, 200.0, 250.0],), ([80.0, 100.0, 90.0],)],
            gives="row",
        ),
        Task(
            "compound_rate",
            [
                Property(
                    "A doubling within one year is a rate of 1.",
                    lambda f, g: close(f(50, 100, 1), 1),
                ),
                Property(
                    "The same rise over more years is a smaller rate.",
                    lambda f, g: f(100, 400, 6) < f(100, 400, 3),
                ),
                Property(
                    "From 100 to 144 in two years is 0.2 a year.",
                    lambda f, g: close(f(100, 144, 2), 0.2),
                ),
            ],
            [
                Misconception(
                    "linear for compound growth",
                    lambda first, last, years: (last / first - 1) / years,
                    "each year grows from what the years before have made.",
                ),
                Misconception(
                    "one year too many",
                    lambda first, last, years: (last / first) ** (1 / (years + 1)) - 1,
                    "from the first figure to the last there are `years` steps.",
                ),
                Misconception(
                    "factor for rate",
                    lambda first, last, years: (last / first) ** (1 / years),
                    "a factor of 1.2 is a rate of 0.2.",
                ),
                Misconception(
                    "an amount for a rate",
                    lambda first, last, years: (last - first) / years,
                    "ten more is much for a business of ten and nothing for one of a million.",
                ),
            ],
            [
                "By which factor did sales grow over all the years together?",
                "Which factor, taken so many times, makes that one?",
                "A square root undoes two equal steps. What undoes as many steps as there are "
                "years? And which rate belongs to a factor of 1.2?",
            ],
            probes=[(100.0, 400.0, 4.0), (200.0, 300.0, 3.0)],
            gives="number",
        ),
        Task(
            "years_left",
            [
                Property("It is a number of years above 0.", lambda f, g: f() > 0),
                Property(
                    "After so many years your sales are the whole market.",
                    lambda f, g: abs(_sales_after(g, f()) / g["market"] - 1) < 1e-3,
                    lambda f, g: (
                        f"You gave {shown(f())}. Your sales are then "
                        f"{_sales_after(g, f()):,.0f} million."
                    ),
                ),
            ],
            [
                Misconception(
                    "linear for compound growth",
                    lambda g: (g["market"] / g["last_sales"] - 1) / _rate(g),
                    "each year grows from what the years before have made.",
                ),
                Misconception(
                    "counted from the first figure",
                    lambda g: math.log(g["market"] / g["first_sales"]) / math.log(1 + _rate(g)),
                    "some of these years are over: the last figure is of today.",
                ),
                Misconception(
                    "the growth so far for a year's",
                    lambda g: (
                        math.log(g["market"] / g["last_sales"])
                        / math.log(g["last_sales"] / g["first_sales"])
                    ),
                    "your sales took several years to rise so far. What does one year do?",
                ),
            ],
            [
                "By which factor must your sales still grow, to be the whole market?",
                "Each year multiplies them by 1 + your rate. How often does that go?",
                "Ask math.log which power of the one factor gives the other.",
            ],
            gives="number",
        ),
        Task(
            "years_below_zero",
            [
                Property("It gives years.", lambda f, g: all(1997 <= year <= 2024 for year in f())),
                Property("Building was heavy in 2021 and 2022.", lambda f, g: 2022 in list(f())),
            ],
            [
                Misconception(
                    "profit for cash",
                    lambda g: _years_below_zero("net_income"),
                    "these are years of a net loss. The question is about free cash flow.",
                    looks_like=lambda f, g: 2014 in list(f()),
                ),
                Misconception(
                    "the lowest for those below zero",
                    lambda g: [2022],
                    "not the worst year alone: all whose figure is below 0.",
                ),
                Misconception(
                    "figures for years",
                    lambda g: _below_zero(),
                    "in which years was that?",
                    looks_like=lambda f, g: any(  # in millions, billions or dollars
                        close(sorted(f()), [scale * value for value in _below_zero()])
                        for scale in (1, 1e-3, 1e6)
                    ),
                ),
            ],
            [
                "fw.facts.series_names('amazon_financials') lists what there is.",
                "Take the free cash flow as first reported.",
                "Keep the years whose figure is below 0.",
            ],
            gives="row",
        ),
        Task(
            "hires",
            [
                Property(
                    "Without anybody leaving, nobody needs to be hired.",
                    lambda f, g: close(f(300, 0), 0),
                ),
                Property(
                    "A turnover of 1 means that as many come as are there.",
                    lambda f, g: close(f(300, 1), 300),
                ),
                Property(
                    "With a turnover of a half, half as many come as are there.",
                    lambda f, g: close(f(300, 0.5), 150),
                ),
            ],
            [
                Misconception(
                    "each post once",
                    lambda staff, turnover: staff * min(1.0, turnover),
                    "a post can fall free more than once a year.",
                ),
                fraction_taken_for_percent(lambda staff, turnover: staff * turnover / 100, 1.5),
            ],
            [
                "How many leave in a year?",
                "To keep the number, as many must come as leave.",
                "With a turnover of 2 each post falls free twice a year. How many hires is that "
                "for ten posts?",
            ],
            probes=[(1000.0, 1.5), (400.0, 0.5)],
            gives="number",
        ),
        Task(
            "my_limit",
            [
                Property(
                    "It gives a drawing with at least two loops.",
                    lambda f, g: len(find_loops(f())) >= 2,
                ),
                Property(
                    "One loop reinforces and one balances.",
                    lambda f, g: (
                        {"reinforcing", "balancing"} <= {loop.kind for loop in find_loops(f())}
                    ),
                ),
            ],
            OF_A_LIMIT,
            [
                "Begin with the loop that grows. Then ask what it uses up.",
                "Draw a second loop from the same quantity, through what gets worse, and back.",
                "What sets how far it can go has an arrow into the loop and none out of it.",
            ],
            gives="drawing",
        ),
    ],
)
