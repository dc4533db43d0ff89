"""Sphinx with myst-nb and sphinx-book-theme, set so that a page fetches nothing from elsewhere."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from flywheel_edu.errors import SiteError

STATIC = Path(__file__).parent / "static"


def build(pages: Path, static: Path, made: Path, work: Path, title: str) -> list[str]:
    """Write the HTML of these pages, already run, into ``made``.

    ``static`` is what they refer to as ``_static``, ``work`` a folder for what Sphinx keeps for
    itself. Gives what Sphinx complained of, a sentence each: links that lead nowhere, for instance.
    """
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    complaints = io.StringIO()
    try:
        with patch_docutils(str(work)), docutils_namespace():
            app = Sphinx(
                srcdir=pages,
                confdir=None,
                outdir=made,
                doctreedir=work / "doctrees",
                buildername="html",
                confoverrides=_settings(static, title),
                status=None,
                warning=complaints,
                freshenv=True,
            )
            app.build(force_all=True)
        for aside in made.rglob("*.map"):  # where the theme's scripts and styles came from
            aside.unlink()
    except SphinxError as problem:
        raise SiteError(f"no page could be made: {problem}", "is a notebook damaged?") from problem
    return _said(complaints.getvalue(), pages)


def _settings(static: Path, title: str) -> dict[str, Any]:
    return {
        "project": title,
        "extensions": [
            "myst_nb",
            "sphinx.ext.autodoc",  # for a reference made from docstrings
            "sphinx.ext.napoleon",
            "flywheel_edu.site.markup",
        ],
        "language": "en",
        "source_suffix": {".ipynb": "myst-nb", ".md": "myst-nb"},
        "html_theme": "sphinx_book_theme",
        "html_title": title,
        "html_static_path": [str(static), str(STATIC)],
        "html_js_files": [("alive.js", {"defer": "defer"})],
        "html_css_files": ["site.css"],
        "html_context": {"default_mode": "auto"},  # as the reader's system has it
        "html_math_renderer": "flywheel_mathml",
        "html_show_copyright": False,
        "html_show_sphinx": False,
        "html_last_updated_fmt": None,
        "html_theme_options": {
            "footer_content_items": [],
            "home_page_in_toc": True,
            "navbar_persistent": [],  # the search stands in the side bar, once
            "navigation_with_keys": False,  # the arrow keys belong to the sliders
            "show_toc_level": 2,
            "use_download_button": True,
            "use_fullscreen_button": False,
        },
        "myst_enable_extensions": ["dollarmath", "amsmath"],
        "myst_heading_anchors": 4,
        "nb_execution_mode": "off",
        "nb_ipywidgets_js": {},  # these come from far away; alive.js does without
        "nb_merge_streams": True,
        "nb_render_markdown_format": "myst",  # with tables
    }


def _said(text: str, pages: Path) -> list[str]:
    """Warnings as a reader can use them: without colours, codes, and the place of our copy."""
    told = []
    for line in text.splitlines():
        plain = re.sub(r"\x1b\[[\d;]*m", "", line).strip()
        if not plain:
            continue
        plain = plain.replace(f"{pages}/", "").replace(f"{pages}\\", "")
        plain = re.sub(r"(?:WARNING|ERROR): |\s\[[\w.-]+\]$", "", plain)
        told.append(plain)
    return list(dict.fromkeys(told))
