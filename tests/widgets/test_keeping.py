"""Where a drawing is kept: sessions that begin, end, write over one another, and lose nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from flywheel_edu.errors import DiagramError
from flywheel_edu.widgets.canvas.keeping import Keeper


class Session:
    """A tab: its Python, while that runs, and what its browser shows and keeps."""

    def __init__(self, file):
        self.keeper = Keeper(file, file.read_text("utf-8") if file.exists() else "")
        self.work = self.keeper._known
        self.undo = []
        self.alive = True
        self.kept = ("", True, "")  # the work, whether Python had kept it, what it was drawn on

    def change(self, work):
        self.undo.append(self.work)
        self.put(work)

    def put(self, work):
        self.work = work
        seen = self.alive and self.keeper.write(work)
        self.kept = (work, seen, self.keeper.stamp)


tabs = st.integers(0, 1)


class Sessions(RuleBasedStateMachine):
    """Two tabs on one file; `made` is what was somebody's work when something took its place."""

    def __init__(self):
        super().__init__()
        self.room = tempfile.TemporaryDirectory()
        self.file = Path(self.room.name, "wheel.json")
        self.tabs = [Session(self.file), Session(self.file)]
        self.number = 0
        self.made = set()

    def teardown(self):
        self.room.cleanup()

    @rule(tab=tabs, kind=st.sampled_from(["drawing", "text"]))
    def draw_or_edit(self, tab, kind):
        self.number += 1
        self.tabs[tab].change(f"{self.tabs[tab].work} {kind}{self.number}")

    @rule(tab=tabs)
    def spin(self, tab):
        session = self.tabs[tab]
        if session.alive and session.work:
            self.number += 1
            self.made.add(session.work)
            session.keeper.put_aside(session.work)
            session.change(f"{session.work} spun{self.number}")

    @rule(tab=tabs)
    def take_back(self, tab):
        session = self.tabs[tab]
        if session.undo:
            self.made.discard(session.work)  # by the student's own wish
            session.put(session.undo.pop())

    @rule(tab=tabs)
    def python_ends(self, tab):
        self.tabs[tab].alive = False

    @rule(tab=tabs)
    def open_again(self, tab):
        work, seen, base = self.tabs[tab].kept
        before = self.tabs[tab].work if self.tabs[tab].undo else ""  # its own, not only looked at
        session = self.tabs[tab] = Session(self.file)
        if work and not seen and base == session.keeper.stamp:
            session.change(work)  # and goes on as if nothing had been
            return
        self.made.add(before)
        if work and not seen:
            session.keeper.put_aside(work)

    @precondition(lambda self: any(each.keeper.foreign for each in self.tabs))
    @rule(mine=st.booleans())
    def choose(self, mine):
        session = next(each for each in self.tabs if each.keeper.foreign)
        if not session.alive:
            return
        self.made.add(self.file.read_text("utf-8") if mine else session.work)
        if mine:
            session.keeper.keep_mine(session.work)
            session.kept = (session.work, True, session.keeper.stamp)
        else:
            session.change(session.keeper.take_theirs(session.work))

    @rule(tab=tabs, which=st.integers(0, 9))
    def bring_back(self, tab, which):
        session = self.tabs[tab]
        copies = session.keeper.copies()
        if session.alive and copies:
            self.made.add(session.work)
            session.keeper.put_aside(session.work)
            session.change(session.keeper.copy(copies[which % len(copies)]["name"]))

    @invariant()
    def nothing_is_lost(self):
        found = {each.read_text("utf-8") for each in Path(self.room.name).iterdir()}
        for session in self.tabs:
            found |= {session.work, session.kept[0]}
        assert self.made - {""} <= found


TestSessions = Sessions.TestCase
TestSessions.settings = settings(max_examples=200, stateful_step_count=15)


def test_copies_are_listed_latest_first_and_one_that_is_gone_is_named(tmp_path):
    file = tmp_path / "wheel.json"
    for keeper in (Keeper(file), Keeper(None)):
        keeper.put_aside("one")
        keeper.put_aside("two")
        keeper.put_aside("one")
        copies = keeper.copies()
        assert [keeper.copy(each["name"]) for each in copies] == ["two", "one"]
        assert {each["about"] for each in copies} == {"no drawing"}
        with pytest.raises(DiagramError, match="there is no copy 'elsewhere' any more"):
            keeper.copy("elsewhere")


def test_a_file_that_was_taken_away_is_written_anew_and_asks_nobody(tmp_path):
    file = tmp_path / "wheel.json"
    keeper = Keeper(file)
    assert keeper.write("one")
    file.unlink()
    assert keeper.write("two")
    assert not keeper.foreign
