"""Exercise 6, the cash machine: what is checked for the student, and the wrong turns."""

from __future__ import annotations

from functools import cache

from wrong_turns import not_changed

from flywheel_edu.exercises.comparing import close
from flywheel_edu.exercises.parts import Given, Misconception, Parameter, Property, Task
from flywheel_edu.exercises.selfcheck import Exercise
from flywheel_edu.flywheels import load
from flywheel_edu.simulate import simulate

_GROWTH = 0.2  # a fifth more of everything that is sold
_BASE_CUSTOMERS = 224_634  # of the library's `cash` after five years, as printed in chapter 6


def _float(
    inventory_days: float,
    receivable_days: float,
    payable_days: float,
    sales: float,
    cost_of_sales: float,
    days: float,
) -> float:
    """What is owed to suppliers, less goods and what customers owe."""
    goods, sold = cost_of_sales / days, sales / days
    return (payable_days - inventory_days) * goods - receivable_days * sold


def _mine(given: Given) -> float:
    names = ("inventory_days", "receivable_days", "payable_days", "sales", "cost_of_sales")
    return _float(*(given[name] for name in names), days=365.0)


@cache
def _most_customers(weight: float) -> float:
    """At the end, with the best of the six shares."""
    shop = load("cash").change(price_weight=weight)
    return max(float(simulate(shop.change(passed_on=n / 10))["customers"][-1]) for n in range(6))


_SHOP = (40.0, 15.0, 100.0, 700.0, 300.0)
_OTHER = (25.0, 10.0, 95.0, 500.0, 365.0)

