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
_RANGE = re.compile(rf"({_NAME}|[^:=<>\[(]+)(?::(?!\w|=)|<->)([^>]*?)(?:->.*)?", re.DOTALL)
_NUMBERED = re.compile(r"\(\s*(.*?)(\d+)\s*-\s*\1(\d+)\s*\)")
_NUMBERS = r"((?::NA:|[-+\d.e\s,;])*)"
_LIST = re.compile(
    rf"({_NAME}|[^\[=:]+)\[([^\]:]*)\]\s*=(?:\s*TABBED ARRAY\s*\({_NUMBERS}\)|{_NUMBERS})",
    re.IGNORECASE,
)


def made_ready(equations: str) -> str:
    """The equations without reality checks, which change no number, and with each number of a list
    in an entry of its own, since of several lists for one array the converter keeps the first."""
    ranges: dict[str, list[str]] = {}
    for entry in _ENTRY.finditer(equations):
        if entry[2] and (found := _RANGE.fullmatch(_plain(entry[1]))):
            ranges[same_name(found[1])] = [each.strip() for each in found[2].split(",")]
    return _ENTRY.sub(lambda entry: _one_by_one(entry, ranges), equations)


def _one_by_one(entry: re.Match[str], ranges: dict[str, list[str]]) -> str:
    if _CHECK.search(entry[1]):
        return "\n" * entry[0].count("\n")
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
    lines = "\n" * entry[1].count("\n")  # what the converter says of later lines stays right
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


def refuse_data(text: str) -> None:
    """Refuse a variable whose values are data in another file: it says so, or has no equation."""
    if found := _FILED.search(text):
        raise ExchangeError(
            f"{' '.join(found[0].split())} takes its values from another file, which is not read",
            _place(text, found.start()),
            "write the numbers here, or WITH LOOKUP(Time, ...) with its numbers",
        )
    if found := _OUTPUTS.search(text):
        raise ExchangeError(
            "this macro gives more than one value, which is not read",
            _place(text, found.start()),
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
                _place(text, entry.start() + head.rindex(name)),
                "give it an equation, or WITH LOOKUP(Time, ...) with its numbers",
            )


def _place(text: str, at: int) -> Place:
    row, start = text.count("\n", 0, at), text.rfind("\n", 0, at) + 1
    line = text[start:].partition("\n")[0].rstrip()
    return Place(row + 1, line, at - start, len(line))
