"""The exceptions of flywheel_edu, and how a place in a text is shown.

    FlywheelError                 anything flywheel_edu refuses to do
        ModelError                a model's text is wrong; carries place and hint
            EquationError         an equation or a line cannot be read
            UnitsError            two sides of an equation differ in units
            DiagramError          a drawn diagram cannot be read, or has no such loop
            ExchangeError         a file of another program cannot be read, or not be written
        SimulationError           the numbers went wrong during a run
        FileError                 a file that was named cannot be used; an OSError, too
            NoFile                it is not there; a FileNotFoundError, too
        FactsError                a table of figures does not have what was asked for
        GradingError              a notebook or a submission cannot be graded as it stands
        SiteError                 notebooks cannot be made into a web site as they stand
        CommandError              a command of `flywheel` cannot do what it was asked

Every message has three parts: what is wrong in the reader's words, where it is, and what to
try next.
"""

from __future__ import annotations

import difflib
import re
import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from traceback import StackSummary, walk_tb
from types import FrameType

from flywheel_edu.words import said

# Whose lines no warning points at.
_NOT_THE_READERS = ("flywheel_edu", "flywheel_exchange", "functools", "contextlib")
_WIDEST = 100  # columns of a source line that a message shows at most


@dataclass(frozen=True)
class Place:
    """Where something stands in a text: a line (from 1), and columns in it (from 0)."""

    line: int
    text: str
    start: int
    end: int

    def underlined(self) -> str:
        """The line as written, with carets under the place.

        >>> print(Place(3, "churn = custmers", 8, 16).underlined())
          line 3: churn = custmers
                          ^^^^^^^^
        """
        text, start, end = self.text.expandtabs(1), self.start, max(self.end, self.start + 1)
        if len(text) > _WIDEST:  # keep the place in sight
            cut = max(0, start - _WIDEST // 2)
            text = ("..." if cut else "") + text[cut : cut + _WIDEST]
            shift = cut - (3 if cut else 0)
            text += "..." if cut + _WIDEST < len(self.text) else ""
            start, end = start - shift, min(end - shift, len(text))
        head = f"  {said('line')} {self.line}: "
        return f"{head}{printable(text)}\n{' ' * (len(head) + start)}{'^' * max(1, end - start)}"


def _whole(message: str, hint: str = "", place: Place | None = None) -> str:
    """The three parts of a message, in the reader's language."""
    parts = [said(message)]
    if place is not None:
        parts.append(place.underlined())
    if hint:
        parts.append(f"  {said('hint')}: {said(hint)}")
    return "\n".join(parts)


class FlywheelError(Exception):
    """Anything flywheel_edu refuses to do."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the lines of its cells that led here, and what is said."""
        cells = StackSummary.extract(
            each
            for each in walk_tb(self.__traceback__)
            if each[0].f_globals.get("__name__") == "__main__"
        )
        return [*(f"----> {each.lineno} {each.line}" for each in cells), "", str(self)]


class FileError(FlywheelError, OSError):
    """A file that was named cannot be read or written."""


class NoFile(FileError, FileNotFoundError):
    """A file or a folder that was named is not there."""


class FlywheelNotice(UserWarning):
    """Something that a reader should know, though it was done."""


def readers_frame() -> FrameType:
    """Where the line stands that called the package, through however many of our own."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").split(".")[0] in _NOT_THE_READERS:
        frame = frame.f_back
    return frame


def notice(told: str, kind: type[Warning] = FlywheelNotice) -> None:
    """Warn at the line that called the package."""
    frame = readers_frame()
    known = frame.f_globals.setdefault("__warningregistry__", {})
    warnings.warn_explicit(
        said(told), kind, frame.f_code.co_filename, frame.f_lineno, registry=known
    )


def wrong_kind(doing: str, given: object, make: str) -> FlywheelError:
    """What a function says to somebody who hands it another kind of thing than it works on.

    >>> print(wrong_kind("simulate runs a Model", "retail", "make one with load(name)"))
    simulate runs a Model, not str
      hint: make one with load(name)
    """
    return FlywheelError(_whole(f"{doing}, not {type(given).__name__}", make))


def need(kind: type, doing: str, given: object, make: str) -> None:
    """Refuse another kind of thing than a function works on, in the words of `wrong_kind`."""
    if not isinstance(given, kind):
        raise wrong_kind(doing, given, make)


class ModelError(FlywheelError):
    """A model's text is wrong: what, where, and what to try next.

    Attributes
    ----------
    message : str
        What is wrong, in one line.
    place : Place or None
        Where it stands in the text, if it stands anywhere.
    hint : str
        What to try next, or the empty string.
    """

    def __init__(self, message: str, place: Place | None = None, hint: str = "") -> None:
        self.message, self.place, self.hint = message, place, hint
        super().__init__(_whole(message, hint, place))


class EquationError(ModelError):
    """An equation, or a line of a model, cannot be read."""


class UnitsError(ModelError):
    """Two sides of an equation, or two terms of a sum, have different units."""


class DiagramError(ModelError):
    """A drawn diagram cannot be read, or has no such arrow or loop."""


class ExchangeError(ModelError):
    """A file of another program cannot be read, or a model cannot be written as one."""


class SimulationError(FlywheelError):
    """The numbers went wrong during a run: which quantity, when, and what to try.

    Attributes
    ----------
    message : str
    hint : str
    quantity : str
        The quantity that broke its promise, or the empty string.
    time : float or None
        When, in the model's own time unit.
    """

    def __init__(
        self, message: str, hint: str = "", *, quantity: str = "", time: float | None = None
    ) -> None:
        self.message, self.hint, self.quantity, self.time = message, hint, quantity, time
        super().__init__(_whole(message, hint))


class _Hinted(FlywheelError):
    """What is wrong, and what to try next, as ``message`` and ``hint``."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.message, self.hint = message, hint
        super().__init__(_whole(message, hint))


class FactsError(_Hinted):
    """A table of figures does not have what was asked for."""


class GradingError(_Hinted):
    """A notebook or a submission cannot be handled as it stands."""


class SiteError(_Hinted):
    """Notebooks cannot be made into a web site as they stand."""


class CommandError(_Hinted):
    """A command cannot do what it was asked."""


def closest(word: str, known: Iterable[str]) -> str:
    """The hint "did you mean 'visits'?", or the empty string when nothing is near.

    >>> closest("custmers", ["customers", "orders"])
    "did you mean 'customers'?"
    >>> closest("aws", ["AWS"])
    "did you mean 'AWS'?"
    >>> closest("fans", ["all_fans", "fans_north", "fans_south"])  # written once for several
    'did you mean one of: fans_north, fans_south?'
    >>> closest("Patients", ["patients_old", "patients_young"])
    'did you mean one of: patients_old, patients_young?'
    >>> closest("xyz", ["customers"])
    ''
    """
    word, known = str(word), list(known)
    plain = "_".join(re.findall(r"\w+", word.casefold()))  # "Patients[North,*]" as well
    if same := [name for name in known if name.casefold() in (plain, word.casefold())]:
        return f"did you mean '{same[0]}'?"
    if len(several := [n for n in known if word and n.casefold().startswith(f"{plain}_")]) > 1:
        return f"did you mean one of: {', '.join(several[:8])}?"
    best = difflib.get_close_matches(word[:80], known, n=1)
    return f"did you mean '{best[0]}'?" if best else ""


def printable(text: str) -> str:
    """The text with each control or invisible character shown as a question mark."""
    return "".join(c if c.isprintable() or c == " " else "?" for c in text)
