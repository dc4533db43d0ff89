"""From the text of an XMILE equation to a tree of our own.

The reader knows XMILE's operators and how tightly they bind; what a name or a function means there
is asked of a `Scope`. A comparison is a number in XMILE, 1 or 0, and any number is a condition,
which holds unless it is 0; here the two are kept apart, and each is turned into the other where
the text needs it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Protocol, TypeVar

from flywheel_edu.errors import ExchangeError, Place, printable
from flywheel_edu.language import (
    Binary,
    Both,
    Choice,
    Compare,
    Condition,
    Either,
    Expression,
    Minus,
    Node,
    Not,
    Number,
    children,
)

LONGEST = 10_000  # characters of one equation
DEEPEST = 80  # nodes one below another
MOST_BRACKETS = 100  # one inside another
MOST_NODES = 1_500  # of one equation, each counted as often as it will be written

_WORDS = re.compile(
    r"(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r'|(?P<quoted>"(?:[^"\\]|\\.)*")'
    r"|(?P<word>[^\W\d](?:[\w$']|\.(?=[^\W\d]))*)"
    r"|(?P<mark><>|<=|>=|==|!=|//|[-+*/^=<>(),])"
    r"|(?P<space>\s+|\{[^{}]*\})",
)
_COMPARISONS = {
    "<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "==", "==": "==", "<>": "!=", "!=": "!=",
}  # fmt: skip
# How tightly an operator holds its sides together; those of one strength go from the left.
_STRENGTH = {
    "or": 1, "and": 2,
    "=": 3, "==": 3, "<>": 3, "!=": 3,
    "<": 4, "<=": 4, ">": 4, ">=": 4,
    "+": 5, "-": 5,
    "*": 6, "/": 6, "mod": 6, "//": 6,
}  # fmt: skip
_KEYWORDS = frozenset({"if", "then", "else", "and", "or", "not", "mod"})


class Scope(Protocol):
    """What names and functions mean in one equation of one model."""

    def value(self, label: str, place: Place) -> Expression:
        """What a name stands for."""

    def call(self, label: str, args: list[Node], places: list[Place], place: Place) -> Node:
        """What a function gives for its values."""

    def rest(self, left: Expression, right: Expression, place: Place) -> Expression:
        """``left MOD right``."""

    def safe_division(self, left: Expression, right: Expression, place: Place) -> Expression:
        """``left // right``: 0 where the right side is 0."""


def read_equation(text: str, scope: Scope, place: Callable[[int, int], Place]) -> Expression:
    """Read one equation.

    Parameters
    ----------
    text : str
    scope : Scope
    place : function of (start, end)
        Where the characters from start to end stand in the file.

    Raises
    ------
    ExchangeError
        If the text is no equation, or says what our language cannot say.
    """
    if len(text) > LONGEST:
        raise ExchangeError(
            f"this equation has {len(text):,} characters; {LONGEST:,} are allowed", place(0, 1)
        )
    try:
        reader = _Reader(text, scope, place)
        tree = as_value(reader.expression())
        reader.expect_end()
        return reader.measured(tree, place(0, len(text)))
    except RecursionError:  # where the caller's own calls already nest deeply
        raise ExchangeError(
            "this equation nests too deeply", place(0, 1), "give a part of it a name"
        ) from None


def as_value(node: Node) -> Expression:
    """The node as a number: a condition counts 1 where it holds, else 0."""
    if isinstance(node, Compare | Both | Either | Not):
        return Choice(node, Number(1.0), Number(0.0), node.place)
    return node


def as_condition(node: Node) -> Condition:
    """The node as a condition: a number holds unless it is 0."""
    if isinstance(node, Compare | Both | Either | Not):
        return node
    return Compare("!=", node, Number(0.0), node.place)


def minus(node: Expression, place: Place | None = None) -> Expression:
    """The node with its sign turned; a number stays a number."""
    return Number(-node.value, place) if isinstance(node, Number) else Minus(node, place)


_AnyNode = TypeVar("_AnyNode", bound=Node)


