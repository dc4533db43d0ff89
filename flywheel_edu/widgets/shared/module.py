"""One text from several ES modules or style sheets, since a widget travels as one text.

No bundler: the files in the widgets' folders are ordinary modules that Node, an editor and a
browser read as they stand. Joining them is taking out the ``import`` lines and the word ``export``
in front of what was imported.
"""

from __future__ import annotations

import re
from pathlib import Path

WIDGETS = Path(__file__).resolve().parents[1]

_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.{1,2}/[\w./-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|class)", re.MULTILINE)


def module(name: str) -> str:
    """``name``, such as ``canvas/view.js``, with the modules it imports in front, each once."""
    parts: dict[Path, str] = {}
    _collect(WIDGETS / name, parts)
    *imported, main = parts.values()
    return "\n".join([*(_EXPORT.sub("", text) for text in imported), main])


def _collect(path: Path, parts: dict[Path, str]) -> None:
    text = path.read_text("utf-8")
    for needed in _IMPORT.findall(text):
        if (beside := (path.parent / needed).resolve()) not in parts:
            _collect(beside, parts)
    parts[path] = _IMPORT.sub("", text)


def style(*names: str) -> str:
    """``shared/base.css``, then the named style sheets."""
    return "\n".join((WIDGETS / name).read_text("utf-8") for name in ("shared/base.css", *names))
