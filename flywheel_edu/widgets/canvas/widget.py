"""A canvas on which a student draws a flywheel; Python and the browser see the same drawing."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import networkx as nx
import traitlets

from flywheel_edu.causal.loops import Loops, find_loops
from flywheel_edu.causal.sketch import write_sketch
from flywheel_edu.charts.look import QUIET
from flywheel_edu.drawing import draw
from flywheel_edu.errors import DiagramError, FlywheelError, ModelError, closest
from flywheel_edu.files import save_with_copy
from flywheel_edu.language.page import at_hand
from flywheel_edu.model import Model
from flywheel_edu.widgets.canvas.core import (
    Drawing,
    Note,
    as_graph,
    called_otherwise,
    checked,
    drawing_of,
    graph_of,
    notes_on,
    open_file,
    opened,
    reading_of,
    saved,
)
from flywheel_edu.widgets.canvas.keeping import Keeper
from flywheel_edu.widgets.canvas.known import (
    OTHERWISE,
    as_typed,
    in_a_line,
    left_out,
    may_be_told,
    of_lists,
    row_of,
    rows_of,
    stands,
    two_words,
)
from flywheel_edu.widgets.canvas.merge import in_unit_of_time, merged, own_lines, renamed
from flywheel_edu.widgets.canvas.spin import TIME, Row, first_model, money_of
from flywheel_edu.widgets.shared.module import module, style
from flywheel_edu.widgets.shared.sheet import Paragraph, sheet
from flywheel_edu.widgets.shared.still import Still

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_UNREAD = "not taken yet: mend the marked line of the text first"
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
        is put aside as ``NAME.before-1.json``. If somebody else has written to it meanwhile, the
        widget asks whose is to stay.

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
    reading = traitlets.Dict().tag(sync=True)  # notes on the drawing: edition, turn, notes, sketch
    # Edition, text, refused, told, rows refused; and what it "follows", with which it is undone:
    # what was "drawn" in the browser, or an edition of the drawing.
    model_given = traitlets.Dict().tag(sync=True)
    model_reading = traitlets.Dict().tag(sync=True)  # edition, turn, and what reading_of says
    # The forms of the language: name, what it says, what to write.
    language: traitlets.List[dict[str, str]] = traitlets.List().tag(sync=True)

    keeping = traitlets.Dict().tag(sync=True)  # the file and the copies: see _tell_keeping

    # Written by the browser
    drawn = traitlets.Dict().tag(sync=True)  # a drawing, "of" which edition, and a turn that rises
    model_written = traitlets.Dict().tag(sync=True)  # text, "of" which edition, and a turn
    # How often "spin", "arrange", "keep", "take", "bring" (a copy, by "name") and "aside"
    # ("works"), and which was the "latest".
    request = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        graph: nx.DiGraph[str] | Model | str | None = None,
        *,
        keep: str | os.PathLike[str] | None = None,
    ) -> None:
        drawing, text, known = (_EMPTY if graph is None else drawing_of(as_graph(graph))), "", ""
        self._spun = ""  # the text as it was made from the drawing
        self._spun_of: dict[str, str] = {}  # and as it was when the text was another
        # By its variable, why a row of the table was not taken, and what one was taken for.
        self._refused, self._notes = dict[str, str](), dict[str, str]()
        self._own_aside = False  # whether a text with the student's own lines has been put aside
        file = None if keep is None else Path(keep)
        if file is not None and file.exists():
            drawing, text, self._spun, known = open_file(file)
        elif file is not None and not file.parent.is_dir():
            raise DiagramError(
                f"there is no folder '{file.parent}' to keep the drawing in",
                hint=f"make it first, or write keep='{file.name}'",
            )
        self._keeper = Keeper(file, known)
        # The browser keeps what is drawn under this name: the same cell finds its own work again.
        digest = hashlib.sha256(saved(drawing, text).encode()).hexdigest()[:16]
        start = str(keep) if file else digest
        self._before = drawing  # what was drawn before the latest change in the browser
        super().__init__(
            given={"edition": 1, "start": start, **drawing},
            model_given={"edition": 1, "text": text, "refused": "", "told": ""},
            language=at_hand(),
        )
        self._read_drawing()
        self._read_text()
        self._tell_keeping()

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
        self._give(drawing_of(as_graph(graph)))

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

        Where there is a model already, what is new in the drawing joins it, and lines that were
        edited stay as they are; the text before is put aside, once a session. A `DiagramError` says
        that there is no arrow, or one without a sign; a `ModelError` shows an edited line that
        cannot be read.
        """
        return self._spin(title, self._rows())

    def know(
        self, variable: str, value: float | str, unit: str = "1", says: str = "a guess"
    ) -> Model:
        """Say what one knows of a drawn variable, and have the first model written with it.

        Parameters
        ----------
        variable : str
            As it is drawn; or "time it runs", whose unit then is the unit of time; or "takings"
            or "costs", once there is a model, for all that comes in or goes out.
        value : float, or str
            What it is today, above 0 save of cash; "1,250", "4 %", "1/12", "90k" and "$1.2 bn" are
            read too.
        unit : str
            Of the value, such as "person" or "USD per person"; "1" or nothing for a pure number.
        says : str
            How sure that is: "a guess", or where it comes from.

        Raises
        ------
        DiagramError
            Nothing of that name is drawn, the value or the unit is none, or a line of your own in
            the text says otherwise.
        ModelError
            An edited line cannot be read.

        Examples
        --------
        >>> canvas = Canvas("visits -> customers + -> visits +")
        >>> print(canvas.know("customers", 60, "person", "counted in May")["customers"])
        stock customers [person] = 60
        """
        model, stood = self._know(variable, value, unit, says)
        if not stood:
            raise DiagramError(OTHERWISE)
        return model

    def _know(self, variable: str, value: float | str, unit: str, says: str) -> tuple[Model, bool]:
        graph, rows = self.graph, self._rows()
        if variable not in graph and variable != TIME and variable not in rows:
            raise DiagramError(
                f"nothing is called '{variable[:60]}' in the drawing", hint=closest(variable, graph)
            )
        flow = variable not in graph and variable != TIME
        row = row_of(variable, value, unit, "a guess" if flow and says == "illustrative" else says)
        if flow and (each := row.told_for_each(rows[TIME].unit)).unit == rows[variable].unit:
            row = each
        may_be_told(variable, row, rows, graph)
        self._refused.pop(variable, None)
        if variable == TIME and rows:
            rows = {name: each.told_in(rows[TIME].unit, row.unit) for name, each in rows.items()}
        try:
            return self._spin("", {**rows, variable: row}), stands(self._rows().get(variable), row)
        except ModelError as problem:  # what was spun agrees with itself
            own = not isinstance(problem, DiagramError) and own_lines(self.text, self._spun)
            raise DiagramError(OTHERWISE) if own else problem from None

    def _rows(self) -> dict[str, Row]:
        own = own_lines(self.text, self._spun) if self._spun else ()
        return rows_of(self.graph, Model.parse(self.text), own) if self.text.strip() else {}

    def _spin(self, title: str, rows: Mapping[str, Row], follows: str = "") -> Model:
        before, stay = self.text, tuple[str, ...]()
        model = Model.parse(before) if before.strip() else None
        fresh = text = first_model(self.graph, title or (model.title if model else ""), rows)
        if model:
            old, new = str(model.clock.unit), rows[TIME].unit
            before, self._spun = (in_unit_of_time(each, old, new) for each in (before, self._spun))
            text, stay = merged(before, self._spun, fresh := of_lists(fresh, model))
        own = own_lines(before, self._spun)
        told = f"Your own lines stay as they are: {', '.join(stay)}." if stay else ""
        if model and before != text and own and not self._own_aside:
            self._keeper.put_aside(self._contents)
            self._own_aside = True
            told += " The text as it was is among the copies, once a session."
        told += f" {left_out(self.text.strip(), text)} {two_words(rows)}"
        self._spun = fresh
        self._give_text(text, told=told.strip(), follows=follows)
        return Model.parse(text)

    def _know_all(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Take what can be taken; what is refused stays in the table, which says why beside it."""
        refused, told, self._notes = dict[str, str](), dict[str, None](), {}
        first = (TIME, money_of(self.graph))  # they tell in which unit the others are
        for row in sorted(rows, key=lambda row: row["variable"] not in first):
            variable = row["variable"]
            try:
                typed, said = as_typed(self._rows(), **row)
                self._notes |= {variable: said} if said else {}
                told |= dict.fromkeys(self._notes.values())
                _, stood = self._know(**typed)
                told[self.model_given["told"]] = None
                if not stood:
                    refused[variable] = OTHERWISE
            except ModelError as problem:
                unread = self.model_reading["problem"] and not isinstance(problem, DiagramError)
                refused[variable] = _UNREAD if unread else in_a_line(problem)
        self._refused = refused
        if refused or len(told) > 1 or self.model_given.get("rows"):
            self._give_text(self.text, told=" ".join(filter(None, told)))

    @property
    def text(self) -> str:
        """The text of the model under the drawing, as the student has it now; empty before spin."""
        written = self.model_written
        if written.get("of") == self.model_given["edition"]:
            return str(written.get("text") or "")
        return str(self.model_given["text"])

    @text.setter
    def text(self, text: str) -> None:
        self._give_text(str(text))

    def _give_text(self, text: str, **said: Any) -> None:
        said = {"refused": "", "told": "", "rows": dict(self._refused), **said}
        self.model_given = {"edition": self.model_given["edition"] + 1, "text": text, **said}
        self._write_kept()
        self._read_text()

    @property
    def model(self) -> Model:
        """The model under the drawing; a `ModelError` says if there is none, or what is wrong."""
        if not self.text.strip():
            raise DiagramError(
                "this canvas has no model yet", hint="press Spin it, or call canvas.spin()"
            )
        return Model.parse(self.text)

    # -- files

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Save to a file, by its suffix: ``.json`` the drawing, ``.flywheel`` the model's text.

        A file that is there already and says something else is first copied to
        ``NAME.before-1.SUFFIX`` beside it. ``Canvas(keep=path)`` opens a saved drawing. A
        `DiagramError` says that the suffix is neither, or that there is no model to save yet; an
        `OSError` that the folder is missing or closed to us.
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

    @property
    def _contents(self) -> str:
        return saved(self._drawing, self.text, self._spun)

    def _write_kept(self) -> None:
        self._keeper.write(self._contents)
        self._tell_keeping()

    def _tell_keeping(self) -> None:
        """Which work the file holds by now, what stands in the way, and the copies there are."""
        keeper = self._keeper
        self.keeping = {
            "file": keeper.file.name if keeper.file else "",
            "stamp": keeper.stamp,
            "foreign": bool(keeper.foreign),
            "problem": keeper.problem,
            "copies": keeper.copies(),
            "aside": self.request.get("aside", 0),
            "of": [self.given["edition"], self.drawn.get("turn", 0)],
            "of_text": [self.model_given["edition"], self.model_written.get("turn", 0)],
        }

    def _open_again(self, contents: str) -> None:
        """Show a drawing and a text that were kept; both can be undone in the browser."""
        drawing, text, self._spun = opened(contents)
        if text != self.text:
            edition, follows = self.model_given["edition"] + 1, self.given["edition"] + 1
            self.model_given = {"edition": edition, "text": text, "follows": follows}
        self._give(drawing)
        self._read_text()

    # -- the still picture

    def words(self) -> str:
        """The drawing in words: its arrows and its loops."""
        return draw(self.graph).alt if self.graph else _EMPTY_WORDS

    def picture(self) -> Figure:
        """The drawing as a figure."""
        graph = self.graph
        return draw(graph).figure if graph else sheet([Paragraph(_EMPTY_WORDS, tone=QUIET)])

    # -- between Python and the browser

    @property
    def _drawing(self) -> Drawing:
        """What is drawn now: the browser's drawing if it was drawn on top of Python's latest."""
        given, drawn = self.given, self.drawn
        if drawn.get("of") == given["edition"]:
            with suppress(DiagramError):
                return checked({**drawn, "title": given["title"]})
        return {key: given[key] for key in _EMPTY}

    def _give(self, drawing: Drawing) -> None:
        self._before = drawing
        self.given = {**self.given, "edition": self.given["edition"] + 1, **drawing}
        self._write_kept()
        self._read_drawing()

    def _read_drawing(self, notes: Iterable[Note] | None = None) -> None:
        self.reading = {
            "edition": self.given["edition"],
            "turn": self.drawn.get("turn", 0),
            "notes": [*self._keeper.notes, *(self.notes if notes is None else notes)],
            "sketch": write_sketch(self.graph),
        }

    def _read_text(self) -> None:
        self._spun_of[self.text] = self._spun
        self.model_reading = {
            "edition": self.model_given["edition"],
            "turn": self.model_written.get("turn", 0),
            "refused": dict(self._refused),
            "noted": dict(self._notes),
            **reading_of(self.text, self._drawing, self._spun),
        }

    @traitlets.observe("drawn", "model_written", "request")
    def _on_message(self, change: Any) -> None:
        """Answer the browser; whatever goes wrong on the way is told there, in its own words."""
        try:
            getattr(self, f"_on_{change['name']}")()
        except OSError as problem:
            self._keeper.problem = str(problem.strerror)
            self._tell_keeping()
        except FlywheelError as problem:
            self._say_in_browser(in_a_line(problem))
        except Exception as problem:
            self._say_in_browser(f"This went wrong in Python: {problem!r}")
            raise

    def _say_in_browser(self, refused: str) -> None:
        if self.reading["turn"] != self.drawn.get("turn", 0):  # nor was the drawing read
            self._read_drawing([{"message": refused, "hint": ""}])
        self._give_text(self.text, refused=refused)

    def _on_drawn(self) -> None:
        before, now = self._before, self._drawing
        self._before = now
        try:
            self._rename(before, now)
            if self._spun and before["arrows"] == now["arrows"] and before["loops"] != now["loops"]:
                with suppress(FlywheelError):  # a drawing that cannot spin, or a line to be mended
                    self._spin("", self._rows(), follows="drawn")
        finally:
            self._write_kept()
        self._read_drawing()
        self._read_text()

    def _rename(self, before: Drawing, now: Drawing) -> None:
        """What is called otherwise in the drawing is so in the text, with all one knows of it."""
        drawn, names = called_otherwise(before, now)
        self._refused = {drawn.get(was, was): why for was, why in self._refused.items()}
        written = set(re.findall(r"\w+", self.text)) - {*names}
        if names and self.text.strip() and written.isdisjoint(names.values()):
            self._spun = renamed(self._spun, names)
            said = {"told": "renamed in the model as well", "follows": "drawn"}
            self._give_text(renamed(self.text, names), **said)

    def _on_model_written(self) -> None:
        self._spun = self._spun_of.get(self.text, self._spun)  # undone, an older one is back
        self._notes = {}
        # By another text, what was refused is no longer what was meant.
        self._refused = {row: why for row, why in self._refused.items() if why == _UNREAD}
        self._write_kept()
        self._read_text()

    def _on_request(self) -> None:
        match self.request.get("latest"):
            case "arrange":
                self.arrange()
            case "keep":
                self._keeper.keep_mine(self._contents)
                self._tell_keeping()
            case "take":
                self._open_again(self._keeper.take_theirs(self._contents))
            case "bring":
                contents = self._keeper.copy(str(self.request.get("name")))
                self._keeper.put_aside(self._contents)
                self._open_again(contents)
            case "aside":  # work of a session of before, which the browser had kept
                for work in self.request.get("works") or ():
                    drawing = checked({**work["drawing"], "title": self.given["title"]})
                    self._keeper.put_aside(saved(drawing, str(work.get("text") or "")))
                self._tell_keeping()
            case "spin":
                self.spin()
            case "know":
                self._know_all(self.request["rows"])
