"""How the grader speaks: its one error, and strangers' text made safe to print and to store."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Controls, and letters that nobody sees: two names that differ in nothing else would look alike.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b"
    r"\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e0fff]"
    # What joins or parts two letters belongs to Persian and Indic writing, and to nothing else.
    r"|(?<![^\W\d_a-zA-Z])[\u200c\u200d]|[\u200c\u200d](?![^\W\d_a-zA-Z])"
)


class GradingError(Exception):
    """A notebook or a submission cannot be handled as it stands: what, and what to try next."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = message  # what is wrong, without the hint
        super().__init__(message + (f"\n  hint: {hint}" if hint else ""))


def safe(text: object, longest: int = 300) -> str:
    """One line of text without control characters or halves of characters, cut to a length.

    >>> safe("red \\x1b[31malert\\n second line")
    'red ?[31malert second line'
    >>> safe("ada\\u200c"), safe("ada\\u3164"), "\\u200c" in safe("\\u0645\\u06cc\\u200c\\u062e")
    ('ada?', 'ada?', True)
    """
    return " ".join(safe_block(text, 4 * longest).split())[:longest]


def safe_block(text: object, longest: int = 20_000) -> str:
    """As `safe`, with its line breaks."""
    plain = text if isinstance(text, str) else str(text)
    plain = plain[: longest + 1].encode("utf-8", "replace").decode("utf-8")
    plain = plain.replace("\r\n", "\n").replace("\r", "\n")
    plain = _UNSEEN.sub("?", plain)
    return plain if len(plain) <= longest else plain[:longest] + "..."


def count(number: float, noun: str) -> str:
    """The number with its noun: 1 submission, 2 submissions."""
    return f"{number:g} {noun}{'' if number == 1 else 's'}"


def named(names: Sequence[str], most: int) -> str:
    """The first of these names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(safe(each, 40) for each in names[:most]) + more


def same_id(student: str) -> str:
    """A student's id in the one spelling that counts: " Ada " is "ADA"."""
    return unicodedata.normalize("NFKC", student).strip().casefold()
