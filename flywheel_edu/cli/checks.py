"""How checks are told: each as a row, then how many fail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flywheel_edu.cli.say import say, say_table

if TYPE_CHECKING:
    from flywheel_edu.facts import Check


def tell(checks: Sequence[Check]) -> None:
    """Print a row for each check."""
    say_table(
        ("", "what must hold", "found"),
        [("holds" if each.holds else "FAILS", each.says, each.found) for each in checks],
    )


def verdict(checks: Sequence[Check]) -> int:
    """Print how many fail, and give the exit code: 1 if any does."""
    failing = sum(not each.holds for each in checks)
    say()
    say(f"{failing} of {len(checks)} fail." if failing else f"All {len(checks)} hold.", strong=True)
    return 1 if failing else 0
