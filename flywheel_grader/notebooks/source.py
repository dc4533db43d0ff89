"""A teacher's source notebook, read for grading: its tests, its cells, whose names are whose."""

from __future__ import annotations

import ast
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flywheel_grader import courses
from flywheel_grader.limits import BESIDE_FILES, NOTEBOOK_BYTES
from flywheel_grader.notebooks import whose_names as names
from flywheel_grader.notebooks.beside import contents_of, ordinary_files
from flywheel_grader.notebooks.cells import Cell, parse_json, parse_notebook, read_bytes
from flywheel_grader.notebooks.students_version import dump, mark_scheme, region, student_version
from flywheel_grader.words import GradingError, safe

# What may run code that stands in a file.
_RUNS = re.compile(r"pickle|dill|joblib|shelve|marshal|torch|exec|eval|import_module|runpy|yaml")
_DRAWS = re.compile(r"\.plot\b|\bdraw\w*\(|matplotlib")
# Files beside the source that go into the jail with a submission, if the notebook names them.
_DATA = frozenset(".csv .flywheel .json .npy .tsv .txt .xlsx .xmile .yaml".split())


@dataclass(frozen=True)
class Test:
    """A test cell: its name, its points and the teacher's own text, hidden part and all."""

    __test__ = False  # not a test of ours, whatever pytest makes of the name

    id: str
    points: float
    source: str

    @cached_property
    def hidden(self) -> frozenset[int]:
        """The lines (from 1) that the student does not have."""
        return frozenset(region(self.source, "HIDDEN TESTS"))


@dataclass(frozen=True)
class Written:
    """A task that a person marks: its name, its points, the question before it, the mark scheme."""

    id: str
    points: float
    question: str
    scheme: str
    blank: str

    def is_blank(self, answer: str) -> bool:
        return answer.strip() in ("", self.blank.strip())


