"""A class of forty through every command, twice: the second time on a machine with other work."""

from __future__ import annotations

import csv
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from notebooks import Notebook, answer, check, notebook, save, solved, words, written

from flywheel_edu.cli import main
from flywheel_grader.judging.results import read_results

EXERCISE = "10_forty"
SOURCE = notebook(
    words("# Forty at once"),
    answer(
        "def growth(visits, rate):\n    ### BEGIN SOLUTION\n    return visits * (1 + rate)\n"
        "    ### END SOLUTION",
        "growth",
    ),
    check(
        "assert growth(100, 0) == 100\n### BEGIN HIDDEN TESTS\n"
        "assert abs(growth(100, 0.1) - 110) < 1e-9\n### END HIDDEN TESTS",
        "test_growth",
        4,
    ),
    answer("### BEGIN SOLUTION\ntotal = 12\n### END SOLUTION", "total"),
    check("assert total == 12", "test_total", 2),
    answer("### BEGIN SOLUTION\ndef put(row):\n    row.append(1)\n### END SOLUTION", "put"),
    check("xs = []\nput(xs)\nassert xs == [1]", "test_put", 1),
    written("It comes back.", "why", 3),
)
RIGHT = {
    "growth": "def growth(visits, rate):\n    return visits + visits * rate",
    "total": "total = 3 * 4",
    "put": "def put(row):\n    row += [1]",
    "why": "Since it comes back.",
}
# What each of ten kinds of students hands in, and the points of the tests; four of each kind.
KINDS: dict[str, tuple[dict[str, str], float]] = {
    "right": (RIGHT, 7),
    "in words only": ({"why": "No idea."}, 0),
    "linear": (RIGHT | {"growth": "def growth(visits, rate):\n    return visits + rate"}, 3),
    "a slip": (RIGHT | {"total": "total = 13"}, 5),
    "a copy": (RIGHT | {"put": "def put(row):\n    return row + [1]"}, 6),
    "an error": (RIGHT | {"total": "total = 12 / 0"}, 5),
    "no Python": (RIGHT | {"growth": "def growth(visits, rate)\n    return 1"}, 3),
    "slow and right": (
        RIGHT
        | {
            "growth": "import time\ndef growth(visits, rate):\n    began = time.process_time()\n"
            "    while time.process_time() - began < 0.15: pass\n    return visits * (1 + rate)"
        },
        7,
    ),
    "out at once": (RIGHT | {"put": "import os\ndef put(row):\n    os._exit(0)"}, 6),
    "asks for much": (
        RIGHT | {"total": "total = len(bytearray(10 ** 8)) // 10 ** 8 * 12"},
        7,
    ),
}


def class_of_forty() -> dict[str, tuple[Notebook, float]]:
    return {
        f"s{kind}{n}": (solved(SOURCE, **answers), points)
        for kind, (answers, points) in enumerate(KINDS.values())
        for n in range(4)
    }


@contextmanager
def other_work() -> Iterator[None]:
    """Three programs that never rest."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(3)]
    try:
        yield
    finally:
        for each in busy:
            each.kill()
            each.wait()


def marks(folder: Path) -> dict[str, list[float]]:
    return {each.student: [task.points for task in each.tasks] for each in read_results(folder)}


def test_forty_get_the_same_marks_twice_and_the_right_ones(tmp_path: Path):
    source = save(SOURCE, tmp_path / "solutions" / f"{EXERCISE}.ipynb")
    forty = class_of_forty()
    assert len(forty) == 40
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for student, (made, _) in forty.items():
            place = save(made, tmp_path / "home" / student / source.name)
            archive.write(place, f"{student}/{source.name}")

    def through_every_command(out: str) -> dict[str, list[float]]:
        results = ["--out", str(tmp_path / out)]
        asked = ["--source", str(source), "--cell-seconds", "3", "--call-seconds", "1"]
        for command in (
            ["release", str(source), "--out", str(tmp_path / out / "handout")],
            ["collect", str(tmp_path / "in.zip"), "--out", str(tmp_path / out / "in")],
            ["grade", "--submissions", str(tmp_path / out / "in"), *asked, *results],
            ["mark", "--pages", "--source", str(source), *results],
            ["feedback", *results],
            ["report", "--source", str(source), *results],
            ["export", *results],
        ):  # fmt: skip
            assert main(command) == 0, command
        return marks(tmp_path / out)

    first = through_every_command("first")
    with other_work():
        second = through_every_command("second")
    assert first == second
    assert {student: sum(points) for student, points in first.items()} == {
        student: points for student, (_, points) in forty.items()
    }
    for out in ("first", "second"):
        assert len(list((tmp_path / out / "feedback").glob("*.html"))) == 40
        text = (tmp_path / out / f"grades-csv-{EXERCISE}.csv").read_text("utf-8-sig")
        assert len(list(csv.DictReader(text.splitlines()))) == 40
