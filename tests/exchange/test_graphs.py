"""Graphical functions, in every spelling of their points."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel_edu import simulate
from tests.exchange.files import aux, file_of, model_of, refusal

SPELLINGS = {
    "xpts and ypts": "<gf><xpts>0,2,4,8</xpts><ypts>1,5,3,7</ypts></gf>",
    "a separator": '<gf><xpts sep=";">0;2;4;8</xpts><ypts sep="|">1|5|3|7</ypts></gf>',
    "spaces and line breaks": "<gf><xpts> 0, 2,\n 4,8 </xpts><ypts>1 5 3 7</ypts></gf>",
    "points": (
        '<gf><pts><pt x="0" y="1"/><pt x="2" y="5"/><pt x="4" y="3"/><pt x="8" y="7"/></pts></gf>'
    ),
    "pairs": "<gf><pts>(0,1),(2,5),(4,3),(8,7)</pts></gf>",
    "a scale beside the points": (
        '<gf><xscale min="0" max="9"/><xpts>0,2,4,8</xpts><ypts>1,5,3,7</ypts></gf>'
    ),
    "named continuous": (
        '<gf type="continuous"><yscale min="0" max="9"/><xpts>0,2,4,8</xpts>'
        "<ypts>1,5,3,7</ypts></gf>"
    ),
    "not discrete": '<gf discrete="false"><xpts>0,2,4,8</xpts><ypts>1,5,3,7</ypts></gf>',
}


@pytest.mark.parametrize("gf", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_of_the_points_is_the_same_table(tmp_path, gf):
    model = model_of(tmp_path, aux("TIME", inside=gf))
    assert str(model["x"]) == "x [?] = table(time, 0: 1, 2: 5, 4: 3, 8: 7)"


def test_a_scale_alone_spreads_the_points_evenly(tmp_path):
    gf = '<gf><xscale min="2" max="8"/><ypts>1,5,3,7</ypts></gf>'
    model = model_of(tmp_path, aux("TIME", inside=gf))
    assert str(model["x"]) == "x [?] = table(time, 2: 1, 4: 5, 6: 3, 8: 7)"


def test_a_table_that_stands_alone_is_called_by_name(tmp_path):
    gf = '<gf name="My Line"><xpts>0,1</xpts><ypts>0,5</ypts></gf>'
    model = model_of(tmp_path, gf + aux('2 * my_line(TIME / 4) + LOOKUP("My Line", 3)'))
    assert str(model["x"]) == ("x [?] = 2 * table(time / 4, 0: 0, 1: 5) + table(3, 0: 0, 1: 5)")
    assert list(model) == ["x"]


def test_a_quantity_with_points_can_be_asked_for_another_place(tmp_path):
    gf = "<gf><xpts>0,1</xpts><ypts>0,5</ypts></gf>"
    model = model_of(tmp_path, aux("TIME", "line", gf) + aux("line(3) + LOOKUP(line, 1) + line"))
    assert str(model["x"]) == "x [?] = table(3, 0: 0, 1: 5) + table(1, 0: 0, 1: 5) + line"


def test_an_extrapolating_function_goes_on_along_its_ends(tmp_path):
    gf = '<gf type="extrapolate"><xpts>2,4,5</xpts><ypts>1,5,4</ypts></gf>'
    run = simulate(model_of(tmp_path, aux("TIME", inside=gf)))
    t = run.time
    want = np.where(t < 4, 1 + 2 * (t - 2), 5 - (t - 4))
    np.testing.assert_allclose(run["x"], want, rtol=1e-12)


def test_a_discrete_function_holds_each_value_until_the_next(tmp_path):
    gf = '<gf type="discrete"><xpts>2,4,5</xpts><ypts>1,5,5</ypts></gf>'
    run = simulate(model_of(tmp_path, aux("TIME", inside=gf)))
    assert run["x"].tolist() == np.where(run.time < 4, 1.0, 5.0).tolist()


def test_a_discrete_function_may_have_many_points(tmp_path):
    ys = [i * i % 7 for i in range(101)]
    gf = f'<gf type="discrete"><xscale min="0" max="10"/><ypts>{",".join(map(str, ys))}</ypts></gf>'
    run = simulate(model_of(tmp_path, aux("TIME + 0.05", inside=gf)))
    stands = np.floor((run.time + 0.05) * 10 + 1e-9).astype(int).clip(max=100)
    assert run["x"].tolist() == [ys[at] for at in stands]


def test_looking_forward_takes_the_next_point_and_backward_the_one_before(tmp_path):
    gf = '<gf name="line"><xpts>0,2,4</xpts><ypts>1,5,7</ypts></gf>'
    quantities = gf + aux("LOOKUP_FORWARD(line, TIME)") + aux("LOOKUP_BACKWARD(line, TIME)", "y")
    run = simulate(model_of(tmp_path, quantities))
    assert run["x"].tolist() == np.select([run.time <= 0, run.time <= 2], [1.0, 5.0], 7.0).tolist()
    assert run["y"].tolist() == np.select([run.time < 2, run.time < 4], [1.0, 5.0], 7.0).tolist()


REFUSED = {
    "<gf/>": "this graphical function has no points",
    "<gf><ypts>1,2</ypts></gf>": "this graphical function does not say where its points stand",
    "<gf><xpts>0,1</xpts><ypts>1,2,3</ypts></gf>": "this graphical function has 2 x and 3 y",
    "<gf><xpts>0</xpts><ypts>1</ypts></gf>": ("a graphical function has 2 to 1,000 points, not 1"),
    "<gf><xpts>0,0</xpts><ypts>1,2</ypts></gf>": (
        "the points of a graphical function must rise from left to right"
    ),
    "<gf><xpts>0,b</xpts><ypts>1,2</ypts></gf>": "'b' is not a number",
    "<gf><xpts>0,inf</xpts><ypts>1,2</ypts></gf>": "'inf' is not a number",
    '<gf type="wavy"><xpts>0,1</xpts><ypts>1,2</ypts></gf>': (
        "a graphical function cannot be 'wavy'"
    ),
    "<gf><pts>0,1,2</pts></gf>": "a point without its height",
    "<gf><xpts>" + "1," * 3000 + "</xpts><ypts>1</ypts></gf>": (
        "a graphical function has at most 1,000 points"
    ),
}


@pytest.mark.parametrize("gf", REFUSED, ids=REFUSED.values())
def test_points_that_make_no_line_are_refused(tmp_path, gf):
    said = refusal(file_of(tmp_path, f"\n{aux('TIME', inside=gf)}")).split("\n")
    assert said[0] == REFUSED[gf]
    assert said[1].startswith("  line 11: ")


def test_a_table_without_a_place_to_look_is_refused(tmp_path):
    gf = '<gf name="line"><xpts>0,1</xpts><ypts>0,5</ypts></gf>'
    assert refusal(file_of(tmp_path, gf + aux("line + 1"))).startswith(
        "'line' is a graphical function and needs a value in brackets\n"
    )


@pytest.mark.parametrize("kind", ["continuous", "discrete"])
def test_the_area_below_a_graph_is_that_of_its_triangles_and_boxes(tmp_path, kind):
    """Up from 0 to 2 within one, then level; stepwise, 0 for as long. Its ends go on level."""
    graph = f'<aux name="g"><gf type="{kind}"><xpts>0,1,3</xpts><ypts>0,2,2</ypts></gf></aux>'
    asked = aux("LOOKUPAREA(g, 0, TIME)") + aux("LOOKUPAREA(g, 0.5, 3 + 1)", "fixed")
    run = simulate(model_of(tmp_path, graph + asked))
    t, rising = run.time, kind == "continuous"
    up = np.minimum(t, 1) ** 2 if rising else 0
    np.testing.assert_allclose(run["x"], up + 2 * np.maximum(t - 1, 0), rtol=1e-12)
    np.testing.assert_allclose(run["fixed"], 6.75 if rising else 6, rtol=1e-12)
