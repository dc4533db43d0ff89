"""A site is put in its place whole, and never over what an export did not write."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flywheel_edu.errors import SiteError
from flywheel_edu.site.placing import place, refuse_to_lose


@pytest.fixture
def made(tmp_path):
    folder = tmp_path / "made"
    (folder / "_static").mkdir(parents=True)
    (folder / "index.html").write_text("new")
    (folder / "_static" / "a.css").write_text("a")
    return folder


@pytest.fixture
def site(tmp_path, made):
    """A former export."""
    place(made, tmp_path / "site")
    return tmp_path / "site"


def said(site, source):
    with pytest.raises(SiteError) as caught:
        refuse_to_lose(site, source)
    return str(caught.value).replace(str(site), "SITE")


def test_a_former_site_is_replaced_with_nothing_of_it_left(site, made, tmp_path):
    (made / "index.html").write_text("newer")
    (made / "_static" / "a.css").rename(made / "_static" / "b.css")
    refuse_to_lose(site, tmp_path / "course")
    place(made, site)
    assert (site / "index.html").read_text() == "newer"
    assert sorted(path.name for path in (site / "_static").iterdir()) == ["b.css"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "site"]


def test_a_repository_in_the_folder_is_carried_over(site, made, tmp_path):
    (site / ".git").mkdir()
    (site / ".git" / "HEAD").write_text("ref")
    refuse_to_lose(site, tmp_path / "course")
    place(made, site)
    assert (site / ".git" / "HEAD").read_text() == "ref"


def test_some_hosts_would_leave_out_folders_with_an_underscore_unless_told(site):
    assert (site / ".nojekyll").exists()


def test_a_folder_of_something_else_is_refused(tmp_path):
    other = tmp_path / "thesis"
    other.mkdir()
    refuse_to_lose(other, tmp_path / "course")  # it is empty
    (other / "chapter.tex").write_text("years of work")
    assert said(other, tmp_path / "course") == (
        "'SITE' is there already and is not a site that flywheel wrote\n"
        "  hint: name another folder with --to, or move this one away"
    )


def test_a_site_with_something_added_or_changed_by_hand_is_refused(site, tmp_path):
    (site / "index.html").write_text("mine")
    (site / "CNAME").write_text("example.org")
    assert said(site, tmp_path / "course") == (
        "in 'SITE' something was added or changed since the last export: CNAME, index.html\n"
        "  hint: move it away first, or name another folder with --to"
    )


def test_a_site_never_takes_the_place_of_its_source(tmp_path):
    course = tmp_path / "course"
    course.mkdir()
    words = "'SITE' holds what is to be exported\n  hint: name another folder with --to"
    assert said(course, course) == words
    assert said(tmp_path, course / "a.ipynb") == words


def test_a_file_is_not_a_place_for_a_site(tmp_path):
    (tmp_path / "a").write_text("")
    assert said(tmp_path / "a", tmp_path / "course") == (
        "'SITE' is a file\n  hint: name a folder with --to"
    )


def test_a_site_that_cannot_be_written_leaves_the_former_one(site, made, tmp_path, monkeypatch):
    def full(source, target):
        Path(target).mkdir()
        (Path(target) / "half").write_text("")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copytree", full)
    with pytest.raises(OSError, match="No space"):
        place(made, site)
    assert (site / "index.html").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "site"]
