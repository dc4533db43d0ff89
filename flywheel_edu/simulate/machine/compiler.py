"""From IR to a function that can be called, by llvmlite."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
import threading
from array import array
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

_OLDEST = (0, 45)  # of llvmlite: pointers without types, and the present pass manager
Floats = NDArray[np.float64]
_LOCK = threading.RLock()
_POINTER, _SIZE = ctypes.c_void_p, ctypes.c_int64
_SIGNATURES = {
    "run": ctypes.CFUNCTYPE(
        None, _POINTER, _SIZE, _SIZE, _POINTER, _SIZE, _POINTER, _SIZE, _SIZE, _POINTER, _POINTER,
        _POINTER,
    ),
    "alone": ctypes.CFUNCTYPE(None, _POINTER, _SIZE, _POINTER),
}  # fmt: skip


@dataclass(frozen=True)
class Kernel:
    """A compiled function, and what keeps it in memory; calling it lets other threads run."""

    call: Any
    width: int
    engine: Any = field(repr=False)

    def alone(self, out: Floats, whole: bool, beside: array[float]) -> None:
        """One run; ``beside`` holds the givens, then lows, highs, and what was lost."""
        self.call(out.ctypes.data, whole, beside.buffer_info()[0])

    def together(
        self, givens: Floats, count: int, slots: NDArray[np.int64], out: Floats, *sides: Floats
    ) -> None:
        """Many runs; see `flywheel_edu.simulate.block`."""
        layer, pitch = (stride // out.itemsize for stride in out.strides[:2])
        line = min(64, 8 * self.width)
        assert not any(at % line for at in (out.ctypes.data, *out.strides[:2])), "see room_for"
        self.call(
            givens.ctypes.data, givens.shape[1], count, slots.ctypes.data, len(slots),
            out.ctypes.data, layer, pitch, *(side.ctypes.data for side in sides),
        )  # fmt: skip


@dataclass(frozen=True)
class Machine:
    """The processor this process runs on."""

    triple: str
    cpu: str
    features: str
    width: int


@lru_cache(maxsize=1)
def machine() -> Machine | None:
    """What can be compiled for here; None where machine code is not to be had.

    That is where llvmlite has no wheel, is too old, or finds a processor without joined
    multiplication and addition (before 2013). In a browser's Python the browser's own compiler
    is taken, that of JavaScript.
    """
    if sys.platform == "emscripten":
        with suppress(Exception):  # a page may forbid it: what is raised then is JavaScript's
            run_script()("0")
            return Machine("javascript", "javascript", "", 1)
    try:
        import llvmlite
        import llvmlite.binding as llvm

        if tuple(map(int, llvmlite.__version__.split(".")[:2])) < _OLDEST:
            return None
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
    except (ImportError, OSError, RuntimeError, ValueError):
        return None
    features = llvm.get_host_cpu_features()
    intel = platform.machine().lower() in ("x86_64", "amd64")
    if intel and not (features.get("fma") and features.get("avx2")):
        return None
    if not _add_library(llvm):
        return None
    if hasattr(os, "register_at_fork"):
        # A process that is split off while LLVM works would wait for it for ever.
        os.register_at_fork(
            before=_LOCK.acquire, after_in_parent=_LOCK.release, after_in_child=_LOCK.release
        )
    # Two vectors of the processor side by side: while one waits for a result, the other works.
    width = (16 if features.get("avx512f") else 8) if intel else 4
    return Machine(llvm.get_process_triple(), llvm.get_host_cpu_name(), features.flatten(), width)


def run_script() -> Any:
    """The function that runs JavaScript, beside a browser's Python."""
    return import_module("pyodide.code").run_js


def in_script() -> bool:
    """Whether JavaScript stands here for a processor; it loads no compiler elsewhere."""
    here = machine() if sys.platform == "emscripten" else None
    return here is not None and here.triple == "javascript"


@lru_cache(maxsize=64)
def compile_kernel(text: str, width: int, quick: bool = False) -> Kernel:
    """Compile the IR of a kernel for this processor: one that runs alone, if the width is 1.

    A ``quick`` one is there in half the time, and takes three times as long to run.

    The same text is compiled once in a process: a notebook reads its models again and again.
    """
    here = machine()
    assert here is not None
    with _LOCK:  # until LLVM's own locks are free again, too: those of what it took on the way
        return _compiled(text, here, width, quick)


def _compiled(text: str, here: Machine, width: int, quick: bool) -> Kernel:
    import llvmlite.binding as llvm

    module = llvm.parse_assembly(text)
    module.verify()
    target = llvm.Target.from_triple(here.triple).create_target_machine(
        cpu=here.cpu, features=here.features, opt=0 if quick else 2
    )
    module.triple, module.data_layout = here.triple, str(target.target_data)
    options = llvm.create_pipeline_tuning_options(speed_level=1)
    options.loop_vectorization = options.slp_vectorization = False
    options.loop_unrolling = options.loop_interleaving = False
    builder = llvm.create_pass_builder(target, options)
    builder.getModulePassManager().run(module, builder)
    engine = llvm.create_mcjit_compiler(module, target)
    engine.finalize_object()
    name = "alone" if width == 1 else "run"
    address = engine.get_function_address(name)
    return Kernel(_SIGNATURES[name](address), width, (engine, target, module))


def _add_library(llvm: Any) -> bool:
    """Tell LLVM where the C library's own functions are: those that Python's math calls."""
    from ctypes.util import find_library

    from flywheel_edu.simulate.machine.print_llvm import LIBRARY

    try:
        if sys.platform == "win32":
            library = ctypes.CDLL("ucrtbase")
        else:
            library = ctypes.CDLL(find_library("m"))
        for name in LIBRARY.values():
            address = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
            llvm.add_symbol(f"fw_lib_{name}", address)
    except (OSError, AttributeError):
        return False
    return True
