"""Drawing a causal graph or a model: what is asked for, and the drawing that comes of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import networkx as nx
import numpy as np

from flywheel_edu.asking import answering, numbers
from flywheel_edu.causal.dominance import dominance
from flywheel_edu.causal.graph import causal_graph, together
from flywheel_edu.causal.loops import Loop, Loops, find_loops
from flywheel_edu.causal.need import need_graph
from flywheel_edu.causal.simplify import carried, simplify
from flywheel_edu.charts.picture import PRINT_DOTS, Graphic, figure_bytes, mime_bundle
from flywheel_edu.drawing import napkin, shelf
from flywheel_edu.drawing.emphasis import Emphasis, Highlight, emphasis
from flywheel_edu.drawing.geometry import Point
from flywheel_edu.drawing.page import PRINTED, WRITTEN, Lettering, Plan, plan
from flywheel_edu.drawing.ways import Edge
from flywheel_edu.drawing.wishes import Wishes, wishes
from flywheel_edu.drawing.wording import alt_text
from flywheel_edu.errors import DiagramError, SimulationError, closest, notice
from flywheel_edu.model import Model
from flywheel_edu.simulate import simulate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Style = Literal["clean", "napkin"]
_MOST_LOOPS = 8  # letters that one picture carries well
_PAGE_HOLDS = 200  # quantities
_LEGIBLE = 7.0  # points: the least size of letters on a page of a given size
_LARGER = (1.2, 1.4, 1.6, 1.8, 2.0, 2.3, 2.6, 3.0)  # letters that are tried until they are legible
_WIDEST = 9.4  # inches on the screen: beside the folder and the margins of a notebook on a laptop
_EDITION = 5  # raised whenever the same graph is to be drawn anew


@answering
def draw(
    graph: nx.DiGraph[str] | Model,
    style: Style = "clean",
    *,
    show: str | Iterable[str] | None = None,
    title: str | None = None,
    loops: bool | str | Loop | Iterable[str | Loop] = True,
    layout: Mapping[str, Point] | None = None,
    widths: Mapping[Edge, float] | None = None,
    highlight: Highlight | None = None,
    key: bool = True,
    figsize: tuple[float, float] | None = None,
    font: str | None = None,
    colours: Mapping[str, str] | None = None,
    ax: Axes | None = None,
    seconds: float = 10.0,
) -> Drawing:
    """The causal-loop diagram of a model or a graph.

    The main loop runs on a circle, clockwise; arrows keep off labels and off one another; each
    has its sign by its head, and two bars if it acts late.

    Parameters
    ----------
    graph : networkx.DiGraph or Model
        Arrows of a graph may carry ``sign`` (1, -1 or None) and ``delay`` (bool).
    style : "clean" or "napkin"
        Printed, or by hand in ink on paper.
    show : str or iterable of str, optional
        Quantities of a model to keep; the others are folded into the arrows. The model's own view
        if not given, in which what is written once for several is drawn once.
    title : str, optional
        The graph's own title if not given; none if empty.
    loops : bool, str or Loop, or iterable of these
        Whether loops get their letters, or which: by letter, title or as `find_loops` gives them.
        True marks at most eight, named ones first, then short ones that add an arrow.
    layout : mapping of str to (float, float), optional
        Places from (0, 0), lower left, to (1, 1); the graph's own view if not given, none if empty.
    widths : mapping of (cause, effect) to float, optional
        How strongly each arrow drives, 0 to 1, shown as its width.
    highlight : str, Loop or iterable of str, optional
        A loop by letter or title, or quantities: all else becomes pale.
    key : bool
        Whether the signs are explained at the foot.
    figsize : (float, float), optional
        Width and height of the picture in inches; as large as it needs to be if not given. Letters
        that would come out smaller than 7 points are laid out larger; where that is not enough, a
        warning says so.
    font : str, optional
        An installed font for all letters, such as that of the text around the picture.
    colours : mapping of str to str, optional
        Colours of one's own for the signs "+", "-" and "?", the loops' letters "R", "B" and "U",
        and the "text" of names: any that matplotlib knows.
    ax : matplotlib Axes, optional
        Axes to draw on, at the size they have now.
    seconds : float
        Processor time after which the arrows of a large diagram are no longer bettered.

    Returns
    -------
    Drawing
        Shows itself in a notebook; ``.save(path)`` writes PNG, SVG or PDF.

    Raises
    ------
    DiagramError
        There is nothing to draw, something asked for is not in the diagram, or a font, colour or
        size cannot be had.

    Examples
    --------
    >>> from flywheel_edu.causal.sketch import read_sketch
    >>> wheel = draw(read_sketch('''
    ... customers -> sellers +
    ... sellers -> selection + delayed
    ... selection -> customers +
    ... '''), title="Selection")
    >>> print(wheel.alt)
    Causal-loop diagram "Selection": 3 quantities, 3 arrows, 1 loop. Arrows: customers to \
