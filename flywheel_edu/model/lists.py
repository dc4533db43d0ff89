"""What is written once for several, unrolled at reading: lists, switches, and parts used again.

``for club in red, blue, green:`` is a list. The lines under it stand for each item: ``fans`` is
``fans_red``, ``fans_blue``, ``fans_green``. Among themselves they mean their own; ``sum(fans)``,
``mean(fans)``, ``min(fans)`` and ``max(fans)`` mean all of them, anywhere; and ``= red: 100, blue:
200, green: 50`` gives each its own number. A ``loop`` outside that passes them is there once for
each, and ``show`` shows all of them. Another ``for`` over the same items means theirs, and so does
a line that revises a model.

A switch, ``switch plan = usual of cheap, usual, bold``, is a given that counts its names from 0,
and ``plan == bold`` asks whether it stands there; between two of them it stands at the nearest.

A part, ``part queue(incoming):``, is used by ``phone = queue(calls)``: its lines stand there once
more, ``waiting`` as ``waiting_phone`` and ``incoming`` as ``calls``.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from flywheel_edu.errors import EquationError, closest
from flywheel_edu.language import KNOWN, Source
from flywheel_edu.model.statements import (
    LONGEST_TEXT,
    MEANT,
    WHOLE,
    Statement,
    Together,
    block_under,
    names_in_block,
    too_long,
    with_words,
)

MOST_ITEMS = 50
_USAGE = "write: for club in red, blue, green:"
_PART_USAGE = "write: part queue(incoming, handled):"
_PART = re.compile(r"part\s+(?P<name>[A-Za-z]\w*)\s*\((?P<given>[^)]*)\)\s*:\s*$", re.ASCII)
_USE = re.compile(
    r"\s*(?P<use>[A-Za-z]\w*)\s*=\s*(?P<part>[A-Za-z]\w*)\s*\((?P<given>.*)\)\s*$", re.S
)
_PLAIN = re.compile(r"[\w.]+(?:\s*\[[^\]]*\])?", re.ASCII)
_FOR = re.compile(r"for\s+(?P<each>[A-Za-z]\w*)\s+in\s+(?P<items>[^:]+):\s*$", re.ASCII)
_OWN = re.compile(r"\s*[A-Za-z]\w*\s*:", re.ASCII)
_VALUE = r"[^\[\](){},:]+(?:\[[^\]]*\]\s*)?"  # perhaps with its unit
_ROW = re.compile(rf"\s*[\[({{]?(?P<values>{_VALUE}(?:,{_VALUE})+)[\])}}]?\s*")
_THOUSANDS = re.compile(r"\s*\d{1,3}(?:,\d{3})+\s*")
_SHOWN = re.compile(r"(?<=[\s,])([A-Za-z]\w*)((?:\s+at\s+[-.\d]+\s+[-.\d]+)?)", re.ASCII)
_SWITCH = re.compile(
    r"switch\s+(?P<name>[A-Za-z]\w*)\s*=\s*(?P<on>\w+)\s+of\s+(?P<all>\w+(?:\s*,\s*\w+)+)\s*$",
    re.ASCII,
)


def unrolled(
    lines: Sequence[Statement], known: Mapping[str, Together]
) -> tuple[list[Statement], dict[str, Together]]:
    """The statements with those of a part or under a ``for`` once for each, and sums over them.

    Also, for each quantity that was written once for several, for which; ``known`` are those of
    the model that the statements revise.
    """
    if any(line.code.startswith("switch ") for line in lines):
        lines = _switched(lines)
    lines, used = _with_uses(lines)
    for line in lines:
        if (use := _USE.match(line.code)) and use["part"] in {of.each for of in known.values()}:
            raise EquationError(
                f"the part '{use['part']}' is not among these lines, and a model keeps only what "
                "was made of it",
                line.place(*use.span("part")),
                f"write its lines here once more, above: {line.code.strip()}",
            )
    together = {**known, **used}
    blocks: list[tuple[Together | None, list[Statement]]] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        (name,) = names_in_block([line]) or ("",)
        several, block = known.get(name), [line]
        if _is_for(line):
            several = _read(line)
            end = block_under(lines, at)
            block, at = [*lines[at:end]], end
            names = names_in_block(block)
            if not any(inner.code.strip() for inner in block):
                raise EquationError(
                    "nothing stands under this 'for'", line.place(), "indent the lines it is for"
                )
            together |= dict.fromkeys(names, several)
        elif several:
            end = block_under(lines, at, ledger=True)
            block, at = [line, *lines[at:end]], end
        if several and sum(len(inner.code) for inner in block) * len(several.items) > LONGEST_TEXT:
            raise too_long()
        blocks.append((several, block))
    plain = names_in_block([line for several, block in blocks if not several for line in block])
    # What stands under another 'for' over the same list is of the same item, too.
    spelt: dict[tuple[tuple[str, ...], str], dict[str, str]] = {}
    for name, of in together.items():
        for item in of.items if name not in plain else ():
            spelt.setdefault((of.items, item), {})[name] = f"{name}_{item}"
    found: list[Statement] = []
    for several, block in blocks:
        if several is None:
            found += block
            continue
        for item in several.items:
            own = {name: f"{name}_{item}" for name in names_in_block(block)}
            words = ChainMap(own, spelt.get((several.items, item), {}))
            for inner in block:
                if inner.code.strip() or item == several.items[0]:
                    line = _own(inner, item, several.items)
                    found.append(with_words(line, words, several.each, item))
    _no_brackets(lines, {item for of in together.values() for item in of.items})
    whole, size = [], 0
    for line in [own for each in found for own in _for_each(each, together)]:
        whole.append(_with_sums(line, together))
        size += len(whole[-1].code)
        if size > LONGEST_TEXT:
            raise too_long()
    return whole, together


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
            line = replace(line, doc=f"{line.doc} ({told})".lstrip()).written(code)
        found.append(line)
    stands = re.compile(rf"\b({'|'.join(names)})\s*(==|!=)\s*([A-Za-z]\w*)\b", re.ASCII)

    def as_number(compared: re.Match[str]) -> str:
        switch, sign, name = compared.groups()
        if name not in names[switch]:
            return compared[0]
        return f"int({switch} + 0.5) {sign} {names[switch].index(name)}"

    return [line.written(stands.sub(as_number, line.code)) for line in found]


def _is_for(line: Statement) -> bool:
    return re.match(r"\s*for\s+\w", line.code) is not None


def _read(line: Statement) -> Together:
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
    return Together(read["each"], items)


def _own(line: Statement, item: str, items: tuple[str, ...]) -> Statement:
    """A statement under a ``for`` with this item's own number, if each has one."""
    if _is_for(line):
        raise EquationError(
            "a 'for' cannot stand under another", line.place(), "write one list after the other"
        )
    head, _, right = line.code.partition("=")
    own, ranged, span = right.rpartition(" in ")
    if not ranged or ":" in span:
        own, ranged, span = right, "", ""
    values = {}
    if _OWN.match(right):
        pairs = (part.partition(":") for part in own.split(","))
        values = {name.strip(): value.strip() for name, _, value in pairs}
        if set(values) == set(items):
            return line.written(f"{head}= {values[item]}{ranged}{span}")
    elif not (row := _ROW.fullmatch(own)) or _THOUSANDS.fullmatch(own):
        return line
    elif len(said := row["values"].split(",")) == len(items):  # in a row, without the names
        values = {name: value.strip() for name, value in zip(items, said, strict=True)}
    each = ", ".join(f"{name}: {values.get(name) or 1}" for name in items)
    meant = (closest(name, items) for name in values if name not in items)
    raise EquationError(
        f"each of {', '.join(items)} needs its own value here, and nothing else",
        line.place(),
        next(filter(None, meant), f"write: = {each}"),
    )


