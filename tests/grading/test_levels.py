"""The same marks at every level of the jail, and words for what a level leaves open."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from notebooks import answer, check, code, notebook, save, solved

from flywheel_grader.jail import levels as jail
from flywheel_grader.jail.levels import LEVELS
from flywheel_grader.judging.batch import grade
from flywheel_grader.limits import Limits
from flywheel_grader.words import GradingError
from tests import needs

EXERCISE = "06_levels"
LIMITS = Limits(cell=1, call=0.7, submission=8)
SOURCE = notebook(
    answer("def f(n):\n    ### BEGIN SOLUTION\n    return n + 1\n    ### END SOLUTION", "f"),
    check("assert f(1) == 2", "first"),
    answer("### BEGIN SOLUTION\nx = f(2)\n### END SOLUTION", "x"),
    check("### BEGIN HIDDEN TESTS\nassert x == 3 and f(-1) == 0\n### END HIDDEN TESTS", "second"),
)  # fmt: skip
RIGHT = "def f(n):\n    return 1 + n"
ANSWERS = {
    "right": ({"f": RIGHT, "x": "x = 3"}, [1, 1]),
    "wrong": ({"f": "def f(n):\n    return n", "x": "x = 3"}, [0, 0]),
    "hangs in a cell": ({"f": RIGHT + "\nwhile True: pass", "x": "x = 3"}, [1, 1]),
    "hangs in a call": (
        {"f": "def f(n):\n    while n == 1: pass\n    return n + 1", "x": "x = f(2)"},
        [0, 1],
    ),
    "ends": ({"f": "def f(n):\n    import os\n    return n + 1 if n > 1 else os._exit(0)",
              "x": "x = f(2)"}, [0, 0]),
    "raises": ({"f": "def f(n):\n    raise RuntimeError(n)", "x": "x = 3"}, [0, 0]),
}  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
def test_honest_students_get_the_same_marks_at_every_level(level: str, tmp_path: Path):
    needs.level(level)
    source = save(SOURCE, tmp_path / f"{EXERCISE}.ipynb")
    for student, (answers, _) in ANSWERS.items():
        save(solved(SOURCE, **answers), tmp_path / "in" / student / f"{EXERCISE}.ipynb")
    batch = grade(tmp_path / "in", tmp_path / "out", [source], level, limits=LIMITS)
    points = {each.student: [task.points for task in each.tasks] for each in batch.results}
    wanted = {student: points for student, (_, points) in ANSWERS.items()}
    if level == "process":  # without an interrupt the cell that hangs is left out, names and all
        wanted["hangs in a cell"] = [0, 0]
    assert points == wanted
    assert {each.level for each in batch.results} == {level}
    left_open = {problem for each in batch.results for problem in each.problems}
    assert (jail.OPEN.get(level, "") in left_open) == (level in jail.OPEN)


@pytest.mark.parametrize("level", ["bwrap", "unshare", "rlimit"])
def test_many_tests_hold_no_more_memory_than_one(level: str, tmp_path: Path):
    needs.level(level)
    cells = [check(f"assert f({n}) == {n + 1}", f"t{n}") for n in range(12)]
    made = notebook(code("ballast = bytearray(60_000_000)", "held"), SOURCE["cells"][0], *cells)
    source = save(made, tmp_path / f"{EXERCISE}.ipynb")
    save(solved(made, f=RIGHT), tmp_path / "in" / "ada" / source.name)
    limits = Limits(cell=4, submission=20, resident=500)  # one test more each would hold 720
    batch = grade(tmp_path / "in", tmp_path / "out", [source], level, limits=limits)
    assert [(each.points, batch.notes) for each in batch.results] == [(12, [])]


def test_without_a_wish_the_strongest_level_is_taken():
    works = [level for level in LEVELS if needs.works(level)]
    with jail.start(None, [], LIMITS) as found:
        assert found.level == works[0]
    assert "process" in works


def test_what_a_weak_level_leaves_open_is_said_in_words():
    assert jail.OPEN == {
        "rlimit": "graded at level rlimit: its files and the network were open to the submission",
        "process": "graded at level process: nothing but its time was limited for the submission",
    }


def test_a_level_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(GradingError) as caught:
        jail.start("docker", [], LIMITS)
    assert str(caught.value) == (
        "there is no level 'docker'\n  hint: the levels are bwrap, unshare, rlimit, process"
    )


@needs.linux
def test_a_level_that_cannot_work_says_why(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(GradingError) as caught:
        jail.start("bwrap", [], LIMITS)
    assert str(caught.value) == (
        "level bwrap does not work here: bubblewrap is not installed\n"
        "  hint: leave --level out to take what works here"
    )


@needs.linux
def test_a_jail_that_cannot_fence_still_grades_behind_bubblewrap_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    needs.level("bwrap")

    def cannot(*_arguments: object) -> jail.Jail:
        raise GradingError("no namespaces within namespaces here")

    monkeypatch.setattr(jail, "_start_warm", cannot)
    source = save(SOURCE, tmp_path / f"{EXERCISE}.ipynb")
    save(solved(SOURCE, **ANSWERS["right"][0]), tmp_path / "in" / "a" / f"{EXERCISE}.ipynb")
    peek = f"import os\nx = 3 if not os.path.exists({str(source)!r}) else 0"
    save(solved(SOURCE, f=RIGHT, x=peek), tmp_path / "in" / "b" / f"{EXERCISE}.ipynb")
    kept_in = (
        "import ctypes, os\n"
        "x = 3 if os.getuid() and ctypes.CDLL(None).unshare(0x10000000) != 0 else 0"
    )
    save(solved(SOURCE, f=RIGHT, x=kept_in), tmp_path / "in" / "c" / f"{EXERCISE}.ipynb")
    batch = grade(tmp_path / "in", tmp_path / "out", [source], "bwrap", limits=LIMITS)
    assert [(each.points, each.level) for each in batch.results] == 3 * [(2, "bwrap")]


def test_a_submission_meets_nothing_of_the_one_before_it(tmp_path: Path):
    needs.level("bwrap", "unshare")
    leave = (
        "import os, sys, builtins\nbuiltins.left = sys.left = 1\n"
        "for p in ('/tmp/left', '/home/student/left', '/dev/shm/left'): open(p, 'w').close()\n"
        "if os.fork() == 0:\n    os.setsid()\n    import time\n    time.sleep(60)"
    )
    look = (
        "import os, sys, builtins, glob\n"
        "found = [p for p in ('/tmp/left', '/home/student/left', '/dev/shm/left') "
        "if os.path.exists(p)]\n"
        "found += [n for n in ('left',) if hasattr(builtins, n) or hasattr(sys, n)]\n"
        "found += [p for p in glob.glob('/proc/[0-9]*') if int(p[6:]) > 40]\nx = 3 + len(found)"
    )
    source = save(SOURCE, tmp_path / f"{EXERCISE}.ipynb")
    for number in range(6):
        text = look if number % 2 else leave
        made = solved(SOURCE, f=RIGHT, x=text)
        save(made, tmp_path / "in" / str(number) / f"{EXERCISE}.ipynb")
    batch = grade(tmp_path / "in", tmp_path / "out", [source], limits=LIMITS)
    assert [each.points for each in batch.results] == [1, 2, 1, 2, 1, 2]


PEEKS = {
    "asks where the course looks": (
        "from flywheel_edu.exercises.finding import find_exercise\n"
        "_mine = find_exercise('05_cash').tasks[0].misconceptions[0].wrong"
    ),
    "loads the file by its place": (
        "import runpy, flywheel_edu, pathlib\n"
        "root = pathlib.Path(flywheel_edu.__file__).resolve().parents[1]\n"
        "_mine = runpy.run_path(str(root / 'exercises' / 'checks' / '05_cash.py'))['_mine']"
    ),
    "reads their text": (
        "import pathlib\n"
        "import flywheel_edu\n"
        "names = {}\n"
        "for root in {*flywheel_edu.__path__, *map(str, map(pathlib.Path.resolve, "
        "map(pathlib.Path, flywheel_edu.__path__)))}:\n"
        "    text = pathlib.Path(root, '..', 'exercises', 'checks', '05_cash.py').read_text()\n"
        "    exec(text, names)\n"
        "_mine = names['_mine']"
    ),
    "looks for it everywhere": (
        "import glob, os, marshal\n"
        "for path in glob.glob('/**/05_cash*', recursive=True):\n"
        "    if path.endswith('.pyc'):\n"
        "        names = {}\n"
        "        exec(marshal.loads(open(path, 'rb').read()[16:]), names)\n"
        "        _mine = names['_mine']"
    ),
    "asks the memory": (
        "import gc\n"
        "_mine = next(f for f in gc.get_objects() if getattr(f, '__name__', '') == '_mine')"
    ),
}


@pytest.mark.parametrize("level", ["bwrap", "unshare"])
def test_the_checks_of_the_course_are_out_of_a_submissions_reach(level: str, tmp_path: Path):
    needs.level(level)
    source = Path(__file__).parents[2] / "solutions" / "05_cash.ipynb"
    made = json.loads(source.read_text("utf-8"))
    right = (
        "def my_machine():\n"
        "    later = (given.cash_each / (1 + given.rate) ** t for t in (1, 2, 3, 4))\n"
        "    return sum(later) - given.price"
    )
    answers = {
        who: f"{how}\ndef my_machine():\n    return _mine(given)" for who, how in PEEKS.items()
    }
    for student, text in {**answers, "knows it": right}.items():
        save(solved(made, my_machine=text), tmp_path / "in" / student / source.name)
    batch = grade(tmp_path / "in", tmp_path / "out", [source], level)
    points = {
        each.student: next(task.points for task in each.tasks if task.id == "test_my_machine")
        for each in batch.results
    }
    assert points == {**dict.fromkeys(PEEKS, 0), "knows it": 1}


KEY_OF_OURS = """
import ctypes
kernel = ctypes.CDLL(None, use_errno=True)
found = kernel.syscall({keyctl}, 10, ctypes.c_long(-3), b"user", b"flywheel", 0)
x = 3 if found < 0 else 0
"""
NEIGHBOUR = """
import socket
def met():
    with socket.socket(socket.AF_UNIX) as door:
        try:
            door.bind("\\0flywheel")
        except OSError:
            return True  # another submission has it
        door.listen()
        door.settimeout(0.6)
        try:
            door.accept()
        except OSError:
            return False
        return True
