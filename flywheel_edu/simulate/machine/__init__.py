"""Machine code from a model's operations; quietly absent where llvmlite is.

``vector_math``  exp, ln and powers for many scenarios at once
``llvm_tables``  tables in the language of LLVM
``print_llvm``   the printer: a tape as one function in LLVM's language
``compiler``     from there to a function that can be called
"""

from flywheel_edu.simulate.machine.compiler import (
    Kernel,
    compile_kernel,
    in_script,
    machine,
    run_script,
)

__all__ = ["Kernel", "compile_kernel", "in_script", "machine", "run_script"]
