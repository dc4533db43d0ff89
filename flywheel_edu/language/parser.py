"""From the text of an equation to its tree.

A hand-written reader: words are put together by the strength of the operators between them.
Nothing is ever handed to Python's own parser or run.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TypeVar

from flywheel_edu.errors import EquationError, Place, closest
from flywheel_edu.language.elsewhere import form_of_ours, in_our_signs
from flywheel_edu.language.functions import CONSTANTS, KNOWN
from flywheel_edu.language.pieces import Source, words_of
from flywheel_edu.language.tree import (
    Binary,
    Both,
    Call,
    Choice,
    Compare,
    Condition,
    Either,
    Expression,
    Minus,
    Name,
    Not,
    Number,
    Table,
)
from flywheel_edu.units import Unit

T = TypeVar("T")

DEEPEST = 80  # nodes one below another: more cannot be read by a person, or by a Python function
MOST_POINTS = 1_000  # in one table

_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d.])")
_POINT = "write a point: 1.5, not 1,5"
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_KEYWORDS = frozenset({"if", "else", "and", "or", "not", "in"})


def read_expression(text: str, source: Source | None = None) -> Expression:
    """Read one equation.

    Parameters
    ----------
    text : str
        The equation, without the quantity's name and unit.
    source : Source, optional
        Where it stands in a longer text; the equation itself if not given.

    Raises
    ------
    EquationError
        If the text is not arithmetic over names, numbers and the listed functions.

    Examples
    --------
    >>> read_expression("1 + growth")
    Binary(op='+', left=Number(value=1.0), right=Name(name='growth'))
    >>> read_expression("open('x')")
    Traceback (most recent call last):
    ...
    flywheel_edu.errors.EquationError: quotes are not part of an equation
      line 1: open('x')
                   ^
      hint: use names, numbers and the functions
    """
    reader = _Reader(text, source or Source(tuple(text.split("\n"))))
    tree = reader.expression()
    reader.expect_end()
    return tree


class _Reader:
    """One pass over the words of one equation."""

    def __init__(self, text: str, source: Source) -> None:
        self.text, self.source = text, source
        self.words = words_of(text, source)
        self.next = 0
        self.depth = 0

    # -- errors

    def wrong(self, message: str, hint: str = "", start: int | None = None) -> EquationError:
        _, said, at = self.words[self.next]
        begin = at if start is None else start
        return EquationError(message, self.source.place(begin, at + max(1, len(said))), hint)

    def expect(self, mark: str, why: str) -> None:
        if self.words[self.next][1] != mark:
            raise self.wrong(f"a '{mark}' is missing here", why)
        self.next += 1

    def expect_end(self) -> None:
        kind, said, _ = self.words[self.next]
        if kind == "end":
            return
        if said == ")":
            raise self.wrong("this ')' closes nothing", "remove it, or open a '(' before it")
        if said in _COMPARISONS:
            raise self.wrong(
                "a comparison may only stand inside 'a if x < y else b'", "write: 1 if x < y else 0"
            )
        if said in ("and", "or", "not"):
            raise self.wrong(
                f"'{said}' may only stand in the condition of 'a if x < y else b'",
                "write: a if x < y and u < v else b",
            )
        if said == "else":
            raise self.wrong("this 'else' has no 'if'", "write: a if x < y else b")
        if said == "," and (hint := self.in_a_number(self.next)):
            raise self.wrong("this ',' stands in a number", hint)
        if said in (",", ":"):
            raise self.wrong(f"this '{said}' stands outside a function", "remove it")
        if kind == "unit":
            before, at = self.words[self.next - 1][1:]
            one = at + len(before) == self.words[self.next][2] and before.isidentifier()
            hint = f"write: {before}_{said.strip('[] ')}" if one else "write: 12 [month]"
            raise self.wrong("only a number is followed by its unit", hint)
        hint = in_our_signs(self.text) or "put + - * / or ** between them"
        raise self.wrong(f"there is no operator before '{said}'", hint)

    def in_a_number(self, at: int) -> str:
        """What to write in place of a number that is parted by this comma; nothing if none is."""
        if [kind for kind, _, _ in self.words[at - 1 : at + 2]] != ["number", "mark", "number"]:
            return ""
        thousands = _THOUSANDS.match(self.text, self.words[at - 1][2])
        return f"write: {thousands[0].replace(',', '')}" if thousands else _POINT

    def refuse_thousands(self, opened: int) -> None:
        """Say so if there are too many values since a number among them is written 1,000."""
        for at in range(opened, self.next):
            said, start = self.words[at][1:]
            if said == "," and self.in_a_number(at) not in ("", _POINT):
                place = self.source.place(start, start + 1)
                raise EquationError("this ',' stands in a number", place, self.in_a_number(at))

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(
                "this equation nests too deeply", "give a part of it a name of its own"
            )

    # -- from the loosest operator to the tightest

    def expression(self) -> Expression:
        """``a``, or ``a if condition else b``."""
        self.deeper()
        start = self.words[self.next][2]
        then = self.sum()
        if self.words[self.next][1] == "if":
            self.next += 1
            condition = self.either()
            whole = (
                f"{self.text.strip()} else 0" if "else" not in self.text else "a if x < y else b"
            )
            self.expect("else", f"a condition needs both cases: {whole}")
            other = self.expression()
            then = Choice(condition, then, other, self.span(start))
        self.depth -= 1
        return then

    def either(self) -> Condition:
        start, left = self.words[self.next][2], self.both()
        return self.row(left, start, self.both, ("or",), lambda _, *sides: Either(*sides))

    def both(self) -> Condition:
        start, left = self.words[self.next][2], self.condition()
        return self.row(left, start, self.condition, ("and",), lambda _, *sides: Both(*sides))

    def row(
        self,
        left: T,
        start: int,
        part: Callable[[], T],
        marks: tuple[str, ...],
        make: Callable[..., T],
    ) -> T:
        """What follows a part by operators of one strength, put together from the left."""
        links = self.depth
        while (mark := self.words[self.next][1]) in marks:
            self.next += 1
            links += 1  # each makes the tree one deeper
            if links > DEEPEST:
                raise self.wrong(
                    "this equation strings too many operators together",
                    "give a part of it a name of its own",
                )
            left = make(mark, left, part(), self.span(start))
        return left

    def condition(self) -> Condition:
        """A comparison, ``not ...``, or a condition in brackets."""
        self.deeper()
        _, said, start = self.words[self.next]
        result: Condition
        if said == "not":
            self.next += 1
            result = Not(self.condition(), self.span(start))
        elif said == "(" and self.opens_condition():
            self.next += 1
            result = self.either()
            self.expect(")", "close the bracket of the condition")
        else:
            result = self.comparison(start)
        self.depth -= 1
        return result

    def comparison(self, start: int) -> Compare:
        left = self.sum()
        op = self.words[self.next][1]
        if op not in _COMPARISONS:
            raise self.wrong("this condition compares nothing", "write: a if x < y else b", start)
        self.next += 1
        right = self.sum()
        if self.words[self.next][1] in _COMPARISONS:
            raise self.wrong(
                "two comparisons stand in a row", "join them with 'and': x < y and y < z"
            )
        return Compare(op, left, right, self.span(start))

    def opens_condition(self) -> bool:
        """Whether the bracket here holds a condition rather than a sum."""
        inside = 0
        for _, said, _ in self.words[self.next :]:
            if said == "(":
                inside += 1
            elif said == ")":
                inside -= 1
                if inside == 0:
                    return False
            elif inside == 1 and (said in _COMPARISONS or said in ("and", "or", "not")):
                return True
            elif inside == 1 and said == "if":
                return False
            elif said == "":
                return False
        return False

    def sum(self) -> Expression:
        start, left = self.words[self.next][2], self.product()
        if self.words[self.next][1] in ("+", "-"):
            return self.row(left, start, self.product, ("+", "-"), Binary)
        return left

    def product(self) -> Expression:
        start, left = self.words[self.next][2], self.signed()
        if self.words[self.next][1] in ("*", "/"):
            return self.row(left, start, self.signed, ("*", "/"), Binary)
        return left

    def signed(self) -> Expression:
        """``-x`` binds less than ``**``: -x ** 2 is -(x ** 2)."""
        _, said, start = self.words[self.next]
        if said not in ("-", "+"):
            return self.power()
        self.next += 1
        self.deeper()
        inner = self.signed()
        self.depth -= 1
        if said == "+":
            return inner
        if isinstance(inner, Number):
            return Number(-inner.value, self.span(start), inner.unit)
        return Minus(inner, self.span(start))

    def power(self) -> Expression:
        start = self.words[self.next][2]
        base = self.value()
        if self.words[self.next][1] != "**":
            return base
        self.next += 1
        self.deeper()
        exponent = self.signed()  # the right one first: a ** b ** c is a ** (b ** c)
        self.depth -= 1
        return Binary("**", base, exponent, self.span(start))

    def value(self) -> Expression:
        kind, said, start = self.words[self.next]
        if kind == "number":
            self.next += 1
            return self.number(said, start)
        behind = self.words[self.next + 1 : self.next + 2]
        ours = kind != "word" or said in KNOWN or said == "sum"
        if not ours and (behind[0][0] == "word" or behind[0][1] == "("):
            if theirs := form_of_ours(self.text, self.words[self.next :]):
                end, hint = theirs
                name = self.text[start:end].rstrip()
                place = self.source.place(start, start + len(name))
                raise EquationError(f"there is no function '{name}'", place, hint)
        if kind == "word" and said not in _KEYWORDS:
            self.next += 1
            if self.words[self.next][1] == "(":
                return self.call(said, start)
            if said in CONSTANTS:
                return Number(CONSTANTS[said], self.span(start))
            if said in KNOWN or said == "table":
                raise EquationError(
                    f"'{said}' is a function and needs its values in brackets",
                    self.source.place(start, start + len(said)),
                    f"write: {_usage(said)}",
                )
            return Name(said, self.span(start))
        if said == "(":
            self.next += 1
            inner = self.expression()
            after = self.words[self.next][1]
            if after in _COMPARISONS or after in ("and", "or"):
                self.expect_end()
            self.expect(")", "every '(' needs its ')'")
            return inner
        if kind == "end":
            message = "the equation is empty" if self.next == 0 else "the equation stops too early"
            hint = "write a number, a name or a calculation" if self.next == 0 else ""
            raise self.wrong(message, hint or "a value is missing at the end")
        if said == "not":
            self.expect_end()
        hint = in_our_signs(self.text) or "write a number or a name there"
        raise self.wrong(f"a value is missing before '{said}'", hint)

    def number(self, said: str, start: int) -> Number:
        after, behind = self.words[self.next][1:]
        if behind == start + len(said) and self.words[self.next][0] == "word":
            raise self.wrong(
                f"'{said}{after}' is neither a number nor a name",
                in_our_signs(self.text)
                or "a name starts with a letter; write * between a number and a name",
                start,
            )
        value = float(said[:-1]) / 100 if said[-1] == "%" else float(said)
        if not math.isfinite(value):
            raise EquationError(
                "this number is too large",
                self.source.place(start, start + len(said)),
                "choose a larger unit, such as million_USD",
            )
        if self.words[self.next][0] != "unit":
            return Number(value, self.source.place(start, start + len(said)))
        _, written, at = self.words[self.next]
        self.next += 1
        try:
            unit = Unit.parse(written[1:-1])
        except ValueError as error:
            raise EquationError(
                str(error),
                self.source.place(at, at + len(written)),
                "write words joined by * and /, such as 12 [month] or 5 [USD/order]",
            ) from None
        return Number(value, self.span(start), unit)

    def call(self, function: str, start: int) -> Expression:
        self.deeper()
        name = self.source.place(start, start + len(function))
        if function == "table":
            return self.table(start)
        if function in ("sum", "mean"):  # of one name, they were written out before
            raise EquationError(
                f"'{function}' takes one name, which stands under a 'for'",
                name,
                "give the rest a name of its own there; to add a few names, write a + b",
            )
        if function not in KNOWN:
            raise EquationError(
                f"there is no function '{function[:60]}'",
                name,
                closest(function, [*KNOWN, "table"])
                or f"to multiply, write {function[:60]} * (...); "
                f"the functions are: {', '.join([*KNOWN, 'table'])}",
            )
        opened = self.next
        self.next += 1
        args: list[Expression] = []
        while self.words[self.next][1] != ")":
            args.append(self.expression())
            if self.words[self.next][1] == "=":
                raise self.wrong("values are not named here", f"write: {_usage(function)}")
            if self.words[self.next][1] != ")":
                self.expect(",", f"write: {_usage(function)}")
        self.next += 1
        whole = self.span(start)
        wanted = len(KNOWN[function].arguments)
        if len(args) > wanted:
            self.refuse_thousands(opened)
        if function in ("min", "max") and len(args) > wanted:
            folded = args[0]
            for arg in args[1:]:
                folded = Call(function, (folded, arg), whole)
            self.depth -= 1
            if len(args) > DEEPEST // 2:
                raise EquationError(
                    f"'{function}' has too many values",
                    whole,
                    "give a part of it a name of its own",
                )
            return folded
        if len(args) != wanted:
            values = "1 value" if wanted == 1 else f"{wanted} values"
            raise EquationError(
                f"'{function}' takes {values}, not {len(args)}", whole, f"write: {_usage(function)}"
            )
        self.depth -= 1
        return Call(function, tuple(args), whole)

    def table(self, start: int) -> Table:
        """``table(x, 0: 0, 1: 0.5, ...)``."""
        self.next += 1
        x = self.expression()
        points: list[tuple[float, float]] = []
        while self.words[self.next][1] == ",":
            self.next += 1
            begin = self.words[self.next][2]
            at = self.plain_number()
            self.expect(":", f"write: {_usage('table')}")
            height = self.plain_number()
            if points and at <= points[-1][0]:
                raise EquationError(
                    "the points of a table must rise from left to right",
                    self.span(begin),
                    f"{at:g} comes after {points[-1][0]:g}",
                )
            points.append((at, height))
        self.expect(")", f"write: {_usage('table')}")
        if not 2 <= len(points) <= MOST_POINTS:
            raise EquationError(
                f"a table has 2 to {MOST_POINTS:,} points, not {len(points):,}",
                self.span(start),
                f"write: {_usage('table')}",
            )
        self.depth -= 1
        return Table(x, tuple(points), self.span(start))

    def plain_number(self) -> float:
        sign = 1.0
        while self.words[self.next][1] in ("-", "+"):
            sign = -sign if self.words[self.next][1] == "-" else sign
            self.next += 1
        kind, said, start = self.words[self.next]
        if kind != "number":
            raise self.wrong("the points of a table are plain numbers", f"write: {_usage('table')}")
        self.next += 1
        return sign * self.number(said, start).value

    def span(self, start: int) -> Place:
        _, said, at = self.words[self.next - 1]
        return self.source.place(start, at + len(said))


def _usage(function: str) -> str:
    return "table(x, 0: 0, 1: 0.5, 2: 0.8)" if function == "table" else KNOWN[function].usage
