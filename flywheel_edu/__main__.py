"""`python -m flywheel_edu`: the `flywheel` command where the shell does not find it."""

from __future__ import annotations

import sys

from flywheel_edu.cli import main

if __name__ == "__main__":
    sys.exit(main())
