"""Laying a submission beside its source: which cell is which, whatever happened to it.

Cells get lost, copied, split, moved, turned into text, and lose their metadata, by accident or on
purpose. Each cell of a submission is recognised by its name in nbgrader's metadata, else by its
cell id, else by its text. The teacher's cells are always run as the teacher wrote them; the
student's are always run, whatever their tags say; each test has its place, whether or not the
submission still has the cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from flywheel_grader.notebooks.cells import Cell
from flywheel_grader.notebooks.source import Source
from flywheel_grader.words import count, safe

_MOST_PROBLEMS = 30
_TELLING_TAGS = frozenset({"skip-execution", "raises-exception", "remove-cell", "nbval-skip"})


@dataclass(frozen=True)
class Step:
    """One thing to do, in order: run a cell, or come to a test."""

    source: str = ""  # the code to run; empty for a test
    test: str = ""  # the name of the test; empty for a cell
    number: int = 0  # which cell of the submission it is, from 1; 0 for one that was put back


@dataclass
class Alignment:
    """A submission laid beside its source."""

    steps: list[Step] = field(default_factory=list)  # what to run, in order
    # The written answers by name of the task; a task that was not found is missing.
    answers: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)  # what was not as it was handed out
    # Whether the student's own cells stand where an answer could have gone astray.
    out_of_order: bool = False
    students_code: str = ""  # the code cells that the student wrote, one after another


def align(cells: Sequence[Cell], source: Source) -> Alignment:
    """Lay the cells of a submission beside their source."""
    return _Aligner(cells, source).result


def overlap(cells: Sequence[Cell], source: Source) -> float:
    """How much of the source is recognised in these cells, from 0 to 1: is this the exercise?"""
    known = _Recognised(cells, source.released)
    graded = [i for i, cell in enumerate(source.released) if cell.grade_id]
    return sum(i in known.where for i in graded) / len(graded) if graded else 0.0


def is_another(cells: Sequence[Cell], source: Source) -> bool:
    """Whether most of what is named in these cells is of another exercise."""
    known = _Recognised(cells, source.released).is_cell
    named = [number for cell, number in zip(cells, known, strict=True) if cell.grade_id]
    return named.count(None) > len(named) / 2


def has_work(cells: Sequence[Cell], source: Source) -> bool:
    """Whether anything is filled in."""
    found = align(cells, source)
    answers = (not source.written[name].is_blank(text) for name, text in found.answers.items())
    return bool(found.students_code.strip()) or any(answers)


class _Recognised:
    """For each cell of a submission the number of the source's cell that it is, or None."""

    def __init__(self, cells: Sequence[Cell], released: Sequence[Cell]) -> None:
        by_name = {c.grade_id: i for i, c in enumerate(released) if c.grade_id}
        by_id = {c.id: i for i, c in enumerate(released) if c.id}
        first = {_squeezed(cell.source): i for i, cell in reversed([*enumerate(released)])}
        # A stub is the same in many places.
        by_text = {text: i for text, i in first.items() if text and not released[i].is_solution}
        self.is_cell: list[int | None] = []
        for cell in cells:
            text = by_text.get(_squeezed(cell.source))
            found = by_name.get(cell.grade_id)
            # The name is a claim; a cell that has the text of a test word for word is that test.
            if text is not None and (found is None or released[text].is_test):
                found = text
            self.is_cell.append(by_id.get(cell.id) if found is None else found)
        self.where: dict[int, list[int]] = {}
        for position, number in enumerate(self.is_cell):
            if number is not None:
                self.where.setdefault(number, []).append(position)


