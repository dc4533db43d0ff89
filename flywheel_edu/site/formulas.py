"""Formulas as MathML, which browsers draw by themselves: no script, no font from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any


def setup(app: Any) -> dict[str, Any]:
    """Let Sphinx write formulas so."""
    app.add_html_math_renderer("flywheel_mathml", (_visit, None), (_visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def mathml(formula: str, *, block: bool = False) -> str:
    """A formula in LaTeX as MathML; as it was written if it cannot be read.

    Examples
    --------
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
