"""Sliders for a model's givens beside the curves they move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from ..charts import chart, panels
from ..errors import ModelError
from ..model import Model
from ..simulate import Run, simulate
from ._explorer import Stage, explored
from ._static import module, style
from .still import Still

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


class Explorer(Still, anywidget.AnyWidget):
    """Play with a model: its givens with ranges are sliders, its curves follow them at once.

    The model runs in the browser, printed from its own equations; Python learns of every change.
    In code, ``explorer.set(margin=0.3)`` does what a slider does, ``explorer.pin("dear")`` what
    the button does, and ``explorer.compare()`` gives the pinned scenarios as a table.

    Parameters
    ----------
    model : Model
    *shown : str
        The quantities to draw, at most six; the first stocks if none is named.
    sliders : iterable of str, optional
        Which givens to show, in this order; every given with a range if not named.
    data : mapping of str to series, optional
        Measured points to draw beside the curves: for a shown quantity a pandas Series indexed by
        time, a mapping from time to value, or the name of a data series of the model.
    stages : iterable of Stage, optional
        Steps that unlock one after the other, each with a task and the sliders it frees.

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
    >>> explorer.compare().index.tolist()
    ['as it began', 'now']
    """

    _esm = module("explorer.js")
    _css = style("curves.css", "explorer.css")

    # Written by Python: the edition, the model's program, sliders, stages, and where things stand.
    given = traitlets.Dict().tag(sync=True)
    # Written by the browser: where things stand, "of" which edition.
    played = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        model: Model,
        *shown: str,
        sliders: Iterable[str] | None = None,
        data: Mapping[str, Any] | None = None,
        stages: Iterable[Stage] = (),
    ) -> None:
        self._model = model
        super().__init__(given={"edition": 1, **explored(model, shown, sliders, data, stages)})

    @property
    def values(self) -> dict[str, float]:
        """The givens that were moved, by name, each in its own unit."""
        return {name: float(value) for name, value in self._now()["values"].items()}

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

    def set(self, **values: float) -> None:
        """Move sliders.

        Raises
        ------
        ModelError
            If a name is not a given, or a value lies outside its range.
        """
        self._model.change(**values)
        self._give(values={**self.values, **values})

    def reset(self) -> None:
        """Put every slider back to where it began."""
        self._give(values={})

    def pin(self, name: str = "") -> None:
        """Keep the curves as they stand, to compare with."""
        pins = self._now()["pins"]
        name = name or f"scenario {len(pins) + 1}"
        self._give(pins=[*pins, {"name": name, "values": self.values}])

    def unlock(self, stages: int = 1) -> None:
        """Go on by so many stages.

        Raises
        ------
        ModelError
            If the explorer has no stages.
        """
        last = len(self.given["stages"]) - 1
        if last < 0:
            raise ModelError(
                "this explorer has no stages", hint="give it some: Explorer(model, stages=[...])"
            )
        self._give(stage=min(last, self._now()["stage"] + stages))

    def compare(self, time: float | None = None) -> pd.DataFrame:
        """The shown quantities in each pinned scenario and now, at one time.

        Parameters
        ----------
        time : float, optional
            In the model's time unit; the end of the run if not given.

        Returns
        -------
        DataFrame
            One row for each scenario, one column for each shown quantity.
        """
        import numpy as np
        import pandas as pd

        rows = {}
        for name, model in {**self.pins, "now": self.model}.items():
            run = simulate(model)
            at = run.time[-1] if time is None else time
            rows[name] = {each: float(np.interp(at, run.time, run[each])) for each in self._shown()}
        return pd.DataFrame(rows).T

    def words(self) -> str:
        """What is shown: the chart in words, and the sliders that were moved."""
        moved = ", ".join(
            f"{self._model[name].label} at {value:g}" for name, value in self.values.items()
        )
        return f"{self._charts()[0].picture().alt} {f'Moved: {moved}.' if moved else ''}".strip()

    def picture(self) -> Figure:
        """The curves as they stand, with the pinned ones and the measured points."""
        figure: Figure = self._charts()[0].picture().figure
        return figure

    def _shown(self) -> list[str]:
        return [*self.given["shown"], *self._now()["extra"]]

    def _charts(self) -> tuple[Any, ...]:
        run, shown = self.run, self._shown()
        units = list(dict.fromkeys(str(self._model[name].unit) for name in shown))
        across = str(self._model.clock.unit)
        title = self.given["title"]
        pages: tuple[Any, ...]
        if len(units) == 1:
            pages = (chart(title, across=across),)
        else:
            pages = panels([title, *[""] * (len(units) - 1)], across=across)
        old = {name: simulate(model) for name, model in self.pins.items()}
        for page, unit in zip(pages, units, strict=True):
            for name in (each for each in shown if str(self._model[each].unit) == unit):
                label = self._model[name].label
                page.line(run.time, run[name], label, unit=unit)
                for pin, before in old.items():
                    page.line(before.time, before[name], f"{label}, {pin}", unit=unit)
                if name in self.given["data"]:
                    points = self.given["data"][name]
                    times, values = zip(*points["points"], strict=True)
                    page.points(times, values, points["label"], unit=unit)
        return pages

    def _now(self) -> dict[str, Any]:
        """Where things stand: the browser's word if it began from Python's present edition."""
        by_browser = self.played
        return by_browser if by_browser.get("of") == self.given["edition"] else self.given

    def _give(self, **changes: Any) -> None:
        now = self._now()
        standing = {key: now[key] for key in ("values", "pins", "log", "table", "stage", "extra")}
        edition = self.given["edition"] + 1
        self.given = {**self.given, **standing, **changes, "edition": edition}
