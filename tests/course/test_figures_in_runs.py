"""The figures that chapters 1, 2, 4, 6, 7, 9, 11 and 12 and their questions tell, worked out anew.

A row is the words that carry the figures, and the figures: see `test_figures`.
"""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import flywheel_edu as fw
from tests.course.test_chapters import COURSE
from tests.course.test_figures import AWS, SALES, end, money, ran, said_figures, text_of

INCOME = fw.facts.series("aws", "aws_operating_income")
WHOLE = money("operating_income")
RECORDERS = fw.facts.series("bass_model", "us_vcr_sales")
PRICE = fw.facts.series("amzn_month_end_price", "amzn_month_price_not_adjusted_for_2022_split")
COSTCO = fw.facts.series("working_capital", "costco_membership_fees")
STOCKED = [
    fw.facts.series("working_capital", f"amazon_{name}")[2022]
    for name in ("inventories", "cost_of_sales")
]
LOST = fw.facts.series("seller_fees_and_critique", "loss_per_newly_acquired_customer_merchants")
SERVED = fw.facts.series("customers", "customers_served_in_year")
BAKERY = fw.read(COURSE / "models/bakery.flywheel")
OWN = BAKERY.given_values


def of(name, quantity, time=None, **changes):
    run = ran(name, **changes)
    return end(run, quantity) if time is None else float(np.interp(time, run.time, run[quantity]))


def thousands(*numbers):
    return [1000 * round(number / 1000) for number in numbers]


def cash(**changes):
    return of("cash", "customers", **changes)


def slump(**changes):
    """How low cash sinks after half of the orders have gone, and from how high, in millions."""
    till = ran("cash", slump=0.5, **changes)["cash"] / 1e6
    return till.min(), till.max() - till.min()


def cycle(company, year):
    return float(fw.facts.series("derived", f"{company}_cash_conversion_cycle")[year])


def days(part):
    return float(fw.facts.series("derived", f"amazon_days_{part}")[2022])


def members(**changes):
    return of("membership", "members", **changes)


def regulars(week, **changes):
    run = fw.simulate(BAKERY.change(**changes))
    return round(float(np.interp(week, run.time, run["regulars"])))


def margin(year):
    return round(100 * INCOME[year] / AWS[year])


NAPKIN = fw.load("napkin")
BASS, CASH, RENTED = (fw.load(name).given_values for name in ("bass", "cash", "rented"))
LEFT = 100 * (RENTED["churn_rate"] - RENTED["word_of_mouth"])
SAID = 179.518  # thousand million USD: the first version of aws, of 2025
BAKED = fw.simulate(BAKERY)
LOWEST = float(BAKED.time[BAKED["cash"].argmin()])

