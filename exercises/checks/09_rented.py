"""Exercise 9, rented flywheels: what is checked for the student, and the wrong turns."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

from flywheel_edu.exercises.comparing import close, shown
from flywheel_edu.exercises.parts import Answer, Given, Misconception, Parameter, Property, Task
from flywheel_edu.exercises.selfcheck import Exercise
from flywheel_edu.flywheels import load
from flywheel_edu.simulate import Run, simulate

# What changes the price of advertisements, and not whose wheel it is.
_OF_ADVERTISING = {"first_cost", "usual_spend", "dearer", "exhaustion"}

_AUDIENCE = 100_000  # persons


@cache
def _run(ad_share: float) -> Run:
    return simulate(load("rented").change(ad_share=ad_share))


def _at_the_end(share: float, name: str) -> float:
    return float(_run(share)[name][-1])


def _average_cost(share: float) -> float:
    return _at_the_end(share, "ad_spend") / _at_the_end(share, "won")


def _more_of(name: str, share: float, more: float) -> float:
    return _at_the_end(share + more, name) - _at_the_end(share, name)


def _left_alone(churn_rate: float, changes: dict[str, float]) -> float:
    """Customers at the end against the start, with nothing spent on advertising."""
    model = load("rented").change(ad_share=0, churn_rate=churn_rate).change(**changes)
    customers = simulate(model)["customers"]
    return float(customers[-1] / customers[0])


def _told(given: Given, word_of_mouth: float) -> float:
    """How many the student's own firm wins in a month by word of mouth."""
    return given["customers"] * word_of_mouth * (1 - given["customers"] / _AUDIENCE)


def _changed(one_of: set[str]) -> Callable[[Answer, Given], bool]:
    """Whether an answer changes one of these givens."""
    return lambda f, g: bool(set(f(0.08)) & one_of)


