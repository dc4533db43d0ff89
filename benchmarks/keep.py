"""What the smaller benchmarks have in common: a table is printed, and kept if that is asked."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent


def print_and_keep(report: Callable[[], str], name: str, about: str | None) -> None:
    """Print a report; with ``--write`` keep it beside, as the file of that name."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {name}")
    options = parser.parse_args()
    text = report()
    print(text)
    if options.write:
        (HERE / name).write_text(text, encoding="utf-8")
