"""Lines to put in order: which orders are right, and what is said about the others."""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flywheel_edu.errors import EquationError, Place
from flywheel_edu.widgets.quiz.core import Reply
from flywheel_edu.words import said

LETTERS = string.ascii_lowercase


@dataclass(frozen=True)
class Line:
    """One line: its text, why it stands where it does, and which step it belongs to (from 0)."""

    text: str
    why: str
    step: int


@dataclass(frozen=True)
class Lines:
    """Lines to put in order, lettered in the mixed order in which they are shown.

    Each step maps the text of a line to why it stands there; lines in the same step may stand in
    any order among themselves. The name, for lists and exports, is ``ask`` if not given.
    """

    ask: str
    lines: tuple[Line, ...]
    name: str = ""

    def __init__(self, ask: str, steps: Iterable[Mapping[str, str]], name: str = "") -> None:
        steps = list(steps)
        if not all(isinstance(step, Mapping) for step in steps):
            raise ValueError(
                "each step maps the text of a line to why it stands there: "
                '[{"Prices fall": "Someone has to begin."}, ...]'
            )
        lines = tuple(
            Line(text.rstrip(), why.strip(), number)
            for number, step in enumerate(steps)
            for text, why in step.items()
        )
        object.__setattr__(self, "ask", ask.strip())
        object.__setattr__(self, "lines", lines)
        object.__setattr__(self, "name", name.strip() or " ".join(ask.split())[:60])
        texts = [line.text for line in lines]
        if not self.ask:
            raise ValueError("say what is to be put in order: the question is empty")
        if len({line.step for line in lines}) < 2 or len(lines) > len(LETTERS):
            raise ValueError(f"'{self.name}' needs 2 to {len(LETTERS)} lines in at least two steps")
        for line in lines:
            if not line.text.strip() or texts.count(line.text) > 1:
                raise ValueError(f"'{self.name}' has the line '{line.text}' twice or empty")
            if not line.why:
                raise ValueError(
                    f"'{self.name}': the line '{line.text}' has no reason: say why it stands there"
                )

    @property
    def mixed(self) -> tuple[Line, ...]:
        """The lines as they are shown at first: always the same mixture, and never a right one."""
        mixed = sorted(self.lines, key=lambda line: hashlib.sha256(line.text.encode()).digest())
        while self._misplaced(mixed) is None:
            mixed.append(mixed.pop(0))
        return tuple(mixed)

    def order(self, given: str) -> tuple[Line, ...]:
        """The lines in an order that a student wrote as letters: ``"b a c"`` or ``"bac"``."""
        letters = re.sub(r"[\s,;]+", "", str(given)).lower()
        mixed = self.mixed
        if sorted(letters) != list(LETTERS[: len(mixed)]):
            raise ValueError(
                f"give each letter from a to {LETTERS[len(mixed) - 1]} once, "
                f"such as '{' '.join(LETTERS[: len(mixed)])}', got '{str(given)[:60]}'"
            )
        return tuple(mixed[LETTERS.index(letter)] for letter in letters)

    def reply(self, given: str) -> Reply:
        """Whether an order is right; if not, the first line that stands too early, and why."""
        order = self.order(given)
        letters = re.sub(r"[\s,;]+", "", str(given)).lower()
        wrong = self._misplaced(order)
        if wrong is None:
            return Reply(True, letters, said("Right: this order holds."))
        kept = order.index(wrong)
        head = f"The first {kept} hold." if kept > 1 else "The first holds." if kept else ""
        early = f"'{wrong.text.strip()}' stands too early."
        told = [*filter(None, (said(head), said(early))), wrong.why]
        return Reply(False, letters, " ".join(told))

    @staticmethod
    def _misplaced(order: Iterable[Line]) -> Line | None:
        """The first line before which an earlier step's line is still to come."""
        left = list(order)
        while left:
            line = left.pop(0)
            if any(later.step < line.step for later in left):
                return line
        return None

    def shown(self, code: bool) -> dict[str, Any]:
        """The lines as plain data for the browser."""
        return {
            "name": self.name,
            "ask": self.ask,
            "code": code,
            "lines": [
                {"letter": letter, "text": line.text, "why": line.why, "step": line.step}
                for letter, line in zip(LETTERS, self.mixed, strict=False)
            ],
        }


def read_steps(text: str) -> tuple[str, list[dict[str, str]]]:
    """What is to be put in order, and its steps, from plain text as `Order.read` reads it."""
    ask, latest = "", ""
    steps: list[dict[str, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        mark, rest = line[0], line[1:].removeprefix(" ").rstrip()
        if mark == "?":
            ask = rest
        elif mark == "." or (mark == "," and steps):
            if mark == "." or rest in steps[-1]:
                steps.append({})
            latest = rest
            steps[-1][latest] = ""
        elif mark == "=" and steps:
            steps[-1][latest] = f"{steps[-1][latest]} {rest}".strip()
        else:
            raise EquationError(
                "this is neither what is asked, nor a line, nor the reason for one",
                Place(number, line, 0, len(line.rstrip())),
                "begin it with ? or . or = (or with , for a line that may change places)",
            )
    return ask, steps