class _Aligner:
    def __init__(self, cells: Sequence[Cell], source: Source) -> None:
        self.cells, self.source = cells, source
        self.known = _Recognised(cells, source.released)
        self.result = Alignment()
        self.put_back: dict[int, list[Step]] = {}  # steps to take before a position
        self.instead: dict[int, list[Step]] = {}  # steps to take for the cell at a position
        for position, cell in enumerate(self.cells):
            for tag in sorted(_TELLING_TAGS.intersection(cell.tags)):
                self._say(f"cell {position + 1} carries the tag {tag}; it was run all the same")
        for number, cell in enumerate(self.source.released):
            positions = self.known.where.get(number, [])
            if cell.is_test and cell.grade_id in self.source.tests:
                self._place_test(number, cell, positions)
            elif cell.kind != "code" or cell.is_written or cell.is_assignment:
                pass
            elif cell.is_solution:
                self._place_solution(cell, positions)
            else:
                self._place_teachers_cell(number, cell, positions)
        for number, cell in enumerate(self.source.released):
            if cell.grade_id in self.source.written:
                self._find_answer(number, cell)
        self._write_steps()

    def _say(self, sentence: str) -> None:
        if sentence not in self.result.problems and len(self.result.problems) < _MOST_PROBLEMS:
            self.result.problems.append(sentence)

    def _place_test(self, number: int, cell: Cell, positions: list[int]) -> None:
        step = Step(test=cell.grade_id)
        name = safe(cell.grade_id, 60)
        if not positions:
            self._say(f"the test cell {name} was missing; it was put back")
            self.put_back.setdefault(self._before_what_follows(number), []).append(step)
            return
        as_handed_out = [p for p in positions if self._is_unchanged(p, cell)]
        place = as_handed_out[0] if as_handed_out else positions[-1]
        if not as_handed_out:
            self._say(f"the test cell {name} was changed; the teacher's own was used")
        elif self.cells[place].kind != "code":
            self._say(f"the test cell {name} was turned into text; it was run all the same")
        if len(positions) > 1:
            self._say(f"the test cell {name} is there {count(len(positions), 'time')}; it ran once")
        for position in positions:
            if position == place or self._is_unchanged(position, cell):
                self.instead.setdefault(position, [])  # never the student's copy
        last_answer = self._last_answer_to(number)
        if last_answer > place:
            self.put_back.setdefault(last_answer + 1, []).append(step)
        else:
            self.instead[place].append(step)

    def _last_answer_to(self, number: int) -> int:
        last = -1
        for before in range(number - 1, -1, -1):
            if self.source.released[before].is_test:
                break
            if self.source.released[before].is_solution:
                last = max(last, *self.known.where.get(before, [-1]))
        return last

    def _place_solution(self, cell: Cell, positions: list[int]) -> None:
        name = safe(cell.grade_id, 60)
        if not positions:
            self._say(f"the answer cell {name} was not found")
        if len(positions) > 1:
            self._say(f"the answer cell {name} is there {count(len(positions), 'time')}; all ran")
        for position in positions:
            answer = self.cells[position]
            if answer.kind != "code":
                self._say(f"the answer cell {name} was turned into text; it was run all the same")
                self.instead[position] = [Step(answer.source, number=position + 1)]

    def _place_teachers_cell(self, number: int, cell: Cell, positions: list[int]) -> None:
        ours, name = Step(cell.source), safe(cell.grade_id, 60)
        if not positions:
            self.put_back.setdefault(self._after_what_precedes(number), []).append(ours)
            first = safe(cell.source.strip().split("\n")[0], 60)
            name = name if cell.is_locked else f"that begins with {first!r}"
            self._say(f"the cell {name} was missing; it was put back")
            return
        if cell.is_locked:
            if not any(self._is_unchanged(position, cell) for position in positions):
                self._say(f"the cell {name} was changed; the teacher's own was run")
            for position in positions:
                self.instead[position] = [Step(cell.source, number=position + 1)]
        elif all(self.cells[position].kind != "code" for position in positions):
            self.instead[positions[0]] = [ours]
            which = f"cell {positions[0] + 1}, the teacher's,"
            self._say(f"{which} was turned into text; it was run all the same")

    def _find_answer(self, number: int, cell: Cell) -> None:
        positions = self.known.where.get(number, [])
        if cell.is_assignment or not positions:
            start = positions[-1] + 1 if positions else self._after_what_precedes(number)
            own = takewhile(lambda n: self.known.is_cell[n] is None, range(start, len(self.cells)))
            positions = list(own)
        if positions:
            self.result.answers[cell.grade_id] = self._text(positions)

    def _text(self, positions: Iterable[int]) -> str:
        return "\n\n".join(self.cells[position].source for position in positions)

    def _is_unchanged(self, position: int, cell: Cell) -> bool:
        return _squeezed(self.cells[position].source) == _squeezed(cell.source)

    def _after_what_precedes(self, number: int) -> int:
        before = [each for each in range(number) if each in self.known.where]
        return self.known.where[before[-1]][-1] + 1 if before else 0

    def _before_what_follows(self, number: int) -> int:
        earliest = self._after_what_precedes(number)
        after = range(number + 1, len(self.source.released))
        positions = (each for n in after for each in self.known.where.get(n, []))
        return next((each for each in positions if each >= earliest), len(self.cells))

    def _write_steps(self) -> None:
        steps = self.result.steps
        theirs = []  # the code cells that are the student's own, or that they have filled in
        for position, cell in enumerate(self.cells):
            steps += self.put_back.get(position, [])
            number = self.known.is_cell[position]
            given = None if number is None else self.source.released[number]
            if position in self.instead:
                steps += self.instead[position]
            elif cell.kind == "code":
                steps.append(Step(cell.source, number=position + 1))
                self.result.out_of_order |= given is None and bool(cell.source.strip())
            filled_in = given is None or (given.is_solution and cell.source != given.source)
            theirs += [position] if cell.kind == "code" and filled_in else []
        steps += self.put_back.get(len(self.cells), [])
        self.result.students_code = self._text(theirs)
        # An answer that the student's own cells give after its test is looked for at the end.
        first_test = next((i for i, step in enumerate(steps) if step.test), len(steps))
        late = {step.number - 1 for step in steps[first_test:] if step.number}
        self.result.out_of_order &= any(self.known.is_cell[position] is None for position in late)


def _squeezed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))
