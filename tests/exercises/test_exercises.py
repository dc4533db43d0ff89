"""Every exercise: the right answers, no answers, and each declared wrong turn, at many seeds."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from flywheel_edu.grading import Exercise, variants
from flywheel_edu.grading.batch import grade
from flywheel_edu.grading.handing_out import is_up_to_date
from flywheel_edu.grading.release import dump
from flywheel_edu.grading.results import Result
from flywheel_edu.grading.source import Source

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))
NAMES = [path.stem for path in SOLUTIONS]
SEEDS = 50
EVERY = 10  # of those, for whom the tests that count are run on wrong answers, too

each_exercise = pytest.mark.parametrize("name", NAMES)


def exercise_of(name: str) -> Exercise:
    made: Exercise = import_module(f"flywheel_edu.grading.tasks.ex{name}").EXERCISE
    return made


@cache
def source_of(name: str) -> Source:
    return Source.read(ROOT / "solutions" / f"{name}.ipynb")


def handed_out(name: str) -> dict[str, Any]:
    """The notebook as it is kept for students."""
    notebook: dict[str, Any] = json.loads((ROOT / "exercises" / f"{name}.ipynb").read_text("utf-8"))
    return notebook


def text_of(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


# What an exercise is made of.


def test_every_exercise_has_tasks_a_solution_and_a_notebook_for_students():
    tasks = sorted((ROOT / "flywheel_edu" / "grading" / "tasks").glob("ex[0-9]*.py"))
    assert NAMES == [path.stem[2:] for path in tasks]
    assert NAMES == sorted(path.stem for path in (ROOT / "exercises").glob("*.ipynb"))


@each_exercise
def test_an_exercise_has_four_to_six_tasks_each_with_hints_and_wrong_turns(name: str):
    exercise = exercise_of(name)
    assert exercise.id == name
    assert 4 <= len(exercise.tasks) <= 6
    assert exercise.parameters
    for task in exercise.tasks:
        assert task.properties, task.name
        assert task.misconceptions, task.name
        assert task.hints, task.name
    tests = [test.source for test in source_of(name).tests.values()]
    asked = [re.findall(r'^check\("(\w+)"\)', source, re.MULTILINE) for source in tests]
    assert asked == [[task.name] for task in exercise.tasks]


@each_exercise
def test_an_exercise_asks_for_words_too_and_says_how_they_are_marked(name: str):
    written = source_of(name).written.values()
    assert written
    for task in written:
        assert task.points > 0
        marked = [int(n) for n in re.findall(r"(\d+) points?", task.scheme)]
        assert sum(marked) == task.points, f"{task.id}: the scheme gives {marked}"


@each_exercise
def test_students_have_numbers_of_their_own(name: str):
    exercise = exercise_of(name)
    drawn = {tuple(exercise.given(seed_of(name, n)).values()) for n in range(SEEDS)}
    assert len(drawn) > SEEDS / 2


@each_exercise
def test_what_students_get_is_made_from_the_solution_and_holds_nothing_of_it(name: str):
    source = source_of(name)
    assert is_up_to_date(source.path, ROOT / "exercises"), "run `flywheel release`"
    text = "\n".join(text_of(cell) for cell in handed_out(name)["cells"])
    for word in ("SOLUTION", "HIDDEN", "MARK SCHEME", "assert ", "Cases("):
        assert word not in text
    assert 'ticket = ""' in text
    assert not re.search("[0-9a-f]{32}", text)
    for task in source.written.values():
        assert task.scheme.split("\n")[0] not in text
    for solution in source.solutions:
        for line in re.findall(r"BEGIN SOLUTION\n(.*?)\n *### END", solution, re.S)[0].split("\n"):
            assert len(line.strip()) < 15 or line.strip() not in text, line


# The real grader, on everything at once.


@dataclass(frozen=True)
class Graded:
    """What the grader gave, by exercise and who handed it in."""

    results: dict[tuple[str, str], Result]
    notes: list[str]


def solved(name: str) -> str:
    """The student's notebook with the teacher's answers in it."""
    notebook = handed_out(name)
    answers = {cell.grade_id: cell.source for cell in source_of(name).cells if cell.is_solution}
    for cell in notebook["cells"]:
        says = cell["metadata"].get("nbgrader", {})
        cell["source"] = text_of(cell)
        if says.get("solution"):
            cell["source"] = answers[says["grade_id"]]
    return dump(notebook)


def untouched(name: str) -> str:
    return (ROOT / "exercises" / f"{name}.ipynb").read_text("utf-8")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    folder = tmp_path_factory.mktemp("class")
    for name in NAMES:
        for student, text in (("right", solved(name)), ("blank", untouched(name))):
            (folder / "in" / student).mkdir(parents=True, exist_ok=True)
            (folder / "in" / student / f"{name}.ipynb").write_text(text, "utf-8")
    batch = grade(folder / "in", folder / "out", SOLUTIONS, secret=b"sixteen letters!")
    return Graded({(each.exercise, each.student): each for each in batch.results}, batch.notes)


@each_exercise
def test_the_solution_has_full_marks(graded: Graded, name: str):
    result = graded.results[name, "right"]
    assert result.points == result.max_points == source_of(name).max_points, [
        (task.id, task.detail) for task in result.tasks if task.points < task.max_points
    ]
    assert not result.problems
    assert not [note for note in graded.notes if name in note]


@each_exercise
def test_an_untouched_exercise_has_no_points_and_says_so(graded: Graded, name: str):
    result = graded.results[name, "blank"]
    assert [task.points for task in result.tasks] == [0] * len(result.tasks)
    assert all(task.message for task in result.tasks)
    assert all(written.blank for written in result.written)


# As a student meets it.


@pytest.fixture
def shell() -> Iterator[Any]:
    """What runs the cells in a notebook, without a notebook."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    made = InteractiveShell.instance(config=config)
    yield made
    InteractiveShell.clear_instance()


