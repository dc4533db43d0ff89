"""Time is the processor's: a busy machine costs nobody a point, and what is late is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from notebooks import answer, check, notebook, save, solved

from flywheel_grader.judging.batch import grade
from flywheel_grader.limits import Limits
from tests import needs

EXERCISE = "08_time"
SOURCE = notebook(
    answer("### BEGIN SOLUTION\ndef f(n):\n    return n + 1\n### END SOLUTION", "f"),
    check("assert f(1) == 2", "first", 4),
)

WORK = "import time\ndef f(n):\n    began = time.process_time()\n"
WORK += "    while time.process_time() - began < {0}: pass\n    return n + 1"


@needs.linux
def test_a_right_answer_keeps_its_points_on_a_machine_that_others_keep_busy(tmp_path: Path):
    source = save(SOURCE, tmp_path / f"{EXERCISE}.ipynb")
    answers = {
        "works": WORK.format(0.4),
        "works too long": WORK.format(30),
        "sleeps": "import time\ndef f(n):\n    time.sleep(60)\n    return n + 1",
        "works in a cell": "import time\nbegan = time.process_time()\n"
        "while time.process_time() - began < 0.4: pass\ndef f(n):\n    return n + 1",
    }
    for student, text in answers.items():
        save(solved(SOURCE, f=text), tmp_path / "in" / student / source.name)
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(4)]
    try:
        limits = Limits(cell=1, call=1, submission=30)
        batch = grade(tmp_path / "in", tmp_path / "out", [source], limits=limits)
    finally:
        for each in busy:
            each.kill()
            each.wait()
    points = {each.student: each.points for each in batch.results}
    assert points == {"works": 4, "works in a cell": 4, "works too long": 0, "sleeps": 0}
    assert [each.student for each in batch.results if each.late][-1:] in (
        ["sleeps"], ["works too long"],
    )  # fmt: skip
    assert batch.notes[0].startswith(("1 submission ran", "2 submissions ran"))
    assert "sleeps" in batch.notes[0]
