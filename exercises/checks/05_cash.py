"""Exercise 5, cash and not profit: what is checked for the student, and the wrong turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wrong_turns import fraction_taken_for_percent

from flywheel_edu.exercises.comparing import close, shown
from flywheel_edu.exercises.parts import Given, Misconception, Parameter, Property, Task
from flywheel_edu.exercises.selfcheck import Exercise

Flows = Sequence[float]


def _sum_of(weight: Callable[[float, int], float]) -> Callable[[Flows, float], float]:
    """A present value with some weight for each period."""
    return lambda flows, rate: sum(x * weight(rate, t) for t, x in enumerate(flows))


def _printed_row(price: float, cash_each: float, rate: float) -> float:
    """As if each year's cash were one payment at its end, the price in the first of them."""
    row = [cash_each - price, *[cash_each] * 3]
    return sum(x / (1 + rate) ** t for t, x in enumerate(row, 1))


def _late(price: float, cash_each: float, rate: float) -> float:
    return sum(cash_each / (1 + rate) ** t for t in range(2, 6)) - price / (1 + rate)


def _letters_machine(given: Given) -> float | None:
    """The worth of the machine of 2004; none if that is the student's own."""
    is_own = (given["price"], given["cash_each"], given["rate"]) == (160, 50, 0.12)
    return None if is_own else sum(50 / 1.12**t for t in range(1, 5)) - 160


