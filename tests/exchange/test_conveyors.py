"""Conveyors, held against their slats: what enters moves on by one of them in each step."""

from __future__ import annotations

import pytest

from flywheel_edu import simulate
from flywheel_exchange import read_xmile
from tests.exchange.files import aux, file_of, model_of, refusal

STEP = 0.25
IN = '<flow name="enter"><eqn>3 + TIME</eqn></flow><flow name="leave"><eqn>0</eqn></flow>'


def conveyor(inside, *leaks, eqn="12", ways="<outflow>leave</outflow>", attributes=""):
    names = [f"lost {i + 1}" for i in range(len(leaks))]
    ways += "".join(f"<outflow>{name.replace(' ', '_')}</outflow>" for name in names)
    return (
        f'<stock name="road"><eqn>{eqn}</eqn><inflow>enter</inflow>{ways}'
        f"<conveyor {attributes}>{inside}</conveyor></stock>"
    ) + "".join(
        f'<flow name="{name}"><eqn>{leak}</eqn><leak/></flow>'
        for name, leak in zip(names, leaks, strict=True)
    )


def slats(count, start, inflow, steps, leaks=(), exponential=False):
    """What stands on a conveyor and leaves it; each slat holds what came in and what is left."""
    lost = sum(leaks)
    left = [(1 - lost * STEP) ** k if exponential else 1 - lost * k / count for k in range(count)]
    belt = [[start / sum(left), start / sum(left) * share] for share in left]  # the newest first
    rows = []
    for k in range(steps):
        there = sum(now for _, now in belt)
        gone = [now * lost * STEP if exponential else first * lost / count for first, now in belt]
        belt = [[first, now - less] for (first, now), less in zip(belt, gone, strict=True)]
        leaks_now = [sum(gone) / STEP * leak / lost for leak in leaks]
        rows.append([there, belt[-1][1] / STEP, *leaks_now])
        entered = inflow(k * STEP) * STEP
        belt = [[entered, entered], *belt[:-1]]
    return rows


@pytest.mark.parametrize("attributes", ["", 'exponential_leak="true"'])
@pytest.mark.parametrize("leaks", [(), (0.25,), (0.25, 0.5)])
@pytest.mark.parametrize(("time", "count"), [(2, 8), (0.25, 1), (30, 120)])
def test_what_enters_leaves_at_the_end_a_fixed_time_later(tmp_path, time, count, leaks, attributes):
    run = simulate(
        model_of(tmp_path, conveyor(f"<len>{time}</len>", *leaks, attributes=attributes) + IN)
    )
    rows = slats(count, 12, lambda time: 3 + time, 41, leaks, bool(attributes))
    names = ["road", "leave", "lost_1", "lost_2"][: 2 + len(leaks)]
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        assert run[name] == pytest.approx(values, rel=1e-9, abs=1e-9), name


def test_a_conveyor_feeds_the_next_and_keeps_what_flows(tmp_path):
    path = file_of(
        tmp_path,
        conveyor("<len>wait</len>")
        + aux("2", "wait")
        + IN
        + '<stock name="street"><eqn>0</eqn><inflow>leave</inflow><outflow>arrive</outflow>'
        "<conveyor><len>4</len></conveyor></stock>"
        '<flow name="arrive"/><stock name="shop"><eqn>0</eqn><inflow>arrive</inflow></stock>',
    )
    with pytest.warns(match="a change of wait changes no DELAY: it is 2 late in the equation"):
        run = simulate(read_xmile(path))
    assert run["arrive"][24:] == pytest.approx(run["enter"][: 41 - 24])
    whole = run["road"] + run["street"] + run["shop"]
    assert whole[-1] - whole[0] == pytest.approx(STEP * run["enter"][:-1].sum())


def test_a_conveyor_of_an_array_is_one_for_each_element(tmp_path):
    path = file_of(
        tmp_path,
        conveyor("<len>Age</len>", eqn="12*Age").replace(
            "<eqn>", '<dimensions><dim name="Age"/></dimensions><eqn>', 1
        )
        + '<flow name="enter"><dimensions><dim name="Age"/></dimensions>'
        "<eqn>IF Age = 1 THEN 3 ELSE leave[Age - 1]</eqn></flow>"
        '<flow name="leave"><dimensions><dim name="Age"/></dimensions></flow>'
        + aux("leave[3] + 10*road[SUM(size)]")
        + aux("9", "size"),
    )
    ages = '<dimensions><dim name="Age" size="3"/></dimensions>'
    path.write_text(path.read_text().replace("<model>", f"{ages}<model>"))
    run = simulate(read_xmile(path))
    assert run["leave_1"] == pytest.approx([12.0] * 4 + [3.0] * 37)
    assert run["leave_2"] == pytest.approx([12.0] * 12 + [3.0] * 29)
    assert run["x"] == pytest.approx(run["leave_3"])  # beyond the ends there is 0


REFUSED = {
    "has not one end": conveyor("<len>2</len>", ways=""),
    "is discrete": conveyor("<len>2</len>", attributes='discrete="true"'),
    "has a capacity or a gate": conveyor("<len>2</len><capacity>4</capacity>"),
    "has a transit time that is computed, or none": conveyor("<len>TIME</len>"),
    "has a leak that is computed, whole or in one part of it": conveyor("<len>2</len>", "TIME"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_not_read_of_conveyors_is_named_with_a_way_round(tmp_path, why):
    said = refusal(file_of(tmp_path, REFUSED[why] + IN)).splitlines()
    assert said[0] == f"'road' is a conveyor that {why}, which is not read"
    assert said[-1] == (
        "  hint: make it a plain stock, and let its outflow be DELAY(inflow, length), or DELAY3 "
        "where things spread out on the way"
    )


def test_a_transit_time_is_rounded_to_whole_steps_and_told(tmp_path):
    path = file_of(tmp_path, conveyor("<len>1.9</len>") + IN)
    with pytest.warns(match="what is 1.9 late is 2 late here"):
        assert simulate(read_xmile(path))["leave"][7:9] == pytest.approx([6, 3])


def test_a_conveyor_needs_whole_steps(tmp_path):
    path = file_of(tmp_path, conveyor("<len>2</len>") + IN, specs='method="RK4"')
    assert refusal(path).startswith("a conveyor looks back by whole steps, which only the method")
