"""Sliders for a model's givens beside the curves they move."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import traitlets

from flywheel_edu.charts.amounts import amount, moment
from flywheel_edu.charts.charts import Chart, panels
from flywheel_edu.charts.lettering import broken
from flywheel_edu.errors import ModelError
from flywheel_edu.later import pd
from flywheel_edu.model import Model, need_model
from flywheel_edu.simulate import Run, simulate
from flywheel_edu.widgets.explorer.core import (
    LOOK,
    VIEW,
    Stage,
    check_shown,
    explored,
    opening,
    read_setting,
)
from flywheel_edu.widgets.explorer.small import PAGE, draw_small, height, told
from flywheel_edu.widgets.shared.module import module, style
from flywheel_edu.widgets.shared.sheet import SIZE
from flywheel_edu.widgets.shared.standing import Standing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TITLE, _LINES = 340.0, 3  # of a title: points a line, in the letters of a sheet; lines


class Explorer(Standing):
    """Play with a model: its givens with ranges are sliders, its curves follow them at once.

    The model runs in the browser, printed from its own equations; Python learns of every change.
    In code, ``explorer.set(margin=0.3)`` does what a slider does, ``explorer.pin("dear")`` what
    the button does, and ``explorer.compare()`` gives the pinned scenarios as a table.

    Small graphs show every quantity of the model at once, so that one sees how far a slider
    reaches. They come with the button, with ``small_graphs=True``, or later with
    ``explorer.small_graphs = True``. Choosing one shows it large, and again takes it away, as
    ``explorer.show("experience")`` and ``explorer.hide("experience")`` do. The numbers behind them
    are ``explorer.run.table()``.

    Parameters
    ----------
    model : Model
    *shown : str
        The quantities to draw, at most six; the first stocks if none is named. A list's name, as
        in ``for club in Red, Blue:``, stands for the sum of all.
    sliders : iterable of str, optional
        Which givens to show, in this order; every given with a range if not named.
    data : mapping of str to series, optional
        Measured points to draw beside the curves: for a shown quantity a pandas Series indexed by
        time, a mapping from time to value, or the name of a data series of the model.
    stages : iterable of Stage, optional
        Steps that unlock one after the other, each with a task and the sliders it frees.
    small_graphs : bool
        Whether to begin with a small graph of every quantity below the large ones.

    Raises
    ------
    ModelError
        If something is to be shown or moved that the model does not have.

    Examples
    --------
    >>> from flywheel_edu import load
    >>> explorer = Explorer(load("napkin"), "traffic", sliders=["margin", "push"])
    >>> explorer.pin("as it began")
    >>> explorer.set(margin=0.3)
    >>> explorer.values
    {'margin': 0.3}

    ``values`` is a trait: ``explorer.observe(...)`` hears of every move, and two explorers that are
    linked have one slider.

    >>> other = Explorer(load("napkin"), "experience", sliders=["margin"])
    >>> bond = traitlets.link((explorer, "values"), (other, "values"))
    >>> other.set(margin=0.2)
    >>> explorer.values
    {'margin': 0.2}
    >>> explorer.compare().index.tolist()
    ['as it began', 'now']
    >>> explorer.small_graphs = True
    >>> explorer.show("experience")
    >>> explorer.shown
    ('traffic', 'experience')
    """

    _esm, _css = module(VIEW), style(*LOOK)

    # Written by the browser: where things stand, "of" which edition.
    played = traitlets.Dict().tag(sync=True)
    # Of the givens that were moved, each in its own unit: what both of them say, to be observed.
    values = traitlets.Dict()
    _browser_writes = "played"
    _parts = ("values", "pins", "log", "table", "small", "stage", "tried", "extra")

    def __init__(
        self,
        model: Model,
        *shown: str,
        sliders: str | Iterable[str] | None = None,
        data: Mapping[str, Any] | None = None,
        stages: Iterable[Stage] = (),
        small_graphs: bool = False,
    ) -> None:
        need_model(model, "Explorer shows")
        self._model, shown = opening(model, shown)
        super().__init__(**explored(self._model, shown, sliders, data, stages, small_graphs))

    @classmethod
    def read(
        cls, path: str | os.PathLike[str], model: Model, *, data: Mapping[str, Any] | None = None
    ) -> Explorer:
        """An explorer from a file, so that the cell that asks for it holds no stages.

        ::

            shows = ["customers", "cash"]       # the quantities to draw
            sliders = ["margin", "push"]

            [[stages]]                          # one after another; none is needed
            title = "The push"
            task = "How much does it need?"
            sliders = ["push"]

        Raises
        ------
        ModelError
            The file is not whole, or names what the model does not have.
        """
        told = read_setting(path)
        return cls(model, *told.pop("shows"), data=data, **told)

    @traitlets.observe("given", "played")
    def _moved_here_or_there(self, _: object) -> None:
        self.values = self._now()["values"]

    @traitlets.validate("values")
    def _possible(self, proposal: Mapping[str, Any]) -> dict[str, float]:
        values = proposal["value"]
        changed = self._model.change(**values)
        return {name: changed.given_values[name] for name in values}

    @traitlets.observe("values")
    def _moved_by_code(self, _: object) -> None:
        if self.values != self._now()["values"]:
            self._give(values=self.values)

    @property
    def model(self) -> Model:
        """The model with the numbers of the sliders as they stand."""
        return self._model.change(**self.values)

    @property
    def run(self) -> Run:
        """The run that is shown."""
        return simulate(self.model)

    @property
    def pins(self) -> dict[str, Model]:
        """The pinned scenarios, by name."""
        return {pin["name"]: self._model.change(**pin["values"]) for pin in self._now()["pins"]}

    @property
    def shown(self) -> tuple[str, ...]:
        """The quantities that are drawn large: those it began with, then those called up."""
        return (*self.given["shown"], *self._now()["extra"])

    @property
    def small_graphs(self) -> bool:
        """Whether a small graph of every quantity is shown; may be set."""
        return bool(self._now()["small"])

    @small_graphs.setter
    def small_graphs(self, wanted: bool) -> None:
        self._give(small=bool(wanted))

    def show(self, *names: str) -> None:
        """Draw more quantities large; a `ModelError` says which is none that changes."""
        check_shown(self._model, names)
        more = [name for name in dict.fromkeys(names) if name not in self.shown]
        self._give(extra=[*self._now()["extra"], *more])

    def hide(self, *names: str) -> None:
        """Take away quantities that were called up; those it began with stay.

        A `ModelError` says which was not called up.
        """
        extra = self._now()["extra"]
        for name in names:
            if name not in extra:
                raise ModelError(
                    f"'{name}' was not called up, so it cannot be taken away",
                    hint=f"called up are: {', '.join(extra)}" if extra else "nothing was",
                )
        self._give(extra=[name for name in extra if name not in names])

    def set(self, **values: float) -> None:
        """Move sliders; a `ModelError` says which is no given, or is moved out of its range."""
        self.values = {**self.values, **values}

    def reset(self) -> None:
        """Put every slider back to where it began."""
        self.values = {}

    def pin(self, name: str = "") -> None:
        """Keep the curves as they stand, to compare with."""
        pins = self._now()["pins"]
        name = name or f"scenario {len(pins) + 1}"
        self._give(pins=[*pins, {"name": name, "values": self.values}])

    def unlock(self, stages: int = 1) -> None:
        """Go on by so many stages; a `ModelError` if the explorer has none."""
        last = len(self.given["stages"]) - 1
        if last < 0:
            raise ModelError(
                "this explorer has no stages", hint="give it some: Explorer(model, stages=[...])"
            )
        self._give(stage=min(last, self._now()["stage"] + stages), tried=False)

    def compare(self, time: float | None = None) -> pd.DataFrame:
        """The shown quantities, a column each, in each pinned scenario and now, a row each.

        They are taken at a time in the model's unit, at the end of the run if none is given.
        """
        import numpy as np

        rows = {}
        for name, model in {**self.pins, "now": self.model}.items():
            run = simulate(model)
            at = run.time[-1] if time is None else time
            rows[name] = {each: float(np.interp(at, run.time, run[each])) for each in self.shown}
        return pd.DataFrame(rows, index=list(self.shown)).T

    def words(self) -> str:
        """What is shown: the charts in words, the small graphs, and the sliders that were moved."""
        said = [self._charts()[0].picture().alt.replace("\n", " ")]
        if self.small_graphs:
            said.append(told(self.model, self.run))
        if self.values:
            moved = (
                f"{self._model[name].label} at {_told(self._model, name, each)}"
                for name, each in self.values.items()
            )
            said.append(f"Moved: {', '.join(moved)}.")
        return " ".join(said)

    def picture(self) -> Figure:
        """The curves as they stand, with the pinned ones, the measured points, the small graphs."""
        if not self.small_graphs:
            figure: Figure = self._charts()[0].picture().figure
            return figure
        from matplotlib.figure import Figure as Sheet
        from matplotlib.layout_engine import ConstrainedLayoutEngine

        many = len(self._units())
        heights = (3.2 if many == 1 else 2.0 * many, height(self._model) / 72)  # inches
        layout = ConstrainedLayoutEngine(w_pad=0.09, h_pad=0.08)
        sheet = Sheet(figsize=(PAGE / 72, sum(heights)), layout=layout, facecolor="white")
        above, below = sheet.subfigures(2, 1, squeeze=False, height_ratios=heights)[:, 0]
        for page in self._charts(above.subplots(many, sharex=True, squeeze=False)[:, 0]):
            page.label_ends()
        numbers = {name: number for number, name in enumerate(self.shown)}
        pinned = [simulate(model) for model in self.pins.values()]
        draw_small(below, self.model, self.run, pinned, numbers)
        return sheet

    def _units(self) -> list[str]:
        return list(dict.fromkeys(str(self._model[name].unit) for name in self.shown))

    def _charts(self, axes: Sequence[Axes] = ()) -> tuple[Chart, ...]:
        """A chart for each unit, on these axes or on a page of their own."""
        run, units = self.run, self._units()
        across = str(self._model.clock.unit)
        lines = broken(self.given["title"], SIZE, _TITLE, bold=True)
        more = "…" if len(lines) > _LINES else ""
        titles = ["\n".join(lines[:_LINES]) + more, *[""] * (len(units) - 1)]
        pages = panels(titles, across=across, axes=axes)
        old = {name: simulate(model) for name, model in self.pins.items()}
        for page, unit in zip(pages, units, strict=True):
            for name in (each for each in self.shown if str(self._model[each].unit) == unit):
                label = self._model[name].label
                order = self.shown.index(name)
                page.line(run.time, run[name], label, unit, order)
                for pin, before in old.items():
                    page.line(before.time, before[name], f"{label}, {pin}", unit, order, quiet=True)
                if name in self.given["data"]:
                    points = self.given["data"][name]
                    times, values = zip(*points["points"], strict=True)
                    page.points(times, values, points["label"], unit, order)
        return pages


def _told(model: Model, name: str, value: float) -> str:
    """A given in words; a moment, such as the year 2005, without the mark of thousands."""
    return moment(value) if model[name].unit == model.clock.unit else amount(value)
