"""From the text of a model to its parts, line by line."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from flywheel_edu.errors import EquationError, Place
from flywheel_edu.language import CONSTANTS, KNOWN, Name, Number, Source, Table, read_expression
from flywheel_edu.language.elsewhere import of_another_program
from flywheel_edu.model.lists import unrolled
from flywheel_edu.model.parts import METHODS, Clock, Entry, Kind, NamedLoop, Quantity, Shown
from flywheel_edu.model.series import read_series
from flywheel_edu.model.statements import Statement, Together, statements
from flywheel_edu.units import Unit

LONGEST_NAME = 60
MOST_STEPS = 1_000_000

RESERVED = (
    frozenset({"time", "stock", "given", "data", "loop", "show", "table", "for", "switch"})
    | frozenset({"in", "if", "else", "and", "or", "not"})
    | frozenset(CONSTANTS)
    | frozenset(KNOWN)
)

_NUMBER = r"[+-]?(?:inf|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?:/\d+(?:\.\d+)?|%)?)"
_HEAD = re.compile(
    r"(?P<kind>(?:stock|given|data)\s+)?(?P<name>[A-Za-z]\w*)\s*\[(?P<unit>[^\]]*)\]\s*", re.ASCII
)
_TIME = re.compile(
    rf"time\s+(?P<unit>\S+)\s+from\s+(?P<start>{_NUMBER})\s+to\s+(?P<stop>{_NUMBER})"
    rf"\s+step\s+(?P<step>{_NUMBER})(?:\s+save\s+(?P<save>{_NUMBER}))?"
    r"(?:\s+method\s+(?P<method>\w+))?$",
    re.ASCII,
)
_RANGE = re.compile(r"(?:^|\s)in\b(?P<range>.*)$", re.DOTALL)
_LIMITS = re.compile(rf"\s*(?P<low>{_NUMBER})\s*\.\.\s*(?P<high>{_NUMBER})\s*$", re.ASCII)
# A range as others write it, between any signs: 0-1, [0, 1], 0 to 1.
_TWO = re.compile(
    rf"[\[({{]?\s*(?P<low>{_NUMBER})\s*(?:[-–,;:.…]+|to|bis)\s*(?P<high>{_NUMBER})\s*[\])}}]?",
    re.ASCII,
)
_LEDGER = re.compile(r"[ \t]*(?P<sign>[+-])\s*(?P<flow>[A-Za-z]\w*)$", re.ASCII)
_LOOP = re.compile(r'loop\s+"(?P<name>[^"]{1,80})"\s*=\s*(?P<path>.+)$')
_SHOWN = re.compile(
    rf"\s*(?P<name>[A-Za-z]\w*)(?:\s+at\s+(?P<x>{_NUMBER})\s+(?P<y>{_NUMBER}))?\s*$", re.ASCII
)
_POINT = re.compile(rf"\s*(?P<at>{_NUMBER})\s*:\s*(?P<value>{_NUMBER})\s*$", re.ASCII)
_FROM = re.compile(r'from\s+(?:"(?P<quoted>[^"]+)"|(?P<plain>\S+))$')

_TIME_USAGE = "write: time month from 0 to 60 step 0.25"


def same_spelling(name: str) -> str:
    """A name of another program, where capitals, blanks and underscores tell nothing apart.

    >>> same_spelling("Goods[North, hats]") == same_spelling("goods[north,hats]")
    True
    """
    return re.sub(r"[\s_]+", "", name.casefold())


@dataclass
class Parts:
    """What a text says, before anything is checked across its lines."""

    title: str = ""
    about: tuple[str, ...] = ()
    clock: Clock | None = None
    quantities: dict[str, Quantity] = field(default_factory=dict)
    loops: dict[str, NamedLoop] = field(default_factory=dict)
    view: tuple[Shown, ...] = ()
    view_notes: tuple[str, ...] = ()
    ending: tuple[str, ...] = ()
    # What a file of another program calls its quantities, by `same_spelling`.
    aliases: dict[str, str] = field(default_factory=dict)
    # What was written once for several, and for which.
    together: dict[str, Together] = field(default_factory=dict)


def read_parts(
    text: str, folder: Path | None = None, known: Mapping[str, Together] | None = None
) -> Parts:
    """Read a model's text into its parts.

    ``folder`` is where the files of ``data NAME [unit] from FILE`` are looked for; ``known`` is
    what the model it revises has written once for several.
    """
    reader = _Reader(folder)
    try:
        lines, reader.parts.together = unrolled(statements(text), known or {})
        for line in lines:
            reader.take(line)
    except EquationError as error:
        if told := of_another_program(text):
            raise EquationError(told[0], error.place, told[1]) from None
        raise
    return reader.finish()


class _Reader:
    """Takes statement after statement and remembers what a later line may refer to."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.parts = Parts()
        self.comments: list[str] = []
        self.begun = False
        self.stock = ""  # the stock whose ledger may go on
        self.spelt: dict[str, str] = {}  # names without regard to capitals

    def take(self, line: Statement) -> None:
        code = line.code.strip()
        if not code:
            if line.doc:
                self.comments.append(line.doc)
            return
        self.begin()
        if code[0] in "+-":
            self.ledger(line)
            return
        self.stock = ""
        word = re.match(r"\w+", code)
        start = word[0] if word else ""
        if start == "time" and not re.match(r"time\s*\[", code):
            self.time(line)
        elif start == "loop":
            self.loop(line)
        elif start == "show":
            self.show(line)
        else:
            self.quantity(line)

    def begin(self) -> None:
        """The comments above the first line are the title, and what the model is about."""
        if not self.begun and self.comments:
            self.parts.title, *about = self.notes()
            self.parts.about = tuple(about)
        self.begun = True

    def finish(self) -> Parts:
        self.begin()
        self.parts.ending = tuple(self.comments)
        return self.parts

    def notes(self) -> tuple[str, ...]:
        notes, self.comments = tuple(self.comments), []
        return notes

    # -- one kind of statement each

    def time(self, line: Statement) -> None:
        if self.parts.clock is not None:
            raise EquationError("the time line is already set", line.place(), "keep one of the two")
        code = line.code.strip()
        found = _TIME.match(code)
        if found is None:
            raise EquationError("this time line cannot be read", line.place(), _TIME_USAGE)
        unit = self.unit(found["unit"], line, line.code.index(found["unit"], 4))
        start, stop, step = (_number(found[name]) for name in ("start", "stop", "step"))
        save = _number(found["save"]) if found["save"] else 0.0
        method = (found["method"] or "euler").lower()
        if method not in METHODS:
            known = f"the methods are: {', '.join(METHODS)}"
            if method == "adaptive":
                known += "; for adaptive steps write: simulate(model, method='adaptive')"
            raise EquationError(f"a time line has no method '{method}'", line.place(), known)
        if problem := _time_problem(start, stop, step, save):
            message, hint = problem
            raise EquationError(message, line.place(), hint)
        self.parts.clock = Clock(unit, start, stop, step, save, method)
        # Comment lines above the time line speak of the whole model.
        self.parts.about += self.notes()

    def ledger(self, line: Statement) -> None:
        found = _LEDGER.match(line.code.rstrip())
        if found is None:
            raise EquationError(
                "a flow is one name",
                line.whole,
                "write '+ name' or '- name', and the flow's equation on a line of its own",
            )
        if not self.stock:
            raise EquationError(
                "this flow belongs to no stock",
                line.whole,
                "flows stand right under the line of their stock",
            )
        stock = self.parts.quantities[self.stock]
        flow = found["flow"]
        place = line.place(*found.span("flow"))
        if any(entry.flow == flow for entry in stock.ledger):
            raise EquationError(
                f"'{flow}' is already in the ledger of '{stock.name}'", place, "keep one of the two"
            )
        entry = Entry(1 if found["sign"] == "+" else -1, flow, line.doc, place)
        notes = stock.notes + self.notes()
        self.parts.quantities[stock.name] = replace(
            stock, ledger=(*stock.ledger, entry), notes=notes
        )

    def loop(self, line: Statement) -> None:
        found = _LOOP.match(line.code.strip())
        usage = 'write: loop "Selection" = customers -> sellers -> selection -> customers'
        if found is None:
            raise EquationError("this loop cannot be read", line.place(), usage)
        name = found["name"].strip()
        at = line.code.index(found["path"], line.code.index("=") + 1)
        steps, places = [], []
        for part in found["path"].split("->"):
            step = part.strip()
            start = at + len(part) - len(part.lstrip())
            place = line.place(start, start + max(1, len(step)))
            if not re.fullmatch(r"[A-Za-z]\w*", step, re.ASCII):
                raise EquationError(f"'{step}' is not a name", place, usage)
            steps.append(step)
            places.append(place)
            at += len(part) + 2
        if len(steps) < 2 or steps[0] != steps[-1]:
            raise EquationError(
                f'the loop "{name}" does not come back to where it starts',
                places[-1],
                f"end it with '-> {steps[0]}'",
            )
        for i, step in enumerate(steps[1:-1], 1):
            if step in steps[:i]:
                raise EquationError(
                    f"'{step}' stands twice in the loop \"{name}\"",
                    places[i],
                    "a loop passes through each quantity once",
                )
        if name in self.parts.loops:
            raise EquationError(
                f'the loop "{name}" is already there', line.place(), "give this one another name"
            )
        said = found if line.before is None else _LOOP.search(line.before.text)
        self.parts.loops[name] = NamedLoop(
            name,
            tuple(steps[:-1]),
            line.doc,
            self.notes(),
            tuple(places),
            said["name"].strip() if said else "",
        )

    def show(self, line: Statement) -> None:
        at = line.code.index("show") + 4
        for part in line.code[at:].split(","):
            found = _SHOWN.match(part)
            start = at + len(part) - len(part.lstrip())
            place = line.place(start, start + max(1, len(part.strip())))
            if found is None:
                raise EquationError(
                    "this is not a name to show",
                    place,
                    "write: show customers, or: show customers at 0.2 0.8, price at 0.5 0.1",
                )
            x, y = (_number(found[c]) if found[c] else None for c in "xy")
            if any(v is not None and not math.isfinite(v) for v in (x, y)):
                raise EquationError("this is not a place on the drawing", place, "use 0 to 1")
            if any(shown.name == found["name"] for shown in self.parts.view):
                raise EquationError(f"'{found['name']}' is already shown", place, "name it once")
            self.parts.view += (Shown(found["name"], x, y, place),)
            at += len(part) + 1
        self.parts.view_notes += self.notes()

    def quantity(self, line: Statement) -> None:
        code = line.code
        found = _HEAD.match(code, line.indent)
        if found is None:
            raise _no_quantity(line)
        name, kind = found["name"], cast(Kind, (found["kind"] or "computed").strip())
        self.check_name(name, line.place(*found.span("name")))
        unit = self.unit(found["unit"], line, found.start("unit"))
        whole = line.place(line.indent)
        at = found.end()
        if kind == "data":
            self.parts.quantities[name] = self.series(line, name, unit, at)
            return
        if code[at : at + 1] != "=" or code[at : at + 2] == "==":
            raise EquationError(
                f"an '=' is missing after '{name} [{found['unit']}]'",
                line.place(min(at, len(code) - 1), min(at, len(code) - 1) + 1),
                "write: name [unit] = equation",
            )
        at += 1
        rest = code[at:]
        span = None
        if ranged := _RANGE.search(rest):
            span = self.range(ranged, line, at)
            rest = rest[: ranged.start()]
        at += len(rest) - len(rest.lstrip())
        rest = rest.strip()
        equation = read_expression(rest, Source(line.raw, line.number, at))
        if kind == "given":
            number = line.place(at, at + len(rest.split("\n", 1)[0]))
            if not isinstance(equation, Number):
                raise EquationError(
                    f"'{name}' is a given, and a given is one number",
                    number,
                    "leave out the word 'given' to compute it",
                )
            if span and not span[0] <= equation.value <= span[1]:
                outside = f"outside its range {span[0]:g} .. {span[1]:g}"
                raise EquationError(
                    f"'{name}' = {equation.value:g} lies {outside}",
                    number,
                    "change the number or widen the range",
                )
        if kind == "stock":
            self.stock = name
        self.parts.quantities[name] = Quantity(
            name, unit, equation, kind, (), span, line.doc, self.notes(), place=whole
        )

    # -- pieces of a quantity

    def check_name(self, name: str, place: Place) -> None:
        if len(name) > LONGEST_NAME:
            raise EquationError(
                f"this name has {len(name)} letters; {LONGEST_NAME} are allowed",
                place,
                "say it shorter and put the rest into a comment",
            )
        if name in RESERVED:
            raise EquationError(f"'{name}' is a word of the language", place, "choose another name")
        other = self.spelt.get(name.lower())
        if other == name:
            line = self.parts.quantities[name].place
            where = f" on line {line.line}" if line else ""
            raise EquationError(
                f"'{name}' is already defined{where}", place, "give this one another name"
            )
        if other is not None:
            raise EquationError(
                f"'{name}' and '{other}' differ only in capitals",
                place,
                "readers and other programs would take them for one; rename one of them",
            )
        self.spelt[name.lower()] = name

    def unit(self, text: str, line: Statement, at: int) -> Unit:
        try:
            return Unit.parse(text)
        except ValueError as error:
            raise EquationError(
                str(error),
                line.place(at, at + max(1, len(text))),
                "write words joined by * and /, such as order/customer/month; 1 is a pure number",
            ) from None

    def range(self, ranged: re.Match[str], line: Statement, at: int) -> tuple[float, float]:
        said = ranged["range"]
        start = at + ranged.start("range") + len(said) - len(said.lstrip())
        place = line.place(start, start + max(1, len(said.strip())))
        found = _LIMITS.match(said)
        if found is None:
            plain = re.sub(r"(?<=\d)[,_](?=\d{3}(?!\d))", "", said).strip()
            two = _TWO.fullmatch(plain)
            right = f"{two['low']} .. {two['high']}" if two else "0 .. 0.2"
            raise EquationError("this range cannot be read", place, f"write: in {right}")
        low, high = _number(found["low"]), _number(found["high"])
        if not low < high:
            raise EquationError(
                f"the range {low:g} .. {high:g} is empty", place, "write the smaller number first"
            )
        return low, high

    def series(self, line: Statement, name: str, unit: Unit, at: int) -> Quantity:
        """A measured series: its points as a table over time."""
        rest = line.code[at:].strip()
        place = line.place(line.indent)
        if found := _FROM.match(rest):
            points = read_series(found["quoted"] or found["plain"], name, self.folder, place)
        elif rest.startswith("="):
            points = _points(rest[1:], place)
        else:
            raise EquationError(
                f"the series '{name}' says not where it comes from",
                place,
                f"write: data {name} [{unit}] from file.csv, or: = 1999: 0.03, 2000: 0.05",
            )
        table = Table(Name("time"), points, place)
        return Quantity(name, unit, table, "data", (), None, line.doc, self.notes(), place=place)