x = 0 if met() else 3
"""


def _with_a_key(work: Callable[[], None]) -> None:
    """Do something as if in a login session with a key in it; only this thread gets one."""
    add_key, keyctl = {"x86_64": (248, 250), "aarch64": (217, 219)}.get(os.uname().machine, (0, 0))
    kernel = ctypes.CDLL(None, use_errno=True)
    if not keyctl or kernel.syscall(keyctl, 1, None) < 0:
        pytest.skip("this kernel gives us no keys")
    added = kernel.syscall(add_key, b"user", b"flywheel", b"secret", 6, ctypes.c_long(-3))
    assert added > 0
    work()


@pytest.mark.parametrize("level", ["bwrap", "unshare"])
def test_the_keys_of_a_login_session_are_out_of_a_submissions_reach(level: str, tmp_path: Path):
    needs.level(level)
    source = save(SOURCE, tmp_path / f"{EXERCISE}.ipynb")
    number = {"x86_64": 250, "aarch64": 219}.get(os.uname().machine, 0)
    made = solved(SOURCE, f=RIGHT, x=KEY_OF_OURS.format(keyctl=number))
    save(made, tmp_path / "in" / "eve" / f"{EXERCISE}.ipynb")

    def work() -> None:
        batch = grade(tmp_path / "in", tmp_path / "out", [source], level, limits=LIMITS)
        assert [each.points for each in batch.results] == [2]

    with ThreadPoolExecutor(1) as thread:
        thread.submit(_with_a_key, work).result()


@pytest.mark.parametrize("level", ["bwrap", "unshare"])
def test_a_course_that_lies_in_the_folder_of_python_is_not_there_for_a_submission(
    level: str, tmp_path: Path
):
    needs.level(level)
    try:
        course = Path(tempfile.mkdtemp(dir=sys.prefix))  # as `python -m venv .` leaves it
    except OSError:
        pytest.skip("Python's folder is not ours to write in")
    try:
        source = save(SOURCE, course / "solutions" / f"{EXERCISE}.ipynb")
        (course / "secret.key").write_text("the teacher's own")
        look = f"import os\nx = 0 if os.path.exists({str(course)!r}) else 3"
        save(solved(SOURCE, f=RIGHT, x=look), course / "in" / "eve" / f"{EXERCISE}.ipynb")
        batch = grade(course / "in", course / "out", [source], level, limits=LIMITS)
        assert [each.points for each in batch.results] == [2]
    finally:
        shutil.rmtree(course)


@pytest.mark.parametrize("level", ["bwrap", "unshare"])
def test_two_submissions_at_once_cannot_meet(level: str, tmp_path: Path):
    needs.level(level)
    source = save(SOURCE, tmp_path / f"{EXERCISE}.ipynb")
    for student in ("eve", "mallory"):
        made = solved(SOURCE, f=RIGHT, x=NEIGHBOUR)
        save(made, tmp_path / "in" / student / f"{EXERCISE}.ipynb")
    batch = grade(tmp_path / "in", tmp_path / "out", [source], level, limits=LIMITS)
    assert [each.points for each in batch.results] == [2, 2]


@needs.linux
def test_when_the_grading_ends_nothing_of_it_is_left_running(tmp_path: Path):
    source = save(SOURCE, tmp_path / f"{EXERCISE}.ipynb")
    text = "import os\nif os.fork() == 0:\n    os.setsid()\n    import time\n    time.sleep(77.125)"
    save(solved(SOURCE, f=RIGHT, x=text), tmp_path / "in" / "a" / f"{EXERCISE}.ipynb")
    before = _commands()
    grade(tmp_path / "in", tmp_path / "out", [source], limits=LIMITS)
    assert _commands() - before == set()


def _commands() -> set[str]:
    """The processes of a grading that were started from here, or whose parents are gone."""
    parents, lines = {}, {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        number = path.parent.name
        try:
            line = path.read_bytes().decode(errors="replace")
            parents[number] = (path.parent / "stat").read_text().rsplit(")", 1)[1].split()[1]
        except OSError:
            continue
        lines[number] = line

    def starter(number: str) -> str:
        while "flywheel_grader" in lines.get(number, ""):
            number = parents[number]
        return number

    own = {str(os.getpid()), "0", "1"}
    grading = {n for n in parents if "flywheel_grader" in lines[n] and starter(n) in own}
    return {f"{number} {lines[number]}" for number in grading}
