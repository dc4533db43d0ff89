"""What a page may load and run: a Content-Security-Policy in each page of the site.

A page loads and asks only where it lies, so that nothing a reader types or draws goes elsewhere. It
runs the site's files, modules that it makes itself (``blob:``: a widget, a model printed as
JavaScript) and the few scripts written into it, each by its fingerprint. Nobody's text can run: no
``eval``, no other script. Styles may stand beside what they style, as drawings have them.

The browser course runs what its reader writes. JupyterLab checks settings by ``eval``, and what a
cell shows, such as `fw.page`, may hold a script: there both are allowed, and other hosts still not.
The kernel is a worker; browsers hold it to no page's policy.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

_BOTH = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; object-src 'none'; base-uri 'none'; script-src 'self' blob: "
)
_LITE = "'unsafe-inline' 'unsafe-eval'; worker-src 'self' blob:; frame-src 'self' blob: data:"


def guard(made: Path, *, lite: bool = False) -> None:
    """Write its policy into each page of a folder."""
    for path in made.rglob("*.html"):
        text = path.read_text("utf-8")
        policy = _BOTH + (_LITE if lite else " ".join(_allowed(text)))
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        path.write_text(re.sub(r"<head[^>]*>", rf"\g<0>{meta}", text, count=1), "utf-8")


def _allowed(text: str) -> list[str]:
    found = _Scripts()
    found.feed(text)
    prints = {b64encode(sha256(each.encode()).digest()).decode() for each in found.texts if each}
    return ["'unsafe-hashes'", *(f"'sha256-{each}'" for each in sorted(prints))]


class _Scripts(HTMLParser):
    """The scripts in a page, in its buttons, and in the pages that it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self._within = True
            self.texts.append("")
        for name, value in attrs:
            if name.startswith("on") and value:
                self.texts.append(value)
            elif name == "srcdoc" and value:
                inner = _Scripts()
                inner.feed(value)
                self.texts += inner.texts

    def handle_data(self, data: str) -> None:
        if self._within:
            self.texts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._within = False