def _points(text: str, place: Place) -> tuple[tuple[float, float], ...]:
    points: list[tuple[float, float]] = []
    for part in text.split(","):
        found = _POINT.match(part)
        if found is None:
            raise EquationError(
                f"'{part.strip()[:40]}' is not a point of a series",
                place,
                "write each as time: value, with commas between",
            )
        at, value = _number(found["at"]), _number(found["value"])
        if not (math.isfinite(at) and math.isfinite(value)):
            raise EquationError("a point of this series is too large", place)
        if points and at <= points[-1][0]:
            raise EquationError(
                "the points of a series must rise in time",
                place,
                f"{at:g} comes after {points[-1][0]:g}",
            )
        points.append((at, value))
    return tuple(points)


def _no_quantity(line: Statement) -> EquationError:
    code = line.code.rstrip()
    usage = "write: name [unit] = equation"
    bare = re.match(r"\s*(?:(?:stock|given)\s+)?([A-Za-z]\w*)\s*=", code, re.ASCII)
    if bare:
        return EquationError(
            f"'{bare[1]}' has no unit",
            line.place(*bare.span(1)),
            f"write: {bare[1]} [unit] = ..., with [1] for a pure number",
        )
    apart = re.match(
        r"\s*(?:(?:stock|given|data)\s+)?([A-Za-z]\w*(?:\s+[A-Za-z]\w*)+)\s*[\[=]", code, re.ASCII
    )
    if apart:
        return EquationError(
            f"a name has no blank in it, as '{apart[1]}' has",
            line.place(*apart.span(1)),
            f"write: {'_'.join(apart[1].split())}",
        )
    strange = re.search(r"[^\x00-\x7f]", code)
    if strange:
        return EquationError(
            f"'{strange[0]}' cannot stand in a name or an equation",
            line.place(*strange.span()),
            "use plain ASCII letters, digits and _; comments may hold anything",
        )
    return EquationError("this line is not a quantity", line.whole, usage)


