"""What must hold of every page before it is inked: nothing lies on anything else."""

from __future__ import annotations

import re
from functools import cache
from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from benchmarks.drawing import neighbourhood
from flywheel_edu.drawing import draw, routes
from flywheel_edu.drawing.geometry import crossings, distance_to_boxes, distance_to_points
from flywheel_edu.drawing.stress import spread_out
from flywheel_edu.drawing.symbols import SIGN_RADIUS
from tests.drawing.diagrams import book, wild

BOOK = book()
PAGES = [(name, style) for name in BOOK for style in ("clean", "napkin")]
each_page = pytest.mark.parametrize(("name", "style"), PAGES)


def planned(graph, style="clean", **asked):
    return draw(graph, style, **asked).plan


@cache
def of_book(name, style):
    return planned(BOOK[name], style)


def touching(one, other, gap=0.0):
    return bool(np.all(np.abs(one[:2] - other[:2]) < one[2:] + other[2:] + gap))


def boxes_of(plan):
    return np.array([item.box for item in plan.items])


@each_page
def test_no_label_touches_another(name, style):
    plan = of_book(name, style)
    for one, other in combinations(plan.items, 2):
        assert not touching(one.box, other.box, gap=4), f"{one.name} and {other.name}"


@pytest.mark.parametrize("quantities", [6, 12, 18, 25])
@pytest.mark.parametrize("seed", range(3))
def test_no_label_touches_another_in_a_wild_diagram(quantities, seed):
    plan = planned(wild(quantities, seed))
    for one, other in combinations(plan.items, 2):
        assert not touching(one.box, other.box), f"{one.name} and {other.name}"


@pytest.mark.parametrize("quantities", [40, 120])
def test_many_quantities_have_room_and_near_ones_stand_near(quantities):
    graph = grid(quantities)
    plan = planned(graph)
    boxes = boxes_of(plan)
    apart = np.abs(boxes[:, None, :2] - boxes[:, :2]) - boxes[:, None, 2:] - boxes[:, 2:]
    free = np.hypot(*np.maximum(apart, 0).transpose(2, 0, 1))
    assert free[~np.eye(len(boxes), dtype=bool)].min() >= 16
    lengths = [np.hypot(*np.diff(arrow.path, axis=0).T).sum() for arrow in plan.arrows]
    assert np.median(lengths) < 130  # no longer than on a small page
    lines = [arrow.path[::3] for arrow in plan.arrows]
    crossed = sum(
        int(crossings(one[None], other[:-1], other[1:])[0]) for one, other in combinations(lines, 2)
    )
    assert crossed < len(lines) / 10  # a net without a crossing is drawn nearly without one


