"""The `flywheel` command: one small file for each thing it does.

say             how commands speak: lines, tables, checks, what went wrong
models          `models` and `show`; and which model a command was given
tell            `language`, `loops` and `run`
write           `draw`, `page` and `convert`
games           `fly` and `league`
show_facts      `facts`
validate        `validate`
export          `export`
handout         copies of the course that never replace what a student changed
progress        how far a student is, as saved
lab             `lab`
teacher         `teacher`, `exercises` and `hub`
doctor          `doctor`
command         finds the command asked for, runs it, and says what went wrong
"""

from __future__ import annotations

from flywheel_edu.cli.command import main

__all__ = ["main"]
