"""The words of pictures, kept by nbconvert, and widgets' pictures where no script can be fetched.

`flywheel lab` sets it for "Save and Export Notebook As"; at a command line::

    jupyter nbconvert --to html chapter.ipynb \\
        --HTMLExporter.preprocessors=flywheel_edu.site.alt_texts.keep_words
"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from flywheel_edu.site.living import VIEW

if TYPE_CHECKING:
    from nbformat import NotebookNode

# As soon as the widget lives, it stands where its picture stood; an error never does.
_ONE_OF_THEM = """<style>
img:has(+ .widget-subarea), img + .widget-subarea:has(.jupyter-widgets-error-widget) {display: none}
img:has(+ .widget-subarea .jupyter-widgets-error-widget) {display: revert}</style>"""


def keep_words(book: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
    """The notebook with each picture that has words as an image with them, and the resources."""
    for cell in book.cells:
        for output in cell.get("outputs", ()):
            data, about = output.get("data", {}), output.get("metadata", {}).get("image/png", {})
            if about.get("alt") and "image/png" in data and "text/html" not in data:
                picture = f"data:image/png;base64,{escape(data['image/png'].strip())}"
                data["text/html"] = (
                    f'<img alt="{escape(about["alt"])}" width="{escape(str(about["width"]))}" '
                    f'src="{picture}">'
                )
                if view := data.pop(VIEW, None):
                    told = json.dumps(view).replace("<", "\\u003c")
                    data["text/html"] += f'<script type="{VIEW}">{told}</script>{_ONE_OF_THEM}'
    return book, resources
