"""Our sentences in the reader's language, by a table beside the translated chapters.

English stays in the code and is the key. `course/de/words.json` maps it to German, one pair a line:

    "Undo": "Zurück",
    "'{name}' is not a given of this model": "'{name}' ist keine Vorgabe dieses Modells",
    "{name} -> {effect} is drawn {Sign}": "{name} -> {effect} trägt {Sign}"

A place in braces stands for whatever is there; one with a capital letter is translated in turn.
What the table lacks stays English. The browser does the same (`widgets/shared/words.js`).
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TypeVar

from flywheel_edu.files import handed_out_from, language

WORDS = "words.json"  # in the folder of a language
Item = TypeVar("Item")
_LINES, _WIDE = 20, 160  # of a result that is only looked at
_PLACE = re.compile(r"\{(\w+)\}")
_SWAPPED = str.maketrans(",.", ".,")


def said(text: str) -> str:
    """The sentence in the language that the environment's `FLYWHEEL_LANGUAGE` names.

    >>> said("did you mean 'price'?")
    "did you mean 'price'?"
    """
    asked = language()
    return _in(text, asked) if text and asked else text


def figures(number: str) -> str:
    """A number with the marks of the reader's language: in German 1.234,5 for 1,234.5."""
    return number.translate(_SWAPPED) if said("1,234.5") == "1.234,5" else number


class Told:
    """A result that is shown as it is printed, but no more of it than one can look at."""

    def __repr__(self) -> str:
        return shortened(str(self))


class Several(Told, tuple[Item, ...]):
    """A tuple that prints as its items, one below the other."""

    def __str__(self) -> str:
        return "\n".join(map(str, self)) or said("none")


def shortened(text: str) -> str:
    """The first lines of a text, and how many more there are.

    >>> shortened("a wheel")
    'a wheel'
    >>> len(shortened("one line\\n" * 300).splitlines())
    20
    """
    lines = [f"{line[:_WIDE]} ..." if len(line) > _WIDE else line for line in text.splitlines()]
    if len(lines) > _LINES:
        more = len(lines) - _LINES + 1
        lines[_LINES - 1 :] = [f"... and {more} lines more: print() shows all"]
    return "\n".join(lines)


@cache
def table(of: str) -> dict[str, str]:
    """From English to another language; empty where nobody has translated."""
    path = handed_out_from() / "course" / of / WORDS
    if not of.isalpha() or not path.is_file():
        return {}
    words: dict[str, str] = json.loads(path.read_text("utf-8"))
    return words


def _in(text: str, of: str) -> str:
    words = table(of)
    if text in words:
        return words[text]
    for pattern, to in _patterns(of):
        if match := pattern.fullmatch(text):
            held = match.groupdict().items()
            return to.format(**{n: _in(it, of) if n[0].isupper() else it for n, it in held})
    return text


@cache
def _patterns(of: str) -> list[tuple[re.Pattern[str], str]]:
    """The sentences with places in them, those with the most words of their own first."""
    made = [(key, to) for key, to in table(of).items() if _PLACE.search(key)]
    made.sort(key=lambda pair: -len(_PLACE.sub("", pair[0])))
    plain = {key: re.sub(r"[^\w\s{}]", r"\\\g<0>", key) for key, _to in made}
    return [(re.compile(_PLACE.sub(r"(?P<\1>.+?)", plain[key]), re.DOTALL), to) for key, to in made]
