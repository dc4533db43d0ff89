"""Published drawings of flywheels, link by link, as sketches."""

from __future__ import annotations

import networkx as nx

from flywheel_edu.causal.sketch import read_sketch
from flywheel_edu.errors import ModelError, closest
from flywheel_edu.facts import FROM_MEMORY, table


def sketches(*, memory: bool = False) -> tuple[str, ...]:
    """The names of the published drawings, Amazon's first.

    Parameters
    ----------
    memory : bool
        Also those whose wording is from memory only.

    Examples
    --------
    >>> sketches()[:3]
    ('napkin_bryar_carr', 'napkin_stone', 'napkin_collins')
    """
    return tuple(str(name) for name in dict.fromkeys(table("flywheels", memory=memory)["name"]))


def sketch(name: str) -> nx.DiGraph[str]:
    """One published drawing as a causal graph, in its author's own words.

    Parameters
    ----------
    name : str
        One of `sketches()`.

    Returns
    -------
    networkx.DiGraph
        As `read_sketch` gives it: ``sign`` on every arrow; ``title``, with the source, on the
        graph. Nothing is mended: an author's "lower prices" stays, so that ``lint`` has its say.

    Raises
    ------
    ModelError
        If there is no such drawing.

    Examples
    --------
    >>> sketch("costco").edges["low prices", "more members"]["sign"]
    1
    """
    known = sketches(memory=True)
    if name not in known:
        raise ModelError(
            f"there is no published drawing called '{str(name)[:60]}'",
            hint=closest(str(name), known) or f"there are {', '.join(known)}",
        )
    return read_sketch(_text(name))


def _text(name: str) -> str:
    rows = table("flywheels", memory=True)
    rows = rows[rows["name"] == name].sort_values("order")
    first = rows.iloc[0]
    sure = f", {FROM_MEMORY}" if (rows["confidence"] == FROM_MEMORY).any() else ""
    lines = [f"# {first['flywheel']}: {first['source']}{sure}"]
    lines += [
        f"{cause} -> {effect} {sign}"
        for cause, effect, sign in zip(rows["from"], rows["to"], rows["sign"], strict=True)
    ]
    return "\n".join(lines)
