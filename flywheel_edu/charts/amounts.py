"""Numbers and moments as they stand in a text."""

from __future__ import annotations

from flywheel_edu.words import figures, said


def amount(value: float) -> str:
    """A number as it stands in a text: three figures, thousands parted, millions named.

    >>> [amount(v) for v in (0, 0.0234, 12.5, 1234.5, 2_500_000, -3.1e9)]
    ['0', '0.0234', '12.5', '1,234', '2.5 million', '-3.1 billion']
    """
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{figures(f'{value / size:.3g}')} {said(word)}"
    # Adding 0 turns the -0.0 of a falling share into 0.
    return figures(f"{value:,.0f}" if abs(value) >= 999.5 else f"{value + 0.0:.3g}")


def in_full(value: float, figures: int = 10) -> str:
    """A number as one copies it: no powers of ten, and no thousands parted in what may be a year.

    >>> [in_full(v) for v in (0.00003, 0.0075, 2009, 30_500, 2.6e8, -0.0)]
    ['0.00003', '0.0075', '2009', '30,500', '260,000,000', '0']
    """
    rounded = float(f"{value:.{figures}g}") + 0.0
    if 1e-9 < abs(rounded) < 1e-4:
        return f"{rounded:.16f}".rstrip("0")
    return f"{rounded:,.15g}" if abs(rounded) >= 1e4 else f"{rounded:.15g}"


def moment(value: float) -> str:
    """A time as it stands in a text: 1999 is a year, not an amount.

    >>> [moment(v) for v in (0, 1999, 2018.25, 0.0234)]
    ['0', '1999', '2018.25', '0.0234']
    """
    return f"{round(value, 2) + 0.0:.10g}" if abs(value) >= 1 else f"{value + 0.0:.3g}"
