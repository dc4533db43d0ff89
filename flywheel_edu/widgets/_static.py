"""One text from several ES modules or style sheets, since a widget travels as one text.

No bundler: the files in ``static/`` are ordinary modules that Node, an editor and a browser read as
they stand. Joining them is taking out the ``import`` lines and the word ``export`` in front of what
was imported.
"""

from __future__ import annotations

import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w.-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|class)", re.MULTILINE)


def module(name: str) -> str:
    """``static/name`` with the modules it imports in front of it, each once."""
    parts: dict[str, str] = {}
    _collect(name, parts)
    *imported, main = parts.values()
    return "\n".join([*(_EXPORT.sub("", text) for text in imported), main])


def _collect(name: str, parts: dict[str, str]) -> None:
    text = (STATIC / name).read_text("utf-8")
    for needed in _IMPORT.findall(text):
        if needed not in parts:
            _collect(needed, parts)
    parts[name] = _IMPORT.sub("", text)


def style(*names: str) -> str:
    """``static/base.css``, then the named style sheets."""
    return "\n".join((STATIC / name).read_text("utf-8") for name in ("base.css", *names))
