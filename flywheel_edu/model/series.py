"""Measured series from a CSV file that lies beside the model."""

from __future__ import annotations

import csv
import math
from pathlib import Path, PurePosixPath

from flywheel_edu.errors import EquationError, Place, printable
from flywheel_edu.files import ordinary

_LARGEST = 5_000_000  # bytes
_MOST_POINTS = 10_000


def read_series(
    name: str, series: str, folder: Path | None, place: Place
) -> tuple[tuple[float, float], ...]:
    """The points (time, value) of one series in a CSV file.

    The first column is time; the value is in the column called like the series, or in the second
    if there are only two. Rows without a value are passed over.
    """
    if folder is None:
        raise EquationError(
            f"there is no folder to look for '{name}' in",
            place,
            "use read(path) for a model with files, or write the points: = 1999: 0.03, 2000: 0.05",
        )
    path = _inside(name, folder, place)
    try:
        if path.stat().st_size > _LARGEST:
            raise EquationError(f"the file '{name}' is larger than 5 MB", place)
        with ordinary(path).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    except OSError:
        raise EquationError(
            f"the file '{name}' cannot be read", place, f"it should lie in the folder '{folder}'"
        ) from None
    except (UnicodeDecodeError, csv.Error):
        raise EquationError(f"the file '{name}' is not a CSV table in UTF-8", place) from None
    if len(rows) < 2 or len(rows[0]) < 2:
        raise EquationError(
            f"the file '{name}' has no two columns with a heading",
            place,
            "time first, then values, with commas between them",
        )
    heading = [cell.strip() for cell in rows[0]]
    if series in heading[1:]:
        column = heading.index(series, 1)
    elif len(heading) == 2:
        column = 1
    else:
        raise EquationError(
            f"the file '{name}' has no column '{series}'",
            place,
            f"its columns are: {', '.join(heading[:12])}",
        )
    return _checked(rows[1:], column, name, place)


def _inside(name: str, folder: Path, place: Place) -> Path:
    """The path of a file in the folder; never one that leads out of it."""
    wanted = PurePosixPath(name.replace("\\", "/"))
    base = folder.resolve()
    path = (base / wanted).resolve()
    if wanted.is_absolute() or ":" in name or not path.is_relative_to(base):
        raise EquationError(
            f"the file '{name}' lies outside the model's folder",
            place,
            "put the file beside the model",
        )
    return path


def _checked(
    rows: list[list[str]], column: int, name: str, place: Place
) -> tuple[tuple[float, float], ...]:
    points: list[tuple[float, float]] = []
    for number, row in enumerate(rows, 2):
        if len(row) <= column or not row[column].strip():
            continue
        at, value = (_number(row[part], number, name, place) for part in (0, column))
        if points and at <= points[-1][0]:
            raise EquationError(
                f"row {number} of '{name}' does not rise in time",
                place,
                f"it says {at:g}, and the row before it {points[-1][0]:g}",
            )
        points.append((at, value))
    if not 2 <= len(points) <= _MOST_POINTS:
        raise EquationError(
            f"the file '{name}' has {len(points):,} {'point' if len(points) == 1 else 'points'}; "
            f"a series has 2 to {_MOST_POINTS:,}",
            place,
            "the first row is the heading, and a row without a value is passed over",
        )
    return tuple(points)


def _number(cell: str, number: int, name: str, place: Place) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise EquationError(
            f"row {number} of '{name}' says '{printable(cell.strip()[:40])}', which is no number",
            place,
            "write plain numbers, such as 1220.5, and time as a number too",
        )
    return value
