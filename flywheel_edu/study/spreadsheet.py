"""A table as spreadsheets save it: whatever parts its columns, decimals and thousands."""

from __future__ import annotations

import csv
import io
import math
import os
import re
from typing import Any

from flywheel_edu.asking import readers_file
from flywheel_edu.errors import SimulationError
from flywheel_edu.files import ordinary
from flywheel_edu.later import pd

# Thousands parted by a comma, an apostrophe or a space (plain, fixed, thin).
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,'’ \u00a0\u2009\u202f])\d{3}(?:\1\d{3})*(?:\.\d+)?")
_SCALED = re.compile(r"(.*\d)\s*(%|k|thousand|m|mn|million|bn|billion)", re.IGNORECASE)
_SCALES = {"%": -2, "k": 3, "t": 3, "m": 6, "b": 9}  # by the first letter
# What a comma can only mean in a number, and a point; a point in 03.2024 parts a month.
_BY_COMMA = re.compile(r"[+-]?(?:\d+,(?:\d\d?|\d{4,})|\d{1,3}(?:\.\d{3})+,\d+|0,\d+)\D*")
_BY_POINT = re.compile(
    r"(?!\d\d?\.(?:19|20)\d\d$)[+-]?(?:\d+\.(?:\d\d?|\d{4,})|\d{1,3}(?:,\d{3})+\.\d+|0\.\d+)\D*"
)
_EITHER = re.compile(r"[1-9]\d{0,2}\.000")  # thousands, where points part them
_WITH_COMMA = re.compile(r"([+-]?)(\d{1,3}(?:\.\d{3})+|[\d'’ \u00a0\u2009\u202f]+)(,\d+)?(\D*)")


def read_table(path: str | os.PathLike[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The cells of a CSV file as text, decimals behind points, and what was done to them.

    Columns may be parted by commas, semicolons or tabs; empty rows, and lines above the heading,
    are passed over. A `SimulationError` says that the file is no table, or that a row has more
    cells than the heading.
    """
    name, text = os.path.basename(path), _text(ordinary(readers_file(path)).read_bytes())
    heading = next((line for line in text.splitlines() if re.search(r"[,;\t]", line)), "")
    mark = max(",;\t", key=heading.count)
    try:
        rows = [
            [cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=mark)
        ]
    except csv.Error:
        rows = []
    rows = [row for row in rows if any(row)]
    while rows and sum(map(bool, rows[0])) < 2:
        del rows[0]  # a title
    if len(rows) < 2:
        raise SimulationError(
            f"{name} holds no table", hint="a heading first, with a column for time; then the rows"
        )
    head, *rows = rows
    for row in rows:
        if any(row[len(head) :]):
            raise SimulationError(
                f"a row of {name} has more cells than the heading: {mark.join(row)[:60]}",
                hint='a number with a comma in it stands in quotes: "1,250"',
            )
    rows, told = _with_points(rows, mark == ";")
    width = [at for at, cell in enumerate(head) if cell]
    cells = [[row[at] or math.nan if at < len(row) else math.nan for at in width] for row in rows]
    return pd.DataFrame(cells, columns=[head[at] for at in width]), told


def _text(data: bytes) -> str:
    coded = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(coded)
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")  # where a spreadsheet was not asked for UTF-8
    return re.sub(r"\A\"?sep=.\"?\r?\n", "", text)


def _with_points(rows: list[list[str]], commas: bool) -> tuple[list[list[str]], tuple[str, ...]]:
    """The rows with decimal points, if their decimals stand behind commas."""
    cells = {cell: None for row in rows for cell in row}
    point = next(filter(_BY_POINT.fullmatch, cells), "")
    if point and (other := next(filter(_EITHER.fullmatch, cells), "")):
        return rows, (
            f"a point stands before decimals, as in {point}: so {other} is read as "
            f"{as_number(other):g}",
        )
    if point or not (commas or any(map(_BY_COMMA.fullmatch, cells))):
        return rows, ()
    read = {}
    for cell in cells:
        if found := _WITH_COMMA.fullmatch(cell):
            sign, whole, decimals, rest = found.groups("")
            read[cell] = sign + re.sub(r"[^\d]", "", whole) + decimals.replace(",", ".") + rest
    told = next((cell for cell in read if re.search("[,.]", cell)), None)
    said = (f"a comma stands before decimals: {told} is read as {read[told]}",) if told else ()
    return [[read.get(cell, cell) for cell in row] for row in rows], said


def as_number(cell: Any) -> float:
    """A number as it is written: thousands parted, a per cent sign, millions in words.

    >>> as_number("20,000.5"), as_number("1 100"), as_number("1'100'000")
    (20000.5, 1100.0, 1100000.0)
    >>> as_number("0.6 %"), as_number("90k"), as_number("1.2 bn"), as_number("€ 12")
    (0.006, 90000.0, 1200000000.0, 12.0)
    """
    if isinstance(cell, str):
        cell = cell.strip(" \u00a0€$£")
        if scaled := _SCALED.fullmatch(cell):
            return float(f"{as_number(scaled[1])!r}e{_SCALES[scaled[2][0].lower()]}")
        if parted := _THOUSANDS.fullmatch(cell):
            cell = cell.replace(parted[1], "")
    return float(cell)
