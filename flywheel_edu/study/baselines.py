"""Simple forecasts that know nothing of a model: what every fit must be set beside.

Each is fitted to the points it is given and answers for any time. A model that does not beat them
where it was not fitted has explained nothing yet, however well it fits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from flywheel_edu.study.search import SAME, Values, descend

Forecast = Callable[[Values], Values]
Curve = Callable[[Any, Values], Values]


def last_value(time: Values, value: Values) -> Forecast:
    """Everything stays as it was last.

    >>> last_value(np.array([1.0, 2.0]), np.array([10.0, 12.0]))(np.array([3.0])).tolist()
    [12.0]
    """
    return partial(_polynomial, (float(value[-1]),), 0.0)


def last_increment(time: Values, value: Values) -> Forecast:
    """The last step up or down comes again every period.

    >>> again = last_increment(np.array([1.0, 2.0]), np.array([10.0, 12.0]))
    >>> round(float(again(np.array([4.0]))[0]), 9)
    16.0
    """
    return trend(time[-2:], value[-2:], 1)


def last_growth_rate(time: Values, value: Values) -> Forecast | None:
    """The last growth in per cent comes again every period. None where a value is not above 0.

    >>> again = last_growth_rate(np.array([1.0, 2.0]), np.array([10.0, 12.0]))
    >>> round(float(again(np.array([4.0]))[0]), 9)
    17.28
    """
    return exponential(time[-2:], value[-2:])


def trend(time: Values, value: Values, degree: int) -> Forecast:
    """The polynomial of least squares: 1 for the straight line, 2 for the parabola.

    >>> line = trend(np.array([1.0, 2.0, 3.0]), np.array([10.0, 12.0, 14.0]), 1)
    >>> round(float(line(np.array([4.0]))[0]), 9)
    16.0
    """
    degree = min(degree, len(np.unique(time)) - 1)  # one point has no slope
    found = np.polyfit(time - time[0], value, degree)
    return partial(_polynomial, tuple(map(float, found)), float(time[0]))


def exponential(time: Values, value: Values) -> Forecast | None:
    """The same percentage every period: the straight line through the logarithms.

    None where a value is not above 0.

    >>> growth = exponential(np.array([0.0, 1.0]), np.array([10.0, 20.0]))
    >>> round(float(growth(np.array([3.0]))[0]), 9)
    80.0
    """
    if np.any(value <= 0):
        return None
    return partial(_power, trend(time, np.log(value), 1))


def damped_growth(time: Values, value: Values) -> Forecast | None:
    """Growth in per cent that dies away by the same share every period, from the last value on.

    The straight line through the logarithms of the growth rates. None where the values do not grow
    all along, where growth does not slow down, or where there are fewer than four.

    Growth of 40 %, then 20 %, then 10 % (as logarithms): the next would be 5 %.

    >>> value = 100 * np.exp([0, 0.4, 0.6, 0.7])
    >>> slowing = damped_growth(np.arange(4.0), value)
    >>> round(float(np.log(slowing(np.array([4.0]))[0] / value[-1])), 9)
    0.05
    """
    if len(value) < 4 or np.any(value <= 0) or np.any(np.diff(value) <= 0):
        return None
    gaps = np.diff(time)
    rates = np.diff(np.log(value)) / gaps
    middle = time[:-1] + gaps / 2
    fall, level = np.polyfit(middle - time[-1], np.log(rates), 1)
    if fall >= 0:
        return None
    # The rate at the last value itself, by which a step of one gap sums to the rate found.
    half = max(float(-fall * gaps[-1]) / 2, 1e-9)
    now = float(np.exp(level) * half / np.sinh(half))
    return partial(_slowing, float(value[-1]), now, float(-fall), float(time[-1]))


def s_curve(shape: str, time: Values, value: Values) -> Forecast | None:
    """The logistic, Gompertz or Bass curve of least squares.

    The ceiling is sought between the largest value and twenty times it. None where a value is
    below 0 or there are too few points for three numbers. Of Bass's curve, the one of all
    adopters and the one of those in a period are tried, and the nearer taken.

    >>> time = np.arange(10.0)
    >>> curve = s_curve("logistic", time, 50 / (1 + np.exp(-0.8 * (time - 4))))
    >>> round(float(curve(np.array([20.0]))[0]), 3)
    50.0
    """
    top, span = float(np.max(value)), float(np.ptp(time))
    if len(time) < 4 or span == 0 or np.any(value < 0) or top <= 0:
        return None
    best: tuple[float, Forecast] | None = None
    for curve, three in _SHAPES[shape]:
        low, high, places = (_three if three else _four)(top, float(time[0]), span)

        def misses(
            parts: Values, _: object, curve: Curve = curve, low: Values = low, high: Values = high
        ) -> Values:
            numbers = (low + parts * (high - low)).T[:, :, None]
            return (curve(numbers, time) - value) / top

        starts = (np.array([*product(*places)]) - low) / (high - low)
        ended, squares = descend(misses, starts, rounds=60, exact=1e-8, same=SAME)
        first = int(np.argmin(squares))
        if best is None or squares[first] < best[0]:
            numbers = low + ended[first] * (high - low)
            best = float(squares[first]), partial(curve, tuple(map(float, numbers)))
    assert best is not None
    return best[1]


Limits = tuple[Values, Values, list[tuple[float, ...]]]  # lowest, highest, places to start from


def _three(top: float, start: float, span: float) -> Limits:
    low = np.array([top, 0, start - 5 * span])
    high = np.array([20 * top, 100 / span, start + 6 * span])
    middles = (start + span / 2, start + span, start + 1.5 * span)
    ceilings = (1.05 * top, 1.5 * top, 3 * top, 10 * top)
    return low, high, [ceilings, (1 / span, 4 / span, 12 / span), middles]


def _four(top: float, start: float, span: float) -> Limits:
    """Bass's market (or peak), the logarithm of q / p, p + q and when it began."""
    low = np.array([0.9 * top, -3, 0, start - span])
    high = np.array([20 * top, 12, 50 / span, start])
    starts = (start - 0.1 * span, start - 0.5 * span)
    return low, high, [(1.2 * top, 3 * top), (2.0, 4.5, 7.0), (3 / span, 9 / span), starts]


