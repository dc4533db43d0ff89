"""Exercise 10, limits and doom loops: what is checked for the student, and the wrong turns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from flywheel_edu.causal.loops import find_loops
from flywheel_edu.grading.selfcheck import (
    Exercise,
    Misconception,
    Parameter,
    Property,
    Task,
    close,
)

Row = Sequence[float]


def _alike(one: Row, other: Row) -> bool:
    return len(one) == len(other) and all(close(a, b) for a, b in zip(one, other, strict=True))


EXERCISE = Exercise(
    id="10_limits",
    parameters=[
        Parameter("first_sales", 100, 400, 10, "million_USD/year"),
        Parameter("last_sales", 900, 2000, 50, "million_USD/year"),
        Parameter("years", 4, 9, 1, "year"),
        Parameter("staff_needed", 200, 900, 50, "person"),
        Parameter("turnover", 0.8, 1.6, 0.1, "1/year"),
    ],
    tasks=[
        Task(
            "growth_rates",
            [
                Property(
                    "From four years there are three rates.",
                    lambda f, g: len(f([100, 150, 200, 250])) == 3,
                ),
                Property(
                    "A year that only repeats the last has a rate of 0.",
                    lambda f, g: close(f([80, 80])[0], 0),
                ),
                Property(
                    "Sales in thousands or in millions grow at the same rates.",
                    lambda f, g: _alike(f([1, 3, 4]), f([1000, 3000, 4000])),
                ),
            ],
            [
                Misconception(
                    "growth for growth rate",
                    lambda sales: [b - a for a, b in pairwise(sales)],
                    "a rate is a share of what was there the year before.",
                ),
                Misconception(
                    "percent for fraction",
                    lambda sales: [100 * (b / a - 1) for a, b in pairwise(sales)],
                    "write 0.5 for 50 %.",
                ),
                Misconception(
                    "against the first year",
                    lambda sales: [b / sales[0] - 1 for b in sales[1:]],
                    "each year is set against the year before it.",
                ),
                Misconception(
                    "share of the new year",
                    lambda sales: [(b - a) / b for a, b in pairwise(sales)],
                    "divide by what was there before, not by what is there now.",
                ),
            ],
            [
                "By how much did sales rise from one year to the next?",
                "Which sales does that rise belong to: those before, or those after?",
                "For each pair: the later one over the earlier one, less 1.",
            ],
            probes=[([100.0, 150.0, 200.0, 250.0],), ([80.0, 100.0, 90.0],)],
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
            ],
            [
                "By which factor did sales grow over all the years together?",
                "Which factor, taken so many times, makes that one?",
                "The years-th root of the whole factor, less 1.",
            ],
            probes=[(100.0, 400.0, 4.0), (200.0, 300.0, 3.0)],
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
                    None,
                    "these are years of a net loss. The question is about free cash flow.",
                    looks_like=lambda f, g: 2014 in list(f()),
                ),
            ],
            [
                "fw.facts.series_names('amazon_financials') lists what there is.",
                "Take the free cash flow as first reported.",
                "Keep the years whose figure is below 0.",
            ],
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
            ],
            [
                Misconception(
                    "each post once",
                    lambda staff, turnover: staff * min(1.0, turnover),
                    "a post can fall free more than once a year.",
                ),
                Misconception(
                    "percent for fraction",
                    lambda staff, turnover: staff * turnover / 100,
                    "1.5 already means 150 %.",
                ),
            ],
            [
                "How many leave in a year?",
                "To keep the number, as many must come as leave.",
                "Staff times turnover.",
            ],
            probes=[(1000.0, 1.5), (400.0, 0.5)],
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
            [
                Misconception(
                    "ignoring the limit",
                    None,
                    "what gets scarce, crowded or dear as it grows?",
                    looks_like=lambda f, g: (
                        {loop.kind for loop in find_loops(f())} == {"reinforcing"}
                    ),
                ),
            ],
            [
                "Begin with the loop that grows. Then ask what it uses up.",
                "Draw a second loop from the same quantity, through what gets worse, and back.",
                "What sets how far it can go has an arrow into the loop and none out of it.",
            ],
        ),
    ],
)
