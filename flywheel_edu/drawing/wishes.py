"""What a reader may wish of a printed diagram: its size, font and colours, or axes to draw on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flywheel_edu.charts.lettering import installed
from flywheel_edu.drawing.page import Plan
from flywheel_edu.errors import DiagramError, closest

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STYLES = ("clean", "napkin")


@dataclass(frozen=True)
class Wishes:
    """How a diagram is printed where it is not as we would."""

    size: tuple[float, float] | None = None  # inches
    font: str | None = None
    colours: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 10.0  # after which arrows are no longer bettered

    def scale(self, page: Plan) -> float:
        """How many points of the picture one of the plan takes."""
        if self.size is None:
            return 1.0
        return 72 * min(self.size[0] / page.width, self.size[1] / page.height)

    def smallest_letters(self, page: Plan) -> float:
        """Their size in points of the picture."""
        sizes = [page.lettering.key, *(line.size for line in page.title)]
        return min(sizes) * self.scale(page)


def wishes(
    style: str,
    size: tuple[float, float] | None,
    font: str | None,
    colours: Mapping[str, str] | None,
    ax: Axes | None,
    seconds: float,
) -> Wishes:
    """What was asked for, or a word about what cannot be."""
    if style not in STYLES:
        raise DiagramError(
            f"there is no style '{style}'", hint=f"the styles are {' and '.join(STYLES)}"
        )
    if not seconds > 0:
        raise DiagramError(
            f"seconds is {seconds}, and a drawing takes some time",
            hint="leave it out, or give a number above 0",
        )
    asked = {"figsize": size, "font": font, "colours": colours, "ax": ax}
    given = [name for name, value in asked.items() if value is not None]
    if style == "napkin" and given:
        raise DiagramError(
            f"a napkin has its own paper, hand and ink: it takes no {given[0]}=",
            hint=f"leave {given[0]}= out, or draw in the clean style",
        )
    if ax is not None:
        if size is not None:
            raise DiagramError(
                "the axes have a size already: give ax= or figsize=, not both",
                hint="make the axes' figure as large as the drawing should be",
            )
        if not hasattr(ax, "set_xlim"):
            raise DiagramError(
                f"ax is one pair of axes, not {type(ax).__name__}",
                hint="give one: draw(model, ax=axes[0]), or draw(model, ax=figure.add_subplot())",
            )
        box = ax.get_window_extent()
        size = (box.width / ax.figure.dpi, box.height / ax.figure.dpi)
    elif size is not None and not _is_size(size):
        raise DiagramError(
            f"figsize is {size}, which is no size",
            hint="give width and height in inches, such as figsize=(6, 4)",
        )
    if font is not None:
        if font not in installed():
            some = ", ".join(sorted(installed())[:8])
            hint = closest(font, installed()) or f"there are: {some}, and others"
            raise DiagramError(f"no font '{font}' is installed here", hint=hint)
    _check_colours(colours or {})
    return Wishes(size, font, dict(colours or {}), seconds)


def _is_size(size: Any) -> bool:
    try:
        return len(size) == 2 and all(0 < side < 1000 for side in size)
    except TypeError:
        return False


def _check_colours(colours: Mapping[str, str]) -> None:
    if not colours:
        return
    if not isinstance(colours, Mapping):
        raise DiagramError(
            f"colours are given by name, not as {str(colours)[:40]!r}",
            hint="write: colours={'+': 'teal'}",
        )
    from matplotlib.colors import is_color_like

    from flywheel_edu.drawing.clean import COLOURS

    for part, tone in colours.items():
        if part not in COLOURS:
            raise DiagramError(
                f"nothing in a diagram is called '{part}'",
                hint=f"colours are for {', '.join(COLOURS)}",
            )
        if not is_color_like(tone):
            raise DiagramError(
                f"'{tone}' is no colour", hint="give a name or a code, such as 'navy' or '#1b5e9c'"
            )
