"""The arrows never contradict the numbers, whatever the equation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import flywheel_edu as fw
from flywheel_edu.causal.signs import slope
from flywheel_edu.flywheels import library
from flywheel_edu.simulate.python_code import python_program

NAMES = ("a", "b", "c")
RANGES = {"a": (0.0, 10.0), "b": (0.5, 4.0), "c": (-3.0, 3.0)}
HEAD = "time month from 0 to 1 step 1\n" + "".join(
    f"given {name} [1] = 1 in {low:g} .. {high:g}\n" for name, (low, high) in RANGES.items()
)

numbers = st.floats(0.1, 5).map(lambda x: f"{x:.2f}")
leaves = st.one_of(st.sampled_from(NAMES), st.sampled_from(NAMES), numbers)
equations = st.deferred(lambda: st.one_of(leaves, grown))
grown = st.one_of(
    st.tuples(equations, st.sampled_from("+-*/"), equations).map(
        lambda t: f"({t[0]} {t[1]} {t[2]})"
    ),
    st.tuples(st.sampled_from(["min", "max"]), equations, equations).map(
        lambda t: f"{t[0]}({t[1]}, {t[2]})"
    ),
    st.tuples(st.sampled_from(["exp", "abs", "int", "arctan", "sin"]), equations).map(
        lambda t: f"{t[0]}({t[1]})"
    ),
    st.tuples(equations, st.sampled_from(["2", "3", "0.5", "-1", "b"])).map(
        lambda t: f"({t[0]}) ** {t[1]}"
    ),
    equations.map(lambda e: f"-({e})"),
    st.tuples(equations, equations, equations).map(
        lambda t: f"({t[0]} if {t[1]} < 1.5 else {t[2]})"
    ),
    equations.map(lambda e: f"table({e}, 0: 0, 1: 2, 3: 2.5)"),
    equations.map(lambda e: f"table({e}, 0: 0, 1: 2, 3: -1)"),
    st.tuples(equations, equations).map(lambda t: f"({t[0]} / ({t[0]} + {t[1]}))"),
)


def value(model: fw.Model, point: dict[str, float]) -> float:
    rows: list[tuple[float, ...]] = []
    try:
        python_program(model).euler(0.0, 1.0, 0, (), tuple(point.values()), rows)
    except (ArithmeticError, ValueError):
        return math.nan
    return rows[0][0]


settled = {"yes": 0, "no": 0}


@settings(max_examples=5_500, deadline=None, suppress_health_check=list(HealthCheck))
@given(equations, st.integers(0, 2**32 - 1))
def test_a_settled_sign_never_contradicts_a_finite_difference(equation, seed):
    model = fw.Model.parse(f"{HEAD}y [1] = {equation}")
    random = np.random.default_rng(seed)
    for name in NAMES:
        sign = slope(model["y"].equation, name, model.bounds, model.clock)
        settled["no" if sign is None else "yes"] += 1
        if sign is None:
            continue
        for _ in range(3):
            point = {n: float(random.uniform(*RANGES[n])) for n in NAMES}
            moved = {**point, name: float(random.uniform(point[name], RANGES[name][1]))}
            rise = value(model, moved) - value(model, point)
            scale = max(1.0, abs(value(model, moved)), abs(value(model, point)))
            if math.isfinite(rise) and scale < 1e12:
                assert rise * sign >= -1e-9 * scale, f"{name}: {point} to {moved}"
                assert sign != 0 or abs(rise) <= 1e-9 * scale


@settings(max_examples=1_500, deadline=None)
@given(equations, st.integers(0, 2**32 - 1))
def test_a_value_never_leaves_the_bounds_that_the_equations_tell(equation, seed):
    model = fw.Model.parse(f"{HEAD}y [1] = {equation}")
    random = np.random.default_rng(seed)
    low, high = model.bounds["y"]
    for _ in range(5):
        found = value(model, {n: float(random.uniform(*RANGES[n])) for n in NAMES})
        if math.isfinite(found):
            room = 1e-9 * max(1.0, abs(found))
            assert low - room <= found <= high + room


@pytest.mark.parametrize(
    ("equation", "signs"),
    [
        ("a / b", (1, -1, 0)),
        ("a / (a + b)", (1, -1, 0)),
        ("b / (a + b)", (-1, 1, 0)),
        ("3 * a / (a + b)", (1, -1, 0)),
        ("a ** 0.3 * b ** -0.2", (1, -1, 0)),
        ("a * c", (None, 0, 1)),
        ("c * c", (0, 0, None)),
        ("a * a", (1, 0, 0)),
        ("1 / c", (0, 0, None)),
        ("max(0, a - b)", (1, -1, 0)),
        ("a * (1 - a / 20)", (None, 0, 0)),
        ("b * (1 - a / 20)", (-1, 1, 0)),
        ("exp(-a / b)", (-1, 1, 0)),
        ("a if c > 0 else b", (1, 1, None)),
        ("table(a, 0: 0, 5: 1, 10: 4)", (1, 0, 0)),
        ("table(a, 0: 0, 5: 1, 10: 0.5)", (None, 0, 0)),
        ("table(a, 0: 0, 10: 1, 20: 0)", (1, 0, 0)),  # it falls only where a cannot be
        ("2 ** a", (1, 0, 0)),
        ("0.5 ** a", (-1, 0, 0)),
        ("step(b, a)", (-1, 1, 0)),
    ],
)
def test_the_rules_settle_what_a_reader_would(equation, signs):
    model = fw.Model.parse(f"{HEAD}y [1] = {equation}".replace("step(b, a)", "step(b, at)").replace(
        "in 0 .. 10\n", "in 0 .. 10\ngiven at [month] = 0 in 0 .. 9\n"))  # fmt: skip
    names = ("at" if "at)" in str(model["y"]) else "a", "b", "c")
    tree = model["y"].equation
    assert tuple(slope(tree, name, model.bounds, model.clock) for name in names) == signs


@pytest.mark.parametrize("name", library())
def test_every_given_of_the_library_moves_its_effects_the_way_the_arrows_say(name):
    """Nudge each given by one per cent: what responds to it at the start moves as drawn."""
    model = fw.load(name)
    base = fw.simulate(model)
    for lever, effect, sign in fw.causal_graph(model).edges(data="sign"):
        if model[lever].kind != "given" or sign is None or model[effect].kind == "stock":
            continue
        given, (low, high) = model.given_values[lever], model[lever].limits
        nudge = 0.01 * (abs(given) or 1.0)
        nudged = given + nudge if given + nudge <= high else given - nudge
        if nudged < low:
            continue
        run = fw.simulate(model.change(**{lever: nudged}))
        # Where both runs still agree on everything else that the effect is made of: at the start.
        moved = (run[effect][0] - base[effect][0]) * sign * (1 if nudged > given else -1)
        assert moved >= 0, f"{lever} -> {effect} in {name}"


def test_what_is_shown_and_what_is_folded_have_the_same_signs():
    """Folding multiplies signs along a way, and leaves open what two ways contradict."""
    model = fw.Model.parse(
        "time month from 0 to 9 step 1\nstock s [x] = 5\n    + f\n    - g\n"
        "f [x/month] = s * p\np [1/month] = rate * q\nq [1] = big / (big + s)\n"
        "g [x/month] = s * rate\ngiven rate [1/month] = 0.1 in 0 .. 1\ngiven big [x] = 50"
    )
    folded = fw.causal_graph(model, show=["s", "rate", "q"])
    assert {(a, b): sign for a, b, sign in folded.edges(data="sign")} == {
        ("s", "s"): None,
        ("s", "q"): -1,
        ("q", "s"): 1,
        ("rate", "s"): None,
    }
    with pytest.raises(fw.ModelError) as caught:
        fw.causal_graph(model, show=["rat"])
    assert str(caught.value) == "there is no 'rat' to show\n  hint: did you mean 'rate'?"
