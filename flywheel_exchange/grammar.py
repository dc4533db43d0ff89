"""The text of an XMILE equation as a tree of its words; what they mean is found out later."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from flywheel_edu.errors import ExchangeError, Place, printable

LONGEST = 10_000  # characters of one equation
DEEPEST = 80  # nodes one below another

Span = tuple[int, int]  # where a part begins and ends in the text
Placing = Callable[[int, int], Place]


@dataclass(frozen=True, slots=True)
class Plain:
    """A number."""

    value: float
    span: Span


@dataclass(frozen=True, slots=True)
class Star:
    """``*`` or ``3:5`` in square brackets: all elements, or those from one to another."""

    first: Tree | None
    last: Tree | None
    span: Span


@dataclass(frozen=True, slots=True)
class Word:
    """A name, with what stands behind it in square brackets, if anything does."""

    said: str
    subscripts: tuple[Tree, ...] | None
    span: Span


@dataclass(frozen=True, slots=True)
class Called:
    """A function and its values."""

    word: Word
    args: tuple[Tree, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Joined:
    """An operator and what it works on: one side, two, or the three of a choice."""

    op: str
    parts: tuple[Tree, ...]
    span: Span


Tree = Plain | Star | Word | Called | Joined

_PART = r'(?:[^\W\d][\w$\']*|"(?:[^"\\]|\\.)*")'
_WORDS = re.compile(
    r"(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    rf"|(?P<word>\.?{_PART}(?:\.{_PART})*)"
    r"|(?P<mark>\.\*|<>|<=|>=|==|!=|//|[-+*/^=<>(),\[\]:@])"
    r"|(?P<space>\s+|\{[^{}]*\})",
)
# How tightly an operator holds its sides together; those of one strength go from the left.
_STRENGTH = {
    "or": 1, "and": 2,
    "=": 3, "==": 3, "<>": 3, "!=": 3,
    "<": 4, "<=": 4, ">": 4, ">=": 4,
    "+": 5, "-": 5,
    "*": 6, "/": 6, "mod": 6, "//": 6,
}  # fmt: skip
_KEYWORDS = frozenset({"if", "then", "else", "and", "or", "not", "mod"})


def read_tree(text: str, place: Placing, *, vensim: bool = False) -> Tree:
    """Read one equation; in Vensim's, ``NOT a = b`` is ``NOT (a = b)``."""
    if len(text) > LONGEST:
        told = f"this equation has {len(text):,} characters; {LONGEST:,} are allowed"
        raise ExchangeError(told, place(0, 1))
    try:
        reader = _Reader(text, place, vensim)
        tree = reader.expression()
        reader.expect_end()
        return tree
    except RecursionError:  # where the caller's own calls already nest deeply
        told = "this equation nests too deeply"
        raise ExchangeError(told, place(0, 1), "give a part of it a name") from None