def baselines(time: Values, value: Values, trend_from: float | None = None) -> dict[str, Forecast]:
    """Every baseline that these points allow, by name: ten, if there are points enough.

    With ``trend_from`` also the straight line through the points from this time on. Choosing that
    time after a look at the curve is itself knowledge, so it makes a strong opponent.
    """
    found: dict[str, Forecast | None] = {
        "last value": last_value(time, value),
        "last increment": last_increment(time, value),
        "last growth rate": last_growth_rate(time, value),
        "linear trend": trend(time, value, 1),
        "quadratic trend": trend(time, value, 2) if len(time) > 2 else None,
        "exponential": exponential(time, value),
        "damped growth": damped_growth(time, value),
        "logistic": s_curve("logistic", time, value),
        "Gompertz": s_curve("Gompertz", time, value),
        "Bass": s_curve("Bass", time, value),
    }
    if trend_from is not None and np.count_nonzero(time >= trend_from) >= 2:
        late = time >= trend_from
        found[f"linear trend from {trend_from:g}"] = trend(time[late], value[late], 1)
    return {name: forecast for name, forecast in found.items() if forecast is not None}


# A forecast is one of these with its numbers filled in, so that it can be sent to another process.


def _polynomial(numbers: Sequence[float], start: float, when: Values) -> Values:
    return np.asarray(np.polyval(numbers, np.asarray(when, float) - start))


def _power(line: Forecast, when: Values) -> Values:
    return np.exp(line(when))


def _slowing(last: float, rate: float, fall: float, end: float, when: Values) -> Values:
    away = np.clip(-fall * (np.asarray(when, float) - end), -50, 50)
    return np.asarray(last * np.exp(rate / fall * -np.expm1(away)))


def _logistic(numbers: Any, when: Values) -> Values:
    ceiling, rate, middle = numbers
    return np.asarray(ceiling / (1 + _exp(-rate * (when - middle))))


def _gompertz(numbers: Any, when: Values) -> Values:
    ceiling, rate, middle = numbers
    return np.asarray(ceiling * np.exp(-_exp(-rate * (when - middle))))


def _bass(numbers: Any, when: Values) -> Values:
    """Adopters so far, with q / p (as a logarithm) and p + q in the place of p and q."""
    m, ratio, both, start = numbers
    ratio = np.exp(ratio)
    gone = _exp(-both * (when - start))
    return np.asarray(m * (1 - gone) / (1 + ratio * gone))


def _bass_in_a_period(numbers: Any, when: Values) -> Values:
    peak, ratio, both, start = numbers
    ratio = np.exp(ratio)
    gone = _exp(-both * (when - start))
    return np.asarray(peak * 4 * ratio * gone / (1 + ratio * gone) ** 2)


def _exp(power: Values) -> Values:
    return np.exp(np.clip(power, -500, 500))


_SHAPES: dict[str, list[tuple[Curve, bool]]] = {
    "logistic": [(_logistic, True)],
    "Gompertz": [(_gompertz, True)],
    "Bass": [(_bass, False), (_bass_in_a_period, False)],
}
