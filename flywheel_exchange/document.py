"""An XML file as a small tree that knows its lines; nothing in it is expanded or fetched.

Expat reads it without namespaces, since real files use prefixes that they never declare. A
document type and entities are refused where they are declared, so no text can grow, and nothing
outside the file is ever asked for.
"""

from __future__ import annotations

import hashlib
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from flywheel_edu.errors import ExchangeError, Place, printable
from flywheel_edu.files import ordinary

MOST_BYTES = 5_000_000
MOST_LINES = 200_000
MOST_ELEMENTS = 60_000
MOST_QUANTITIES = 4_000  # of a whole model, arrays and modules unrolled
DEEPEST = 64

# The namespaces of XMILE itself: the standard's, and that of files from before it.
XMILE = ("http://docs.oasis-open.org/xmile/ns/XMILE/v1.0", "http://www.systemdynamics.org/XMILE")
# The model as its own text stands in a namespace of its own in what flywheel_edu writes.
OURS = "urn:flywheel-edu:xmile"

# The elements whose text is read; all other text is passed over.
_TEXTS = frozenset(
    "name vendor product caption start stop dt save_step savestep eqn init_eqn units doc inflow"
    " outflow non_negative xpts ypts pts alias isee:maps_to parm method time_units len".split()
)

UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(slots=True, eq=False)
class Element:
    """One element of the file.

    A name has no prefix of XMILE, and that of others, such as ``isee:prefs``; ours begin with
    ``flywheel:``, whatever prefix the file uses. Attributes likewise.
    """

    name: str
    attributes: dict[str, str]
    place: Place
    children: list[Element] = field(default_factory=list)
    # Its text, piece by piece, each with its line and column in the file.
    pieces: list[tuple[str, int, int]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(text for text, _, _ in self.pieces)

    def child(self, name: str) -> Element | None:
        return next(self.all(name), None)

    def all(self, *names: str) -> Iterator[Element]:
        return (child for child in self.children if child.name in names)

    def under(self, *without: str) -> Iterator[Element]:
        yield self
        for child in self.children:
            if child.name not in without:
                yield from child.under(*without)

    def said(self, name: str) -> str:
        found = self.child(name)
        return "" if found is None else found.text.strip()


@dataclass(frozen=True)
class Document:
    """A whole file: its root element, its lines for showing a place, and where it lies."""

    root: Element
    lines: tuple[str, ...]
    path: Path

    def place(self, element: Element, start: int, end: int) -> Place:
        starts, at = [], 0
        for text, _, _ in element.pieces:
            starts.append(at)
            at += len(text)
        if not starts:
            return element.place
        which = max(0, bisect_right(starts, start) - 1)
        _, line, column = element.pieces[which]
        shown = self.lines[line - 1] if line <= len(self.lines) else ""
        left = column + start - starts[which]
        return Place(line, shown, left, max(left + 1, min(left + end - start, len(shown))))


def read_document(path: Path) -> Document:
    """Read an XML file."""
    return document_of(contents_of(path), path)


def contents_of(path: Path) -> bytes:
    """The bytes of a file, unless they are too many for a model."""
    with ordinary(path).open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        told = f"the file '{path.name}' is larger than {MOST_BYTES // 1_000_000} MB"
        hint = "a model of this course is a few pages long; is this another kind of file?"
        raise ExchangeError(told, hint=hint)
    if not data.strip():
        raise ExchangeError(f"the file '{path.name}' is empty")
    return data


def document_of(data: bytes, path: Path) -> Document:
    """The document in the bytes of a file."""
    return _Reader(data, path).document()


class _Reader:
    def __init__(self, data: bytes, path: Path) -> None:
        self.data, self.path = data, path
        self.lines: tuple[str, ...] = ()
        self.open: list[Element] = []
        self.scopes: list[dict[str, str]] = [{}]
        self.root: Element | None = None
        self.elements = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EndDoctypeDeclHandler = self.end_of_doctype
        self.parser.EntityDeclHandler = self.entity
        self.parser.ordered_attributes = True

    def document(self) -> Document:
        if self.data.count(b"\n") + self.data.count(b"\r") > 2 * MOST_LINES:
            raise ExchangeError(f"the file has more than {MOST_LINES:,} lines")
        self.lines = tuple(_LINE_END.split(_decoded(self.data)))
        try:
            self.parser.Parse(self.data, True)
        except expat.ExpatError as error:
            raise self.broken(error) from None
        except LookupError:
            raise self.unknown_encoding() from None
        assert self.root is not None  # expat has seen an element
        return Document(self.root, self.lines, self.path)

    def broken(self, error: expat.ExpatError) -> ExchangeError:
        line, column = error.lineno, error.offset
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        place = Place(line, text, min(column, len(text)), column + 1)
        reason = expat.ErrorString(error.code)
        hint = ""
        if self.open and reason in (
            expat.errors.XML_ERROR_TAG_MISMATCH,
            expat.errors.XML_ERROR_NO_ELEMENTS,
            expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        ):
            inner = self.open[-1]
            hint = f"<{inner.name}> is opened on line {inner.place.line} and never closed"
        elif reason == expat.errors.XML_ERROR_UNKNOWN_ENCODING:
            return self.unknown_encoding()
        elif any("\ufffd" in line for line in self.lines):
            hint = "the file is not in the encoding it says; save it in UTF-8"
        return ExchangeError(f"this file is not well-formed XML: {reason}", place, hint)

    def unknown_encoding(self) -> ExchangeError:
        told = "this file names an encoding that is not known here"
        return ExchangeError(told, self.place(), "save it in UTF-8")

    def place(self) -> Place:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        close = text.find(">", column)
        return Place(line, text, column, close + 1 if close >= 0 else max(column + 1, len(text)))

    def start(self, raw: str, pairs: list[str]) -> None:
        self.elements += 1
        place = self.place()
        if self.elements > MOST_ELEMENTS:
            raise ExchangeError(f"the file has more than {MOST_ELEMENTS:,} elements", place)
        if len(self.open) >= DEEPEST:
            raise ExchangeError(f"the elements nest more than {DEEPEST} deep", place)
        attributes = dict(zip(pairs[::2], pairs[1::2], strict=True))
        scope = self.scopes[-1]
        declared = {key[6:]: value for key, value in attributes.items() if key.startswith("xmlns:")}
        if declared:
            scope = {**scope, **declared}
        self.scopes.append(scope)
        settled = {_settled(key, scope): value for key, value in attributes.items()}
        element = Element(_settled(raw, scope), settled, place)
        if self.root is None:
            self.root = element
        else:
            self.open[-1].children.append(element)
        self.open.append(element)
        wanted = element.name in _TEXTS or element.name.startswith("flywheel:")
        self.parser.CharacterDataHandler = self.characters if wanted else None

    def end(self, _raw: str) -> None:
        self.open.pop()
        self.scopes.pop()
        self.parser.CharacterDataHandler = None

    def characters(self, text: str) -> None:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber
        self.open[-1].pieces.append((text, line, column))

    def declared(self, mark: str) -> Place:
        place = self.place()
        start = place.text.rfind(mark, 0, place.end)
        return place if start < 0 else Place(place.line, place.text, start, start + len(mark))

    def doctype(self, _name: str, _system: object, _public: object, _inside: object) -> None:
        self.type_place = self.declared("<!DOCTYPE")

    def entity(self, name: str, *_rest: object) -> None:
        told = f"this file declares the entity '{printable(name[:40])}'; a model needs none, "
        told += "and entities can be made to swell or to fetch files"
        hint = "remove the <!DOCTYPE ...> part and write the text itself"
        raise ExchangeError(told, self.declared("<!ENTITY"), hint)

    def end_of_doctype(self) -> None:
        told = "this file declares a document type (<!DOCTYPE ...>), and a model needs none"
        raise ExchangeError(told, self.type_place, "remove that part")


def fingerprint(said: Iterable[tuple[str, Mapping[str, str], str]]) -> str:
    """What tells whether elements are what they were: of their names, attributes and texts."""
    whole = [(name, sorted(attributes.items()), text.split()) for name, attributes, text in said]
    return hashlib.sha256(repr(whole).encode()).hexdigest()


def number_in(text: str, element: Element) -> float:
    """The finite number that a text of an element says."""
    try:
        value = float(text.strip().replace("_", "x"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ExchangeError(f"'{printable(text.strip()[:40])}' is not a number", element.place)
    return value


def _settled(raw: str, scope: dict[str, str]) -> str:
    prefix, colon, local = raw.partition(":")
    if not colon:
        return raw
    uri = scope.get(prefix, "")
    if uri == OURS:
        return f"flywheel:{local}"
    if uri in XMILE:
        return local
    # A prefix that only looks like ours says nothing.
    return f"other:{local}" if prefix == "flywheel" else raw


def _decoded(data: bytes) -> str:
    encoding = "utf-16" if data.startswith(UTF16) else "utf-8-sig"
    return data.decode(encoding, errors="replace")