class _Reader:
    """One pass over the words of one equation."""

    def __init__(self, text: str, scope: Scope, place: Callable[[int, int], Place]) -> None:
        self.text, self.scope, self.where = text, scope, place
        self.words: list[tuple[str, str, int]] = []
        at = 0
        while at < len(text):
            found = _WORDS.match(text, at)
            if found is None:
                raise self.strange(at)
            kind = found.lastgroup or ""
            said = found[0]
            if kind == "word" and said.lower() in _KEYWORDS:
                kind, said = "keyword", said.lower()
            if kind != "space":
                self.words.append((kind, said, at))
            at = found.end()
        self.words.append(("end", "", len(text.rstrip())))
        self.next = 0
        self.depth = 0
        self.brackets = 0
        # Of each node so far: how many nodes it will be written as, and how deep it goes. The node
        # is kept, so that its id stays its own.
        self.sizes: dict[int, tuple[int, int, Node]] = {}

    # -- errors

    def strange(self, at: int) -> ExchangeError:
        char, place = self.text[at], self.where(at, at + 1)
        if char in "[]":
            return ExchangeError(
                "this equation picks from an array, and our models have no arrays",
                place,
                "write one quantity for each element",
            )
        if char == "{":
            return ExchangeError("this comment has no '}'", place)
        if char == '"':
            return ExchangeError("this name in quotes has no closing quote", place)
        return ExchangeError(f"'{printable(char)}' is not part of an XMILE equation", place)

    def wrong(self, message: str, hint: str = "") -> ExchangeError:
        _, said, at = self.words[self.next]
        return ExchangeError(message, self.where(at, at + max(1, len(said))), hint)

    def place(self, start: int) -> Place:
        """From a start to the end of the word before."""
        _, said, at = self.words[self.next - 1]
        return self.where(start, max(start + 1, at + len(said)))

    def expect(self, said: str, why: str) -> None:
        if self.words[self.next][1] != said:
            raise self.wrong(f"a '{said.upper()}' is missing here", why)
        self.next += 1

    def expect_end(self) -> None:
        kind, said, _ = self.words[self.next]
        if kind == "end":
            return
        if said in (")", ","):
            raise self.wrong(f"this '{said}' belongs to no bracket")
        shown = printable(said[:40])
        raise self.wrong(
            f"there is no operator before '{shown}'",
            'a name with spaces is written with _ or in quotes: "cash box"',
        )

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong("this equation nests too deeply", "give a part of it a name")

    def open_bracket(self) -> None:
        self.brackets += 1
        if self.brackets > MOST_BRACKETS:
            raise self.wrong("this equation nests too deeply", "give a part of it a name")

    def measured(self, node: _AnyNode, place: Place) -> _AnyNode:
        """The node, unless it is too much for one equation.

        What is written out uses some values twice, so a few nested functions can become very long.
        """
        size, depth, _ = self.size(node)
        if size > MOST_NODES or depth > DEEPEST:
            raise ExchangeError(
                "this equation becomes too long when it is written out",
                place,
                "give a part of it a name",
            )
        return node

    def size(self, node: Node) -> tuple[int, int, Node]:
        found = self.sizes.get(id(node))
        if found is None:
            below = [self.size(child) for child in children(node)]
            size = 1 + sum(inner[0] for inner in below)
            found = (size, 1 + max((inner[1] for inner in below), default=0), node)
            self.sizes[id(node)] = found
        return found

    # -- from the loosest operator to the tightest

    def expression(self) -> Node:
        self.deeper()
        found = self.choice() if self.words[self.next][1] == "if" else self.row(1)
        self.depth -= 1
        return found

    def choice(self) -> Node:
        """``IF a THEN b ELSE c``, or the same as a function: ``IF THEN ELSE(a, b, c)``."""
        start = self.words[self.next][2]
        self.next += 1
        if [word[1] for word in self.words[self.next : self.next + 3]] == ["then", "else", "("]:
            self.next += 2
            args, _ = self.arguments()
            if len(args) != 3:
                raise self.wrong("IF THEN ELSE takes 3 values", "write: IF a THEN b ELSE c")
            condition, then, other = args
        else:
            condition = self.expression()
            self.expect("then", "write: IF a THEN b ELSE c")
            then = self.expression()
            self.expect("else", "write: IF a THEN b ELSE c")
            other = self.expression()
        return Choice(as_condition(condition), as_value(then), as_value(other), self.place(start))

    def row(self, floor: int) -> Node:
        """Parts with operators between them that bind at least as tightly as the floor."""
        start = self.words[self.next][2]
        left, links = self.signed(), 0
        while True:
            kind, op, _ = self.words[self.next]
            strength = _STRENGTH.get(op, 0) if kind in ("mark", "keyword") else 0
            if strength < floor or strength == 0:
                return left
            links += 1
            if links + self.depth > DEEPEST:
                raise self.wrong(
                    "this equation strings too many operators together", "give a part of it a name"
                )
            self.next += 1
            right = self.row(strength + 1)
            left = self.joined(op, left, right, self.place(start))

    def joined(self, op: str, left: Node, right: Node, place: Place) -> Node:
        if op == "or":
            return Either(as_condition(left), as_condition(right), place)
        if op == "and":
            return Both(as_condition(left), as_condition(right), place)
        one, other = as_value(left), as_value(right)
        if op in _COMPARISONS:
            return Compare(_COMPARISONS[op], one, other, place)
        if op == "mod":
            return self.measured(self.scope.rest(one, other, place), place)
        if op == "//":
            return self.measured(self.scope.safe_division(one, other, place), place)
        return Binary(op, one, other, place)

    def signed(self) -> Node:
        """``-x``, ``+x`` and ``NOT x`` bind less than ``^``: -x ^ 2 is -(x ^ 2)."""
        kind, said, start = self.words[self.next]
        if (kind, said) not in (("mark", "-"), ("mark", "+"), ("keyword", "not")):
            found = self.power()
            if self.words[self.next][:2] == ("keyword", "not"):  # early xmutil wrote: x NOT
                self.next += 1
                return Not(as_condition(found), self.place(start))
            return found
        self.next += 1
        self.deeper()
        inner = self.signed()
        self.depth -= 1
        if said == "not":
            return Not(as_condition(inner), self.place(start))
        return minus(as_value(inner), self.place(start)) if said == "-" else as_value(inner)

    def power(self) -> Node:
        start = self.words[self.next][2]
        base = self.atom()
        if self.words[self.next][1] != "^":
            return base
        self.next += 1
        self.deeper()
        exponent = self.signed()  # the right one first: a ^ b ^ c is a ^ (b ^ c)
        self.depth -= 1
        return Binary("**", as_value(base), as_value(exponent), self.place(start))

    def atom(self) -> Node:
        kind, said, start = self.words[self.next]
        if kind == "number":
            self.next += 1
            value = float(said)
            if not math.isfinite(value):
                raise ExchangeError("this number is too large", self.where(start, start + 1))
            return Number(value, self.place(start))
        if kind in ("word", "quoted") or (said == "mod" and self.words[self.next + 1][1] == "("):
            return self.named(said, start)
        if said == "(":
            self.next += 1
            self.open_bracket()
            inner = self.expression()
            self.brackets -= 1
            self.expect(")", "every '(' needs its ')'")
            return inner
        if kind == "end":
            stopped = "the equation is empty" if self.next == 0 else "the equation stops too early"
            raise self.wrong(stopped)
        raise self.wrong(f"a value is missing before '{said}'")

    def named(self, said: str, start: int) -> Node:
        if "." in said and said[0] != '"':
            raise self.wrong(
                f"'{printable(said[:40])}' stands inside a module, and our models have no modules",
                "bring the quantities of the module into one model",
            )
        self.next += 1
        if self.words[self.next][1] == "(" and self.words[self.next][0] == "mark":
            args, places = self.arguments()
            place = self.place(start)
            return self.measured(self.scope.call(said, args, places, place), place)
        return self.scope.value(said, self.place(start))

    def arguments(self) -> tuple[list[Node], list[Place]]:
        """The values in the brackets behind a function."""
        self.next += 1
        args: list[Node] = []
        places: list[Place] = []
        if self.words[self.next][1] == ")":
            self.next += 1
            return args, places
        while True:
            start = self.words[self.next][2]
            self.open_bracket()
            args.append(self.expression())
            self.brackets -= 1
            places.append(self.place(start))
            if self.words[self.next][1] != ",":
                break
            self.next += 1
        self.expect(")", "every '(' needs its ')'")
        return args, places
