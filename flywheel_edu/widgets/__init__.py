"""What students touch: interactive views that live in a notebook.

    Explorer    sliders beside the curves they move, at the screen's own rate
    Predict     draw the curve you expect; only then see the run
    Loops       the causal-loop diagram played at the strengths of a run
    Story       a model unfolded piece by piece, with a sentence each
    Canvas      draw a flywheel: variables, signed arrows, delays, loops as they close
    Quiz        a question with an explanation for every answer
    Order       put the lines in order
    Board       several widgets and a text on one page, for teaching from the front

How a widget is built
---------------------
Each widget is three files that a reader can tell apart:

``_name.py``, the **pure core**, decides. It takes plain values and hands back plain values that
JSON can hold. It imports neither ipywidgets nor anywidget, and most tests are of it alone.

``name.py``, the **thin shell**, speaks to the browser::

    class Name(Still, anywidget.AnyWidget):
        _esm = module("name.js")          # static/name.js with what it imports, one text
        _css = style("name.css")          # static/base.css, then static/name.css

        given = traitlets.Dict().tag(sync=True)    # written by Python
        changes = traitlets.Dict().tag(sync=True)  # written by the browser

        def words(self) -> str: ...                # what the picture shows, in a sentence or two
        def picture(self) -> Figure: ...           # the still picture, a matplotlib figure

Each trait has **one writer**. Where both sides may change the same thing, make two traits: Python
writes ``given`` with a rising ``edition``; the browser writes ``drawn`` with the edition that it
started from (``drawn["of"]``); whoever reads takes ``drawn`` if it belongs to the present edition
and ``given`` if not. `Canvas` does so. :class:`Still` (``still.py``) makes the picture and its
words part of what a notebook stores, for the many places where no widget runs.

``static/name.js``, a plain ES module, draws and listens. It begins with
``import { element, shape, ... } from "./base.js";`` and ends with ``export default { render };``.
:func:`module` puts the imported files in front, since a widget travels as one text; so top-level
names must differ between a module and what it imports (a test says so). ``base.js`` has:

    element, shape      make an HTML or an SVG element; text goes in as text, never as markup
    button              a button with a label for the eye and one for the ear
    keepKeys            JupyterLab must not take the keys that are meant for the widget: call it on
                        the root element of every widget
    announcer           the ``role=status`` line that a screen reader speaks
    roving              one Tab stop for many controls; arrow keys move between them
    listen              model events, with the clean-up that ``render`` returns
    prefersStill        has the reader asked for less motion?
    shortened, isolated hostile or very long names, made fit to show and to speak
    numberText          a number as a reader wants it: 1,234 or 0.0012

and ``base.css`` the common look: wrap everything in ``class="fw"``; the colours are ``--fw-ink``,
``--fw-quiet``, ``--fw-paper``, ``--fw-shade``, ``--fw-line``, ``--fw-plus`` and ``--fw-minus``
(with ``-text`` forms that are dark enough for letters), ``--fw-right``, ``--fw-wrong``,
``--fw-mark`` and ``--fw-curve-1`` to ``--fw-curve-6``; they follow JupyterLab's theme, light or
dark. Each widget brings its own copy of ``base.css``, and pages style buttons themselves: a rule of
a widget's own needs one class more than the rule it overrides.

Beside it stand modules that more than one widget imports: ``loops.js`` (loops, letters and stories
as `flywheel_edu.causal` tells them), ``diagram.js`` (where boxes, curves, signs and letters stand),
``pulses.js`` (a push that travels), ``keepsake.js`` (work that the browser keeps and offers again).

Browser tests stand in ``tests/browser``; its ``conftest.py`` has one way in for all of them:
``bare(widget)`` for a widget without Python, ``notebook(cells)`` for JupyterLab, ``faults(page)``
for what axe-core finds. What JavaScript computes is tested under Node, in ``tests/widgets``.

Everything here loads on first use: ``import flywheel_edu`` must not wait for ipywidgets.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flywheel_edu.widgets.board.widget import Board
    from flywheel_edu.widgets.canvas.widget import Canvas
    from flywheel_edu.widgets.explorer.core import Stage
    from flywheel_edu.widgets.explorer.widget import Explorer
    from flywheel_edu.widgets.loops.widget import Loops
    from flywheel_edu.widgets.order.widget import Order
    from flywheel_edu.widgets.predict.widget import Predict
    from flywheel_edu.widgets.quiz.core import Answer, Question, read_questions
    from flywheel_edu.widgets.quiz.widget import Quiz
    from flywheel_edu.widgets.story.core import Step
    from flywheel_edu.widgets.story.widget import Story

_HOME = {
    "Answer": "quiz.core",
    "Board": "board.widget",
    "Canvas": "canvas.widget",
    "Explorer": "explorer.widget",
    "Loops": "loops.widget",
    "Order": "order.widget",
    "Predict": "predict.widget",
    "Question": "quiz.core",
    "Quiz": "quiz.widget",
    "Stage": "explorer.core",
    "Step": "story.core",
    "Story": "story.widget",
    "read_questions": "quiz.core",
}

__all__ = [
    "Answer",
    "Board",
    "Canvas",
    "Explorer",
    "Loops",
    "Order",
    "Predict",
    "Question",
    "Quiz",
    "Stage",
    "Step",
    "Story",
    "read_questions",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f".{_HOME[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
