"""A figure together with its words: in a notebook, in a file, for a screen reader."""

from __future__ import annotations

import io
import os
from abc import ABC, abstractmethod
from base64 import b64encode
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from flywheel_edu.asking import answers
from flywheel_edu.charts.lettering import quiet_about_letters
from flywheel_edu.errors import FlywheelError
from flywheel_edu.files import write_beside

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SUFFIXES = (".png", ".svg", ".pdf")
_SHORT = 400  # letters of the words that a picture's name tells
_SCREEN = 100  # dots an inch at which a notebook shows a picture
PRINT_DOTS = 180  # dots an inch of the pixels themselves: sharp on a fine screen and on paper


@answers
class Graphic(ABC):
    """What a notebook shows and a file keeps, and the words for it in ``alt``."""

    alt: str

    @abstractmethod
    def file(self, suffix: str) -> bytes:
        """The contents of a file of that suffix: .png, .svg or .pdf."""

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it to a file; its suffix (.png, .svg or .pdf) says the format.

        A `FlywheelError` says that it is none of the three; a `FileError` that the folder is
        missing or closed to us, and then no half-written file is left.
        """
        return write_beside(path, self.file(suffix_of(path)))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {shorten(self.alt, _SHORT, placeholder=' ...')}>"


class Picture(Graphic):
    """A matplotlib figure that knows what it shows, made without pyplot, so that it is shown once.

    In a notebook it appears as PNG, which is the one form that also shows where the notebook is
    not trusted, on a code host and in exported HTML; ``alt`` goes with it, what it shows in words.

    >>> from matplotlib.figure import Figure
    >>> picture = Picture(Figure(), "an empty page")
    >>> picture
    <Picture: an empty page>
    """

    def __init__(self, figure: Figure, alt: str) -> None:
        self.figure = figure
        self.alt = alt

    def file(self, suffix: str) -> bytes:
        """The figure as the contents of a file of that suffix."""
        return figure_bytes(self.figure, suffix)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        width, _height = self.figure.get_size_inches()
        return mime_bundle(self.file(".png"), self.alt, width)


def suffix_of(path: str | os.PathLike[str]) -> str:
    """The suffix of a picture file, refused when it is none we write.

    >>> suffix_of("wheel.SVG")
    '.svg'
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise FlywheelError(
            f"a picture is saved as .png, .svg or .pdf, not as '{suffix}'\n"
            f"  hint: rename '{Path(path).name}'"
        )
    return suffix


def figure_bytes(
    figure: Figure, suffix: str, dpi: float = PRINT_DOTS, letters: str = "none"
) -> bytes:
    """The figure as the contents of a file: the same figure gives the same bytes.

    Letters of an SVG stay text, or become their outlines if they are to be a "path".
    """
    import matplotlib

    # Dates, versions and random ids would make two savings of one figure differ.
    metadata = {".png": {"Software": None}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
    packing: Any = {"backend": "module://flywheel_edu.charts.packed"} if suffix == ".png" else {}
    sheet = io.BytesIO()
    steady: Any = {"svg.hashsalt": "flywheel_edu", "svg.fonttype": letters, "pdf.fonttype": 42}
    with quiet_about_letters(), matplotlib.rc_context(steady):
        figure.savefig(sheet, format=suffix[1:], dpi=dpi, metadata=metadata[suffix], **packing)
    return sheet.getvalue()


def mime_bundle(png: bytes, alt: str, width: float) -> tuple[dict[str, str], dict[str, Any]]:
    """What a notebook shows of a picture `width` inches wide, and its alt text."""
    data = {"image/png": b64encode(png).decode("ascii"), "text/plain": alt}
    return data, {"image/png": {"alt": alt, "width": round(width * _SCREEN)}}
