"""`flywheel export` writes a site for notebooks, and grades for other programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from flywheel_edu import site
from flywheel_edu.cli import main
from flywheel_edu.files import handed_out_from
from flywheel_edu.site.export import Site


def test_a_folder_becomes_a_site_and_what_is_not_right_is_said(capsys, monkeypatch):
    asked = []

    def export_site(source, to, progress, lite, pyodide, slides):
        asked.append((source, to, lite, pyodide, slides))
        progress(1, 2)
        return Site(Path(to), 3, ("a link leads nowhere",))

    monkeypatch.setattr(site, "export_site", export_site)
    assert main(["export", "course", "--to", "public"]) == 0
    assert asked == [(Path("course"), "public", False, None, False)]
    place = Path("public") / "index.html"
    assert capsys.readouterr().out == (
        f"not quite right: a link leads nowhere\n3 pages written: {place}\n"
    )


def test_whoever_has_only_installed_the_course_exports_the_one_they_installed(
    tmp_path, monkeypatch
):
    asked = []

    def export_site(source, to, *_, **__):
        asked.append(source)
        return Site(Path(to), 1, ())

    monkeypatch.setattr(site, "export_site", export_site)
    monkeypatch.chdir(tmp_path)
    assert main(["export", "course", "--to", "public"]) == 0
    (tmp_path / "course").mkdir()
    assert main(["export", "course", "--to", "public"]) == 0
    assert asked == [handed_out_from() / "course", Path("course")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            [],
            "there is nothing to export\n"
            "  hint: name a notebook or a folder for a site, or with --out where the grades are",
        ),
        (
            ["course"],
            "the site needs a folder\n  hint: name it: flywheel export course --to public",
        ),
        (
            ["course", "--to", "public", "--out", "graded"],
            "a site or grades, not both at once\n"
            "  hint: leave out --out for a site, or the notebook for grades",
        ),
        (
            ["--out", "graded", "--to", "modle"],
            "grades cannot be written for 'modle'\n  hint: did you mean 'moodle'?",
        ),
    ],
)
def test_what_is_missing_is_said_with_what_to_write(capsys, arguments, words):
    assert main(["export", *arguments]) == 1
    assert capsys.readouterr().err == f"flywheel: {words}\n"