TOLD = [
    (
        0,
        "there are 500,000 people who could come, each about once",
        (NAPKIN.given_values["audience"],),
    ),
    (0, "After ten years it is 462,000", thousands(end(fw.simulate(NAPKIN, until=120), "traffic"))),
    (1, "From 64.56 to 5.97 dollars", (PRICE["2000-01"], PRICE.min())),
    (1, "an even number of minuses (0, 2, 4)", range(0, 6, 2)),
    (
        2,
        "the tap lets in 12 litres a minute. At minute 10 it is turned down to 8",
        (12, 10, 12 - 4),
    ),
    (2, "turned down by more than 7", (12 - 5,)),
    (
        2,
        "Here each month adds 8 % of *what is there by then*: 8 at first, 16 when there are 200",
        (8, 0.08 * 100, 0.08 * 200, 200),
    ),
    (2, "The volume alone is about 1,400 cubic feet", (round(math.pi * 15**2 * 2, -2),)),
    (2, "A steel disk 30 feet across and 2 feet thick weighs about - 5,000 pounds", (30, 2, 5000)),
    (
        2,
        "+ 700,000 pounds = About 1,400 cubic feet of 490 pounds",
        (round(490 * math.pi * 15**2 * 2, -5), round(math.pi * 15**2 * 2, -2), 490),
    ),
    (2, "a twelfth of its peak 100 seconds later", (round(40 * math.log(12), -1),)),
    (2, "70 / r months to double. Here, 70 / 8", (*[round(100 * math.log(2), -1)] * 2, 8)),
    (2, "= 100 divided by 7", (100, 7)),
    (2, "1.4 % a month: 70 divided by 50", (70 / 50, 70, 50)),
    (2, "10 months = 70 divided by 7", (70 / 7, 70, 7)),
    (
        2,
        "it takes 4,700 visits a month",
        (round(fw.flywheel_test(fw.load("napkin").change(first_traffic=4000)).push_needed),),
    ),
    (2, "Asked for 100 customers and a share of 0.05 it gives 95", (100, 0.05, 100 * (1 - 0.05))),
    (
        4,
        "| 840 | 2,310 | 4,420 | 8,420 | 16,010 | 26,960 |",
        RECORDERS.cumsum().loc[1980:1985].round(-1),
    ),
    (
        4,
        "less is added: 100, 150, 200, 250 grows by 50 %, then 33, then 25",
        (100, 150, 200, 250, *(round(100 * 50 / before) for before in (100, 150, 200))),
    ),
    (4, "stay at 50 %: 100, 150, 225, 338", (50, *(round(100 * 1.5**n) for n in range(4)))),
    (4, "10, 15, 22.5, 33.75 = Half as much again", [10 * 1.5**n for n in range(4)]),
    (4, "the rate is always 50 %", (100 * (15 / 10 - 1),)),
    (4, "The rates are 100, 50 and 33 %", [round(1000 / before) for before in (10, 20, 30)]),
    (4, "the rates fall from 200 to 20 %", (100 * 20 / 10, 100 * 10 / 50)),
    (4, "0.7 % of those who have none", (round(100 * BASS["innovators"], 1),)),
    (4, "It opens with 500 users", (ran("word_of_mouth")["users"][0],)),
    (
        4,
        "the rate had fallen from 90 to 68 %",
        100 * (RECORDERS.cumsum().pct_change().loc[1984:1985]).round(2),
    ),
    (
        4,
        "67.6 million recorders are sold in fifteen years",
        (round(of("bass", "adopters") / 1e6, 1),),
    ),
    (
        4,
        "+ about 6 million",
        (round(end(fw.simulate(fw.cut(fw.load("bass"), "Word of mouth")), "adopters") / 1e6),),
    ),
    (
        4,
        "about 4,000 against about 118,000",
        thousands(*(of("word_of_mouth", "users", push=push) for push in (150, 200))),
    ),
    (
        4,
        "the rates that we have fall from 43 to 25 %",
        (round(100 * (SERVED[2000] / SERVED[1999] - 1)), 100 * (SERVED[2001] / SERVED[2000] - 1)),
    ),
    (
        6,
        "43.5 + 30.1 - 100.6",
        (
            *(round(days(part), 1) for part in ("inventory", "receivable")),
            -round(-days("payable"), 1),
        ),
    ),
    (6, "so goods lie there for 365 times 34,405 / 288,831 days", (365, *STOCKED)),
    (6, "half = 5,323 million dollars", (COSTCO[2025],)),
    (
        6,
        "pay a fee to be let in: 5,323 million dollars in the year to August 2025",
        (COSTCO[2025], 2025),
    ),
    (6, "A cycle of 30 days says: for 30 days", (30, 30)),
    (
        6,
        "the cash sinks least with payables of about 2 months",
        (min((1, 1.5, 2, 2.5, 3), key=lambda months: slump(payable_months=months)[1]),),
    ),
    (6, "= 3.8 days", (round(cycle("costco", 2022), 1),)),
    (6, "= 6.4 days", (round(cycle("walmart", 2022), 1),)),
    (
        6,
        "about the same, 239,000 and 241,000 customers in place of 225,000",
        thousands(cash(payable_months=4.47), cash(inventory_months=0.44), cash()),
    ),
    (6, "It still falls by 2.2 million", (round(slump(payable_months=2)[1], 1),)),
    (
        6,
        "Up to 2.49 there is no float",
        (CASH["inventory_months"] + 1.25 * CASH["receivable_months"],),
    ),
    (6, "With 4.5 months it sinks to -2.3 million", (4.5, round(slump(payable_months=4.5)[0], 1))),
    (6, "there are 192,000 in place of 225,000", thousands(cash(passed_on=0.1), cash())),
    (
        6,
        "there are 229,000 in place of 225,000",
        thousands(cash(passed_on=0.1, price_weight=3), cash()),
    ),
    (
        6,
        "alone 253,000 customers, in place of 225,000",
        thousands(cash(listening=1, markdown=0), cash()),
    ),
    (
        6,
        "alone 308,000 customers, in place of 225,000 by habit. Both together bring 339,000",
        thousands(cash(listening=1, safety=0), cash(), cash(listening=1)),
    ),
    (7, "In 2024 AWS brought 17 % of Amazon's sales", (2024, round(100 * AWS[2024] / SALES[2024]))),
    (
        7,
        "39.8 of 68.6 thousand million",
        (round(INCOME[2024] / 1000, 1), round(WHOLE[2024] / 1000, 1)),
    ),
    (7, "+ about 58 %", (round(100 * INCOME[2024] / WHOLE[2024]),)),
    (7, "in the Forms 10-K it rose from 10 to 37 %", (10, margin(2014), margin(2024))),
    (
        7,
        "13.3 % in 2023, 18.5 in 2024, 19.7 in 2025",
        [
            each
            for year in (2023, 2024, 2025)
            for each in (round(100 * (AWS[year] / AWS[year - 1] - 1), 1), year)
        ],
    ),
    (
        7,
        "said 179.5 billion USD; 128.7 came, so it was 39.5 % too high",
        (round(SAID, 1), round(AWS[2025] / 1e3, 1), round(100e3 * SAID / AWS[2025] - 100, 1)),
    ),
    (7, "differ by 0.3 points of error", (2.4 - 2.1,)),
    (7, "Each doubling takes 13 %", (round(100 * (1 - 2**-0.2)),)),
    (7, "In 2022 AWS brought 186 %", (2022, round(100 * INCOME[2022] / WHOLE[2022]))),
    (
        7,
        "22.8 thousand million from AWS, 12.2 in all: the rest lost 10.6",
        [round(each / 1000, 1) for each in (INCOME[2022], WHOLE[2022], INCOME[2022] - WHOLE[2022])],
    ),
    (7, "0.87 times 0.87 times 0.87 is 0.66", (*3 * [round(2**-0.2, 2)], round(0.87**3, 2))),
    (
        7,
        "13 % of its cost against 0.2 %",
        (round(100 * (1 - 2**-0.2)), round(100 * (1 - (505 / 500) ** -0.2), 1)),
    ),
    (9, "they grow by nearly 2 % a month: 10 come for 8 who go", (10 - 8, 10, 8)),
    (9, "The firm spends 70 % of its gross profit", (100 * RENTED["ad_share"],)),
    (9, "at a churn of 8 %", (100 * RENTED["churn_rate"],)),
    (9, "That would be 20 % a month", (100 / 5,)),
    (
        9,
        "for 79 dollars a year in 2005",
        (fw.facts.series("prime_members", "prime_annual_fee")[2005], 2005),
    ),
    (9, "they would still shrink, by 1.5 % a month", (2 - (8 - LEFT),)),
    (9, "Without any, 7.5 % are lost each month", (LEFT,)),
    (9, "If 8 of 100 leave each month", (100 * RENTED["churn_rate"], 100)),
    (
        9,
        "a loss of 9 dollars for each new customer in 2013 and of 29 in 2022",
        (LOST[2013], 2013, LOST[2022], 2022),
    ),
    (9, "fewer than 100,000 members are there", (math.ceil(members(fee=13.2) / 1e5) * 1e5,)),
    (9, "+ 20 months = 100 / 5", (100 / 5, 100, 5)),
    (9, "= 95 % stay each month", (100 - 5,)),
    (9, "one stays for about 100 / 8 = 12.5 months", (100, 8, 100 / 8)),
    (9, "lifetime value is about 125 dollars", (10 * 100 / 8,)),
    (
        9,
        "7.5 % go every month",
        (round(-100 * fw.flywheel_test(fw.load("rented"), push="ad_share").momentum, 1),),
    ),
    (
        9,
        "at 1.7 orders a month after three years",
        (round(of("membership", "habit", 36, spent_on_benefits=0), 1),),
    ),
    (
        9,
        "73,000 at the end in place of 1.8 million",
        (*thousands(members(spent_on_benefits=0)), round(members() / 1e6, 1)),
    ),
    (
        9,
        "of 30 months, hurts on the way, 56,000 members and not 137,000 after five years",
        (30, *thousands(members(time=60, habit_time=30), members(time=60))),
    ),
    (
        11,
        "After 36.5 weeks, with 117 regulars: 117 times 6 is about 700",
        (LOWEST, regulars(LOWEST), regulars(LOWEST), 6, round(6 * regulars(LOWEST), -2)),
    ),
    (
        11,
        "212 against 97 in week 26, 278 against 508 in week 104",
        (
            regulars(26, word=0.14),
            regulars(26, places=300),
            26,
            regulars(104, word=0.14),
            regulars(104, places=300),
            104,
        ),
    ),
    (11, "Later it is 278 against 508", (regulars(104, word=0.14), regulars(104, places=300))),
    (11, "508 against 278 in week 104", (regulars(104, places=300), regulars(104, word=0.14), 104)),
    (
        11,
        "pays 700 dollars of rent a week, and each regular leaves 6 dollars over",
        (OWN["rent"], OWN["spent"] * OWN["margin"]),
    ),
    (12, "The steps were 4 and 5 thousand", (24 - 20, 29 - 24)),
    (12, "+ 35 thousand", (round(29 * math.sqrt(29 / 20)),)),
]


