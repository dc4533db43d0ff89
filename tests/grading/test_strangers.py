"""What strangers hand in: nothing of it runs at the teacher's, stays alive, or tells a test."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from notebooks import answer, check, code, notebook, position, save, solved

from flywheel_edu.exercises import for_grader
from flywheel_grader.crossing import wire
from flywheel_grader.handing_in.archive import Opened
from flywheel_grader.handing_in.collect import collect
from flywheel_grader.handing_in.pack import pack, restore
from flywheel_grader.judging.batch import grade
from flywheel_grader.notebooks.cells import harmless
from tests import needs

WIDGET = "application/vnd.jupyter.widget-view+json"
EXERCISE = "07_strangers"
SOURCE = notebook(
    answer("### BEGIN SOLUTION\ndef f(x):\n    return 2 * x\n### END SOLUTION", "f"),
    check("### BEGIN HIDDEN TESTS\nassert f(8191.25) == 16382.5\n### END HIDDEN TESTS", "hidden"),
    answer("### BEGIN SOLUTION\ny = 3\n### END SOLUTION", "y"),
    check("assert y == 3", "shown"),
)


def hostile() -> dict[str, Any]:
    """A notebook that brings JavaScript of its own in every place where an output may."""
    made = solved(SOURCE, f="def f(x):\n    return 2 * x", y="y = 3")
    made["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    made["cells"][0]["outputs"] = [
        {"output_type": "display_data", "metadata": {}, "data": {
            WIDGET: {"model_id": "1"}, "text/html": "<script>1</script>", "text/plain": "a chart",
            "image/png": "iVBORw0KGgo=", "application/javascript": "1", "image/svg+xml": "<svg/>"}},
        {"output_type": "execute_result", "execution_count": 1, "metadata": {},
         "data": {WIDGET: {"model_id": "1"}}},
        {"output_type": "stream", "name": "stdout", "text": "hello"},
    ]  # fmt: skip
    return made


def outputs_of(path: Path) -> Any:
    data = json.loads(path.read_text("utf-8"))
    assert "widgets" not in data["metadata"]
    return [each.get("data", each.get("text")) for each in data["cells"][0]["outputs"]]


def test_what_was_handed_in_is_kept_without_what_would_run_when_it_is_opened(tmp_path: Path):
    path = save(hostile(), tmp_path / "at home" / f"{EXERCISE}.ipynb")
    packed = pack(path, tmp_path, "ada")
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.write(path, f"eve/{path.name}")
        archive.write(path, f"eve/deeper/{path.name}")
        archive.write(packed, f"mal/{packed.name}")
    collect(tmp_path / "in.zip", tmp_path / "in")
    with zipfile.ZipFile(packed) as archive:
        (tmp_path / "unpacked.ipynb").write_bytes(archive.read(path.name))
    with zipfile.ZipFile(tmp_path / "raw.zip", "w") as archive:
        archive.write(path, path.name)
    (restored,) = restore(tmp_path / "raw.zip", tmp_path / "restored")
    found = [*(tmp_path / "in").rglob("*.ipynb"), tmp_path / "unpacked.ipynb", restored]
    assert len(found) == 5
    for each in found:
        assert outputs_of(each) == [
            {"text/plain": "a chart", "image/png": "iVBORw0KGgo="},
            {"text/plain": "(left out: it would have run when opened)"},
            "hello",
        ]


def test_the_cells_stay_as_they_were_and_what_is_no_notebook_stays_whole():
    made = hostile()
    again = json.loads(harmless(json.dumps(made).encode(), "a.ipynb"))
    assert [each["source"] for each in again["cells"]] == [c["source"] for c in made["cells"]]
    assert [each["metadata"] for each in again["cells"]] == [c["metadata"] for c in made["cells"]]
    for other in (b"year,sales\n1,2\n", b'{"a": 1}', b"", b"\xff\xfe"):
        assert harmless(other, "x") == other


# ---- what a hidden test asked with

SAYS = {
    "a class of error for each": "raise [OSError, ValueError, KeyError][int(d) % 3](d)",
    "its words": "raise ValueError(d)",
    "which cell stops": "if int(d) > {n}: raise ValueError",
    "a class of its own": "raise type('E' + d, (Exception,), {{}})",
}


@pytest.mark.parametrize("way", SAYS)
def test_no_cell_after_a_hidden_test_says_what_it_asked_with(way: str, tmp_path: Path):
    said = []
    for number in ("8191.25", "2030.75"):
        hidden = SOURCE["cells"][1]["source"].replace("8191.25", number)
        source = {**SOURCE, "cells": [dict(each) for each in SOURCE["cells"]]}
        source["cells"][1]["source"] = hidden.replace("16382.5", f"{number} * 2")
        path = save(source, tmp_path / number / f"{EXERCISE}.ipynb")
        first = "seen = []\ndef f(x):\n    seen.append(x)\n    raise ValueError(x)"
        made = solved(source, f=first, y="y = 3")
        later = [
            code(f"d = (str(seen[0]) + '0000000')[{n}].replace('.', '0')\n" + SAYS[way].format(n=n))
            for n in range(6)
        ]
        place = position(made, "y")
        made["cells"][place:place] = later
        save(made, tmp_path / number / "in" / "eve" / path.name)
        (result,) = grade(tmp_path / number / "in", tmp_path / number / "out", [path]).results
        said.append((result.problems, [task.message for task in result.tasks]))
    assert said[0] == said[1]
    assert said[0][1][0] == "your code stopped with an error in a check that is not shown"
    stopped = "a cell after a check that is not shown stopped with an error"
    assert said[0][0] == [stopped]


# ---- archives


def test_an_archive_that_opens_into_much_is_refused_by_what_it_says_and_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("eve/x.ipynb", b"0" * 70_000_000, zipfile.ZIP_BZIP2)
        archive.writestr("mal/x.ipynb", b"0" * 100, zipfile.ZIP_LZMA)
        archive.writestr("ada/x.ipynb", b"1", zipfile.ZIP_DEFLATED)
    monkeypatch.setattr("bz2.BZ2Decompressor", None)  # nothing of it is opened
    found = collect(path, tmp_path / "in")
    assert set(found.files) == {"ada"}
    assert "x.ipynb in in.zip is packed in a way that is not opened; it was left out" in (
        problem.removeprefix("mal/") for problem in found.problems
    )


def test_what_is_too_much_of_one_student_is_nobody_elses_loss(tmp_path: Path):
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(2500):
            archive.writestr(f"eve/{n}.txt", b"")
        for n in range(4):
            archive.writestr(f"mal/{n}.txt", b"0" * 60_000_000)
        for n in range(20):
            archive.writestr(f"s{n}/work.ipynb", b"1")
    opened = Opened()
    with zipfile.ZipFile(path) as archive:
        read = [p for p, _ in opened.files_of_zip(archive, "in.zip", lambda path: path.parts[0])]
    assert {f"s{n}" for n in range(20)} < {path.parts[0] for path in read}
    assert len(opened.problems) <= 4
    assert opened.problems[0] == (
        "eve/2000.txt in in.zip and what follows it is more than 2000 files or 128 MiB of one "
        "student; it was left out"
    )


# ---- what crosses


def test_a_message_of_many_small_parts_is_not_read(tmp_path: Path):
    source = save(SOURCE, tmp_path / f"{EXERCISE}.ipynb")
    big = (
        "import gc, os\n"
        "from flywheel_grader.crossing.link import Link\n"
        "link = next(o for o in gc.get_objects() if isinstance(o, Link))\n"
        "os.write(link.outgoing, b'{\"n\": [' + b'[],' * 3_000_000 + b'1]}\\n')\n"
        "def f(x): return 2 * x"
    )
    save(solved(SOURCE, f=big, y="y = 3"), tmp_path / "in" / "eve" / source.name)
    (result,) = grade(tmp_path / "in", tmp_path / "out", [source]).results
    assert result.points == 0
    assert result.problems[-1] in (
        "the program sent more than the grader takes in cell 1",
        "the program sent more than the grader takes",
    )


def test_a_model_whose_run_would_fill_the_memory_does_not_arrive():
    text = "time day from 0 to {days} step 1\n" + "".join(
        f"stock s{n} [1] = 1\n    + g{n}\ng{n} [1/day] = s{n} * rate\n" for n in range(30)
    )
    text += "given rate [1/day] = 0\n"
    make = for_grader.kinds["flywheel_edu.model:Model"][1]
    assert len(make(text.format(days=1000)).stocks) == 30
    with pytest.raises(ValueError, match="a run of this model would hold more numbers than"):
        make(text.format(days=900_000))
    sent = {"$": "course", "kind": "flywheel_edu.model:Model", "of": text.format(days=900_000)}
    with pytest.raises(wire.Garbled):
        wire.build(sent, lambda data, path: None)


# ---- processes

SPINS = """
import ctypes, os, sys
kernel = ctypes.CDLL(None)
for n in range(6):
    if os.fork() == 0:
        os.setsid()
        kernel.prctl(15, b"fw_spinner", 0, 0, 0)
        for signal in range(1, 30):
            try: __import__("signal").signal(signal, 1)
            except Exception: pass
        while True: pass
