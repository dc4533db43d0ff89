"""A pen in a hand: strokes that wander and press unevenly, and letters that are never quite alike.

Everything is drawn from generators seeded by what is drawn, so the same picture comes out twice,
and an arrow keeps its shape when another is added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from flywheel_edu.charts.lettering import HAND, outline, width
from flywheel_edu.drawing.geometry import Floats, evenly

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STEP = 1.4  # points between the corners of a stroke
_LIFT = 0.30  # of a letter's size: how far its middle lies above the baseline


class Pen:
    """Ink gathered by colour and layer, put on the page in one go by `finish`."""

    def __init__(self, axes: Axes) -> None:
        self._axes = axes
        self._strokes: list[tuple[int, str, Floats]] = []
        self._letters: list[tuple[int, str, Floats, NDArray[np.uint8]]] = []

    def stroke(
        self,
        path: Floats,
        wide: float,
        tone: str,
        chance: Generator,
        *,
        wander: float = 1.0,
        taper: tuple[float, float] = (4.0, 7.0),
        layer: int = 2,
    ) -> Floats:
        """One pull of the pen along a path (points, 2), whose ends are met; where it went.

        `wander` is how far the hand strays from the path, 1 in a quick long stroke; `taper` how
        many points the pen takes to press down and to lift.
        """
        path = evenly(np.asarray(path, float), _STEP)
        count = len(path)
        along = np.gradient(path, axis=0)
        along /= np.maximum(np.hypot(*along.T), 1e-9)[:, None]
        left = np.stack([-along[:, 1], along[:, 0]], axis=1)
        from_end = np.minimum(np.arange(count), np.arange(count)[::-1])
        stray = 0.95 * _slow(chance, count, 48) + 0.14 * _slow(chance, count, 8)
        went = path + left * (wander * np.clip(from_end / 11, 0, 1) * stray)[:, None]
        run = np.arange(count) * _STEP
        press = 1 + 0.17 * _slow(chance, count, 24) + 0.05 * _slow(chance, count, 5)
        press *= np.clip(0.35 + run / taper[0], 0, 1) * np.clip(0.3 + run[::-1] / taper[1], 0, 1)
        half = (wide / 2 * np.clip(press, 0.25, 1.6))[:, None]
        self._strokes.append(
            (layer, tone, np.concatenate([went + left * half, (went - left * half)[::-1]]))
        )
        return went

    def write(
        self,
        place: Floats,
        words: str,
        size: float,
        tone: str,
        chance: Generator,
        *,
        bold: bool = True,
        side: str = "center",
        layer: int = 4,
    ) -> None:
        """A line of handwriting level with a place, its middle or left end there."""
        vertices, codes = outline(words, HAND, bold)
        if not len(vertices):
            return
        start = {"left": 0.0, "center": width(words, 1.0, HAND, bold) / 2}[side]
        v = (vertices - [start, _LIFT]) * size
        a, b, c, d = chance.uniform(0, 2 * np.pi, 4)
        sway = np.stack(
            [
                np.sin(v[:, 1] / size * 2.1 + a) + np.sin(v[:, 0] / size * 1.3 + b),
                1.5 * np.sin(v[:, 0] / size * 1.1 + c) + np.sin(v[:, 0] / size * 2.7 + d),
            ],
            axis=1,
        )
        tilt = np.deg2rad(chance.uniform(-1.0, 1.0))
        turned = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
        v = (v + 0.016 * size * sway) @ turned + place
        self._letters.append((layer, tone, v, codes))

    def finish(self) -> None:
        """Put the gathered ink on the page."""
        from matplotlib.collections import PathCollection, PolyCollection
        from matplotlib.path import Path

        for layer in sorted({stroke[0] for stroke in self._strokes}):
            strokes = [stroke for stroke in self._strokes if stroke[0] == layer]
            tones = [tone for _, tone, _ in strokes]
            ink = PolyCollection(
                [shape for _, _, shape in strokes],
                facecolors=tones,
                edgecolors=tones,
                linewidths=0.3,
                zorder=layer,
                alpha=0.94,
            )
            self._axes.add_collection(ink, autolim=False)
        if self._letters:
            tones = [tone for _, tone, _, _ in self._letters]
            letters = PathCollection(
                [Path(vertices, codes) for _, _, vertices, codes in self._letters],
                facecolors=tones,
                edgecolors=tones,
                linewidths=0.25,
                zorder=5,
            )
            self._axes.add_collection(letters, autolim=False)


def _slow(chance: Generator, count: int, over: int) -> Floats:
    """A random walk's smooth cousin: chance smoothed over so many steps, of spread 1."""
    window = np.hanning(over + 2)[1:-1]
    window /= np.sqrt((window**2).sum())
    return np.convolve(chance.standard_normal(count + len(window) - 1), window, "valid")
