"""Answers that are alike: leads for a conversation, never verdicts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

_TOKEN = re.compile(r"[A-Za-z_]\w*|\d+(?:\.\d+)?|[^\s\w]")
_WORD = re.compile(r"\w+")
_COMMENT = re.compile(r"#[^\n]*")

_CODE_RUN, _WORD_RUN = 6, 5  # tokens, words
_LEAST_RUNS = {_CODE_RUN: 12, _WORD_RUN: 6}
_LONGEST = 50_000  # characters that are looked at


@dataclass(frozen=True)
class Pair:
    """Two students whose answers share much."""

    first: str
    second: str
    share: float  # of the shorter answer's runs of words that the other has too, from 0 to 1
    kind: str  # "code" or the name of a written task


def similar(
    answers: Mapping[str, str], kind: str, known: Iterable[str] = (), least: float = 0.7
) -> list[Pair]:
    """The pairs whose answers share at least this much, the most alike first.

    What was handed out (`known`), and what every fourth student or more has, tells nothing and is
    left out: short tasks have one natural answer.

    Parameters
    ----------
    answers : mapping
        Each student's text.
    kind : str
        "code", or the name of a written task.
    known : iterable of str
        Texts that everyone has, or may have.
    least : float
    """
    run = _CODE_RUN if kind == "code" else _WORD_RUN
    given = set().union(*(_runs(text, run) for text in known)) if known else set()
    runs = {student: _runs(text, run) - given for student, text in answers.items()}
    spread = Counter(each for own in runs.values() for each in own)
    common = {each for each, times in spread.items() if times > max(2, len(runs) // 4)}
    rare = {student: own - common for student, own in runs.items()}
    found = []
    for first, second in combinations(sorted(rare), 2):
        smaller = min(len(rare[first]), len(rare[second]))
        if smaller < _LEAST_RUNS[run]:
            continue
        share = len(rare[first] & rare[second]) / smaller
        if share >= least:
            found.append(Pair(first, second, share, kind))
    return sorted(found, key=lambda pair: (-pair.share, pair.first, pair.second))


def _runs(text: str, length: int) -> set[int]:
    """The runs of so many tokens in a row, as hashes."""
    text = text[:_LONGEST]
    if length == _CODE_RUN:
        tokens = _TOKEN.findall(_COMMENT.sub("", text))
    else:
        tokens = _WORD.findall(text.casefold())
    return {hash(tuple(tokens[n : n + length])) for n in range(len(tokens) - length + 1)}
