"""What Sphinx does not do by itself: HTML inside a text, and formulas without a script.

Plain tags stand, anything else is shown as it was written; formulas are MathML. For
JupyterLab runs no script that stands in a text, and takes handlers out of its tags. A page does the
same in the simplest way: a few tags, and those without attributes.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

TAGS = (
    "b", "br", "code", "details", "dd", "dl", "dt", "em", "hr", "i", "kbd", "mark", "p", "s",
    "small", "strong", "sub", "summary", "sup", "u", "wbr",
)  # fmt: skip

_PLAIN = re.compile(rf"<!--.*?-->|</?(?:{'|'.join(TAGS)})\s*/?>", re.DOTALL | re.IGNORECASE)


def setup(app: Any) -> dict[str, Any]:
    """Let Sphinx do so with every page."""
    app.connect("doctree-read", _tame)
    app.add_html_math_renderer("flywheel_mathml", (_visit, None), (_visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def tamed(text: str) -> str:
    """The text with its plain tags, and with everything else as letters.

    >>> tamed("H<sub>2</sub>O <!-- water -->")
    'H<sub>2</sub>O '
    >>> tamed("<b onclick='x()'>")
    '&lt;b onclick=&#x27;x()&#x27;&gt;'
    """
    kept, at = [], 0
    for tag in _PLAIN.finditer(text):
        kept += [escape(text[at : tag.start()]), "" if tag[0].startswith("<!--") else tag[0]]
        at = tag.end()
    return "".join([*kept, escape(text[at:])])


def _tame(_app: Any, doctree: Any) -> None:
    from docutils import nodes

    for raw in list(doctree.findall(nodes.raw)):
        if not _is_output(raw):
            raw[:] = [nodes.Text(tamed(raw.astext()))]
            raw.rawsource = ""


def _is_output(node: Any) -> bool:
    """Whether a node is what a cell showed as HTML, rather than part of a text."""
    while node is not None:
        kind = node.get("mime_type", "") if hasattr(node, "get") else ""
        if kind:
            return bool(kind != "text/markdown")
        node = node.parent
    return False


def mathml(formula: str, *, block: bool = False) -> str:
    """A formula in LaTeX as MathML; as it was written if it cannot be read.

    >>> print(mathml("x_1"))
    <math xmlns="http://www.w3.org/1998/Math/MathML">
      <msub>
        <mi>x</mi>
        <mn>1</mn>
      </msub>
    </math>
    >>> mathml(r"\\nonsense{<b>}")
    '<code>\\\\nonsense{&lt;b&gt;}</code>'
    """
    from docutils.utils.math import MathError
    from docutils.utils.math.latex2mathml import tex2mathml

    try:
        made: str = tex2mathml(formula)
    except (MathError, SyntaxError, ValueError, IndexError, KeyError):
        return f"<code>{escape(formula)}</code>"
    return made.replace("<math ", '<math display="block" ', 1) if block else made


def _visit(writer: Any, node: Any) -> None:
    from docutils.nodes import SkipNode

    writer.body.append(mathml(node.astext()))
    raise SkipNode


def _visit_block(writer: Any, node: Any) -> None:
    from docutils.nodes import SkipNode

    writer.body.append(f'<div class="fw-formula">{mathml(node.astext(), block=True)}</div>')
    raise SkipNode
