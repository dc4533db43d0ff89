"""The pages of docs/: their links lead somewhere, their picture is that of today's imports."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

import flywheel_edu as fw
from flywheel_edu import cash, facts, widgets

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_picture_of_the_rooms_is_that_of_the_imports():
    kept = (ROOT / "docs" / "pictures" / "rooms.svg").read_text(encoding="utf-8")
    drawn = runpy.run_path(str(ROOT / "scripts" / "pictures"))["rooms"]()
    assert drawn == kept, "draw it anew with scripts/pictures rooms"


def test_a_line_of_the_picture_is_an_import_and_each_import_is_implied():
    of = runpy.run_path(str(ROOT / "scripts" / "pictures"))
    graph = of["imports"]()
    place, ways = of["placed"](graph)
    assert {(way[0], way[-1]) for way in ways} == set(graph.edges)
    assert all(place[upper][1] > place[lower][1] for upper, lower in graph.edges)
    assert ("model", "language") in graph.edges
    assert ("language", "model") not in graph.edges


def test_every_room_is_told():
    rooms = {p.parent.name for p in (ROOT / "flywheel_edu").glob("*/__init__.py")}
    rooms |= {p.stem for p in (ROOT / "flywheel_edu").glob("[a-z]*.py")} - {"grading"}
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|(.*?)\|", ARCHITECTURE, re.M))))
    assert rooms <= told


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_is_there(page):
    for link in re.findall(r"\]\(([^)#\s]+)(?:#\S*)?\)", page.read_text(encoding="utf-8")):
        assert link.startswith("https://") or (page.parent / link).exists(), link


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning", "ignore::DeprecationWarning")
def test_docs_become_a_site_with_every_public_name(tmp_path):
    assert runpy.run_path(str(ROOT / "scripts" / "docs"))["main"]([str(tmp_path / "site")]) == 0
    page = (tmp_path / "site" / "reference.html").read_text(encoding="utf-8")
    for room in (fw, widgets, cash, facts):
        for name in room.__all__:
            if callable(getattr(room, name)):
                assert f'id="{room.__name__}.{name}"' in page, name
    assert "Which givens a result hangs on" in page
    assert (tmp_path / "site" / "page.html").exists()
