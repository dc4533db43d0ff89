"""Our places beside other libraries': python -m benchmarks.layouts [--elk FOLDER] [--write].

Ten graphs, each drawn by the same hand, with our places and with those of igraph, Graphviz and
ELK, in one picture. Needs the package igraph, Graphviz's programs on the path, and Node with the
package elkjs below FOLDER; what is missing is left out, and the table says so by having no column.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

import networkx as nx
import numpy as np
from PIL import Image

from benchmarks.drawing import neighbourhood, placed, tangle
from benchmarks.keep import HERE
from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.causal.sketch import read_sketch
from flywheel_edu.drawing import Drawing, draw
from flywheel_edu.flywheels import load
from tests.drawing.diagrams import EVERYTHING, NAPKIN, wild

Graph: TypeAlias = "nx.DiGraph[str]"
Layout: TypeAlias = Callable[[Graph], "dict[str, np.ndarray]"]

_ASK_ELK = """
const Elk = require("elkjs"), graph = JSON.parse(require("fs").readFileSync(0));
new Elk().layout(graph).then(done => console.log(JSON.stringify(done.children)));
"""


def main() -> None:
    """Draw, measure, print, and keep table and picture if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--elk", type=Path, help="the folder that holds node_modules/elkjs")
    parser.add_argument("--write", action="store_true", help="keep layouts.md and layouts.png")
    options = parser.parse_args()
    layouts = {"ours": None, **others(options.elk)}
    drawings = {
        what: {
            way: looked_at(draw(graph, layout=placed(layout(graph)) if layout else None))
            for way, layout in layouts.items()
        }
        for what, graph in graphs().items()
    }
    text = report(drawings)
    print(text)
    if options.write:
        (HERE / "layouts.md").write_text(text, encoding="utf-8")
        (HERE / "layouts.png").write_bytes(sheet(drawings))


def graphs() -> dict[str, Graph]:
    """Two sketches, four models, four graphs of chance; saved places are left out."""
    models = {name: load(name) for name in ("retail", "aws", "data", "cash")}
    found = {
        "the napkin": read_sketch(NAPKIN),
        "everything feeds everything": read_sketch(EVERYTHING),
        **{name: causal_graph(model, model.shown) for name, model in models.items()},
        "25 hung on a ring": wild(25, 1),
        **{f"{many}, {arrows}": neighbourhood(many, arrows) for many, arrows in _SIZES},
    }
    for graph in found.values():
        graph.graph["view"] = {}
    return found


_SIZES = ((12, 20), (30, 60), (60, 120))


def others(elk: Path | None) -> dict[str, Layout]:
    """The ways of other libraries that are here, by name."""
    found: dict[str, Layout] = {}
    if find_spec("igraph"):
        found |= {
            "igraph, Kamada-Kawai": lambda graph: by_igraph(graph, "kk"),
            "igraph, Davidson-Harel": lambda graph: by_igraph(graph, "davidson_harel"),
        }
    for engine in ("neato", "sfdp", "dot"):
        if shutil.which(engine):
            found[f"Graphviz, {engine}"] = lambda graph, engine=engine: by_graphviz(graph, engine)
    if elk is not None and shutil.which("node"):
        for way in ("stress", "layered"):
            found[f"ELK, {way}"] = lambda graph, way=way: by_elk(graph, way, elk)
    return found


def by_igraph(graph: Graph, way: str) -> dict[str, np.ndarray]:
    import random

    import igraph

    random.seed(1)
    names = list(graph)
    edges = [(names.index(a), names.index(b)) for a, b in graph.edges]
    spots = igraph.Graph(len(names), edges).layout(way).coords
    return {name: np.array(spot) for name, spot in zip(names, spots, strict=True)}


def by_graphviz(graph: Graph, engine: str) -> dict[str, np.ndarray]:
    names = list(graph)
    boxes = [f'{number} [label="{name}" shape=box];' for number, name in enumerate(names)]
    arrows = [f"{names.index(a)} -> {names.index(b)};" for a, b in graph.edges]
    text = "\n".join(["digraph {", "overlap=false;", *boxes, *arrows, "}"])
    told = subprocess.run(
        [engine, "-Tplain"], input=text, capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split() for line in told.splitlines() if line.startswith("node ")]
    return {names[int(row[1])]: np.array([float(row[2]), float(row[3])]) for row in rows}


