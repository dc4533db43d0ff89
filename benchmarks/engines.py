"""How fast the engines are, beside other programs: a table, a chart, and what was measured.

Run with ``python -m benchmarks``. Every measurement is repeated in turn with all others, so that a
busy moment of the machine falls on all alike, and medians are compared: each as a multiple of C,
one core, ``-O3 -march=native``, printed from the same tree.
"""

from __future__ import annotations

import re
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.by_hand import compiled_by_numba, with_numpy
from benchmarks.c_code import CModel
from benchmarks.in_node import InNode
from benchmarks.peers import Bptk, Peer, pysd_peer, pysimlin_peers, same
from flywheel_edu.model import Model
from flywheel_edu.simulate import simulate
from flywheel_edu.simulate.machine import compile_kernel, machine
from flywheel_edu.simulate.machine.print_llvm import KernelPrinter
from flywheel_edu.simulate.many_runs import cores
from flywheel_edu.simulate.prepared import prepare
from flywheel_edu.simulate.sweep import sweep

MODEL = Path(__file__).resolve().parents[1] / "tests" / "models" / "benchmark.flywheel"
MANY = 1000
# A slow peer runs fewer scenarios; its time is multiplied up, since its cost for each is the same.
FEW = 5


@dataclass
class Measured:
    """Seconds of one thing, repeat by repeat."""

    name: str
    run: Callable[[], list[float]]  # gives seconds, of one run or of several
    every: int = 1  # measured in every so-manieth repeat
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def best(self) -> float:
        return min(self.seconds)


def timed(run: Callable[[], Any], times: int = 1) -> Callable[[], list[float]]:
    """Measures a run so many times in a row, each on its own."""

    def measure() -> list[float]:
        seconds = []
        for _ in range(times):
            began = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - began)
        return seconds

    return measure


def interleaved(measured: list[Measured], repeats: int) -> None:
    for each in measured:
        each.run()  # the first time is another's: compiling, importing, filling caches
    for repeat in range(repeats):
        for each in measured:
            if repeat % each.every == 0:
                each.seconds.extend(each.run())


def benchmark_model() -> Model:
    return Model.parse(MODEL.read_text("utf-8"))


def scenarios(model: Model, count: int) -> dict[str, np.ndarray]:
    return {
        "contact_rate": np.linspace(0.11, 0.13, count),
        "margin": np.linspace(0.10, 0.20, count),
    }


def as_rows(varied: dict[str, np.ndarray]) -> list[dict[str, float]]:
    count = len(next(iter(varied.values())))
    return [{n: float(v[i]) for n, v in varied.items()} for i in range(count)]