sellers (plus); sellers to selection (plus, delayed); selection to customers (plus). Loop: R1, \
reinforcing: customers, sellers and selection.
    """
    printed = wishes(style, figsize, font, colours, ax, seconds)
    graph = _as_graph(graph, show)
    known = find_loops(graph)
    drawing = Drawing(
        graph,
        style,
        title=str(graph.graph.get("title") or "") if title is None else title,
        loops=known[:40],
        marked=_marked(known, loops),
        more=known.truncated,
        places=_places(graph, layout),
        emphasis=emphasis(graph, known, widths, highlight),
        key=key,
        wishes=printed,
    )
    if ax is not None:
        drawing.print_on(ax)
    return drawing


class Drawing(Graphic):
    """A causal-loop diagram: shows itself in a notebook, saves itself, tells itself in words.

    Attributes
    ----------
    alt : str
        The diagram in words: its arrows and its loops.
    digest : str
        Hex digits that stand for all the drawing is made from; equal drawings have equal ones.
    plan : Plan
        Where everything stands, in points.
    figure : matplotlib Figure
        The picture itself, made without pyplot.
    """

    def __init__(
        self,
        graph: nx.DiGraph[str],
        style: Style,
        *,
        title: str,
        loops: tuple[Loop, ...],
        marked: tuple[Loop, ...],
        more: bool,
        places: Mapping[str, Point],
        emphasis: Emphasis,
        key: bool,
        wishes: Wishes,
    ) -> None:
        self._graph, self._style, self._title = graph, style, title
        self._loops, self._marked = loops, marked
        self._places, self._emphasis, self._key = places, emphasis, key
        self._wishes = wishes
        told = marked or loops[:_MOST_LOOPS]
        self.alt: str = alt_text(graph, told, title, truncated=more or len(told) < len(loops))

    @cached_property
    def digest(self) -> str:
        import matplotlib

        strengths = self._emphasis.strengths
        asked = {
            "edition": _EDITION,
            "matplotlib": matplotlib.__version__,
            "style": self._style,
            "title": self._title,
            "quantities": [[n, str(kind or "")] for n, kind in self._graph.nodes(data="kind")],
            "arrows": [
                [a, b, data.get("sign"), bool(data.get("delay")), strengths.get((a, b))]
                for a, b, data in self._graph.edges(data=True)
            ],
            "loops": [[one.name, one.title, one.quantities, one.count] for one in self._loops],
            "marked": [loop.name for loop in self._marked],
            "places": sorted(self._places.items()),
            "pale": [
                sorted(self._emphasis.pale_arrows),
                sorted(self._emphasis.pale_items),
                sorted(self._emphasis.pale_loops),
            ],
            "key": self._key,
            "wishes": [self._wishes.size, self._wishes.font, sorted(self._wishes.colours.items())],
        }
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()

    @cached_property
    def plan(self) -> Plan:
        lettering = WRITTEN if self._style == "napkin" else PRINTED
        if self._wishes.font is not None:
            lettering = replace(lettering, face=self._wishes.font)
        page = self._planned(lettering)
        if self._wishes.size is None:
            return page
        smallest = self._wishes.smallest_letters
        first = smallest(page)
        for times in _LARGER:
            if smallest(page) >= _LEGIBLE:
                return page
            # No letters grow by more than the largest power in `Lettering.grown`.
            if times < _LARGER[-1] and first * times**1.1 < _LEGIBLE:
                continue
            page = max(page, self._planned(lettering.grown(times)), key=smallest)
        if smallest(page) < _LEGIBLE:
            notice(
                f"the smallest letters will be {smallest(page):.1f} points high: show fewer "
                "quantities, or draw on a larger page"
            )
        return page

    def _planned(self, lettering: Lettering) -> Plan:
        return plan(
            self._graph,
            self._loops,
            self._marked,
            lettering=lettering,
            title=self._title,
            given=self._places,
            key=self._key,
            seconds=self._wishes.seconds,
            tall=self._wishes.size is not None and self._wishes.size[1] > self._wishes.size[0],
        )

    @cached_property
    def figure(self) -> Figure:
        if self._style == "napkin":
            return napkin.draw_plan(self.plan, self._emphasis)
        from matplotlib.figure import Figure

        wide, high = self._wishes.size or (self.plan.width / 72, self.plan.height / 72)
        figure = Figure(figsize=(wide, high), facecolor="white")
        self.print_on(figure.add_axes((0, 0, 1, 1)))
        return figure

    def print_on(self, ax: Axes) -> None:
        """Put the diagram on axes of matplotlib's, in the clean style."""
        from flywheel_edu.drawing.clean import print_plan

        scale = self._wishes.scale(self.plan)
        print_plan(self.plan, self._emphasis, self._wishes.colours, ax, scale)

    def file(self, suffix: str) -> bytes:
        """The drawing as the contents of a file of that suffix."""
        return self.png() if suffix == ".png" else figure_bytes(self.figure, suffix)

    def png(self) -> bytes:
        """The picture as the contents of a PNG file; a napkin is taken from the shelf if it can."""
        if self._style == "clean":
            return figure_bytes(self.figure, ".png")
        png = shelf.take(self.digest)
        if png is None:
            png = napkin.small_png(self.plan, self._emphasis)
            shelf.put(self.digest, png)
        return png

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        png = self.png()
        # Bytes 16 to 20 of a PNG file hold its width.
        dots = napkin.DOTS if self._style == "napkin" else PRINT_DOTS
        wide = int.from_bytes(png[16:20], "big") / dots
        # A little too wide for a notebook on a laptop: shown smaller, with every dot of it.
        fits = self._wishes.size is None and wide <= _WIDEST / 0.8
        return mime_bundle(png, self.alt, min(wide, _WIDEST) if fits else wide)


