"""Why a test failed, in words: for the student, with nothing of a hidden test, and the teacher."""

from __future__ import annotations

import re
import traceback
from collections.abc import Sequence
from typing import Any

from flywheel_grader.crossing.kinds import CallStopped, NotPlain
from flywheel_grader.judging.running import FILE
from flywheel_grader.notebooks.source import Source, Test
from flywheel_grader.notebooks.whose_names import parse_cell
from flywheel_grader.words import count, safe

_UNDERLINES = re.compile(r" \^+(?= |$)")  # they mean nothing where all stands in one line


class Reasons:
    """Why the tests of one source failed on one submission: for the student, and the teacher."""

    def __init__(self, source: Source) -> None:
        self.source = source
        # Whether the program had been asked on behalf of a hidden test before the test that failed.
        self.knew_hidden = False

    def of_cases(
        self, test: Test, failures: Sequence[tuple[str, BaseException]]
    ) -> tuple[str, str]:
        said, detail, hidden, stopped = [], "", 0, set()
        for about, problem in failures:
            if _is_hidden(test, problem):
                hidden += 1
                stopped |= {self._why_stopped(problem)} - {""}
            else:
                said.append(f"not yet: {safe(about, 120)}")
            detail += f"line {_line_of(problem)}, {safe(about, 80)}: {safe(problem)}\n"
        if hidden:
            why = f" ({', '.join(sorted(stopped))})" if stopped else ""
            said.append(f"{count(hidden, 'case')} not shown did not hold{why}")
        return "; ".join(said) or "partly right", detail

    def _why_stopped(self, problem: Any, where: str = "", *, told: bool = False) -> str:
        """Why a hidden case failed, if that may be told: nothing that it was asked with."""
        if isinstance(problem, NotImplementedError):
            return "not answered yet"
        if isinstance(problem, CallStopped):
            return safe(problem) + where
        if isinstance(problem, NameError) and self._may_be_told(problem.name):
            return f"{problem.name!r} is not defined"
        if not hasattr(problem, "students_words"):
            return ""
        # The kind of an error alone could say what the code was asked with, if it was.
        if told or (getattr(problem, "knows_nothing", False) and not self.knew_hidden):
            words = _UNDERLINES.sub("", problem.students_words)
            return f"your code stopped with {type(problem).__name__}: {words}{where}"
        return f"your code stopped with an error{where}"

    def of(self, test: Test, problem: BaseException) -> tuple[str, str]:
        line = _line_of(problem)
        lines = test.source.split("\n")
        code = safe(lines[line - 1].strip(), 160) if 0 < line <= len(lines) else ""
        kind, words = type(problem).__name__, safe(problem, 300)
        detail = f"line {line}: {code}\n{kind}: {words}"
        hidden = _is_hidden(test, problem)
        where = "in a check that is not shown" if hidden else f"at: {code}"
        told = not self.knew_hidden and _comes_before_the_hidden(test, problem)
        if isinstance(problem, NotPlain):
            return (words if told else f"an answer is not plain data {where}"), detail
        if why := self._why_stopped(problem, f" {where}", told=told):
            return why, detail
        # By a class of its own pytest says that nothing was raised, and that a test is to fail.
        if isinstance(problem, AssertionError) or kind == "Failed":
            if hidden:
                return "a check that is not shown did not hold", detail
            told |= any(words in each for n, each in enumerate(lines, 1) if n not in test.hidden)
            return f"this did not hold: {code}" + (f" ({words})" if words and told else ""), detail
        if hidden:
            return "a check that is not shown stopped with an error", detail
        said = f"{kind}: {words}".rstrip(": ") if told else "an error"
        return f"a check stopped with {said} {where}", detail

    def _may_be_told(self, name: object) -> bool:
        asked, given = self.source.students_names, self.source.released
        return isinstance(name, str) and (name in asked or any(name in c.source for c in given))


def _line_of(problem: BaseException) -> int:
    return next(reversed(_lines_of(problem)), 0)


def _lines_of(problem: BaseException) -> list[int]:
    frames = traceback.extract_tb(problem.__traceback__)
    return [each.lineno for each in frames if each.filename == FILE and each.lineno is not None]


def _is_hidden(test: Test, problem: BaseException) -> bool:
    return not test.hidden.isdisjoint(_lines_of(problem))


def _comes_before_the_hidden(test: Test, problem: BaseException) -> bool:
    first, reached = min(test.hidden, default=0), next(iter(_lines_of(problem)), 0)
    if not first:
        return True
    body = parse_cell(test.source).body
    ends = [each.end_lineno or 0 for each in body if each.lineno <= reached]
    return bool(ends) and ends[-1] < first
