"""What the names in a test mean: its own, the teacher's, or the student's, who is asked."""

from __future__ import annotations

import builtins
import contextlib
from types import SimpleNamespace
from typing import Any

from flywheel_grader.crossing.far import Far
from flywheel_grader.crossing.wire import NotPlainData


class Names(dict[str, Any]):
    """What a test's names mean: the tests' own first, then the teacher's, then the student's.

    Parameters
    ----------
    far : Far
    mine : frozenset of str
        The student's names: setting one sets it in the student's program, and nowhere else.
    ours : frozenset of str
        Names that only tests define; like Python's own they are never asked of the student.
    """

    def __init__(self, far: Far, mine: frozenset[str], ours: frozenset[str]) -> None:
        shell = SimpleNamespace(user_ns=self, run_line_magic=lambda *_: None)
        super().__init__(__builtins__=builtins, __name__="__main__", get_ipython=lambda: shell)
        self._far, self._mine, self._ours = far, mine, ours

    def __missing__(self, name: str) -> Any:
        if self._is_never_asked(name):
            raise KeyError(name)
        return self._far.look_up(name)

    def _is_never_asked(self, name: str) -> bool:
        pythons = hasattr(builtins, name) or name.startswith("__")
        return name not in self._mine and (pythons or name in self._ours)

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self._mine:
            with contextlib.suppress(NotPlainData):  # a file that is open, say, is the test's alone
                self._far.set(name, value)
                return
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        if dict.__contains__(self, name):
            super().__delitem__(name)
        elif not self._far.delete(name):
            raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        if dict.__contains__(self, name):
            return True
        if not isinstance(name, str) or self._is_never_asked(name):
            return False
        return self._far.has(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a name, or the default."""
        return self[name] if name in self else default