def _as_graph(graph: nx.DiGraph[str] | Model, show: str | Iterable[str] | None) -> nx.DiGraph[str]:
    if isinstance(graph, nx.DiGraph):
        if show is not None:
            raise DiagramError(
                "only a model can be drawn with show=, since its equations say what to fold",
                hint="for a graph, draw graph.subgraph([...])",
            )
        if not len(graph):
            raise DiagramError(
                "there is nothing to draw: the diagram has no quantities",
                hint="add an arrow such as 'customers -> sellers +'",
            )
        plain = all(isinstance(name, str) for name in graph)
        return need_graph(graph if plain else nx.relabel_nodes(graph, str), "draw draws")
    if not isinstance(graph, Model):
        raise DiagramError(
            f"draw draws a model or a causal graph, not {type(graph).__name__}",
            hint="make one with load(name), Model.parse(text) or read_sketch(text)",
        )
    if show is not None:
        return causal_graph(graph, show=show)
    whole = together(graph, causal_graph(graph, show=graph.shown))
    if len(whole) <= _PAGE_HOLDS:
        return whole
    strongest = _strongest(graph)
    if not strongest:
        return whole
    notice(
        f"a page holds about {_PAGE_HOLDS} quantities, and this model has {len(whole)}: drawn are "
        f"the {len(strongest)} that its strongest loops pass; show= names others"
    )
    return causal_graph(graph, show=strongest)


def _strongest(model: Model) -> tuple[str, ...]:
    """The quantities on the loops that carry a run of the model; none if nothing carries it."""
    try:
        found = dominance(simulate(model))
    except SimulationError:
        return ()
    # Among very many loops even the strongest carry little: then as many as get letters.
    most = sorted(share for share in carried(found) if share > 0)[-_MOST_LOOPS:]
    shown = simplify(found, loop=min(0.02, most[0])).show if most else ()
    stocks = tuple(name for name in shown if name in model.stocks)
    return shown if len(shown) <= _PAGE_HOLDS / 2 else stocks  # many small loops of one stock each


def _places(graph: nx.DiGraph[str], layout: Mapping[str, Point] | None) -> dict[str, Point]:
    for name, at in (layout or {}).items():
        if name not in graph:
            hint = closest(name, graph)
            raise DiagramError(f"the layout places '{name}', which is not drawn", hint=hint)
        place = numbers(at)
        if place is None or place.shape != (2,) or not np.isfinite(place).all():
            raise DiagramError(
                f"the layout places '{name}' at {str(at)[:40]}, which is no place",
                hint="a place is a pair of numbers from 0 to 1, such as (0.2, 0.8), y upwards",
            )
    places = graph.graph.get("view", {}) if layout is None else layout
    return {name: (float(x), float(y)) for name, (x, y) in places.items() if name in graph}


def _marked(known: Loops, wanted: bool | str | Loop | Iterable[str | Loop]) -> tuple[Loop, ...]:
    if wanted is False:
        return ()
    if wanted is True:
        chosen: list[Loop] = []
        seen: set[Edge] = set()
        for loop in known:
            if loop.title or not seen.issuperset(loop.edges):
                chosen.append(loop)
                seen.update(loop.edges)
        return tuple(chosen[:_MOST_LOOPS])
    asked = [wanted] if isinstance(wanted, str | Loop) else wanted
    named = [known[one if isinstance(one, str) else one.name] for one in asked]
    return tuple(loop for loop in known if loop in named)