@each_exercise
def test_an_untouched_exercise_runs_from_top_to_bottom(
    shell: Any, name: str, capsys: pytest.CaptureFixture[str]
):
    for cell in handed_out(name)["cells"]:
        if cell["cell_type"] == "code":
            ran = shell.run_cell(text_of(cell))
            assert ran.success, (text_of(cell), ran.error_in_exec)
            if (asked := re.search(r'check\("(\w+)"\)', text_of(cell))) is not None:
                assert f"{asked[1]}: " in str(ran.result)
                assert " yet." in str(ran.result)
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    assert "Error" not in said.out + said.err


# Fifty students.


def seed_of(name: str, student: int) -> str:
    return variants.seed(f"student {student}", name, b"sixteen letters!")


@dataclass(frozen=True)
class Cell:
    """A code cell, ready to run again and again: what it does, and what its last line gives."""

    does: CodeType
    gives: CodeType | None

    @classmethod
    def of(cls, source: str, name: str) -> Cell:
        tree = ast.parse(source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        gives = compile(ast.Expression(last.value), name, "eval") if last else None
        return cls(compile(tree, name, "exec"), gives)

    def run(self, scope: dict[str, Any]) -> Any:
        exec(self.does, scope)
        return eval(self.gives, scope) if self.gives else None


@dataclass(frozen=True)
class Student:
    """A student who has solved everything, and the tests that will be run on it."""

    scope: dict[str, Any]
    tests: dict[str, tuple[Cell, float]]

    def points(self, task: str) -> tuple[float, float]:
        """What the test of a task gives, as nbgrader counts it, and what it could."""
        test, worth = self.tests[task]
        try:
            given = test.run(self.scope)
        except Exception:
            return 0.0, worth
        return (worth if given is None else given), worth


def remembered(answer: Any) -> Any:
    """A student's function that computes the same thing only once."""
    if not callable(answer):
        return answer
    once = cache(answer)

    def call(*arguments: Any) -> Any:
        try:
            hash(arguments)
        except TypeError:
            return answer(*arguments)
        return once(*arguments)

    return call


@cache
def compiled(name: str) -> tuple[list[Cell], dict[str, tuple[Cell, float]]]:
    source = source_of(name)
    cells = [
        Cell.of(cell.source, cell.grade_id)
        for cell in source.cells
        if cell.kind == "code" and not cell.is_test
    ]
    tasks = exercise_of(name).tasks
    tests = {
        task.name: (Cell.of(test.source, test.id), test.points)
        for task, test in zip(tasks, source.tests.values(), strict=True)
    }
    return cells, tests


@pytest.fixture
def students(name: str) -> Iterator[Iterator[Student]]:
    """Fifty students, one after another, each with numbers of their own."""
    cells, tests = compiled(name)

    def each() -> Iterator[Student]:
        for number in range(SEEDS):
            seed = seed_of(name, number)
            variants.become(variants.Identity(seed, judge_seed=seed[::-1]))
            scope: dict[str, Any] = {"__name__": "__main__"}
            for cell in cells:
                cell.run(scope)
            for task in tests:
                scope[task] = remembered(scope[task])
            yield Student(scope, tests)

    yield each()
    variants.become(None)


@each_exercise
def test_at_fifty_seeds_right_answers_pass_and_every_wrong_turn_is_named_and_costs_points(
    students: Iterator[Student], name: str
):
    exercise = exercise_of(name)
    for number, student in enumerate(students):
        given = student.scope["given"]
        for task in exercise.tasks:
            right = student.scope[task.name]
            assert student.scope["check"](task.name).passed, (task.name, given)
            assert exercise.diagnose(task.name, right, given) is None, (task.name, given)
            earned, worth = student.points(task.name)
            assert earned == worth, (task.name, given)
            for wrong in task.misconceptions:
                if wrong.wrong is None:
                    continue
                taken = wrong.wrong if task.probes else partial(wrong.wrong, given)
                student.scope[task.name] = taken = remembered(taken)
                about = (task.name, wrong.name, given)
                found = exercise.diagnose(task.name, taken, given)
                assert getattr(found, "name", "") == wrong.name, (*about, found)
                if number % EVERY == 0:
                    earned, worth = student.points(task.name)
                    assert earned < worth, about
                student.scope[task.name] = right
