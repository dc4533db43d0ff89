"""`import flywheel_edu` brings in nothing heavy: seen in what is loaded, not on a clock."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = (
    "IPython",
    "anywidget",
    "dask",
    "ipywidgets",
    "llvmlite",
    "matplotlib",
    "nbformat",
    "pandas",
    "rich",
    "scipy",
    "tqdm",
    "traitlets",
    "xarray",
)


def loaded_by(code: str) -> set[str]:
    """The outermost packages loaded once a fresh Python has run the code."""
    shown = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return {name.split(".")[0] for name in json.loads(shown.splitlines()[-1])}


@pytest.mark.parametrize(
    "code",
    [
        "import flywheel_edu",
        "import flywheel_edu as fw; fw.load('retail')",
        "import flywheel_edu as fw; fw.find_loops(fw.causal_graph(fw.load('retail')))",
    ],
)
def test_reading_a_model_and_its_loops_loads_nothing_heavy(code):
    assert not loaded_by(code) & set(HEAVY)


def test_a_run_in_plain_python_needs_no_table_no_chart_and_no_compiler():
    code = "import flywheel_edu as fw; fw.simulate(fw.load('retail'))['customers']"
    heavy = {"pandas", "matplotlib", "ipywidgets", "llvmlite", "scipy", "xarray"}
    assert not loaded_by(code) & heavy


def test_the_widgets_names_bring_no_chart():
    code = "from flywheel_edu.widgets import Canvas, Explorer, Predict, Quiz, Story"
    assert not loaded_by(code) & {"pandas", "matplotlib", "llvmlite", "scipy"}


def test_widgets_and_their_pictures_need_no_compiler_and_no_scipy():
    code = """
import flywheel_edu as fw
from flywheel_edu.widgets import Explorer, Predict, Story
retail = fw.load("retail")
explorer = Explorer(retail)
for widget in (explorer, Predict(retail, "third_party_share", marketplace=0), Story(retail)):
    widget._repr_mimebundle_()
explorer.set(marketplace=0)
explorer.still()
"""
    assert not loaded_by(code) & {"llvmlite", "scipy", "xarray", "dask", "SALib"}


def test_a_large_drawing_needs_no_scipy_which_a_browsers_python_would_have_to_fetch():
    lines = "\\n".join(f"thing{n} -> thing{n // 2} +" for n in range(1, 40))
    code = f"import flywheel_edu as fw; fw.draw(fw.read_sketch('{lines}')).plan"
    assert "scipy" not in loaded_by(code)


def test_the_command_line_starts_without_the_classroom():
    heavy = {*HEAVY, "jupyterlab", "jupyter_server"} - {"rich"}
    code = "from flywheel_edu.cli import main\ntry: main(['--version'])\nexcept SystemExit: pass"
    assert not loaded_by(code) & heavy
