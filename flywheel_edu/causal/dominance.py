"""Which loop drives, when: the loop scores of a run, and what they add up to."""

from __future__ import annotations

import itertools
import math
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import networkx as nx
import numpy as np

from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.causal.loops import Loop, Loops, find_loops, lettered
from flywheel_edu.causal.scores import (
    Array,
    dominant_sets,
    link_scores,
    loop_scores,
    relative_scores,
)
from flywheel_edu.causal.strongest import strongest_loops
from flywheel_edu.errors import FlywheelError, wrong_kind
from flywheel_edu.model import Model, Structure
from flywheel_edu.simulate import Run

if TYPE_CHECKING:
    import pandas as pd

    from flywheel_edu.charts.picture import Picture

Link = tuple[str, str]


def dominance(run: Run, *, most: int = 1000, seconds: float = 1.0) -> Dominance:
    """How strongly each loop drove a run at each moment: the Loops That Matter method.

    Parameters
    ----------
    run : Run
    most, seconds
        The budget for finding loops, as in ``find_loops``. Where it does not suffice, the loops
        that are strongest at some moment of this run are looked for and added.

    Returns
    -------
    Dominance

    Notes
    -----
    A loop's score is the product of its link scores (see ``link_scores``); its relative score is
    its share in the sum of all absolute scores of the loops of its own strongly connected part. A
    score speaks of the change during the step that ends at its moment. Where nothing changes,
    all scores are 0.

    Scores say which loop makes the present change, not how fast it is: a loop that is alone
    scores 1 or -1 whatever its gain.

    References
    ----------
    Schoenberg, Davidsen & Eberlein 2020, doi 10.1002/sdr.1658; Schoenberg, Hayward & Eberlein
    2023, doi 10.1002/sdr.1728; Eberlein & Schoenberg, "Finding the Loops that Matter", 2020.

    Examples
    --------
    >>> from flywheel_edu.simulate import simulate
    >>> village = Model.parse('''# A village fills up.
    ... time year from 0 to 40 step 0.25
    ... stock people [person] = 10
    ...     + births
    ... births [person/year] = people * birth_rate * room
    ... room [1] = max(0, 1 - people / places)
    ... given birth_rate [1/year] = 0.3 in 0 .. 1
    ... given places [person] = 1000 in 1 .. 5000
    ... loop "Growth" = people -> births -> people
    ... loop "Crowding" = people -> room -> births -> people
    ... ''')
    >>> print(dominance(simulate(village)))
    Growth (R1) leads from year 0.25 to 15.75.
    Crowding (B1) leads from year 16 to 40.
    """
    if not isinstance(run, Run):
        raise wrong_kind("dominance looks at a Run", run, "make one with simulate(model)")
    known = known_loops(run.model, most, seconds)
    links = link_scores(run.model, {**run, "time": run.time})
    found, parts = known.loops, known.parts
    if found.truncated:
        found = strongest_loops(known.graph, links, found)
        parts = _parts(known.graph, found)
    scores = loop_scores(found, links, run.time.shape)
    return Dominance(run, found, parts, links, scores, relative_scores(scores, parts))


