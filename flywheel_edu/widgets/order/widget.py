"""Lines to put in order, in a notebook: an argument, a chain of causes, the lines of a program."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import traitlets

from flywheel_edu.charts.look import QUIET, colour
from flywheel_edu.files import course_file, save_with_copy
from flywheel_edu.widgets.order.core import LETTERS, Line, Lines, read_steps
from flywheel_edu.widgets.quiz.core import Reply
from flywheel_edu.widgets.quiz.gift import gift
from flywheel_edu.widgets.shared.module import module, style
from flywheel_edu.widgets.shared.sheet import Paragraph, sheet
from flywheel_edu.widgets.shared.standing import Standing
from flywheel_edu.words import said

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Order(Standing):
    """Put the lines in order; the first line that stands too early says why it cannot.

    Every right order is accepted: lines of the same step may stand in any order among themselves.

    Parameters
    ----------
    ask : str
        What is to be put in order.
    steps : iterable of mapping
        The steps in order. Each maps the text of a line to why it stands there.
    code : bool
        Whether the lines are lines of a program.
    name : str
        A short name for exports; ``ask`` if not given.

    Examples
    --------
    >>> order = Order("How does a shop grow?", [
    ...     {"Prices fall": "Someone has to begin."},
    ...     {"More people come": "They come for the price."},
    ...     {"Costs are spread over more orders": "More orders carry the same costs."},
    ... ])
    >>> order.answer("a c b")
    'More people come' stands too early. They come for the price.
    >>> order.answer("c a b")
    Right: this order holds.
    """

    _esm = module("order/view.js")
    _css = style("quiz/view.css")

    ordered = traitlets.Dict().tag(sync=True)  # by the browser: letters, checked, "of" edition
    _browser_writes, _parts = "ordered", ("letters", "checked")

    def __init__(
        self, ask: str, steps: Iterable[Mapping[str, str]], *, code: bool = False, name: str = ""
    ) -> None:
        self._lines = Lines(ask, steps, name)
        self._code = code
        letters = LETTERS[: len(self._lines.lines)]
        super().__init__(lines=self._lines.shown(code), letters=letters, checked=False)

    @classmethod
    def read(cls, path: str | os.PathLike[str], *, code: bool = False) -> Order:
        """A task from a file, so that the cell that asks for an order does not show it.

        ::

            # The napkin                              a comment
            ? From traffic round to traffic           what is to be put in order
            . traffic -> growth +                     the first line
            = More visits are more business.          why it stands there
            . growth -> cost_structure -              the next one
            = More orders share the fixed costs.
            , growth -> wages +                       may change places with the line before it
            = Whoever sells more hires more.

        ``code`` says that the lines are lines of a program. An `EquationError` shows a line that
        stands where it cannot; a `ValueError` says that the task is not whole.
        """
        ask, steps = read_steps(course_file(path).read_text("utf-8"))
        return cls(ask, steps, code=code)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines in the order in which they stand now."""
        return self._lines.order(self._letters)

    @property
    def done(self) -> bool:
        """Whether an order that holds has been checked."""
        return bool(self._now().get("checked")) and self._lines.reply(self._letters).right

    def answer(self, letters: str) -> Reply:
        """Put the lines in this order, check it, and read what is said to it.

        Every letter stands there once, as in ``"b a c"``; a `ValueError` says which is missing,
        strange or there twice.
        """
        reply = self._lines.reply(letters)
        self._give(letters=reply.letters, checked=True)
        return reply

    def gift(self) -> str:
        """The lines as a Moodle GIFT matching question."""
        return gift([self._lines])

    def save_gift(self, path: str | os.PathLike[str]) -> Path:
        """Write the question as Moodle GIFT; a file that is there already is put aside first."""
        save_with_copy(path, self.gift())
        return Path(path)

    def words(self) -> str:
        """The question, and the lines as they stand."""
        rows = zip(self._letters, self.lines, strict=True)
        told = [f"  {letter}. {line.text}" for letter, line in rows]
        return "\n".join([self._lines.ask, *told])

    def picture(self) -> Figure:
        """The lines as they stand, on a sheet of paper; once they hold, it says so."""
        rows = [Paragraph(self._lines.ask, bold=True, space=0)]
        for letter, line in zip(self._letters, self.lines, strict=True):
            depth = 7.0 * (len(line.text) - len(line.text.lstrip())) if self._code else 0.0
            rows.append(Paragraph(f"{letter}.  {line.text.strip()}", indent=14 + depth))
        if self.done:
            tone = colour("green", text=True)
            rows.append(Paragraph(said("Right: this order holds."), tone=tone, space=10))
        else:
            how = said(
                "In a running notebook, or on a page with JavaScript, you can order these here."
            )
            rows.append(Paragraph(how, tone=QUIET, space=10))
        return sheet(rows)

    @property
    def _letters(self) -> str:
        letters = str(self._now().get("letters"))
        try:
            self._lines.order(letters)
        except ValueError:
            return str(self.given["letters"])
        return letters
