"""The arrows never contradict the numbers, whatever the equation."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flywheel_edu as fw
from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.causal.loops import find_loops
from flywheel_edu.causal.signs import slope
from flywheel_edu.flywheels import library
from flywheel_edu.language import Expression, names_in, read_expression, text_of
from flywheel_edu.model import Clock, Model
from flywheel_edu.model.bounds import bounds_of
from flywheel_edu.simulate.prepared import prepare
from flywheel_edu.units import Unit

NAMES = ("a", "b", "c")
RANGES = {"a": (0.0, 10.0), "b": (0.5, 4.0), "c": (-3.0, 3.0)}
HEAD = "time month from 0 to 1 step 1\n" + "".join(
    f"given {name} [1] = 1 in {low:g} .. {high:g}\n" for name, (low, high) in RANGES.items()
)

FORMS = (
    *("({} + {})", "({} - {})", "({} * {})", "({} / {})", "min({}, {})", "max({}, {})"),
    *("exp({})", "abs({})", "int({})", "arctan({})", "sin({})", "sqrt({})", "-({})"),
    *("({}) ** 2", "({}) ** 3", "({}) ** 0.5", "({}) ** -1", "({}) ** b", "1.5 ** ({})"),
    *("({} if {} < 1.5 else {})", "({} if {} > {} and c < 1 else {})"),
    *("table({}, 0: 0, 1: 2, 3: 2.5)", "table({}, 0: 0, 1: 2, 3: -1)", "(a / (a + {}))"),
    *("({} * c / (c + {}))", "(b / ({} + b + {}))", "(1 - {} / {})"),
)


def equation(random: np.random.Generator, leaves: int) -> str:
    """A random equation with about so many leaves."""
    if leaves <= 1:
        return str(random.choice([*NAMES, *NAMES, f"{random.uniform(0.1, 5):.2f}"]))
    form = str(random.choice(FORMS))
    parts = form.count("{}")
    return form.format(*(equation(random, (leaves - 1) // parts) for _ in range(parts)))


def value(model: fw.Model, point: dict[str, float]) -> float:
    rows: list[tuple[float, ...]] = []
    try:
        prepare(model).python.euler(0.0, 1.0, 0, (), tuple(point.values()), rows)
    except (ArithmeticError, ValueError):
        return math.nan
    return rows[0][0]


def test_a_settled_sign_never_contradicts_a_finite_difference():
    random = np.random.default_rng(20260)
    settled = compared = 0
    for _ in range(5_000):
        text = equation(random, int(random.integers(2, 9)))
        model = fw.Model.parse(f"{HEAD}y [1] = {text}")
        for name in NAMES:
            sign = slope(model["y"].equation, name, model.bounds, model.clock)
            settled += sign is not None
            for _ in range(2 if sign is not None else 0):
                point = {n: float(random.uniform(*RANGES[n])) for n in NAMES}
                moved = {**point, name: float(random.uniform(point[name], RANGES[name][1]))}
                before, after = value(model, point), value(model, moved)
                scale = max(1.0, abs(before), abs(after))
                if math.isfinite(before) and math.isfinite(after) and scale < 1e12:
                    compared += 1
                    where = f"{text}: {name} from {point} to {moved[name]}"
                    assert (after - before) * sign >= -1e-9 * scale, where
                    assert sign != 0 or abs(after - before) <= 1e-9 * scale, where
    # The test says something only if many signs settle and many values exist.
    assert settled > 8_000
    assert compared > 10_000


def test_a_value_never_leaves_the_bounds_that_the_equations_tell():
    random = np.random.default_rng(20261)
    for _ in range(1_500):
        text = equation(random, int(random.integers(2, 9)))
        model = fw.Model.parse(f"{HEAD}y [1] = {text}")
        low, high = model.bounds["y"]
        for _ in range(3):
            point = {n: float(random.uniform(*RANGES[n])) for n in NAMES}
            found = value(model, point)
            if math.isfinite(found):
                room = 1e-9 * max(1.0, abs(found))
                assert low - room <= found <= high + room, f"{text} at {point}"


@pytest.mark.parametrize(
    ("equation", "signs"),
    [
        ("a / b", (1, -1, 0)),
        ("a / (a + b)", (1, -1, 0)),
        ("b / (a + b)", (-1, 1, 0)),
        ("3 * a / (a + b)", (1, -1, 0)),
        ("a / ((a + b) / 2)", (1, -1, 0)),  # a member's own, against the mean
        ("b / ((a + b + 4) / 3)", (-1, 1, 0)),
        ("(a + 1) / (a + 1 + b)", (1, -1, 0)),
        ("2 * a * b / ((2 * a * b + 4) / 2)", (1, 1, 0)),
        ("(a / b) / (a / b + b)", (1, -1, 0)),
        ("a * b / ((a + b) * 3)", (1, 1, 0)),
        ("c / ((a + c) / 2)", (None, 0, None)),  # c may be below 0, and then so may the mean
        ("a / ((a + b) / c)", (None, None, 1)),
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
    if equation.startswith("step"):
        lines = HEAD.replace("given a [1]", "given a [month]")
    else:
        lines = HEAD
    model = fw.Model.parse(f"{lines}y [1] = {equation}")
    tree = model["y"].equation
    assert tuple(slope(tree, name, model.bounds, model.clock) for name in NAMES) == signs


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_share_in_a_sum_or_mean_moves_as_its_sign_says(data):
    names = data.draw(st.sampled_from([("a", "b"), ("a", "b", "d"), ("a", "b", "d", "e")]))
    terms = [data.draw(st.sampled_from(["{}", "{} ** 2", "2 * {}", "{} / k"])) for _ in names]
    terms = [term.format(name) for term, name in zip(terms, names, strict=True)]
    some = data.draw(st.sets(st.sampled_from(terms), min_size=1))
    above = f"({' + '.join(term for term in terms if term in some)})"
    beside = data.draw(st.sampled_from(["{}", "k * {}", "{} / k", "{} * a", "c * {}"]))
    below = data.draw(st.sampled_from(["({})", "(({}) / 3)", "(({}) * k)", "(({}) / a)"]))
    text = f"{beside.format(above)} / {below.format(' + '.join(terms))}"
    spans = {**dict.fromkeys((*names, "k"), (0.5, 4.0)), "c": (-3.0, 3.0)}
    tree = read_expression(text)
    clock = Clock(Unit.parse("month"), 0, 1, 1)
    point = {name: data.draw(st.floats(*span)) for name, span in spans.items()}
    model = fw.Model.parse(
        "time month from 0 to 1 step 1\n"
        + "".join(f"given {n} [1] = 1 in {low} .. {high}\n" for n, (low, high) in spans.items())
        + f"y [1] = {text}"
    )
    for name in names_in(tree):
        sign = slope(tree, name, spans, clock)
        other = data.draw(st.floats(point[name], spans[name][1]))
        before, after = (
            fw.simulate(model.change(**{**point, name: at}))["y"][0] for at in (point[name], other)
        )
        room = 1e-9 * max(1.0, abs(before), abs(after))
        if sign is not None:
            assert (after - before) * sign >= -room
            assert sign != 0 or abs(after - before) <= room
    # A member's own share, and that of each other member, are always settled.
    if len(some) == 1 and beside == "{}" and below in ("({})", "(({}) / 3)"):
        own = terms.index(min(some))
        signs = {name: slope(tree, name, spans, clock) for name in names}
        assert signs == {name: 1 if name == names[own] else -1 for name in names}


@pytest.mark.parametrize("name", library())
def test_every_given_of_the_library_moves_its_effects_the_way_the_arrows_say(name):
    """Nudge a given by one per cent and nothing else: its effect moves as drawn, at any time."""
    model = fw.load(name)
    base = fw.simulate(model)
    moved = 0
    for lever, effect, sign in fw.causal_graph(model).edges(data="sign"):
        if model[lever].kind != "given" or sign is None or model[effect].kind != "computed":
            continue
        tree = model[effect].equation
        for moment in (0, len(base.time) // 3, len(base.time) - 1):
            values = {n: base[n][moment] for n in names_in(tree) if n != "time"}
            nudged = {**values, lever: values[lever] * 1.01 or 0.01}
            now = base.time[moment]
            clock = replace(model.clock, start=now, stop=now + 1, step=1)
            before, after = (one_equation(tree, v, clock) for v in (values, nudged))
            rise = (after - before) * sign * (1 if nudged[lever] > values[lever] else -1)
            assert rise >= -1e-12 * abs(before), f"{lever} -> {effect} in {name}"
            moved += rise > 0
    assert moved > 0


def one_equation(tree: Expression, values: dict[str, float], clock: Clock) -> float:
    """An equation at one moment, with every name in it a number."""
    givens = "".join(f"given {n} [?] = {float(v)!r}\n" for n, v in values.items())
    return float(fw.simulate(fw.Model.parse(f"{clock}\n{givens}y [?] = {text_of(tree)}"))["y"][0])


def test_what_is_shown_and_what_is_folded_have_the_same_signs():
    """Folding multiplies signs along a way, and leaves open what two ways contradict."""
    model = fw.Model.parse(
        "time month from 0 to 9 step 1\nstock s [x] = 5\n    + f\n    - g\n"
        "f [x/month] = s * p\np [1/month] = rate * q\nq [1] = big / (big + s)\n"
        "g [x/month] = s * rate\ngiven rate [1/month] = 0.1 in 0 .. 1\ngiven big [x] = 50"
    )
    folded = fw.causal_graph(model, show=["s", "rate", "q"])
    assert {(a, b): sign for a, b, sign in folded.edges(data="sign")} == {
        ("s", "q"): -1,
        ("q", "s"): 1,
        ("rate", "s"): None,
    }
    with pytest.raises(fw.ModelError) as caught:
        fw.causal_graph(model, show=["rat"])
    assert str(caught.value) == "there is no 'rat' to show\n  hint: did you mean 'rate'?"


def test_the_share_of_one_in_the_sum_of_two_leaves_the_rest_its_sign():
    fans = Model.parse("""time month from 0 to 60 step 0.25
stock fans_a [fan] = 100
    + won_a
stock fans_b [fan] = 100
    + won_b
won_a [fan/month] = fans_a * talk * share_a
won_b [fan/month] = fans_b * talk * (1 - share_a)
share_a [1] = fans_a / (fans_a + fans_b)
given talk [1/month] = 0.05
""")
    assert fans.bounds["share_a"] == (0, 1)
    signs = {(a, b): sign for a, b, sign in causal_graph(fans).edges(data="sign")}
    assert signs["fans_b", "won_b"] == 1
    assert signs["share_a", "won_b"] == -1
    assert not [loop for loop in find_loops(causal_graph(fans)) if loop.sign is None]


def test_twice_a_share_lies_between_zero_and_two():
    twice = read_expression("two * x / (y + x)")
    clock = Clock(Unit.parse("month"), 0, 12, 1)
    known = {"two": (2.0, 2.0), "x": (0.0, math.inf), "y": (0.0, math.inf)}
    assert bounds_of(twice, known, clock) == (0, 2)
    assert bounds_of(twice, known | {"y": (-1.0, math.inf)}, clock)[1] == math.inf