def f(x): return 2 * x
"""
GROWS = """
import ctypes
ctypes.CDLL(None).prctl(15, b"fw_grower", 0, 0, 0)
held = []
def f(x):
    while True: held.append(bytearray(b"1") * 20_000_000)
"""
WATCHED = """
import json, os, sys, threading, time
from pathlib import Path
from flywheel_grader.judging.batch import grade
from flywheel_grader.limits import Limits
folder, level = Path(sys.argv[1]), sys.argv[2]

def called(name):
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if (path / "comm").read_text().strip() == name:
                held = int((path / "statm").read_text().split()[1]) * 4096 >> 20
                found.append(held)
        except OSError:
            pass
    return found

largest, left, over = [0], [], []
def watch():
    while not over:
        largest[0] = max([largest[0], *called("fw_grower")])
        time.sleep(0.05)
thread = threading.Thread(target=watch)
thread.start()
def told(done, of):
    if done >= of - 1:  # those that spin come first, and are over
        time.sleep(0.5)
        left.append(len(called("fw_spinner")) + (len(called("fw_grower")) if done == of else 0))
limits = Limits(cell=2, call=2, submission=15, resident=400)
batch = grade(folder / "in", folder / "out", [folder / "07_strangers.ipynb"], level, limits=limits,
              progress=told)
