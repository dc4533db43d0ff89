"""Questions with an explanation for every answer: what they are, how they are read and answered."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flywheel_edu.errors import EquationError, Place
from flywheel_edu.words import said

LETTERS = string.ascii_lowercase


@dataclass(frozen=True)
class Answer:
    """One thing that may be answered, and what is said to whoever answers it."""

    text: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """A question with its answers, lettered a, b, c, ... in the order given.

    Several answers may be right; then all of them, and no other, make the question right.

    Parameters
    ----------
    ask : str
        The question.
    answers : sequence of Answer
        Two to twenty-six, at least one of them right, each with an explanation.
    name : str
        A short name for lists and exports; the question itself if not given.

    Raises
    ------
    ValueError
        A question or an explanation is missing, or no answer is right, or two are alike.

    Examples
    --------
    >>> question = Question(
    ...     "A minus leads from price to visits. The price falls. What do visits do?",
    ...     [
    ...         Answer("They rise.", "Opposite way: price down, visits up.", right=True),
    ...         Answer("They fall.", "That would be a plus: the same way."),
    ...     ],
    ... )
    >>> question.reply("b")
    b. They fall.
    Not this one. That would be a plus: the same way.
    """

    ask: str
    answers: tuple[Answer, ...]
    name: str = ""

    def __init__(self, ask: str, answers: Iterable[Answer], name: str = "") -> None:
        object.__setattr__(self, "ask", ask.strip())
        object.__setattr__(self, "answers", tuple(answers))
        object.__setattr__(self, "name", name.strip() or " ".join(ask.split())[:60])
        self._check()

    def _check(self) -> None:
        texts = [answer.text.strip() for answer in self.answers]
        if not self.ask:
            raise ValueError("a question is empty: write what is asked")
        if not 2 <= len(texts) <= len(LETTERS):
            raise ValueError(f"'{self.name}' has {len(texts)} answers: give it 2 to {len(LETTERS)}")
        if not any(answer.right for answer in self.answers):
            raise ValueError(f"'{self.name}' has no right answer: mark at least one")
        for answer in self.answers:
            if not answer.text.strip():
                raise ValueError(f"'{self.name}' has an empty answer: write it or leave it out")
            if not answer.why.strip():
                raise ValueError(
                    f"'{self.name}': the answer '{answer.text}' has no explanation: "
                    "say why it is right, or what whoever chose it may have thought"
                )
            if texts.count(answer.text.strip()) > 1:
                raise ValueError(f"'{self.name}' has the answer '{answer.text}' twice")

    @property
    def several(self) -> bool:
        """Whether more than one answer is right."""
        return sum(answer.right for answer in self.answers) > 1

    def letters(self, given: str) -> str:
        """The letters in what a student wrote: ``"b"``, ``"a, c"`` or ``"AC"``, once each."""
        last = LETTERS[len(self.answers) - 1]
        written = re.sub(r"[\s,;]+", "", str(given)).lower()
        strange = [letter for letter in written if not "a" <= letter <= last]
        if strange or not written:
            raise ValueError(f"answer with a letter from a to {last}, got '{str(given)[:40]}'")
        if len(set(written)) > 1 and not self.several:
            raise ValueError(f"this question has one right answer, got '{str(given)[:40]}'")
        return "".join(sorted(set(written)))

    def reply(self, given: str) -> Reply:
        """What is said to an answer: right or not, and the explanation of each letter."""
        letters = self.letters(given)
        wanted = "".join(
            letter for letter, answer in zip(LETTERS, self.answers, strict=False) if answer.right
        )
        chosen = [(letter, self.answers[LETTERS.index(letter)]) for letter in letters]
        right = letters == wanted
        told = [f"{letter}. {answer.text}" for letter, answer in chosen]
        if right:
            verdict = "Right."
        elif all(answer.right for _, answer in chosen):
            verdict = "Right so far, and there is more."
        else:
            verdict = "Not this one." if len(chosen) == 1 else "Not all of these."
        whys = [answer.why for _, answer in chosen]
        return Reply(right, letters, "\n".join([*told, " ".join([said(verdict), *whys])]))


@dataclass(frozen=True)
class Reply:
    """What is said to an answer. Shown at the end of a cell, it reads as plain text."""

    right: bool
    letters: str  # what was answered
    text: str

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text


def read_questions(text: str) -> tuple[Question, ...]:
    """Questions from plain text, so that a bank of them is easy to write and to read.

    ::

        # The napkin                                      a comment
        ?signs: A minus leads from price to visits.       a question; "signs:" is its name
          The price falls. What do visits do?             goes on in the next line
        + They rise.                                      a right answer
        = Opposite way: price down, visits up.            its explanation
        - They fall.                                      a wrong one
        = That would be a plus: the same way.
    """
    if not isinstance(text, str):
        raise EquationError(
            f"questions are read from text, not from {type(text).__name__}",
            hint="begin a question with ?",
        )
    questions: list[_Draft] = []
    for number, line in enumerate(text.splitlines(), 1):
        written = line.strip()
        if not written or written.startswith("#"):
            continue
        mark, rest = written[0], written[1:].strip()
        place = Place(number, line, len(line) - len(line.lstrip()), len(line.rstrip()))
        if mark == "?":
            name = _NAME.match(rest)
            questions.append(_Draft(name["name"], name["ask"]) if name else _Draft("", rest))
        elif not questions:
            raise EquationError(
                "this line belongs to no question", place, "begin a question with ?"
            )
        elif mark in "+-":
            questions[-1].answers.append([rest, "", mark == "+"])
        elif mark == "=" and not questions[-1].answers:
            raise EquationError(
                "this explanation belongs to no answer",
                place,
                "write the answer first, with + or - before it",
            )
        elif mark == "=":
            questions[-1].answers[-1][1] = rest
        else:
            questions[-1].go_on(written)
    return tuple(draft.question() for draft in questions)


_NAME = re.compile(r"(?P<name>[\w-]{1,60}):\s+(?P<ask>\S.*)$")


class _Draft:
    """A question while its lines are read."""

    def __init__(self, name: str, ask: str) -> None:
        self.name, self.ask = name, ask
        self.answers: list[list[Any]] = []

    def go_on(self, line: str) -> None:
        if not self.answers:
            self.ask = f"{self.ask} {line}".strip()
        else:
            part = 1 if self.answers[-1][1] else 0
            self.answers[-1][part] = f"{self.answers[-1][part]} {line}".strip()

    def question(self) -> Question:
        return Question(self.ask, [Answer(*parts) for parts in self.answers], self.name)


def shown(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """The questions as plain data for the browser."""
    return [
        {
            "name": question.name,
            "ask": question.ask,
            "several": question.several,
            "answers": [
                {"letter": letter, "text": answer.text, "why": answer.why, "right": answer.right}
                for letter, answer in zip(LETTERS, question.answers, strict=False)
            ],
        }
        for question in questions
    ]


def kept_answers(answers: object, questions: Sequence[Question]) -> dict[str, str]:
    """What the browser says was answered, by the question's name; anything else is left out."""
    if not isinstance(answers, Mapping):
        return {}
    kept = {}
    for question in questions:
        given = answers.get(question.name)
        if isinstance(given, str) and given:
            try:
                kept[question.name] = question.letters(given)
            except ValueError:
                continue
    return kept
