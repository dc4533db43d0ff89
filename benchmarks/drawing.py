"""How long pictures take: python -m benchmarks.drawing [--write].

From a graph or a model to the bytes of a PNG file, and for the napkin also when it is on the
shelf already. With --write, the figures are kept in drawing.md beside this file.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import combinations
from statistics import median

import networkx as nx
import numpy as np

from benchmarks.keep import print_and_keep
from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.causal.sketch import read_sketch
from flywheel_edu.charts.charts import chart
from flywheel_edu.drawing import Drawing, draw, shelf
from flywheel_edu.drawing.geometry import crossings, distance_to_boxes
from flywheel_edu.flywheels import load
from flywheel_edu.simulate import simulate
from tests.drawing.diagrams import EVERYTHING, NAPKIN, wild

AT_ANY_SIZE = {(12, 20): 0.3, (60, 120): 1.0, (120, 240): 3.0, (190, 480): 10.0}  # seconds
LIMITS = {"clean": 400.0, "napkin": 2000.0}  # milliseconds, as promised for a book's diagrams


def main() -> None:
    """Measure, print, and keep the figures if asked."""
    print_and_keep(with_an_empty_shelf, "drawing.md", __doc__)


def with_an_empty_shelf() -> str:
    """The report, with no picture taken from where earlier ones lie."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FLYWHEEL_CACHE"] = folder
        return report()


