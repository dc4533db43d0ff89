"""`flywheel check` on an exercise whose test cells only ask: what its self-checks say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flywheel_edu.cli import main
from flywheel_grader.jail.own_run import only_asks, self_checks

EXERCISE = Path(__file__).resolve().parents[2] / "exercises" / "05_cash.ipynb"


def answered(place: Path, **answers: str) -> Path:
    """The exercise on cash with these answers in its cells."""
    made = json.loads(EXERCISE.read_text("utf-8"))
    for cell in made["cells"]:
        if cell["id"] in answers:
            cell["source"] = answers[cell["id"]]
    path = place / EXERCISE.name
    path.write_text(json.dumps(made), "utf-8")
    return path


def test_a_right_answer_holds_and_a_wrong_turn_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    right = "def free_cash(operating, capex):\n    return operating - capex"
    wrong = "def self_funding(price, cash_each):\n    return price / cash_each"
    assert main(["check", str(answered(tmp_path, free_cash=right, self_funding=wrong))]) == 1
    said = capsys.readouterr().out
    assert "task 1, free_cash: holds\n" in said
    assert "task 2, present_value: not answered yet.\n" in said
    assert (
        "task 4, self_funding: not yet. This should hold: It is a share a year: above 0, and below "
        "1 for the letter's machine.\n"
        "  You gave 3.2 for self_funding(160, 50).\n"
        "  This looks like 'upside down': that is how many years one machine must work for "
        "another.\n"
        "  Hint 1 of 3: How much does one machine bring in a year, and what does one cost?\n"
    ) in said
    assert said.endswith("passing here is not yet full marks; further checks decide\n")
    assert [path.name for path in tmp_path.iterdir()] == [EXERCISE.name]


def test_a_notebook_by_another_name_is_checked_as_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    said = []
    path = answered(tmp_path, free_cash="def free_cash(operating, capex):\n    return operating")
    for name in (path.name, "my 05 cash (final).ipynb"):
        path = path.rename(tmp_path / name)
        assert main(["check", str(path)]) == 1
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]


def test_a_cell_that_stops_does_not_stop_the_others(tmp_path: Path):
    cells = ["1 / 0", "print('a')", "from flywheel_edu.exercises.selfcheck import Verdict",
             "Verdict('growth', True, 'well')"]  # fmt: skip
    assert self_checks(tmp_path / "x.ipynb", cells) == [("growth", True, "well")]


def test_a_check_that_something_stands_behind_is_heard_too(tmp_path: Path):
    cells = ["from flywheel_edu.exercises.selfcheck import Verdict",
             "Verdict('growth', False, 'not yet.')\nassert 1 == 2"]  # fmt: skip
    assert self_checks(tmp_path / "x.ipynb", cells) == [("growth", False, "not yet.")]


def test_a_notebook_that_ends_the_program_is_said_not_to_run(tmp_path: Path):
    with pytest.raises(Exception, match=r"x.ipynb does not run to its end") as caught:
        self_checks(tmp_path / "x.ipynb", ["import os; os._exit(3)"])
    assert "restart its kernel" in str(caught.value)


def test_a_cell_with_a_test_of_its_own_does_more_than_ask():
    assert only_asks('check("growth")')
    assert not only_asks('check("growth")\nassert growth(1, 0) == 1')
