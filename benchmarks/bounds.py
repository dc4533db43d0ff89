"""What must answer at once, each with its bound in seconds: python -m benchmarks.bounds.

The suite tests that these answers are right, and never waits on a clock. This ends with 1 if a
bound is broken; on a busy machine, try again.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.dominance import MODEL, complete
from flywheel_edu import Model, causal_graph, dominance, find_loops, library, load, simulate
from flywheel_edu.causal.archetypes import archetypes
from flywheel_edu.causal.independent import independent_loops
from flywheel_edu.errors import FlywheelError
from flywheel_exchange import read_xmile
from flywheel_exchange.places import places_of
from tests.causal.test_loops import forty_forks
from tests.exchange.test_hostile import HOSTILE
from tests.exchange.test_places import many_quantities
from tests.model.test_hostile import hostile_texts

Bound = tuple[str, float, Callable[[], object]]


def bounds() -> Iterator[Bound]:
    """What is done, the seconds of the processor it may take, and how to do it."""
    dense, forks, wide = complete(60), forty_forks(), many_quantities()
    run = simulate(Model.parse(MODEL.read_text("utf-8")))
    yield "the loops of a dense graph, cut short", 2, lambda: find_loops(dense)
    yield (
        "the loops of a sparse graph, half a second long",
        1.5,
        lambda: find_loops(forks, seconds=0.5),
    )
    yield "the independent loops of a dense graph", 2, lambda: independent_loops(dense)
    yield "places for 1,500 quantities", 3, lambda: places_of(wide)
    for name in library():
        graph = causal_graph(load(name))
        yield f"the archetypes of {name}", 3, lambda graph=graph: archetypes(graph)
    for text in hostile_texts():
        yield f"a hostile text, {text[-30:]!r}", 1, lambda text=text: refused(Model.parse, text)
    for name, (text, _) in HOSTILE.items():
        yield f"a hostile file, {name}", 2, lambda text=text: refused(read_hostile, text)
    dominance(run)  # its loops are known from here on
    yield (
        "the scores of 55 loops",
        0.006,
        lambda: min(seconds(lambda: dominance(run)) for _ in "x" * 30),
    )


def refused(read: Callable[[str], object], text: str) -> None:
    """Read it, or be refused."""
    try:
        read(text)
    except FlywheelError:
        pass


def read_hostile(text: str) -> None:
    """Read a text as a file of another program."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "try.xmile"
        path.write_text(text, "utf-8")
        read_xmile(path)


def seconds(work: Callable[[], object]) -> float:
    """The processor's seconds that a piece of work takes; its own answer where it measured."""
    began = time.process_time()
    answer = work()
    return answer if isinstance(answer, float) else time.process_time() - began


def main() -> int:
    """Print the slowest ten and whatever broke its bound; give the exit code."""
    found = [(seconds(work) / most, most, what) for what, most, work in bounds()]
    for share, most, what in sorted(found, reverse=True)[: max(10, sum(s > 1 for s, *_ in found))]:
        print(f"{'BROKEN' if share > 1 else 'kept  '}  {share * most:7.3f} of {most:g} s  {what}")
    return 1 if any(share > 1 for share, *_ in found) else 0


if __name__ == "__main__":
    sys.exit(main())
