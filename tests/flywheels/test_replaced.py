"""What is lost must be ordered again: told where it is not, and only where that is sure."""

from __future__ import annotations

import pytest

from flywheel_edu.flywheels import behaviour, load
from flywheel_edu.flywheels.replaced import losses
from flywheel_edu.model import Model
from flywheel_edu.simulate import simulate

CREW = """\
time month from 0 to 240 step 0.125
stock orders [order] = 1000
stock staff [person] = 10
    + hired
    - left
wanted [person] = orders * a_person
hired [person/month] = (wanted - staff) / hiring_time
left [person/month] = staff / stay
given a_person [person/order] = 0.1
given hiring_time [month] = 3
given stay [month] = 12
"""
SAYS = "what staff loses by left is replaced"


def found(*lines: str, model: str = CREW):
    checks = behaviour(Model.parse(model).revise("\n".join(lines)))
    return [(each.holds, each.found) for each in checks if each.says == SAYS]


def test_an_order_that_forgets_who_leaves_stays_short_and_is_told():
    staff = simulate(Model.parse(CREW))["staff"][-1]
    assert staff == pytest.approx(100 / (1 + 3 / 12))  # where hired and left are the same
    assert found() == [
        (False, "hired orders nothing for left, so staff stays short of what is wanted")
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ["hired [person/month] = left + (wanted - staff) / hiring_time"],
        ["hired [person/month] = staff / stay + max(0, wanted - staff) / hiring_time"],
        [
            "hired [person/month] = noticed + (wanted - staff) / hiring_time",
            "noticed [person/month] = smooth(left, hiring_time)",
        ],
        [
            "stock staff [person] = 10\n    + hired\n    + replacing\n    - left",
            "replacing [person/month] = left",
        ],
        [
            "stock staff [person] = 10\n    + trained\n    - left",
            "stock learning [person] = 0\n    + hired\n    - trained",
            "trained [person/month] = learning / hiring_time",
            "hired [person/month] = left + (wanted - staff) / hiring_time",
        ],
    ],
    ids=["by its flow", "by its rate", "noticed late", "by another flow", "under way"],
)
def test_an_order_that_counts_in_who_leaves_holds(lines):
    assert found(*lines) == [(True, "left is ordered again")]


@pytest.mark.parametrize(
    "lines",
    [
        ["wanted [person] = a_crew", "given a_crew [person] = 100"],
        ["left [person/month] = staff / stay * min(1, staff / wanted)"],
        ["hired [person/month] = orders * a_person / hiring_time"],
    ],
    ids=["a goal that nobody sets", "a loss that is more than wear", "no gap is closed"],
)
def test_nothing_is_said_where_it_is_not_sure(lines):
    assert found(*lines) == []


def test_the_library_orders_what_it_loses_where_it_can_be_said():
    said = {name: [loss[:2] for loss in losses(load(name))] for name in ("aws", "limits", "bass")}
    assert said == {
        "aws": [("capacity", "servers_retired")],
        "limits": [("staff", "left"), ("sites", "closed")],
        "bass": [],
    }
