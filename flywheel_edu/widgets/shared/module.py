"""One text from several ES modules or style sheets, since a widget travels as one text.

No bundler: the files in the widgets' folders are ordinary modules that Node, an editor and a
browser read as they stand. Joining them is wrapping each imported one in a function that hands out
what it exports.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from flywheel_edu.files import language
from flywheel_edu.words import table

WIDGETS = Path(__file__).resolve().parents[1]

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[\w./-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(
    r"^export (?=(?:async function\*?|function\*?|const|class) (\w+))", re.MULTILINE
)
# How a view ends, and what makes it speak another language.
_RENDER = "export default { render };"
_WORDS = 'import { inWords } from "../shared/words.js";\n'


def module(name: str) -> str:
    """``name``, such as ``canvas/view.js``, with the modules it imports in front, each once.

    In another language than English its words are looked up in that language's table, and numbers
    and dates are written as there.
    """
    parts: dict[Path, str] = {}
    text = (WIDGETS / name).read_text("utf-8")
    if words := table(language()):
        inside = f"inWords(render, {json.dumps(words, ensure_ascii=False)})"
        text = _WORDS + text.replace(_RENDER, f"export default {{ render: {inside} }};")
    text = _joined(text, WIDGETS / name, parts)
    joined = "\n".join([*parts.values(), text])
    return joined.replace('"en-GB"', f'"{language()}"') if words else joined


def _joined(text: str, path: Path, parts: dict[Path, str]) -> str:
    """A module's text with its imports taken from ``parts``, to which those are added."""

    def taken(found: re.Match[str]) -> str:
        needed = (path.parent / found[2]).resolve()
        if needed not in parts:
            text = _joined(needed.read_text("utf-8"), needed, parts)
            names = ", ".join(_EXPORT.findall(text))
            body = _EXPORT.sub("", text)
            parts[needed] = (
                f"const {_scope(needed)} = (() => {{\n{body}return {{ {names} }};\n}})();"
            )
        return f"const {{{found[1].replace(' as ', ': ')}}} = {_scope(needed)};\n"

    return _IMPORT.sub(taken, text)


def _scope(path: Path) -> str:
    return "$" + re.sub(r"\W", "_", path.relative_to(WIDGETS).with_suffix("").as_posix())


def style(*names: str) -> str:
    """``shared/base.css``, then the named style sheets."""
    return "\n".join((WIDGETS / name).read_text("utf-8") for name in ("shared/base.css", *names))
