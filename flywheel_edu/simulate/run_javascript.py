"""The printed JavaScript as the compiled engine of a browser's Python, in arrays that both share.

Only what the package's own printer wrote from a plan is run: slots, numbers and operators.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.model import Clock
from flywheel_edu.simulate.machine import run_script
from flywheel_edu.simulate.print_javascript import equations_text
from flywheel_edu.simulate.promises import Watched
from flywheel_edu.simulate.slots import Plan

Floats = NDArray[np.float64]

_ARRAYS = Path(__file__).with_name("lent_arrays.js")


@dataclass(frozen=True)
class Script:
    """A model's equations in the browser's own compiler; used as a `Kernel` is."""

    call: Any
    method: str
    kept: NDArray[np.int32]
    watched: NDArray[np.int32]
    width: int = 1

    def alone(self, out: Floats, _whole: bool, beside: array[float]) -> None:
        """One run, as `Kernel.alone` does it: as many rows as there are."""
        numbers, count = np.frombuffer(beside)[:, None], len(self.watched)
        givens, lows, highs, lost = np.split(numbers, np.cumsum([-1 - 2 * count, count, count]))
        lows[:], highs[:] = np.inf, -np.inf
        kept, slots = self.kept[: len(out)], np.arange(out.shape[1], dtype=np.int32)
        self.call(
            self.method, kept, self.watched, slots, givens, out[:, :, None], lows, highs, lost[:, 0]
        )

    def together(
        self, givens: Floats, _count: int, slots: NDArray[np.int64], out: Floats, *sides: Floats
    ) -> None:
        """Many runs, as `Kernel.together` does them."""
        few = slots.astype(np.int32)
        self.call(self.method, self.kept, self.watched, few, givens, out, *sides)


def script(
    plan: Plan, clock: Clock, method: str, kept: tuple[str, ...], watched: Watched
) -> Script:
    """The equations, handed to the browser's compiler."""
    rows = np.array([plan.rows[n] for n in (*kept, *(n for n, _, _ in watched))], np.int32)
    text = "\n".join((equations_text(plan, clock), _ARRAYS.read_text("utf-8")))
    text = re.sub(r"(?m)^export ", "", text)  # a script, no module
    call = run_script()(f'(() => {{\n"use strict";\n{text}\nreturn runLent;\n}})()')
    return Script(call, method, rows[: len(kept)], rows[len(kept) :])
