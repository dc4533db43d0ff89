"""Where quantities stand in a drawing: pages measured in points there, 0 to 1 here."""

from __future__ import annotations

from flywheel_edu.model import Shown
from flywheel_exchange.document import Element
from flywheel_exchange.labels import same_name
from flywheel_exchange.quantities import Builder

PAGE = 1_500  # points across and down, in the files we write
_DRAWN = ("stock", "flow", "aux")
_APART = 30  # points from one element of an array to the next
# Vensim keeps its time line in quantities, and piles them up in a corner of the drawing.
TIME_LINE = ("time_step", "initial_time", "final_time", "saveper")


def read_view(views: Element, builder: Builder) -> tuple[Shown, ...]:
    """What the first drawing shows and where; modules have each their own."""
    if builder.unrolled.root.inner:
        return ()
    view = next((v for v in views.all("view") if any(True for _ in v.all(*_DRAWN))), None)
    found: dict[str, tuple[float, float]] = {}
    for element in (view or views).all(*_DRAWN):
        # Files from before the standard keep the place of a quantity inside it.
        x, y = _at(element if view else element.child("display") or element)
        label = element.attributes.get("name", "")
        if x is None or y is None or same_name(label) in TIME_LINE:
            continue
        for i, name in enumerate(_named(label, builder)):
            found.setdefault(name, (x, y + i * _APART))
    if len(found) < 2:
        return ()
    across, down = zip(*found.values(), strict=True)
    left, right, top, bottom = min(across), max(across), min(down), max(down)
    return tuple(
        Shown(
            name,
            round(0.05 + 0.9 * (x - left) / (right - left), 4) if right > left else 0.5,
            round(0.95 - 0.9 * (y - top) / (bottom - top), 4) if bottom > top else 0.5,
        )
        for name, (x, y) in found.items()
    )


def _named(label: str, builder: Builder) -> list[str]:
    variable = builder.unrolled.root.variables.get(same_name(label))
    drafts = variable.drafts.values() if variable else ()
    return [draft.name for draft in drafts if draft.name in builder.quantities]


def _at(element: Element) -> tuple[float | None, float | None]:
    try:
        x, y = float(element.attributes["x"]), float(element.attributes["y"])
    except (KeyError, ValueError):
        return None, None
    return (x, y) if abs(x) < 1e6 and abs(y) < 1e6 else (None, None)
