"""`flywheel export` writes a site for notebooks, and grades for other programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from flywheel_edu import site
from flywheel_edu.cli import main
from flywheel_edu.site.export import Site


def test_a_folder_becomes_a_site_and_what_is_not_right_is_said(capsys, monkeypatch):
    asked = []

    def export_site(source, to, progress):
        asked.append((source, to))
        progress(1, 2)
        return Site(Path(to), 3, ("a link leads nowhere",))

    monkeypatch.setattr(site, "export_site", export_site)
    assert main(["export", "course", "--to", "public"]) == 0
    assert asked == [(Path("course"), "public")]
    out, err = capsys.readouterr()
    assert err == "flywheel: a link leads nowhere\n"
    assert out == f"Written: 3 pages, beginning with {Path('public') / 'index.html'}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            [],
            "there is nothing to export\n"
            "  hint: flywheel export course --to SITE, or for grades flywheel export --out DIR",
        ),
        (["course"], "the site needs a place\n  hint: flywheel export course --to SITE"),
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
