"""Hostile submissions: none gains a point, learns a test, touches the host or stops the batch."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from pathlib import Path

import pytest
from attacks import (
    CELLS,
    EXERCISE,
    FOLDERS,
    NOTEBOOKS,
    SECRET_NUMBER,
    SOURCE,
    TESTS,
    WRONG,
    all_wrong,
)
from notebooks import answer, check, code, notebook, position, save, solved

from flywheel_edu.cli import main
from flywheel_grader.judging.batch import Batch, grade
from flywheel_grader.judging.results import Result, read_results
from flywheel_grader.limits import Limits
from tests import needs

LIMITS = Limits(cell=1.5, call=0.8, submission=6, wall=1.5, resident=700, disk=16)
ATTACKS = [*CELLS, *NOTEBOOKS, *FOLDERS]
HONEST = {
    "growth": "def growth(visits, rate):\n    return visits + visits * rate",
    "total": "total = 8191.25",
    "verdict": "verdict = 'reinforcing loop, R1'",
    "table": "table = pd.DataFrame({'year': [1, 2], 'sales': [8191.25, 9000]})\n"
    "years = list(range(2001, 2004))",
    "account": "class Account:\n    def __init__(self, start):\n        self.balance = start\n"
    "    def deposit(self, amount):\n        self.balance = self.balance + amount",
}


@dataclass
class Attacked:
    """A class of attackers, graded, with what must not have been touched."""

    batch: Batch
    results: dict[str, Result]
    guarded: dict[Path, bytes]
    visitors: int
    out: Path


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    level = needs.level("bwrap", "unshare")
    root = tmp_path_factory.mktemp("attacked")
    source = save(SOURCE, root / "source" / f"{EXERCISE}.ipynb")
    secret = root / "source" / "secret.key"
    secret.write_text("the teacher's own")
    out = root / "out"
    out.mkdir()
    book = out / "gradebook.json"
    book.write_text("{}")
    classroom = root / "submissions"
    victim = save(solved(SOURCE, **HONEST), classroom / "zoe" / f"{EXERCISE}.ipynb")
    guarded = {path: path.read_bytes() for path in (source, secret, book, victim)}
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        paths = [str(path) for path in guarded]
        for number, name in enumerate(CELLS):
            text = CELLS[name].replace("{paths!r}", repr(paths)).replace("{port}", str(port))
            # In the first answer, so that it lies in wait for every test.
            made = solved(SOURCE, growth=text)
            made["cells"].insert(position(made, "growth"), code(WRONG, "own"))
            save(made, classroom / f"cell {number:02}" / f"{EXERCISE}.ipynb")
        for number, name in enumerate(NOTEBOOKS):
            made = all_wrong()
            NOTEBOOKS[name](made)
            save(made, classroom / f"notebook {number:02}" / f"{EXERCISE}.ipynb")
        for number, name in enumerate(FOLDERS):
            FOLDERS[name](classroom / f"folder {number:02}")
        batch = grade(classroom, out, [source], level, secret.read_bytes(), LIMITS)
        visitors = 0
        try:
            while True:
                server.accept()[0].close()
                visitors += 1
        except BlockingIOError:
            pass
    found = {result.student: result for result in batch.results}
    results = {name: found[f"cell {n:02}"] for n, name in enumerate(CELLS)}
    results |= {name: found[f"notebook {n:02}"] for n, name in enumerate(NOTEBOOKS)}
    results |= {name: found[f"folder {n:02}"] for n, name in enumerate(FOLDERS)}
    results["honest"] = found["zoe"]
    return Attacked(batch, results, guarded, visitors, out)


def test_there_are_at_least_a_hundred_attacks():
    assert len(ATTACKS) == len(set(ATTACKS)) >= 100


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gains_no_point(attacked: Attacked, name: str):
    result = attacked.results[name]
    assert {task.id: task.points for task in result.tasks} == dict.fromkeys(TESTS, 0.0)
    assert (result.points, result.max_points) == (0.0, 10.0)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_a_sentence(attacked: Attacked, name: str):
    result = attacked.results[name]
    assert all(task.message for task in result.tasks)
    for sentence in (*result.problems, *(task.message for task in result.tasks)):
        assert sentence.isprintable()
        assert not any(word in sentence for word in ("Traceback", "NoneType", "KeyError: 'x'"))


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_learns_nothing_of_a_hidden_test(attacked: Attacked, name: str):
    for task in attacked.results[name].tasks:
        assert SECRET_NUMBER not in task.message
        assert SECRET_NUMBER.replace(".", "_") not in task.message


def test_the_honest_student_beside_them_has_full_marks(attacked: Attacked):
    honest = attacked.results["honest"]
    assert (honest.points, honest.problems) == (10.0, [])


def test_nothing_of_the_teachers_was_touched(attacked: Attacked):
    assert {path: path.read_bytes() for path in attacked.guarded} == attacked.guarded


def test_nobody_reached_the_network(attacked: Attacked):
    assert attacked.visitors == 0


def test_no_judge_had_to_be_stopped(attacked: Attacked):
    said = [problem for each in attacked.batch.results for problem in each.problems]
    assert not [problem for problem in said if "the grader" in problem]


def test_the_results_are_plain_json(attacked: Attacked):
    plain = json.loads((attacked.out / "results.json").read_text())
    assert len(plain) == len(ATTACKS) + 1
    assert set(plain[0]) == {
        "student", "exercise", "points", "max_points", "level", "tasks", "problems",
    }  # fmt: skip
    assert all(set(task) == {"id", "points", "max_points", "message"} for task in plain[0]["tasks"])
    assert {each["level"] for each in plain} <= {"bwrap", "unshare"}


TRUSTING = notebook(
    code('ticket = ""', "ticket"),
    answer("### BEGIN SOLUTION\nshare = 0.5\n### END SOLUTION", "share"),
    # A teacher who lets a student's number be the mark.
    check("### BEGIN HIDDEN TESTS\n4 * share\n### END HIDDEN TESTS", "test_share", 2),
)


SHARES = {
    "0.25": 1, "-3": 0, "7": 2, "float('nan')": 0, "1e999": 0, "-1e999": 0, "10 ** 2000": 0,
    "-(10 ** 2000)": 0, "True": 2, "np.nan": 0, "np.float64('inf')": 0, "np.array(0.25)": 1,
    "__import__('fractions').Fraction(10 ** 2000)": 0,
}  # fmt: skip


def test_a_mark_is_a_number_between_nothing_and_full_marks(tmp_path: Path):
    source = save(TRUSTING, tmp_path / f"{EXERCISE}.ipynb")
    for number, share in enumerate(SHARES):
        made = solved(TRUSTING, share=f"import numpy as np\nshare = {share}")
        for student in ("ada", "bob"):  # two, so that their numbers are compared
            save(made, tmp_path / "in" / f"{number:02} {student}" / f"{EXERCISE}.ipynb")
    found = grade(tmp_path / "in", tmp_path / "out", [source]).results
    points = [result.points for result in found]
    assert dict(zip(SHARES, zip(points[::2], points[1::2], strict=True), strict=True)) == {
        share: (points, points) for share, points in SHARES.items()
    }
    assert [result.problems for result in found] == [[]] * len(found)


RETELLING = notebook(
    answer(
        "def growth(visits, rate):\n    ### BEGIN SOLUTION\n    return visits * (1 + rate)\n"
        "    ### END SOLUTION",
        "growth",
    ),
    check("assert growth(1, 0) == 1", "test_first", 1),
    check(
        "### BEGIN HIDDEN TESTS\nassert growth(8191.25, 0) == 8191.25\n### END HIDDEN TESTS",
        "test_hidden",
        1,
    ),
    check(
        "def still(visits):\n    return growth(visits, 0)\n"
        "### BEGIN HIDDEN TESTS\nassert still(8191.25) == 8191.25\n### END HIDDEN TESTS",
        "test_helper",
        1,
    ),
    check("found = growth(2, 0)\nassert found == 2, f'got {found}'", "test_shown", 1),
    check("assert growth(3, 0) < 4, 'too much'", "test_words", 1),
    check(
        "rows = []\nfor visits in (5, 6):\n    assert float(growth(visits, 0)) == visits\n"
        "    ### BEGIN HIDDEN TESTS\n    assert growth(8191.25, 0) == 8191.25\n"
        "    ### END HIDDEN TESTS",
        "test_loop",
        1,
    ),
)


@pytest.mark.parametrize(
    "says",
    [
        "raise ValueError(f'asked with {seen}')",
        "raise type(f'Asked_{seen}'.replace('.', '_'), (ValueError,), {})('x')",
        "return f'asked with {seen}'",
        "return type(f'Asked {seen}', (), {})()",
    ],
)
def test_what_a_hidden_test_asked_is_not_told_when_a_later_one_asks(says: str, tmp_path: Path):
    source = save(RETELLING, tmp_path / f"{EXERCISE}.ipynb")
    text = f"seen = []\ndef growth(visits, rate):\n    seen.append(visits)\n    {says}"
    save(solved(RETELLING, growth=text), tmp_path / "in" / "eve" / f"{EXERCISE}.ipynb")
    result = grade(tmp_path / "in", tmp_path / "out", [source], limits=LIMITS).results[0]
    messages = {task.id: task.message for task in result.tasks}
    assert not [words for words in messages.values() if "8191" in words]
    assert result.points == 0
    # What was asked before anything hidden is said in full.
    assert "return f" in says or "1" in messages["test_first"]


def test_the_words_a_teacher_wrote_for_a_shown_check_are_told_after_a_hidden_one(tmp_path: Path):
    source = save(RETELLING, tmp_path / f"{EXERCISE}.ipynb")
    text = "def growth(visits, rate):\n    return 5"
    save(solved(RETELLING, growth=text), tmp_path / "in" / "ada" / f"{EXERCISE}.ipynb")
    result = grade(tmp_path / "in", tmp_path / "out", [source], limits=LIMITS).results[0]
    messages = {task.id: task.message for task in result.tasks}
    assert messages["test_words"] == (
        "this did not hold: assert growth(3, 0) < 4, 'too much' (too much)"
    )
    assert messages["test_shown"] == "this did not hold: assert found == 2, f'got {found}'"


BULKY = notebook(
    answer(
        "def size(row):\n    ### BEGIN SOLUTION\n    return len(row)\n    ### END SOLUTION", "size"
    ),
    # Several times as much as a pipe holds, and yet a small part of the time for a call.
    check("assert size([1]) == 1\nassert size(list(range(40_000))) == 40_000", "t", 1),
)
DEAF = """
import time
import flywheel_grader.jail.worker as worker
hears, asked = worker.Link.receive, []
def once_more(link):
    asked.append(link)
    return hears(link) if len(asked) == 1 else time.sleep(1000)