@dataclass(frozen=True, eq=False)
class Dominance:
    """Link and loop scores of one run, as tables over time, as a picture, in words.

    Attributes
    ----------
    run : Run
    found : Loops
        The loops, with their letters and titles; ``found.truncated`` says if there are more.
    parts : tuple of int
        For each loop, the number of the strongly connected part of the graph it lies in.
    link_scores : dict of (cause, effect) to array (times,)
    scores, shares : array (loops, times)
        Absolute and relative scores, in the order of ``found``.
    """

    run: Run
    found: Loops
    parts: tuple[int, ...]
    link_scores: Mapping[Link, Array]
    scores: Array
    shares: Array

    @property
    def links(self) -> pd.DataFrame:
        """Link scores: a row for each moment, a column for each (cause, effect)."""
        import pandas as pd

        columns = pd.MultiIndex.from_tuples(list(self.link_scores), names=["cause", "effect"])
        return pd.DataFrame(
            np.array(list(self.link_scores.values())).T, index=self._moments, columns=columns
        )

    @property
    def loops(self) -> pd.DataFrame:
        """Loop scores: a row for each moment, a column for each loop, by its letter and number."""
        return self._frame(self.scores)

    @property
    def relative(self) -> pd.DataFrame:
        """Relative loop scores: in each part, their absolute values add up to 1 where it moves."""
        return self._frame(self.shares)

    @cached_property
    def dominant(self) -> pd.DataFrame:
        """Whether each loop belongs, at each moment, to the smallest set with half of the whole."""
        return self._frame(dominant_sets(self.shares, self.parts))

    def lead(self, shortest: float = 0.0) -> tuple[Lead, ...]:
        """Who leads when: the strongest loop of each part, stretch by stretch.

        Parameters
        ----------
        shortest : float
            Leave out stretches shorter than this, in the model's time unit.

        Examples
        --------
        ``dominance(run).lead()[0].loop.story`` tells what the first leading loop does.
        """
        leads: list[Lead] = []
        for part in dict.fromkeys(self.parts):
            told: list[Lead] = []
            for lead in self._stretches(part):
                if lead.stop - lead.start < shortest:
                    continue
                if told and told[-1].loop == lead.loop:  # only something short came between
                    lead = replace(lead, start=told.pop().start)
                told.append(lead)
            leads += told
        return tuple(leads)

    def at(self, time: float, show: Iterable[str] | None = None) -> Moment:
        """What drives at one moment, ready for a drawing: ``draw(model, widths=at(24).widths)``.

        Parameters
        ----------
        time : float
            In the model's time unit; the nearest computed moment is taken.
        show : iterable of str, optional
            The quantities that the drawing shows, such as ``model.shown``. The links between them
            by way of others are then put together: their score is that of the strongest way that
            some loop takes. All links are kept if not given.

        Raises
        ------
        FlywheelError
            If the run was never there.
        """
        moments = self.run.time
        if not moments[0] <= time <= moments[-1]:
            unit = self.run.model.clock.unit
            raise FlywheelError(
                f"the run has no {unit} {time:g}\n"
                f"  hint: it goes from {moments[0]:g} to {moments[-1]:g}"
            )
        row = int(np.argmin(np.abs(moments - time)))
        shown = None if show is None else tuple(show)
        drawn = causal_graph(self.run.model, shown).edges
        links: dict[Link, float] = {}
        widths: dict[Link, float] = {}
        if shown is None:
            links = {link: float(score[row]) for link, score in self.link_scores.items()}
        for loop, share in zip(self.found, self.shares[:, row], strict=True):
            for link, way in _ways(loop, shown):
                if link not in drawn:
                    continue  # what a delay does to itself is not drawn
                widths[link] = widths.get(link, 0.0) + abs(float(share))
                if shown is not None:
                    score = float(np.prod([self._link(step)[row] for step in way]))
                    links[link] = max(links.get(link, 0.0), score, key=abs)
        inside = dominant_sets(self.shares[:, [row]], self.parts)[:, 0]
        return Moment(
            time=float(moments[row]),
            links=links,
            widths={link: min(width, 1.0) for link, width in widths.items()},
            shares={
                loop.name: float(s) for loop, s in zip(self.found, self.shares[:, row], strict=True)
            },
            dominant=tuple(
                loop.name for loop, is_in in zip(self.found, inside, strict=True) if is_in
            ),
        )

    def as_seen(self, show: Iterable[str] | None = None) -> Dominance:
        """The same dominance for the loops of a drawing that shows only some quantities.

        Loops that look alike there are put together: their scores are added, and they have the
        letter that ``find_loops`` gives in the drawing's graph. A loop that meets no shown
        quantity drops out, so that absolute shares may add up to less than 1.

        Parameters
        ----------
        show : iterable of str, optional
            The quantities of the drawing; those of the model's own view if not given.

        References
        ----------
        Schoenberg & Eberlein, "Seamlessly Integrating Loops That Matter into Model Development
        and Analysis", 2020: composite scores of simplified loops.
        """
        seen, rows = seen_loops(self.run.model, self.found, show)
        return Dominance(
            run=self.run,
            found=seen,
            parts=tuple(self.parts[own[0]] for own in rows),
            link_scores=self.link_scores,
            scores=_added(self.scores, rows),
            shares=_added(self.shares, rows),
        )

    def plot(self, *, most: int = 6, title: str = "") -> Picture:
        """The relative scores stacked over time, reinforcing above zero, balancing below.

        Parameters
        ----------
        most : int
            How many loops are drawn by themselves: those that carry most of the run. The others
            are put together as "other loops".
        title : str, optional

        Returns
        -------
        Picture
            One chart for each part of the graph in which something moves.
        """
        from flywheel_edu.causal.dominance_plot import plot_dominance

        return plot_dominance(self.found, self.parts, self.relative, most, title)

    def __str__(self) -> str:
        clock = self.run.model.clock
        span = clock.stop - clock.start
        shortest, places = 0.02 * span, max(0, math.ceil(3 - math.log10(span)))
        # A loop alone in its part always leads there: that is not worth a line beside others.
        crowd = [part for part in self.parts if self.parts.count(part) > 1]
        told = [lead for lead in self.lead(shortest) if not crowd or lead.part in crowd]
        lines = [
            f"{_named(lead.loop)} leads from {clock.unit} {round(lead.start, places):.10g} "
            f"to {round(lead.stop, places):.10g}."
            for lead in told
        ]
        if len(self.lead()) > len(self.lead(shortest)):
            lines.append(f"(Stretches shorter than {shortest:g} {clock.unit} are left out.)")
        if self.found.truncated:
            lines.append("(There are more loops than could be looked at.)")
        return "\n".join(lines) if lines else "No loop drives: nothing on a loop changes."

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _stretches(self, part: int) -> Iterator[Lead]:
        time = self.run.time
        rows = np.flatnonzero(np.asarray(self.parts) == part)
        size = np.abs(self.shares[rows])
        top = size.max(axis=0)
        # Scores that tie but for rounding go to the loop named first.
        first = np.argmax(size > top * (1 - 1e-9) - 1e-300, axis=0)
        holder = np.where(top > 0, first, -1)
        bounds = [0, *(np.flatnonzero(np.diff(holder)) + 1), len(time)]
        for start, stop in itertools.pairwise(bounds):
            if holder[start] >= 0:
                loop = self.found[int(rows[holder[start]])]
                yield Lead(float(time[start]), float(time[stop - 1]), loop, part)

    @property
    def _moments(self) -> pd.Index:
        import pandas as pd

        return pd.Index(self.run.time, name=str(self.run.model.clock.unit))

    def _frame(self, rows: np.ndarray) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(rows.T, index=self._moments, columns=[loop.name for loop in self.found])

    def _link(self, link: Link) -> Array:
        return self.link_scores.get(link, np.zeros(len(self.run.time)))