def _for_each(line: Statement, together: Mapping[str, Together]) -> list[Statement]:
    """What stands outside a list and tells of it: a loop once for each, a view of all of them."""

    def all_of_them(shown: re.Match[str]) -> str:
        items = together[shown[1]].items if shown[1] in together else ()
        return ", ".join(f"{shown[1]}_{item}{shown[2]}" for item in items) or shown[0]

    if re.match(r"show\b", line.code):
        return [line.written(_SHOWN.sub(all_of_them, line.code))]
    path = line.code.rpartition("=")[2] if re.match(r"loop\b", line.code) else ""
    named = re.findall(r"[A-Za-z]\w*", path)
    if not (told := [name for name in named if name in together]):
        return [line]
    each, items = together[told[0]].each, together[told[0]].items
    own = {name for name in told if together[name].items == items}
    return [with_words(line, {n: f"{n}_{item}" for n in own}, each, item) for item in items]


def _no_brackets(lines: Sequence[Statement], items: Collection[str]) -> None:
    """Refuse ``fans[red]`` where a loop or a view is told, as it was written."""
    for line in lines:
        path = line.code.rfind('"') + 1
        one = re.compile(r"([A-Za-z]\w*)\s*\[\s*(\w+)\s*\]", re.ASCII).search(line.code, path)
        if one and one[2] in items and re.match(r"\s*(loop|show)\b", line.code):
            hint = f"write: {one[1]}_{one[2]}"
            raise EquationError(f"'{one[0]}' is not a name", line.place(*one.span()), hint)


