"""Every exercise: the right answers, no answers, and each declared wrong turn, at many seeds."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, partial, wraps
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np
import pytest

from flywheel_edu.causal.sketch import read_sketch
from flywheel_edu.exercises import Exercise, Task, asking, variants
from flywheel_edu.exercises.finding import exercise_in
from flywheel_edu.flywheels import load
from flywheel_edu.model import Model
from flywheel_grader.handing_in.release import is_up_to_date
from flywheel_grader.judging.batch import grade
from flywheel_grader.judging.results import Result
from flywheel_grader.notebooks.source import Source
from flywheel_grader.notebooks.students_version import dump

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))
NAMES = [path.stem for path in SOLUTIONS]
SECRET = b"sixteen letters!"
SEEDS = 50
EVERY = 10  # of those, for whom the tests that count are run on wrong answers, too

each_exercise = pytest.mark.parametrize("name", NAMES)


def exercise_of(name: str) -> Exercise:
    return exercise_in(ROOT / "exercises" / "checks" / f"{name}.py")


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
    checks = sorted((ROOT / "exercises" / "checks").glob("[0-9]*.py"))
    assert NAMES == [path.stem for path in checks]
    assert NAMES == sorted(path.stem for path in (ROOT / "exercises").glob("*.ipynb"))


@each_exercise
def test_an_exercise_has_four_to_six_tasks_each_with_three_hints_and_wrong_turns(name: str):
    exercise = exercise_of(name)
    assert exercise.id == name
    assert 4 <= len(exercise.tasks) <= 6
    assert exercise.parameters
    for task in exercise.tasks:
        assert task.properties, task.name
        assert task.misconceptions or task.gives, task.name
        assert len(set(task.hints)) == len(task.hints) >= 3, task.name
        assert all(hint.endswith((".", "?")) for hint in task.hints), task.name
        said = [each.says for each in task.properties]  # behind "This should hold:"
        assert not re.search(r"\b(should|must|has to)\b", " ".join(said)), said
        names = [wrong.name for wrong in task.misconceptions]
        assert len(set(names)) == len(names), task.name
    tests = [test.source for test in source_of(name).tests.values()]
    asked = [re.findall(r'^check\("(\w+)"\)', source, re.MULTILINE) for source in tests]
    assert asked == [[task.name] for task in exercise.tasks]


@each_exercise
def test_every_misconception_can_be_tried(name: str):
    untried = [
        (task.name, wrong.name)
        for task in exercise_of(name).tasks
        for wrong in task.misconceptions
        if wrong.wrong is None
    ]
    assert not untried, "give it a wrong model, or an example of a wrong answer"


@each_exercise
def test_the_points_of_a_task_are_given_by_the_case_and_each_case_counts(name: str):
    for test in source_of(name).tests.values():
        assert "\ncases.points\n### END HIDDEN TESTS" in test.source, test.id
        assert f"cases = Cases({test.points:g})" in test.source
        about = re.findall(r'^with cases\("(.+?)"(?:, worth=(\d+))?\):$', test.source, re.M)
        assert len(about) >= (2 if test.points > 3 else 1), test.id
        assert len({words for words, _ in about}) == len(about), test.id


@each_exercise
def test_an_answer_without_arguments_is_asked_for_once_and_judged_whole(name: str):
    """One that answers otherwise each time would get each case right in turn."""
    answers = {task.name for task in exercise_of(name).tasks}
    for test in source_of(name).tests.values():
        asked = [n for n in re.findall(r"\b(\w+)\(\)", test.source) if n in answers]
        assert len(set(asked)) == len(asked), test.id


@each_exercise
def test_a_hint_says_less_than_the_solution(name: str):
    answers = {
        cell.grade_id: re.sub(r"\s", "", cell.source)
        for cell in source_of(name).cells
        if cell.is_solution and cell.kind == "code"
    }
    for task in exercise_of(name).tasks:
        body = answers[task.name].split("###BEGINSOLUTION")[1].split("###ENDSOLUTION")[0]
        longest = max(
            (_shared(re.sub(r"\s", "", hint).rstrip("."), body) for hint in task.hints), key=len
        )
        assert len(longest) < 30, (task.name, longest)


def _shared(one: str, other: str) -> str:
    """The longest run of characters that both have."""
    found = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return one[found.a : found.a + found.size]


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


# The task of each exercise whose answer is a student's own, and fits nobody else's numbers.
OWN = {
    "01_napkin": "way_back",
    "02_stocks": "shop",
    "03_retail": "saved",
    "04_loops": "ahead",
    "05_cash": "my_machine",
    "06_cycle": "cash_from_growth",
    "07_aws": "least_weight",
    "08_data": "moat",
    "09_rented": "least_word_of_mouth",
    "10_limits": "years_left",
    "11_own": "weakest",
    "12_fly": "to_order",
}


def test_every_exercise_has_a_task_whose_answer_is_the_students_own():
    assert sorted(OWN) == NAMES
    for name, own in OWN.items():
        (answer,) = [cell.source for cell in source_of(name).cells if cell.grade_id == own]
        assert "given." in answer, (name, own)


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
    for solution in source.solutions:  # what is to be filled in may be alike
        text = text.replace(solution.split("### BEGIN SOLUTION")[0], "")
    for solution in source.solutions:
        for line in re.findall(r"BEGIN SOLUTION\n(.*?)\n *### END", solution, re.S)[0].split("\n"):
            assert len(line.strip()) < 15 or line.strip() not in text, line


# The real grader, on everything at once.


@dataclass(frozen=True)
class Graded:
    """What the grader gave, by exercise and who handed it in."""

    results: dict[tuple[str, str], Result]
    notes: list[str]


def solved(name: str, student: str = "right") -> str:
    """The student's notebook with the student's ticket and the teacher's answers in it."""
    notebook = handed_out(name)
    answers = {cell.grade_id: cell.source for cell in source_of(name).cells if cell.is_solution}
    for cell in notebook["cells"]:
        says = cell["metadata"].get("nbgrader", {})
        drawn = f'ticket = "{variants.ticket(student, name, SECRET)}"'
        cell["source"] = text_of(cell).replace('ticket = ""', drawn)
        if says.get("solution"):
            cell["source"] = answers[says["grade_id"]]
    return dump(notebook)


