"""The entries of a Vensim file, such that its converter passes over none in silence."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import islice, product

from flywheel_edu.errors import ExchangeError, Place, printable
from flywheel_exchange.labels import same_name

_DEEPEST = 20  # ranges one within another
_NAME = r'"(?:[^"\\\n]|\\.)*"?'
# An equation, in which a quoted name may hold any mark, and what is said of it.
_ENTRY = re.compile(rf"((?:{_NAME}|[^~|])*)(~[^|]*)?\|?")
_COMMENT = re.compile(r"\{[^{}]*\}")
_CHECK = re.compile(r":(?:THE CONDITION|TEST INPUT):", re.IGNORECASE)
_FILED = re.compile(r"\bGET\s+(?:DIRECT|VDF|123|ODBC)\s+\w+(?=\s*\()", re.IGNORECASE)
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


def made_ready(equations: str) -> str:
    """The equations without reality checks, which change no number, and with each number of a list
    in an entry of its own, since of several lists for one array the converter keeps the first.
    A range of the elements of another becomes a second name of that one, as it is for Vensim."""
    found = [_range_in(entry) for entry in _ENTRY.finditer(equations)]
    said = sorted((each for each in found if each), key=lambda each: each[3] is None)
    ranges = {same_name(each[1]): [part.strip() for part in each[2].split(",")] for each in said}
    firsts: dict[frozenset[str], str] = {}
    for each in said:  # one that is mapped to others keeps its elements
        firsts.setdefault(_set(each[1], ranges), each[1].strip())
    return _ENTRY.sub(lambda entry: _one_by_one(entry, ranges, firsts), equations)


def _range_in(entry: re.Match[str]) -> re.Match[str] | None:
    return _RANGE.fullmatch(_plain(entry[1])) if entry[2] else None


def _set(name: str, ranges: dict[str, list[str]]) -> frozenset[str]:
    return frozenset(map(same_name, _elements(name, ranges)))


def _one_by_one(
    entry: re.Match[str], ranges: dict[str, list[str]], firsts: dict[frozenset[str], str]
) -> str:
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


def _elements(name: str, ranges: dict[str, list[str]], depth: int = 0) -> Iterator[str]:
    if found := _NUMBERED.fullmatch(name.strip()[:99]):
        yield from (f"{found[1]}{i}" for i in range(int(found[2]), int(found[3]) + 1))
    elif (inner := ranges.get(same_name(name))) and depth < _DEEPEST:
        for each in inner:
            yield from _elements(each, ranges, depth + 1)
    else:
        yield name.strip()


def _plain(equation: str) -> str:
    return _COMMENT.sub("", re.sub(r"\\\s*\n\s*", "", equation)).strip()


def heads(equations: str) -> Iterator[tuple[str, int, int, re.Match[str] | None]]:
    """Each name that is defined, from where to where it stands, and its range, if it has one."""
    for entry in _ENTRY.finditer(equations):
        if found := _HEAD.match(entry[1]):
            start = entry.start(1) + found.start(1)
            end = start + len(found[1].rstrip())
            yield same_name(found[1]), start, end, _SPAN.match(entry[2] or "")


def refuse_data(text: str) -> None:
    """Refuse a variable whose values are data in another file: it says so, or has no equation."""
    if found := _FILED.search(text):
        raise ExchangeError(
            f"{' '.join(found[0].split())} takes its values from another file, which is not read",
            place_in(text, found.start()),
            "write the numbers here, or WITH LOOKUP(Time, ...) with its numbers",
        )
    if found := _OUTPUTS.search(text):
        raise ExchangeError(
            "this macro gives more than one value, which is not read",
            place_in(text, found.start()),
            "write a macro for each of its values",
        )
    inside_macro = False
    for entry in _ENTRY.finditer(text):
        head = entry[1]
        said = _COMMENT.sub("", head).strip()
        inside_macro = (inside_macro or ":MACRO:" in head) and ":END OF MACRO:" not in head
        # Neither an equation, a lookup, a range of subscripts, a constraint nor a heading.
        plain = re.sub(_NAME, "x", said)
        if entry[2] and plain and not re.search(r"[=(:<*]", plain) and not inside_macro:
            name = said.splitlines()[-1].strip()
            raise ExchangeError(
                f"'{printable(name[:60])}' has no equation; its values are data from another file, "
                "which are not read",
                place_in(text, entry.start() + head.rindex(name)),
                "give it an equation, or WITH LOOKUP(Time, ...) with its numbers",
            )


def place_in(text: str, at: int, end: int | None = None) -> Place:
    """The line with what stands from one place of a text to another, else to the line's end."""
    row, start = text.count("\n", 0, at), text.rfind("\n", 0, at) + 1
    line = text[start:].partition("\n")[0].rstrip()
    return Place(row + 1, line, at - start, len(line) if end is None else end - start)