def by_elk(graph: Graph, way: str, folder: Path) -> dict[str, np.ndarray]:
    asked = {
        "id": "all",
        "layoutOptions": {"elk.algorithm": way, "elk.stress.desiredEdgeLength": "140"},
        "children": [{"id": name, "width": 90, "height": 28} for name in graph],
        "edges": [{"id": f"{a}>{b}", "sources": [a], "targets": [b]} for a, b in graph.edges],
    }
    told = subprocess.run(
        ["node", "-e", _ASK_ELK],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    ).stdout
    return {each["id"]: np.array([each["x"], -each["y"]]) for each in json.loads(told)}


@dataclass(frozen=True)
class Look:
    """What an eye meets in one drawing."""

    crossings: int
    over_labels: int
    signs_on_arrows: int
    length: float  # of the mean arrow, in labels' widths
    picture: Image.Image  # in small

    def __str__(self) -> str:
        counted = f"{self.crossings} / {self.over_labels} / {self.signs_on_arrows}"
        return f"{counted} / {self.length:.1f}"


def looked_at(drawing: Drawing) -> Look:
    """Count, measure, and keep the picture in small: a whole one takes a hundred megabytes."""
    arrows = drawing.plan.arrows
    signs_on_arrows = sum(
        any(
            np.hypot(*(arrow.path - sign.place).T).min() < sign.radius
            for arrow in arrows
            if arrow.edge != sign.edge
        )
        for sign in drawing.plan.signs
    )
    lengths = [np.hypot(*np.diff(arrow.path, axis=0).T).sum() for arrow in arrows]
    picture = Image.open(io.BytesIO(drawing.png())).convert("RGB")
    picture.thumbnail((460, 400))
    return Look(*tangle(drawing), signs_on_arrows, float(np.mean(lengths)) / 80, picture)


def report(drawings: dict[str, dict[str, Look]]) -> str:
    """How often arrows cross, run over foreign labels, and how long they are."""
    ways = list(next(iter(drawings.values())))
    lines = [
        "# Places: ours beside other libraries'",
        "",
        "Arrows that cross / arrows over a label that is not their own / signs on a foreign arrow "
        "/ the mean arrow's length in labels' widths (80 points). The same hand draws them all: "
        "`layouts.png`. Made by `python -m benchmarks.layouts --elk FOLDER --write`.",
        "",
        f"| graph | {' | '.join(ways)} |",
        f"|---|{'---:|' * len(ways)}",
        *(f"| {what} | {' | '.join(map(str, row.values()))} |" for what, row in drawings.items()),
        "",
    ]
    least = {what: min(look.crossings for look in row.values()) for what, row in drawings.items()}
    fewest = (
        f"{way}: {sum(row[way].crossings == least[what] for what, row in drawings.items())}"
        for way in ways
    )
    lines.append(f"In how many of the {len(drawings)} nobody crosses less: {', '.join(fewest)}.")
    return "\n".join([*lines, ""])


def sheet(drawings: dict[str, dict[str, Look]]) -> bytes:
    """All of them on one page: a row a graph, a column a way."""
    from matplotlib.figure import Figure

    ways = list(next(iter(drawings.values())))
    figure = Figure(figsize=(2.2 * len(ways), 2.0 * len(drawings)), layout="constrained")
    every = figure.subplots(len(drawings), len(ways))
    for axes, (what, row) in zip(every, drawings.items(), strict=True):
        for ax, way in zip(axes, ways, strict=True):
            ax.imshow(row[way].picture, interpolation="antialiased")
            ax.set(xticks=[], yticks=[], title=way if row is drawings["the napkin"] else "")
            ax.title.set_fontsize(8)
            ax.spines[:].set_visible(False)
        axes[0].set_ylabel(what, fontsize=8)
    page, small = io.BytesIO(), io.BytesIO()
    figure.savefig(page, format="png", dpi=100)
    Image.open(page).convert("RGB").quantize(48).save(small, format="png", optimize=True)
    return small.getvalue()


if __name__ == "__main__":
    main()