def size(row):
    worker.Link.receive = once_more
    return 1
"""


def test_a_program_that_stops_reading_holds_nobody_up(tmp_path: Path):
    source = save(BULKY, tmp_path / f"{EXERCISE}.ipynb")
    save(solved(BULKY, size=DEAF), tmp_path / "in" / "eve" / f"{EXERCISE}.ipynb")
    limits = Limits(cell=1.5, call=1.5, submission=1.5, wall=3)
    result = grade(tmp_path / "in", tmp_path / "out", [source], limits=limits).results[0]
    assert result.points == 0
    assert not [problem for problem in result.problems if "the grader" in problem]


GUESSING = notebook(
    answer("### BEGIN SOLUTION\nverdict = 'push'\n### END SOLUTION", "verdict"),
    check("### BEGIN HIDDEN TESTS\nassert verdict == 'push'\n### END HIDDEN TESTS", "t", 1),
    answer(
        "def kind(signs):\n    ### BEGIN SOLUTION\n    return 'balancing'\n    ### END SOLUTION",
        "kind",
    ),
    check("### BEGIN HIDDEN TESTS\nassert kind([-1]) == 'balancing'\n### END HIDDEN TESTS", "u", 1),
)


def test_an_answer_that_changes_with_each_test_is_one_guess_and_no_more(tmp_path: Path):
    source = save(GUESSING, tmp_path / f"{EXERCISE}.ipynb")
    turning = (
        "import itertools\nturn = itertools.cycle(['reinforcing', 'balancing'])\n"
        "def kind(signs): return next(turn)"
    )
    made = solved(GUESSING, verdict="verdict = 'pull'", kind=turning)
    made["cells"].append(code("verdict = 'push'"))  # as if an answer had come late
    save(made, tmp_path / "in" / "eve" / f"{EXERCISE}.ipynb")
    result = grade(tmp_path / "in", tmp_path / "out", [source], limits=LIMITS).results[0]
    assert [task.points for task in result.tasks] == [0, 0]


STRANGE = ["=1+1", "-rf", "<script>alert(1)<", "[bold]x", "a\nb", "\x1b[31mred", "\udcff", "Zoë",
           "x" * 200, "'; drop", "%s{0}", "\u202eevil"]  # fmt: skip


def test_strange_names_go_through_every_page_and_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    source = save(SOURCE, tmp_path / f"{EXERCISE}.ipynb")
    made = 0
    for name in STRANGE:
        try:
            save(solved(SOURCE, **HONEST), tmp_path / "in" / name / f"{EXERCISE}.ipynb")
        except (OSError, UnicodeError):
            continue  # this file system has no such name
        made += 1
    out = str(tmp_path / "out")
    arguments = ["--submissions", str(tmp_path / "in"), "--source", str(source)]
    assert main(["grade", *arguments, "--out", out]) == 0
    for command in (["feedback"], ["report"], ["export"], ["export", "--to", "moodle"]):
        assert main([*command, "--out", out]) == 0
    results = read_results(Path(out))
    assert [each.points for each in results] == [10.0] * made
    pages = [path.read_text("utf-8") for path in Path(out).rglob("*.html")]
    assert len(pages) == made + 1
    assert not [page for page in pages if "<script" in page]
    rows = (Path(out) / f"grades-csv-{EXERCISE}.csv").read_text("utf-8-sig")
    assert "\n'=1+1," in rows
    assert "\n'-rf," in rows
    assert not set("\x1b\u202e") & set(capsys.readouterr().out)