@dataclass(frozen=True)
class Lead:
    """A stretch of time through which one loop is the strongest of its part.

    Attributes
    ----------
    start, stop : float
        In the model's time unit.
    loop : Loop
    part : int
        The number of the strongly connected part, as in ``Dominance.parts``.
    """

    start: float
    stop: float
    loop: Loop
    part: int = 0


@dataclass(frozen=True)
class Moment:
    """What drives at one moment.

    Attributes
    ----------
    time : float
    links : dict of (cause, effect) to float
        Link scores.
    widths : dict of (cause, effect) to float
        For each link on a loop, from 0 to 1, the share of its part's loops that pass along it.
    shares : dict of str to float
        Relative scores by the loops' names.
    dominant : tuple of str
        The names of the loops of the smallest set with half of the whole.
    """

    time: float
    links: Mapping[Link, float]
    widths: Mapping[Link, float]
    shares: Mapping[str, float]
    dominant: tuple[str, ...]


@dataclass(frozen=True)
class KnownLoops:
    """A model's causal graph and its loops, found once for all values of the givens.

    Attributes
    ----------
    graph : networkx.DiGraph
    loops : Loops
    parts : tuple of int
        For each loop, the number of its strongly connected part.
    """

    graph: nx.DiGraph[str]
    loops: Loops
    parts: tuple[int, ...]


_KNOWN: WeakKeyDictionary[Structure, tuple[Any, KnownLoops]] = WeakKeyDictionary()


