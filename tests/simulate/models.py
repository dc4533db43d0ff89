"""Models that the tests of the engines share: some that run, and some that break on the way."""

from __future__ import annotations

from pathlib import Path

from flywheel_edu.model import Model

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "flywheel_edu" / "flywheels"

RUNNING = {
    path.stem: path
    for folder in (LIBRARY, ROOT / "tests" / "models")
    for path in sorted(folder.glob("*.flywheel"))
}


def running(name: str) -> Model:
    path = RUNNING[name]
    return Model.parse(path.read_text("utf-8"), path.parent)


def _one_stock(flow: str, more: str = "", clock: str = "year from 1999 to 2003 step 0.125") -> str:
    return f"""time {clock}
stock here [?] = 10
    + flow
now [?] = time
flow [?] = {flow}
{more}
given rate [?] = 2 in -10 .. 10
given free [?] = 1
"""


# Each stops on the way, in a manner of its own.
BREAKING = {
    "a division by a sum": _one_stock("rate / (now - 2000 - free)"),
    "a division by a number of parts": _one_stock("rate / max(2001 - now, 0)"),
    "a division by what is not told": _one_stock("rate / sin(free - free)"),
    "a hidden division": _one_stock("min(rate, rate / (now - 2000.125)) * 0"),
    "the rest of a division": _one_stock("mod(here, 2001.5 - now)"),
    "a logarithm": _one_stock("ln(2000.125 - now) * 0 + 1"),
    "a logarithm to base ten": _one_stock("log10(2001 - now) * 0 + 1"),
    "a square root": _one_stock("sqrt(2001 - now)"),
    "an arcsine": _one_stock("arcsin(now - 2000)"),
    "an arccosine": _one_stock("arccos(here / 12) + 1"),
    "a power of what is negative": _one_stock("(2001 - now) ** 0.5"),
    "a power of nothing": _one_stock("(2001 - now) ** -2"),
    "a power too large": _one_stock(
        "1 + 0 * here ** (now * 0 + rate ** 10)", "", "year from 0 to 99 step 1"
    ),
    "an exponent too large": _one_stock("1 / (1 + exp((now - 1999) ** 6))"),
    "growth without end": _one_stock("here * here", "", "year from 0 to 99 step 1"),
    "growth in a hidden place": _one_stock(
        "1 / (1 + here * here) * huge", "huge [?] = 10 ** 300 * 10 ** (now * 5)"
    ),
    "a sine of what has no end": _one_stock("sin(1e200 * 1e200 * here)"),
    "a whole part of what has no end": _one_stock("int(1e200 * 1e200 * here)"),
    "a table of what is no number": _one_stock(
        "table(1e200 * 1e200 * here - 1e200 * 1e200 * here, 0: 1, 1: 2)"
    ),
    "a stock that opens below zero": """time month from 0 to 10 step 0.5
stock box [thing] = slow
given slow [thing] = -5
""",
    "a stock below zero": _one_stock("-rate * 2"),
    "a stock below zero by two ways": """time month from 0 to 10 step 0.5
stock box [thing] = 5
    - lent
    + found
    - sold
found [thing/month] = slow
lent [thing/month] = step(slow, 2)
sold [thing/month] = slow
given slow [thing/month] = 0.7
""",
    "a stock below zero before another has no end": _one_stock(
        "-rate",
        "stock other [?] = 1\n    + more\nmore [?] = other * other * other",
        "year from 0 to 99 step 1",
    ),
    "a stock below zero that is divided by": _one_stock("-rate * 40 / max(here, 0)"),
    "a stock that opens below zero under a root": _one_stock(
        "rate", "stock box [?] = -free * 0 - 2\nroot [?] = sqrt(box)"
    ),
    "a range left": _one_stock("rate", "seen [?] = here / 2 in 0 .. 5.125"),
    "a range left below": _one_stock("-rate", "seen [?] = here / 2 - 1000000 in -999998 .. 5"),
    "a stock above its range": _one_stock("rate").replace("= 10\n", "= 10 in 0 .. 12.5\n"),
    "two promises broken at once": _one_stock(
        "rate", "seen [?] = here in 0 .. 12\nalso [?] = here * 2 in 0 .. 24"
    ),
    "a delay too short": _one_stock(
        "rate", "late [?] = delay(step(free, 2000), short)\ngiven short [?] = 0.05"
    ),
    "a smooth too short": _one_stock(
        "rate", "late [?] = smooth3(step(free, 2000), short)\ngiven short [?] = 0.05"
    ),
    "an opening that divides": _one_stock("rate", "stock other [?] = 1 / (free - free)"),
    "an opening through a computed part": _one_stock(
        "rate", "stock other [?] = part * 2\npart [?] = ln(free - 3)"
    ),
    "a broken promise before an error": _one_stock(
        "rate / (2002 - now)", "seen [?] = here in 0 .. 11"
    ),
    "an error before a broken promise": _one_stock(
        "rate / (2000 - now)", "seen [?] = here in 0 .. 130"
    ),
}
