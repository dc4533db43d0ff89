"""Which loop drives, when: the loop scores of a run, and what they add up to."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from flywheel_edu.asking import answers
from flywheel_edu.causal.dominance_plot import plot_dominance
from flywheel_edu.causal.graph import (
    Link,
    alike_in_lists,
    causal_graph,
    inside_a_delay,
    known_loops,
    parts_of,
    seen_loops,
)
from flywheel_edu.causal.loops import Loop, Loops, in_words, listed, ways
from flywheel_edu.causal.scores import (
    Array,
    dominant_sets,
    link_scores,
    loop_scores,
    relative_scores,
)
from flywheel_edu.causal.strongest import strongest_loops
from flywheel_edu.errors import FlywheelError, need
from flywheel_edu.later import pd
from flywheel_edu.simulate import Run
from flywheel_edu.words import Several, Told


def dominance(run: Run, *, most: int = 1000, seconds: float = 1.0) -> Dominance:
    """How strongly each loop drove a run at each moment: the Loops That Matter method.

    Parameters
    ----------
    run : Run
    most, seconds
        The budget for finding loops, as in ``find_loops``. Where it does not suffice, the loops
        that are strongest at some moment of this run are looked for and added.

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
    >>> from flywheel_edu.flywheels import load
    >>> from flywheel_edu.simulate import simulate
    >>> print(dominance(simulate(load("bass"))))
    Word of mouth (R1) leads from year 0.01 to 7.14.
    Saturation (B1) leads from year 7.15 to 15.
    """
    need(Run, "dominance looks at a Run", run, "make one with simulate(model)")
    known = known_loops(run.model, most, seconds)
    links = link_scores(run.model, {**run, "time": run.time})
    found, parts = known.loops, known.parts
    if found.truncated:
        found = strongest_loops(known.graph, links, found)
        parts = parts_of(known.graph, found)
    scores = loop_scores(found, links, run.time.shape)
    return Dominance(run, found, parts, links, scores, relative_scores(scores, parts))


@answers
@dataclass(frozen=True, eq=False, repr=False)
class Dominance(Told):
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

    @cached_property
    def told(self) -> Dominance:
        """The same for the loops that people drew: those of the model's own view.

        Loops that look alike there are added up under their author's name or their letter. All
        others are left out: those that are not drawn, and what goes on inside one ``smooth``,
        ``delay`` or ``pipeline``, which is no loop of the business.
        """
        model = self.run.model
        shown = set(model.shown)
        rows = [
            row
            for row, loop in enumerate(self.found)
            if loop.title or (len(ways(loop, shown)) > 1 and not inside_a_delay(loop, model))
        ]
        return self._grouped(rows, None)

    def lead(self, shortest: float = 0.0, *, each: bool = False) -> Several[Lead]:
        """Who leads when: the strongest loop of each part, stretch by stretch.

        Parameters
        ----------
        shortest : float
            Leave out stretches shorter than this, in the model's time unit.
        each : bool
            Whether every loop of the equations stands for itself. If not, loops that look alike
            in the model's own view stand together, and what goes on inside one delay does not lead.

        Examples
        --------
        ``dominance(run).lead()[0].loop.story`` tells what the first leading loop does.
        """
        whose = self if each else self.told
        loops, shares, parts = whose.found, whose.shares, whose.parts
        if not each:
            loops, shares, parts = self._by_themselves
        leads: list[Lead] = []
        for part in dict.fromkeys(parts):
            rows = [row for row, own in enumerate(parts) if own == part]
            stretches: list[Lead] = []
            for start, stop, place, sign in _stretches(shares[rows]):
                row, moments = rows[place], self.run.time
                drawn = row < len(whose.found)
                lead = Lead(
                    float(moments[start]), float(moments[stop]), loops[row], part, sign, drawn
                )
                same = stretches and _same_leader(stretches[-1], lead)
                long = lead.stop - lead.start >= shortest
                near = stretches and lead.start - stretches[-1].stop <= max(
                    shortest, lead.start - moments[start - 1]
                )
                if same and near:
                    stretches[-1] = replace(stretches[-1], stop=lead.stop)
                elif long:
                    stretches.append(lead)
            leads += stretches
        return Several(leads)

    @cached_property
    def _by_themselves(self) -> tuple[Loops, Array, tuple[int, ...]]:
        """What people drew, and each loop that they did not; their shares, and their parts."""
        model, told = self.run.model, self.told
        shown = set(model.shown)
        others = [
            row
            for row, loop in enumerate(self.found)
            if not (loop.title or len(ways(loop, shown)) > 1 or inside_a_delay(loop, model))
        ]
        undrawn = Loops([self.found[row] for row in others])
        seen, groups = alike_in_lists(model, undrawn)
        rows = [[others[row] for row in own] for own in groups]
        return (
            Loops([*told.found, *seen]),
            np.concatenate([told.shares, self._shared(rows)]),
            (*told.parts, *(self.parts[own[0]] for own in rows)),
        )

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
        scores, still = self.link_scores, np.zeros(len(moments))
        shown = None if show is None else tuple(show)
        drawn = causal_graph(self.run.model, shown).edges
        links: dict[Link, float] = {}
        widths: dict[Link, float] = {}
        if shown is None:
            links = {link: float(score[row]) for link, score in self.link_scores.items()}
        for loop, share in zip(self.found, self.shares[:, row], strict=True):
            for link, way in ways(loop, shown):
                if link not in drawn:
                    continue  # what a delay does to itself is not drawn
                widths[link] = widths.get(link, 0.0) + abs(float(share))
                if shown is not None:
                    score = float(np.prod([scores.get(step, still)[row] for step in way]))
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
        return self._grouped(range(len(self.found)), show)

    def _grouped(self, among: Sequence[int], show: Iterable[str] | None) -> Dominance:
        chosen = Loops([self.found[row] for row in among], truncated=self.found.truncated)
        seen, groups = seen_loops(self.run.model, chosen, show, whole=self.found)
        rows = [[among[row] for row in own] for own in groups]
        return Dominance(
            run=self.run,
            found=seen,
            parts=tuple(self.parts[own[0]] for own in rows),
            link_scores=self.link_scores,
            scores=_added(self.scores, rows),
            shares=self._shared(rows),
        )

    def _shared(self, rows: list[list[int]]) -> Array:
        """Shares that are added up; their mean, where those of a list have a part each."""
        apart = [len({self.parts[row] for row in own}) for own in rows]
        means: Array = _added(self.shares, rows) / np.array(apart)[:, None]
        return means

    def plot(self, *, most: int = 6, title: str = "", ax: Any = None) -> Any:
        """The relative scores stacked over time, reinforcing above zero, balancing below.

        Parameters
        ----------
        most : int
            How many loops are drawn by themselves: those that lead longest, then those that carry
            most of the run. The others are put together.
        title : str, optional
        ax : matplotlib Axes, optional
            Where to draw the first part.

        Returns
        -------
        Picture, or the Axes if ``ax`` was given
            One chart for each part of the graph in which something moves.
        """
        loops, shares, parts = self._by_themselves
        # What stands by itself leaves a rest, above and below zero, in each part.
        rest = {
            part: [
                np.clip(self.shares[np.equal(self.parts, part)], *ends).sum(axis=0)
                - np.clip(shares[np.equal(parts, part)], *ends).sum(axis=0)
                for ends in ((0, None), (None, 0))
            ]
            for part in set(parts)
        }
        led = np.zeros(len(loops))
        for lead in self.lead():
            led[loops.index(lead.loop)] += lead.stop - lead.start
        return plot_dominance(loops, parts, shares, self._moments, led, rest, most, title, ax)

    def __str__(self) -> str:
        clock, told = self.run.model.clock, self.told
        span = clock.stop - clock.start
        shortest, places = 0.02 * span, max(0, math.ceil(3 - math.log10(span)))
        # A loop alone in its part always leads there: that is not worth a line beside others.
        crowd = [part for part in self.parts if self.parts.count(part) > 1]
        leads = [lead for lead in self.lead(shortest) if not crowd or lead.part in crowd]
        apart = len({lead.part for lead in leads}) > 1
        lines: list[str] = []
        known: set[str] = set()
        for before, lead in zip([None, *leads], leads, strict=False):
            if apart and (before is None or before.part != lead.part):
                lines.append(f"Apart from the rest, where {_members(told, lead.part)} are:")
            start, stop = (f"{round(at, places):.10g}" for at in (lead.start, lead.stop))
            when = f"from {clock.unit} {start} to {stop}."
            sign = f", {_KINDS[lead.sign]} in this run," if lead.loop.sign is None else ""
            name = _named(lead.loop, again=lead.loop.name in known)
            unseen = "" if lead.drawn else ", which is not drawn,"
            lines.append(f"{name}{sign}{unseen} leads {when}")
            known.add(lead.loop.name)
        if len(self.lead()) > len(self.lead(shortest)):
            lines.append(f"(Stretches shorter than {shortest:g} {clock.unit} are left out.)")
        if self.found.truncated:
            lines.append("(There are more loops than could be looked at.)")
        return "\n".join(lines) if lines else "No loop drives: nothing on a loop changes."

    @property
    def _moments(self) -> pd.Index:
        return pd.Index(self.run.time, name=str(self.run.model.clock.unit))

    def _frame(self, rows: np.ndarray) -> pd.DataFrame:
        return pd.DataFrame(rows.T, index=self._moments, columns=[loop.name for loop in self.found])


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
    sign : 1 or -1
        Whether it reinforced or resisted change in this stretch of this run. Loops that the
        equations leave open have a sign here too.
    drawn : bool
        Whether it is a loop of the model's own view.
    """

    start: float
    stop: float
    loop: Loop
    part: int = 0
    sign: int = 1
    drawn: bool = True

    def __str__(self) -> str:
        return f"{self.start:.6g} to {self.stop:.6g}: {self.loop.label}"


