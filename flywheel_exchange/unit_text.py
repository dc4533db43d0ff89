"""Units of other programs, where our language can say them: ``$/Person-Month`` and the like."""

from __future__ import annotations

import re

from flywheel_edu.units import ONE, Unit

_PLAIN = frozenset({"1", "dmnl", "dimensionless", "unitless", "no units", "fraction"})
_COMMON = tuple("second minute hour day week month quarter year person".split())
# Words that differ only in number or are short for one another, in lower case.
_SAME = {"people": "person", "mo": "month", "yr": "year", "hr": "hour", "min": "minute"}
_SAME |= {word + end: word for word in _COMMON for end in ("", "s")}

_WORD = r"[A-Za-z$%€£][A-Za-z$%€£_ ]*"
_TERM = re.compile(rf"\s*(?P<word>{_WORD}|1)\s*(?:\^\s*(?P<power>-?\d{{1,2}}))?\s*")


class UnitReader:
    """Reads the units of one file, so that one unit keeps one spelling in all of it."""

    def __init__(self, aliases: dict[str, str] | None = None) -> None:
        self.spelt: dict[str, str] = {}
        self.same = dict(_SAME)
        for word, meant in (aliases or {}).items():
            if word.lower() != meant.lower():
                self.same[word.lower()] = self.same.get(meant.lower(), meant)

    def read(self, text: str) -> Unit | None:
        if text.strip().lower() in _PLAIN:
            return ONE
        text = re.sub(r"(?:^|(?<=[\s_]))per[\s_]+", "/", text.strip(), flags=re.IGNORECASE)
        parts = re.split(r"(?<!\^)([*/-])", re.sub(r"\^\s+", "^", re.sub("^/", "1/", text)))
        written, below = "", False
        for sign, part in zip(["*", *parts[1::2]], parts[::2], strict=True):
            found = _TERM.fullmatch(part)
            if found is None:
                return None
            # In XMILE a hyphen binds more tightly than a slash: $/Person-Month is per both.
            below = sign == "/" or (sign == "-" and below)
            power = f"^{found['power']}" if found["power"] else ""
            written += f"{'/' if below else '*'}{self.word(found['word'].strip())}{power}"
        try:
            return Unit.parse(written.lstrip("*"))
        except ValueError:
            return None

    def word(self, word: str) -> str:
        joined = "_".join(word.split())
        meant = self.same.get(joined.lower(), joined)
        return self.spelt.setdefault(meant.lower(), meant)
