"""Handing in by a command or from the notebook: what is packed, and what is said of it."""

from __future__ import annotations

import json
import linecache
import zipfile
from pathlib import Path
from typing import Any

import pytest

from flywheel_edu.cli import main
from flywheel_edu.exercises import exercise

EXERCISE = Path(__file__).resolve().parents[2] / "exercises" / "05_cash.ipynb"
RIGHT = "def free_cash(operating, capex):\n    return operating - capex"


def saved(folder: Path, name: str = "05_cash", **sources: str) -> Path:
    """An exercise with these sources in its cells."""
    made = json.loads((EXERCISE.parent / f"{name}.ipynb").read_text("utf-8"))
    for cell in made["cells"]:
        if cell["id"] in sources:
            cell["source"] = sources[cell["id"]]
        elif "ticket" in sources and "".join(cell["source"]).startswith("ticket ="):
            cell["source"] = sources["ticket"]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps(made), "utf-8")
    return path


def test_pack_alone_takes_what_was_begun_and_warns_of_all_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    saved(tmp_path / "exercises", free_cash=RIGHT, present_value="def present_value(flows, rate:")
    saved(tmp_path / "exercises", "06_cycle")  # not begun
    monkeypatch.chdir(tmp_path)
    lacking = (
        "not answered yet: task 3, machine_value",
        "not answered yet: task 3, my_machine",
        "not answered yet: task 4, self_funding",
        "not answered yet: task 5, two_definitions",
        "not answered yet: task 6, in-words",
        "task 2 cannot be read: line 1, 'def present_value(flows, rate:': '(' was never closed",
    )
    assert main(["pack"]) == 1
    assert capsys.readouterr().err == (
        "flywheel: 05_cash.ipynb is not complete:\n"
        + "".join(f"  {each}\n" for each in lacking)
        + "  hint: finish it and save the notebook, or add --anyway to hand it in as it is\n"
    )
    assert main(["pack", "--anyway"]) == 0
    assert capsys.readouterr().out == (
        "".join(f"{each}\n" for each in lacking)
        + "it does not say whose it is: write your student id into the cell that begins with "
        "ticket, or add --student ID\n"
        f"hand in this file: {Path('exercises') / '05_cash.zip'}\n"
    )


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("# Exercise 13: The tram", ""),
        ("## Exercise 2", "task 2, "),
        ("# Task 2", "task 2, "),
        ("## 2 The fare", "task 2, "),
    ],
)
def test_the_number_of_a_whole_notebook_is_not_taken_for_a_tasks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], heading: str, said: str
):
    path = saved(tmp_path, ticket='ticket = "ada"')
    made = json.loads(path.read_text("utf-8"))
    texts = [cell for cell in made["cells"] if cell["cell_type"] == "markdown"]
    for cell in texts:
        cell["source"] = "And then?"
    texts[0]["source"] = heading
    path.write_text(json.dumps(made), "utf-8")
    assert main(["pack", str(path)]) == 1
    assert f"not answered yet: {said}free_cash\n" in capsys.readouterr().err


