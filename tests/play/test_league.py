"""The league: every policy meets every other; one that is broken stops nothing."""

from __future__ import annotations

import json
import os
import re

import dask
import distributed
import numpy as np
import pytest

import flywheel_edu as fw
from flywheel_edu import play
from flywheel_edu.cli import games, main
from flywheel_edu.play import rounds
from tests.play.search import most_beaten

TOWN = play.game("two_pages")
KINDS = {
    "Cheap": "price [USD/order] = 16",
    "Dear": "price [USD/order] = 50",
    "Under": "price [USD/order] = rival_price * 0.95",
    "Milker": "fee [1] = 0.4\nrange_spending [USD/quarter] = 0",
    "Spender": "range_spending [USD/quarter] = 80000\nreinvested [1] = 0.4",
    "Careful": "range_spending [USD/quarter] = last_range_spending * load",
    "Divides": "price [USD/order] = last_price / (turn - 4)",
    "Greedy": "price [USD/order] = rival_cash",
    "Endless": "price [USD/order] = " + "1 + (" * 500 + "1" + ")" * 500,
    "Markup": "# <script>alert(1)</script>\nprice [USD/order] = 20",
}


@pytest.fixture(scope="module")
def season():
    return play.league(TOWN, KINDS, ["a", "b"])


def test_a_broken_policy_loses_and_stops_nothing(season):
    assert set(season.refused) == {"Greedy", "Endless"}
    assert season.refused["Greedy"].startswith("'rival_cash' is not seen by a player")
    assert season.broken == {
        "Divides": "turn 4: 'price' cannot be computed: it divides by 'turn - 4', which is 0"
    }
    table = season.table()
    assert table.loc["Divides"].tolist() == [0, 0, 1]
    assert len(table) == 8 + len(TOWN.baseline_names)


def test_the_table_says_what_single_flights_say(season):
    names = list(season.policies)
    cheap, dear = names.index("Cheap"), names.index("Dear")
    one = play.fly(TOWN, KINDS["Cheap"], against=season.policies["Dear"], seed="b")
    other = play.fly(TOWN, KINDS["Dear"], against=season.policies["Cheap"], seed="b")
    both = (one.score + other.rival_score) / 2
    assert season.scores[cheap, dear, 1] == pytest.approx(both, rel=1e-9)


def test_the_best_baseline_is_one_against_everybody(season):
    names = list(season.policies)
    rows = [names.index(name) for name in TOWN.baseline_names]
    assert season.shares[rows].max(axis=0) == pytest.approx(np.ones((len(names), 2)))


def test_a_page_shows_a_policy_as_text_and_runs_nothing_of_it(season):
    page = season.page()
    assert "<script" not in page
    assert KINDS["Cheap"] in page or KINDS["Dear"] in page or "&lt;script&gt;" in page
    assert "Not flown" in page


def test_the_page_tells_how_the_winners_loops_differ(season):
    page = season.page()
    own = [name for name in season.table().index if name in KINDS][:3]
    loops = {
        name: play.debrief(play.fly(TOWN, KINDS[name], against="Asleep", seed="1")).loops.mean()
        for name in own
    }
    rows = re.findall(r"<tr><td>([^<]+)</td>((?:<td>\d+ %</td>)+)</tr>", page)
    assert {loop for loop, _ in rows} == set(loops[own[0]].index)
    for loop, cells in rows:
        assert re.findall(r"\d+", cells) == [f"{100 * loops[name][loop]:.0f}" for name in own]
    apart = [np.ptp([loops[name][loop] for name in own]) for loop, _ in rows]
    assert apart == sorted(apart, reverse=True)


def test_a_league_that_was_stopped_goes_on(season, tmp_path):
    kept, told = tmp_path / "kept.json", []
    few = {name: KINDS[name] for name in ("Cheap", "Dear")}
    first = play.league(TOWN, few, ["a", "b"], keep=kept, told=lambda *done: told.append(done))
    assert told == [(50, 50)]
    parts = json.loads(kept.read_text("utf-8"))
    parts["parts"]["0"][0][0][1] = 1234.5  # so that it shows whether it was flown again
    kept.write_text(json.dumps(parts), "utf-8")
    again = play.league(TOWN, few, ["a", "b"], keep=kept)
    assert again.scores[0, 1, 0] != first.scores[0, 1, 0]
    other = play.league(TOWN, few, ["a", "c"], keep=kept)
    assert other.scores[0, 1, 0] == first.scores[0, 1, 0]
    kept.write_text("{", "utf-8")
    assert play.league(TOWN, few, ["a", "b"], keep=kept).scores == pytest.approx(first.scores)


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes of one thread each; what ends one is not tried on another."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as started,
        distributed.Client(started) as client,
    ):
        yield client


def test_a_cluster_brings_the_same_table_whatever_its_workers_and_the_policies_do(
    season, cluster, monkeypatch
):
    seeds = ["a", "b"]
    there = play.league(TOWN, KINDS, seeds, scheduler=cluster)
    assert there.scores == pytest.approx(season.scores, rel=1e-12)
    assert (there.broken, there.refused) == (season.broken, season.refused)
    assert there.table().round(9).equals(season.table().round(9))
    own = rounds._fly_part
    for worker in (OnlyHere, Leaves):
        monkeypatch.setattr(rounds, "_fly_part", worker(own, os.getpid()))
        again = play.league(TOWN, KINDS, seeds, scheduler=cluster)
        assert again.scores == pytest.approx(season.scores, rel=1e-12)


class OnlyHere:
    """A function that fails in every other process, as where the package is not installed."""

    def __init__(self, done, home):
        self.done, self.home = done, home

    def __call__(self, *given):
        if os.getpid() != self.home:
            self.fail()
        return self.done(*given)

    def fail(self):
        raise ImportError("flywheel_edu")


class Leaves(OnlyHere):
    """One that ends every worker it is handed to."""

    def fail(self):
        os._exit(1)


def test_the_command_tells_of_a_cluster_that_does_not_answer(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Cheap.policy").write_text(KINDS["Cheap"])
    monkeypatch.setattr(games, "_ANSWER", 1)
    assert main(["league", ".", "--scheduler", "tcp://127.0.0.1:9"]) == 1
    assert "no Dask cluster answers at tcp://127.0.0.1:9" in capsys.readouterr().err


def test_the_command_flies_a_folder_and_keeps_the_seeds_to_the_teacher(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "Cheap.policy").write_text(KINDS["Cheap"])
    (folder / "Noise.policy").write_bytes(b"\xff\xfe\x00")
    (folder / "Linked.policy").symlink_to("/etc/passwd")
    (tmp_path / "league.seeds").write_text("secretword\n")
    assert main(["league", "policies"]) == 0
    said = capsys.readouterr().out
    assert "Cheap" in said
    assert "Not flown: Noise. this file is no text" in said
    assert "Not flown: Linked. this is no file" in said
    page = (tmp_path / "league.html").read_text("utf-8")
    assert "secretword" not in page
    assert "root:" not in page


def test_a_league_without_seeds_is_refused():
    with pytest.raises(fw.FlywheelError, match="a league needs at least one seed"):
        play.league(TOWN, KINDS, [])


@pytest.mark.parametrize("name", play.games())
def test_no_constant_policy_beats_four_fifths_of_the_others_against_every_rival(name):
    beaten, who = most_beaten(play.game(name))
    assert beaten < 0.8, who