EXERCISE = Exercise(
    id="05_cash",
    parameters=[
        Parameter("price", 120, 200, 5, "million_USD"),
        Parameter("cash_each", 42, 58, 1, "million_USD/year"),
        Parameter("rate", 0.08, 0.16, 0.01, "1/year"),
    ],
    tasks=[
        Task(
            "free_cash",
            [
                Property(
                    "A business that buys nothing keeps all its cash from operating.",
                    lambda f, g: close(f(80, 0), 80),
                ),
                Property(
                    "Each dollar spent on machines is a dollar less.",
                    lambda f, g: close(f(80, 30) - f(80, 31), 1),
                ),
            ],
            [
                Misconception(
                    "profit for cash",
                    lambda operating, capex: operating,
                    "the machines are paid for in this year, whatever the income statement says.",
                ),
                Misconception(
                    "a cost counted as income",
                    lambda operating, capex: operating + capex,
                    "does money come in or go out when a machine is bought?",
                ),
            ],
            [
                "Which of the two amounts comes in, and which goes out?",
                "Free cash flow is what is left after building.",
                "Take one amount away from the other.",
            ],
            probes=[(100.0, 40.0), (50.0, 160.0)],
            gives="number",
        ),
        Task(
            "present_value",
            [
                Property(
                    "At a rate of 0 the payments are only added up.",
                    lambda f, g: close(f([-10, 4, 7], 0), 1),
                ),
                Property(
                    "A single payment now is worth what it is, at any rate.",
                    lambda f, g: close(f([12.0], 0.3), 12),
                ),
                Property(
                    "A later payment is worth less at a higher rate.",
                    lambda f, g: f([0, 0, 50], 0.2) < f([0, 0, 50], 0.1),
                ),
                Property(
                    "110 dollars in one year, or 121 in two, are worth 100 today at a rate of 0.1.",
                    lambda f, g: close(f([0, 110], 0.1), 100) and close(f([0, 0, 121], 0.1), 100),
                ),
            ],
            [
                Misconception(
                    "undiscounted sum",
                    _sum_of(lambda rate, t: 1.0),
                    "a payment in three years is worth less than the same payment now.",
                ),
                Misconception(
                    "first payment a period late",
                    _sum_of(lambda rate, t: (1 + rate) ** -(t + 1)),
                    "the first amount of the row is paid now.",
                ),
                fraction_taken_for_percent(_sum_of(lambda rate, t: (1 + rate / 100) ** -t), 0.12),
                Misconception(
                    "simple for compound interest",
                    _sum_of(lambda rate, t: 1 / (1 + rate * t)),
                    "after two years there is interest on the interest, too.",
                ),
            ],
            [
                "What is one dollar in one year worth today?",
                "Each year that a payment lies ahead divides it once more by (1 + rate).",
                "Number the payments from 0: enumerate(flows) does. How often is each divided?",
            ],
            probes=[([-160.0, 50.0, 50.0, 50.0, 50.0], 0.12), ([0.0, 10.0, 20.0], 0.3)],
            tolerance=1e-9,
            gives="number",
        ),
        Task(
            "machine_value",
            [
                Property(
                    "It lies below what the four years bring together less the price.",
                    lambda f, g: f(160, 50, 0.12) < 4 * 50 - 160,
                ),
                Property(
                    "It lies above the loss of the whole price.",
                    lambda f, g: f(160, 50, 0.12) > -160,
                ),
                Property(
                    "At a rate of 0 it is what the four years bring together less the price.",
                    lambda f, g: close(f(160, 50, 0), 40),
                ),
                Property(
                    "The price is paid now: a dollar more takes a dollar off, at any rate.",
                    lambda f, g: close(f(160, 50, 0.12) - f(161, 50, 0.12), 1),
                ),
                Property(
                    "If a year halves what a payment is worth, four of 16 are worth 15.",
                    lambda f, g: close(f(0, 16, 1.0), 15),
                ),
            ],
            [
                Misconception(
                    "undiscounted sum",
                    lambda price, cash_each, rate: 4 * cash_each - price,
                    "four payments of later years are worth less today.",
                ),
                Misconception(
                    "the timing trap",
                    _printed_row,
                    "the price is paid at the start of year 1, its cash comes at the end.",
                ),
                Misconception("everything a year late", _late, "the price is paid now."),
            ],
            [
                "Write the row of payments first: what is paid now, what at the end of each year?",
                "The row has five payments, the first of them below zero.",
                "Use present_value with that row.",
            ],
            probes=[(160.0, 50.0, 0.12), (150.0, 45.0, 0.1)],
            tolerance=1e-9,
            gives="number",
        ),
        Task(
            "my_machine",
            [
                Property(
                    "It is what your own machine is worth: beside the price, put by at your rate, "
                    "it becomes in four years what the four payments become.",
                    lambda f, g: (
                        abs(
                            (f() + g["price"]) * (1 + g["rate"]) ** 4
                            - sum(g["cash_each"] * (1 + g["rate"]) ** t for t in range(4))
                        )
                        < 1e-5 * g["price"]
                    ),
                    lambda f, g: f"You gave {shown(f())}.",
                ),
            ],
            [
                Misconception(
                    "the letter's machine",
                    _letters_machine,
                    "your own numbers are in given.",
                ),
                Misconception(
                    "undiscounted sum",
                    lambda g: 4 * g["cash_each"] - g["price"],
                    "four payments of later years are worth less today.",
                ),
                Misconception(
                    "everything a year late",
                    lambda g: _late(g["price"], g["cash_each"], g["rate"]),
                    "the price is paid now.",
                ),
            ],
            [
                "You have the function already; which three numbers go into it?",
                "Ask the cell at the top: given shows your own numbers.",
                "They are called price, cash_each and rate: write given and a dot before each.",
            ],
            gives="number",
        ),
        Task(
            "self_funding",
            [
                Property(
                    "It is a share a year: above 0, and below 1 for the letter's machine.",
                    lambda f, g: 0 < f(160, 50) < 1,
                ),
                Property(
                    "At that growth, what a machine brings pays for what is bought.",
                    lambda f, g: (
                        abs(g["cash_each"] - f(g["price"], g["cash_each"]) * g["price"]) < 0.02
                    ),
                ),
            ],
            [
                Misconception(
                    "upside down",
                    lambda price, cash_each: price / cash_each,
                    "that is how many years one machine must work for another.",
                ),
                Misconception(
                    "what is left after the price",
                    lambda price, cash_each: (4 * cash_each - price) / price,
                    "a year's growth is paid from a year's cash, not from four years'.",
                ),
                Misconception(
                    "four years for one",
                    lambda price, cash_each: 4 * cash_each / price,
                    "a year's growth is paid from a year's cash, not from four years'.",
                ),
            ],
            [
                "How much does one machine bring in a year, and what does one cost?",
                "With 10 machines at growth x, you buy 10 x machines a year. What do they cost?",
                "Set what 10 machines bring equal to what 10 x machines cost.",
            ],
            probes=[(160.0, 50.0), (150.0, 45.0)],
            gives="number",
        ),
        Task(
            "two_definitions",
            [
                Property(
                    "It gives two numbers: less gross purchases, and as Amazon prints it.",
                    lambda f, g: len(f(2024)) == 2,
                ),
                Property(
                    "Taking off less leaves more: the second is the larger in 2024.",
                    lambda f, g: f(2024)[1] > f(2024)[0],
                ),
            ],
            [
                Misconception(
                    "one definition for both",
                    lambda year: (38219.0, 38219.0),
                    "the two lines of capital expenditure are different series in the facts.",
                    looks_like=lambda f, g: close(f(2024)[0], f(2024)[1]),
                ),
                Misconception(
                    "the two in the wrong order",
                    lambda year: (38219.0, 32878.0),
                    "first the one that takes off more.",
                ),
            ],
            [
                "Look at facts.series_names('amazon_financials').",
                "Two of the series are purchases of property and equipment, gross and net.",
                "Both answers begin with operating_cash_flow of that year.",
            ],
            probes=[(2024,)],
            gives="row",
        ),
    ],
)
