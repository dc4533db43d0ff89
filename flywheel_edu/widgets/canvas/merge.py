"""A model spun once more: what is new in the drawing joins it, what the student wrote stays,
and what is called otherwise is so in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from flywheel_edu.language import number_text
from flywheel_edu.units import Unit

MONTHS = {"day": 12 / 365, "week": 12 / 52, "fortnight": 24 / 52}
MONTHS |= {"month": 1.0, "quarter": 3.0, "year": 12.0}
_HEAD = re.compile(
    r"(?:(?:stock|given|data)\s+)?([A-Za-z]\w*)\s*\[|(time|show)\b|(loop\s+\"[^\"]*\")"
)
_ADDED = r"(?:_gained|_lost|_gain_rate|_loss_rate)?"  # to a stock's name, by the first model
_LAST = ("loop", "show")  # statements that stand at the end


def merged(mine: str, spun: str, fresh: str) -> tuple[str, tuple[str, ...]]:
    """Three texts of one model made into one, statement by statement.

    ``mine`` is the text as the student has it now, ``spun`` as it was made from the drawing before,
    ``fresh`` from the drawing as it is now. What differs from ``spun`` is the student's, and always
    stays, with whatever it mentions; named are those that the drawing now says differently. What
    the student took out stays out, and so does what nothing shows or mentions.

    >>> spun = "a [1] = b\\ngiven b [1] = 1\\nshow a, b\\n"
    >>> mine = "a [1] = 2 * b\\ngiven b [1] = 1\\nshow b, a\\n"
    >>> fresh = "a [1] = b * c / d\\ngiven b [1] = 1\\ngiven c [1] = 2\\ngiven d [1] = 3\\n"
    >>> fresh += "show a, b, c\\n"
    >>> text, stay = merged(mine, spun, fresh)
    >>> print(text, stay)
    a [1] = 2 * b
    given b [1] = 1
    given c [1] = 2
    show c
    show b, a
     ('a',)
    """
    own, old, new = _pieces(mine), _pieces(spun), _pieces(fresh)
    _show_once(own, old, new)
    is_own = {key for key, piece in own.items() if _bare(piece) != _bare(old.get(key, ""))}
    mine_only = {k: piece if k in is_own or k not in new else "" for k, piece in own.items()}
    stay = _and_mentioned({key for key in own if key in is_own or key in new}, mine_only)
    taken = {key: piece or new[key] for key, piece in mine_only.items() if key in stay}
    # A line below another, as those of a for, defines as well.
    below = re.findall(r"^[ \t]+((?:stock |given |data )?(\w+) *\[.*)", mine, re.MULTILINE)
    held = {**{name: line for line, name in below}, **own}
    left = {key: piece for key, piece in new.items() if key not in held}
    fits = {key for key in left if key not in old and _is_last(key)}
    fits = _and_mentioned(fits, left, "".join(taken.values()))
    pieces, keys = list(taken.values()), list(taken)
    end = next((n for n, key in enumerate(keys) if _is_last(key)), len(keys))
    differs = (key for key in held if (key in is_own or key not in own) and key in new)
    come = [piece for key, piece in left.items() if key in fits]
    return "".join([*pieces[:end], *come, *pieces[end:]]).lstrip("\n"), tuple(
        key for key in differs if _one_of(_bare(new[key])) != _one_of(_bare(held[key]))
    )


def _one_of(piece: str) -> str:
    """A statement in which what all of a list come to is what one of them has."""
    return re.sub(r"\b(?:sum|mean)\((\w+)\)", r"\1", piece)


def own_lines(mine: str, spun: str) -> set[str]:
    """By their names, the lines that differ from what was spun."""
    old = _pieces(spun)
    return {key for key, piece in _pieces(mine).items() if _bare(piece) != _bare(old.get(key, ""))}


def _show_once(own: dict[str, str], old: dict[str, str], new: dict[str, str]) -> None:
    """Let new lines show what is newly drawn, and lines of before what is still drawn."""
    mine, spun, fresh = map(_shows, (own, old, new))
    as_spun = {*map(_bare, spun.values())}
    if as_spun == {*map(_bare, mine.values())}:
        return
    was, there, now = _shown(spun.values()), _shown(mine.values()), _shown(fresh.values())
    for key in {*spun, *fresh}:
        old.pop(key, None)
        new.pop(key, None)
    for key, piece in mine.items():
        if _bare(piece) in as_spun:
            old[key] = piece
            if still := [now[name] for name in _shown([piece]) if name in now]:
                new[key] = f"show {', '.join(still)}\n"
    if come := [each for name, each in now.items() if name not in {*there, *was}]:
        new["show what is new"] = f"show {', '.join(come)}\n"


def _shows(pieces: Mapping[str, str]) -> dict[str, str]:
    return {key: piece for key, piece in pieces.items() if key.split()[0] == "show"}


def _shown(pieces: Iterable[str]) -> dict[str, str]:
    """What lines show, by its name, each as it is written."""
    lines = (line for piece in pieces for line in piece.splitlines() if line.startswith("show"))
    each = (entry for line in lines for entry in line[4:].split("#")[0].split(",") if entry.strip())
    return {entry.split()[0]: entry.strip() for entry in each}


def _is_last(key: str) -> bool:
    return key.split()[0] in _LAST


def in_unit_of_time(text: str, old: str, new: str) -> str:
    """The text with its lengths of time, and what there is in each, told in another unit of time.

    >>> in_unit_of_time("given wait [month] = 12 in 0 .. 24  # counted", "month", "year")
    'given wait [year] = 1 in 0 .. 2  # counted'
    >>> in_unit_of_time("given churn [1/month] = 0.02 in 0 .. 0.1", "month", "year")
    'given churn [1/year] = 0.24 in 0 .. 1.2'
    """

    def scaled(found: re.Match[str]) -> str:
        head, unit, numbers = found.groups()
        numbers, given = numbers or "", head.startswith(("given ", "data "))
        named, share = converted(unit, old, new)
        if given and not numbers:
            return found[0]  # a list: each its own
        low_high = re.sub(number, lambda each: number_text(carried(float(each[0]), share)), numbers)
        return f"{head}[{named}]{low_high}"

    number, span = r"[\d.]*\d(?:e[+-]?\d+)?", r" +in +-?(?:{0}|inf) *\.\. *-?(?:{0}|inf)"
    alone = rf" *= *-?{number}(?:{span.format(number)}| *(?=#|$))"  # no equation
    line = rf"^(\w[\w ]* )\[([^\]]+)\]({alone})?"
    return re.sub(line, scaled, text, flags=re.MULTILINE)


def converted(unit: str, old: str, new: str) -> tuple[str, float]:
    """A unit with another unit of time in it, and by how much its numbers grow.

    >>> converted("EUR/month", "month", "year"), converted("EUR", "month", "year")
    (('EUR/year', 12.0), ('EUR', 1.0))
    """
    power = dict(Unit.parse(unit).powers).get(old, 0)
    if old == new or not {old, new} <= MONTHS.keys() or not power:
        return unit, 1.0
    named = re.sub(rf"\b{old}\b", new, unit)
    return named, (MONTHS[old] / MONTHS[new]) ** float(power)


def told_for(unit: str, new: str) -> tuple[str, float, str]:
    """A unit told for each of another unit of time, by how much its numbers grow, and so written.

    >>> told_for("EUR/month", "week"), told_for("EUR", "week")
    (('EUR/week', 0.23076923076923078, ' * 12 [month/year] / 52 [week/year]'), ('EUR', 1.0, ''))
    """
    powers = dict(Unit.parse(unit).powers)
    old = next((each for each in MONTHS if powers.get(each) == -1), new)
    if old == new or new not in MONTHS:
        return unit, 1.0, ""
    by, to = (
        f" {sign} {12 / MONTHS[each]:.15g} [{each}/year]" * (each != "year")
        for sign, each in (("*", old), ("/", new))
    )
    return *converted(unit, old, new), by + to


def carried(value: float, share: float) -> float:
    """So many times a number, as short as can be for it to be found again on the way back.

    Examples
    --------
    >>> carried(6, 12 / 52), carried(1.38462, 52 / 12)
    (1.38462, 6.0)
    """
    digits = max(1, len(f"{abs(value):.14e}".split("e")[0].rstrip("0").replace(".", "")))
    there = value * share
    told = (float(f"{there:.{n}g}") for n in range(1, 16))
    near = (each for each in told if abs(each - there) <= 5e-6 * abs(there))
    return next((w for w in near if float(f"{w / share:.{digits}g}") == value), there)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """A model's text with other names, also in what the first model names after them.

    >>> print(renamed("rent [EUR] = usual_rent * 2  # the rent", {"rent": "lease"}))
    lease [EUR] = usual_lease * 2  # the rent
    """
    old = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    other = rf"\b(usual_)?({old})({_ADDED})\b|\b(\w+)_wait\b"
    known = set(re.findall(r"\w+", text))

    def called(found: re.Match[str]) -> str:
        usual, name, added, wait = found.groups()
        if name:
            return f"{usual or ''}{names[name]}{added}"
        # A cause and an effect, each whole: bread_to_bread_price speaks of bread once.
        ends = [(wait[: at.start()], wait[at.end() :]) for at in re.finditer("_to_", wait)]
        ends = [pair for pair in ends if known.issuperset(pair)] or ends
        said = ["_to_".join(names.get(end, end) for end in pair) for pair in ends]
        return f"{said[0]}_wait" if said else found[0]

    lines = []
    for line in text.splitlines(keepends=True):
        code, mark, doc = line.partition("#")
        parts = re.split('("[^"]*")', code)  # the name of a loop stays
        parts[::2] = [re.sub(other, called, part) for part in parts[::2]]
        lines.append("".join(parts) + mark + doc)
    return "".join(lines)


def _pieces(text: str) -> dict[str, str]:
    """Each statement by its name, with the comments above it and the indented lines below it."""
    pieces: dict[str, str] = {}
    lead: list[str] = []
    key = ""
    for line in text.splitlines():
        if line[:1] in (" ", "\t") and key and line.strip() and not lead:
            pieces[key] += f"{line}\n"
        elif not line.strip() or line.startswith("#"):
            lead.append(line)
        else:
            found = _HEAD.match(line)
            name = next(filter(None, found.groups()), line) if found else line
            key = name
            while key in pieces:
                key += " again"
            pieces[key] = "".join(f"{each}\n" for each in (*lead, line))
            lead = []
    if any(map(str.strip, lead)):
        pieces["the end"] = "".join(f"{each}\n" for each in lead)
    return pieces


def _and_mentioned(keys: set[str], pieces: Mapping[str, str], before: str = "") -> set[str]:
    """These pieces, and what they or a text before them mention, save in comments."""
    text = before + "".join(pieces[key] for key in keys)
    more = pieces.keys() & set(re.findall(r"\w+", re.sub("#.*", "", text))) - keys
    return _and_mentioned(keys | more, pieces, before) if more else keys


def _bare(piece: str) -> str:
    """A statement without what only makes room."""
    return "\n".join(filter(None, map(str.strip, piece.splitlines())))
