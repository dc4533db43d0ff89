"""Facts told in words: a claim of an article with its verdict, and figures with their sources."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from flywheel_edu.errors import FactsError, closest
from flywheel_edu.facts.tables import citation, said_of, series_names, table
from flywheel_edu.words import said

_LINE = 88  # characters printed: a notebook breaks a longer line in the middle of a word


@dataclass(frozen=True, repr=False)
class Claim:
    """One claim, its verdict, and the fact with its source; prints as these four.

    Attributes
    ----------
    claim, verdict, fact, source : str
        In words.
    confidence : str
        One of `CONFIDENCES`.
    """

    claim: str
    verdict: str
    fact: str
    source: str
    confidence: str

    def __str__(self) -> str:
        parts = {
            "Claim": self.claim,
            "Verdict": self.verdict,
            "In fact": self.fact,
            "Source": f"{self.source} ({said_of(self.confidence)})",
        }
        wide = max(len(said(name)) for name in parts) + 2
        lines = [f"{said(name) + ':':{wide}}{words}" for name, words in parts.items()]
        return "\n".join(textwrap.fill(each, _LINE, subsequent_indent=wide * " ") for each in lines)

    def __repr__(self) -> str:
        return str(self)


def claim(words: str, *, memory: bool = False) -> Claim:
    """A claim of a popular article by some of its words, with its verdict.

    Parameters
    ----------
    words : str
        What only this claim says, in small or large letters.
    memory : bool
        Look also among verdicts that are ``from memory only``.

    Raises
    ------
    FactsError
        If no claim says so, or more than one.

    Examples
    --------
    >>> print(claim("began in 2000"))
    Claim:   The theory "began in 2000"
    Verdict: wrong (disputed by one blog)
    In fact: Collins himself: autumn 2001; Bryar & Carr: 2001; carrus.io also prints 2000
    Source:  ideashortcut.com; carrus.io/blog/amazon-flywheel (read on one page)
    """
    rows = table("popular_claims", memory=memory)
    found = rows[rows["claim"].str.contains(words, case=False, regex=False)]
    if len(found) == 1:
        row = found.iloc[0]
        return Claim(*(str(row[name]) for name in Claim.__dataclass_fields__))
    if found.empty:
        raise FactsError(
            f"no claim that was looked up says '{words[:60]}'",
            hint="facts.table('popular_claims') has them all",
        )
    raise FactsError(
        f"{len(found)} claims say '{words[:60]}'",
        hint="write more of one: " + "; ".join(found["claim"].head(3)),
    )


class Told(str):
    """Words that a cell shows as they are."""

    __repr__ = str.__str__


def figures(name: str, *parts: str, year: int | None = None) -> Told:
    """The figures of some series, a line each, with their sources.

    Parameters
    ----------
    name : str
        One of `tables()`.
    *parts : str
        What the names of the series wanted contain.
    year : int, optional
        Only that year.

    Returns
    -------
    Told
        A text; figures are as the source prints them.

    Raises
    ------
    FactsError
        If a part is in the name of no series, or there is no figure of that year.

    Examples
    --------
    >>> figures("aws", "aws_net_sales", year=2013)
    aws net sales
        2013: 3108 USD million
        source: Form 10-K 2015, segment information (read on one page)
    """
    known, rows, lines = series_names(name), table(name), []
    for part in parts:
        if not any(part in each for each in known):
            hint = closest(part, known) or f"it has {', '.join(known[:12])}"
            raise FactsError(f"no series of '{name}' has '{part}' in its name", hint=hint)
    for series in (each for each in known if any(part in each for part in parts)):
        found = rows[(rows["series"] == series) & (year is None or rows["year"] == year)]
        if found.empty:
            continue
        found = found.sort_values("year", kind="stable")
        lines.append(series.replace("_", " "))
        shown = zip(found["period"], found["printed"], found["unit"], strict=True)
        lines += [f"    {period}: {printed} {unit}" for period, printed, unit in shown]
        source = f"    source: {citation(found)}"
        lines.append(textwrap.fill(source, _LINE, subsequent_indent=8 * " "))
    if not lines:
        raise FactsError(f"'{name}' has no figure for {', '.join(parts)} in {year}")
    return Told("\n".join(lines))
