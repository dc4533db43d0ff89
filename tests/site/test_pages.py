"""Which pages a site has, and in which order."""

from __future__ import annotations

import json

import pytest

from flywheel_edu.errors import SiteError
from flywheel_edu.site import pages
from flywheel_edu.site.pages import gathered

EMPTY = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def folder_of(tmp_path, *names):
    folder = tmp_path / "my_course"
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(EMPTY) if name.endswith(".ipynb") else f"# {path.stem}\n")
    return folder


def names_of(tmp_path, source, site="site"):
    found = gathered(source, tmp_path / "room", (tmp_path / site).resolve())
    return [page.name for page in found], found


def test_the_readme_comes_first_and_chapters_follow_in_the_order_of_their_names(tmp_path):
    folder = folder_of(tmp_path, "b.ipynb", "README.md", "a.ipynb", "part/c.ipynb", "notes.md")
    names, found = names_of(tmp_path, folder)
    assert names == ["index", "a", "b", "notes", "part/c"]
    assert [page.up for page in found] == ["", "", "", "", "../"]
    assert found[0].source == folder / "README.md"


def test_an_index_comes_before_a_readme_which_then_is_no_page(tmp_path):
    folder = folder_of(tmp_path, "README.md", "index.md", "a.ipynb")
    names, found = names_of(tmp_path, folder)
    assert names == ["index", "a"]
    assert found[0].copy.read_text() == "# index\n"


def test_without_either_the_front_page_lists_the_others(tmp_path):
    _names, found = names_of(tmp_path, folder_of(tmp_path, "b.ipynb", "a.ipynb"))
    assert found[0].copy.read_text() == "# My course\n\n- {doc}`/a`\n- {doc}`/b`\n"


def test_a_notebook_by_itself_is_the_front_page_and_still_finds_its_files(tmp_path):
    folder = folder_of(tmp_path, "a.ipynb", "b.ipynb", "README.md", "questions/1.txt")
    names, _found = names_of(tmp_path, folder / "a.ipynb")
    assert names == ["index"]
    room = tmp_path / "room"
    there = sorted(path.relative_to(room).as_posix() for path in room.rglob("*") if path.is_file())
    assert there == ["index.ipynb", "questions/1.txt"]


def test_hidden_folders_other_environments_and_a_former_site_are_left_out(tmp_path):
    folder = folder_of(
        tmp_path,
        "a.ipynb",
        ".ipynb_checkpoints/a-checkpoint.ipynb",
        "env/pyvenv.cfg",
        "env/b.ipynb",
        "site/old.md",
        "__pycache__/c.md",
    )
    assert names_of(tmp_path, folder, "my_course/site")[0] == ["index", "a"]


def test_another_language_is_a_site_of_its_own(tmp_path):
    source = folder_of(tmp_path, "index.md", "01.ipynb", "de/01.ipynb", "de/words.json")
    assert names_of(tmp_path, source)[0] == ["index", "01"]
    assert names_of(tmp_path / "again", source / "de")[0] == ["index", "01"]


def test_what_cannot_be_a_site_is_said(tmp_path, monkeypatch):
    def said(source):
        with pytest.raises(SiteError) as caught:
            names_of(tmp_path, source)
        return str(caught.value).replace(str(tmp_path), "HERE")

    folder = folder_of(tmp_path, "notes.txt")
    assert said(folder) == (
        "there is no notebook or text in 'HERE/my_course'\n"
        "  hint: name a folder that holds .ipynb or .md files"
    )
    folder_of(tmp_path, "notes.md")
    assert said(tmp_path / "none") == (
        "there is no notebook or folder 'HERE/none'\n"
        "  hint: name a notebook or a folder of notebooks"
    )
    assert said(folder / "notes.md") == (
        "'notes.md' is not a notebook\n  hint: a notebook's name ends in .ipynb"
    )
    folder_of(tmp_path, "notes.ipynb")
    assert said(folder) == (
        "'notes.ipynb' and 'notes.md' would be the same page\n  hint: rename one of them"
    )
    monkeypatch.setattr(pages, "MOST_BYTES", 5)
    assert said(folder) == (
        "'HERE/my_course' holds more than 0 MB, and the notebooks are run in a copy of it\n"
        "  hint: put them and the files they read into a folder of their own"
    )
