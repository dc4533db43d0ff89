"""The house's look: its colours, dashes and letter sizes, and an empty sheet dressed in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flywheel_edu.charts.lettering import families
from flywheel_edu.words import figures

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe & Ito's colours, told apart by all kinds of colour vision, and beside each the darker
# tone in which small text keeps a contrast of at least 4.5 on white.
COLOURS = {
    "blue": ("#0072B2", "#0072B2"),
    "vermillion": ("#D55E00", "#B34A00"),
    "green": ("#009E73", "#007A59"),
    "purple": ("#CC79A7", "#A3467A"),
    "orange": ("#E69F00", "#8F6200"),
    "sky": ("#56B4E9", "#1F77A8"),
    "black": ("#222222", "#222222"),
}
INK, QUIET, GRID = "#222222", "#5F6368", "#E4E6E8"
_GREY = ("#B8BCC2", QUIET)  # by its name "grey": for what only makes up the whole

_NAMES = tuple(COLOURS)
DASHES: tuple[Any, ...] = (
    "solid",
    (0, (5.5, 2.0)),
    (0, (1.2, 1.5)),
    (0, (7.0, 2.0, 1.4, 2.0)),
    (0, (11.0, 3.0)),
    (0, (3.0, 1.4, 1.2, 1.4, 1.2, 1.4)),
    (0, (2.6, 2.6)),
)
SHAPES = ("o", "s", "^", "D", "v", "P", "o")  # black, the last, is for what was measured
HATCHES = ("", "////", "....", "\\\\\\\\", "xx", "--", "++")
SMALL, PLAIN, LARGE = 9.0, 10.0, 13.0  # points


def colour(order: int | str, text: bool = False) -> str:
    """The colour of the series of that number, or of that name; darker where it colours text.

    >>> colour(0), colour("vermillion"), colour("vermillion", text=True), colour(7) == colour(0)
    ('#0072B2', '#D55E00', '#B34A00', True)
    """
    name = order if isinstance(order, str) else _NAMES[order % len(_NAMES)]
    return (_GREY if name == "grey" else COLOURS[name])[1 if text else 0]


def sheet(width: float, height: float) -> Any:
    """An empty figure, sizes in inches."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    layout = ConstrainedLayoutEngine(w_pad=0.09, h_pad=0.08)  # inches
    return Figure(figsize=(width, height), layout=layout, facecolor="white")


def dress(axes: Axes, title: str, across: str, log: bool, ours: bool) -> None:
    """The look itself: a light level grid, one axis line, all words to the left.

    Axes that are not ours keep the look and the letters that their reader gave them.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    if log:
        axes.set_yscale("log")
        axes.minorticks_off()
    if across:
        axes.set_xlabel(words(across), **(letters(QUIET) if ours else {"parse_math": False}))
    if not ours:
        axes.set_title(title or axes.get_title(), parse_math=False)
        return
    if title:
        axes.set_title(title, loc="left", **letters(INK, LARGE), fontweight="bold", pad=22)
    for side in ("left", "top", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(QUIET)
    axes.grid(axis="y", color=GRID, lw=0.9)
    axes.set_axisbelow(True)
    axes.margins(x=0.01)
    whole = MaxNLocator("auto", steps=[1, 2, 5, 10], integer=across == "year")  # no year 2002.5
    axes.xaxis.set_major_locator(whole)
    axes.yaxis.set_major_formatter(FuncFormatter(tick))  # which pickle finds
    axes.tick_params(
        labelcolor=QUIET, color=QUIET, labelsize=SMALL, length=0, labelfontfamily=families()
    )
    axes.tick_params(axis="x", length=3.5)


def letters(tone: str, size: float = PLAIN) -> dict[str, Any]:
    """How matplotlib is asked for our letters; a dollar sign stays one."""
    return {"color": tone, "fontsize": size, "fontfamily": families(), "parse_math": False}


def tick(value: float, _place: int | None = None) -> str:
    """A number beside the upright axis: short, since it is read at a glance."""
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    for size, letter in ((1e6, "m"), (1e9, "bn"), (1e12, "tn")):
        if abs(value) >= size:
            text = f"{value / size:,.4g} {letter}"
    if abs(value) >= 1e16:  # in powers of ten: thousands of trillions tell nobody anything
        text = f"{value:.2e}".replace("e+", "e")
    return figures(text).replace("-", "\N{MINUS SIGN}")


def words(name: str) -> str:
    """A name as it is said: underscores become spaces."""
    return name.replace("_", " ").strip()
