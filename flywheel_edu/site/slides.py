"""A deck a chapter, for the front of the class: made of its finished page, alive and offline."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from flywheel_edu.site.pages import Page, under_heading

_ARTICLE = re.compile(r'<article class="bd-article"[^>]*>(.*?)</article>', re.DOTALL)
_SHELL = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="{static}/site.css"><link rel="stylesheet" href="{static}/slides.css">
<script defer src="{static}/slides.js"></script><script defer src="{static}/alive.js"></script>
</head><body class="bd-article">{article}</body></html>
"""


def add_slides(pages: tuple[Page, ...], made: Path) -> None:
    """Beside each page of a notebook its deck, ``NAME.slides.html``, and a way to it.

    ``static/slides.js`` cuts the page into slides: each question, picture and widget is one, and
    the text about it becomes the speaker's notes.
    """
    for page in pages:
        html = made / f"{page.name}.html"
        if not page.is_notebook:
            continue
        text = html.read_text("utf-8")
        if found := _ARTICLE.search(text):
            name = page.name.rpartition("/")[2]
            deck = html.with_name(f"{name}.slides.html")
            shell = _SHELL.format(title=escape(name), static=f"{page.up}_static", article=found[1])
            deck.write_text(shell, "utf-8")
            way = f'<a class="fw-run" href="{deck.name}">Show this chapter as slides</a>'
            html.write_text(under_heading(text, way), "utf-8")
