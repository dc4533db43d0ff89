"""What is written once for each of a list: ``for club in red, blue, green:``, unrolled at reading.

The lines under it stand for each item: ``fans`` is ``fans_red``, ``fans_blue``, ``fans_green``.
Among themselves they mean their own; ``sum(fans)`` and ``mean(fans)`` mean all of them, anywhere;
and ``= red: 100, blue: 200, green: 50`` gives each its own number.

A switch, ``switch plan = usual of cheap, usual, bold``, is a given that counts its names from 0,
and ``plan == bold`` asks whether it stands there; between two of them it stands at the nearest.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from flywheel_edu.errors import EquationError, ModelError
from flywheel_edu.model.statements import LONGEST_TEXT, Statement

MOST_ITEMS = 50
_USAGE = "write: for club in red, blue, green:"
_FOR = re.compile(r"for\s+(?P<each>[A-Za-z]\w*)\s+in\s+(?P<items>[^:]+):\s*$", re.ASCII)
_HEAD = re.compile(r"\s*(?:(?:stock|given|data)\s+)?([A-Za-z]\w*)\s*\[", re.ASCII)
_WHOLE = re.compile(r"\b(sum|mean)\(\s*([A-Za-z]\w*)\s*\)", re.ASCII)
_OWN = re.compile(r"\s*[A-Za-z]\w*\s*:", re.ASCII)
_SWITCH = re.compile(
    r"switch\s+(?P<name>[A-Za-z]\w*)\s*=\s*(?P<on>\w+)\s+of\s+(?P<all>\w+(?:\s*,\s*\w+)+)\s*$",
    re.ASCII,
)
_NAMED = re.compile(r"\b[A-Za-z]\w*\b(?!\s*\(|@)", re.ASCII)
_NOT_CODE = re.compile(r'(\[[^\]]*\]|"[^"]*")')


def unrolled(lines: Sequence[Statement]) -> list[Statement]:
    """The statements with those under a ``for`` once for each item, and sums over them.

    Raises
    ------
    EquationError, ModelError
        If a list cannot be read, nothing stands under it, or the model grows too long.
    """
    if any(line.code.startswith("switch ") for line in lines):
        lines = _switched(lines)
    if not any(line.code.startswith("for") and _is_for(line) for line in lines):
        return list(lines)
    found: list[Statement] = []
    lists: dict[str, tuple[str, ...]] = {}  # the items of each quantity that stands under a for
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if not _is_for(line):
            found.append(line)
            continue
        each, items = _read(line)
        end = at
        while end < len(lines) and (lines[end].indent or not lines[end].code.strip()):
            end += 1
        block, at = lines[at:end], end
        names = {head[1] for inner in block if (head := _HEAD.match(inner.code))}
        if not names:
            raise EquationError(
                "nothing stands under this 'for'", line.place(), "indent the lines it is for"
            )
        lists |= dict.fromkeys(names, items)
        if sum(len(inner.code) for inner in block) * len(items) > LONGEST_TEXT:
            raise _too_long()
        for item in items:
            for inner in block:
                if inner.code.strip() or item == items[0]:
                    found.append(_for_one(inner, each, item, items, names))
    whole, size = [], 0
    for line in found:
        whole.append(_with_sums(line, lists))
        size += len(whole[-1].code)
        if size > LONGEST_TEXT:
            raise _too_long()
    return whole


def _too_long() -> ModelError:
    return ModelError(f"unrolled, this model has more than {LONGEST_TEXT:,} characters")


def _switched(lines: Sequence[Statement]) -> list[Statement]:
    """The statements with each switch as a given, and its names as numbers where it is compared."""
    found, names = [], {}
    for line in lines:
        if line.code.startswith("switch "):
            read = _SWITCH.match(line.code)
            listed = re.split(r"\s*,\s*", read["all"]) if read else []
            if read is None or read["on"] not in listed or len(set(listed)) < len(listed):
                raise EquationError(
                    "this switch cannot be read",
                    line.place(),
                    "write: switch plan = usual of cheap, usual, bold",
                )
            names[read["name"]] = listed
            code = (
                f"given {read['name']} [1] = {listed.index(read['on'])} in 0 .. {len(listed) - 1}"
            )
            told = ", ".join(f"{number} {name}" for number, name in enumerate(listed))
            line = _written(replace(line, doc=f"{line.doc} ({told})".lstrip()), code)
        found.append(line)
    stands = re.compile(rf"\b({'|'.join(names)})\s*(==|!=)\s*([A-Za-z]\w*)\b", re.ASCII)

    def as_number(compared: re.Match[str]) -> str:
        switch, sign, name = compared.groups()
        if name not in names[switch]:
            return compared[0]
        return f"int({switch} + 0.5) {sign} {names[switch].index(name)}"

    return [
        line if (code := stands.sub(as_number, line.code)) == line.code else _written(line, code)
        for line in found
    ]


def _is_for(line: Statement) -> bool:
    return re.match(r"\s*for\s+\w", line.code) is not None


def _read(line: Statement) -> tuple[str, tuple[str, ...]]:
    read = _FOR.match(line.code)
    if read is None:
        raise EquationError("this list cannot be read", line.place(), _USAGE)
    items = tuple(item.strip() for item in read["items"].split(","))
    for item in items:
        if not re.fullmatch(r"[A-Za-z]\w*", item, re.ASCII):
            raise EquationError(f"'{item[:40]}' is not a name", line.place(), _USAGE)
    if len(set(items)) < len(items) or len(items) > MOST_ITEMS:
        raise EquationError(
            f"a list has up to {MOST_ITEMS} items, each of them once", line.place(), _USAGE
        )
    return read["each"], items


def _for_one(
    line: Statement, each: str, item: str, items: tuple[str, ...], names: Collection[str]
) -> Statement:
    """A statement under a ``for`` as it stands for one item."""
    if _is_for(line):
        raise EquationError(
            "a 'for' cannot stand under another", line.place(), "write one list after the other"
        )
    code = line.code
    head, _, right = code.partition("=")
    if _OWN.match(right):
        own, ranged, span = right.rpartition(" in ")
        if not ranged or ":" in span:
            own, ranged, span = right, "", ""
        values = dict(part.partition(":")[::2] for part in own.split(","))
        values = {name.strip(): value.strip() for name, value in values.items()}
        if set(values) != set(items):
            raise EquationError(
                f"each of {', '.join(items)} needs its own value here, and nothing else",
                line.place(),
                f"write: = {', '.join(f'{name}: 1' for name in items)}",
            )
        code = f"{head}= {values[item]}{ranged}{span}"

    def own_one(word: re.Match[str]) -> str:
        return f"{word[0]}_{item}" if word[0] in names else word[0]

    parts = _NOT_CODE.split(code)
    for number, part in enumerate(parts):
        if part[:1] == '"':
            parts[number] = re.sub(rf"\b{each}\b", item, part)
        elif part[:1] != "[":
            # What all of them come to keeps its name for now.
            kept = _WHOLE.sub(lambda found: found[0].replace(found[2], f"{found[2]}@"), part)
            parts[number] = _NAMED.sub(own_one, kept).replace("@", "")
    return _written(line, "".join(parts))


def _with_sums(line: Statement, lists: Mapping[str, tuple[str, ...]]) -> Statement:
    def all_of_them(found: re.Match[str]) -> str:
        items = lists.get(found[2])
        if items is None:
            return found[0]
        total = " + ".join(f"{found[2]}_{item}" for item in items)
        return f"({total})" if found[1] == "sum" else f"(({total}) / {len(items)})"

    code = _WHOLE.sub(all_of_them, line.code)
    return line if code == line.code else _written(line, code)


def _written(line: Statement, code: str) -> Statement:
    return replace(line, code=code, raw=tuple(code.split("\n")))