def _time_problem(start: float, stop: float, step: float, save: float) -> tuple[str, str] | None:
    if not all(map(math.isfinite, (start, stop, step, save))):
        return "the time line must be finite", _TIME_USAGE
    if stop <= start:
        return f"the time line ends at {stop:g}, not after its start at {start:g}", _TIME_USAGE
    if step <= 0 or save < 0:
        return "a step in time must be above zero", _TIME_USAGE
    steps = (stop - start) / step
    if steps > MOST_STEPS:
        return f"the time line has {steps:,.0f} steps; {MOST_STEPS:,} are allowed", _TIME_USAGE
    if abs(steps - round(steps)) > 1e-6 * max(1.0, steps) or round(steps) < 1:
        even = f"write: step {_even_step(start, stop, step):.6g}"
        return f"steps of {step:g} do not come out even from {start:g} to {stop:g}", even
    if save and abs(save / step - round(save / step)) > 1e-6 * save / step:
        return f"'save {save:g}' is not a whole number of steps of {step:g}", _TIME_USAGE
    return None


def _even_step(start: float, stop: float, step: float) -> float:
    """A step near this one that comes out even: a half, a quarter ... if one does."""
    halved: float = 2.0 ** math.floor(math.log2(step))
    even = ((stop - start) / halved).is_integer()
    return halved if even else (stop - start) / math.ceil((stop - start) / step)


def _number(text: str) -> float:
    if text[-1] == "%":
        return float(text[:-1]) / 100
    above, slash, below = text.partition("/")
    value = float(above)
    if slash:
        value = value / float(below) if float(below) else math.nan
    return value
