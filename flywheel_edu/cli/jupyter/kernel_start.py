"""Run by each Python of `flywheel lab` as it starts."""


def _start() -> None:
    from IPython.core.getipython import get_ipython

    if (shell := get_ipython()) is not None:  # None in a terminal
        shell.run_line_magic("load_ext", "flywheel_edu.notebook")


_start()
del _start  # so that no name of ours is left among the student's
