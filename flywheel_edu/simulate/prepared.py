"""A model made ready to run: once for all models that differ only in their givens' numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.model import Clock, Model, Structure
from flywheel_edu.simulate.machine import Kernel, compile_kernel, in_script
from flywheel_edu.simulate.print_python import PythonProgram, python_program
from flywheel_edu.simulate.promises import Limits, Watched, promised, watched_of
from flywheel_edu.simulate.slots import Plan, plan_of

if TYPE_CHECKING:
    from flywheel_edu.simulate.operations import Tape
    from flywheel_edu.simulate.print_numpy import NumpyProgram
    from flywheel_edu.simulate.run_javascript import Script


@dataclass(frozen=True)
class Prepared:
    """What a run needs of a model beside its numbers; made as it is asked for, and kept."""

    plan: Plan
    clock: Clock
    time: NDArray[np.float64]  # the moments of a run, in the model's time unit
    # The quantities with a promise, and whether their lowest and highest values are watched.
    watched: Watched
    unranged: tuple[str, ...]  # the givens on whose signs the limits of what is delayed rest
    # What was made for one purpose each: see the methods.
    kernels: dict[tuple[object, ...], Kernel | Script | None] = field(default_factory=dict)
    numpy_programs: dict[tuple[object, ...], NumpyProgram] = field(default_factory=dict)
    limits: dict[tuple[int, ...], Limits] = field(default_factory=dict)
    # What has happened in earlier runs: ``("numpy", "lost")``.
    seen: set[tuple[object, ...]] = field(default_factory=set)
    # What single runs have taken in Python, roughly, in seconds, by ``("alone", method, exact)``.
    spent: dict[tuple[object, ...], float] = field(default_factory=dict)

    @cached_property
    def python(self) -> PythonProgram:
        """The program on floats."""
        return python_program(self.plan)

    @cached_property
    def tape(self) -> Tape:
        """The operations."""
        from flywheel_edu.simulate.operations import tape_of

        return tape_of(self.plan, self.clock)

    def numpy(self, names: tuple[str, ...], *, checks: bool) -> NumpyProgram:
        """The program on arrays that hands out some of the computed quantities."""
        from flywheel_edu.simulate.print_numpy import numpy_program

        key = (checks, names)
        if key not in self.numpy_programs:
            self.numpy_programs[key] = numpy_program(self.tape, names, checks=checks)
        return self.numpy_programs[key]

    def kernel(
        self,
        key: tuple[object, ...],
        width: int,
        method: str,
        kept: tuple[str, ...],
        *,
        exact: bool,
    ) -> Kernel | Script:
        """Machine code, or what a browser has in its place; kept under ``key``."""
        found = self.kernels.get(key)
        if found is None and in_script():
            from flywheel_edu.simulate.run_javascript import script

            found = self.kernels[key] = script(self.plan, self.clock, method, kept, self.watched)
        if found is None:
            from flywheel_edu.simulate.machine.print_llvm import KernelPrinter

            printer = KernelPrinter(self.plan, self.tape, width, exact, method, kept, self.watched)
            found = self.kernels[key] = compile_kernel(printer.text(), width, key[-1] == "quick")
        return found

    def limits_of(self, model: Model) -> Limits:
        """What `promised` says, kept for all models whose givens have the same signs.

        The limits of unfolded stocks follow from the ranges of the givens and, for those without a
        range, from their signs; from nothing else about their numbers.
        """
        values = model.given_values
        signs = tuple((values[n] > 0) - (values[n] < 0) for n in self.unranged)
        if signs not in self.limits:
            self.limits[signs] = promised(model)
        return self.limits[signs]


_PREPARED: WeakKeyDictionary[Structure, Prepared] = WeakKeyDictionary()


def prepare(model: Model) -> Prepared:
    """The model made ready; the same for all models of one structure.

    It keeps nothing of the structure, so that it goes when the last of these models goes.
    """
    found = _PREPARED.get(model.structure)
    if found is None:
        clock = model.clock
        time = np.asarray(clock.start + clock.step * np.arange(clock.steps + 1), np.float64)
        watched, unranged = watched_of(model)
        found = Prepared(plan_of(model), clock, time, watched, unranged)
        found = _PREPARED.setdefault(model.structure, found)
    return found
