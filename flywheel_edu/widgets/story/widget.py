"""A model unfolded piece by piece, with a sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import traitlets

from flywheel_edu.errors import ModelError
from flywheel_edu.model import Model, need_model
from flywheel_edu.simulate import simulate
from flywheel_edu.widgets.shared.module import module, style
from flywheel_edu.widgets.shared.standing import Standing
from flywheel_edu.widgets.story.core import Step, loop_by_loop, read_steps, seen_at, told

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Story(Standing):
    """Tell a model step by step: each step adds quantities, their arrows, and a sentence.

    Buttons or the arrow keys go on and back. In code, ``story.next()``, ``story.back()`` and
    ``story.go(3)`` do the same.

    Parameters
    ----------
    model : Model
    steps : iterable of Step, or of (quantities, sentence) or (quantities, sentence, curve)
        What comes into the picture at each step; loop by loop, as the model names them, if not
        given. A quantity that is not named in any step is folded into the arrows between those
        that are.

    Raises
    ------
    ModelError
        If there is no step, or one names what the model does not have.

    Examples
    --------
    >>> from flywheel_edu import load
    >>> story = Story(load("napkin"), [
    ...     ("traffic", "Visits are where it begins."),
    ...     (["sellers", "selection"], "Visitors draw sellers, who bring choice.", "sellers"),
    ... ])
    >>> story.next()
    >>> story.at
    2
    >>> print(story.words())
    The napkin of 2001: a better experience draws traffic, traffic draws sellers, sellers bring \
choice.
    1. Visits are where it begins.
    2. Visitors draw sellers, who bring choice.
    """

    _esm = module("story/view.js")
    _css = style("canvas/view.css", "shared/curves.css", "story/view.css")

    # Written by the browser: at, "of" which edition.
    turned = traitlets.Dict().tag(sync=True)
    _browser_writes, _parts = "turned", ("at",)

    def __init__(self, model: Model, steps: Iterable[Step | Sequence[Any]] | None = None) -> None:
        need_model(model, "Story is told of")
        self._model = model
        self._steps = loop_by_loop(model) if steps is None else read_steps(model, steps)
        super().__init__(**told(model, self._steps, simulate(model)))

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, in order."""
        return self._steps

    @property
    def at(self) -> int:
        """The number of the step that is shown, from 1."""
        return int(self._now()["at"]) + 1

    def next(self) -> None:
        """Go on by one step; the last one stays."""
        self.go(min(len(self._steps), self.at + 1))

    def back(self) -> None:
        """Go back by one step; the first one stays."""
        self.go(max(1, self.at - 1))

    def go(self, step: int) -> None:
        """Show a step, from 1; a `ModelError` if the story has no such step."""
        if not 1 <= step <= len(self._steps):
            raise ModelError(
                f"the story has no step {step}", hint=f"it has steps 1 to {len(self._steps)}"
            )
        self._give(at=step - 1)

    def words(self) -> str:
        """The title, and the sentences up to the step that is shown."""
        said = [f"{number}. {step.text}" for number, step in enumerate(self._steps, 1)]
        return "\n".join([self.given["title"], *said[: self.at]])

    def picture(self) -> Figure:
        """The diagram as far as it is told, under the sentence of this step."""
        from flywheel_edu.causal.graph import causal_graph
        from flywheel_edu.drawing import draw

        names = seen_at(self._steps, self.at - 1)
        places = {
            variable["name"]: (variable["x"], variable["y"])
            for variable in self.given["steps"][-1]["drawing"]["variables"]
            if variable["name"] in names
        }
        graph = causal_graph(self._model, names)
        return draw(graph, title=self._steps[self.at - 1].text, layout=places).figure