def copied(name: str, from_whom: str) -> str:
    """The same, but the answer that is a student's own is another student's, written down."""
    variants.become(variants.Identity(variants.seed(from_whom, name, SECRET)))
    try:
        scope: dict[str, Any] = {"__name__": "__main__"}
        for cell in compiled(name)[0]:
            cell.run(scope)
        answer = scope[OWN[name]]()
    finally:
        variants.become(None)
    is_model = isinstance(answer, Model)
    text = f"fw.Model.parse({str(answer)!r})" if is_model else repr(_plain(answer))
    notebook = json.loads(solved(name, "copier"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == OWN[name]:
            cell["source"] = f"def {OWN[name]}():\n    return {text}"
    return dump(notebook)


def _plain(answer: Any) -> Any:
    return answer if isinstance(answer, list) else float(answer)


def untouched(name: str) -> str:
    return (ROOT / "exercises" / f"{name}.ipynb").read_text("utf-8")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    folder = tmp_path_factory.mktemp("class")
    for name in NAMES:
        handed_in = {
            "right": solved(name),
            "blank": untouched(name),
            "copier": copied(name, "right"),
        }
        for student, text in handed_in.items():
            (folder / "in" / student).mkdir(parents=True, exist_ok=True)
            (folder / "in" / student / f"{name}.ipynb").write_text(text, "utf-8")
    batch = grade(folder / "in", folder / "out", SOLUTIONS, secret=SECRET)
    return Graded({(each.exercise, each.student): each for each in batch.results}, batch.notes)


@each_exercise
def test_the_solution_has_full_marks(graded: Graded, name: str):
    result = graded.results[name, "right"]
    offered = sum(test.points for test in source_of(name).tests.values())
    assert result.points == result.max_points == offered, [
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


@each_exercise
def test_a_copied_answer_costs_points_and_the_report_says_whose_numbers_it_fits(
    graded: Graded, name: str
):
    result = graded.results[name, "copier"]
    lost = [task.id for task in result.tasks if task.points < task.max_points]
    assert lost == [f"test_{OWN[name]}"]
    assert not graded.results[name, "right"].leads
    (lead,) = result.leads
    assert re.fullmatch(
        rf"{OWN[name]}\(\)\S*( at the end of 'customers')? is what the numbers of right give", lead
    )


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
    return variants.seed(f"student {student}", name, SECRET)


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
    """A student's function that computes the same thing once for each model of theirs."""
    if not callable(answer):
        return answer
    once = cache(lambda _model, *arguments: answer(*arguments))

    @wraps(answer)
    def call(*arguments: Any) -> Any:
        try:
            hash(arguments)
        except TypeError:
            return answer(*arguments)
        return once(asking.notebook.get("my_model"), *arguments)

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


def _told(task: Task, right: Any) -> list[str]:
    """Numbers in the hints of a task that are the answer, to the digits that a hint shows."""
    try:
        answers = [right(*probe) for probe in task.probes] or [right()]
    except Exception:
        return []
    wanted = [each for each in answers if isinstance(each, float | int) and abs(each) not in (0, 1)]
    said = re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?", " ".join(task.hints))
    return [
        number
        for number in said
        for each in wanted
        if len(number) > 1 and float(number.replace(",", "")) == float(f"{each:.{len(number)}g}")
    ]


@each_exercise
def test_at_fifty_seeds_right_answers_pass_and_every_wrong_turn_is_named_and_costs_points(
    students: Iterator[Student], name: str
):
    exercise = exercise_of(name)
    for number, student in enumerate(students):
        given = student.scope["given"]
        for task in exercise.tasks:
            right = student.scope[task.name]
            assert not _told(task, right), (task.name, given)
            assert student.scope["check"](task.name).passed, (task.name, given)
            assert exercise.diagnose(task.name, right, given) is None, (task.name, given)
            earned, worth = student.points(task.name)
            assert earned == worth, (task.name, given)
            # Every second wrong turn for one student, the others for the next.
            for wrong in task.misconceptions[number % 2 :: 2] or task.misconceptions:
                assert wrong.wrong is not None, (task.name, wrong.name)
                taken = wrong.wrong if task.probes else partial(wrong.wrong, given)
                student.scope[task.name] = taken = remembered(taken)
                about = (task.name, wrong.name, given)
                said = student.scope["check"](task.name)
                assert not said.passed, about
                assert said.misconception == wrong.name, (*about, said.text)
                if number % EVERY == 0:
                    earned, worth = student.points(task.name)
                    assert earned < worth, about
                student.scope[task.name] = right


# Right answers of another kind than the solution: the task, and the answer from the given numbers.
ALSO_RIGHT: dict[str, tuple[str, str, Callable[[Any], Any]]] = {
    "a limit further along the wheel": (
        "01_napkin",
        "with_limit",
        lambda g: read_sketch("a -> b +\nb -> c -\nc -> a -\nc -> d -\nd -> b -"),
    ),
    "two limits on two wheels": (
        "01_napkin",
        "with_limit",
        lambda g: read_sketch("a -> b +\nb -> a +\na -> c +\nc -> a -\nb -> d +\nd -> b -"),
    ),
    "a limit that a minus leads to": (
        "10_limits",
        "my_limit",
        lambda g: read_sketch(
            "guests -> talk +\ntalk -> guests +\nguests -> free_tables -\n"
            "free_tables -> guests +\ntables -> free_tables +"
        ),
    ),
    "a circle with an arrow more": (
        "01_napkin",
        "cost_circle",
        lambda g: read_sketch(
            "traffic -> growth +\ngrowth -> cost_structure -\ncost_structure -> prices +\n"
            "prices -> customer_experience -\ncustomer_experience -> traffic +\n"
            "season -> traffic +"
        ),
    ),
    "a shop under other names, with an auxiliary": (
        "02_stocks",
        "shop",
        lambda g: Model.parse(
            "time month from 0 to 24 step 0.125\n"
            "stock customers [customer] = 100\n    + won\n    - lost\n"
            "won [customer/month] = talk * customers\n"
            "lost [customer/month] = customers / stay\n"
            "stay [month] = 1 / boredom\n"
            f"given talk [1/month] = {g['told']}\ngiven boredom [1/month] = {g['leave']}\n"
        ),
    ),
    "far more word of mouth": (
        "09_rented",
        "make_own",
        lambda g: lambda churn: {"word_of_mouth": min(0.2, churn + 0.05)},
    ),
    "years in another order, as a tuple": (
        "10_limits",
        "years_below_zero",
        lambda g: (2022, 2001, 2021),
    ),
    "numbers of numpy": ("03_retail", "saved", lambda g: np.float64(_saved(g))),
}


def _saved(given: Any) -> float:
    fixed = given["fixed_cost"]
    parcels = given["own_orders"] + given["sent_by_us"] * given["seller_orders"]
    alone = given["variable_cost"] + fixed / given["own_orders"]
    return float(1 - (given["variable_cost"] + fixed / parcels) / alone)


@pytest.mark.parametrize("kind", ALSO_RIGHT)
def test_another_right_answer_passes_and_is_called_no_misconception(kind: str):
    name, task, answer = ALSO_RIGHT[kind]
    exercise = exercise_of(name)
    for number in range(0, SEEDS, EVERY):
        given = exercise.given(seed_of(name, number))
        right = answer(given)
        function = right if callable(right) else partial(_itself, right)
        verdict = exercise.begin(f"student:{seed_of(name, number)}", {task: function})[0](task)
        assert verdict.passed, verdict.text
        found = exercise.diagnose(task, function, given)
        assert found is None, found


def _itself(answer: Any) -> Any:
    return answer


@each_exercise
def test_no_argument_bears_the_name_of_a_given_it_may_be_taken_for(name: str):
    """`change(push=0)` for `change(**{push: 0})` must be refused, not change another given."""
    code = "\n".join(cell.source for cell in source_of(name).cells if cell.kind == "code")
    code = re.sub(r"^[%!].*$", "", code, flags=re.MULTILINE)
    texts = set()
    for function in ast.walk(ast.parse(code)):
        if isinstance(function, ast.FunctionDef):
            spread = [
                key.id
                for node in ast.walk(function)
                if isinstance(node, ast.Dict)
                for key in node.keys
                if isinstance(key, ast.Name)
            ]
            texts |= {each.arg for each in function.args.args} & set(spread)
    models = {load(found) for found in re.findall(r'fw\.load\("(\w+)"\)', code)}
    taken = {q.name for model in models for q in model.quantities.values() if q.kind == "given"}
    assert not texts & taken
