"""What a model and its opponents say of times still to come, kept so that it can be held to."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from flywheel_edu.asking import answers
from flywheel_edu.errors import FlywheelError, SimulationError
from flywheel_edu.files import write_beside
from flywheel_edu.later import pd
from flywheel_edu.model import Model
from flywheel_edu.study.measured import measured_points
from flywheel_edu.study.objective import MODEL
from flywheel_edu.words import Told

if TYPE_CHECKING:
    from flywheel_edu.study.fitted import Fit


@answers
@dataclass(frozen=True, repr=False)
class Promise(Told):
    """Forecasts with the day they were made on.

    Attributes
    ----------
    made : str
        The day, as 2026-11-29.
    title, digest : str
        Of the fitted model: its title and the fingerprint of its text.
    known_until : dict of str to float
        The last point of each series that was known.
    says : dict of series to dict of forecaster to dict of time to value
        Times are texts, as in the file; values are in the series' unit.
    bands : dict of series to dict of time to (low, high)
        In which nine in ten measurements should fall if the model is right.
    """

    made: str
    title: str
    digest: str
    known_until: Mapping[str, float]
    says: Mapping[str, Mapping[str, Mapping[str, float]]]
    bands: Mapping[str, Mapping[str, tuple[float, float]]]

    def __str__(self) -> str:
        told = [
            f"{series}: {', '.join(self.bands[series])}, by {len(who)} forecasters"
            for series, who in self.says.items()
        ]
        return f"Promised on {self.made} of '{self.title}'\n" + "\n".join(told)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the promise to a JSON file, and never over one that is there.

        Raises
        ------
        SimulationError
            If the file is there: a promise that may be changed is none.
        """
        if Path(path).exists():
            raise SimulationError(
                f"there is a promise in {Path(path).name} already",
                hint="keep it, and give the new one another name",
            )
        text = json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"
        return write_beside(path, text.encode())

    @staticmethod
    def read(path: str | os.PathLike[str]) -> Promise:
        """The promise kept in a file."""
        try:
            told: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
            return Promise(**told)
        except (ValueError, TypeError, FlywheelError):
            raise SimulationError(f"{Path(path).name} holds no promise") from None

    def kept(self, model: Model, series: str, data: Any) -> pd.DataFrame:
        """What came of it: what was said, what was measured, and the errors in percent.

        Nothing is fitted anew. A row for each promised time that was measured since, and for each
        forecaster; ``inside`` says of the model whether its band held.

        Parameters
        ----------
        model : Model
            Whose names and units the data have.
        series : str
        data : as in `fit`
            The measured series, all of it or its new points.
        """
        if series not in self.says:
            raise SimulationError(
                f"nothing was promised of '{series}'", hint=f"but of {', '.join(self.says)}"
            )
        since = {
            f"{t:g}": v
            for t, v in measured_points(model, series, data)
            if t > self.known_until[series]
        }
        rows = [
            {
                "time": float(time),
                "who": who,
                "said": said[time],
                "measured": since[time],
                "error": 100 * (said[time] / since[time] - 1) if since[time] else np.nan,
                "inside": low <= since[time] <= high if who == MODEL else None,
            }
            for who, said in self.says[series].items()
            for time, (low, high) in self.bands[series].items()
            if time in since
        ]
        columns = ["time", "who", "said", "measured", "error", "inside"]
        return pd.DataFrame(rows, columns=columns)


def make_promise(found: Fit, until: float) -> Promise:
    """See `Fit.promise`."""
    stop = found.model.clock.stop
    if until > stop:
        raise SimulationError(
            f"the model's time ends at {stop:g}, before {until:g}",
            hint="let its time line run on, and fit it again",
        )
    says: dict[str, Any] = {}
    bands: dict[str, Any] = {}
    for series, measured in found.measured.items():
        last = measured.time[-1]
        when = found.pace(series, until)
        when = when[when > last]
        if not when.size:
            raise SimulationError(
                f"no time of '{series}' is still to come up to {until:g}",
                hint=f"its points end at {last:g}, the model's time at {found.model.clock.stop:g}",
            )
        names = [f"{time:g}" for time in when]
        says[series] = {
            who: dict(zip(names, map(float, said), strict=True))
            for who, said in found.answers(series, when).items()
        }
        band = found.predict(series, times=when)
        pairs = zip(band["low"], band["high"], strict=True)
        bands[series] = {n: (float(a), float(b)) for n, (a, b) in zip(names, pairs, strict=True)}
    return Promise(
        made=f"{datetime.now(UTC):%Y-%m-%d}",
        title=found.model.title,
        digest=found.model.digest,
        known_until={name: float(m.time[-1]) for name, m in found.measured.items()},
        says=says,
        bands=bands,
    )
