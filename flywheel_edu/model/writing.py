"""From the parts of a model to its text; what was written once for several is so again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce
from itertools import takewhile
from typing import Any

from flywheel_edu.language import Binary, Call, Expression, Name, Number, with_children
from flywheel_edu.model.lines import Parts
from flywheel_edu.model.parts import NamedLoop, Quantity, Shown
from flywheel_edu.model.statements import MEANT, Together, named_for

_INDENT = "    "
_LINE = re.compile(r"(?P<head>.*?\] = )(?P<value>.*?)(?P<rest>(?: in \S+ \.\. \S+)?(?:  # .*)?)")


def text_of(parts: Parts, *, folded: bool = False) -> str:
    """A model's text; folded, several stand under one ``for`` where their lines agree."""
    together = parts.together if folded else {}
    blocks = _blocks(_with_wholes(parts.quantities.values(), together))
    lines = [f"# {line}" for line in ((parts.title, *parts.about) if parts.title else ())]
    lines += [str(parts.clock), *_folded(blocks, together)]
    if parts.loops:
        lines += ["", *_told_once([*parts.loops.values()], together)]
    if parts.view:
        lines += ["", *(f"# {note}" for note in parts.view_notes)]
        lines += _told_once(parts.view, together)
    lines += [f"# {line}" for line in parts.ending]
    return "\n".join(lines) + "\n"


def _blocks(quantities: Iterable[Quantity]) -> dict[str, list[str]]:
    blocks, before = {}, ""
    for quantity in quantities:
        lines = [f"# {note}" for note in quantity.notes]
        if lines or quantity.kind != before or quantity.kind == "stock":
            lines.insert(0, "")
        before = quantity.kind
        lines.append(_with_doc(str(quantity), quantity.doc))
        for entry in quantity.ledger:
            sign = "+" if entry.sign > 0 else "-"
            lines.append(_with_doc(f"{_INDENT}{sign} {entry.flow}", entry.doc))
        blocks[quantity.name] = lines
    return blocks


def _with_doc(code: str, doc: str) -> str:
    return f"{code}  # {doc}" if doc else code


def _with_wholes(
    quantities: Iterable[Quantity], together: Mapping[str, Together]
) -> Iterable[Quantity]:
    """The quantities with ``sum(fans)`` and the like in place of what those were unrolled into."""
    wholes: dict[Any, Name] = {}
    for name, several in together.items():
        members: list[Expression] = [*map(Name, several.members(name))]
        total = reduce(partial(Binary, "+"), members)
        wholes[Binary("/", total, Number(len(members)))] = Name(f"mean({name})")
        if len(members) > 1:
            wholes[total] = Name(f"sum({name})")
            for one in ("min", "max"):
                nested = members[0]
                for member in members[1:]:
                    nested = Call(one, (nested, member))
                wholes[nested] = Name(f"{one}({name})")

    def said(node: Any) -> Any:
        known = wholes.get(node)
        if known and (node.__class__ is not Binary or node.op == "+" or _is_meant(node.right)):
            return known
        return with_children(node, said)

    if not wholes:
        return quantities
    return (replace(each, equation=said(each.equation)) for each in quantities)


def _is_meant(number: Any) -> bool:
    at = number.place
    return at is not None and at.text[at.start : at.end].endswith(MEANT)


def _folded(blocks: Mapping[str, Sequence[str]], together: Mapping[str, Together]) -> list[str]:
    """The lines of all quantities, with those of each list under one ``for`` where they agree."""
    member = _members(together)
    names, lines, at = [*blocks], [], 0
    while at < len(names):
        _, here = member.get(names[at], ("", None))
        if here is not None and here[0] == here[1].items[0]:
            several = here[1]
            after = (member.get(name, ("", None)) for name in names[at:])
            own = [name for name, _ in takewhile(partial(_is_of, here), after)]
            unrolled = [f"{name}_{item}" for item in several.items for name in own]
            of_list = [name for name, of in together.items() if of.items == several.items]
            once = [
                _once([blocks[each] for each in several.members(n)], of_list, several) for n in own
            ]
            if names[at : at + len(unrolled)] == unrolled and all(once):
                inside = [line for block in once for line in block]
                lines += ["", *_under(several, inside[not inside[0] :])]
                at += len(unrolled)
                continue
        lines += blocks[names[at]]
        at += 1
    return lines


