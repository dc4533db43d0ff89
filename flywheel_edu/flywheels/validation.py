"""Models against the figures: fitted on early years, judged on later ones, and held to promises."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from flywheel_edu.errors import SimulationError
from flywheel_edu.facts import Check, mid_year, series, table
from flywheel_edu.flywheels.behaviour import behaviour
from flywheel_edu.flywheels.expected import expected_of
from flywheel_edu.flywheels.loading import FOLDER, file_of, library, load
from flywheel_edu.model import Model
from flywheel_edu.study.calibrate import Fit, fit
from flywheel_edu.study.measured import Measured
from flywheel_edu.study.objective import MODEL
from flywheel_edu.study.promise import Promise
from flywheel_edu.study.rolling import Rolling

RETAIL_ADJUSTED = (
    "apart",
    "page_time",
    "slow_appeal",
    "takeup_rate",
    "items_each",
    "word_of_mouth",
    "orders_each",
    "prime_lift",
)
AWS_ADJUSTED = (
    "word_of_mouth",
    "all_developers",
    "servers_each",
    "deepest",
    "margin",
    "platform_cost",
)
BASS_ADJUSTED = ("market", "innovators", "imitators")

# The published fit of the same series (see the facts, bass_model): m, p, q.
_PUBLISHED_BASS = {
    "market": ("us_vcr_fit_m", 1e3),
    "innovators": ("us_vcr_fit_p", 1.0),
    "imitators": ("us_vcr_fit_q", 1.0),
}
_DIGITS = 0.01  # fitted numbers stand in the models to three digits


def retail_fit(*, starts: int = 4, progress: bool = False) -> Fit:
    """The retail model fitted on 1999 to 2012, with 2013 to 2018 held out.

    Two series: the third-party share by value, and net sales (less those of AWS from 2013, when
    they are first reported). Among the baselines is the straight line from 2008 on.

    Notes
    -----
    The share is judged. A straight line through all the years, or through those since 2008, comes
    closer in 2013-2018 than this model, and nothing here should hide that. But the line knows no
    sellers and no events: it cannot say what the share would have been without the marketplace or
    without fulfilment for sellers, it passes 100 % in the 2030s, and which years it is drawn
    through was chosen with the curve in sight. That the model has a marketplace and a fulfilment
    service at all was also known when it was written, and eight numbers for 28 points are many;
    several are settled poorly, as their standard errors say. A ninth, ``most_own_items``, is held:
    fitted as well, it makes the hidden share 4.1 points wrong in place of 1.6. Net sales are missed
    by 21 % after 2013: the model's customers fill up, while Amazon's went on to spend more each.
    """
    share = mid_year(series("third_party_share", "share_of_physical_gross_merchandise_sales")) / 100
    sales = mid_year(series("amazon_financials", "net_sales")) * 1e6
    sales = sales.sub(mid_year(series("aws", "aws_net_sales")) * 1e6, fill_value=0)
    return fit(
        load("retail"),
        {"third_party_share": share, "net_sales": sales.loc[share.index]},
        RETAIL_ADJUSTED,
        until=2013,
        misses={"net_sales": "relative"},
        trend_from=2008,
        starts=starts,
        progress=progress,
    )


def aws_fit(*, until: float | None = 2021, starts: int = 4, progress: bool = False) -> Fit:
    """The AWS model fitted on sales and operating income up to 2020, the later years held out.

    Notes
    -----
    How strongly use answers price (``price_weight``) is assumed, not fitted: the years to 2020
    are met nearly as well with any of 1, 1.5, 2 and 3. And 2021 to 2025 were known when the arrows
    were drawn, so they are held out of the fit and are no blind test. That is 2026: see
    `aws_promise`, made with ``until=None``, on all years.
    """
    return fit(
        load("aws"),
        {
            "sales": mid_year(series("aws", "aws_net_sales").loc[:2025]) * 1e6,
            "operating_income": mid_year(series("aws", "aws_operating_income").loc[:2025]) * 1e6,
        },
        AWS_ADJUSTED,
        until=until,
        misses="relative",
        trend_from=2017,
        starts=starts,
        progress=progress,
    )


def aws_promise() -> Promise:
    """What the AWS model and the simple curves said of 2026, before that year was out.

    Examples
    --------
    >>> aws_promise().made
    '2026-11-29'
    """
    return Promise.read(FOLDER / "aws_2026.json")


def bass_fit(*, starts: int = 4, progress: bool = False) -> Fit:
    """The Bass model fitted to the sales of video recorders in the United States, 1980 to 1989.

    Notes
    -----
    As in the published fit, the sales of a year are set against the rate of adoption at its end,
    with time 0 in 1979. Runge-Kutta steps stand in for the closed form.
    """
    sold = series("bass_model", "us_vcr_sales") * 1e3
    return fit(
        load("bass"),
        {"adoption": {year - 1979: units for year, units in sold.items()}},
        BASS_ADJUSTED,
        method="rk4",
        starts=starts,
        progress=progress,
    )


def validate(name: str, *, progress: bool = False) -> tuple[Check, ...]:
    """Everything that must hold of a model of the library: its behaviour, and any fit of it.

    Parameters
    ----------
    name : str
        One of `library()`.
    progress : bool
        Show a progress bar.

    Returns
    -------
    tuple of Check
        Printed by ``flywheel validate``.
    """
    model = load(name)
    behaves = behaviour(model, expected_of(model, file_of(name)), progress=progress)
    found = fit_of(name, progress=progress)
    return behaves + (_FITTED[name][1](found) if found else ())


@cache
def fit_of(name: str, *, progress: bool = False) -> Fit | None:
    """The fit of a model of the library, made once; None if it is not fitted to any figures."""
    return _FITTED[name][0](progress=progress) if name in _FITTED else None


def standing(name: str, *, progress: bool = False) -> tuple[Rolling, ...]:
    """A fitted model beside the simple curves on each of its series, one to three points ahead.

    >>> [(each.series, each.best) for each in standing("bass")]
    [('adoption', 'last value')]
    """
    found = fit_of(name, progress=progress)
    return tuple(found.rolling(series, horizon=3) for series in found.measured) if found else ()


def promises(file: Path) -> Iterator[tuple[str, Promise]]:
    """The promises kept beside a model, as ``NAME_2026.json``, each with its file's name."""
    for place in sorted(file.parent.glob(f"{file.stem}_*.json")):
        try:
            yield place.name, Promise.read(place)
        except SimulationError:
            continue  # something else that is kept beside the model


