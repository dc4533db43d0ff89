"""Whether a model is one of the course's: with other numbers, or under other names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from flywheel_edu.files import handed_out_from
from flywheel_edu.flywheels.loading import library, load
from flywheel_edu.language import Table, text_of
from flywheel_edu.model import Model

_SHARE = 0.8  # of the names of a model of the course, in one that has taken them over
_FEW = 8  # names that somebody else may have chosen, too
_ROUNDS = 8
_WORD = re.compile(r"[A-Za-z_]\w*|\d[\d.]*(?:e[+-]?\d+)?")


def of_the_course(model: Model) -> bool:
    """Whether it has the names of a model of the course, or is built as one, line by line.

    Examples
    --------
    >>> bass = str(load("bass")).replace("adopters", "users")
    >>> of_the_course(Model.parse(bass)), of_the_course(Model.parse("time year from 0 to 1 step 1"))
    (True, False)
    """
    own, built = set(model.written), _built(model)
    return any(
        len(names & own) >= _SHARE * len(names) or shape == built for names, shape in _theirs()
    )


@cache
def _theirs() -> tuple[tuple[frozenset[str], Counter[int]], ...]:
    return tuple((frozenset(model.written), _built(model)) for model in _models())


def _models() -> Iterator[Model]:
    yield from map(load, library())
    for path in (handed_out_from() / "course" / "models").glob("*.flywheel"):
        if len((model := Model.parse(path.read_text("utf-8"))).written) >= _FEW:
            yield model


def _built(model: Model) -> Counter[int]:
    """How often each line stands in it, read without its own name and its numbers.

    A name in a line is read as that name's own line, over and over.
    """
    found = {name: hash(each.kind) for name, each in model.written.items()}

    def read(word: re.Match[str]) -> str:
        return str(found.get(word[0], word[0] if word[0][0].isalpha() else "#"))

    for _ in range(_ROUNDS):
        found = {
            name: hash(
                (
                    each.kind,
                    ""
                    if isinstance(each.equation, Table)
                    else _WORD.sub(read, text_of(each.equation)),
                    tuple(sorted((entry.sign, found[entry.flow]) for entry in each.ledger)),
                )
            )
            for name, each in model.written.items()
        }
    return Counter(found.values())
