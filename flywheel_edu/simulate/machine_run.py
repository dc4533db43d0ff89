"""One run by machine code.

Where the package chooses, its numbers are Python's to the last bit, so that nobody sees which of
the two it was. Asked for by name, machine code is free in the last bits, and faster. In a browser's
Python a model of some size is always run by JavaScript, so that there, too, its numbers stay.
"""

from __future__ import annotations

import contextlib
import math
import threading
from array import array
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.language import ANY
from flywheel_edu.model import Model
from flywheel_edu.simulate.engines import QUICK, SLOW, USUAL, python_seconds
from flywheel_edu.simulate.machine import Kernel, in_script, machine
from flywheel_edu.simulate.prepared import Prepared
from flywheel_edu.simulate.promises import seem_outside

if TYPE_CHECKING:
    from flywheel_edu.simulate.run_javascript import Script


def run_alone(
    ready: Prepared, model: Model, method: str, engine: str, *, whole: bool
) -> NDArray[np.float64] | None:
    """The stocks of one run, shape (stocks, times), by machine code.

    With ``whole`` the computed quantities follow them, at some cost: so they are not kept before
    somebody asks for one. All promises are watched in any case.

    None if Python is to do it: it is quick enough, the code is not made yet, or something in the
    run needs Python's judgement.
    """
    if engine == "python":
        return None
    kernel = _kernel_for_one(ready, method, exact=engine == "auto")
    if kernel is None:
        return None
    plan = ready.plan
    out = np.empty((len(plan.names if whole else plan.stocks), len(ready.time)))
    beside = array("d", model.given_values.values())
    first, count, limits = len(beside), len(ready.watched), ready.limits_of(model)
    beside.frombytes(bytes(8 * (2 * count + 1)))
    kernel.alone(out, whole, beside)
    if not math.isfinite(beside[-1]):
        return None
    for at, (name, _, _) in enumerate(ready.watched, first):
        least, most = limits.get(name, ANY)
        low, high = beside[at], beside[at + count]
        if not (least <= low and high <= most) and seem_outside(low, high, least, most):
            return None
    return out


def _kernel_for_one(ready: Prepared, method: str, exact: bool) -> Kernel | Script | None:
    """The kernel of single runs, if it is there or worth waiting for.

    Unless it is asked for by name, runs go through Python at once, until they have taken long
    enough for the compiler to be worth its while; then it starts beside one of them.
    """
    key = ("alone", method, exact)
    if key in ready.kernels:
        return ready.kernels[key]
    cost = python_seconds(ready, method)
    slow = SLOW * max(1.0, len(ready.plan.names) / USUAL) ** 2
    if exact and cost < (QUICK if in_script() else slow):
        spent = ready.spent[key] = ready.spent.get(key, 0.0) + cost
        if spent - cost >= slow:
            ready.kernels[key] = None  # until it is made
            with contextlib.suppress(RuntimeError):  # where no thread may start, Python carries on
                threading.Thread(target=_compile_beside, args=(ready, method)).start()
        return None
    return _compile_for_one(ready, method, exact)


def _compile_beside(ready: Prepared, method: str) -> None:
    # What LLVM refuses here is refused again, and said, when machine code is asked for by name;
    # until then Python carries on.
    with contextlib.suppress(RuntimeError):
        _compile_for_one(ready, method, exact=True)


def _compile_for_one(ready: Prepared, method: str, exact: bool) -> Kernel | Script | None:
    key = ("alone", method, exact)
    if machine() is None:
        ready.kernels[key] = None
        return None
    return ready.kernel(key, 1, method, ready.plan.names, exact=exact)