@dataclass(frozen=True, repr=False)
class Moment(Told):
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

    def __str__(self) -> str:
        told = [f"{name} {self.shares[name]:+.0%}" for name in self.dominant]
        return f"at {self.time:g} half of what happens is {', '.join(told) or 'nothing'}"


def _added(scores: Array, rows: list[list[int]]) -> Array:
    sums = np.zeros((len(rows), scores.shape[1]))
    for number, own in enumerate(rows):
        sums[number] = scores[own].sum(axis=0)
    return sums


def _stretches(shares: Array) -> Iterator[tuple[int, int, int, int]]:
    """Where one row is the strongest: the first and last moment, the row and its sign."""
    size = np.abs(shares)
    top = size.max(axis=0)
    # Scores that tie but for rounding go to the loop named first.
    first = np.argmax(size > top * (1 - 1e-9) - 1e-300, axis=0)
    holder = np.where(top > 0, first, -1)
    # Within a run the sign of a loop is known, also where the equations leave it open.
    signs = np.sign(np.take_along_axis(shares, first[None], axis=0)[0])
    changed = (np.diff(holder) != 0) | (np.diff(signs) != 0)
    bounds = [0, *(np.flatnonzero(changed) + 1), len(holder)]
    for start, stop in itertools.pairwise(bounds):
        if holder[start] >= 0:
            yield int(start), int(stop - 1), int(holder[start]), int(signs[start])


def _same_leader(one: Lead, other: Lead) -> bool:
    return one.loop == other.loop and (one.sign == other.sign or one.loop.sign is not None)


def _members(told: Dominance, part: int) -> str:
    """A few quantities by which a part of a model is known."""
    loops = [loop for loop, own in zip(told.found, told.parts, strict=True) if own == part]
    names = list(dict.fromkeys(name for loop in loops for name in loop.quantities))
    return listed([in_words(name) for name in names[:4]])


_KINDS = {1: "R", -1: "B"}


def _named(loop: Loop, again: bool) -> str:
    name = f"{loop.name} ×{loop.count}" if loop.count > 1 else loop.name
    if loop.title:
        return f"{loop.title} ({name})"
    return loop.name if again else f"{name} ({loop.way})"
