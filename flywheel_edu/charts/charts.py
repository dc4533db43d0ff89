"""One look for every chart: lines labelled where they end, units on the axes, colours all can tell.

    page = chart("Customers come and go", across="month")
    page.line(run.time, run["customers"], "customers", unit="customer")
    page.points(years, measured, "as reported")
    page.picture()                  # labels the ends; shows in a notebook with its words

Colour never stands alone: lines differ in their dashes, points in their shapes, areas in their
hatching, and each carries its name. This room imports nothing of flywheel_edu's models, so every
other room may draw with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from flywheel_edu.charts.amounts import moment
from flywheel_edu.charts.lettering import families, width
from flywheel_edu.charts.look import (
    COLOURS,
    DASHES,
    HATCHES,
    INK,
    PLAIN,
    QUIET,
    SHAPES,
    SMALL,
    colour,
    dress,
    letters,
    sheet,
    words,
)
from flywheel_edu.charts.picture import Picture
from flywheel_edu.charts.series import Series, apart, described, folded, roomiest
from flywheel_edu.errors import wrong_kind

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text
    from numpy.typing import ArrayLike, NDArray

    Edge = NDArray[np.float64]

_RIMS: tuple[Any, ...] = ((0, (1, 2)), (0, (5, 2)), "-")  # of bands in one another, outer first
_MOST_ENDS = 8  # names beside line ends; more are read better in a legend
_WIDEST_END = 72 / 4  # points of a name for each inch of the page: a quarter of it


def chart(
    title: str = "",
    *,
    across: str = "",
    ax: Axes | None = None,
    width: float = 7.0,
    height: float = 3.6,
    log: bool = False,
    from_zero: bool = True,
) -> Chart:
    """An empty chart in the house's look, on a figure of its own, sizes in inches; or on ``ax``,
    whose letters, grid and frame stay as they are.

    The upright axis includes 0, unless ``from_zero`` says that 0 means nothing; on one that is
    ``log``, equal steps upward mean equal growth in per cent.

    >>> page = chart("Two doublings", across="year")
    >>> page.line([0, 1, 2], [100, 200, 400], "sales", unit="USD")
    >>> print(page.alt)
    Chart: Two doublings. Across: year, 0 to 2. Line sales (USD) rises from 100 to 400.
    """
    if ax is None:
        return Chart(sheet(width, height).add_subplot(), title, across, log, from_zero)
    if not hasattr(ax, "plot"):
        raise wrong_kind("ax takes one Axes", ax, "of several, name one: ax=axes[0]")
    return Chart(ax, title, across, log, from_zero, ours=False)


def panels(
    titles: Sequence[str],
    *,
    across: str = "",
    height: float = 0.0,
    log: bool = False,
    axes: Sequence[Axes] = (),
) -> tuple[Chart, ...]:
    """Charts one above the other over the same horizontal axis, for series of different units.

    They stand on ``axes``, or on a figure of their own where each is ``height`` inches high, 2.3
    and a single one 3.6 if not given; an empty title is left out. `picture()` of any gives the
    whole.
    """
    if not len(axes):
        figure = sheet(7.0, (height or (3.6 if len(titles) == 1 else 2.3)) * len(titles))
        axes = figure.subplots(len(titles), sharex=True, squeeze=False)[:, 0]
    whole: list[Chart] = []
    for number, (ax, title) in enumerate(zip(axes, titles, strict=True), start=1):
        last = number == len(titles)
        whole.append(Chart(ax, title, across if last else "", log, True, whole))
        ax.tick_params(labelbottom=last)
    return tuple(whole)


class Chart:
    """A chart being drawn: it remembers what was put on it, so its words agree with its lines.

    ``axes`` are those of matplotlib, for whatever this class does not offer.
    """

    def __init__(
        self,
        axes: Axes,
        title: str,
        across: str,
        log: bool,
        from_zero: bool,
        whole: list[Chart] | None = None,
        ours: bool = True,
    ) -> None:
        self.axes = axes
        self._title, self._across, self._log, self._from_zero = title, across, log, from_zero
        self._series: list[Series] = []
        # Areas and their lower and upper edges, above zero and below.
        self._areas: list[tuple[Series, list[tuple[Edge, Edge]]]] = []
        self._spans: list[str] = []
        self._whole = whole if whole is not None else [self]
        self._labelled, self._ours = False, ours
        dress(axes, title, across, log, ours)

    def line(
        self,
        x: ArrayLike,
        y: ArrayLike,
        label: str,
        unit: str = "",
        order: int | None = None,
        *,
        quiet: bool = False,
    ) -> None:
        """A line over time. Its colour and dashes are the next free ones, or those of ``order``.

        The unit is shown above the axis when all series share it, else after each name. What is
        ``quiet``, such as an earlier run, is grey and thin.
        """
        number = self._next() if order is None else order
        x, y = np.asarray(x, float), np.asarray(y, float)
        (handle,) = self.axes.plot(
            x,
            y,
            color="#9AA0A6" if quiet else colour(number),
            lw=1.2 if quiet else 2.2,
            ls=DASHES[(number + number // len(COLOURS)) % len(DASHES)],
            dash_capstyle="round",
            solid_capstyle="round",
            zorder=2 if quiet else 3,
        )
        tone = QUIET if quiet else colour(number, text=True)
        self._keep(label, x, y, unit, tone, "line", handle)

    def points(
        self, x: ArrayLike, y: ArrayLike, label: str, unit: str = "", order: int | None = None
    ) -> None:
        """Measured points: open marks, so that a line through them stays in sight."""
        number = self._next() if order is None else order
        x, y = np.asarray(x, float), np.asarray(y, float)
        mark: Any = {"marker": SHAPES[number % len(SHAPES)], "mec": colour(number), "mfc": "white"}
        (handle,) = self.axes.plot(x, y, ls="none", **mark, ms=6, mew=1.6, zorder=4, clip_on=False)
        self._keep(label, x, y, unit, colour(number, text=True), "points", handle)

    def band(
        self,
        x: ArrayLike,
        low: ArrayLike,
        high: ArrayLike,
        label: str,
        unit: str = "",
        order: int | None = None,
        within: int | None = None,
    ) -> None:
        """What lies between two curves, such as the middle nine tenths of a sweep.

        Of bands in one another each is darker and has another rim than those that it lies
        ``within``, on the page and in the legend.
        """
        number = self._next() if order is None else order
        x, low, high = (np.asarray(values, float) for values in (x, low, high))
        tone = colour(number, text=True)
        from matplotlib.colors import to_rgba

        depth = within or 0
        fill = to_rgba(colour(number), min(0.18 + 0.2 * depth, 0.8))
        rim: Any = {"lw": 0.0} if within is None else {"lw": 1.1, "ls": _RIMS[depth % len(_RIMS)]}
        handle = self.axes.fill_between(
            x, low, high, facecolor=fill, edgecolor=tone, zorder=1.5, **rim
        )
        self._keep(label, x, (low + high) / 2, unit, tone, "band", handle)
        self._keep("", x, low, unit, tone, "band", handle)
        self._keep("", x, high, unit, tone, "band", handle)

    def stacked(
        self,
        x: ArrayLike,
        parts: Mapping[str, ArrayLike],
        unit: str = "",
        colours: Mapping[str, int | str] | None = None,
    ) -> None:
        """Parts of a whole, lowest first, piled on one another; those below zero go downwards.

        ``colours`` are as `colour` takes them; two parts of one colour still differ in hatching.
        """
        x = np.asarray(x, float)
        above, below = np.zeros_like(x), np.zeros_like(x)
        for number, (label, share) in enumerate(parts.items()):
            share = np.asarray(share, float)
            shade = (colours or {}).get(label, number)
            up, down = np.clip(share, 0, None), np.clip(share, None, 0)
            handle = None
            for base, piece in ((above, up), (below, down)):
                if np.any(piece):
                    handle = self.axes.fill_between(
                        x,
                        base,
                        base + piece,
                        facecolor=colour(shade) + "B0",
                        hatch=HATCHES[number % len(HATCHES)],
                        edgecolor="white",
                        lw=0.8,
                        zorder=1.5,
                    )
            self._keep(label, x, share, unit, colour(shade, text=True), "area", handle)
            if label.strip():
                self._areas.append((self._series[-1], [(above, above + up), (below + down, below)]))
            above, below = above + up, below + down
        self.axes.margins(x=0)

    def span(self, start: float, stop: float, label: str) -> None:
        """A stretch of time behind the lines, with its name at the top."""
        self.axes.axvspan(start, stop, color="#F1F3F4", lw=0, zorder=0.5)
        self._at_top((start + stop) / 2, label, "center")
        self._spans.append(f"{words(label)} from {moment(start)} to {moment(stop)}")

    def event(self, when: float, label: str) -> None:
        """A moment: a thin upright line with its name at the top."""
        self.axes.axvline(when, color=QUIET, lw=0.9, ls=(0, (2, 2)), zorder=1)
        self._at_top(when, label, "left")
        self._spans.append(f"{words(label)} at {moment(when)}")

    def label_ends(self) -> None:
        """Name each series where it ends; where that has no room, in a legend."""
        if self._labelled:
            return
        self._labelled = True
        self._set_height()
        named = [s for s in self._series if s.label and s.kind != "area"]
        self._name_unit()
        if len(named) < 2 and not self._areas and not (named and named[0].label != self._title):
            return
        # The ticks and the layout decide the heights.
        layout = self._page().get_layout_engine()
        layout.execute(self._page()) if layout else self._page().draw_without_rendering()
        thin = self._named_inside()
        if not (named := named + thin):
            return
        widest = _WIDEST_END * self._page().get_figwidth() * PLAIN / self._size()
        names = [folded(self._full(series), widest) for series in named]
        heights = self._spread(named, max(name.count("\n") for name in names) + 1)
        if heights is None or not all(s.up[-1] for s in thin):
            self._legend(named, names)
            return
        ends = [
            self.axes.annotate(
                name,
                series.end,
                # A single point may stand on an axis, or on a line: its name keeps off them.
                xytext=(7, shift + 9 * (series.across.size == 1)),
                textcoords="offset points",
                va="center" if "\n" in name else "center_baseline",
                **self._letters(series.tone),
                annotation_clip=False,
                zorder=6,
            )
            for series, name, shift in zip(named, names, heights, strict=True)
        ]
        for end, series in zip(ends, named, strict=True):
            self._keep_off(end, series)
        if self._fixed() and self._leaves_its_place(ends):
            for end in ends:
                end.remove()
            self._legend(named, names)

    def _keep_off(self, name: Any, own: Series) -> None:
        """Move a name that a line crosses to the left of its end, above the line or below it."""
        frame, to_dots = self.axes.get_window_extent(), self.axes.transData.transform
        if own.across.size < 2 or to_dots(own.end)[0] > frame.x1 - 1:
            return
        forward = [s for s in self._series if np.all(np.diff(s.across) >= 0)]
        ways = [to_dots(np.column_stack([s.across, s.up])).T for s in forward]

        def crossed() -> bool:
            box = name.get_window_extent()
            at = np.linspace(box.x0, box.x1, 30)
            seen = (np.interp(at, x, y, left=np.nan, right=np.nan) for x, y in ways)
            return any(np.any((box.y0 < up) & (up < box.y1)) for up in seen)

        was = name.get_position()
        for place, side in ((was, "left"), ((4.0, 12.0), "right"), ((4.0, -12.0), "right")):
            name.set_position(place)
            name.set_horizontalalignment(side)
            if not crossed():
                return
        name.set_position(was)
        name.set_horizontalalignment("left")

    def _named_inside(self) -> list[Series]:
        """Name areas where they are roomiest; those that hold their names nowhere come back."""
        from matplotlib.patheffects import withStroke

        frame = self.axes.get_window_extent()
        (left, right), (low, high) = self.axes.get_xlim(), self.axes.get_ylim()
        across = (right - left) * self.axes.figure.dpi / 72 / frame.width  # of a point
        upward = (high - low) * self.axes.figure.dpi / 72 / frame.height
        thin = []
        for series, sides in self._areas:
            wide = width(series.label, PLAIN, bold=True) * across
            spots = [roomiest(series.across, *side, wide) for side in sides]
            at, level, room = max(spots, key=lambda spot: spot[2])
            if room < 1.2 * PLAIN * upward or wide > right - left:
                ends = [(one[-1] + other[-1]) / 2 for one, other in sides if one[-1] != other[-1]]
                thin.append(replace(series, up=np.array([*series.up[:-1], *(ends[:1] or [0.0])])))
                continue
            self.axes.annotate(
                series.label,
                (at, level),
                ha="center",
                va="center",
                **self._letters(INK),
                fontweight="bold",
                path_effects=[withStroke(linewidth=3, foreground="white")],
                zorder=5,
            )
        return thin

    @property
    def alt(self) -> str:
        """What the chart shows, in words, read from what was drawn."""
        return self._told(first=True)

    def picture(self) -> Picture:
        """The finished chart, with all others on its page, and its words."""
        for one in self._whole:
            one.label_ends()
        told = (one._told(first=number == 0) for number, one in enumerate(self._whole))
        return Picture(self._page(), " ".join(filter(None, told)))

    def _told(self, first: bool) -> str:
        """The chart in words; the first of a page also says what runs across."""
        end = "" if self._title.endswith((".", "?", "!")) else "."
        sentences = [f"Chart: {self._title}{end}"] if self._title else ["Chart."] * first
        if self._series and first:
            low = min(float(s.across.min()) for s in self._series)
            high = max(float(s.across.max()) for s in self._series)
            name = self._whole[-1]._across
            span = f"{moment(low)} to {moment(high)}"
            sentences.append(f"Across: {words(name)}, {span}." if name else f"Across: {span}.")
        sentences += [described(s) for s in self._series if s.label]
        sentences += [f"Marked: {told}." for told in self._spans]
        return " ".join(sentences)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        return self.picture()._repr_mimebundle_(include, exclude)

    def _page(self) -> Figure:
        return self.axes.figure.figure  # of a part of a page, the page

    def _next(self) -> int:
        return sum(1 for series in self._series if series.label)

    def _keep(
        self,
        label: str,
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        unit: str,
        tone: str,
        kind: str,
        handle: Any,
    ) -> None:
        known = np.isfinite(x) & np.isfinite(y)
        if known.any():
            series = Series(words(label), x[known], y[known], unit, tone, kind, handle)
            self._series.append(series)

    def _units(self) -> set[str]:
        return {series.unit for series in self._series if series.label}

    def _full(self, series: Series) -> str:
        return f"{series.label} ({series.unit})" if len(self._units()) > 1 else series.label

    def _name_unit(self) -> None:
        """The unit stands level above the axis, where it is read first; along the reader's own."""
        units = self._units()
        if len(units) == 1 and (unit := units.pop()) not in ("", "1"):
            if not self._ours:
                self.axes.set_ylabel(unit, parse_math=False)
                return
            self.axes.annotate(
                unit,
                (0, 1),
                xycoords="axes fraction",
                xytext=(0, 7),
                textcoords="offset points",
                **self._letters(QUIET, SMALL),
            )

    def _size(self) -> float:
        from matplotlib import rcParams

        return PLAIN if self._ours else float(rcParams["font.size"])

    def _letters(self, tone: str, size: float = PLAIN) -> dict[str, Any]:
        return letters(tone, size) if self._ours else {"color": tone, "parse_math": False}

    def _set_height(self) -> None:
        values = [s.up for s in self._series if s.kind != "area"]
        low = min((float(v.min()) for v in values), default=0.0)
        high = max((float(v.max()) for v in values), default=0.0)
        if values and self._from_zero and not self._log:
            low, high = min(low, 0.0), max(high, 0.0)
            room = 0.06 * (high - low) or 1.0
            self.axes.set_ylim(low - room * (low < 0), high + room * (high > 0 or low == 0))
        if any(float(s.up.min()) < 0 for s in self._series):
            self.axes.axhline(0, color=QUIET, lw=0.9, zorder=2)

    def _spread(self, named: Sequence[Series], lines: int) -> list[float] | None:
        """How far each label is moved up, in points, so that none meets another."""
        ends = [s.end for s in named]
        points = self.axes.transData.transform(ends) * 72 / self.axes.figure.dpi
        frame = self.axes.get_window_extent()
        low, high = (edge * 72 / self.axes.figure.dpi for edge in (frame.y0, frame.y1))
        gap = self._size() * 1.4 * lines
        nested = sum(series.kind == "band" for series in named) > 1  # told apart by their fill
        if nested or len(named) > _MOST_ENDS or len(named) * gap > high - low:
            return None
        order = sorted(range(len(named)), key=lambda i: (points[i][1], i))
        wanted = [float(points[i][1]) for i in order]
        placed = apart(wanted, gap, low)  # below it stand the numbers of the axis
        shifts = [0.0] * len(named)
        for place, i in enumerate(order):
            shifts[i] = placed[place] - wanted[place]
        return shifts

    def _fixed(self) -> bool:
        """Whether these axes, on a page of the reader's own, make no room for what is beside."""
        return self._page().get_layout_engine() is None

    def _leaves_its_place(self, ends: Sequence[Text]) -> bool:
        page = self._page()
        others = [axes.get_tightbbox() for axes in page.axes if axes is not self.axes]
        boxes = [end.get_window_extent() for end in ends]
        return any(
            box.x1 > page.bbox.x1 or any(other and box.overlaps(other) for other in others)
            for box in boxes
        )

    def _legend(self, named: Sequence[Series], names: Sequence[str]) -> None:
        inside = self._fixed()
        self.axes.legend(
            [series.handle for series in named],
            names,
            loc="best" if inside else "upper left",
            bbox_to_anchor=None if inside else (1.01, 1.0),
            borderaxespad=0,
            frameon=inside,
            prop={"family": families(), "size": SMALL} if self._ours else None,
            handlelength=2.6,
        )

    def _at_top(self, x: float, label: str, side: str) -> None:
        self.axes.annotate(
            words(label),
            (x, 1),
            xycoords=("data", "axes fraction"),
            xytext=(4 if side == "left" else 0, -3),
            textcoords="offset points",
            ha=side,
            va="top",
            **self._letters(QUIET, SMALL),
            zorder=6,
        )