def report() -> str:
    """The figures as a table."""
    retail = load("retail")
    graphs = {
        "the napkin, 7 quantities": read_sketch(NAPKIN),
        "everything feeds everything, 13 quantities": read_sketch(EVERYTHING),
        "the retail model, places saved, 17 quantities": causal_graph(retail, retail.shown),
        "the retail model, laid out afresh": afresh(causal_graph(retail, retail.shown)),
        "a random graph of 25 quantities": wild(25, 1),
    }
    lines = [
        "# Pictures: how long they take",
        "",
        f"Median of processor time (one core does all), on {platform.machine()} "
        f"with Python {platform.python_version()}; "
        f"the aim is {LIMITS['clean']:.0f} ms for a clean diagram of a book and "
        f"{LIMITS['napkin']:,.0f} ms for a napkin. "
        "Made by `python -m benchmarks.drawing --write`.",
        "",
        "| what | clean, ms | napkin, ms | napkin from the shelf, ms |",
        "|---|---:|---:|---:|",
    ]
    for what, graph in graphs.items():
        clean = milliseconds(lambda graph=graph: draw(graph).png())
        fresh = milliseconds(lambda graph=graph: drawn_afresh(graph))
        kept = milliseconds(lambda graph=graph: taken_from_disk(graph))
        lines.append(f"| {what} | {clean:,.0f} | {fresh:,.0f} | {kept:,.0f} |")
    first = {style: first_picture(style) for style in ("clean", "napkin")}
    lines += [
        f"| the napkin in a fresh Python, imports and fonts included | {first['clean']:,.0f} | "
        f"{first['napkin']:,.0f} | |",
        "",
        f"A chart of four series over time: {milliseconds(four_lines(retail)):,.0f} ms.",
        "",
        "## At any size",
        "",
        "Graphs whose arrows join what is near, as a model's do: one processor's seconds from a "
        "graph to a PNG file, beside the most we allow; and what the arrows do with the places "
        "that we choose and with those of networkx (Kamada and Kawai, and its springs), drawn "
        "by the same hand.",
        "",
        "| quantities, arrows | seconds | allowed | crossings: ours | Kamada-Kawai | springs "
        "| arrows over labels: ours | Kamada-Kawai | springs |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for (quantities, arrows), allowed in AT_ANY_SIZE.items():
        graph = neighbourhood(quantities, arrows)
        taken = milliseconds(lambda graph=graph: draw(graph).png(), 3) / 1000
        layouts = [None, *(placed(how(graph)) for how in (nx.kamada_kawai_layout, springs))]
        found = [tangle(draw(graph, layout=layout)) for layout in layouts]
        cells = [f"{quantities}, {arrows}", f"{taken:.2f}", f"{allowed:g}"]
        cells += [str(each[part]) for part in (0, 1) for each in found]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def neighbourhood(quantities: int, arrows: int, seed: int = 1) -> nx.DiGraph[str]:
    """A graph with places nobody is told: each arrow joins two quantities that lie near."""
    chance = np.random.default_rng(seed)
    places = chance.random((quantities, 2))
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(f"quantity {number}" for number in range(quantities))

    def join(one: int, other: int) -> None:
        sign = int(chance.choice([1, -1]))
        graph.add_edge(f"quantity {one}", f"quantity {other}", sign=sign)

    for number in range(1, quantities):
        nearest = int(np.hypot(*(places[:number] - places[number]).T).argmin())
        join(*chance.permutation([number, nearest]))
    while graph.number_of_edges() < arrows:
        number = int(chance.integers(quantities))
        near = np.hypot(*(places - places[number]).T).argsort()[1:8]
        join(number, int(chance.choice(near)))
    return graph


def springs(graph: nx.DiGraph[str]) -> dict[str, np.ndarray]:
    """Fruchterman and Reingold's places, the same in each run."""
    return nx.spring_layout(graph, seed=1, iterations=200)


def placed(places: dict[str, np.ndarray]) -> dict[str, tuple[float, float]]:
    """Places as `draw` takes them, from 0 to 1."""
    spots = np.array(list(places.values()))
    spots = (spots - spots.min(axis=0)) / np.ptp(spots, axis=0)
    return {name: (float(x), float(y)) for name, (x, y) in zip(places, spots, strict=True)}


def tangle(drawing: Drawing) -> tuple[int, int]:
    """How often arrows cross, and how many run over a label that is not their own."""
    paths = [arrow.path[::3] for arrow in drawing.plan.arrows]
    crossed = sum(
        int(crossings(one[None], other[:-1], other[1:])[0]) for one, other in combinations(paths, 2)
    )
    over = sum(
        bool(distance_to_boxes(arrow.path, item.box[None]).min() < 0)
        for arrow in drawing.plan.arrows
        for item in drawing.plan.items
        if item.name not in arrow.edge
    )
    return crossed, over


def milliseconds(work: Callable[[], object], times: int = 7) -> float:
    """The median of the processor time a piece of work takes, after one try."""
    work()
    taken = []
    for _ in range(times):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return 1000 * median(taken)


def afresh(graph: nx.DiGraph[str]) -> nx.DiGraph[str]:
    """The graph without its saved places."""
    graph.graph["view"] = {}
    return graph


def drawn_afresh(graph: nx.DiGraph[str]) -> bytes:
    """A napkin that is on no shelf."""
    drawing = draw(graph, "napkin")
    shelf.forget()
    (shelf.folder() / f"{drawing.digest}.png").unlink(missing_ok=True)
    return drawing.png()


def taken_from_disk(graph: nx.DiGraph[str]) -> bytes:
    """A napkin drawn in an earlier session."""
    shelf.forget()
    return draw(graph, "napkin").png()


def first_picture(style: str) -> float:
    """Milliseconds from an empty process to a picture."""
    code = (
        "from flywheel_edu.causal.sketch import read_sketch;"
        "from flywheel_edu.drawing import draw;"
        f"draw(read_sketch({NAPKIN!r}), {style!r}).png()"
    )
    taken = []
    for _ in range(3):
        started = os.times()
        subprocess.run(
            [sys.executable, "-c", code], check=True, env={**os.environ, "FLYWHEEL_CACHE": "off"}
        )
        ended = os.times()
        taken.append(
            ended.children_user
            + ended.children_system
            - started.children_user
            - started.children_system
        )
    return 1000 * median(taken)


def four_lines(model: object) -> Callable[[], object]:
    """Drawing a chart of a run."""
    run = simulate(model)

    def draw_it() -> object:
        page = chart("Retail", across="month")
        for name in ("customers", "sellers", "orders", "price"):
            page.line(run.time, run[name], name)
        return page._repr_mimebundle_()

    return draw_it


if __name__ == "__main__":
    main()