def came_of(
    promise: Promise, model: Model, measured: Mapping[str, Measured]
) -> list[tuple[str, ...]]:
    """What was promised, and what was measured since, by time; nothing is fitted anew."""
    rows: list[tuple[str, ...]] = []
    for name, said in promise.says.items():
        since = measured.get(name, Measured(np.empty(0), np.empty(0)))
        points = dict(zip(since.time.tolist(), since.value.tolist(), strict=True))
        kept = promise.kept(model, name, points)
        for time, value in said[MODEL].items():
            low, high = promise.bands[name][time]
            told = f"{name} {value:.4g}, nine in ten {low:.4g} to {high:.4g}"
            came = kept[kept["time"] == float(time)]
            if not len(came):
                rows.append((time, told, "not measured yet"))
                continue
            ours = came[came["who"] == MODEL].iloc[0]
            best = came.loc[came["error"].abs().idxmin()]
            band = "inside" if ours["inside"] else "outside"
            rows.append(
                (
                    time,
                    told,
                    f"{ours['measured']:.4g}, {band} the band, the promise off by "
                    f"{ours['error']:+.1f} %; nearest: {best['who']} ({best['error']:+.1f} %)",
                )
            )
    return rows


def _retail_checks(found: Fit) -> tuple[Check, ...]:
    scores = found.scores("third_party_share")["rmse_held_out"] * 100
    ours = float(scores["this model"])
    others = ", ".join(f"{name} {scores[name]:.1f}" for name in scores.index.drop("this model"))
    return (
        Check(
            "fitted on 1999-2012, its third-party share of 2013-2018 is off by at most 4 points",
            ours <= 4,
            f"{ours:.1f} points (root mean square); {others}",
        ),
        Check(
            "it does better there than the logistic curve",
            ours < scores["logistic"],
            f"{ours:.1f} points against {scores['logistic']:.1f}",
        ),
        _stands_in_the_model(found),
    )


def _aws_checks(found: Fit) -> tuple[Check, ...]:
    sales = found.scores("sales")["mape_held_out"]
    income = found.scores("operating_income")["mape_held_out"]
    others = ", ".join(f"{name} {sales[name]:.0f}" for name in sales.index.drop("this model"))
    ours, naive = float(sales["this model"]), float(sales["last growth rate"])
    return (
        Check(
            "fitted up to 2020, its sales of 2021-2025 are nearer than the last growth carried on",
            ours < naive,
            f"{ours:.1f} % (mean absolute percentage); {others}",
        ),
        Check(
            "its operating income of these years is off by at most a quarter",
            income["this model"] <= 25,
            f"{income['this model']:.1f} %; last step carried on {income['last increment']:.1f}",
        ),
        _stands_in_the_model(found),
    )


def _bass_checks(found: Fit) -> tuple[Check, ...]:
    rows = table("bass_model").set_index("series")["value"]
    off = {
        name: found.values[name] / (float(rows[row]) * unit) - 1
        for name, (row, unit) in _PUBLISHED_BASS.items()
    }
    p, q = found.values["innovators"], found.values["imitators"]
    run = found.run()
    peak = float(run.time[np.argmax(run["adoption"])])
    formula = math.log(q / p) / (p + q)
    return (
        Check(
            "fitted to video recorders, its m, p and q are the published ones within 1 %",
            all(abs(each) <= 0.01 for each in off.values()),
            f"m = {found.values['market'] / 1e3:,.0f} thousand, p = {p:.5f}, q = {q:.4f}",
        ),
        Check(
            "its peak comes when ln(q / p) / (p + q) says",
            abs(peak - formula) <= run.model.clock.step,
            f"after {peak:.2f} years, by the formula {formula:.2f}",
        ),
        _stands_in_the_model(found),
    )


def _stands_in_the_model(found: Fit) -> Check:
    """The numbers marked "fitted" in a model are those that the fit finds."""
    model = load(next(name for name in library() if load(name).title == found.model.title))
    off = {name: model.given_values[name] / value - 1 for name, value in found.values.items()}
    worst = max(off, key=lambda name: abs(off[name]))
    return Check(
        "the numbers marked fitted in the model are those of the fit",
        abs(off[worst]) <= _DIGITS,
        f"{worst} differs by {off[worst]:.1%}, the others by less",
    )


# How each fitted model is fitted, and what must hold of its fit.
_FITTED = {
    "retail": (retail_fit, _retail_checks),
    "aws": (aws_fit, _aws_checks),
    "bass": (bass_fit, _bass_checks),
}
