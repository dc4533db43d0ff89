"""Machine code from a model's tape, by way of LLVM IR; quietly absent where llvmlite is."""

from flywheel_edu.simulate.machine.compiler import Kernel, compile_kernel, machine
from flywheel_edu.simulate.machine.print_llvm import kernel_text

__all__ = ["Kernel", "compile_kernel", "kernel_text", "machine"]
