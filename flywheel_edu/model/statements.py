"""From the text of a model to its statements: code and comment, and where each stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flywheel_edu.errors import EquationError, ModelError, Place

LONGEST_TEXT = 2_000_000  # characters of a whole model
LONGEST_LINE = 4_000

STRANGE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f"
    "\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_HEAD = re.compile(r"\s*(?:(?:stock|given|data)\s+)?([A-Za-z]\w*)\s*\[", re.ASCII)
MEANT = ".0e0"  # behind a number by which a mean is divided: who writes "/ 3" or "/ 3.0" means 3
WHOLE = re.compile(r"\b(sum|mean|min|max)\(\s*([A-Za-z]\w*)\s*\)", re.ASCII)
_NAMED = re.compile(r"\b[A-Za-z]\w*\b(?!\s*\(|@)", re.ASCII)
_NOT_CODE = re.compile(r'(\[[^\]]*\]|"[^"]*")')
_COMMENT = re.compile(r'^(?P<code>(?:[^"#]|"[^"]*")*)#(?P<doc>.*)$')


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its code without the comment, and where it stands."""

    number: int
    raw: tuple[str, ...]
    code: str
    doc: str
    before: Place | None = None  # where it was written, if it was written for several

    @property
    def whole(self) -> Place:
        """All of it, as its author wrote it."""
        return self.before or self.place(self.indent)

    @property
    def indent(self) -> int:
        """How many blanks stand before its code."""
        return len(self.code) - len(self.code.lstrip())

    def place(self, start: int = 0, end: int | None = None) -> Place:
        text = self.raw[0]
        stop = len(self.code.split("\n", 1)[0].rstrip()) if end is None else end
        return Place(self.number, text, start, max(stop, start + 1))

    def written(self, code: str) -> Statement:
        """The same statement with other code, as it then stands in a message."""
        if code == self.code:
            return self
        return replace(self, code=code, raw=tuple(code.split("\n")), before=self.whole)


@dataclass(frozen=True, slots=True)
class Together:
    """What was written once for several: the word for each of them, and their names."""

    each: str
    items: tuple[str, ...]

    def members(self, name: str) -> tuple[str, ...]:
        """What is called so there, by the name of each."""
        return tuple(f"{name}_{item}" for item in self.items)

    def no_one_name(self, name: str) -> UnknownName:
        """The refusal of a list where one quantity is wanted."""
        known = self.members(name)
        more = f" and {len(known) - 8} more" if len(known) > 8 else ""
        told = f"'{name}' is a list of {', '.join(known[:8])}{more}"
        return UnknownName(told, hint=f"name one of them: '{known[0]}'")


class UnknownName(ModelError, KeyError):
    """A quantity was asked for that the model does not have."""

    def __str__(self) -> str:
        return str(self.args[0])


def too_long() -> ModelError:
    """The refusal of a small text that would unroll into a huge one."""
    return ModelError(f"unrolled, this model has more than {LONGEST_TEXT:,} characters")


def block_under(lines: Sequence[Statement], at: int, *, ledger: bool = False) -> int:
    """Where the indented lines end that begin at a place, or those of a ledger."""
    end = at
    while at < len(lines):
        code = lines[at].code.strip()
        if code and not (code[0] in "+-" if ledger else lines[at].indent):
            break
        at += 1
        end = at if code else end  # a comment below is of what follows
    return end


def names_in_block(block: Sequence[Statement]) -> frozenset[str]:
    """The quantities that a block of lines defines."""
    return frozenset(head[1] for line in block if (head := _HEAD.match(line.code)))


def named_for(name: str, each: str, item: str) -> str:
    """The name of a loop that is there once for each of a list."""
    told = re.sub(rf"\b{each}\b", item, name)
    return told if told != name else f"{name} {item}"


def with_words(line: Statement, words: Mapping[str, str], each: str, item: str) -> Statement:
    """A statement with other words for its names, but for those in units and ``sum(...)``.

    In quotes, as in a loop's name, ``each`` becomes the item; else it stands behind the name.
    """
    parts, size = _NOT_CODE.split(line.code), 0

    def other(word: re.Match[str]) -> str:
        nonlocal size
        put = words.get(word[0], word[0])
        size += len(put)
        if size > LONGEST_TEXT:
            raise too_long()
        return put

    for number, part in enumerate(parts):
        if part[:1] == '"':
            parts[number] = f'"{named_for(part[1:-1], each, item)}"'
        elif part[:1] != "[":
            # What all of them come to keeps its name for now.
            kept = WHOLE.sub(lambda found: found[0].replace(found[2], f"{found[2]}@"), part)
            parts[number] = _NAMED.sub(other, kept).replace("@", "")
    return line.written("".join(parts))


def statements(text: str) -> list[Statement]:
    """The statements of a model's text, each perhaps over several lines; what hides is refused."""
    if len(text) > LONGEST_TEXT:
        raise ModelError(
            f"this text has {len(text):,} characters; a model has at most {LONGEST_TEXT:,}"
        )
    raw_lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines: list[Statement] = []
    at = 0
    while at < len(raw_lines):
        first, raws, codes, docs = at + 1, [], [], []
        opened = 0
        while True:
            raw = raw_lines[at]
            code, doc = _split(raw, at + 1)
            raws.append(raw)
            codes.append(code)
            docs.append(doc)
            opened += code.count("(") - code.count(")")
            at += 1
            # An open bracket carries an equation on to the next line, if that is indented.
            goes_on = opened > 0 and at < len(raw_lines) and raw_lines[at][:1] in (" ", "\t")
            if not goes_on:
                break
        doc = " ".join(filter(None, docs))
        lines.append(Statement(first, tuple(raws), "\n".join(codes).rstrip(), doc))
    return lines


def _split(raw: str, number: int) -> tuple[str, str]:
    """A line's code, as wide as the line itself, and its comment."""
    if len(raw) > LONGEST_LINE:
        raise EquationError(
            f"this line has {len(raw):,} characters; {LONGEST_LINE:,} are allowed",
            Place(number, raw[:80], 0, 1),
            "give a part of it a name of its own",
        )
    if strange := STRANGE.search(raw):
        raise EquationError(
            f"an invisible character (code {ord(strange[0]):#06x}) stands here",
            Place(number, raw, strange.start(), strange.end()),
            "delete it and write the line anew",
        )
    found = _COMMENT.match(raw) if "#" in raw else None
    if found is None:
        return raw, ""
    return found["code"] + " " * (len(raw) - len(found["code"])), found["doc"].strip()