EXERCISE = Exercise(
    id="06_cycle",
    parameters=[
        Parameter("sales", 400, 900, 10, "million_USD/year"),
        Parameter("cost_of_sales", 250, 390, 10, "million_USD/year"),
        Parameter("inventory_days", 20, 60, 1, "day"),
        Parameter("receivable_days", 5, 25, 1, "day"),
        Parameter("payable_days", 90, 120, 1, "day"),
        Parameter("terms", 1.5, 3, 0.25, "month"),
    ],
    tasks=[
        Task(
            "cycle",
            [
                Property(
                    "A shop without goods, customers' debts or bills has a cycle of 0.",
                    lambda f, g: close(f(0, 0, 0, 500, 300), 0),
                ),
                Property(
                    "More bills that are not yet paid make the cycle shorter.",
                    lambda f, g: f(30, 20, 60, 500, 300) < f(30, 20, 50, 500, 300),
                ),
                Property(
                    "With twice of everything nothing changes.",
                    lambda f, g: close(f(60, 40, 100, 1000, 600), f(30, 20, 50, 500, 300)),
                ),
                Property(
                    "What costs 100 a year and lies there worth 100 lies for 365 days.",
                    lambda f, g: close(f(100, 0, 0, 500, 100), 365),
                ),
                Property(
                    "Who sells for 100 a year and is owed 100 waits for 365 days.",
                    lambda f, g: close(f(0, 100, 0, 100, 300), 365),
                ),
                Property(
                    "With 100 of bills at a cost of 100 a year, suppliers wait for 365 days.",
                    lambda f, g: close(f(0, 0, 100, 500, 100), -365),
                ),
            ],
            [
                Misconception(
                    "everything against sales",
                    lambda i, r, p, sales, cost: 365 * (i + r - p) / sales,
                    "goods and bills are counted at cost, so they belong to the cost of sales.",
                ),
                Misconception(
                    "bills added",
                    lambda i, r, p, sales, cost: 365 * (i / cost + r / sales + p / cost),
                    "while a bill is not paid, the supplier waits, not the shop.",
                ),
                Misconception(
                    "years for days",
                    lambda i, r, p, sales, cost: i / cost + r / sales - p / cost,
                    "a balance over a yearly flow is a length of time in years.",
                ),
            ],
            [
                "Find the three lengths of time one by one.",
                "Days of inventory are 365 times the goods over the cost of sales in a year.",
                "Receivables belong to sales, payables to the cost of sales.",
            ],
            probes=[(30.0, 20.0, 60.0, 500.0, 300.0), (34.4, 42.4, 79.6, 514.0, 288.8)],
            tolerance=1e-9,
            gives="number",
        ),
        Task(
            "break_even_days",
            [
                Property("It is a length of time above 0.", lambda f, g: f(40, 15) > 0),
                Property(
                    "With it, your own cycle is 0.",
                    lambda f, g: (
                        abs(
                            g["inventory_days"]
                            + g["receivable_days"]
                            - f(g["inventory_days"], g["receivable_days"])
                        )
                        < 1e-3
                    ),
                ),
            ],
            [
                Misconception(
                    "goods only", lambda goods, owed: goods, "customers owe for a while, too."
                ),
                Misconception(
                    "the difference",
                    lambda goods, owed: goods - owed,
                    "both are times in which the shop waits for its money.",
                ),
            ],
            [
                "What does a cycle of 0 say of the day on which the supplier is paid?",
                "Write the cycle as a sum of three terms.",
                "Two of the three are given. Which third makes the sum 0?",
            ],
            probes=[(40.0, 15.0), (33.0, 8.0)],
            gives="number",
        ),
        Task(
            "other_peoples_money",
            [
                Property(
                    "A shop that pays when it is paid has nobody's money in it.",
                    lambda f, g: close(f(40, 0, 40, 700, 300), 0),
                ),
                Property(
                    "A longer term of payment brings more.",
                    lambda f, g: f(40, 15, 101, 700, 300) > f(40, 15, 100, 700, 300),
                ),
                Property(
                    "With your own numbers it is what is owed, less goods and debts.",
                    lambda f, g: (
                        abs(
                            f(
                                g["inventory_days"],
                                g["receivable_days"],
                                g["payable_days"],
                                g["sales"],
                                g["cost_of_sales"],
                            )
                            - _mine(g)
                        )
                        < 1e-3
                    ),
                ),
            ],
            [
                Misconception(
                    "years for days",
                    lambda goods, owed, bills, sales, cost: _float(
                        goods, owed, bills, sales, cost, days=1.0
                    ),
                    "a flow is so much a year: how much is it a day?",
                ),
                Misconception(
                    "goods at their price",
                    lambda goods, owed, bills, sales, cost: (bills - goods - owed) * sales / 365,
                    "goods and bills are counted at cost.",
                ),
                Misconception(
                    "debts at cost",
                    lambda goods, owed, bills, sales, cost: (bills - goods - owed) * cost / 365,
                    "customers owe what was sold, at its price.",
                ),
                Misconception(
                    "bills alone",
                    lambda goods, owed, bills, sales, cost: bills * cost / 365,
                    "some of it is in the goods, and some is owed by customers.",
                ),
                Misconception(
                    "sales and cost exchanged",
                    lambda goods, owed, bills, sales, cost: (
                        ((bills - goods) * sales - owed * cost) / 365
                    ),
                    "which of the three are counted at cost, and which at price?",
                ),
            ],
            [
                "How much is sold in a day, and what does it cost?",
                "Turn each number of days into money: days times what flows in a day.",
                "Payables less inventory less receivables.",
            ],
            probes=[_SHOP, _OTHER],
            tolerance=1e-9,
            gives="number",
        ),
        Task(
            "customers_with_terms",
            [
                Property(
                    "Shorter terms leave fewer customers than the model's own terms.",
                    lambda f, g: f(g["terms"]) < _BASE_CUSTOMERS - 1,
                ),
                Property(
                    "There are still more than at the start.", lambda f, g: f(g["terms"]) > 100_000
                ),
            ],
            [
                not_changed(lambda months: _BASE_CUSTOMERS),
                Misconception(
                    "the first value for the last",
                    lambda months: 100_000.0,
                    "the run begins with 100,000; its end has the index -1.",
                ),
            ],
            [
                "Which given of the model says when suppliers are paid?",
                "It is called payable_months. Change it, run the changed model, look at its end.",
                "A row of a run is read by its name in quotes; its last value has the index -1.",
            ],
            probes=[(1.5,), (2.5,)],
            tolerance=1e-5,
            gives="number",
        ),
        Task(
            "best_share",
            [
                Property(
                    "It is one of the six shares.",
                    lambda f, g: any(close(f(1), s) for s in (0, 0.1, 0.2, 0.3, 0.4, 0.5)),
                ),
                Property(
                    "Customers who hardly look at the price are not won by it.",
                    lambda f, g: close(f(0.5), 0),
                ),
                Property(
                    "Those who look at the price more are not given less.",
                    lambda f, g: 0 <= f(1) <= f(2.9) <= 0.5,
                ),
            ],
            [
                Misconception(
                    "lower prices always win",
                    lambda weight: 0.5,
                    "what is passed on is not there to build with.",
                ),
                Misconception(
                    "most cash, not most customers",
                    lambda weight: 0,
                    "compare the customers at the end, not the cash.",
                ),
                Misconception(
                    "the customers for the share",
                    _most_customers,
                    "so many customers are won. With which share?",
                ),
            ],
            [
                "Run the model once for each of the six shares.",
                "Keep the share whose run ends with the most customers.",
                "max(shares, key=...) finds it.",
            ],
            probes=[(1.0,), (2.9,)],
            gives="number",
        ),
        Task(
            "cash_from_growth",
            [
                Property(
                    "With the same days the money of others grows as sales do: by a fifth.",
                    lambda f, g: abs(f() - _GROWTH * _mine(g)) < 0.01,
                ),
            ],
            [
                Misconception(
                    "all of it for what is added",
                    lambda g: (1 + _GROWTH) * _mine(g),
                    "that is what is in the shop afterwards. How much of it is new?",
                ),
                Misconception(
                    "nothing changes",
                    _mine,
                    "that is in the shop already, before it grows.",
                ),
                Misconception(
                    "sales for cash",
                    lambda g: _GROWTH * g["sales"],
                    "more sales bring more cash only for the days on which others wait for it.",
                ),
            ],
            [
                "The days stay as they are. Which of the numbers of the shop grow?",
                "Sales and their cost grow by a fifth. What does that do to other people's money?",
                "Ask your function of task 3 twice, before and after. What has come in between?",
            ],
            tolerance=1e-9,
            gives="number",
        ),
    ],
)
