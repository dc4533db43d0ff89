"""The entries of a Vensim file, such that its converter passes over none in silence."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from itertools import islice, product

from flywheel_edu.errors import ExchangeError, Place, notice, printable
from flywheel_exchange.document import MOST_QUANTITIES
from flywheel_exchange.labels import plain_label, same_name
from flywheel_exchange.variables import Variable
from flywheel_exchange.views import TIME_LINE

_MOST_LOST = 20  # entries of which is told, each in a notice
_DEEPEST = 20  # ranges one within another
_NAME = r'"(?:[^"\\\n]|\\.)*"?'
# An equation, in which a quoted name may hold any mark, and what is said of it.
_ENTRY = re.compile(rf"((?:{_NAME}|[^~|])*)(~[^|]*)?\|?")
_COMMENT = re.compile(r"\{[^{}]*\}")
_CHECK = re.compile(r":(?:THE CONDITION|TEST INPUT):", re.IGNORECASE)
_FILED = re.compile(r"\bGET\s+(?:DIRECT|VDF|123|ODBC)\s+\w+(?=\s*\()", re.IGNORECASE)
_DATA = re.compile(r":(?:RAW|INTERPOLATE|HOLD BACKWARD|LOOK FORWARD):", re.IGNORECASE)
_MACRO = re.compile(r":MACRO:[^)]*\)|:END OF MACRO:", re.IGNORECASE)
_UNSAID = re.compile(r"=\s*A FUNCTION OF\s*\(", re.IGNORECASE)
_OUTPUTS = re.compile(r":MACRO:[^():~|]*\([^():~|]*:", re.IGNORECASE)
_RANGE = re.compile(rf"({_NAME}|[^:=<>\[(]+)(?::(?!\w|=)|<->)([^>]*?)(->.*)?", re.DOTALL)
# A name, behind the macros that begin or end before it, and the range of a variable.
_HEAD = re.compile(
    rf"(?:\s|\{{[^{{}}]*\}}|:(?:MACRO|END OF MACRO):.*\n)*({_NAME}|[^\s\[=(:<{{][^\[=(:<]*)"
)
_SPAN = re.compile(r"~[^~\[]*\[(?P<min>[^\],]+),(?P<max>[^\],]+)")
_NUMBERED = re.compile(r"\(\s*(.*?)(\d+)\s*-\s*\1(\d+)\s*\)")
_NUMBERS = r"((?::NA:|[-+\d.e\s,;])*)"
_LIST = re.compile(
    rf"({_NAME}|[^\[=:]+)\[([^\]:]*)\]\s*=(?:\s*TABBED ARRAY\s*\({_NUMBERS}\)|{_NUMBERS})",
    re.IGNORECASE,
)


# What an equation is of, and what it leaves out of that.
_LEFT = re.compile(
    rf"\s*({_NAME}|[^\[\](:=<>*]+)(?:\[([^\]]*)\])?\s*(?::EXCEPT:([^=]*))?(?::?=|\()",
    re.IGNORECASE,
)

Ranges = dict[str, list[str]]


def made_ready(equations: str) -> str:
    """The equations without reality checks, which change no number, and with each number of a list
    in an entry of its own, since of several lists for one array the converter keeps the first.
    A range of the elements of another becomes a second name of that one, as it is for Vensim."""
    found = filter(None, map(_range_in, _ENTRY.finditer(equations)))
    said = sorted(found, key=lambda each: each[3] is None)
    ranges = _parts(said)
    firsts: dict[frozenset[str], str] = {}
    for each in said:  # one that is mapped to others keeps its elements
        firsts.setdefault(_set(each[1], ranges), each[1].strip())
    return _ENTRY.sub(lambda entry: _one_by_one(entry, ranges, firsts), equations)


def _range_in(entry: re.Match[str]) -> re.Match[str] | None:
    return _RANGE.fullmatch(_plain(entry[1])) if entry[2] else None


def _parts(said: Iterable[re.Match[str]]) -> Ranges:
    return {same_name(each[1]): [part.strip() for part in each[2].split(",")] for each in said}


def _set(name: str, ranges: Ranges) -> frozenset[str]:
    return frozenset(map(same_name, islice(_elements(name, ranges), MOST_QUANTITIES)))


def _one_by_one(entry: re.Match[str], ranges: Ranges, firsts: dict[frozenset[str], str]) -> str:
    lines = "\n" * entry[1].count("\n")  # what the converter says of later lines stays right
    if _CHECK.search(entry[1]):
        return "\n" * entry[0].count("\n")
    if (own := _range_in(entry)) and own[3] is None:
        name, first = own[1].strip(), firsts[_set(own[1], ranges)]
        return entry[0] if first == name else f"{lines}{name} <-> {first}{entry[2]}|"
    found = _LIST.fullmatch(_plain(entry[1]))
    if found is None:
        return entry[0]
    numbers = re.sub(r"([-+])\s+", r"\1", found[3] or found[4])
    values = re.split(r"[\s,;]+", numbers.strip(" \t\n,;"))
    axes = [list(islice(_elements(each, ranges), len(values) + 1)) for each in found[2].split(",")]
    if len(values) == 1 or len(values) != math.prod(map(len, axes)):
        return entry[0]
    pairs = zip(product(*axes), values, strict=True)
    each = (f"{found[1]}[{','.join(at)}]={value}" for at, value in pairs)
    return lines + " ~~|".join(each) + entry[0][len(entry[1]) :]


def _elements(name: str, ranges: Ranges, depth: int = 0) -> Iterator[str]:
    if found := _NUMBERED.fullmatch(name.strip()[:99]):
        yield from (f"{found[1]}{i}" for i in range(int(found[2]), int(found[3]) + 1))
    elif (inner := ranges.get(same_name(name))) and depth < _DEEPEST:
        for each in inner:
            yield from _elements(each, ranges, depth + 1)
    else:
        yield name.strip()


def _plain(equation: str) -> str:
    return _COMMENT.sub("", re.sub(r"\\\s*\n\s*", "", equation)).strip()


def heads(equations: str) -> Iterator[tuple[str, tuple[int, int], re.Match[str] | None]]:
    """Each name that is defined, from where to where it stands, and its range, if it has one."""
    for entry in _ENTRY.finditer(equations):
        if found := _HEAD.match(entry[1]):
            start = entry.start(1) + found.start(1)
            end = start + len(found[1].rstrip())
            yield same_name(found[1]), (start, end), _SPAN.match(entry[2] or "")


def refuse_data(text: str) -> None:
    """Refuse a variable whose values are data in another file: it says so, or has no equation."""
    if found := _FILED.search(text) or _OUTPUTS.search(text):
        asked = " ".join(found[0].split())
        message = f"{asked} takes its values from another file, which is not read"
        hint = "write the numbers here, or WITH LOOKUP(Time, ...) with its numbers"
        if asked[0] == ":":
            message = "this macro gives more than one value, which is not read"
            hint = "write a macro for each of its values"
        raise ExchangeError(message, place_in(text, found.start()), hint)
    for entry, said, inside_macro in _entries(text):
        # Neither an equation, a lookup, a range of subscripts, a constraint nor a heading.
        plain = _DATA.sub("", re.sub(_NAME, "x", said))
        if plain and not re.search(r"[=(:<*]", plain) and not inside_macro:
            name = said.splitlines()[-1].strip()
            told = "has no equation; its values are data from another file, which are not read"
            place = place_in(text, entry.start() + max(0, entry[1].find(name)))
            hint = "give it an equation, or WITH LOOKUP(Time, ...) with its numbers"
            raise ExchangeError(f"'{printable(name[:60])}' {told}", place, hint)


def refuse_lost(text: str, variables: Iterable[Variable]) -> None:
    """Refuse an equation that did not come into XMILE; only tell of one that nobody reads."""
    ranges = _parts(filter(None, map(_range_in, _ENTRY.finditer(text))))
    there = {same_name(plain_label(v.label)): v for v in variables}
    bodies: list[str] = []
    wrong = []
    seen: set[str] = set()
    for entry, said, inside_macro in _entries(text):
        head = _LEFT.match(said)
        if inside_macro or head is None or _UNSAID.search(said) or _CHECK.search(said):
            continue
        bodies.append(said[head.end() :])
        key, whole = same_name(plain_label(head[1])), re.sub(r"\s+(?=\W)|(?<=\W)\s+", "", head[0])
        variable, twice = there.get(key), same_name(whole) in seen
        seen.add(same_name(whole))
        left = _places(head[2] or "", variable, ranges)
        for spared in re.findall(r"\[([^\]]*)\]", head[3] or ""):
            left -= _places(spared, variable, ranges)
        lost = key not in TIME_LINE and (variable is None or not left <= variable.drafts.keys())
        if twice or lost:
            wrong.append((key, twice, entry, head))
    read = same_name(f"({' '.join(bodies)})") if wrong else ""
    for key, twice, entry, head in wrong:
        shown, at = printable(head[0].rstrip("(:= \n")[:60]), entry[1].find(head[1].strip())
        place = place_in(text, entry.start() + max(0, at))
        if twice:
            raise ExchangeError(f"there are two equations for '{shown}'", place, "keep one")
        word = rf"(?<![^\W_]){re.escape(key)}(?![^\W_])"
        if len(wrong) > _MOST_LOST or re.search(word, read):
            told = f"'{shown}' is lost on the way by XMILE"
            hint = "where one name is over several ranges, give it another name over each of them"
            raise ExchangeError(told, place, hint)
        notice(f"'{shown}' on line {place.line} was not read; nothing else needs it")


def _places(said: str, over: Variable | None, ranges: Ranges) -> set[tuple[int | None, ...]]:
    """The elements of an array that a text in square brackets means; None is none of them."""
    named = [islice(_elements(each, ranges), MOST_QUANTITIES) for each in said.split(",")]
    dims = over.dims if over else ()
    places = ([dim.position(each) for each in few] for dim, few in zip(dims, named, strict=False))
    return set(islice(product(*places), MOST_QUANTITIES))


def _entries(text: str) -> Iterator[tuple[re.Match[str], str, bool]]:
    inside_macro = False
    for entry in _ENTRY.finditer(text):
        said = _plain(entry[1])
        for mark in _MACRO.findall(said):
            inside_macro = mark[1] in "Mm"
        if entry[2]:
            yield entry, _MACRO.sub("", said).strip(), inside_macro


def place_in(text: str, at: int, end: int | None = None) -> Place:
    """The line with what stands from one place of a text to another, else to the line's end."""
    row, start = text.count("\n", 0, at), text.rfind("\n", 0, at) + 1
    line = text[start:].partition("\n")[0].rstrip()
    return Place(row + 1, line, at - start, len(line) if end is None else end - start)