@pytest.mark.parametrize(("chapter", "words", "figures"), TOLD, ids=lambda each: str(each)[:40])
def test_a_figure_that_is_told_is_the_one_worked_out(chapter, words, figures):
    assert words.lower() in text_of(chapter).lower()
    assert said_figures(words) == pytest.approx(list(figures))


def test_the_bakery_is_off_in_the_weeks_held_out_by_what_chapter_11_says():
    counted = fw.fit(BAKERY, COURSE / "models/bakery_counted.csv", ["word", "forget"], until=36)
    off = counted.scores("regulars")["rmse_held_out"].round()
    assert (off["this model"], off["linear trend"], off["exponential"]) == (8, 15, 2)
    assert "It misses by 8 regulars in the weeks held out, the line by 15" in text_of(11)
    assert "8 regulars off against 15 for the line, and 2 for an exponential" in text_of(11)
    assert "is 2 off, and the model 8" in text_of(11)


def test_word_of_mouth_moved_the_customers_of_2006_nine_times_as_much_as_those_of_2019():
    levered = fw.leverage(fw.load("retail"), "customers", givens=["word_of_mouth"])
    early, late = levered.at(2006, 2019)["word_of_mouth"]
    assert "about nine times as much" in text_of(4)
    assert round(early / late) == 9


def test_the_levers_that_chapter_4_puts_in_order_move_what_the_order_says():
    told = (COURSE / "orders/04.txt").read_text("utf-8")
    lines = re.findall(r"^\. (\w+)\n= .*?(\d+\.\d+) %", told, re.MULTILINE)
    levered = fw.leverage(fw.load("retail"), "customers", givens=[name for name, _ in lines])
    for name, said in lines:
        assert round(abs(levered.at_end[name]), len(said) - 2) == float(said)
