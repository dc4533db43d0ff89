"""Questions in a notebook, with an explanation for every answer."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import traitlets

from flywheel_edu.charts.look import QUIET, colour
from flywheel_edu.files import course_file, save_with_copy
from flywheel_edu.widgets.quiz.core import (
    LETTERS,
    Question,
    Reply,
    kept_answers,
    read_questions,
    shown,
)
from flywheel_edu.widgets.quiz.gift import gift
from flywheel_edu.widgets.shared.module import module, style
from flywheel_edu.widgets.shared.sheet import Paragraph, sheet
from flywheel_edu.widgets.shared.standing import Standing
from flywheel_edu.words import said

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Quiz(Standing):
    """One or more questions; every answer is explained, the right ones and the others.

    What was answered stays with the widget as ``quiz.answers``. In code, ``quiz.answer("b")`` does
    what a click on the second answer does.

    Parameters
    ----------
    *questions : Question or str
        Questions, or texts as ``read_questions`` reads them.

    Raises
    ------
    ValueError
        There is no question, or two have the same name.

    Examples
    --------
    >>> quiz = Quiz('''
    ... ?signs: A minus leads from price to visits. The price falls. What do visits do?
    ... + They rise.
    ... = Opposite way: price down, visits up.
    ... - They fall.
    ... = That would be a plus: the same way.
    ... ''')
    >>> quiz.answer("a")
    a. They rise.
    Right. Opposite way: price down, visits up.
    >>> quiz.answers
    {'signs': 'a'}
    """

    _esm = module("quiz/view.js")
    _css = style("quiz/view.css")

    answered = traitlets.Dict().tag(sync=True)  # by the browser: answers, "of" which edition
    _browser_writes, _parts = "answered", ("answers",)

    def __init__(self, *questions: Question | str) -> None:
        self._questions = tuple(
            question
            for given in questions
            for question in ([given] if isinstance(given, Question) else read_questions(given))
        )
        names = [question.name for question in self._questions]
        if not names:
            raise ValueError("a quiz needs a question: write one that begins with ?")
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two questions are called '{name}': give each its own name")
        super().__init__(questions=shown(self._questions), answers={})

    @classmethod
    def read(cls, path: str | os.PathLike[str], *names: str) -> Quiz:
        """A quiz from a file of questions: the named ones in that order, or all of them.

        A `ValueError` says which name is not in the file.
        """
        text = course_file(path).read_text("utf-8")
        bank = {question.name: question for question in read_questions(text)}
        for name in names:
            if name not in bank:
                raise ValueError(
                    f"no question in {Path(path).name} is called '{name}'; "
                    f"there are {', '.join(bank)}"
                )
        return cls(*(bank[name] for name in names or bank))

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions, in order."""
        return self._questions

    @property
    def answers(self) -> dict[str, str]:
        """The letters answered so far, by the question's name."""
        return kept_answers(self._now().get("answers"), self._questions)

    @property
    def done(self) -> bool:
        """Whether every question has been answered rightly."""
        answers = self.answers
        return all(
            question.name in answers and question.reply(answers[question.name]).right
            for question in self._questions
        )

    def answer(self, letters: str, question: int | str | None = None) -> Reply:
        """Answer as with a click, and read what is said to it.

        The letters are ``"b"``, or ``"a c"`` where several are right. The question's number, from
        1, or its name is not needed where there is only one. A `ValueError` says that there is no
        such question or letter.
        """
        asked = self._asked(question)
        reply = asked.reply(letters)
        self._give(answers={**self.answers, asked.name: reply.letters})
        return reply

    def _asked(self, question: int | str | None) -> Question:
        if question is None and len(self._questions) == 1:
            return self._questions[0]
        for number, each in enumerate(self._questions, 1):
            if question in (number, each.name):
                return each
        last = len(self._questions)
        if question is None:
            raise ValueError(f"which question? Write quiz.answer('a', question=1), up to {last}")
        raise ValueError(f"there is no question {question!r}: number them from 1 to {last}")

    def gift(self) -> str:
        """The questions as Moodle GIFT."""
        return gift(self._questions)

    def save_gift(self, path: str | os.PathLike[str]) -> Path:
        """Write the questions as Moodle GIFT; a file that is there already is put aside first."""
        save_with_copy(path, self.gift())
        return Path(path)

    def words(self) -> str:
        """The questions with their answers, and what was answered."""
        answers, told = self.answers, []
        for number, question in enumerate(self._questions, 1):
            head = f"{number}. " if len(self._questions) > 1 else ""
            told.append(f"{head}{question.ask}")
            told += [
                f"  {letter}. {answer.text}"
                for letter, answer in zip(LETTERS, question.answers, strict=False)
            ]
            if question.name in answers:
                told.append(f"  {said('answered')}: {', '.join(answers[question.name])}")
        return "\n".join(told)

    def picture(self) -> Figure:
        """The questions as a sheet of paper, with what was answered and what was said to it."""
        answers, lines = self.answers, []
        for number, question in enumerate(self._questions, 1):
            head = f"{number}.  " if len(self._questions) > 1 else ""
            lines.append(
                Paragraph(f"{head}{question.ask}", bold=True, space=12 if number > 1 else 0)
            )
            chosen = answers.get(question.name, "")
            for letter, answer in zip(LETTERS, question.answers, strict=False):
                mark = "" if letter not in chosen else "✓ " if answer.right else "✗ "
                lines.append(Paragraph(f"{mark}{letter}.  {answer.text}", indent=14))
                if mark:
                    tone = colour("green" if answer.right else "vermillion", text=True)
                    lines.append(Paragraph(answer.why, indent=32, tone=tone, space=0))
        how = said("In a running notebook, or on a page with JavaScript, you can answer here.")
        lines.append(Paragraph(how, tone=QUIET, space=10))
        return sheet(lines)
