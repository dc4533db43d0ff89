"""How it is computed: the methods, and the engines with what they cost and the choice among them.

Whatever runs, Python has the last word: a scenario in which a value was lost, or a promise seems
broken, is run again in Python, which raises the error with its sentence, or gives the numbers if
nothing is wrong after all.
"""

from __future__ import annotations

from flywheel_edu.errors import FlywheelError
from flywheel_edu.model import METHODS, Model
from flywheel_edu.simulate.machine import machine
from flywheel_edu.simulate.prepared import Prepared

# What a single run and a sweep can be asked to be computed by.
ALONE = ("auto", "python", "machine")
TOGETHER = ("auto", "python", "numpy", "machine")

# What one quantity costs in Python at one moment, and to compile, roughly; only the choice of
# engine rests on it.
PYTHON_COST = 6e-8  # seconds
COMPILE_COST = 1.5e-3  # seconds
# A run that takes more in Python is not worth running there even once. Runs that have taken as much
# together have paid for the compiler: to load it costs as long, and 70 MB. A browser's JavaScript
# is there already, and taken for a run of more than a moment.
QUICK, SLOW = 1e-3, 0.25  # seconds
# For larger models than a usual one the compiler takes longer, by the square of their size.
USUAL = 200  # quantities


def python_seconds(ready: Prepared, method: str) -> float:
    """What a run costs in Python, roughly, in seconds."""
    looks = 4 if method == "rk4" else 1
    return PYTHON_COST * len(ready.plan.names) * looks * len(ready.time)


def method_for(model: Model, method: str | None, known: tuple[str, ...] = METHODS) -> str:
    """The method that was asked for; the model's own if none was."""
    method = model.clock.method if method is None else method
    if method == "adaptive" and method not in known:
        raise FlywheelError(
            "adaptive steps are for one run at a time\n"
            "  hint: write: simulate(model, method='adaptive')"
        )
    if method not in known:
        raise FlywheelError(
            f"there is no method '{method}'\n  hint: the methods are: {', '.join(known)}"
        )
    return method


def check_engine(engine: str, known: tuple[str, ...]) -> None:
    """Refuse an engine that is not known, or not to be had on this computer."""
    if engine not in known:
        raise FlywheelError(
            f"there is no engine '{engine}'\n  hint: the engines are: {', '.join(known)}"
        )
    if engine == "machine" and machine() is None:
        raise FlywheelError(
            "there is no machine code on this computer: llvmlite is missing, or does not know "
            "its processor\n  hint: engine='auto' takes NumPy and Python instead"
        )


def choose(ready: Prepared, method: str, scenarios: int) -> str:
    """The engine for a sweep: by the work it is, so that the same sweep gives the same numbers."""
    preparing = COMPILE_COST * len(ready.plan.names)
    if scenarios * python_seconds(ready, method) < preparing:
        return "python"
    return "numpy" if machine() is None else "machine"
