"""A still picture and its words: what a widget leaves behind where no widget runs.

An untrusted notebook (every downloaded one), a code host, a printed page and exported HTML show
neither widgets nor SVG, only PNG and plain text. So each widget puts both into what it hands to the
notebook when it is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flywheel_edu.charts.picture import figure_bytes, mime_bundle

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS = 140  # an inch: sharp enough to read, small enough for a notebook


class Still:
    """Mixed in before ``anywidget.AnyWidget``: the widget carries its own still picture.

    The widget says what it shows in :meth:`words` (they become the alt text and the plain text) and
    draws it in :meth:`picture`.
    """

    def words(self) -> str:
        """What the widget shows at this moment, in a sentence or two, for an ear or a terminal."""
        raise NotImplementedError

    def picture(self) -> Figure:
        """The same as a matplotlib figure, made without pyplot so that none is left open."""
        raise NotImplementedError

    def still(self) -> bytes:
        """The picture as PNG."""
        return self._drawn()[0]

    def _drawn(self) -> tuple[bytes, float]:
        """The picture as PNG, and its width in inches; nothing of the figure stays in memory."""
        figure = self.picture()
        png, width = figure_bytes(figure, ".png", DOTS), float(figure.get_size_inches()[0])
        figure.clear()
        return png, width

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        shown = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]
        if shown is None:
            return None
        data, metadata = shown if isinstance(shown, tuple) else (shown, {})
        png, width = self._drawn()
        still, about = mime_bundle(png, self.words(), width)
        return {**data, **still}, {**metadata, **about}
