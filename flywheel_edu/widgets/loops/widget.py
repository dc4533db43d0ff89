"""A model's causal-loop diagram, played at the strengths of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from flywheel_edu.errors import ModelError, closest
from flywheel_edu.model import Model
from flywheel_edu.simulate import Run, simulate
from flywheel_edu.widgets.loops.core import at_time, played, shown, what_comes_round
from flywheel_edu.widgets.shared.module import module, style
from flywheel_edu.widgets.shared.standing import Standing

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Loops(Standing):
    """The loops of a model, to be played: nudge a quantity and watch the push come round.

    Arrows are as wide as what they carry at a moment of the run; a slider moves the moment, and
    the loop that leads is lit. In code, ``loops.at(24)`` moves the slider,
    ``loops.nudge("traffic")`` says what comes back, ``loops.reveal(2)`` shows the first two loops.

    Parameters
    ----------
    model_or_run : Model or Run
        A run of your own, or a model, which is then run as it is.

    Raises
    ------
    ModelError
        If the model has no feedback loop.

    Examples
    --------
    >>> from flywheel_edu import load
    >>> loops = Loops(load("bass"))
    >>> loops.at(3)
    >>> print(loops.nudge("adopters"))
    year 3: adopters up.
    Word of mouth (R1): comes back the same way, with 93% of all that goes round.
    Saturation (B1): comes back reversed, with 6% of all that goes round.
    B2: comes back reversed, with 1% of all that goes round.
    """

    _esm = module("loops/view.js")
    _css = style("canvas/view.css", "loops/view.css")

    # Written by the browser: at, loop and revealed, "of" which edition.
    turned = traitlets.Dict().tag(sync=True)
    _browser_writes, _parts = "turned", ("at", "loop", "revealed")

    def __init__(self, model_or_run: Model | Run) -> None:
        run = model_or_run if isinstance(model_or_run, Run) else simulate(model_or_run)
        self._play = played(run)
        super().__init__(**shown(self._play))

    @property
    def time(self) -> float:
        """The moment shown, in the model's time unit."""
        return float(self._moment()["time"])

    @property
    def leading(self) -> str:
        """The letter of the listed loop that carries most at this moment; empty if none moves."""
        shares = self._moment()["shares"]
        most = max(range(len(shares)), key=lambda i: abs(shares[i]))
        return str(self.given["loops"][most]["name"]) if shares[most] else ""

    def at(self, time: float) -> None:
        """Move the slider to the moment nearest to a time.

        A `ModelError` says that the run was never there.
        """
        self._give(at=at_time(self._play, time))

    def light(self, loop: str = "") -> None:
        """Light one loop, by letter or title; the one that leads if none is named.

        A `ModelError` says that no listed loop is called so.
        """
        named = {
            each: told["name"]
            for told in self.given["loops"]
            for each in (told["name"], told["title"])
            if each
        }
        if loop and loop not in named:
            raise ModelError(
                f"no listed loop is called '{loop}'",
                hint=closest(loop, named) or f"there are: {', '.join(named)}",
            )
        self._give(loop=named.get(loop, ""))

    def reveal(self, loops: int = 0) -> None:
        """Show the first so many loops only; all of them at once if 0."""
        self._give(revealed=max(0, min(loops, len(self.given["loops"]))))

    def nudge(self, name: str, push: int = 1) -> str:
        """What comes back, loop by loop, when a quantity is pushed at this moment, 1 up or -1 down.

        A `ModelError` says that the drawing has no such quantity.
        """
        return what_comes_round(self._play, name, push, self._moment(), self.given["moments"])

    def words(self) -> str:
        """The loops with their stories, and who leads at this moment."""
        given, leading = self.given, self.leading
        told = [
            f"{loop['title']} ({loop['name']}): {loop['story']}"
            if loop["title"]
            else f"{loop['name']}: {loop['story']}"
            for loop in given["loops"]
        ]
        lead = f"{leading} leads." if leading else "Nothing moves."
        now = f"At {given['across']} {self._moment()['label']}: {lead}"
        return "\n".join([f"Loops of {given['title']}", now, *told])

    def picture(self) -> Figure:
        """The diagram, its arrows as wide as what they carry at this moment."""
        from flywheel_edu.drawing import draw

        model = self._play.run.model
        moment = self._play.whole.at(self.time, model.shown)
        chosen = self._now()["loop"] or None
        return draw(model, widths=moment.widths, highlight=chosen).figure

    def _moment(self) -> dict[str, Any]:
        moments: list[dict[str, Any]] = self.given["moments"]
        return moments[min(len(moments) - 1, max(0, int(self._now()["at"])))]
