"""XMILE files for the tests of this room, and what is refused of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from flywheel_edu import FlywheelError, Model
from flywheel_exchange import read_xmile

MODELS = Path(__file__).resolve().parents[1] / "models"
NAMESPACE = "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"


def file_of(
    folder: Path, variables: str, *, specs: str = "", header: str = "", more: str = ""
) -> Path:
    """A file with these variables; the first of them stands on line 10."""
    text = f"""<?xml version="1.0" encoding="utf-8"?>
<xmile version="1.0" xmlns="{NAMESPACE}">
  <header><name>try</name>{header}</header>
  <sim_specs {specs or 'method="Euler" time_units="Months"'}>
    <start>0</start>
    <stop>10</stop>
    <dt>0.25</dt>
  </sim_specs>
  <model><variables>
{variables}
  </variables>{more}</model>
</xmile>
"""
    path = folder / "try.xmile"
    path.write_text(text, encoding="utf-8")
    return path


def model_of(folder: Path, variables: str, **more: str) -> Model:
    """The model in a file with these variables; its own text reads back as the same model."""
    model = read_xmile(file_of(folder, variables, **more))
    assert Model.parse(str(model)) == model
    return model


def aux(equation: str, name: str = "x", inside: str = "") -> str:
    """One auxiliary."""
    safe = equation.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<aux name="{name}"><eqn>{safe}</eqn>{inside}</aux>'


def refusal(path: Path) -> str:
    """What is said when a file is refused."""
    with pytest.raises(FlywheelError) as caught:
        read_xmile(path)
    return str(caught.value)
