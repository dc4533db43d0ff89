"""A still picture and its words: what a widget leaves behind where no widget runs.

An untrusted notebook (every downloaded one), a code host, a printed page and exported HTML show
neither widgets nor SVG, only PNG and plain text. So each widget puts both into what it hands to the
notebook when it is shown.
"""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        figure, png = self.picture(), io.BytesIO()
        FigureCanvasAgg(figure)
        figure.savefig(png, format="png", dpi=110, metadata={"Software": None})
        return png.getvalue()

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        shown = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]
        if shown is None:
            return None
        data, metadata = shown if isinstance(shown, tuple) else (shown, {})
        words = self.words()
        picture = base64.b64encode(self.still()).decode("ascii")
        return (
            {**data, "text/plain": words, "image/png": picture},
            {**metadata, "image/png": {"alt": words}},
        )
