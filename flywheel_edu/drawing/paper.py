"""The napkin itself: soft fibres, two folds, an embossed rim, corners in the shade."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.drawing.geometry import Floats

COLOUR = np.array([0.984, 0.970, 0.938])
DPI = 132  # one dot of paper for one dot of picture
_TILE = 512  # dots; the grain repeats after so many, which the eye does not find
_SHADES = 18  # tones of paper: few enough for a small file, too many to see steps
_DARKEST, _BRIGHTEST = -0.13, 0.03  # how far they lie from its colour


def paper(width: int, height: int) -> NDArray[np.uint8]:
    """A napkin of so many dots: for each, from the top, which of the `shades` it has."""
    light = _grain()[np.arange(height) % _TILE][:, np.arange(width) % _TILE]
    light += _cloud(width, height)
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    light -= (0.022 * (2 * x / width - 1) ** 2)[None]
    light -= (0.022 * (2 * y / height - 1) ** 2)[:, None]
    # Two folds: a bright crest with its shadow beside it.
    for size, along, across in ((width, y, True), (height, x, False)):
        crest = 0.502 * size + 2.5 * np.sin(along / 190)
        lines = np.arange(max(0, int(0.502 * size) - 60), min(size, int(0.502 * size) + 60))
        away = lines[None] - crest[:, None]
        fold = 0.026 * np.exp(-((away / 2.2) ** 2)) - 0.030 * np.exp(-(((away - 4.6) / 3.0) ** 2))
        fold -= 0.008 * np.exp(-((away / 32) ** 2))
        if across:
            light[:, lines] += fold
        else:
            light[lines] += fold.T
    _emboss(light)
    light -= _DARKEST
    light *= (_SHADES - 1) / (_BRIGHTEST - _DARKEST)
    light += 0.5
    return np.asarray(np.clip(light, 0, _SHADES - 1, out=light).astype(np.uint8))


@cache
def shades() -> NDArray[np.uint8]:
    """All tones a napkin has, from dark to bright; array (tones, 3)."""
    light = np.linspace(_DARKEST, _BRIGHTEST, _SHADES)[:, None]
    tones = COLOUR + light * np.array([1.0, 1.03, 1.14])
    return np.asarray(np.clip(255 * tones, 0, 255).round().astype(np.uint8))


@cache
def _grain() -> NDArray[np.float32]:
    """Fine fibres on a tile whose edges meet: noise through three stretched filters."""
    noise = np.fft.rfft2(np.random.default_rng(11).standard_normal((_TILE, _TILE)))
    up = np.fft.fftfreq(_TILE)[:, None]
    across = np.fft.rfftfreq(_TILE)[None]

    def filtered(window: Floats) -> Floats:
        made = np.fft.irfft2(noise * window, s=(_TILE, _TILE))
        return np.asarray(made / made.std())

    grain = 0.0085 * filtered(np.exp(-(across**2 + up**2) / (2 * 0.16**2)))
    for turn in (0.3, 1.4, 2.5):
        along = across * np.cos(turn) + up * np.sin(turn)
        beside = across * np.sin(turn) - up * np.cos(turn)
        fibres = filtered(np.exp(-((along / 0.02) ** 2) / 2 - ((beside / 0.14) ** 2) / 2))
        grain -= 0.006 * np.clip(fibres - 1.1, 0, 2)
    return np.asarray(grain, dtype=np.float32)


def _cloud(width: int, height: int) -> NDArray[np.float32]:
    """Slow unevenness of the paper, from a few random heights joined smoothly."""
    few = 0.007 * np.random.default_rng(12).standard_normal((9, 12))
    # Slow enough to be worked out for every eighth dot only.
    coarse = _between(_between(few, -(-height // 8)).T, -(-width // 8)).T.astype(np.float32)
    return np.repeat(np.repeat(coarse, 8, axis=0)[:height], 8, axis=1)[:, :width]


def _between(values: Floats, count: int) -> Floats:
    """Rows of values joined by cosine steps to so many rows."""
    place = np.linspace(0, len(values) - 1.001, count)
    low = place.astype(int)
    share = ((1 - np.cos(np.pi * (place - low))) / 2)[:, None]
    return np.asarray(values[low] * (1 - share) + values[low + 1] * share)


def _emboss(light: NDArray[np.float32]) -> None:
    height, width = light.shape
    pitch, radius = 18, 4.2
    span = np.arange(-7, 8)
    dx, dy = np.meshgrid(span, span)
    far = np.hypot(dx, dy)
    dot = 0.045 * np.exp(-((far / radius) ** 4)) * np.clip((dy - dx) / 7.0, -1, 1)
    dot = dot.astype(np.float32)
    for row in range(3):
        inset = 24 + pitch * row
        columns = np.arange(inset, width - inset, pitch)
        lines = np.arange(inset, height - inset, pitch)
        places = [(inset, c) for c in columns] + [(height - inset, c) for c in columns]
        places += [(r, inset) for r in lines] + [(r, width - inset) for r in lines]
        for r, c in places:
            if 7 <= r < height - 8 and 7 <= c < width - 8:
                light[r - 7 : r + 8, c - 7 : c + 8] += dot
