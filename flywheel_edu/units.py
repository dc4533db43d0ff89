"""Units as products of powers of base words: ``customer/month``.

Any word is a base unit, so a course can count carts or parcels. Nothing is converted: ``month``
and ``year`` are different units, and a model that mixes them must name the factor between them.
The unit ``?`` is that of a quantity whose unit nobody has checked; it goes with everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from flywheel_edu.errors import need

_TERM = re.compile(
    r"\s*([A-Za-z$%€£][A-Za-z$%€£_]*|1)\s*(?:(?:\^|\*\*)\s*(-?\d{1,3}(?:/\d{1,3})?))?\s*"
)
_LONGEST = 200
_MANY = (("ies", "y"), ("es", ""), ("s", ""))
CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP"}
# What a stock of money is called, the plainest first.
MONEY = ("cash", "money", "bank", "funds", "treasury", "savings")


@dataclass(frozen=True)
class Unit:
    """A product of powers of base words.

    Two units are equal when their base words and powers are, in whatever order they were written.
    The printed form keeps the order in which the unit was written.

    Examples
    --------
    >>> Unit.parse("order/customer/month") * Unit.parse("customer")
    Unit('order/month')
    >>> Unit.parse("customer*day") == Unit.parse("day*customer")
    True
    >>> Unit.parse("USD / (order")
    Traceback (most recent call last):
    ...
    ValueError: 'USD / (order' is not a unit
    """

    powers: tuple[tuple[str, Fraction], ...] = ()
    checked: bool = True
    _written: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        need(
            tuple, "Unit holds powers of words", self.powers, f"write: Unit.parse({self.powers!r})"
        )

    @classmethod
    def parse(cls, text: str) -> Unit:
        """Read a unit such as ``1``, ``USD``, ``order/customer/month`` or ``m^2``.

        Raises
        ------
        ValueError
            If the text is not words joined by ``*`` and ``/``.
        """
        if text.strip() == "?":
            return UNCHECKED
        powers: dict[str, Fraction] = {}
        sign, at = 1, 0
        while len(text) <= _LONGEST:
            found = _TERM.match(text, at)
            if not found:
                break
            word, power = found[1], found[2] or "1"
            if power.endswith("/0"):
                break
            if word != "1":
                powers[word] = powers.get(word, Fraction(0)) + sign * Fraction(power)
            at = found.end()
            if at == len(text):
                return _of(powers, "".join(text.split()).replace("**", "^"))
            if text[at] not in "*/":
                break
            sign = 1 if text[at] == "*" else -1
            at += 1
        raise ValueError(f"'{text[:40]}' is not a unit")

    def __mul__(self, other: Unit) -> Unit:
        if not (self.checked and other.checked):
            return UNCHECKED
        powers = dict(self.powers)
        for word, power in other.powers:
            powers[word] = powers.get(word, Fraction(0)) + power
        return _of(powers)

    def __pow__(self, power: Fraction | int) -> Unit:
        if not self.checked:
            return UNCHECKED
        return _of({word: p * power for word, p in self.powers})

    def __truediv__(self, other: Unit) -> Unit:
        return self * other**-1

    def fits(self, other: Unit) -> bool:
        """Whether the two may be added or compared: equal, or one of them unchecked."""
        return self == other or not (self.checked and other.checked)

    def __str__(self) -> str:
        if not self.checked:
            return "?"
        if self._written:
            return self._written
        top = "*".join(_term(w, p) for w, p in self.powers if p > 0) or "1"
        return top + "".join("/" + _term(w, -p) for w, p in self.powers if p < 0)

    def __repr__(self) -> str:
        return f"Unit('{self}')"


def written_twice(*units: Unit) -> str:
    """The words that stand in the units as one and as many: "person and persons are two units ...".

    >>> written_twice(Unit.parse("USD/persons"), Unit.parse("person*USD"), Unit.parse("boxes"))
    'person and persons are two units: write person everywhere'
    >>> written_twice(Unit.parse("USD"), Unit.parse("glass"))
    ''
    """
    words = sorted({word for unit in units for word, _ in unit.powers})
    found = [(one, word) for word in words for one in _ones(word) if one in words]
    both = " and ".join(f"{one} and {many}" for one, many in found)
    told = f"{both} are two units: write {' and '.join(one for one, _ in found)} everywhere"
    return told if found else ""


def _ones(word: str) -> tuple[str, ...]:
    """What a word may be the plural of."""
    found = [word[: len(word) - len(many)] + one for many, one in _MANY if word.endswith(many)]
    return (*found, "person") if word == "people" else tuple(found)


def in_many(word: str) -> str:
    """How a word is counted; a short form and what is in the plural stay as they are.

    >>> [in_many(word) for word in ("person", "day", "box", "company", "sales", "kwh")]
    ['people', 'days', 'boxes', 'companies', 'sales', 'kwh']
    """
    if word == "person":
        return "people"
    if not re.search("[aeiou]", word) or re.search("[^s]s$", word) or word == "min":
        return word
    if re.search("[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")


def _of(powers: dict[str, Fraction], written: str = "") -> Unit:
    return Unit(tuple(sorted((w, p) for w, p in powers.items() if p)), True, written)


def _term(word: str, power: Fraction) -> str:
    return word if power == 1 else f"{word}^{power}"


ONE = Unit()
UNCHECKED = Unit(checked=False)