def _members(together: Mapping[str, Together]) -> dict[str, tuple[str, tuple[str, Together]]]:
    """Of each quantity of a list: its name there, its item, and the list."""
    return {
        f"{name}_{item}": (name, (item, several))
        for name, several in together.items()
        for item in several.items
    }


def _under(several: Together, lines: Iterable[str]) -> list[str]:
    head = f"for {several.each} in {', '.join(several.items)}:"
    return [head, *(_INDENT + line if line else "" for line in lines)]


def _told_once(outside: Sequence[NamedLoop | Shown], together: Mapping[str, Together]) -> list[str]:
    """The lines of loops or of a view, once for each list where all of it are told alike."""
    member, lines, at = _members(together), [], 0
    where = {each.name: at for at, each in enumerate(outside)}
    owns = {
        items: {
            i: {f"{n}_{i}": n for n, of in together.items() if of.items == items} for i in items
        }
        for items in {of.items for of in together.values()}
    }
    while at < len(outside):
        told = outside[at]
        names = told.quantities if isinstance(told, NamedLoop) else (told.name,)
        of_lists = (member[name][1][1] for name in names if name in member)
        several = next(of_lists, Together("", ()))
        items, apart = several.items, 1
        own = owns.get(items, {})
        if items[1:]:  # those that stood under one 'for' take turns
            second = _of_item(_of_list(told, own[items[0]]), several.each, items[1])
            apart = max(1, where.get(second, 0) - at)
        block = outside[at : at + apart * len(items)]
        once = [_of_list(each, own[items[i // apart]]) for i, each in enumerate(block)]
        every = [_of_item(each, several.each, item) for item in items for each in once[:apart]]
        said = [_lines(each) for each in once]
        code = [each[-1:] for each in said[:apart]]
        if (
            block
            and every == [each.name for each in block]
            and said[apart:] == code * (len(items) - 1)
        ):
            inside = [line for each in said[:apart] for line in each]
            lines += inside if apart == 1 else _under(several, inside)
            at += len(block)
        else:
            lines += _lines(told)
            at += 1
    return lines


def _of_list(told: NamedLoop | Shown, own: Mapping[str, str]) -> NamedLoop | Shown:
    """As it stands in the text that is there once, if it is the one of an item."""
    if isinstance(told, Shown):
        return replace(told, name=own.get(told.name, told.name))
    around = tuple(own.get(name, name) for name in told.quantities)
    return replace(told, name=told.said, quantities=around)


def _of_item(told: NamedLoop | Shown, each: str, item: str) -> str:
    """What it is then called of an item."""
    if isinstance(told, Shown):
        return f"{told.name}_{item}"
    return named_for(told.name, each, item)


def _lines(told: NamedLoop | Shown) -> list[str]:
    if isinstance(told, Shown):
        return [f"show {told}"]
    return [*(f"# {note}" for note in told.notes), _with_doc(str(told), told.doc)]


def _is_of(here: object, member: tuple[str, object]) -> bool:
    return member[1] == here


def _once(blocks: Sequence[Sequence[str]], names: Sequence[str], several: Together) -> list[str]:
    """The lines of one quantity of a list, from those of each item; none if they do not agree."""
    told = [line for line in blocks[0] if not line or line.startswith("#")]
    every = []
    for block, item in zip(blocks, several.items, strict=True):
        own = re.compile(rf"\b({'|'.join(names)})_{item}\b")
        every.append([own.sub(r"\1", line) for line in block if line and line[0] != "#"])
    for versions in zip(*every, strict=False):
        if len(set(versions)) == 1:
            told.append(versions[0])
            continue
        read = [found for version in versions if (found := _LINE.fullmatch(version))]
        values = [found["value"] for found in read]
        if len(read) < len(versions) or re.search("[,:]", "".join(values)):
            return []
        if len({(found["head"], found["rest"]) for found in read}) > 1:
            return []
        each = ", ".join(f"{i}: {value}" for i, value in zip(several.items, values, strict=True))
        told.append(f"{read[0]['head']}{each}{read[0]['rest']}")
    return told
