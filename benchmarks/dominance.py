"""How long loop dominance takes, beside pysimlin: python -m benchmarks.dominance [--write].

On the model that speeds are compared on: 8 stocks, 44 quantities, 55 loops, 961 moments. With
--write, the figures are kept in dominance.md beside this file.
"""

from __future__ import annotations

import platform
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

import networkx as nx
import numpy as np

from benchmarks.keep import print_and_keep
from flywheel_edu import Model, simulate
from flywheel_edu.causal.archetypes import archetypes
from flywheel_edu.causal.dominance import dominance
from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.causal.independent import independent_loops
from flywheel_edu.causal.loops import find_loops
from flywheel_edu.causal.uncertainty import dominance_over
from flywheel_edu.simulate.sweep import sweep
from flywheel_exchange import write_xmile

HERE = Path(__file__).parent
MODEL = HERE.parent / "tests" / "models" / "benchmark.flywheel"


def main() -> None:
    """Measure, print, and keep the figures if asked."""
    print_and_keep(report, "dominance.md", __doc__)


def report() -> str:
    """The figures as a table."""
    model = Model.parse(MODEL.read_text("utf-8"))
    run, graph = simulate(model), causal_graph(model)
    dense = complete(60)
    found = dominance(run)  # the loops are known from here on
    rates = np.linspace(0.05, 0.15, 100)
    rows = [
        ("link, loop and relative scores, loops known", milliseconds(lambda: dominance(run))),
        ("... and the dominant set as a table", milliseconds(lambda: dominance(run).dominant)),
        ("find the 55 loops", milliseconds(lambda: find_loops(graph))),
        ("find the shortest independent loop set", milliseconds(lambda: independent_loops(graph))),
        ("search for archetypes", milliseconds(lambda: archetypes(graph))),
        (
            "scores of 100 scenarios, runs included",
            milliseconds(lambda: dominance_over(sweep(model, contact_rate=rates)), 3),
        ),
        ("pysimlin: the same scores, loops and run included", pysimlin(model, analyze=True)),
        ("pysimlin: the run alone", pysimlin(model, analyze=False)),
        (
            "loops of a graph in which 60 quantities all act on each other, cut short",
            milliseconds(lambda: find_loops(dense), 1),
        ),
    ]
    lines = [
        "# Loop dominance: how long it takes",
        "",
        f"{len(found.found)} loops, {len(found.link_scores)} links, {len(run.time)} moments; "
        f"median, on {platform.machine()} with Python {platform.python_version()}. "
        "Made by `python -m benchmarks.dominance --write`.",
        "",
        "| what | ms |",
        "|---|---:|",
        *(f"| {what} | {time:,.1f} |" for what, time in rows),
        "",
    ]
    return "\n".join(lines)


def milliseconds(work: Callable[[], object], times: int = 25) -> float:
    """The median time a piece of work takes, after one try."""
    work()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return 1000 * median(taken)


def pysimlin(model: Model, *, analyze: bool) -> float:
    """The median time of pysimlin's run of the model, with or without loop scores."""
    import simlin

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaded = simlin.load(str(write_xmile(model, Path(folder) / "model.xmile")))
        return milliseconds(lambda: loaded.run(analyze_loops=analyze), 7)


def complete(size: int) -> nx.DiGraph[str]:
    """Everything acts on everything."""
    names = [f"q{i}" for i in range(size)]
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from(((a, b) for a in names for b in names if a != b), sign=1)
    return graph


if __name__ == "__main__":
    main()
