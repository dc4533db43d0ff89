"""What holds the numbers of a page: a cell beside them, a row that works them out, or a source.

A number on a page is held if

- a row of `test_figures` or `test_figures_in_runs` works out the words it stands in;
- a row of `CITED` says which document printed it, and the page names the document beside it;
- a cell of the same section has it, in its text or in what it shows, as rounded on the page;
- in a question, it is given in what is asked, or its chapter has it;
- or it is no figure: a year, a date, the number of a chapter, a step or a volume.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

NUMBER = re.compile(r"(?<![\w.,])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?!\w)")
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_COUNTED = (
    r"(?:[Cc]hapters?|[Ss]ections?|[Ee]xercises?|[Ss]tages?|[Ss]teps?|[Ff]orms?|paragraphs?|No\.)"
)
_NO_FIGURE = (
    rf"\b{_COUNTED} (?P<n>\d+(?:(?:,| and|, and) \d+)*)",  # and sections 3, 4 and 5
    r"(?:^|\n)(?:#+ (?P<n>\d+) |(?P<n2>\d+)\. )",  # a title, a line of a list
    r"(?<![\d,.])(?P<n>(?:19|20)\d\d)(?![\d,]\d|\.\d)",  # a year
    rf"\b(?P<n>\d+) {_MONTH}|{_MONTH} (?P<n2>\d+)",
    r"\*[A-Z][^*]+\*,? (?P<n>\d+)(?:\((?P<n2>\d+)\))?,? ",  # a journal's volume and number
    r"arXiv (?P<n>[\d.]+)",
    r"takes about (?P<n>\d+) minutes",  # see test_minutes
    r"`\w+` at (?P<n>[\d.]+(?:(?:,| and|, and) [\d.]+)*)",  # to be tried
    r"(?P<n>`[^`]*`)",  # code
    r"(?P<n>100) %",  # the whole
)


@dataclass(frozen=True)
class Page:
    """A text, the rows that are told in it, and what is shown beside it."""

    where: str
    text: str
    beside: str = ""

    def __post_init__(self) -> None:
        """Lines of one paragraph are one line, titles and lists keep theirs."""
        text = re.sub(r"\s*\n[ \t]*(?=\S)(?!\d+\. |#|- |\|)|[ \t]+", " ", self.text)
        object.__setattr__(self, "text", text)


def unheld(page: Page, rows: Iterable[str]) -> list[str]:
    """The numbers of a page that nothing holds, each with the words it stands in."""
    text, told = page.text, [span for words in rows for span in _spans(words, page.text)]
    shown = sorted({_value(each) for each in re.findall(_WRITTEN, page.beside)})
    return [
        text[max(0, found.start() - 60) : found.end() + 30]
        for found in figures(page)
        if not _within(found.span(), told) and not _is_shown(found[0], text[found.end() :], shown)
    ]


def figures(page: Page) -> list[re.Match[str]]:
    """The numbers of a page, but for years, dates, steps, and what is no figure otherwise."""
    none = [span for pattern in _NO_FIGURE for span in _named(pattern, page.text)]
    return [each for each in NUMBER.finditer(page.text) if not _within(each.span(), none)]


_WRITTEN = r"(?<![A-Za-z_])\d+(?:[,_]\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?"
# What a page calls a number of, and the same number as a cell has it.
_UNITS = (
    (r" ?%| per cent| points", 100),
    (r" thousand million| billion| bn", 1e-9),
    (r" thousand million| billion| bn", 1e-3),
    (r" million", 1e-6),
    (r" thousand", 1e-3),
    (r"", 1),
)


def _is_shown(number: str, after: str, shown: Sequence[float]) -> bool:
    wanted, places = abs(_value(number)), len(number.partition(".")[2])
    thousands = number.endswith(",000") and len(number) > 5  # 211,000 is rounded, 1,000 is not
    half = 500 if thousands else 0.5 * 10**-places
    return any(
        abs(value * scale - wanted) <= half * (1 + 1e-9)
        for unit, scale in _UNITS
        if re.match(rf"(?:(?:,| and| or| to) [-\d.,]+)*{unit}", after)
        for value in shown
    )


def _value(number: str) -> float:
    return float(re.sub("[,_]", "", number.replace("−", "-")))


def _spans(pattern: str, text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in re.finditer(pattern, text, re.IGNORECASE))


def _named(pattern: str, text: str) -> Iterator[tuple[int, int]]:
    for found in re.finditer(pattern, text):
        yield from (found.span(name) for name in found.groupdict())


def _within(span: tuple[int, int], spans: Iterable[tuple[int, int]]) -> bool:
    return any(low <= span[0] and span[1] <= high for low, high in spans)
