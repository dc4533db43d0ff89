"""The letters in our pictures: which fonts, how wide a text is, and its outline."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties
    from numpy.typing import NDArray

PRINT, HAND = "Open Sans", "Kalam"
_FOLDER = Path(__file__).parent / "fonts"
# Where our own letters end (Greek, Chinese, Arabic), the first of these that is installed helps.
_FARTHER = (
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Noto Sans",
    "Hiragino Sans",
    "PingFang SC",
    "Microsoft YaHei",
    "Arial Unicode MS",
)


@cache
def families(face: str = PRINT) -> tuple[str, ...]:
    """Font families to hand to matplotlib, the wanted one first; makes ours known to it."""
    from matplotlib.font_manager import fontManager

    for file in sorted(_FOLDER.glob("*.ttf")):
        fontManager.addfont(str(file))
    known = set(fontManager.get_font_names())
    return (face, *(name for name in _FARTHER if name in known))


@cache
def installed() -> frozenset[str]:
    """The names of all fonts that matplotlib knows here, ours among them."""
    from matplotlib.font_manager import fontManager

    families()
    return frozenset(fontManager.get_font_names())


@cache
def font(face: str = PRINT, bold: bool = False) -> FontProperties:
    """A font of print, of the hand on the napkin, or of the reader's choice."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=list(families(face)), weight="bold" if bold else "normal")


@cache
def width(text: str, size: float, face: str = PRINT, bold: bool = False) -> float:
    """How wide a line of text is, in points, at a size in points.

    >>> width("wheel", 20) == 2 * width("wheel", 10) > 40
    True
    """
    from matplotlib.textpath import text_to_path

    # Measured at one size: hinting at small sizes would make the widths uneven.
    with quiet_about_letters():
        wide, _high, _deep = text_to_path.get_text_width_height_descent(
            text, font(face, bold), False
        )
    return float(wide) * size / font(face, bold).get_size_in_points()


def broken(
    text: str, size: float, room: float, face: str = PRINT, *, bold: bool = False, cuts: bool = True
) -> list[str]:
    """A text on lines as full as so many points allow; a word that is wider is cut, or stays whole.

    >>> broken("customers draw sellers", 10.5, 100)
    ['customers draw', 'sellers']
    """
    shown = "".join(letter if letter.isprintable() else " " for letter in text[:6000])
    lines: list[str] = []
    for word in shown.split():
        while cuts and width(word, size, face, bold) > room and len(word) > 1:
            cut = max(1, int(len(word) * room / width(word, size, face, bold)) - 1)
            lines.append(word[:cut])
            word = word[cut:]
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width(joined, size, face, bold) <= room:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


@cache
def outline(
    text: str, face: str = PRINT, bold: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """The outline of a line of text of size 1, from its left end on the baseline.

    Vertices, of shape (n, 2), and codes, as a matplotlib Path takes them.
    """
    from matplotlib.textpath import text_to_path

    with quiet_about_letters():
        vertices, codes = text_to_path.get_text_path(font(face, bold), text, ismath=False)
    points = np.asarray(vertices, float).reshape(-1, 2) / text_to_path.FONT_SCALE
    return points, np.asarray(codes, np.uint8)


@contextmanager
def quiet_about_letters() -> Iterator[None]:
    """Without matplotlib's warning about a letter no font has: it is drawn as an empty box."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+")
        yield
