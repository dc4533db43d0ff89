"""What the cells of a notebook do, read from their text: guess, show an answer, name a source.

Names are followed from cell to cell: what was computed from a run, or from the figures of `facts`,
is still that when it is shown three cells on.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import flywheel_edu as fw

GUESSES = {"Quiz", "Predict", "Order"}
EXPLORATION = {"Explorer", "Loops", "Story", "Canvas", "Stage"}
# What computes an answer from a model; so does every name that ends in _fit.
ANSWERS = {
    "compare",
    "dominance",
    "dominance_over",
    "fit",
    "flywheel_test",
    "leverage",
    "lint",
    "sensitivity",
    "simulate",
    "sweep",
}
FIGURES = {"series", "table", "years"}
MOST_ANSWERS_TO_A_GUESS = 2

# A letter, a form or a title in italics, and its year.
_DOCUMENT = re.compile(
    r"(?:[Ll]etters? (?:to (?:the |Amazon's )?shareholders )?(?:for|of)|10-K|\*[^*]+\*)"
    r"[^.;*]{0,80}?\b(?:19|20)\d\d\b(?:(?:,| and|, and) (?:19|20)\d\d\b)*"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True)
class Cell:
    """One cell, and the title of the `##` section that it stands in ("" before the first)."""

    kind: Literal["markdown", "code"]
    text: str
    section: str = ""


@dataclass(frozen=True)
class Deeds:
    """What a code cell does.

    `quizzes` are the questions it asks by name, as bank and name; `tables` are those of `facts`
    whose figures it reads or shows; `cites` says that it shows their source.
    """

    guesses: bool
    quizzes: tuple[tuple[str, str], ...]
    answers: bool
    verdict: bool
    tables: frozenset[str]
    cites: bool


def in_sections(cells: Sequence[tuple[str, str]]) -> list[Cell]:
    """The cells with the section that each stands in; a `###` is part of its section."""
    found, section = [], ""
    for kind, text in cells:
        if kind == "markdown":
            titles = re.findall(r"^## +(.+)$", text, re.MULTILINE)
            section = titles[-1] if titles else section
            found.append(Cell("markdown", text, section))
        else:
            found.append(Cell("code", text, section))
    return found


def deeds(cells: Sequence[Cell]) -> list[tuple[Cell, Deeds]]:
    """Each code cell with what it does, names being followed through those before it."""
    answers, asked, exploring = _Names(), _Names(), _Names()
    figures = _Figures()
    read = []
    for cell in cells:
        if cell.kind != "code":
            continue
        tree = ast.parse(cell.text)
        for targets, value in _bound(tree):
            widget = _called(value) in EXPLORATION
            exploring.follow(targets, widget)
            asked.follow(targets, _called(value) in GUESSES)
            answers.follow(targets, not widget and (_answers(value) or answers.within(value)))
            figures.follow(targets, figures.tables(value))
        shown = list(_shown(tree, cell.text))
        seen = [
            each
            for each in shown
            if _called(each) not in EXPLORATION | GUESSES and not exploring.within(each)
        ]
        checked = "NBVAL_CHECK_OUTPUT" in cell.text
        read.append(
            (
                cell,
                Deeds(
                    guesses=any(_called(e) in GUESSES or asked.is_name(e) for e in shown),
                    quizzes=tuple(_quizzes(tree)),
                    answers=not left_to_the_student(cell.text)
                    and (
                        checked
                        or any(_answers(e) or _verdict(e) or answers.within(e) for e in seen)
                    ),
                    verdict=any(_verdict(e) for e in shown),
                    tables=_tables_read(tree).union(*(figures.tables(e) for e in shown)),
                    cites=any(_cites(e, figures) for e in shown),
                ),
            )
        )
    return read


def shown_unasked(cells: Sequence[Cell]) -> list[str]:
    """The cells that show an answer nobody was asked to guess, in the section they stand in.

    One guess serves two answers, say a picture and its numbers. The sections on the student's own
    flywheel have no answer that anybody could know.
    """
    refused, section, left = [], "", 0
    for cell, does in deeds(cells):
        if cell.section != section:
            section, left = cell.section, 0
        if re.match(r"\d+ (?!Your own flywheel)", section) and does.answers:
            left -= 1
            if left < 0:
                refused.append(f"{section}: {cell.text}")
        if does.guesses:
            left = MOST_ANSWERS_TO_A_GUESS
    return refused


def verdicts_without_a_vote(cells: Sequence[Cell]) -> list[str]:
    """The cells of "Catch the claim" that show a verdict before a question on it was asked."""
    refused, voted = [], False
    for cell, does in deeds(cells):
        if not cell.section.endswith("Catch the claim"):
            voted = False
            continue
        if does.verdict and not voted:
            refused.append(cell.text)
        voted = voted or bool(does.quizzes)
    return refused


def unsourced(cells: Sequence[Cell]) -> list[str]:
    """The cells that read or show figures of `facts` while neither they nor the text name a source.

    A cell names it in its output: `fw.facts.cite`, `fw.facts.plot` (which writes it below the
    picture), a column or an attribute called `source`. The text just before or after names it as
    a document with its year, which must be one that the table has a figure from.
    """
    does = {id(cell): done for cell, done in deeds(cells)}
    refused = []
    for at, cell in enumerate(cells):
        done = does.get(id(cell))
        if done is None or done.cites:
            continue
        beside = cells[max(at - 1, 0) : at] + cells[at + 1 : at + 2]
        words = "\n\n".join(each.text for each in beside if each.kind == "markdown")
        if not all(_is_named(table, words) for table in done.tables):
            refused.append(f"{cell.section}: {cell.text}")
    return refused


def documents(text: str) -> list[str]:
    """The letters, forms and titles that a text names together with their years."""
    return _DOCUMENT.findall(" ".join(text.split()))


def _is_named(table: str, words: str) -> bool:
    named = documents(words)
    printed = set(_YEAR.findall(fw.facts.cite(table)))
    # What is computed from other tables has no document of its own.
    return any(not printed or printed & set(_YEAR.findall(each)) for each in named)


def left_to_the_student(text: str) -> bool:
    """Whether a cell is the student's to finish: "your cell", or lines of code behind a `#`."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        words = token.string.lstrip("# ").strip()
        if words == "your cell" or _is_code(words):
            return True
    return False


