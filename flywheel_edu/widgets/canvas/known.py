"""A row of the table of quantities, read as people write numbers and units."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Any

import networkx as nx

from flywheel_edu.causal.archetype_view import is_an_amount
from flywheel_edu.causal.loops import in_words
from flywheel_edu.errors import DiagramError, FlywheelError
from flywheel_edu.language import Number, number_text
from flywheel_edu.model import Model
from flywheel_edu.simulate import simulate
from flywheel_edu.study.spreadsheet import as_number
from flywheel_edu.units import CURRENCIES, ONE, Unit, written_twice
from flywheel_edu.widgets.canvas.merge import MONTHS
from flywheel_edu.widgets.canvas.spin import (
    FLOWS,
    NO_SOURCE,
    OWN,
    STEP,
    SUM,
    TIME,
    Names,
    Row,
    money_of,
)

# What the first model wrote of a number that nobody gave.
_NOBODYS = (*NO_SOURCE, "an index: 1 is today", "nobody pushes yet")
OTHERWISE = "a line of your own in the text says otherwise: change it"
# A sign of money; a share or a number, with its millions in words; and what is counted.
_AMOUNT = re.compile(
    r"([€$£]?)\s*(-?\d+\s*/\s*\d+|-?[\d.][\d.,'’ \u00a0\u2009\u202f]*"
    r"(?:(?:k|thousand|m|mn|million|bn|billion)(?![a-z]))?)(\D*)",
    re.IGNORECASE,
)


def row_of(variable: str, value: Any, unit: str, says: str) -> Row:
    """What is known of a variable; a unit written beside the value stands where none is named.

    >>> row_of("cash", "€12 m", "1", "bank statement")
    Row(unit='EUR', value=12000000.0, says='bank statement')
    >>> row_of("churn", "1/4", "1/month", "counted").value, row_of("share", "15 %", "", "").value
    (0.25, 0.15)
    """
    variable, written = variable[:60], str(value).strip().replace("−", "-")
    found = _AMOUNT.fullmatch(written)
    sign, plain, counted = (each.strip() for each in found.groups()) if found else ("", written, "")
    if isinstance(value, str) and re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", plain):
        larger = plain.replace(".", "")
        raise DiagramError(
            f"what {variable} is today, {plain}, may be {larger} or {float(plain):g}",
            hint=f"write {larger}, or {plain}0 for the smaller one",
        )
    if re.fullmatch(r"-?[1-9]\d{0,2}(\.\d{3})+,\d+", plain):  # 1.100,50
        plain = plain.replace(".", "").replace(",", ".")
    try:
        today = float(Fraction(plain.replace(" ", ""))) if "/" in plain else as_number(plain)
        beside = _unit(f"{sign} {counted}")
        if not math.isfinite(today):
            raise ValueError(plain)
    except (ValueError, ZeroDivisionError):
        part = bool(re.fullmatch(r"\d+,\d+\D*", plain))  # with a comma for the point
        raise DiagramError(
            f"what {variable} is today is a number, not '{written[:40]}'",
            hint=f"write {written.replace(',', '.')} with a point"
            if part
            else "write 1250 or 1,250, 2.5 with a point, 4 % or 1.2 bn",
        ) from None
    if variable == TIME and today <= 0:
        raise DiagramError("how long it runs is a number above 0", hint="write 36 month")
    try:
        named = _unit(unit)
    except ValueError as problem:
        raise DiagramError(f"of {variable}: {problem}", hint=_right_unit(plain, unit)) from None
    share = unit.strip().startswith("%")
    if beside not in (ONE, named) and (share or named != ONE) and str(beside) != f"{named}s":
        raise DiagramError(
            f"what {variable} is today is in {beside}, and its unit says {unit.strip()}",
            hint=f"write {plain} under today, and {beside} under unit",
        )
    if share or counted.startswith("%"):
        today /= 100
    says = "a guess" if says in (OWN, SUM) else says
    return Row(str(beside if named == ONE else named), today, says)


def stands(now: Row | None, said: Row) -> bool:
    """Whether a row has by now the value that was said."""
    return now is not None and math.isclose(now.value, said.value)


def as_long(known: Row | None, entered: bool, **typed: Any) -> tuple[float, str]:
    """How long it runs, in whole steps, and a sentence where that is not what was said.

    A number that was just ``entered`` is of the unit that is written after it.

    >>> as_long(Row("year", 3, ""), False, variable=TIME, value="3", unit="month", says="")
    (36.0, 'It runs for 36 month, which are 3 year. Write 3 under today for 3 month.')
    """
    row = row_of(**typed)
    number, which = number_text(row.value), ""
    if known and row.value == known.value and row.unit != known.unit and not entered:
        row = known.told_in(known.unit, row.unit)
        which = f", which are {number} {known.unit}. Write {number} under today for {number} "
        which += row.unit
    even = max(1, round(row.value / STEP)) * STEP
    if not math.isclose(even, row.value):
        which = f": to a whole step of {STEP}{which}"
    return even, f"It runs for {number_text(even)} {row.unit}{which}." if which else ""


def as_typed(
    rows: Mapping[str, Row], *, entered: bool = False, **typed: Any
) -> tuple[dict[str, Any], str]:
    """A row as it was typed into the table, and a sentence where it is taken for something else."""
    said, variable = "", typed["variable"]
    if variable == TIME:
        typed["value"], said = as_long(rows.get(TIME), entered, **typed)
    keeps_its_money(rows.get(variable, Row()), **typed)
    return typed, said


def rows_of(graph: nx.DiGraph[str], model: Model, own: Collection[str] = ()) -> dict[str, Row]:
    """What a model's text says by now of the drawn variables and of cash.

    Of a line of one's ``own`` that computes what it says, a row has what the model opens with.
    """
    names, found, clock = Names(graph), {}, model.clock
    run: Mapping[str, Any] = {}
    with suppress(FlywheelError):
        run = simulate(model, until=clock.start + clock.step)
    for variable, name in names.drawn.items():
        if name not in model:
            if name in model.together:
                each = model.together[name].members(name)
                opens = sum(float(run[one][0]) for one in each) if run else 1.0
                opens /= 1 if _added(model, name) else len(each)
                first, today = model[each[0]], float(f"{opens:.12g}")
                found[variable] = Row(str(first.unit), today, first.doc or "illustrative")
            continue
        quantity, usual = model.written[name], names.usual[variable]
        told = model.written.get(usual, quantity if quantity.kind in ("stock", "given") else None)
        value, unit = told.equation if told else None, str(quantity.unit)
        says = (told.doc.split("; ")[0] if told else "") or "illustrative"
        known = isinstance(value, Number) and (value.value, unit) != (1.0, "1")
        row = Row(unit, value.value, says) if known and isinstance(value, Number) else Row()
        if name in own and name in run and quantity.kind != "given":
            opens = float(f"{run[name][0]:.12g}")
            if not (isinstance(value, Number) and math.isclose(value.value, opens)):
                row = Row(unit, opens, OWN)
        found[variable] = row
    for flow in (each for each in FLOWS if each in run and each not in names.drawn.values()):
        told = model.written.get(f"usual_{flow}")
        says = told.doc.split("; ")[0] or "illustrative" if told else OWN if flow in own else SUM
        found[flow] = Row(str(model[flow].unit), float(f"{run[flow][0]:.12g}"), says)
    return {**found, TIME: Row(str(clock.unit), clock.stop - clock.start, "")}


def of_lists(text: str, model: Model) -> str:
    """A text spun anew in which what a model has for each of a list is their sum or their mean."""

    def whole(found: re.Match[str]) -> str:
        return f"{'sum' if _added(model, found[0]) else 'mean'}({found[0]})"

    lists = "|".join(name for name in model.together if name not in model)
    code, name = r"^(?!loop|show)[^#\n]*", re.compile(rf"\b(?:{lists})\b(?! *\[)")
    return re.sub(code, lambda line: name.sub(whole, line[0]), text, flags=re.M) if lists else text


def _added(model: Model, name: str) -> bool:
    """Whether what all of a list come to is their sum; of a share it is the mean."""
    return is_an_amount(str(model[model.together[name].members(name)[0]].unit))


def left_out(before: str, text: str) -> str:
    """The numbers that somebody gave and that a text spun anew has no longer, in a sentence."""
    old, new = ({} if not each else Model.parse(each).written for each in (before, text))
    numbers = {name for name, told in new.items() if isinstance(told.equation, Number)}
    lost = {
        plain: f"{in_words(plain)}, {number_text(told.equation.value)} {told.unit}"
        for name, told in old.items()
        if isinstance(told.equation, Number)
        and not told.doc.startswith(_NOBODYS)
        and numbers.isdisjoint({plain := name.removeprefix("usual_"), f"usual_{plain}"})
    }
    return f"The drawing has no place now for {'; '.join(lost.values())}." if lost else ""


def two_words(rows: Mapping[str, Row]) -> str:
    """The units that the table says as one and as many, in a sentence."""
    told = written_twice(*(Unit.parse(row.unit) for row in rows.values()))
    return f"{told[0].upper()}{told[1:]}." if told else ""


def may_be_told(variable: str, row: Row, rows: Mapping[str, Row], graph: nx.DiGraph[str]) -> None:
    """Refuse what a line of one's own says, no measure, and flows in another unit than of cash."""
    before = rows.get(variable, row)
    if row.value <= 0 and variable != money_of(graph):
        raise DiagramError(
            f"what {variable} is today is a number above 0",
            hint="all else is measured by it: draw what there is some of today, such as ovens in "
            "place of a second oven",
        )
    if before.says == OWN:
        raise DiagramError(OTHERWISE)
    if variable == TIME and before.unit != row.unit and not {before.unit, row.unit} <= {*MONTHS}:
        raise DiagramError(
            f"what is told for each {before.unit} cannot be told for each {row.unit}",
            hint=f"write {', '.join(MONTHS)}; or change the text by hand",
        )
    if variable in graph or variable == TIME or row.unit == before.unit:
        return
    hint, money = written_twice(Unit.parse(row.unit), Unit.parse(before.unit)), money_of(graph)
    if not hint and money not in rows:
        hint = "draw cash with what brings it, press Spin it, and say what it is today"
    elif not hint and rows[money or ""].unit == "1":
        hint = "say first what cash is today, and in which unit"
    said = f"{variable} are in {before.unit}, as cash and time are, not in {row.unit}"
    raise DiagramError(said, hint=hint)