class _Reader:
    def __init__(self, text: str, place: Placing, vensim: bool) -> None:
        self.text, self.where, self.vensim = text, place, vensim
        self.words: list[tuple[str, str, int]] = []
        at = 0
        while at < len(text):
            found = _WORDS.match(text, at)
            if found is None:
                raise self.strange(at)
            kind, said = found.lastgroup or "", found[0]
            if kind == "word" and said.lower() in _KEYWORDS:
                kind, said = "keyword", said.lower()
            if kind != "space":
                self.words.append((kind, said, at))
            at = found.end()
        self.words.append(("end", "", len(text.rstrip())))
        self.next = self.depth = 0

    def strange(self, at: int) -> ExchangeError:
        char, place = self.text[at], self.where(at, at + 1)
        if char == "{":
            return ExchangeError("this comment has no '}'", place)
        if char == '"':
            return ExchangeError("this name in quotes has no closing quote", place)
        return ExchangeError(f"'{printable(char)}' is not part of an XMILE equation", place)

    def wrong(self, message: str, hint: str = "") -> ExchangeError:
        _, said, at = self.words[self.next]
        return ExchangeError(message, self.where(at, at + max(1, len(said))), hint)

    def span(self, start: int) -> Span:
        _, said, at = self.words[self.next - 1]
        return start, max(start + 1, at + len(said))

    def sees(self, *marks: str) -> bool:
        kind, said, _ = self.words[self.next]
        return kind in ("mark", "keyword") and said in marks

    def expect(self, said: str, why: str) -> None:
        if not self.sees(said):
            raise self.wrong(f"a '{said.upper()}' is missing here", why)
        self.next += 1

    def expect_end(self) -> None:
        kind, said, _ = self.words[self.next]
        if kind == "end":
            return
        if said in (")", ",", "]", ":"):
            raise self.wrong(f"this '{said}' belongs to no bracket")
        raise self.wrong(
            f"there is no operator before '{printable(said[:40])}'",
            'a name with spaces is written with _ or in quotes: "cash box"',
        )

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong("this equation nests too deeply", "give a part of it a name")

    def expression(self) -> Tree:
        self.deeper()
        found = self.choice() if self.sees("if") else self.row(1)
        self.depth -= 1
        return found

    def choice(self) -> Tree:
        start = self.words[self.next][2]
        self.next += 1
        if [word[1] for word in self.words[self.next : self.next + 3]] == ["then", "else", "("]:
            self.next += 2
            parts = self.listed(")")
            if len(parts) != 3:
                raise self.wrong("IF THEN ELSE takes 3 values", "write: IF a THEN b ELSE c")
        else:
            condition = self.expression()
            self.expect("then", "write: IF a THEN b ELSE c")
            then = self.expression()
            self.expect("else", "write: IF a THEN b ELSE c")
            parts = (condition, then, self.expression())
        return Joined("if", parts, self.span(start))

    def row(self, floor: int) -> Tree:
        start = self.words[self.next][2]
        left, links = self.signed(), 0
        while True:
            kind, op, _ = self.words[self.next]
            strength = _STRENGTH.get(op, 0) if kind in ("mark", "keyword") else 0
            if strength < floor or strength == 0:
                return left
            links += 1
            if links + self.depth > DEEPEST:
                told = "this equation strings too many operators together"
                raise self.wrong(told, "give a part of it a name")
            self.next += 1
            right = self.row(strength + 1)
            left = Joined(op, (left, right), self.span(start))

    def signed(self) -> Tree:
        """``-x``, ``+x`` and ``NOT x`` bind less than ``^``: -x ^ 2 is -(x ^ 2)."""
        _, said, start = self.words[self.next]
        if not self.sees("-", "+", "not"):
            found = self.power()
            if self.sees("not"):  # early xmutil wrote: x NOT
                self.next += 1
                return Joined("not", (found,), self.span(start))
            return found
        self.next += 1
        self.deeper()
        inner = self.row(3) if said == "not" and self.vensim else self.signed()
        self.depth -= 1
        return Joined(said, (inner,), self.span(start))

    def power(self) -> Tree:
        start = self.words[self.next][2]
        base = self.atom()
        if not self.sees("^"):
            return base
        self.next += 1
        self.deeper()
        exponent = self.signed()  # the right one first: a ^ b ^ c is a ^ (b ^ c)
        self.depth -= 1
        return Joined("^", (base, exponent), self.span(start))

    def atom(self) -> Tree:
        kind, said, start = self.words[self.next]
        if kind == "number":
            self.next += 1
            value = float(said)
            if not math.isfinite(value):
                raise ExchangeError("this number is too large", self.where(start, start + 1))
            return Plain(value, self.span(start))
        if kind == "word" or (said == "mod" and self.words[self.next + 1][1] == "("):
            self.next += 1
            end = self.next
            while self.words[end][0] == "word":
                end += 1
            if self.words[end][1] == "(":  # a function of several words: LOOKUP FORWARD(g, 2)
                said = "_".join([said, *(more for _, more, _ in self.words[self.next : end])])
                self.next = end
            subscripts = self.listed("]") if self.sees("[") else None
            word = Word(said, subscripts, self.span(start))
            return Called(word, self.listed(")"), self.span(start)) if self.sees("(") else word
        if said == "(":
            self.next += 1
            inner = self.expression()
            self.expect(")", "every '(' needs its ')'")
            return inner
        if kind == "end":
            stopped = "the equation is empty" if self.next == 0 else "the equation stops too early"
            raise self.wrong(stopped)
        raise self.wrong(f"a value is missing before '{said}'")

    def listed(self, close: str) -> tuple[Tree, ...]:
        self.next += 1
        found: list[Tree] = []
        while not (self.sees(close) and not found):
            found.append(self.subscript() if close == "]" else self.expression())
            if not self.sees(","):
                break
            self.next += 1
        self.expect(close, f"every '{'(' if close == ')' else '['}' needs its '{close}'")
        return tuple(found)

    def subscript(self) -> Tree:
        start = self.words[self.next][2]
        if self.sees("*"):
            self.next += 1
            if not self.sees(":"):
                return Star(None, None, self.span(start))
            self.next += 1  # *:Region is all of Region
            return Star(None, self.expression(), self.span(start))
        if self.sees("@"):  # @1 is the first subscript of the variable itself
            self.next += 1
            return Joined("@", (self.expression(),), self.span(start))
        first = self.expression()
        if self.sees(".*"):  # Region.* is all of Region, too
            self.next += 1
            return Star(None, first, self.span(start))
        if not self.sees(":"):
            return first
        self.next += 1
        return Star(first, self.expression(), self.span(start))