EXERCISE = Exercise(
    id="09_rented",
    parameters=[
        Parameter("margin", 6, 15, 0.5, "USD/customer/month"),
        Parameter("churn", 0.03, 0.1, 0.01, "1/month"),
        Parameter("discount", 0.005, 0.015, 0.0025, "1/month"),
        Parameter("cost", 30.5, 55.5, 1, "USD/customer"),
        Parameter("customers", 2000, 30000, 1000, "customer"),
        Parameter("word_of_mouth", 0.005, 0.02, 0.005, "1/month"),
        Parameter("ad_share", 0.35, 0.7, 0.05),
    ],
    tasks=[
        Task(
            "lifetime_value",
            [
                Property(
                    "A customer who leaves after the first payment is worth that payment.",
                    lambda f, g: close(f(10, 1, 0.3), 10),
                ),
                Property(
                    "Without discount, customers who stay 20 months on average pay 20 times.",
                    lambda f, g: close(f(3, 0.05, 0), 60, 1e-4),
                ),
                Property(
                    "What comes later is worth less: with a discount the sum is smaller.",
                    lambda f, g: f(10, 0.08, 0.02) < 0.95 * f(10, 0.08, 0),
                ),
            ],
            [
                Misconception(
                    "undiscounted sum",
                    lambda margin, churn, discount: margin / churn,
                    "a dollar next year is worth less than a dollar now.",
                ),
                Misconception(
                    "first payment a period late",
                    lambda margin, churn, discount: margin * (1 - churn) / (churn + discount),
                    "the first payment comes now, from everybody.",
                ),
                Misconception(
                    "discounted from the first payment on",
                    lambda margin, churn, discount: margin / (churn + discount),
                    "the first payment is now, so it is not discounted.",
                ),
                Misconception(
                    "a year for all time",
                    lambda margin, churn, discount: sum(
                        margin * ((1 - churn) / (1 + discount)) ** n for n in range(12)
                    ),
                    "some stay for longer than a year.",
                ),
            ],
            [
                "Write down the first three payments: how many customers are left, and what is "
                "a dollar worth then?",
                "Each month multiplies by (1 - churn) / (1 + discount).",
                "Add up very many months in a loop, or find the sum of the geometric series.",
            ],
            probes=[(10.0, 0.08, 0.02), (7.0, 0.05, 0.01)],
            tolerance=1e-5,
            gives="number",
        ),
        Task(
            "payments_needed",
            [
                Property(
                    "If nobody leaves, 30 are back after 3 times 10.",
                    lambda f, g: f(30, 10, 0) == 3,
                ),
                Property(
                    "With customers who leave it takes more payments.",
                    lambda f, g: f(60, 10, 0.08) > 6,
                ),
                Property(
                    "It is a whole number of payments.",
                    lambda f, g: f(55, 10, 0.03) == int(f(55, 10, 0.03)),
                ),
                Property(
                    "If all payments together bring less than the cost, it is math.inf.",
                    lambda f, g: f(100, 10, 0.2) == math.inf,
                ),
            ],
            [
                Misconception(
                    "as if nobody left",
                    lambda cost, margin, churn: math.ceil(cost / margin),
                    "some leave before they have paid back.",
                ),
                Misconception(
                    "the length of a stay",
                    lambda cost, margin, churn: math.ceil(1 / churn) if churn else math.inf,
                    "how long a customer stays does not yet say when the cost is back.",
                ),
            ],
            [
                "Of 100 customers won together, how many pay the second time, and the third?",
                "Add up margin * (1 - churn) ** n for n = 0, 1, 2, ... until it reaches the cost.",
                "All payments together bring margin / churn. If that is too little, give math.inf.",
            ],
            probes=[(60.0, 10.0, 0.08), (45.0, 9.0, 0.07)],
            gives="number",
        ),
        Task(
            "marginal_cost",
            [
                Property(
                    "The additional customers are dearer than the average one.",
                    lambda f, g: f(0.5, 0.05) > 1.05 * _average_cost(0.55),
                    lambda f, g: (
                        f"From a share of 0.5 to 0.55 you gave {f(0.5, 0.05):.4g} USD. The average "
                        f"one costs {_average_cost(0.55):.4g} then."
                    ),
                ),
                Property(
                    "The more is spent already, the dearer is one more.",
                    lambda f, g: f(0.6, 0.05) > f(0.4, 0.05),
                ),
                Property(
                    "So many more, times what one of them costs, is what is spent more.",
                    lambda f, g: (
                        abs(
                            f(0.5, 0.05)
                            * _more_of("won", 0.5, 0.05)
                            / _more_of("ad_spend", 0.5, 0.05)
                            - 1
                        )
                        < 1e-3
                    ),
                ),
            ],
            [
                Misconception(
                    "average for marginal",
                    lambda share, more: _average_cost(share),
                    "what do those cost who come only because more is spent?",
                ),
                Misconception(
                    "average after the change",
                    lambda share, more: _average_cost(share + more),
                    "that is still an average, over all who are won.",
                ),
                Misconception(
                    "customers there for customers won",
                    lambda share, more: (
                        _more_of("ad_spend", share, more) / _more_of("customers", share, more)
                    ),
                    "spending is so much a month; so has to be what it is divided by.",
                ),
            ],
            [
                "You need two runs: one with the share, one with share + more.",
                "By how much does ad_spend differ at the end of the two, and by how much won?",
                "Divide the difference in ad_spend by the difference in won.",
            ],
            probes=[(0.5, 0.05)],
            tolerance=1e-4,
            gives="number",
        ),
        Task(
            "coast_down",
            [
                Property(
                    "After 0 months everybody is still there.",
                    lambda f, g: close(f(900, 0.08, 0.01, 0), 900),
                ),
                Property(
                    "If as many are told as leave, nothing changes.",
                    lambda f, g: close(f(900, 0.05, 0.05, 12), 900),
                ),
                Property(
                    "There are never fewer than none.",
                    lambda f, g: f(900, 0.1, 0, 30) > 0,
                ),
                Property(
                    "The second month takes fewer than the first, since fewer are left.",
                    lambda f, g: (
                        f(900, 0.1, 0, 1) - f(900, 0.1, 0, 2) < 900 - f(900, 0.1, 0, 1) - 1
                    ),
                ),
                Property(
                    "Of 100, if 10 % leave and 5 % are told, 95 are left, and then 90.25.",
                    lambda f, g: (
                        close(f(100, 0.1, 0.05, 1), 95) and close(f(100, 0.1, 0.05, 2), 90.25)
                    ),
                ),
            ],
            [
                Misconception(
                    "linear for compound decline",
                    lambda customers, churn, told, months: (
                        customers * (1 - (churn - told) * months)
                    ),
                    "each month takes its share of those who are left, not of those at first.",
                ),
                Misconception(
                    "nobody tells anybody",
                    lambda customers, churn, told, months: customers * (1 - churn) ** months,
                    "some new ones still come without advertising.",
                ),
                Misconception(
                    "those who left for those who stay",
                    lambda customers, churn, told, months: (
                        customers - customers * (1 + told - churn) ** months
                    ),
                    "how many are still there?",
                ),
            ],
            [
                "What does one month do to 100 customers: how many go, how many come?",
                "A month multiplies the customers by one number. Which, for your firm?",
                "The next month multiplies by that number again. What do 24 such steps do?",
            ],
            probes=[(900.0, 0.08, 0.01, 6), (500.0, 0.05, 0.02, 10)],
            tolerance=1e-9,
            gives="number",
        ),
        Task(
            "least_word_of_mouth",
            [
                Property("It is a share a month: above 0 and below 1.", lambda f, g: 0 < f() < 1),
                Property(
                    "Some of what is told is told in vain, so it takes more than the churn.",
                    lambda f, g: f() > 1.001 * g["churn"],
                ),
                Property(
                    "With it, as many are told and won in a month as leave.",
                    lambda f, g: abs(_told(g, f()) - g["churn"] * g["customers"]) < 0.1,
                    lambda f, g: (
                        f"You gave {shown(float(f()))}. With it, {_told(g, f()):,.0f} are won in "
                        f"a month, and {g['churn'] * g['customers']:,.0f} leave."
                    ),
                ),
            ],
            [
                Misconception(
                    "everybody is still to be won",
                    lambda g: g["churn"],
                    "look at the line `told` in the model: who is told, but a customer already?",
                ),
                Misconception(
                    "the wrong part of the audience",
                    lambda g: g["churn"] / (g["customers"] / _AUDIENCE),
                    "those who can still be won are the others.",
                ),
                Misconception(
                    "times for divided by",
                    lambda g: g["churn"] * (1 - g["customers"] / _AUDIENCE),
                    "the fewer are left to win, the more must be told.",
                ),
            ],
            [
                "The firm holds if as many are told as are lost in a month.",
                "told is customers * word_of_mouth * (1 - customers / audience).",
                "Set it equal to customers * churn, and solve for word_of_mouth.",
            ],
            tolerance=1e-9,
            gives="number",
        ),
        Task(
            "make_own",
            [
                Property(
                    "It is one given of the model with its new value, in braces.",
                    lambda f, g: len(dict(f(0.08))) == 1,
                ),
                Property(
                    "How many leave is as it is, and nothing is spent on advertising.",
                    lambda f, g: not set(f(0.08)) & {"churn_rate", "ad_share"},
                ),
                Property(
                    "Without advertising there are more customers at the end than at first.",
                    lambda f, g: _left_alone(0.08, dict(f(0.08))) > 1,
                    lambda f, g: (
                        f"With {dict(f(0.08))} and 8 % leaving each month, there are "
                        f"{_left_alone(0.08, dict(f(0.08))):.2f} times as many at the end."
                    ),
                ),
            ],
            [
                Misconception(
                    "cheaper advertisements",
                    lambda churn: {"first_cost": 20.0},
                    "nothing is bought, so its price does not matter.",
                    looks_like=_changed(_OF_ADVERTISING),
                ),
                Misconception(
                    "a larger audience",
                    lambda churn: {"audience": 1e6},
                    "who wins them, if nothing is bought?",
                    looks_like=_changed({"audience"}),
                ),
                Misconception(
                    "more money from each customer",
                    lambda churn: {"spending_each": 40.0},
                    "the money would have to be spent on something that brings customers.",
                    looks_like=_changed({"spending_each", "gross_margin", "fixed_cost"}),
                ),
                Misconception(
                    "just as many told as leave",
                    lambda churn: {"word_of_mouth": churn},
                    "some of what is told reaches those who are customers already.",
                    looks_like=lambda f, g: close(dict(f(0.08)), {"word_of_mouth": 0.08}),
                ),
                Misconception(
                    "nobody leaves",
                    lambda churn: {"churn_rate": 0.0},
                    "how many leave is to stay as it is.",
                    looks_like=_changed({"churn_rate", "ad_share"}),
                ),
            ],
            [
                "Which loop of the model turns without the platform?",
                "Which given makes customers bring customers?",
                "It has to be above the share that leaves, and stay within its range.",
            ],
            probes=[(0.08,)],
            gives="names",
        ),
    ],
)
