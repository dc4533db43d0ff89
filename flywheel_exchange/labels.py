"""Names there and names here: ``"Teacup Temperature"`` and ``teacup_temperature``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from flywheel_edu.model.lines import LONGEST_NAME, RESERVED

_SPACES = re.compile(r"(?:\\n|\\r|[\s_])+")


def plain_label(label: str) -> str:
    """A name as it is read aloud: on one line, without quotes and backslashes."""
    label = re.sub(r"\\[nr]|\s", " ", _unquoted(label))
    label = re.sub(r"\\(.)", r"\1", label)
    return " ".join("".join(c if c.isprintable() else " " for c in label).split())


@lru_cache(maxsize=4096)
def same_name(label: str) -> str:
    """The form in which XMILE compares names."""
    return re.sub(r"\\(.)", r"\1", _SPACES.sub("_", _unquoted(label))).casefold()


def _unquoted(label: str) -> str:
    label = label.strip()
    return label[1:-1] if len(label) > 1 and label[0] == label[-1] == '"' else label


def name_of(label: str) -> str:
    """The name that a quantity gets here."""
    said = unicodedata.normalize("NFKD", plain_label(label)).casefold()
    plain = "".join(c if c.isascii() else _spelt(c) for c in said)
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "unnamed"
    if name[0].isdigit():
        name = f"n_{name}"
    return f"{name}_value" if name in RESERVED else name


def _spelt(char: str) -> str:
    if unicodedata.combining(char):
        return ""
    if not char.isalnum():
        return "_"
    words = unicodedata.name(char, "").split()
    if len(words) == 4 and words[1:3] == ["SMALL", "LETTER"] and words[3].isascii():
        return words[3].lower()
    return f"_u{ord(char):x}_"


@dataclass
class Names:
    """Which name each quantity has here."""

    labels: dict[str, str] = field(default_factory=dict)  # from it to the name as it was written

    def add(self, label: str) -> str:
        name = self.free(name_of(label))
        self.labels[name] = plain_label(label)
        return name

    def free(self, wanted: str) -> str:
        name, number = wanted[:LONGEST_NAME].rstrip("_"), 2
        while name in self.labels or name in RESERVED:
            name = f"{wanted[: LONGEST_NAME - 4].rstrip('_')}_{number}"
            number += 1
        self.labels[name] = name
        return name


def is_guessed(label: str, name: str) -> bool:
    """Whether anybody would find the name here from the name there: blanks become _ ."""
    return re.sub(r"[\W_]+", "_", label.casefold()).strip("_") == name


def with_label(label: str, name: str, text: str) -> str:
    """A comment that begins with the name as it was written, where that differs from ours."""
    if label in (name, name.replace("_", " ")):
        return text
    return f"{label}: {text}" if text else label


def label_in(doc: str, name: str) -> tuple[str, str]:
    """The name to write, and what is left of a comment: what `with_label` put together."""
    for end in [found.start() for found in re.finditer(": ", doc)] + [len(doc)]:
        label, rest = doc[:end], doc[end + 2 :]
        if end > 400:
            break
        if _is_label(label, name) and (rest or end == len(doc)):
            return label, rest
    return name, doc


def _is_label(label: str, name: str) -> bool:
    if label in ("", name, name.replace("_", " ")) or plain_label(label) != label or '"' in label:
        return False
    long = name_of(label)
    return long == name or (len(long) > LONGEST_NAME and long[: LONGEST_NAME - 4] == name[:56])
