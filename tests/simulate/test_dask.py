from __future__ import annotations

import os
import signal
import threading
import time

import distributed
import numpy as np
import pytest

from flywheel_edu.errors import FlywheelError, SimulationError
from flywheel_edu.simulate.sweep import sweep
from tests import needs
from tests.simulate.models import running


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes of one thread each."""
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as started,
        distributed.Client(started) as client,
    ):
        yield client


@pytest.mark.parametrize("options", [{}, {"statistic": "max"}, {"quantiles": (0.1, 0.5)}])
def test_a_cluster_gives_the_same_results_as_this_computer(cluster, options):
    model = running("benchmark")
    margins = np.linspace(0.1, 0.2, 203)
    here = sweep(model, margin=margins, every=6, **options)
    there = sweep(model, margin=margins, every=6, scheduler=cluster, **options)
    assert there["Customers"].shape == here["Customers"].shape
    for name in here:
        np.testing.assert_allclose(there[name], here[name], rtol=1e-12)


def test_a_scenario_that_fails_on_a_worker_is_named_as_here(cluster):
    model = running("benchmark").revise("stock Cash [?] = 5000000 in 0 .. 2e9\n    + cash_flow")
    margins = np.linspace(0.15, 0.4, 40)
    with pytest.raises(SimulationError) as here:
        sweep(model, margin=margins)
    with pytest.raises(SimulationError) as there:
        sweep(model, margin=margins, scheduler=cluster)
    assert str(there.value) == str(here.value)
    assert "in scenario " in str(here.value)


@needs.posix
def test_a_worker_killed_in_the_middle_changes_nothing_but_time(cluster):
    model = running("benchmark")
    margins = np.linspace(0.1, 0.2, 60)
    wanted = sweep(model, margin=margins, statistic=after_a_while)
    victim = min(cluster.run(os.getpid).values())
    struck = threading.Event()

    def strike():
        time.sleep(0.4)
        os.kill(victim, signal.SIGKILL)
        struck.set()

    helper = threading.Thread(target=strike)
    helper.start()
    found = sweep(model, margin=margins, statistic=after_a_while, scheduler=cluster)
    assert struck.is_set(), "the sweep was over before the worker died"
    helper.join()
    assert victim not in cluster.run(os.getpid).values()
    for name in wanted:
        assert found[name].tolist() == wanted[name].tolist()


def after_a_while(values):
    time.sleep(0.05)
    return values[-1]


def test_what_is_no_scheduler_is_refused():
    with pytest.raises(FlywheelError) as caught:
        sweep(running("benchmark"), margin=[0.1], scheduler="tcp://somewhere")
    assert str(caught.value) == (
        "a scheduler is a dask.distributed.Client, not str\n"
        "  hint: from distributed import Client, and then: scheduler=Client()"
    )
