"""A part that is used more than once: ``part queue(incoming):``, and ``phone = queue(calls)``.

Each use stands for the part's lines once more: ``waiting`` is ``waiting_phone`` there, and
``incoming`` is ``calls``. ``sum(waiting)`` means that of all uses, as over a list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flywheel_edu.errors import EquationError, closest
from flywheel_edu.language import KNOWN
from flywheel_edu.model.statements import (
    Statement,
    Together,
    block_under,
    names_in_block,
    with_words,
)

_USAGE = "write: part queue(incoming, handled):"
_PART = re.compile(r"part\s+(?P<name>[A-Za-z]\w*)\s*\((?P<given>[^)]*)\)\s*:\s*$", re.ASCII)
_USE = re.compile(
    r"\s*(?P<use>[A-Za-z]\w*)\s*=\s*(?P<part>[A-Za-z]\w*)\s*\((?P<given>.*)\)\s*$", re.S
)
_PLAIN = re.compile(r"[\w.]+(?:\s*\[[^\]]*\])?", re.ASCII)


@dataclass(frozen=True)
class _Part:
    name: str
    given: tuple[str, ...]
    lines: tuple[Statement, ...]
    own: frozenset[str]


def used(lines: Sequence[Statement]) -> tuple[list[Statement], dict[str, Together]]:
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
        part = _read(line, lines[at:end], parts)
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


def _read(line: Statement, block: Sequence[Statement], known: dict[str, _Part]) -> _Part:
    read = _PART.match(line.code)
    if read is None:
        raise EquationError("this part cannot be read", line.place(), _USAGE)
    given = tuple(filter(None, (each.strip() for each in read["given"].split(","))))
    own = names_in_block(block)
    for name in given:
        if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII):
            raise EquationError(f"'{name[:40]}' is not a name", line.place(), _USAGE)
    if read["name"] in known or read["name"] in KNOWN:
        name = read["name"]
        taken = f"'{name}' is a function" if name in KNOWN else f"there is a part '{name}' already"
        raise EquationError(taken, line.place(), "give this part another name")
    if len(set(given)) < len(given):
        raise EquationError("a name in the brackets stands twice", line.place(), _USAGE)
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
    """What this use hands to the part, each as it can stand in an equation."""
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
