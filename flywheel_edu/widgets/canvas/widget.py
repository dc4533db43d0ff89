"""A canvas on which a student draws a flywheel; Python and the browser see the same drawing."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import networkx as nx
import traitlets

from flywheel_edu.causal.loops import Loops, find_loops
from flywheel_edu.causal.sketch import read_sketch
from flywheel_edu.charts.look import QUIET
from flywheel_edu.drawing import draw
from flywheel_edu.errors import DiagramError, FlywheelError
from flywheel_edu.files import write_beside
from flywheel_edu.model import Model
from flywheel_edu.widgets.canvas.core import (
    Drawing,
    Note,
    checked,
    drawing_of,
    graph_of,
    notes_on,
    opened,
    reading_of,
    saved,
)
from flywheel_edu.widgets.canvas.spin import first_model
from flywheel_edu.widgets.shared.copies import put_aside, save_with_copy
from flywheel_edu.widgets.shared.module import module, style
from flywheel_edu.widgets.shared.sheet import Paragraph, sheet
from flywheel_edu.widgets.shared.still import Still

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_EMPTY_WORDS = "An empty canvas: draw a flywheel here."
_EMPTY: Drawing = {"title": "", "variables": [], "arrows": [], "loops": []}


class Canvas(Still, anywidget.AnyWidget):
    """Draw a flywheel: variables, signed arrows, delays. Loops are lettered as they close.

    What is drawn in the browser is at once in Python as ``canvas.graph``, a networkx ``DiGraph``
    with ``sign`` and ``delay`` on its arrows; assigning to ``canvas.graph`` changes the drawing in
    the browser, where it can be undone. Notes on the drawing (``lint``) stand beside it. "Spin it"
    writes a first model under the drawing, with illustrative numbers, to be edited as text.

    Parameters
    ----------
    graph : networkx.DiGraph, Model or str, optional
        What to begin with: a causal graph, a model (drawn as its own view says, if it has one), or
        arrows as ``read_sketch`` reads them.
    keep : path, optional
        A file that the drawing is kept in. If it is there, its drawing is opened (and ``graph`` is
        not used); every change is written to it. What it held before the first change of a session
        is put aside as ``NAME.before-1.json``.

    Raises
    ------
    DiagramError
        ``graph`` or the kept file is no drawing, or the folder to keep it in is missing.

    Examples
    --------
    >>> canvas = Canvas("customers -> sellers + -> selection + -> customers +")
    >>> print(canvas.loops)
    R1 (reinforcing): customers -> sellers -> selection -> customers
    >>> graph = canvas.graph
    >>> graph.add_edge("customers", "crowding", sign=1, delay=True)
    >>> graph.add_edge("crowding", "customers", sign=-1)
    >>> canvas.graph = graph
    >>> [loop.name for loop in canvas.loops]
    ['B1', 'R1']
    """

    _esm = module("canvas/view.js")
    _css = style("canvas/view.css")

    # Written by Python
    given = traitlets.Dict().tag(sync=True)  # a drawing, and the edition it is
    reading = traitlets.Dict().tag(sync=True)  # notes on the drawing: edition, turn, notes
    model_given = traitlets.Dict().tag(sync=True)  # edition, text, refused
    model_reading = traitlets.Dict().tag(sync=True)  # edition, turn, and what reading_of says

    # Written by the browser
    drawn = traitlets.Dict().tag(sync=True)  # a drawing, "of" which edition, and a turn that rises
    model_written = traitlets.Dict().tag(sync=True)  # text, "of" which edition, and a turn
    request = traitlets.Dict().tag(sync=True)  # how often "spin" and "arrange", and the "latest"

    def __init__(
        self,
        graph: nx.DiGraph[str] | Model | str | None = None,
        *,
        keep: str | os.PathLike[str] | None = None,
    ) -> None:
        drawing, text = (_EMPTY if graph is None else drawing_of(_as_graph(graph))), ""
        self._file = None if keep is None else Path(keep)
        if self._file is not None and self._file.exists():
            drawing, text = _open(self._file)
        elif self._file is not None and not self._file.parent.is_dir():
            raise DiagramError(
                f"there is no folder '{self._file.parent}' to keep the drawing in",
                hint=f"make it first, or write keep='{self._file.name}'",
            )
        # What the kept file held when this session began is put aside before the first change.
        self._aside = False
        self._unkept: list[Note] = []  # why it could not be written, to be told among the notes
        # The browser keeps what is drawn under this name: the same cell finds its own work again.
        start = hashlib.sha256(saved(drawing, text).encode()).hexdigest()[:16]
        super().__init__(
            given={"edition": 1, "start": start, **drawing},
            model_given={"edition": 1, "text": text, "refused": ""},
        )
        self._read_drawing()
        self._read_text()

    # -- the drawing

    @property
    def graph(self) -> nx.DiGraph[str]:
        """The drawing as it is now, as a graph of your own: assign it back to change the drawing.

        Arrows have ``sign`` (1, -1, or None where it is open) and ``delay``; ``graph.graph`` has
        ``title``, ``loops`` and ``view`` (where each variable stands, x and y from 0 to 1).
        """
        return graph_of(self._drawing)

    @graph.setter
    def graph(self, graph: nx.DiGraph[str] | Model | str) -> None:
        self._give(drawing_of(_as_graph(graph)))

    @property
    def loops(self) -> Loops:
        """The feedback loops drawn so far, lettered as beside the drawing."""
        return find_loops(self.graph)

    @property
    def notes(self) -> list[Note]:
        """What the drawing guidelines say: each with ``message`` and ``hint``."""
        return notes_on(self.graph)

    def arrange(self) -> None:
        """Lay the drawing out afresh: the main loop on a ring, the rest where arrows are short."""
        graph = self.graph
        graph.graph["view"] = {}
        self._give(drawing_of(graph))

    # -- the first model

    def spin(self, title: str = "") -> Model:
        """Write a first model under the drawing, with illustrative numbers, and hand it back.

        Raises
        ------
        DiagramError
            The drawing has no arrow, or an arrow has no sign.
        """
        text = first_model(self.graph, title)
        model = Model.parse(text)
        self.text = text
        return model

    @property
    def text(self) -> str:
        """The text of the model under the drawing, as the student has it now; empty before spin."""
        written = self.model_written
        if written.get("of") == self.model_given["edition"]:
            return str(written.get("text") or "")
        return str(self.model_given["text"])

    @text.setter
    def text(self, text: str) -> None:
        edition = self.model_given["edition"] + 1
        self.model_given = {"edition": edition, "text": str(text), "refused": ""}
        self._read_text()
        self._write_kept()

    @property
    def model(self) -> Model:
        """The model under the drawing.

        Raises
        ------
        ModelError
            There is none yet, or its text cannot be read; the message shows the line.
        """
        if not self.text.strip():
            raise DiagramError(
                "this canvas has no model yet", hint="press Spin it, or call canvas.spin()"
            )
        return Model.parse(self.text)

    # -- files

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Save to a file, by its suffix: ``.json`` the drawing, ``.flywheel`` the model's text.

        A file that is there already and says something else is first copied to
        ``NAME.before-1.SUFFIX`` beside it. ``Canvas(keep=path)`` opens a saved drawing.

        Raises
        ------
        DiagramError
            The suffix is neither, or there is no model to save yet.
        OSError
            The folder is missing or closed to us.
        """
        path = Path(path)
        if path.suffix == ".json":
            save_with_copy(path, saved(self._drawing, self.text))
        elif path.suffix == ".flywheel":
            save_with_copy(path, str(self.model))
        else:
            raise DiagramError(
                f"a canvas is saved as .json or .flywheel, not as '{path.suffix}'",
                hint=f"write canvas.save('{path.stem}.json') for the drawing",
            )
        return path

    def _write_kept(self) -> None:
        """Write the kept file; if that fails, the notes say so and drawing goes on."""
        if self._file is None:
            return
        contents = saved(self._drawing, self.text)
        try:
            if not self._aside and self._file.exists():
                if self._file.read_text("utf-8") == contents:
                    return
                put_aside(self._file)
            self._aside = True
            write_beside(self._file, contents)
            self._unkept = []
        except OSError as problem:
            message = f"The drawing could not be kept in {self._file.name}: {problem.strerror}."
            self._unkept = [{"message": message, "hint": "Save it elsewhere: canvas.save(...)"}]

    # -- the still picture

    def words(self) -> str:
        """The drawing in words: its arrows and its loops."""
        graph = self.graph
        return draw(graph).alt if graph else _EMPTY_WORDS

    def picture(self) -> Figure:
        """The drawing as a figure."""
        graph = self.graph
        return draw(graph).figure if graph else sheet([Paragraph(_EMPTY_WORDS, tone=QUIET)])

    # -- between Python and the browser

    @property
    def _drawing(self) -> Drawing:
        """What is drawn now: the browser's drawing if it was drawn on top of Python's latest."""
        given, drawn = self.given, self.drawn
        if drawn.get("of") != given["edition"]:
            return {key: given[key] for key in _EMPTY}
        try:
            return checked({**drawn, "title": given["title"]})
        except DiagramError:
            return {key: given[key] for key in _EMPTY}

    def _give(self, drawing: Drawing) -> None:
        self.given = {**self.given, "edition": self.given["edition"] + 1, **drawing}
        self._write_kept()
        self._read_drawing()

    def _read_drawing(self) -> None:
        self.reading = {
            "edition": self.given["edition"],
            "turn": self.drawn.get("turn", 0),
            "notes": [*self._unkept, *notes_on(self.graph)],
        }

    def _read_text(self) -> None:
        self.model_reading = {
            "edition": self.model_given["edition"],
            "turn": self.model_written.get("turn", 0),
            **reading_of(self.text, self._drawing),
        }

    @traitlets.observe("drawn")
    def _on_drawn(self, _change: Any) -> None:
        self._write_kept()
        self._read_drawing()
        self._read_text()

    @traitlets.observe("model_written")
    def _on_written(self, _change: Any) -> None:
        self._read_text()
        self._write_kept()

    @traitlets.observe("request")
    def _on_request(self, _change: Any) -> None:
        if self.request.get("latest") == "arrange":
            self.arrange()
            return
        try:
            self.spin()
        except FlywheelError as problem:
            edition = self.model_given["edition"] + 1
            refused = str(problem).replace("\n  hint:", ". Try:")
            self.model_given = {"edition": edition, "text": self.text, "refused": refused}
            self._read_text()


def _as_graph(graph: nx.DiGraph[str] | Model | str) -> nx.DiGraph[str]:
    if isinstance(graph, Model):
        from flywheel_edu.causal.graph import causal_graph

        return causal_graph(graph, show=[shown.name for shown in graph.view] or None)
    if isinstance(graph, str):
        return read_sketch(graph)
    if isinstance(graph, nx.DiGraph):
        return graph
    raise DiagramError(
        f"a canvas draws a graph, a model or a sketch, not a '{type(graph).__name__}'",
        hint="try Canvas('price -> visits -')",
    )


def _open(file: Path) -> tuple[Drawing, str]:
    try:
        return opened(file.read_text("utf-8"))
    except (DiagramError, UnicodeDecodeError) as problem:
        hint = getattr(problem, "hint", "") or "a drawing is saved by canvas.save('wheel.json')"
        said = getattr(problem, "message", "this file does not hold a drawing")
        raise DiagramError(f"{file.name}: {said}", hint=hint) from problem
