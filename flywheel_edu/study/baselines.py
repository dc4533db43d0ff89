"""Simple forecasts that know nothing of a model: what every fit must be set beside.

Each is fitted to the points it is given and answers for any time. A model that does not beat them
where it was not fitted has explained nothing yet, however well it fits.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Forecast = Callable[[Values], Values]


def last_value(time: Values, value: Values) -> Forecast:
    """Everything stays as it was last.

    Examples
    --------
    >>> last_value(np.array([1.0, 2.0]), np.array([10.0, 12.0]))(np.array([3.0])).tolist()
    [12.0]
    """
    return partial(_same, float(value[-1]))


def linear_trend(time: Values, value: Values) -> Forecast:
    """The straight line of least squares.

    Examples
    --------
    >>> trend = linear_trend(np.array([1.0, 2.0, 3.0]), np.array([10.0, 12.0, 14.0]))
    >>> round(float(trend(np.array([4.0]))[0]), 9)
    16.0
    """
    if np.ptp(time) == 0:  # one point has no slope
        return last_value(time, value)
    slope, level = np.polyfit(time - time[0], value, 1)
    return partial(_line, float(level), float(slope), float(time[0]))


def exponential(time: Values, value: Values) -> Forecast | None:
    """The same percentage every period: the straight line through the logarithms.

    None where a value is not above 0.

    Examples
    --------
    >>> growth = exponential(np.array([0.0, 1.0]), np.array([10.0, 20.0]))
    >>> round(float(growth(np.array([3.0]))[0]), 9)
    80.0
    """
    if np.any(value <= 0):
        return None
    return partial(_power, linear_trend(time, np.log(value)))


def logistic(time: Values, value: Values) -> Forecast | None:
    """The symmetric S-curve ``ceiling / (1 + exp(-rate * (t - middle)))``, by least squares.

    The ceiling is sought between the largest value and twenty times it. None where a value is
    below 0 or there are too few points for three numbers.

    Examples
    --------
    >>> time = np.arange(10.0)
    >>> curve = logistic(time, 50 / (1 + np.exp(-0.8 * (time - 4))))
    >>> round(float(curve(np.array([20.0]))[0]), 3)
    50.0
    """
    from scipy.optimize import least_squares

    top = float(np.max(value))
    span = float(np.ptp(time))
    if len(time) < 4 or span == 0 or np.any(value < 0) or top <= 0:
        return None

    best = None
    for ceiling in (1.05, 1.5, 3.0, 10.0):
        for rate in (1 / span, 4 / span, 12 / span):
            for middle in (time[0] + span / 2, time[-1], time[-1] + span / 2):
                found = least_squares(
                    lambda numbers: (_s_curve(numbers, time) - value) / top,
                    [ceiling * top, rate, middle],
                    bounds=(
                        [top, 0, time[0] - 5 * span],
                        [20 * top, 100 / span, time[-1] + 5 * span],
                    ),
                    x_scale=[top, 1 / span, span],
                )
                if best is None or found.cost < best.cost:
                    best = found
    assert best is not None
    return partial(_s_curve, np.asarray(best.x, dtype=float))


def baselines(time: Values, value: Values, trend_from: float | None = None) -> dict[str, Forecast]:
    """Every baseline that these points allow, by name.

    Parameters
    ----------
    time, value : array of shape (points,)
        The points to fit on.
    trend_from : float, optional
        Also the straight line through the points from this time on. Choosing that time after a
        look at the curve is itself knowledge, so it makes a strong opponent.
    """
    found: dict[str, Forecast | None] = {
        "last value": last_value(time, value),
        "linear trend": linear_trend(time, value),
        "exponential": exponential(time, value),
        "logistic": logistic(time, value),
    }
    if trend_from is not None and np.count_nonzero(time >= trend_from) >= 2:
        late = time >= trend_from
        found[f"linear trend from {trend_from:g}"] = linear_trend(time[late], value[late])
    return {name: forecast for name, forecast in found.items() if forecast is not None}


# A forecast is one of these with its numbers filled in, so that it can be sent to another process.


def _same(last: float, when: Values) -> Values:
    return np.full(np.shape(when), last)


def _line(level: float, slope: float, start: float, when: Values) -> Values:
    return level + slope * (np.asarray(when, dtype=float) - start)


def _power(line: Forecast, when: Values) -> Values:
    return np.exp(line(when))


def _s_curve(numbers: Values, when: Values) -> Values:
    ceiling, rate, middle = numbers
    steepness = np.clip(-rate * (np.asarray(when, dtype=float) - middle), -700, 700)
    result: Values = ceiling / (1 + np.exp(steepness))
    return result