def grid(quantities):
    """A net of streets, twice as long as wide: it can be drawn without a crossing."""
    high = round((quantities / 2) ** 0.5)
    net = nx.grid_2d_graph(quantities // high, high)
    graph = nx.DiGraph()
    for (a, b), (c, d) in net.edges:
        graph.add_edge(f"street {a} {b}", f"street {c} {d}", sign=1)
    return graph


@each_page
def test_no_sign_lies_on_a_label_or_on_another_sign(name, style):
    plan = of_book(name, style)
    if not plan.signs:
        return
    places = np.array([sign.place for sign in plan.signs])
    assert distance_to_boxes(places, boxes_of(plan)).min() >= SIGN_RADIUS
    for one, other in combinations(places, 2):
        assert np.hypot(*(one - other)) >= 2 * SIGN_RADIUS


@each_page
def test_each_arrow_has_one_sign_and_it_stands_beside_its_own_line(name, style):
    plan = of_book(name, style)
    paths = {arrow.edge: arrow.path for arrow in plan.arrows}
    assert [sign.edge for sign in plan.signs] == list(BOOK[name].edges)
    for sign in plan.signs:
        place = np.array([sign.place])
        own = distance_to_points(place, paths[sign.edge])[0]
        assert own < 16
        for edge, path in paths.items():
            assert edge == sign.edge or distance_to_points(place, path)[0] > SIGN_RADIUS, (
                f"the sign of {sign.edge} lies on {edge}"
            )


@each_page
def test_no_arrow_runs_over_a_label_that_is_not_its_own(name, style):
    plan = of_book(name, style)
    for arrow in plan.arrows:
        for item in plan.items:
            if item.name not in arrow.edge:
                assert distance_to_boxes(arrow.path, item.box[None]).min() > 0, (
                    f"{arrow.edge} runs over {item.name}"
                )


@each_page
def test_each_arrow_leaves_its_cause_and_arrives_at_its_effect(name, style):
    plan = of_book(name, style)
    boxes = {item.name: item.box for item in plan.items}
    for arrow in plan.arrows:
        cause, effect = arrow.edge
        assert 0 < distance_to_boxes(arrow.path[:1], boxes[cause][None])[0, 0] < 8
        assert 0 < distance_to_boxes(arrow.path[-1:], boxes[effect][None])[0, 0] < 9
        inner = arrow.path[2:-2]
        assert distance_to_boxes(inner, np.array([boxes[cause], boxes[effect]])).min() > 0


@each_page
def test_arrows_that_meet_at_a_label_are_spread_along_it(name, style):
    plan = of_book(name, style)
    ends = {item.name: [] for item in plan.items}
    for arrow in plan.arrows:
        ends[arrow.edge[0]].append(arrow.path[0])
        ends[arrow.edge[1]].append(arrow.path[-1])
    for quantity, points in ends.items():
        for one, other in combinations(points, 2):
            assert np.hypot(*(one - other)) > 8, quantity


@each_page
def test_a_loop_mark_lies_on_no_label_sign_or_other_mark(name, style):
    plan = of_book(name, style)
    for mark in plan.loops:
        for item in plan.items:
            assert not touching(mark.box, item.box), f"{mark.loop.name} on {item.name}"
        for sign in plan.signs:
            assert distance_to_boxes(np.array([sign.place]), mark.box[None]).min() > 0
    for one, other in combinations(plan.loops, 2):
        assert not touching(one.box, other.box), f"{one.loop.name} on {other.loop.name}"


@each_page
def test_everything_is_on_the_page(name, style):
    plan = of_book(name, style)
    corners = np.concatenate(
        [np.stack([i.box[:2] - i.box[2:], i.box[:2] + i.box[2:]]) for i in plan.items]
        + [np.stack([m.box[:2] - m.box[2:], m.box[:2] + m.box[2:]]) for m in plan.loops]
        + [arrow.path for arrow in plan.arrows]
        + [np.array([sign.place]) for sign in plan.signs]
    )
    assert corners.min() > 6
    assert np.all(corners.max(axis=0) < [plan.width - 6, plan.height - 6])


def test_the_main_loop_runs_clockwise_on_a_circle():
    plan = planned(BOOK["napkin"])
    at = {item.name: item.box[:2] for item in plan.items}
    ring = ["customer experience", "traffic", "sellers", "selection"]
    middle = np.mean([at[name] for name in ring], axis=0)
    away = np.array([at[name] - middle for name in ring])
    radii = np.hypot(*away.T)
    assert radii == pytest.approx(radii[0], rel=1e-6)
    turns = np.diff(np.unwrap(np.arctan2(away[:, 1], away[:, 0])))
    assert np.all(turns < 0)
    for arrow in plan.arrows:
        if set(arrow.edge) <= set(ring):
            far = np.hypot(*(arrow.path - middle).T)
            assert far == pytest.approx(radii[0], rel=1e-3)


def test_a_named_loop_goes_on_the_circle_before_a_longer_one():
    graph = BOOK["napkin"].copy()
    graph.graph["loops"] = graph.graph["loops"][1:]
    at = {item.name: item.box[:2] for item in planned(graph).items}
    ring = ["customer experience", "traffic", "growth", "lower cost structure", "lower prices"]
    middle = np.mean([at[name] for name in ring], axis=0)
    radii = [np.hypot(*(at[name] - middle)) for name in ring]
    assert radii == pytest.approx([radii[0]] * 5, rel=1e-6)


def test_saved_places_are_used():
    graph = nx.DiGraph([("a", "b"), ("b", "c"), ("c", "a")])
    saved = {"a": (0.1, 0.9), "b": (0.9, 0.5), "c": (0.2, 0.1)}
    graph.graph["view"] = saved
    at = {item.name: item.box[:2] for item in planned(graph).items}
    # The page is a stretched copy of the unit square, y up.
    wide = (at["b"] - at["a"])[0] / 0.8
    high = (at["a"] - at["c"])[1] / 0.8
    for name, (x, y) in saved.items():
        assert at[name] - at["a"] == pytest.approx([(x - 0.1) * wide, (y - 0.9) * high])
    assert wide > 0
    assert high > 0


def test_a_layout_that_is_handed_in_goes_before_the_saved_one():
    graph = nx.DiGraph([("a", "b"), ("b", "a")], view={"a": (0, 0), "b": (1, 0)})
    at = {i.name: i.box[0] for i in planned(graph, layout={"a": (1, 0), "b": (0, 0)}).items}
    assert at["a"] > at["b"]


def test_an_empty_layout_lays_out_afresh():
    graph = BOOK["two"].copy()
    afresh = planned(graph)
    graph.graph["view"] = {"price": (0.0, 0.0), "demand": (0.0, 1.0)}
    for one, other in zip(planned(graph, layout={}).items, afresh.items, strict=True):
        assert one.box == pytest.approx(other.box)


def test_quantities_without_a_saved_place_are_put_around_the_saved_ones():
    graph = BOOK["everything"].copy()
    graph.graph["view"] = {"purchases": (0.2, 0.2), "Prime members": (0.8, 0.8)}
    plan = planned(graph)
    assert len(plan.items) == 13
    for one, other in combinations(plan.items, 2):
        assert not touching(one.box, other.box)


def test_saved_places_that_lie_too_close_make_the_page_wider():
    graph = nx.DiGraph([("a rather long name", "another long name")])
    graph.graph["view"] = {"a rather long name": (0.4, 0.5), "another long name": (0.6, 0.5)}
    one, other = planned(graph).items
    assert abs(one.box[0] - other.box[0]) > one.box[2] + other.box[2] + 30


def test_a_delay_has_its_bars_on_its_own_arrow():
    plan = planned(BOOK["everything"])
    late = [(a, b) for a, b, delay in BOOK["everything"].edges(data="delay") if delay]
    assert [bars.edge for bars in plan.delays] == late
    paths = {arrow.edge: arrow.path for arrow in plan.arrows}
    for bars in plan.delays:
        assert distance_to_points(np.array([bars.place]), paths[bars.edge])[0] < 0.1
        for edge, path in paths.items():
            assert edge == bars.edge or distance_to_points(np.array([bars.place]), path)[0] > 6


def test_a_loop_mark_turns_the_way_its_loop_runs():
    plan = planned(BOOK["napkin"])
    assert plan.loops[0].loop.title == "Selection"
    assert plan.loops[0].clockwise
    backwards = nx.DiGraph([("a", "b"), ("b", "c"), ("c", "a")])
    backwards.graph["view"] = {"a": (0, 0), "b": (1, 0), "c": (0.5, 1)}  # anticlockwise
    assert not planned(backwards).loops[0].clockwise


def test_the_key_explains_what_occurs_and_nothing_else():
    assert [entry.mark for entry in planned(BOOK["napkin"]).key] == ["+", "delay", "R"]
    assert [entry.mark for entry in planned(BOOK["two"]).key] == ["+", "-", "delay", "B"]
    assert planned(BOOK["napkin"], key=False).key == ()
    assert planned(BOOK["alone"]).key == ()


def test_the_same_graph_gives_the_same_plan():
    for graph in (BOOK["everything"], wild(20, 5)):
        one, other = planned(graph), planned(graph.copy())
        assert np.array_equal(boxes_of(one), boxes_of(other))
        assert [m.place for m in one.loops] == [m.place for m in other.loops]
        for a, b in zip(one.arrows, other.arrows, strict=True):
            assert np.array_equal(a.path, b.path)


def test_a_budget_leaves_no_arrow_undrawn():
    graph = grid(120)
    hasty, easy = planned(graph, seconds=1e-6), planned(graph)
    assert [arrow.edge for arrow in hasty.arrows] == [arrow.edge for arrow in easy.arrows]
    assert [sign.edge for sign in hasty.signs] == list(graph.edges)
    assert np.allclose(boxes_of(hasty), boxes_of(easy))  # arrows are hurried, places are not


def test_a_drawing_that_takes_long_shows_how_far_it_is(monkeypatch, capfd):
    monkeypatch.setattr(routes, "_PATIENCE", 0.0)
    planned(wild(12, 1))
    assert "drawing" not in capfd.readouterr().err
    planned(grid(120))
    assert re.search(r"drawing: +[1-9]\d*%", capfd.readouterr().err)


@pytest.mark.parametrize("size", [(60, 120), (190, 480)])
def test_a_crowd_of_arrows_crosses_less_than_with_the_places_of_kamada_and_kawai(size):
    """As straight lines between the places: networkx's, which knows nothing of labels, and ours."""
    graph = neighbourhood(*size)
    ours = spread_out(graph, dict.fromkeys(graph, (40.0, 8.0)), 60.0, 12.0)
    theirs = nx.kamada_kawai_layout(graph)

    def crossed(places) -> int:
        ends = np.array([(places[a], places[b]) for a, b in graph.edges])
        return int(crossings(ends, ends[:, 0], ends[:, 1]).sum())

    assert crossed(ours) < crossed(theirs)
