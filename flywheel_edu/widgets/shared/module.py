"""One text from several ES modules or style sheets, since a widget travels as one text.

No bundler: the files in the widgets' folders are ordinary modules that Node, an editor and a
browser read as they stand. Joining them is wrapping each imported one in a function that hands out
what it exports.
"""

from __future__ import annotations

import re
from pathlib import Path

WIDGETS = Path(__file__).resolve().parents[1]

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[\w./-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(
    r"^export (?=(?:async function\*?|function\*?|const|class) (\w+))", re.MULTILINE
)


def module(name: str) -> str:
    """``name``, such as ``canvas/view.js``, with the modules it imports in front, each once."""
    parts: dict[Path, str] = {}
    text = _joined(WIDGETS / name, parts)
    return "\n".join([*parts.values(), text])


def _joined(path: Path, parts: dict[Path, str]) -> str:
    """The text of a module with its imports taken from ``parts``, to which those are added."""

    def taken(found: re.Match[str]) -> str:
        needed = (path.parent / found[2]).resolve()
        if needed not in parts:
            text = _joined(needed, parts)
            names = ", ".join(_EXPORT.findall(text))
            body = _EXPORT.sub("", text)
            parts[needed] = (
                f"const {_scope(needed)} = (() => {{\n{body}return {{ {names} }};\n}})();"
            )
        return f"const {{{found[1].replace(' as ', ': ')}}} = {_scope(needed)};\n"

    return _IMPORT.sub(taken, path.read_text("utf-8"))


def _scope(path: Path) -> str:
    return "$" + re.sub(r"\W", "_", path.relative_to(WIDGETS).with_suffix("").as_posix())


def style(*names: str) -> str:
    """``shared/base.css``, then the named style sheets."""
    return "\n".join((WIDGETS / name).read_text("utf-8") for name in ("shared/base.css", *names))