@dataclass(frozen=True)
class Source:
    """What a teacher's notebook asks and how it judges."""

    path: Path
    exercise: str  # the notebook's name without its ending
    cells: tuple[Cell, ...]  # as the teacher wrote them
    released: tuple[Cell, ...]  # the same cells as a student gets them
    digest: str  # changes when anything in the file changes
    is_open: bool = False  # whether its tests are no more than what a student has of them

    @classmethod
    def read(cls, path: Path, *, graded: bool = True) -> Source:
        """Read a source notebook; one in which nothing is `graded` only if that is asked for.

        If it cannot be read, or a test in it is no Python, that is a `GradingError`.
        """
        contents = read_bytes(Path(path).resolve(), NOTEBOOK_BYTES)
        released = student_version(parse_json(contents, path.name))
        source = cls(
            path=path,
            exercise=path.stem,
            cells=parse_notebook(contents, path.name),
            released=parse_notebook(dump(released).encode(), path.name),
            digest=hashlib.sha256(contents).hexdigest(),
        )
        if graded and not source.tests and not source.written:
            raise GradingError(
                f"nothing in {safe(path.name)} is graded",
                "mark its test cells with nbgrader's Create Assignment, in the right sidebar",
            )
        for test in source.tests.values():
            called = f"the test {test.id!r} of {safe(path.name)}"
            try:
                names.parse_cell(test.source)
            except SyntaxError as problem:
                where = f"in its line {problem.lineno}"
                raise GradingError(f"{called} is not Python: {problem.msg} {where}") from None
            if hidden := [each for each in names.left_out(test.source) if each.startswith("%%")]:
                raise GradingError(
                    f"{called} begins with {safe(hidden[0])}, so nothing in it would be run",
                    "write it as Python, without this line",
                )
        return source

    @cached_property
    def tests(self) -> dict[str, Test]:
        """The test cells by name, in order. A test is code; nbgrader marks other kinds by hand."""
        return {
            cell.grade_id: Test(cell.grade_id, cell.points, cell.source)
            for cell in (self.released if self.is_open else self.cells)
            if cell.is_test and cell.kind == "code"
        }

    @cached_property
    def written(self) -> dict[str, Written]:
        question, found = "", {}
        for cell, blank in zip(self.cells, self.released, strict=True):
            by_hand = cell.is_written or (cell.is_test and cell.kind != "code")
            if by_hand or cell.is_assignment:
                asked = blank.source if cell.is_assignment else question
                scheme = mark_scheme(cell.source) or ("" if cell.is_assignment else cell.source)
                found[cell.grade_id] = Written(
                    cell.grade_id, cell.points, asked, scheme, blank.source
                )
            elif cell.kind == "markdown":
                question = cell.source
        return found

    @cached_property
    def title(self) -> str:
        texts = "\n".join(cell.source for cell in self.cells if cell.kind == "markdown")
        found = re.search(r"(?m)^# +(.+)$", texts)
        return safe(re.sub(r"[*`]", "", found[1]), 120) if found else self.exercise

    @cached_property
    def solutions(self) -> tuple[str, ...]:
        return tuple(c.source for c in self.cells if c.is_solution and c.kind == "code")

    @cached_property
    def around(self) -> tuple[str, ...]:
        return tuple(
            cell.source
            for cell in self.released
            if cell.kind == "code" and not cell.is_solution and not cell.is_test
        )

    @cached_property
    def students_names(self) -> frozenset[str]:
        return names.students_names(self.solutions, self.around)

    @cached_property
    def tests_names(self) -> frozenset[str]:
        """The names that tests alone define: no student supplies one where a test failed."""
        if not self.is_solved:
            return frozenset()
        by_tests, around = (names.defined(c, ast.stmt) for c in (self._tests_code, self.around))
        return by_tests - around - self.students_names

    @property
    def _tests_code(self) -> list[str]:
        return [test.source for test in self.tests.values()]

    @cached_property
    def answers(self) -> tuple[str, ...]:
        given = (c.source for c in self.released if c.is_solution and c.kind == "code")
        return (*self.solutions, *given)

    @cached_property
    def setting(self) -> tuple[ast.stmt, ...]:
        mine = self.students_names
        return names.teachers_statements(self.around, self.solutions, self._tests_code, mine)

    @cached_property
    def is_solved(self) -> bool:
        return any("raise NotImplementedError()" not in each for each in self.solutions)

    @cached_property
    def may_run_data(self) -> bool:
        """Whether a file of a student's could run at the teacher's where the tests read it."""
        return any(_RUNS.search(cell.source) for cell in self.cells if not cell.is_solution)

    @cached_property
    def has_variants(self) -> bool:
        return any('ticket = ""' in source for source in self.around)

    @cached_property
    def course(self) -> courses.Course:
        code = [*self.around, *self.solutions, *self._tests_code]
        return courses.of(names.imported_modules(code))

    @cached_property
    def modules(self) -> tuple[str, ...]:
        """What the notebook imports anywhere, to have it ready: modules, and names in its course.

        A course may load its names on first use: "my_course:draw" stands for one of them.
        """
        code = [*self.around, *self.solutions]
        found = list(names.imported_modules(code))
        if package := self.course.package:
            found += [f"{package}:{name}" for name in names.attributes(code, package)]
        if any(_DRAWS.search(text) for text in code):
            found.append("matplotlib.pyplot")
        return tuple(dict.fromkeys(found))

    @cached_property
    def data(self) -> dict[str, bytes]:
        """What lies beside the notebook in the jail: the files that it names, and the course's."""
        of_course = self.course.beside(self.exercise, self.folder) or {}
        return {**of_course, **self.beside}

    @property
    def folder(self) -> Path:
        return self.path.resolve().parent

    @cached_property
    def beside(self) -> dict[str, bytes]:
        """The files beside the notebook that a student's version of it names.

        A file in a folder may be named by both parts, as in `Path("data") / "sales.csv"`.
        """
        text = "\n".join(cell.source for cell in self.released)
        data = [path for path in ordinary_files(self.folder) if path.suffix.lower() in _DATA]
        parts = {path: path.relative_to(self.folder).parts for path in data}
        named = [path for path in data if all(part in text for part in parts[path])]
        return contents_of(named[:BESIDE_FILES], self.folder)
