"""What students touch: interactive views that live in a notebook.

    explorer/   Explorer: sliders beside the curves they move, at the screen's own rate
    predict/    Predict: draw the curve you expect; only then see the run
    loops/      Loops: the causal-loop diagram played at the strengths of a run
    story/      Story: a model unfolded piece by piece, with a sentence each
    canvas/     Canvas: draw a flywheel: variables, signed arrows, delays, loops as they close
    cockpit/    Cockpit: a game flown turn by turn against a rival
    quiz/       Quiz: a question with an explanation for every answer
    order/      Order: put the lines in order
    shared/     what more than one of them uses, in Python and in the browser

How a widget is built
---------------------
Each widget is a folder with four files that a reader can tell apart:

``core.py``, the **pure core**, decides. It takes plain values and hands back plain values that
JSON can hold. It imports neither ipywidgets nor anywidget, and most tests are of it alone.

``widget.py``, the **thin shell**, speaks to the browser::

    class Name(Still, anywidget.AnyWidget):
        _esm = module("name/view.js")     # name/view.js with what it imports, one text
        _css = style("name/view.css")     # shared/base.css, then name/view.css

        given = traitlets.Dict().tag(sync=True)    # written by Python
        changes = traitlets.Dict().tag(sync=True)  # written by the browser

        def words(self) -> str: ...                # what the picture shows, in a sentence or two
        def picture(self) -> Figure: ...           # the still picture, a matplotlib figure

Each trait has **one writer**. Where both sides may change the same thing, make two traits: Python
writes ``given`` with a rising ``edition``; the browser writes ``drawn`` with the edition that it
started from (``drawn["of"]``); whoever reads takes ``drawn`` if it belongs to the present edition
and ``given`` if not. ``Standing`` (``shared/standing.py``) is a shell that does so. ``Still``
(``shared/still.py``) makes the picture and its words part of what a notebook stores, for the many
places where no widget runs.

``view.js``, a plain ES module, draws and listens. It is small functions at the module's level that
are handed what they work on: one object that holds the state of one view, whose type stands at the
top. It begins with ``import { element, shape, ... } from "../shared/base.js";`` and ends with
``export default { render };``. A widget travels as one text, so ``module`` puts the imported files
in front, each wrapped in a scope of its own: two files may use the same name.

``view.css`` has its looks, on top of ``shared/base.css``: wrap everything in ``class="fw"`` and
take its colours (``--fw-ink``, ``--fw-plus``, ...), which follow JupyterLab's theme, light or
dark. Each widget brings its own copy of ``base.css``, and pages style buttons themselves: a rule
of a widget's own needs one class more than the rule it overrides.

Browser tests stand in ``tests/browser``; its ``conftest.py`` has one way in for all of them:
``bare(widget)`` for a widget without Python, ``notebook(cells)`` for JupyterLab, ``faults(page)``
for what axe-core finds. What JavaScript computes is tested under Node, in ``tests/widgets``.

Everything here loads on first use: ``import flywheel_edu`` must not wait for ipywidgets.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flywheel_edu.widgets.canvas.widget import Canvas
    from flywheel_edu.widgets.cockpit.widget import Cockpit
    from flywheel_edu.widgets.explorer.core import Stage
    from flywheel_edu.widgets.explorer.widget import Explorer
    from flywheel_edu.widgets.loops.widget import Loops
    from flywheel_edu.widgets.order.widget import Order
    from flywheel_edu.widgets.predict.widget import Predict
    from flywheel_edu.widgets.quiz.core import Answer, Question
    from flywheel_edu.widgets.quiz.widget import Quiz
    from flywheel_edu.widgets.story.widget import Story

_HOME = {
    "Answer": "quiz.core",
    "Canvas": "canvas.widget",
    "Cockpit": "cockpit.widget",
    "Explorer": "explorer.widget",
    "Loops": "loops.widget",
    "Order": "order.widget",
    "Predict": "predict.widget",
    "Question": "quiz.core",
    "Quiz": "quiz.widget",
    "Stage": "explorer.core",
    "Story": "story.widget",
}

__all__ = [
    "Answer",
    "Canvas",
    "Cockpit",
    "Explorer",
    "Loops",
    "Order",
    "Predict",
    "Question",
    "Quiz",
    "Stage",
    "Story",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f".{_HOME[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
