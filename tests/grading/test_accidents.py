"""What happens to honest students' notebooks costs them nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from notebooks import (
    Notebook,
    answer,
    changed,
    check,
    code,
    locked,
    notebook,
    position,
    released,
    save,
    solved,
    words,
    written,
)

from flywheel_grader.judging.batch import grade
from flywheel_grader.judging.results import Result, read_results
from flywheel_grader.limits import Limits

EXERCISE = "02_accidents"
SOURCE = notebook(
    words("# Accidents"),
    words("Run this first."),
    code("import numpy as np\n\nrate = 0.25", "setup"),
    locked("import math\n\n\ndef near(a, b):\n    return math.isclose(a, b)", "helpers"),
    words("## Task 1: growth"),
    answer("def growth(visits):\n    ### BEGIN SOLUTION\n    return visits * (1 + rate)\n"
           "    ### END SOLUTION", "growth"),
    check("assert near(growth(4), 5)\n### BEGIN HIDDEN TESTS\nassert near(growth(100), 125)\n"
          "### END HIDDEN TESTS", "test_growth", 2),
    words("## Task 2: a running total"),
    answer("### BEGIN SOLUTION\ntotals = np.cumsum([growth(v) for v in (4, 8)])\n"
           "### END SOLUTION", "totals"),
    check("assert len(totals) == 2\n### BEGIN HIDDEN TESTS\nnp.testing.assert_allclose(totals, "
          "[5, 15])\n### END HIDDEN TESTS", "test_totals", 3),
    words("## Task 3: in words"),
    written("Because it comes back.", "why"),
)  # fmt: skip
RIGHT = {
    "growth": "def growth(visits):\n    gain = visits * rate\n    return visits + gain",
    "totals": "totals = np.cumsum([growth(v) for v in (4, 8)])",
    "why": "The gain of one turn is the push of the next.",
}

Change = Callable[[Notebook], None]


def _without(*names: str) -> Change:
    def change(made: Notebook) -> None:
        made["cells"] = [each for each in made["cells"] if each["id"] not in names]

    return change


def _lost_metadata(made: Notebook) -> None:
    for each in made["cells"]:
        each["metadata"] = {}


def _lost_metadata_and_ids(made: Notebook) -> None:
    _lost_metadata(made)
    for number, each in enumerate(made["cells"]):
        each["id"] = f"new{number}"


def _lost_ids(made: Notebook) -> None:
    made["nbformat_minor"] = 4
    for each in made["cells"]:
        del each["id"]


def _copied(name: str, *, blank_first: bool = False) -> Change:
    def change(made: Notebook) -> None:
        at = position(made, name)
        copy = changed(made["cells"][at]) | {"id": "copied"}
        if blank_first:
            made["cells"][at]["source"] = "raise NotImplementedError()"
        made["cells"].insert(at + 1, copy)

    return change


def _copied_below_the_test(made: Notebook) -> None:
    at = position(made, "growth")
    copy = changed(made["cells"][at]) | {"id": "copied"}
    made["cells"][at]["source"] = "def growth(visits):\n    raise NotImplementedError()"
    made["cells"].insert(position(made, "test_growth") + 1, copy)


def _answered_below_the_test(made: Notebook) -> None:
    at = position(made, "totals")
    text = made["cells"][at]["source"]
    made["cells"][at]["source"] = "raise NotImplementedError()"
    made["cells"].insert(position(made, "test_totals") + 1, code(text, "mine"))


def _split(made: Notebook) -> None:
    at = position(made, "growth")
    first = made["cells"][at]
    second = changed(first) | {"id": "second", "source": "growth = with_gain"}
    first["source"] = "def with_gain(visits):\n    return visits * (1 + rate)"
    made["cells"].insert(at + 1, second)


def _turned_into(kind: str, *names: str) -> Change:
    def change(made: Notebook) -> None:
        for name in names:
            each = made["cells"][position(made, name)]
            each["cell_type"] = kind
            each.pop("outputs", None)
            each.pop("execution_count", None)

    return change


def _own_cell(source: str, after: str = "setup") -> Change:
    def change(made: Notebook) -> None:
        made["cells"].insert(position(made, after) + 1, code(source, "own"))

    return change


def _edited(name: str, source: str) -> Change:
    def change(made: Notebook) -> None:
        made["cells"][position(made, name)]["source"] = source

    return change


def _white_space(made: Notebook) -> None:
    for each in made["cells"]:
        each["source"] = each["source"].replace("\n", "  \r\n") + "\n\n"


def _each_source(change: Callable[[str], str]) -> Change:
    def change_all(made: Notebook) -> None:
        for each in made["cells"]:
            each["source"] = change(each["source"])

    return change_all


def _as_lines(made: Notebook) -> None:
    for each in made["cells"]:
        each["source"] = each["source"].splitlines(keepends=True)


def _as_colab(made: Notebook) -> None:
    made["metadata"] = {"colab": {"provenance": [], "toc_visible": True}, "accelerator": "GPU",
                        "kernelspec": {"name": "python3", "display_name": "Python 3"}}  # fmt: skip
    made["nbformat_minor"] = 0
    for number, each in enumerate(made["cells"]):
        del each["id"]
        each["metadata"] |= {"id": f"xYz{number}", "colab": {"base_uri": "https://x"}}


def _as_vs_code(made: Notebook) -> None:
    made["metadata"] = {"kernelspec": {"display_name": ".venv", "name": "python3"},
                        "language_info": {"name": "python", "version": "3.13.1"}}  # fmt: skip
    made["nbformat_minor"] = 2
    for each in made["cells"]:
        del each["id"]
        each["metadata"]["vscode"] = {"languageId": "python"}
        each["source"] = each["source"].replace("\n", "\r\n").splitlines(keepends=True)


def _merged(name: str, other: str) -> Change:
    """Two cells made into one."""

    def change(made: Notebook) -> None:
        second = made["cells"].pop(position(made, other))
        made["cells"][position(made, name)]["source"] += "\n\n" + second["source"]

    return change


def _tasks_exchanged(made: Notebook) -> None:
    first, second = position(made, "totals"), position(made, "test_totals")
    moved = made["cells"][first - 1 : second + 1]
    del made["cells"][first - 1 : second + 1]
    made["cells"] += moved


def _outputs(made: Notebook) -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 500_000}, "metadata": {}}
    error = {"output_type": "error", "ename": "E", "evalue": "x", "traceback": ["\x1b[31mE"]}
    for each in made["cells"]:
        if each["cell_type"] == "code":
            each |= {"execution_count": 71, "outputs": [picture, error]}


def _all(*changes: Change) -> Change:
    def change(made: Notebook) -> None:
        for each in changes:
            each(made)

    return change


ACCIDENTS: dict[str, Change] = {
    "nothing": lambda made: None,
    "a deleted set-up cell": _without("setup"),
    "a deleted locked cell": _without("helpers"),
    "both deleted": _without("setup", "helpers"),
    "a deleted test": _without("test_growth"),
    "all tests deleted": _without("test_growth", "test_totals"),
    "set-up and tests deleted": _without("setup", "helpers", "test_growth", "test_totals"),
    "lost metadata": _lost_metadata,
    "lost ids": _lost_ids,
    "lost metadata and ids": _lost_metadata_and_ids,
    "lost metadata, deleted set-up": _all(_lost_metadata_and_ids, lambda m: m["cells"].pop(2)),
    "a copied answer": _copied("growth"),
    "a copied answer, the first left blank": _copied("totals", blank_first=True),
    "a copied test": _copied("test_growth"),
    "a copied set-up cell": _copied("setup"),
    "a copy below the test": _copied_below_the_test,
    "an answer below the test": _answered_below_the_test,
    "a split answer": _split,
    "a test turned into text": _turned_into("markdown", "test_growth"),
    "all tests turned into text": _turned_into("raw", "test_growth", "test_totals"),
    "the set-up turned into text": _turned_into("markdown", "setup", "helpers"),
    "an answer turned into text": _turned_into("markdown", "growth"),
    "a stray syntax error": _own_cell("this is not python ("),
    "a stray error": _own_cell("1 / 0", "growth"),
    "a warning on stderr": _own_cell("import sys, warnings\nwarnings.warn('careful')\n"
                                     "print('careful', file=sys.stderr)", "growth"),
    "a shell line": _own_cell("!ls\n%matplotlib inline\n%time 1 + 1"),
    "exit": _own_cell("exit()"),
    "asking for input": _own_cell("name = input('your name?')"),
    "names of the standard library": _own_cell("list = [1, 2]\nlen = 5\nsum = max = None", "totals"),
    "changed names after the task": _own_cell("rate = 99\nnp = None", "totals"),
    "an edited test": _edited("test_growth", "print(growth(4))"),
    "an edited locked cell": _edited("helpers", "oops"),
    "white space": _white_space,
    "sources as lists of lines": _as_lines,
    "empty cells": lambda made: made["cells"].extend(code("", f"e{n}") for n in range(5)),
    "a chart": _own_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"),
    "a display": _own_cell("from IPython.display import display, Markdown\ndisplay(Markdown('hi'))"),
    "as Colab saves it": _as_colab,
    "as VS Code saves it": _as_vs_code,
    "no metadata of the notebook": lambda made: made.update(metadata={}),
    "an answer and its test made one": _merged("growth", "test_growth"),
    "two set-up cells made one": _merged("setup", "helpers"),
    "tasks in another order": _tasks_exchanged,
    "pictures and errors in outputs": _outputs,
    "the stub left behind the answer": _edited(
        "growth", "def growth(visits):\n    # YOUR CODE HERE\n    return visits * (1 + rate)\n"
        "    raise NotImplementedError()"),
    "an answer with types and a docstring": _edited(
        "growth", 'def growth(visits: float) -> float:\n    """Grown."""\n'
        "    return visits * (1 + rate)"),
    "an answer indented with tabs": _edited(
        "growth", "def growth(visits):\n\tgain = rate * visits\n\treturn visits + gain"),
    "an answer in other letters": _edited(
        "growth", "def growth(visits):\n    größe = visits  # 大きさ 📈\n    return größe * (1 + rate)"),
    "a star import": _own_cell("from math import *\nfrom numpy import *", "growth"),
    "a package that is not there": _own_cell("import nothing_of_this_name\n!pip install it\n"
                                            "%load_ext neither"),
    "a file written": _own_cell("with open('notes.txt', 'w') as file:\n    file.write('mine')\n"
                                "import os\nos.chdir('/tmp')"),
    "a slow cell": _own_cell("import time\ntime.sleep(0.3)"),
    "much printed": _own_cell("for n in range(20_000): print('line', n)"),
    "random numbers and warnings as errors": _own_cell(
        "import random, warnings\nrandom.seed(1)\nnp.random.seed(1)\n"
        "warnings.simplefilter('error')", "growth"),
    "an await": _own_cell("import asyncio\nawait asyncio.sleep(0)"),
    "a great deal kept in memory": _own_cell("rows = [0.5] * 40_000_000"),  # 320 MB
    "everything deleted first": _own_cell("%reset -f\nimport numpy as np\nrate = 0.25"),
    "a threat to plotting": _own_cell("%matplotlib widget\nimport matplotlib\nmatplotlib.use('TkAgg')"),
    "a timer left running": _own_cell("import threading\nthreading.Timer(600, print).start()"),
    "a pool left open": _own_cell("from concurrent.futures import ThreadPoolExecutor\n"
                                  "pool = ThreadPoolExecutor(4)\npool.submit(print, 1)"),
    "a call of another program": _own_cell("import subprocess\nsubprocess.run(['ls', '-l'])"),
    "a cell of another language": _own_cell("%%bash\necho hello\nexit 3", "growth"),
    "a folder of one's own": _own_cell("import os\nos.chdir(r'C:\\Users\\ana\\course')"),
    "calls without end": _own_cell("def f(n): return f(n + 1)\nf(1)", "growth"),
    "a signal caught": _own_cell("import signal\nsignal.signal(signal.SIGINT, lambda *a: None)\n"
                                 "signal.signal(signal.SIGALRM, lambda *a: None)", "growth"),
    "logging turned up": _own_cell("import logging\nlogging.basicConfig(level='DEBUG')\n"
                                   "logging.getLogger().info('here')", "growth"),
    "an end that prints": _own_cell("import atexit\natexit.register(print, 'bye')", "growth"),
    "an annotation from the future": _edited(
        "growth", "from __future__ import annotations\ndef growth(visits: Visits) -> Visits:\n"
        "    return visits * (1 + rate)"),
    "a timed answer": _edited(
        "growth", "%%time\ndef growth(visits):\n    return visits * (1 + rate)"),
    "an answer that is captured": _edited(
        "totals", "%%capture out\ntotals = np.cumsum([growth(v) for v in (4, 8)])\nprint(totals)"),
    "an answer that warns and prints": _edited(
        "growth", "import warnings\ndef growth(visits):\n    warnings.warn('rough')\n"
        "    print('visits', visits)\n    return visits * (1 + rate)"),
    "an answer kept for next time": _edited(
        "growth", "import functools\n@functools.cache\ndef growth(visits):\n"
        "    return visits * (1 + rate)"),
    "a guard of a program": _edited(
        "totals", "if __name__ == '__main__':\n    totals = np.cumsum([growth(4), growth(8)])"),
    "ends of lines of an old Mac": _each_source(lambda text: text.replace("\n", "\r")),
    "one id for all cells": lambda made: [each.update(id="x") for each in made["cells"]],
    "letters taken apart": _edited(
        "growth", "def growth(visits):\n    gro\u0308\u00dfe = visits\n    return gr\u00f6\u00dfe * (1 + rate)"),
    "a function of another kind": _edited(
        "growth", "import functools\ngrowth = functools.partial(lambda r, visits: visits * (1 + r), rate)"),
    "an answer for whole rows": _edited(
        "growth", "@np.vectorize\ndef growth(visits):\n    return visits * (1 + rate)"),
    "a list where an array was asked": _edited("totals", "totals = [growth(4), growth(4) + growth(8)]"),
    "a table of one column": _edited(
        "totals", "import pandas as pd\ntotals = pd.Series([growth(4), growth(8)], name='t').cumsum()"),
    "a file as a spreadsheet writes it": _own_cell(
        "import pandas as pd\nwith open('Umsätze.csv', 'wb') as f:\n"
        "    f.write('\ufeffMonat;Umsatz\\r\\n01.2024;1.200,50 €\\r\\n'.encode('utf-8'))\n"
        "t = pd.read_csv('Umsätze.csv', sep=';', decimal=',', thousands='.')", "growth"),
    "another language's numbers": _own_cell(
        "import locale\nfor n in ('de_DE.UTF-8', 'de_DE', 'C'):\n"
        "    try: locale.setlocale(locale.LC_ALL, n)\n    except locale.Error: pass", "growth"),
    "the collector turned off": _own_cell(
        "import gc, sys\ngc.disable()\ngc.set_threshold(0)\nsys.setrecursionlimit(100_000)\n"
        "np.seterr(all='raise')\nnp.set_printoptions(precision=2)", "growth"),
    "a debugger left in": _own_cell("breakpoint()\nimport pdb; pdb.set_trace()\n%debug", "growth"),
    "a profile left on": _own_cell("import sys\nsys.setprofile(lambda *a: None)\n"
                                   "sys.settrace(lambda *a: None)", "growth"),
    "a task left running": _own_cell("import asyncio\nasync def wait(): await asyncio.sleep(600)\n"
                                     "task = asyncio.ensure_future(wait())", "growth"),
    "magics of all sorts": _own_cell("%writefile a.py\nx = 1\n%pip install numpy\n%env A=1\n%cd ..\n"
                                     "growth?\n%autoreload 2\n%load_ext autoreload", "growth"),
    "saved widgets": lambda made: made["metadata"].update(
        widgets={"application/vnd.jupyter.widget-state+json": {"state": {"a": 5}}}),
    "another kernel": lambda made: made["metadata"].update(
        kernelspec={"name": "ir", "display_name": "R"}, language_info={"name": "R"}),
    "an interrupted run": lambda made: made["cells"][6].update(execution_count="*"),
}  # fmt: skip

NAMES = {
    "another name": "my homework.ipynb",
    "a downloaded copy": f"{EXERCISE} (1).ipynb",
    "a copy of Jupyter's": f"{EXERCISE}-Copy1.ipynb",
    "an ending that a browser added": f"{EXERCISE}.ipynb.txt",
    "an ending in capitals": f"{EXERCISE}.IPYNB",
    "a folder within": f"work/week 2/{EXERCISE}.ipynb",
    "a name that Windows does not take": f"CON/{EXERCISE} .ipynb",
    "a name in letters taken apart": "U\u0308bung 2.ipynb",
    "a synchronized copy": f"{EXERCISE}-DESKTOP-A1B2.ipynb",
}


ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le")  # as editors on Windows save


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    root = tmp_path_factory.mktemp("accidents")
    source = save(SOURCE, root / f"{EXERCISE}.ipynb")
    classroom, out = root / "in", root / "out"
    for name, change in ACCIDENTS.items():
        made = solved(SOURCE, **RIGHT)
        change(made)
        save(made, classroom / name / f"{EXERCISE}.ipynb")
    for name, file in NAMES.items():
        save(solved(SOURCE, **RIGHT), classroom / name / file)
    save(solved(SOURCE, **RIGHT), classroom / "checkpoints" / f"{EXERCISE}.ipynb")
    hidden = classroom / "checkpoints" / ".ipynb_checkpoints" / f"{EXERCISE}-checkpoint.ipynb"
    save(released(SOURCE), hidden)
    for encoding in ENCODINGS:
        path = save(solved(SOURCE, **RIGHT), classroom / encoding / f"{EXERCISE}.ipynb")
        path.write_bytes(path.read_text("utf-8").encode(encoding))
    save(released(SOURCE), classroom / "blank" / f"{EXERCISE}.ipynb")
    grade(classroom, out, [source])
    return {result.student: result for result in read_results(out)}


@pytest.mark.parametrize("name", [*ACCIDENTS, *NAMES, *ENCODINGS, "checkpoints"])
def test_an_accident_costs_nothing(graded: dict[str, Result], name: str):
    result = graded[name]
    said = [task.message for task in result.tasks]
    assert result.points == 5, (said, result.problems)


@pytest.mark.parametrize("name", [*ACCIDENTS, *NAMES])
def test_the_written_answer_is_found(graded: dict[str, Result], name: str):
    assert RIGHT["why"] in graded[name].written[0].answer


def test_a_blank_exercise_has_no_points_and_nothing_to_mark(graded: dict[str, Result]):
    blank = graded["blank"]
    assert blank.points == 0
    assert blank.problems == []
    assert (blank.written[0].blank, blank.written[0].points) == (True, 0)
    assert blank.code == ""


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nothing", []),
        ("a deleted locked cell", ["the cell helpers was missing; it was put back"]),
        ("a deleted test", ["the test cell test_growth was missing; it was put back"]),
        (
            "a test turned into text",
            ["the test cell test_growth was turned into text; it was run all the same"],
        ),
        ("a stray error", ["cell 7 stopped with ZeroDivisionError: division by zero"]),
        ("a warning on stderr", []),
        ("another name", ["the notebook is called my homework.ipynb"]),
        ("an edited test", ["the test cell test_growth was changed; the teacher's own was used"]),
    ],
)
def test_what_was_noticed_is_said_in_a_sentence(
    graded: dict[str, Result], name: str, problem: list[str]
):
    assert graded[name].problems == problem


TASKS = """\
from flywheel_edu.exercises import Cases, Exercise, Misconception, Property, Task

