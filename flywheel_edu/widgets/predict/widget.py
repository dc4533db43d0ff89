"""Draw the curve you expect; only then is the run shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from flywheel_edu.charts.charts import chart
from flywheel_edu.errors import FlywheelError
from flywheel_edu.later import pd
from flywheel_edu.model import Model, need_model
from flywheel_edu.simulate import simulate
from flywheel_edu.widgets.explorer.core import check_shown
from flywheel_edu.widgets.predict.core import (
    NOT_YET,
    Verdict,
    drawing_from_browser,
    predicted,
    read_drawing,
    verdict_on,
)
from flywheel_edu.widgets.shared.module import module, style
from flywheel_edu.widgets.shared.standing import Standing

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Predict(Standing):
    """Ask for a guess before the answer: draw a curve, then see the run over it.

    The curve is drawn with the mouse, a finger, the arrow keys, or in code with
    ``predict.draw([...])``. Then the run is shown, the difference is measured and its likely
    cause named. What was drawn stays with the widget.

    Parameters
    ----------
    model : Model
    name : str
        The quantity whose course is to be predicted.
    **change : float
        New numbers for givens, each in its own unit: what happens *if*? The run without the change
        is then shown from the beginning, for comparison.

    Raises
    ------
    ModelError
        If the model has no such quantity, or it cannot change.
    SimulationError
        If the model does not run.

    Examples
    --------
    >>> from flywheel_edu import Model
    >>> savings = Model.parse('''time year from 0 to 40 step 0.25
    ... stock savings [USD] = 100
    ...     + interest
    ... interest [USD/year] = savings * rate
    ... given rate [1/year] = 0.07 in 0 .. 0.2
    ... ''')
    >>> predict = Predict(savings, "savings")
    >>> predict.verdict.title
    'Nothing is drawn yet'
    >>> predict.draw([100, 380])
    A straight line for compounding. You added the same each year. Here each step makes the next \
one larger: growth on growth.
    On average your curve is 20 % of the run's range away, most at year 40.
    """

    _esm = module("predict/view.js")
    _css = style("shared/curves.css", "predict/view.css")

    # Written by the browser: drawn, shown and tries, "of" which edition.
    drew = traitlets.Dict().tag(sync=True)
    _browser_writes, _parts = "drew", ("drawn", "shown", "tries")

    def __init__(self, model: Model, name: str, /, **change: float) -> None:
        need_model(model, "Predict asks about")
        self._name = name = model.called(name)
        check_shown(model, (name,), "predict")
        self._run = simulate(model.change(**change))
        self._before = simulate(model) if change else self._run
        super().__init__(**predicted(model, name, change, self._run, self._before))

    @property
    def drawn(self) -> list[tuple[float, float]]:
        """The prediction as pairs of time and value; empty until it reaches the end of the run."""
        return [(time, value) for time, value in self._drawing()]

    @property
    def tries(self) -> int:
        """How often the run has been shown."""
        now = self._now()
        return len(now["tries"]) + bool(now["shown"])

    @property
    def verdict(self) -> Verdict:
        """What sets the prediction and the run apart; that of the last drawing, if shown."""
        drawing = self._drawing()
        if not (self._now()["shown"] and drawing):
            return NOT_YET
        return verdict_on(drawing, self.given, self._run)

    def draw(self, drawing: Any) -> Verdict:
        """Predict in code, and see the run.

        Values are spread evenly from the start of the run to its end, or stand at given times, in a
        mapping from time to value; between them the line is straight. A `ModelError` says that
        there are too few, or that they do not reach the end of the run.
        """
        given = self.given
        points = read_drawing(drawing, given["start"], given["stop"], given["first"])
        now = self._now()
        tries = [*now["tries"], *([now["drawn"]] if now["shown"] else [])]
        self._give(drawn=points, shown=True, tries=tries)
        return self.verdict

    def table(self) -> pd.DataFrame:
        """The prediction beside the run, at the moments of the run.

        A `FlywheelError` says that nothing is drawn yet, so that the run is still hidden.
        """
        import numpy as np

        if self.verdict is NOT_YET:
            raise FlywheelError(
                "the run is hidden until you have drawn what you expect\n"
                "  hint: draw it, or write predict.draw([...])"
            )
        times, values = zip(*self._drawing(), strict=True)
        return pd.DataFrame(
            {"predicted": np.interp(self._run.time, times, values), "run": self._run[self._name]},
            index=pd.Index(self._run.time, name=self.given["across"]),
        )

    def words(self) -> str:
        """The question, and the verdict once there is one."""
        if self.verdict is NOT_YET:
            return f"{self.given['question']} Draw what you expect, then see the run."
        return f"{self.given['question']} {self.verdict.text}"

    def picture(self) -> Figure:
        """The chart as it stands: empty, or with the prediction and the run."""
        given = self.given
        page = chart(given["question"], across=given["across"])
        start, stop, unit = given["start"], given["stop"], given["unit"]
        if given["change"]:
            before = self._before
            page.line(before.time, before[self._name], "as it is", unit=unit, quiet=True)
        drawing = self._drawing()
        if drawing:
            times, values = zip(*drawing, strict=True)
            page.line(times, values, "your prediction", unit=unit, order=1)
        if drawing and self._now()["shown"]:
            page.line(self._run.time, self._run[self._name], "the run", unit=unit, order=0)
        else:
            page.points([start], [given["first"]], "the start", unit=unit)
            page.axes.set_xlim(start, stop)
        figure = page.picture().figure
        if not self._now()["shown"]:
            page.axes.set_ylim(*given["axis"])
        return figure

    def _drawing(self) -> list[list[float]]:
        return drawing_from_browser(self._now()["drawn"], self.given["start"], self.given["stop"])
