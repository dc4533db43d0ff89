"""What a teacher should know of a source's tests before trusting what they give."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections.abc import Iterator

from flywheel_grader.notebooks.source import Source
from flywheel_grader.notebooks.whose_names import left_out, parse_cell
from flywheel_grader.words import safe

# They change how a notebook looks or loads, and nothing of what a test finds.
_HARMLESS = re.compile(r"%(autoreload|config|load_ext|matplotlib|precision|reload_ext)\b")


def doubts(source: Source) -> list[str]:
    """A sentence for each line of a test that does not run, and each name a student can supply."""
    told = [
        f"{test.id} has a line that is left out of it: {safe(line, 60)}"
        for test in source.tests.values()
        for line in left_out(test.source)
        if not _HARMLESS.match(line)
    ]
    told += [
        f"{cell.grade_id}: students do not see what check(...) says, since it is not the last "
        "thing that they have of this cell; put it last, or in a cell of its own"
        for cell in source.released
        if cell.is_test and cell.kind == "code" and _is_muted(cell.source)
    ]
    if source.is_solved:
        told += _names_supplied(source)
    return [f"{source.exercise}: {each}" for each in told]


def _is_muted(source: str) -> bool:
    body = parse_cell(source).body
    last = None if source.rstrip().endswith(";") else body[-1:]
    return any(
        isinstance(each, ast.Expr) and ast.unparse(each).startswith("check(") and [each] != last
        for each in body
    )


def _names_supplied(source: Source) -> Iterator[str]:
    mine, cells = source.students_names, "\n".join(source.around)
    known = {*dir(builtins), "__name__", "get_ipython"}
    for statement in source.setting:
        known |= _names(ast.unparse(statement))[0]
    for test in source.tests.values():
        sets, reads = _names(ast.unparse(parse_cell(test.source)))
        for name in sorted(sets & reads & mine):
            yield (
                f"{test.id} sets {name!r}, which an answer defines too, so the student's program "
                "has the last word on it; use another name in the test"
            )
        known |= sets
        for name in sorted(reads - known - mine):
            made = re.search(rf"\b{re.escape(name)}\b", cells)
            why = "a cell works it out with an answer" if made else "nothing else defines it"
            yield (
                f"{test.id} uses {name!r}, which the student's program gives, since {why}; "
                "define it in the test"
            )


def _names(code: str) -> tuple[set[str], set[str]]:
    top = symtable.symtable(code, "<test>", "exec")
    symbols = top.get_symbols()
    sets = {each.get_name() for each in symbols if each.is_assigned() or each.is_imported()}
    reads = {each.get_name() for each in symbols if each.is_referenced()}
    waiting = top.get_children()
    while waiting:
        inner = waiting.pop()
        reads |= {each.get_name() for each in inner.get_symbols() if each.is_global()}
        sets |= {each.get_name() for each in inner.get_symbols() if each.is_declared_global()}
        waiting += inner.get_children()
    return sets, reads