wrong = [Misconception(f"wrong {n}", lambda x, n=n: -n - x, "it is not.") for n in range(4)]
tasks = [
    Task(name, [Property("It is x.", lambda f, g: f(3) == 3)], wrong, probes=[(1,), (2,)])
    for name in ("first", "second", "third")
]
check, given = Exercise("02_accidents", tasks).begin("", globals())"""
STEPS = notebook(
    locked(TASKS, "tasks"),
    *[
        each
        for name in ("first", "second", "third")
        for each in (
            answer(f"def {name}(x):\n    ### BEGIN SOLUTION\n    return x\n"
                   "    ### END SOLUTION", name),
            check(f"check('{name}')\n### BEGIN HIDDEN TESTS\n"
                  "cases = Cases(4)\nfor x in range(4):\n    with cases(f'case {x}'):\n"
                  f"        assert {name}(x) == x\ncases.points\n### END HIDDEN TESTS",
                  f"test_{name}", 4),
        )
    ],
)  # fmt: skip
SLOW = {
    "an endless loop": (
        "while x: pass\n    return x",
        1,
        "3 cases not shown did not hold (a call ran longer than 0.5 s)",
    ),
    # Slow enough that the time to look for a misconception is up in the midst of a question.
    "a wait": ("import time; time.sleep(0.4)\n    return -1", 0, "4 cases not shown did not hold"),
}


@pytest.mark.parametrize("kind", SLOW)
def test_a_function_that_takes_too_long_costs_no_other_its_points(kind: str, tmp_path: Path):
    body, points, says = SLOW[kind]
    source = save(STEPS, tmp_path / f"{EXERCISE}.ipynb")
    right = {name: f"def {name}(x):\n    return x" for name in ("first", "third")}
    made = solved(STEPS, second=f"def second(x):\n    {body}", **right)
    save(made, tmp_path / "in" / "ada" / f"{EXERCISE}.ipynb")
    limits = Limits(call=0.5)
    result = grade(tmp_path / "in", tmp_path / "out", [source], limits=limits).results[0]
    assert [task.points for task in result.tasks] == [4, points, 4], result.problems
    assert result.tasks[1].message == says
    assert result.problems == []


def test_with_several_exercises_a_broken_notebook_is_not_forgotten(tmp_path: Path):
    sources = [save(SOURCE, tmp_path / f"{name}.ipynb") for name in ("01_other", EXERCISE)]
    for name in ("ada", "bob", "eve"):
        save(solved(STEPS), tmp_path / "in" / name / "notes.ipynb")
        save(solved(SOURCE, **RIGHT), tmp_path / "in" / name / f"{EXERCISE}.ipynb")
    (tmp_path / "in" / "bob" / "01_other (1).ipynb").write_text('{"cells": [')
    (tmp_path / "in" / "eve" / "mine.ipynb").write_text("")
    (tmp_path / "in" / "flo").mkdir()
    found = grade(tmp_path / "in", tmp_path / "out", sources).results
    assert {(each.student, each.exercise): (each.points, each.problems) for each in found} == {
        ("ada", EXERCISE): (5, []),
        ("bob", "01_other"): (
            0,
            ["the notebook is called 01_other (1).ipynb",
             "01_other (1).ipynb is broken: its JSON cannot be read"],
        ),
        ("bob", EXERCISE): (5, []),
        ("eve", EXERCISE): (5, ["mine.ipynb is empty"]),
        **{("flo", each): (0, ["no notebook was handed in"]) for each in ("01_other", EXERCISE)},
    }  # fmt: skip


def test_an_answer_is_not_taken_from_a_cell_that_is_no_answer(tmp_path: Path):
    # The retry at the end helps an answer in the wrong place, never a wrong answer.
    source = save(SOURCE, tmp_path / f"{EXERCISE}.ipynb")
    made = solved(SOURCE, **RIGHT | {"growth": "def growth(visits):\n    return visits"})
    made["cells"].append(code("def growth(visits):\n    return 2 * visits", "own"))
    save(made, tmp_path / "in" / "ada" / f"{EXERCISE}.ipynb")
    batch = grade(tmp_path / "in", tmp_path / "out", [source])
    assert batch.results[0].points == 0
    assert json.loads((tmp_path / "out" / "results.json").read_text())[0]["points"] == 0
