"""What is written once for each of a list: ``for club in red, blue, green:``, unrolled at reading.

The lines under it stand for each item: ``fans`` is ``fans_red``, ``fans_blue``, ``fans_green``.
Among themselves they mean their own; ``sum(fans)`` and ``mean(fans)`` mean all of them, anywhere;
and ``= red: 100, blue: 200, green: 50`` gives each its own number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from flywheel_edu.errors import EquationError, ModelError
from flywheel_edu.model.statements import LONGEST_TEXT, Statement

MOST_ITEMS = 50
_USAGE = "write: for club in red, blue, green:"
_FOR = re.compile(r"for\s+(?P<each>[A-Za-z]\w*)\s+in\s+(?P<items>[^:]+):\s*$", re.ASCII)
_HEAD = re.compile(r"\s*(?:(?:stock|given|data)\s+)?([A-Za-z]\w*)\s*\[", re.ASCII)
_WHOLE = re.compile(r"\b(sum|mean)\(\s*([A-Za-z]\w*)\s*\)", re.ASCII)
_OWN = re.compile(r"=\s*(?P<own>[A-Za-z]\w*\s*:.*?)(?P<range>\s+in\b[^:]*)?$", re.DOTALL)
_NOT_CODE = re.compile(r'(\[[^\]]*\]|"[^"]*")')


def unrolled(lines: Sequence[Statement]) -> list[Statement]:
    """The statements with those under a ``for`` once for each item, and sums over them.

    Raises
    ------
    EquationError, ModelError
        If a list cannot be read, nothing stands under it, or the model grows too long.
    """
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
        names = [head[1] for inner in block if (head := _HEAD.match(inner.code))]
        if not names:
            raise EquationError(
                "nothing stands under this 'for'", line.place(), "indent the lines it is for"
            )
        lists |= dict.fromkeys(names, items)
        for item in items:
            for inner in block:
                if inner.code.strip() or item == items[0]:
                    found.append(_for_one(inner, each, item, items, names))
    whole = [_with_sums(line, lists) for line in found]
    if sum(len(line.code) for line in whole) > LONGEST_TEXT:
        raise ModelError(f"unrolled, this model has more than {LONGEST_TEXT:,} characters")
    return whole


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
    line: Statement, each: str, item: str, items: tuple[str, ...], names: Sequence[str]
) -> Statement:
    """A statement under a ``for`` as it stands for one item."""
    if _is_for(line):
        raise EquationError(
            "a 'for' cannot stand under another", line.place(), "write one list after the other"
        )
    code = line.code
    if own := _OWN.search(code):
        values = dict(part.partition(":")[::2] for part in own["own"].split(","))
        values = {name.strip(): value.strip() for name, value in values.items()}
        if set(values) != set(items):
            raise EquationError(
                f"each of {', '.join(items)} needs its own value here, and nothing else",
                line.place(),
                f"write: = {', '.join(f'{name}: 1' for name in items)}",
            )
        code = f"{code[: own.start()]}= {values[item]}{own['range'] or ''}"
    known = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b(?!\s*\()", re.ASCII)
    parts = _NOT_CODE.split(code)
    for number, part in enumerate(parts):
        if part[:1] == '"':
            parts[number] = re.sub(rf"\b{each}\b", item, part)
        elif part[:1] != "[":
            # What all of them come to keeps its name for now.
            kept = _WHOLE.sub(lambda found: found[0].replace(found[2], f"{found[2]}@"), part)
            parts[number] = re.sub(rf"{known.pattern}(?!@)", rf"\1_{item}", kept).replace("@", "")
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
