"""Where a widget stands, between Python and the browser; ``standing.js`` is its other half."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from flywheel_edu.widgets.shared.still import Still


class Standing(Still, anywidget.AnyWidget):
    """The shell of a widget of which Python and the browser both say where it stands.

    Python writes ``given``, with a rising ``edition``; the browser writes one trait of its own,
    which counts as long as it is "of" that edition.
    """

    given = traitlets.Dict().tag(sync=True)
    _browser_writes = ""  # the name of that trait
    _parts: tuple[str, ...] = ()  # of where the widget stands: what both of them write

    def __init__(self, **given: Any) -> None:
        super().__init__(given={"edition": 1, **given})

    def _now(self) -> dict[str, Any]:
        """The browser's word if it began from Python's present edition, else Python's."""
        by_browser: dict[str, Any] = getattr(self, self._browser_writes)
        given: dict[str, Any] = self.given
        return by_browser if by_browser.get("of") == given["edition"] else given

    def _give(self, **changes: Any) -> None:
        now, given = self._now(), self.given
        standing = {part: now.get(part, given[part]) for part in self._parts}
        self.given = {**given, **standing, **changes, "edition": given["edition"] + 1}