def _with_sums(line: Statement, together: Mapping[str, Together]) -> Statement:
    def all_of_them(found: re.Match[str]) -> str:
        if found[2] not in together:
            hint = closest(found[2], together)
            if '"' in line.code or (found[1] in KNOWN and not hint):
                return found[0]
            raise EquationError(
                f"'{found[2]}' is not of a list",
                Source(line.raw, line.number).place(*found.span(2)),
                hint or f"{found[1]}(...) takes a name that stands under a 'for'; or write a + b",
            )
        items = together[found[2]].items
        names = [f"{found[2]}_{item}" for item in items]
        if found[1] in KNOWN:  # min, max
            return f"{found[1]}({', '.join(names)})" if names[1:] else names[0]
        total = " + ".join(names)
        return f"({total})" if found[1] == "sum" else f"(({total}) / {len(items)}{MEANT})"

    return line.written(WHOLE.sub(all_of_them, line.code))


@dataclass(frozen=True)
class _Part:
    name: str
    given: tuple[str, ...]
    lines: tuple[Statement, ...]
    own: frozenset[str]


def _with_uses(lines: Sequence[Statement]) -> tuple[list[Statement], dict[str, Together]]:
    """The statements with each use of a part as its lines, and what the uses have together."""
    parts: dict[str, _Part] = {}
    heads: dict[str, Statement] = {}
    rest: list[Statement] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if not re.match(r"part\s+\w", line.code):
            rest.append(line)
            continue
        end = block_under(lines, at)
        part = _part_of(line, lines[at:end], parts)
        parts[part.name], heads[part.name], at = part, line, end
    if not parts:
        return rest, {}
    found: list[Statement] = []
    uses: dict[str, list[str]] = {name: [] for name in parts}
    for line in rest:
        use = _USE.match(line.code)
        if use is None or use["part"] not in parts:
            if use and use["part"] not in KNOWN and (hint := closest(use["part"], parts)):
                raise EquationError(f"no part is called '{use['part']}'", line.place(), hint)
            found.append(line)
            continue
        if line.indent:
            raise EquationError(
                "a part is used at the left margin", line.place(line.indent), "do not indent it"
            )
        part = parts[use["part"]]
        if line.doc:
            found.append(replace(line, code=""))
        words = {name: f"{name}_{use['use']}" for name in part.own}
        words |= dict(zip(part.given, _arguments(line, part, use), strict=True))
        first = not uses[part.name]
        uses[part.name].append(use["use"])
        found += [
            with_words(inner, words, part.name, use["use"])
            for inner in part.lines
            if inner.code.strip() or first
        ]
    for name, head in heads.items():
        if not uses[name]:
            usage = f"write: first_one = {name}({', '.join(parts[name].given)})"
            raise EquationError(f"the part '{name}' is never used", head.place(), usage)
    together = {
        name: Together(part.name, tuple(uses[part.name]))
        for part in parts.values()
        for name in part.own
    }
    return found, together


def _part_of(line: Statement, block: Sequence[Statement], known: dict[str, _Part]) -> _Part:
    read = _PART.match(line.code)
    if read is None:
        raise EquationError("this part cannot be read", line.place(), _PART_USAGE)
    given = tuple(filter(None, (each.strip() for each in read["given"].split(","))))
    own = names_in_block(block)
    for name in given:
        if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII):
            raise EquationError(f"'{name[:40]}' is not a name", line.place(), _PART_USAGE)
    if read["name"] in known or read["name"] in KNOWN:
        name = read["name"]
        taken = f"'{name}' is a function" if name in KNOWN else f"there is a part '{name}' already"
        raise EquationError(taken, line.place(), "give this part another name")
    if len(set(given)) < len(given):
        raise EquationError("a name in the brackets stands twice", line.place(), _PART_USAGE)
    if not own:
        raise EquationError("nothing stands under this 'part'", line.place(), "indent its lines")
    for inner in block:
        if re.match(r"\s*(for|part|switch|time)\s+\w", inner.code):
            word = inner.code.split()[0]
            raise EquationError(f"a '{word}' cannot stand in a part", inner.place(inner.indent))
    if both := own & set(given):
        raise EquationError(
            f"'{min(both)}' is handed to this part and defined in it",
            line.place(),
            "give one of them another name",
        )
    # At the left margin, or a use that stands below a 'for' would be read as a part of it.
    margin = min(inner.indent for inner in block if inner.code.strip())
    at_margin = [inner.written(inner.code[margin:]) for inner in block]
    return _Part(read["name"], given, tuple(at_margin), own)


def _arguments(line: Statement, part: _Part, use: re.Match[str]) -> list[str]:
    found, depth = [""], 0
    for letter in use["given"]:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    found = [each.strip() for each in found] if use["given"].strip() else []
    if len(found) != len(part.given) or "" in found:
        wants = ", ".join(part.given) or "nothing"
        raise EquationError(
            f"'{part.name}' is handed {wants}, and here are {len(list(filter(None, found)))}",
            line.place(),
            f"write: {use['use']} = {part.name}({', '.join(part.given)})",
        )
    return [each if _PLAIN.fullmatch(each) else f"({each})" for each in found]
