"""PySD and pysimlin compute the same numbers from our models: two outside witnesses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from flywheel_edu import Model, library, load, read, simulate
from flywheel_edu.language import Binary, Call, Expression, Number, walk
from flywheel_exchange.labels import name_of
from tests.exchange.files import MODELS
from tests.witnesses import (
    METHODS,
    pysd_of_file,
    pysimlin_of_file,
    run_in_pysd,
    run_in_pysimlin,
)

WITNESSES = {"PySD": run_in_pysd, "pysimlin": run_in_pysimlin}
OWN = sorted(path.stem for path in MODELS.glob("*.flywheel"))

# What a witness does not know or takes for something else, in functions of our language: to
# pysimlin, DELAY is DELAY1; PySD gives a rest the sign of the left side, as Vensim does, and prints
# (-1.5)^2 as -1.5**2.
BEYOND = {"PySD": {"log10", "mod", "negative base"}, "pysimlin": {"pipeline"}}


def model_named(name: str) -> Model:
    return load(name) if name in library() else read(MODELS / f"{name}.flywheel")


def by_method(model: Model, method: str) -> Model:
    clock = replace(model.clock, method=method, save=0.0)
    return model.revise(str(clock))


def used_in(equation: Expression) -> set[str]:
    """The functions in an equation, and what else `BEYOND` lists."""
    found = {node.function for node in walk(equation) if isinstance(node, Call)}
    for node in walk(equation):
        match node:
            case Binary(op="**", left=Number(value=value)) if value < 0:
                found.add("negative base")
    return found


def without(model: Model, functions: set[str]) -> Model:
    """The model with the quantities that use these functions taken out of their equations."""
    lines = []
    for quantity in model.written.values():
        if used_in(quantity.equation) & functions:
            lines.append(f"{quantity.name} [{quantity.unit}] = 1")
    return model.revise("\n".join(lines)) if lines else model


@pytest.mark.parametrize("witness", WITNESSES)
@pytest.mark.parametrize("name", [*library(), *OWN])
def test_a_model_gives_the_same_numbers_elsewhere(name, witness, tmp_path):
    model = without(model_named(name), BEYOND[witness])
    for method in METHODS[witness]:
        used = set().union(*(used_in(q.equation) for q in model.written.values()))
        if method == "rk4" and used & {"pulse", "step", "pipeline"}:
            continue  # a jump inside a step is met differently by each program
        ours = simulate(by_method(model, method))
        theirs = WITNESSES[witness](ours.model, tmp_path)
        assert set(theirs) == set(model.written)
        for quantity, values in theirs.items():
            size = np.max(np.abs(ours[quantity]))
            np.testing.assert_allclose(
                values, ours[quantity], rtol=1e-9, atol=1e-9 * size, err_msg=f"{quantity}, {method}"
            )


def test_the_witnesses_are_asked_for_both_methods():
    assert {method for methods in METHODS.values() for method in methods} == {"euler", "rk4"}


@pytest.mark.parametrize("witness", WITNESSES)
def test_a_witness_sees_a_changed_number(witness, tmp_path):
    """The comparison can fail: another number for one given gives other numbers elsewhere."""
    model = load("retail")
    name = "word_of_mouth"
    other = model.change(**{name: 0.5 * model.given_values[name]})
    theirs = WITNESSES[witness](other, tmp_path)
    assert np.max(np.abs(theirs["customers"] / simulate(model)["customers"] - 1)) > 1e-3


@pytest.mark.filterwarnings("ignore:a change of wait changes no DELAY")
@pytest.mark.parametrize("name", ["delays", "equations", "graphs"])
def test_a_file_of_others_gives_the_same_numbers_in_pysd(name):
    path = MODELS / f"{name}.xmile"
    ours = simulate(read(path))
    theirs = {name_of(label): values for label, values in pysd_of_file(path).items()}
    compared = set(theirs) & set(ours)
    assert len(compared) >= 4
    for quantity in compared:
        np.testing.assert_allclose(
            theirs[quantity], ours[quantity], rtol=1e-9, atol=1e-9, err_msg=quantity
        )


def test_a_file_of_others_gives_the_same_numbers_in_pysimlin():
    path = MODELS / "equations.xmile"
    ours, theirs = simulate(read(path)), pysimlin_of_file(path)
    compared = set(theirs) & set(ours)
    assert len(compared) >= 14
    for quantity in compared - {"time"}:
        np.testing.assert_allclose(
            theirs[quantity], ours[quantity], rtol=1e-9, atol=1e-9, err_msg=quantity
        )
