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

from flywheel_edu.files import handed_out_from, language

WORDS = "words.json"  # in the folder of a language
_PLACE = re.compile(r"\{(\w+)\}")


def said(text: str) -> str:
    """The sentence in the language that the environment's `FLYWHEEL_LANGUAGE` names.

    Examples
    --------
    >>> said("did you mean 'price'?")
    "did you mean 'price'?"
    """
    asked = language()
    return _in(text, asked) if text and asked else text


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
