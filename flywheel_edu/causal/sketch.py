"""A diagram drawn by hand, as text: one arrow a line, with its sign."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

import networkx as nx

from flywheel_edu.causal.need import need_graph
from flywheel_edu.errors import DiagramError, Place, closest
from flywheel_edu.model.parts import NamedLoop


def read_sketch(text: str) -> nx.DiGraph[str]:
    """The causal graph that a few lines of text draw.

    ::

        # The napkin                                  the first comment is the title
        price -> visits -                             a sign follows what it points at
        visits -> orders + -> warehouses + delayed    arrows in a chain; a late one
        warehouses -> delivery time ?                 a sign the author is not sure of
        loop "Cost" = price -> visits -> price        a named loop; steps may be skipped

    Parameters
    ----------
    text : str
        Names may hold spaces. ``+`` means the effect moves the same way as the cause, ``-`` the
        opposite way. An arrow with ``?`` or with nothing has an open sign: it is kept, and
        ``lint`` speaks of it.

    Returns
    -------
    networkx.DiGraph
        ``sign`` (1, -1 or None), ``delay`` (bool) and ``doc`` (the comment behind the arrow) on
        its arrows; ``title`` and ``loops`` on the graph.

    Raises
    ------
    DiagramError
        A line that is no arrow, an arrow with two different signs, or a named loop that the
        arrows do not close; with the place.

    Examples
    --------
    >>> graph = read_sketch("price -> visits - -> orders +")
    >>> list(graph.edges(data="sign"))
    [('price', 'visits', -1), ('visits', 'orders', 1)]
    """
    if not isinstance(text, str):
        raise DiagramError(
            f"a sketch is read from text, not from {type(text).__name__}",
            hint="write: price -> visits -",
        )
    graph: nx.DiGraph[str] = nx.DiGraph(title="", loops=())
    if len(text) > _LONGEST_TEXT:
        raise DiagramError(
            f"this text has {len(text):,} characters; a sketch has at most {_LONGEST_TEXT:,}"
        )
    named: list[_Drawn] = []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        written, _, comment = line.partition("#")
        doc = " ".join(comment.split())
        if not written.strip():
            graph.graph["title"] = graph.graph["title"] or ("" if graph else doc)
        elif _LOOP.match(written):
            named.append(_read_loop(written, doc, number, line))
        else:
            _draw(graph, written, doc, number, line)
    graph.graph["loops"] = tuple(_checked(graph, loop) for loop in named)
    return graph


def write_sketch(graph: nx.DiGraph[str]) -> str:
    """A graph as the text that ``read_sketch`` reads back, one arrow a line.

    Quantities without any arrow have no line and are left out.

    Examples
    --------
    >>> print(write_sketch(read_sketch("price -> visits - -> orders + delayed")), end="")
    price -> visits -
    visits -> orders + delayed
    """
    graph = need_graph(graph, "write_sketch writes")
    lines = [f"# {graph.graph['title']}"] if graph.graph.get("title") else []
    for cause, effect, arrow in graph.edges(data=True):
        marks = [{1: "+", -1: "-"}.get(arrow.get("sign") or 0, "?")]
        marks += ["delayed"] if arrow.get("delay") else []
        marks += [f"  # {arrow['doc']}"] if arrow.get("doc") else []
        lines.append(" ".join([cause, "->", effect, *marks]))
    for loop in graph.graph.get("loops", ()):
        around = " -> ".join((*loop.quantities, loop.quantities[0]))
        lines.append(f'loop "{loop.name}" = {around}' + (f"  # {loop.doc}" if loop.doc else ""))
    return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True)
class _Drawn:
    """A named loop, and where its steps stand."""

    loop: NamedLoop
    steps: tuple[tuple[str, Place], ...]


_LONGEST_TEXT = 100_000  # characters
_LONGEST_NAME = 80
_ARROW = re.compile(r"-+>|→")
_LOOP = re.compile(r'\s*loop\s+"(?P<name>[^"]*)"\s*=(?P<path>.*)')
_SIGNS = {"+": 1, "-": -1, "−": -1, "–": -1, "?": None}
_NEAR_A_SIGN = re.compile(r"(?:^|\s)[(\[]?(plus|minus|[-+−–])(?:[)\]]?(?=\s|$)|(?<=^.)(?=\w))")
_DELAYS = ("delayed", "//", "||")


def _draw(graph: nx.DiGraph[str], written: str, doc: str, number: int, line: str) -> None:
    parts = _pieces(written)
    if len(parts) < 2:
        start = len(written) - len(written.lstrip())
        raise DiagramError(
            "this line has no arrow",
            Place(number, line, start, len(written.rstrip())),
            "write: price -> visits -",
        )
    cause = ""
    for order, (start, piece) in enumerate(parts):
        place = Place(number, line, start, start + len(piece))
        name, sign, delay, marked = _marks(piece)
        if not name:
            side = "before" if order == 0 else "behind"
            raise DiagramError(f"nothing stands {side} this arrow", place, "name what it joins")
        _check_name(name, place)
        if order == 0 and marked:
            raise DiagramError(
                f"the mark behind '{name}' has no arrow before it",
                place,
                "the sign follows what the arrow points at: price -> visits -",
            )
        if order > 0:
            near = _NEAR_A_SIGN.search(name) if sign is None and piece[-1] != "?" else None
            if near and (other := _NEAR_A_SIGN.sub(" ", name).strip()):
                right = "+" if near[1] in ("+", "plus") else "-"
                raise DiagramError(
                    f"'{near[0].strip()}' may be the sign of this arrow, or a part of a name",
                    place,
                    f"write: {cause} -> {' '.join(other.split())} {right}",
                )
            _add(graph, cause, name, sign, delay, doc, place)
        cause = name


def _marks(piece: str) -> tuple[str, int | None, bool, bool]:
    """The name in a piece, its sign and its delay mark, and whether it has any mark."""
    words = piece.split()
    delay = len(words) > 1 and words[-1] in _DELAYS
    if delay:
        words.pop()
    mark = words[-1][-1] if words else ""
    if mark in _SIGNS:
        words[-1] = words[-1][:-1]
    return " ".join(words).strip(), _SIGNS.get(mark), delay, delay or mark in _SIGNS


def _add(
    graph: nx.DiGraph[str],
    cause: str,
    effect: str,
    sign: int | None,
    delay: bool,
    doc: str,
    place: Place,
) -> None:
    """One arrow; drawn again, it may add a sign or a delay but not take one back."""
    if graph.has_edge(cause, effect):
        before = graph.edges[cause, effect]
        if None not in (sign, before["sign"]) and sign != before["sign"]:
            raise DiagramError(
                f"{cause} -> {effect} is drawn with '+' and with '-'",
                place,
                "if it acts both ways, draw the two ways: name a quantity on each",
            )
        sign = before["sign"] if sign is None else sign
        delay, doc = delay or before["delay"], before["doc"] or doc
    for name in (cause, effect):
        graph.add_node(name, kind="drawn", unit="", doc="")
    graph.add_edge(cause, effect, sign=sign, delay=delay, doc=doc)


def _read_loop(written: str, doc: str, number: int, line: str) -> _Drawn:
    found = _LOOP.fullmatch(written)
    assert found is not None, "the caller matched the beginning, and the rest takes anything"
    steps = []
    for start, piece in _pieces(found["path"]):
        start += found.start("path")
        name = " ".join(piece.split())
        steps.append((name, Place(number, line, start, start + len(piece))))
    names = [name for name, _ in steps]
    if len(names) > 2 and names[0] == names[-1]:
        names, steps = names[:-1], steps[:-1]
        if len(set(names)) == len(names):
            return _Drawn(NamedLoop(found["name"], tuple(names), doc), tuple(steps))
    raise DiagramError(
        f'the loop "{found["name"]}" does not end where it began, or meets a quantity twice',
        Place(number, line, found.start("path"), len(written.rstrip())),
        'write: loop "Cost" = price -> visits -> price',
    )


def _checked(graph: nx.DiGraph[str], drawn: _Drawn) -> NamedLoop:
    """The loop, once every step of it is known to have a way along the arrows."""
    for name, place in drawn.steps:
        if name not in graph:
            raise DiagramError(f"nothing is called '{name}'", place, closest(name, graph))
    for (cause, place), (effect, _) in itertools.pairwise((*drawn.steps, drawn.steps[0])):
        if not nx.has_path(graph, cause, effect):
            raise DiagramError(
                f'the loop "{drawn.loop.name}" is not drawn: '
                f"no arrows lead from {cause} to {effect}",
                place,
                "draw the missing arrow, or take the step out of the loop",
            )
    return drawn.loop


def _pieces(written: str) -> list[tuple[int, str]]:
    """What stands between the arrows, without the spaces around it, and where it starts."""
    pieces, at = [], 0
    for arrow in [*_ARROW.finditer(written), None]:
        end = arrow.start() if arrow else len(written)
        piece = written[at:end]
        pieces.append((at + len(piece) - len(piece.lstrip()), piece.strip()))
        at = arrow.end() if arrow else end
    return pieces


def _check_name(name: str, place: Place) -> None:
    if len(name) > _LONGEST_NAME:
        raise DiagramError(
            f"this name has {len(name)} characters; the longest may have {_LONGEST_NAME}",
            place,
            "a quantity's name is a noun or two",
        )
    if not name.isprintable():
        raise DiagramError("this name holds a character that cannot be shown", place)
    if name[-1] in "+-−–?>":
        raise DiagramError(
            f"'{name}' ends in more than one sign", place, "give each arrow one sign: + or - or ?"
        )