def known_loops(model: Model, most: int = 1000, seconds: float = 1.0) -> KnownLoops:
    """The loops of a model, from memory where a model of the same structure and signs was asked."""
    values = tuple(model.given_values.values())
    kept = _KNOWN.get(model.structure)
    if kept and kept[0] == (values, most):
        return kept[1]
    graph = causal_graph(model)
    # The numbers of givens without a range may decide a sign, and so a letter.
    if kept and kept[0][1] == most and dict(kept[1].graph.edges) == dict(graph.edges):
        loops, parts = kept[1].loops, kept[1].parts
    else:
        loops = find_loops(graph, most=most, seconds=seconds)
        parts = _parts(graph, loops)
    known = KnownLoops(graph, loops, parts)
    _KNOWN[model.structure] = ((values, most), known)
    return known


def seen_loops(
    model: Model, found: Loops, show: Iterable[str] | None = None
) -> tuple[Loops, list[list[int]]]:
    """The loops of a drawing that these loops look like, and for each the rows of its loops.

    Parameters
    ----------
    model : Model
    found : Loops
        Those of the whole model.
    show : iterable of str, optional
        The quantities of the drawing; those of the model's own view if not given.
    """
    shown = tuple(model.shown if show is None else show)
    drawn = {frozenset(loop.edges): loop for loop in find_loops(causal_graph(model, shown))}
    members: dict[frozenset[Link], list[int]] = {}
    for row, loop in enumerate(found):
        links = frozenset(link for link, _ in _ways(loop, shown))
        if links:
            members.setdefault(links, []).append(row)
    order = [links for links in drawn if links in members]
    order += [links for links in members if links not in drawn]
    seen = [_as_drawn(drawn.get(links), found, members[links], shown) for links in order]
    lettered_loops = lettered(seen, after=tuple(drawn.values()))
    return Loops(lettered_loops, truncated=found.truncated), [members[links] for links in order]


def _parts(graph: nx.DiGraph[str], loops: Iterable[Loop]) -> tuple[int, ...]:
    """For each loop, which strongly connected part it lies in, numbered as the loops come."""
    part_of = {
        name: part
        for part, names in enumerate(nx.strongly_connected_components(graph))
        for name in names
    }
    parts = [part_of[loop.quantities[0]] for loop in loops]
    order = {part: number for number, part in enumerate(dict.fromkeys(parts))}
    return tuple(order[part] for part in parts)


def _ways(loop: Loop, shown: Container[str] | None) -> list[tuple[Link, list[Link]]]:
    """The loop's steps between shown quantities, each with the links it consists of."""
    if shown is None:
        return [(link, [link]) for link in loop.edges]
    met = [i for i, name in enumerate(loop.quantities) if name in shown]
    ways = []
    for i, j in zip(met, [*met[1:], *met[:1]], strict=True):
        count = (j - i) % len(loop.edges) or len(loop.edges)
        way = [loop.edges[(i + k) % len(loop.edges)] for k in range(count)]
        ways.append(((loop.quantities[i], loop.quantities[j]), way))
    return ways


def _as_drawn(drawn: Loop | None, found: Loops, rows: list[int], shown: tuple[str, ...]) -> Loop:
    """The loop of the drawing that these loops look like, with a title one of them has."""
    members = [found[row] for row in rows]
    if drawn is None:
        first = members[0]
        ways = _ways(first, shown)
        signs = {loop.sign for loop in members}
        sign = signs.pop() if len(signs) == 1 else None
        drawn = Loop(tuple(link[0] for link, _ in ways), (sign, *[1] * (len(ways) - 1)))
    titled = next((loop for loop in members if loop.title), None)
    drawn = replace(drawn, title=titled.title if titled else "", doc=titled.doc if titled else "")
    return drawn


def _added(scores: Array, rows: list[list[int]]) -> Array:
    """The sums of some rows each."""
    sums = np.zeros((len(rows), scores.shape[1]))
    for number, own in enumerate(rows):
        sums[number] = scores[own].sum(axis=0)
    return sums


def _named(loop: Loop) -> str:
    return f"{loop.title} ({loop.name})" if loop.title else loop.name