def _is_code(words: str) -> bool:
    try:
        tree = ast.parse(words)
    except SyntaxError:
        return False
    return any(isinstance(node, ast.Assign | ast.Call) for node in ast.walk(tree))


class _Names:
    """Names that hold something of one sort, as the cells bind and rebind them."""

    def __init__(self) -> None:
        self._held: set[str] = set()

    def follow(self, targets: set[str], holds: bool) -> None:
        self._held = self._held | targets if holds else self._held - targets

    def within(self, tree: ast.AST) -> bool:
        return any(isinstance(n, ast.Name) and n.id in self._held for n in ast.walk(tree))

    def is_name(self, tree: ast.AST) -> bool:
        return isinstance(tree, ast.Name) and tree.id in self._held


class _Figures:
    """Names that hold figures, each with the tables that they are from."""

    def __init__(self) -> None:
        self._held: dict[str, frozenset[str]] = {}

    def follow(self, targets: set[str], tables: frozenset[str]) -> None:
        for target in targets:
            self._held[target] = tables

    def tables(self, tree: ast.AST) -> frozenset[str]:
        """The tables that an expression has figures from, read there or before."""
        names = (n.id for n in ast.walk(tree) if isinstance(n, ast.Name))
        return _tables_read(tree).union(*(self._held.get(name, frozenset()) for name in names))


def _bound(tree: ast.Module) -> Iterator[tuple[set[str], ast.expr]]:
    """The names that a cell binds, with what to, in the order of its lines."""
    found: list[tuple[int, list[ast.expr], ast.expr]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            found.append((node.lineno, node.targets, node.value))
        elif isinstance(node, ast.AugAssign):
            both = ast.Tuple([node.target, node.value], ast.Load())
            found.append((node.lineno, [node.target], both))
        elif isinstance(node, ast.For):
            found.append((node.lineno, [node.target], node.iter))
    for _, targets, value in sorted(found, key=lambda each: each[0]):
        yield {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}, value


def _shown(tree: ast.Module, text: str) -> Iterator[ast.expr]:
    """What a cell puts before the reader: all that it prints, and what its last line is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in {"print", "display"}:
            yield from (*node.args, *(k.value for k in node.keywords))
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr) and _called(last.value) not in {"print", "display"}:
        code = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
        if not code[-1].rstrip().endswith(";"):
            yield last.value


def _called(tree: ast.AST) -> str:
    """The name a call is known by: `Quiz` in ``Quiz.read(...)``, `draw` in ``fw.draw(...)``."""
    if not isinstance(tree, ast.Call):
        return ""
    if isinstance(tree.func, ast.Name):
        return tree.func.id
    if isinstance(tree.func, ast.Attribute):
        head = tree.func.value
        if isinstance(head, ast.Name) and head.id in GUESSES | EXPLORATION:
            return head.id
        return tree.func.attr
    return ""


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _answers(tree: ast.AST) -> bool:
    return any(
        (name := _called(call)) in ANSWERS or name == "plot" or name.endswith("_fit")
        for call in _calls(tree)
    )


def _verdict(tree: ast.AST) -> bool:
    return any(_in_facts(call) and _called(call) == "claim" for call in _calls(tree))


def _item(node: ast.AST) -> str:
    """The word in ``rows["word"]``, ``rows.word`` or plain ``word``."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return ""


def _in_facts(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and _item(call.func.value) == "facts"


def _tables_read(tree: ast.AST) -> frozenset[str]:
    return frozenset(
        str(ast.literal_eval(call.args[0]))
        for call in _calls(tree)
        if _in_facts(call) and _called(call) in FIGURES
    )


def _cites(tree: ast.AST, figures: _Figures) -> bool:
    """Whether what is shown carries its source."""
    if any(
        _in_facts(call) and _called(call) in ("cite", "claim", "figures") for call in _calls(tree)
    ):
        return True
    if any(_item(node) == "source" for node in ast.walk(tree)):
        return True
    return any(
        _in_facts(call) and _called(call) == "plot" and any(map(figures.tables, call.args))
        for call in _calls(tree)
    )


def _quizzes(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for call in _calls(tree):
        if _called(call) == "Quiz" and isinstance(call.func, ast.Attribute):
            bank, *names = (a.value for a in call.args if isinstance(a, ast.Constant))
            yield from ((str(bank), str(name)) for name in names)