def one_run_and_many(repeats: int, say: Callable[[str], None]) -> dict[str, list[Measured]]:
    """One run, and a thousand with eight series each, for us and for the others."""
    model = benchmark_model()
    stocks = list(model.stocks)
    varied = scenarios(model, MANY)
    rows = as_rows(varied)
    wanted = {name: float(v[-1]) for name, v in simulate(model.change(**rows[-1])).items()}
    wanted = {name: wanted[name] for name in stocks}
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        c = CModel(model, folder)
        peers: dict[str, tuple[Peer, int]] = {"PySD": (pysd_peer(model, folder), 8)}
        for name, peer in pysimlin_peers(model, folder).items():
            peers[name] = (peer, 4 if "ordinary" in name else 2)
        bptk = None
        try:
            # Its reader of XMILE takes the root of a quotient for a quotient with a root below; a
            # quantity of its own for the quotient says the same and is read rightly.
            rooted = model.revise(
                "share [?] = Customers / reference_customers\n"
                "seller_appeal [?] = sqrt(share) * (1 - take_rate)"
            )
            bptk = Bptk(rooted, folder)
            for name, peer in bptk.peers().items():
                peers[name] = (peer, 8)
        except FileNotFoundError as problem:
            say(f"BPTK-Py is left out: {problem}")
        for name, (peer, _) in peers.items():
            assert same(peer(rows[-1:])[1], wanted), name
        one = [*_ours_alone(model, rows, c), *_one_by_peers(rows, peers)]
        node = None
        if shutil.which("node"):
            node = InNode(model, folder)
            one.append(Measured("flywheel_edu, JavaScript", node.one_run))
        interleaved(one, repeats)
        if node:
            node.close()
        many = [*_ours_many(model, varied, c, wanted), *_many_by_peers(rows, peers)]
        interleaved(many, max(3, repeats // 3))
        if bptk:
            bptk.close()
    return {"one run": one, "1,000 runs": many}


def _c_givens(model: Model, varied: dict[str, np.ndarray]) -> np.ndarray:
    count = len(next(iter(varied.values())))
    givens = np.tile(np.fromiter(model.given_values.values(), float), (count, 1))
    for name, values in varied.items():
        givens[:, model.givens.index(name)] = values
    return givens


def _ours_alone(model: Model, rows: list[dict[str, float]], c: CModel) -> list[Measured]:
    stocks = list(model.stocks)
    changes = iter(rows * 100_000)
    one = {n: np.array([v]) for n, v in rows[-1].items()}
    givens, room = _c_givens(model, one), c.room(1)
    by_numba = compiled_by_numba()
    numba_room = np.empty((1, model.clock.steps + 1, len(stocks)))

    def in_c() -> Any:
        for name, value in next(changes).items():
            givens[0, model.givens.index(name)] = value
        c.run(givens, room)
        return [room[0, :, i].copy() for i in range(len(stocks))]

    def in_numba() -> Any:
        for name, value in next(changes).items():
            givens[0, model.givens.index(name)] = value
        by_numba(givens, numba_room)
        return [numba_room[0, :, i].copy() for i in range(len(stocks))]

    def through(engine: str) -> Callable[[], Any]:
        def run() -> Any:
            found = simulate(model.change(**next(changes)), engine=engine)
            return [found[name] for name in stocks]

        return run

    measured = [
        Measured("C, one core", timed(in_c, 20)),
        Measured("C, bare loop", timed(lambda: c.run(givens, room), 20)),
    ]
    if machine():
        wait_for_machine_code(model)
        measured += [
            Measured("flywheel_edu, bare loop", timed(_bare_kernel(model, False), 20)),
            Measured("flywheel_edu, bare loop as Python", timed(_bare_kernel(model, True), 20)),
            Measured("flywheel_edu, machine code", timed(through("machine"), 20)),
            Measured("flywheel_edu, its own choice", timed(through("auto"), 20)),
        ]
    measured.append(Measured("numba by hand", timed(in_numba, 20)))
    measured.append(Measured("flywheel_edu, Python", timed(through("python"))))
    return measured


def wait_for_machine_code(model: Model) -> None:
    """Until runs that leave the choice to the package are run by machine code."""
    before = threading.active_count()
    for _ in range(2):
        simulate(model)
    while threading.active_count() > before:
        time.sleep(0.01)


def _bare_kernel(model: Model, exact: bool) -> Callable[[], Any]:
    """The compiled loop alone, writing the eight stocks, as the one in C does."""
    stocks = model.stocks
    ready = prepare(model)
    printer = KernelPrinter(ready.plan, ready.tape, 1, exact, "euler", stocks, ())
    kernel = compile_kernel(printer.text(), 1)
    beside = np.array([*model.given_values.values(), 0.0])
    out = np.empty((len(stocks), model.clock.steps + 1))
    at = out.ctypes.data, beside.ctypes.data

    def run() -> None:
        kernel.call(at[0], 0, at[1])

    run.kernel = (kernel, beside, out)
    return run


def _ours_many(
    model: Model, varied: dict[str, np.ndarray], c: CModel, wanted: dict[str, float]
) -> list[Measured]:
    stocks = list(model.stocks)
    givens = _c_givens(model, varied)
    by_numba = compiled_by_numba()
    given = {**model.given_values, **varied}

    def in_c() -> np.ndarray:
        room = c.room(MANY)
        c.run(givens, room)
        return room

    def in_numba() -> np.ndarray:
        room = np.empty((MANY, model.clock.steps + 1, len(stocks)))
        by_numba(givens, room)
        return room

    def swept(engine: str) -> Callable[[], Any]:
        return lambda: sweep(model, varied, keep=stocks, engine=engine)

    for last in (in_c()[-1, -1], in_numba()[-1, -1], with_numpy(given, MANY)[:, -1, -1]):
        assert same(dict(zip(stocks, last, strict=True)), wanted)
    measured = [Measured("C, one core", timed(in_c))]
    if machine():
        assert same({n: v[-1, -1] for n, v in swept("machine")().items()}, wanted)
        measured.append(
            Measured(f"flywheel_edu, machine, {cores()} cores", timed(swept("machine")))
        )
    measured.append(Measured("numba by hand, one core", timed(in_numba)))
    measured.append(Measured(f"flywheel_edu, NumPy, {cores()} cores", timed(swept("numpy"))))
    measured.append(Measured("NumPy by hand", timed(lambda: with_numpy(given, MANY))))
    return measured


def _one_by_peers(
    rows: list[dict[str, float]], peers: dict[str, tuple[Peer, int]]
) -> list[Measured]:
    def once(peer: Peer) -> Callable[[], list[float]]:
        return lambda: [peer(rows[:1])[0]]

    return [Measured(name, once(peer), every) for name, (peer, every) in peers.items()]


def _many_by_peers(
    rows: list[dict[str, float]], peers: dict[str, tuple[Peer, int]]
) -> list[Measured]:
    def whole(peer: Peer, count: int) -> Callable[[], list[float]]:
        return lambda: [peer(rows[:count])[0] * MANY / count]

    out = []
    for name, (peer, every) in peers.items():
        count = (
            MANY if "fastest" in name else FEW * (10 if "Rust" in name or "simlin" in name else 1)
        )
        out.append(Measured(name, whole(peer, count), max(1, every // 2)))
    return out


def waits(repeats: int) -> dict[str, tuple[float, float]]:
    """What a student waits for, in milliseconds: medians and the least."""
    text = MODEL.read_text("utf-8")
    fresh, made, slider = [], [], []
    model = benchmark_model()
    wait_for_machine_code(model)
    for i in range(repeats):
        other = f"{text}\nfresh [1] = {i + 1}\n"  # the same text would not be compiled again
        began = time.perf_counter()
        new = Model.parse(other)
        simulate(new)["Customers"]
        fresh.append(time.perf_counter() - began)
        if machine():
            began = time.perf_counter()
            simulate(new, engine="machine")
            made.append(time.perf_counter() - began)
        began = time.perf_counter()
        run = simulate(model.change(margin=0.1 + 1e-4 * i))
        [run[name].astype(np.float32).tobytes() for name in model.stocks]
        slider.append(time.perf_counter() - began)
    found = {"a fresh model, from text to its first curve": fresh, "a slider moved": slider}
    if made:
        found["its machine code made, and run once"] = made
    return {n: (1e3 * statistics.median(times), 1e3 * min(times)) for n, times in found.items()}


def growth(largest: int, say: Callable[[str], None]) -> dict[str, list[tuple[float, float]]]:
    """Processor seconds over scenarios, steps and quantities, one statistic kept.

    Those of all cores together: what other programs take of the machine meanwhile does not count.
    """
    model = benchmark_model()
    found: dict[str, list[tuple[float, float]]] = {"scenarios": [], "steps": [], "quantities": []}

    def best(run: Callable[[], Any], times: int = 3) -> float:
        taken = []
        for _ in range(times + 1):  # the first time compiles
            began = time.process_time()
            run()
            taken.append(time.process_time() - began)
        return min(taken)

    count = 1000
    while count <= largest:
        varied = scenarios(model, count)
        seconds = best(lambda v=varied: sweep(model, v, statistic="final"), 1 if count > 1e5 else 3)
        found["scenarios"].append((count, seconds))
        say(f"{count:,} scenarios: {seconds:.3g} s")
        count *= 10
    varied = scenarios(model, 2000)
    for factor in (1, 2, 4, 8, 16, 32):
        longer = model.revise(f"time month from 0 to 120 step {0.125 / factor!r}")
        seconds = best(lambda m=longer: sweep(m, varied, statistic="final"))
        found["steps"].append((longer.clock.steps, seconds))
    for factor in (1, 2, 4, 8, 16):
        wider = copies(factor)
        each = _in_copies(varied, factor)
        seconds = best(lambda m=wider, v=each: sweep(m, v, statistic="final"))
        found["quantities"].append((len(prepare(wider).plan.names), seconds))
    return found


def copies(count: int) -> Model:
    """The benchmark model several times over, side by side in one model."""
    text = MODEL.read_text("utf-8")
    names = sorted(benchmark_model(), key=len, reverse=True)
    head, body = text.split("\n\n", 1)
    parts = [head]
    pattern = re.compile(rf"\b({'|'.join(names)})\b")
    for number in range(count):
        parts.append(pattern.sub(lambda found, n=number: f"{found[1]}_{n}", body))
    return Model.parse("\n\n".join(parts))


def _in_copies(varied: dict[str, np.ndarray], count: int) -> dict[str, np.ndarray]:
    return {f"{name}_{i}": v for name, v in varied.items() for i in range(count)}
