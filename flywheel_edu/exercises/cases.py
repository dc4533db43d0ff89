"""Points by the case: a test cell that gives each case its share.

    cases = Cases(4)
    with cases("a rate of 0 changes nothing"):
        assert growth(100, 0) == 100
    with cases("the gain is added to what was there", worth=3):
        assert abs(growth(100, 0.1) - 110) < 1e-9
    cases.points

The last line is what nbgrader reads as partial credit, so the cell gives the same points there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

# What ends one case and no more: `sys.exit` and what pytest raises are no `Exception`.
_OWN_ENDS = frozenset({"Exception", "SystemExit", "OutcomeException"})


@dataclass(frozen=True)
class Failure:
    """A case that did not hold: what it is about, and why."""

    about: str
    problem: BaseException


@dataclass
class Cases:
    """Counts what the cases of one test cell earn.

    Attributes
    ----------
    max_points : float
        What the cell gives when every case holds: the points of its metadata.
    """

    max_points: float
    failures: list[Failure] = field(default_factory=list, init=False)
    _earned: float = field(default=0.0, init=False)
    _offered: float = field(default=0.0, init=False)

    @contextmanager
    def __call__(self, about: str, worth: float = 1.0) -> Iterator[None]:
        """Run one case: it earns its worth, as against the others, unless something in it fails."""
        self._offered += worth
        try:
            yield
        except BaseException as problem:
            if not _OWN_ENDS.intersection(each.__name__ for each in type(problem).__mro__):
                raise
            self.failures.append(Failure(about, problem))
            print(f"not yet: {about}")
        else:
            self._earned += worth

    @property
    def points(self) -> float:
        """The points of all cases so far, to two decimals.

        Examples
        --------
        >>> cases = Cases(max_points=4)
        >>> with cases("one holds"):
        ...     assert 1 + 1 == 2
        >>> with cases("one does not"):
        ...     assert 1 + 1 == 3
        not yet: one does not
        >>> cases.points
        2.0
        """
        if not self._offered:
            return 0.0
        return round(self.max_points * self._earned / self._offered, 2)


def carried(work: Callable[..., float], right: Any, own: Any) -> list[float]:
    """What an answer may be that builds on an earlier one, so that an error is paid only once.

    Parameters
    ----------
    work : callable
        From the earlier function, or functions, to what is asked for now.
    right : callable, or tuple of them
        The teacher's.
    own : callable, or tuple of them
        The student's. If the work cannot be done with them, only the teacher's count.

    Examples
    --------
    >>> carried(lambda area: 3 * area(2, 5), lambda a, b: a * b, lambda a, b: a + b)
    [30.0, 21.0]
    """
    found = []
    for functions in (right, own):
        try:
            found.append(float(work(*(functions if isinstance(functions, tuple) else [functions]))))
        except Exception:
            if functions is right:
                raise
    return found
