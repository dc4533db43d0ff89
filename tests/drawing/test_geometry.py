"""Plane geometry against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel_edu.drawing import geometry as plane
from flywheel_edu.drawing.routes import _spread_round


def test_an_arc_of_bow_one_half_is_half_a_circle():
    (path,) = plane.arcs(
        np.array([-3.0, 0.0]), np.array([3.0, 0.0]), np.array([0.5]), np.linspace(0, 1, 31)
    )
    assert np.hypot(*path.T) == pytest.approx(np.full(31, 3.0))
    assert path[15] == pytest.approx([0.0, 3.0], abs=1e-12)  # to the left of the way


def test_an_arc_swings_out_by_its_bow_and_meets_both_ends():
    start, end = np.array([1.0, 2.0]), np.array([5.0, 5.0])
    bows = np.array([-0.4, -0.1, 0.0, 0.25, 0.6])
    paths = plane.arcs(start, end, bows, np.linspace(0, 1, 41))
    left = np.array([-3.0, 4.0]) / 5
    for bow, path in zip(bows, paths, strict=True):
        assert path[0] == pytest.approx(start)
        assert path[-1] == pytest.approx(end)
        assert (path[20] - (start + end) / 2) @ left == pytest.approx(5 * bow, abs=1e-3)


def test_distance_to_a_box_is_outside_along_a_side_a_corner_and_inside():
    box = np.array([[0.0, 0.0, 2.0, 1.0]])
    points = np.array([[5.0, 0.0], [0.0, -4.0], [5.0, 5.0], [1.5, 0.0], [0.0, 0.0]])
    assert plane.distance_to_boxes(points, box)[:, 0] == pytest.approx([3, 3, 5, -0.5, -1])


def test_distance_to_points_is_that_to_the_nearest():
    there = np.array([[0.0, 0.0], [10.0, 0.0]])
    points = np.array([[3.0, 4.0], [10.0, 1.0]])
    assert plane.distance_to_points(points, there) == pytest.approx([5.0, 1.0])
    assert np.all(np.isinf(plane.distance_to_points(points, np.zeros((0, 2)))))


def test_crossings_are_counted_for_each_path():
    paths = np.array([[[0.0, 0.0], [10.0, 0.0]], [[0.0, 9.0], [10.0, 9.0]]])
    starts = np.array([[2.0, -1.0], [4.0, -1.0], [20.0, -1.0]])
    ends = np.array([[2.0, 1.0], [4.0, 10.0], [20.0, 1.0]])
    assert plane.crossings(paths, starts, ends).tolist() == [2, 1]


def test_inside_a_ring_with_a_bay():
    outline = np.array([[0, 0], [6, 0], [6, 6], [3, 2], [0, 6]], float)
    points = np.array([[1.0, 1.0], [3.0, 4.0], [5.0, 4.0], [7.0, 1.0]])
    assert plane.inside(points, outline).tolist() == [True, False, True, False]


def test_turning_is_twice_the_area_and_positive_anticlockwise():
    square = np.array([[0, 0], [3, 0], [3, 3], [0, 3]], float)
    assert plane.turning(square) == 18
    assert plane.turning(square[::-1]) == -18


def test_the_rim_of_a_box_is_walked_once_round():
    box = np.array([1.0, 2.0, 3.0, 1.0])
    assert plane.rim_length(box, 1.0) == pytest.approx(2 * (8 + 4))
    for toward in ([9.0, 2.0], [1.0, 9.0], [-9.0, 2.5], [2.0, -7.0], [5.0, -9.0], [-3.0, 4.0]):
        place = plane.rim_place(box, 1.0, np.array(toward))
        (point,) = plane.around_box(box, 1.0, np.array([place]))
        assert np.max(np.abs(point - box[:2]) / (box[2:] + 1)) == pytest.approx(1.0)
        ray, seen = np.array(toward) - box[:2], point - box[:2]
        assert ray[0] * seen[1] - ray[1] * seen[0] == pytest.approx(0, abs=1e-9)
        assert ray @ seen > 0


def test_a_path_is_stepped_evenly():
    path = plane.evenly(np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 30.0]]), 2.0)
    steps = np.hypot(*np.diff(path, axis=0).T)
    assert len(path) == 21
    assert steps == pytest.approx(np.full(20, 2.0))


def test_ends_on_a_rim_are_moved_apart_as_little_as_can_be():
    assert _spread_round([10.0, 50.0], [False, False], 100) == [10.0, 50.0]
    low, high = _spread_round([20.0, 21.0], [False, False], 100)
    assert high - low == pytest.approx(13, abs=0.01)
    assert (low + high) / 2 == pytest.approx(20.5)
    kept, moved = _spread_round([20.0, 21.0], [True, False], 100)
    assert kept == 20
    assert moved - kept == pytest.approx(13, abs=0.01)


def test_ends_on_a_rim_keep_apart_across_its_seam():
    first, last = _spread_round([1.0, 99.0], [False, False], 100)
    assert (first + 100) - last == pytest.approx(13, abs=0.01)
