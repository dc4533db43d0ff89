"""What other programs read of the project: Binder, papermill, citations, licences."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXERCISES = sorted([*ROOT.glob("exercises/*.ipynb"), *ROOT.glob("solutions/*.ipynb")])


def test_binder_installs_the_course_from_the_projects_folder_on_a_python_that_is_allowed():
    (line,) = (ROOT / "binder" / "requirements.txt").read_text("utf-8").split()
    (extra,) = re.fullmatch(r"\.\[(\w+)\]", line).groups()
    assert any(need.startswith("jupyterlab") for need in PROJECT["optional-dependencies"][extra])
    runtime = (ROOT / "binder" / "runtime.txt").read_text("utf-8").strip()
    assert PROJECT["requires-python"] == runtime.replace("python-", ">=")


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_papermill_finds_the_ticket_in_the_one_cell_of_parameters(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    assert [cell["cell_type"] for cell in tagged] == ["code"]
    names: dict[str, object] = {}
    exec("".join(tagged[0]["source"]), names)
    assert names["ticket"] == ""


def test_who_cites_it_cites_this_version_under_its_licences():
    said = (ROOT / "CITATION.cff").read_text("utf-8")
    assert re.search(r"^version: (.*)$", said, re.M)[1] == PROJECT["version"]
    licences = set(re.findall(r"^  - (MIT|CC-.*)$", said, re.M))
    assert licences == set(PROJECT["license"].split(" AND ")) - {"OFL-1.1"}


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("LICENSE", "MIT License"),
        ("course/LICENSE", "Creative Commons Attribution 4.0 International"),
        ("flywheel_edu/charts/fonts/Kalam-LICENSE.txt", "SIL OPEN FONT LICENSE"),
        ("flywheel_edu/charts/fonts/OpenSans-LICENSE.txt", "SIL OPEN FONT LICENSE"),
    ],
)
def test_each_licence_travels_with_what_it_is_for(file, name):
    assert name in (ROOT / file).read_text("utf-8")
    assert any((ROOT / file) in ROOT.glob(asked) for asked in PROJECT["license-files"])