def keeps_its_money(before: Row, variable: str, value: Any, unit: str, says: str) -> None:
    """Refuse a number that was said in one currency and, as it stands, is to be in another."""
    unit = row_of(variable, value, unit, says).unit
    was, now = (re.findall(r"\b[A-Z]{3}\b", each) for each in (before.unit, unit))
    if was and now and was != now and str(value).strip() == number_text(before.value):
        raise DiagramError(
            f"what {variable} is today was said in {before.unit}, and is another number in {unit}",
            hint=f"write {value} {unit} under today if it is so much in {unit}",
        )


def in_a_line(problem: FlywheelError) -> str:
    """What is wrong, where and what to try, as the browser says it."""
    place, message = getattr(problem, "place", None), getattr(problem, "message", str(problem))
    where = f", in: {place.text.strip()}" if place else ""
    return ". Try: ".join(filter(None, (message + where, getattr(problem, "hint", ""))))


def _right_unit(number: str, unit: str) -> str:
    """What to write for a unit of several words: "billion euro" belongs to the number in part."""
    found = re.match(r"\s*((?:thousand|million|mn|billion|bn)\s)?", unit, re.IGNORECASE)
    size = found[0].strip() if found else ""
    rest = unit.strip()[len(size) :]
    word = "_".join(rest.split())
    if not word.replace("_", "").isalpha() or word == unit.strip():
        return ""
    return f"write {number} {size} under today, and {word} under unit" if size else f"write {word}"


def _unit(said: str) -> Unit:
    """A unit as people write it: nothing for a pure number, "€ per month", "%"."""
    for mark, word in CURRENCIES.items():
        said = said.replace(mark, word)
    said = re.sub(r"\s*\b(?:per|an?)\s+", "/", re.sub(r"^\s*%", "", said)).strip()
    said = re.sub(r"\b(day|week|fortnight|month|quarter|year)s\b", r"\1", said)
    return Unit.parse(re.sub(r"^/|^$", "1\\g<0>", said))
