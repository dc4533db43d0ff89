"""Several widgets and a text on one page, for teaching from the front."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets
import traitlets

from flywheel_edu.charts.look import QUIET
from flywheel_edu.charts.picture import figure_bytes
from flywheel_edu.widgets.shared.module import module, style
from flywheel_edu.widgets.shared.sheet import WIDTH, Paragraph, sheet
from flywheel_edu.widgets.shared.still import DOTS, Still

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class _Piece(anywidget.AnyWidget):
    """The head of a board, or one of its texts."""

    _esm = module("board/view.js")
    _css = style("board/view.css")

    kind = traitlets.Unicode("head").tag(sync=True)  # "head" or "text"
    title = traitlets.Unicode("").tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True)
    parts = traitlets.Int(0).tag(sync=True)
    unfold = traitlets.Bool(False).tag(sync=True)
    at = traitlets.Int(1).tag(sync=True)  # by the browser: the last part shown


class Board(Still, ipywidgets.VBox):  # type: ignore[misc]
    """A title over several parts, side by side where there is room, one below another where not.

    Larger text and full screen are for the wall of a class room; with ``unfold=True`` the parts
    come one by one.

    Parameters
    ----------
    title : str
    *parts : str or widget
        Texts (paragraphs parted by empty lines; ``# `` begins a heading, ``- `` a list) and any
        ipywidgets.
    columns : int
        How many parts stand side by side at most, 1 to 4.
    unfold : bool
        Whether to begin with the first part alone and show the next on demand.

    Raises
    ------
    ValueError
        There is no part, or ``columns`` is not from 1 to 4.
    TypeError
        A part is neither text nor widget.

    Examples
    --------
    >>> board = Board("Whose wheel is it?", "# Rented\\n\\nStop paying and watch.", unfold=True)
    >>> print(board.words())
    Whose wheel is it?
    Rented
    Stop paying and watch.
    """

    def __init__(
        self, title: str, *parts: str | ipywidgets.Widget, columns: int = 2, unfold: bool = False
    ) -> None:
        if not parts:
            raise ValueError("a board needs a part: a text or a widget")
        if columns not in (1, 2, 3, 4):
            raise ValueError(f"columns is from 1 to 4, got {columns}")
        for part in parts:
            if not isinstance(part, str | ipywidgets.Widget):
                raise TypeError(f"a board shows texts and widgets, not a '{type(part).__name__}'")
        self._parts = parts
        pieces = [_Piece(kind="text", text=p) if isinstance(p, str) else p for p in parts]
        self._head = _Piece(title=title, parts=len(pieces), unfold=unfold)
        least = f"min(100%, max(340px, calc({100 / columns:g}% - 16px)))"
        grid = ipywidgets.GridBox(
            pieces,
            layout=ipywidgets.Layout(
                grid_template_columns=f"repeat(auto-fit, minmax({least}, 1fr))",
                grid_gap="16px",
                align_items="flex-start",
                overflow="visible",
            ),
        )
        grid.add_class("fw-board-grid")
        if columns == 2:
            grid.add_class("fw-board-two")
        super().__init__([self._head, grid])
        self.add_class("fw-board")

    @property
    def at(self) -> int:
        """The number of the last part shown, where the parts come one by one."""
        return int(self._head.at) if self._head.unfold else len(self._parts)

    def words(self) -> str:
        """The title, and what each part says of itself."""
        told = [self._head.title]
        for part in self._parts:
            if isinstance(part, str):
                told += [line.text for line in _paragraphs(part)]
            else:
                told.append(part.words() if isinstance(part, Still) else _kind(part))
        return "\n".join(told)

    def picture(self) -> Figure:
        """The title and the still pictures of the parts, one below another."""
        from matplotlib.figure import Figure
        from matplotlib.image import imread

        lines = [Paragraph(self._head.title, bold=True, space=0)]
        pictures = []
        for part in self._parts:
            if isinstance(part, str):
                lines += _paragraphs(part)
            elif isinstance(part, Still):
                pictures.append(imread(io.BytesIO(part.still())))
            else:
                lines.append(Paragraph(f"({_kind(part)})", tone=QUIET))
        if not pictures:
            return sheet(lines)
        top = imread(io.BytesIO(figure_bytes(sheet(lines), ".png", DOTS)))
        heights = [WIDTH * image.shape[0] / image.shape[1] for image in (top, *pictures)]
        figure = Figure(figsize=(WIDTH, sum(heights)), facecolor="white")
        below = 1.0
        for image, height in zip((top, *pictures), heights, strict=True):
            below -= height / sum(heights)
            axes = figure.add_axes((0, below, 1, height / sum(heights)))
            axes.imshow(image, aspect="auto", interpolation="lanczos")
            axes.set_axis_off()
        return figure


def _paragraphs(text: str) -> list[Paragraph]:
    rows = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("# "):
            rows.append(Paragraph(line[2:], bold=True, space=10))
        elif line.startswith("- "):
            rows.append(Paragraph(f"•  {line[2:]}", indent=12))
        else:
            rows.append(Paragraph(line))
    return rows


def _kind(part: Any) -> str:
    return f"a widget of kind {type(part).__name__}"