over.append(1)
thread.join()
points = {each.student: each.points for each in batch.results}
print(json.dumps({"left": left, "largest": largest[0], "points": points}))
"""


@pytest.mark.parametrize("user", [pytest.param("root", marks=needs.root), "an ordinary user"])
@pytest.mark.parametrize("level", ["bwrap", "unshare"])
def test_nothing_outlives_its_submission_and_no_memory_is_taken_beyond_the_limit(
    level: str, user: str, tmp_path: Path
):
    needs.level(level)
    who: dict[str, Any] = {}
    if user != "root" and os.geteuid() == 0:
        who = {"user": 12345, "group": 12345, "extra_groups": []}
    source = save(SOURCE, tmp_path / f"{EXERCISE}.ipynb")
    for name, first in {"a": SPINS, "b": GROWS, "c": SPINS}.items():
        save(solved(SOURCE, f=first, y="y = 3"), tmp_path / "in" / name / source.name)
    for name in "defgh":
        made = solved(SOURCE, f="def f(x): return 2 * x", y="y = 3")
        save(made, tmp_path / "in" / name / source.name)
    for each in (tmp_path, *tmp_path.parents[:2], *tmp_path.rglob("*")):
        if each.is_dir():
            each.chmod(0o777)
    environment = {"PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(tmp_path)}
    command = [sys.executable, "-c", WATCHED, str(tmp_path), level]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, **environment}, **who
        )
        said = done.stderr
    except PermissionError as why:  # this Python lies where only root may go
        said = str(why)
    if who and re.search("does not work here|Permission", said):
        pytest.skip(f"{user} has no level {level} here: {said.splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert set(said["left"]) == {0}
    assert said["largest"] < 800
    assert {name: said["points"][name] for name in "abcdefgh"} == {
        "a": 2, "b": said["points"]["b"], "c": 2, **dict.fromkeys("defgh", 2),
    }  # fmt: skip
    assert said["points"]["b"] < 2
