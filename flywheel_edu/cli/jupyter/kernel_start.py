"""Run by each Python of `flywheel lab` as it starts."""

import IPython.core.getipython as _ours

if (_shell := _ours.get_ipython()) is not None:  # None in a terminal
    _shell.run_line_magic("load_ext", "flywheel_edu.notebook")
del _ours, _shell  # so that no name of ours is left among the student's