@pytest.mark.parametrize("away", ["../course", "/{folder}/course", "../exercises", r"..\\course"])
def test_a_file_from_another_folder_is_told_of_before_it_is_handed_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], away: str
):
    away = away.replace("/{folder}", tmp_path.as_posix())
    for folder in ("course", "exercises"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.flywheel").write_text("# mine")
    reads = f'def my_model():\n    return fw.read("{away}/mine.flywheel")\n'
    path = saved(tmp_path / "exercises", "11_own", ticket='ticket = "ada"', my_model=reads)
    assert main(["pack", str(path)]) == 1
    told = ', so it stays behind; copy it there, and write "mine.flywheel"\n'
    assert told in capsys.readouterr().err
    reads = reads.replace(f"{away}/", "./")
    path = saved(tmp_path / "exercises", "11_own", ticket='ticket = "ada"', my_model=reads)
    assert main(["pack", str(path), "--anyway"]) == 0
    with zipfile.ZipFile(path.with_name("11_own-ada.zip")) as packed:
        assert "mine.flywheel" in packed.namelist()


def test_of_several_notebooks_what_is_missing_stands_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    saved(tmp_path / "exercises", "05_cash", ticket='ticket = "ada"', free_cash=RIGHT)
    saved(tmp_path / "exercises", "06_cycle", ticket='ticket = "ada"', cycle="cycle = 1")
    monkeypatch.chdir(tmp_path)
    assert main(["pack"]) == 1
    out = capsys.readouterr().out
    assert "05_cash.ipynb is not complete:\n  not answered yet: task 2" in out
    assert "?" not in out


def test_check_takes_a_folder_and_says_where_nothing_was_begun(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    saved(tmp_path, free_cash=RIGHT)
    assert main(["check", str(tmp_path)]) == 1
    assert capsys.readouterr().out.startswith("task 1, free_cash: holds\ntask 2, present_value: ")
    (tmp_path / "empty").mkdir()
    assert main(["check", str(tmp_path / "empty")]) == 1
    assert capsys.readouterr().err == (
        f"flywheel: no exercise in {(tmp_path / 'empty').resolve()} has been begun\n"
        "  hint: give the notebook that you worked in, and save it first\n"
    )


def test_a_notebook_that_cannot_be_read_is_told_with_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "05_cash.ipynb").write_text("")
    for command in ("check", "pack"):
        assert main([command, str(tmp_path)]) == 1
        assert capsys.readouterr().err == "flywheel: 05_cash.ipynb is empty\n"
    saved(tmp_path, "06_cycle", cycle="cycle = 1")
    assert main(["pack", str(tmp_path), "--anyway"]) == 1
    said = capsys.readouterr().out
    assert f"{tmp_path / '05_cash.ipynb'}:\n05_cash.ipynb is empty\n" in said
    assert f"hand in this file: {tmp_path / '06_cycle.zip'}\n" in said


def test_release_hints_at_what_release_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    for command, way in (
        ("release", "after `release`"),
        ("grade --submissions in --out out", "with --source"),
    ):
        assert main(command.split()) == 1
        assert capsys.readouterr().err == (
            "flywheel: there is no source notebook\n"
            f"  hint: give the teacher's notebook {way}, or run this where ./solutions is\n"
        )


def test_a_cell_that_stops_is_called_by_its_task(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = saved(tmp_path, free_cash="1 / 0")
    assert main(["check", str(path)]) == 1
    said = capsys.readouterr().out
    assert "task 1 stopped with ZeroDivisionError: division by zero\n" in said
    assert "cell " not in said


def in_the_notebook(folder: Path, monkeypatch: pytest.MonkeyPatch, *cells: str) -> Any:
    """The self-check of a kernel that has run these cells in this folder."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    scope: dict[str, Any] = {}
    for number, cell in enumerate(cells):
        place = f"<run {number} {abs(hash(cell))}>"
        linecache.cache[place] = (len(cell), None, cell.splitlines(keepends=True), place)
        exec(compile(cell, place, "exec"), scope)
    return exercise("05_cash", "ada", scope)[0]


def test_one_call_in_the_notebook_checks_packs_and_says_where_the_file_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = saved(tmp_path, free_cash=RIGHT, ticket='ticket = "ada"')
    check = in_the_notebook(tmp_path, monkeypatch, RIGHT)
    assert str(check.hand_in()) == (
        "When you are ready, change False to True, save the notebook, and run this cell."
    )
    assert list(tmp_path.iterdir()) == [path]
    said = str(check.hand_in(ready=True)).split("\n")
    assert said[:2] == [
        "1 free_cash: holds",
        "2 present_value: not yet: nothing is called 'present_value' yet.",
    ]
    assert "not answered yet: task 6, in-words" in said
    assert said[-2].startswith("Packed as it was saved at ")
    assert said[-1] == str(tmp_path / "05_cash-ada.zip")
    with zipfile.ZipFile(said[-1]) as packed:
        assert "05_cash.ipynb" in packed.namelist()


def test_a_task_that_stops_is_told_by_how_it_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    broken = "def free_cash(operating, capex):\n    return operating - capx"
    saved(tmp_path, free_cash=broken)
    check = in_the_notebook(tmp_path, monkeypatch, broken)
    assert str(check.hand_in(ready=True)).startswith(
        "1 free_cash: not yet: Trying it stopped with NameError: name 'capx' is not defined\n"
    )
    wrong = RIGHT.replace("- capex", "- 2 * capex")
    saved(tmp_path, free_cash=wrong)
    check = in_the_notebook(tmp_path, monkeypatch, wrong)
    assert str(check.hand_in(ready=True)).startswith(
        "1 free_cash: not yet. This should hold: Each dollar spent on machines"
    )


def test_what_was_run_and_not_saved_is_not_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    saved(tmp_path, free_cash=RIGHT)
    check = in_the_notebook(tmp_path, monkeypatch, RIGHT.replace("- capex", "- 2 * capex"))
    assert str(check.hand_in(ready=True)).endswith(
        "Not packed: what you ran last for free_cash is not in the saved file. "
        "Save the notebook (Ctrl+S), and run this cell again."
    )
    assert not list(tmp_path.glob("*.zip"))
