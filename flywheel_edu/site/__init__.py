"""A notebook or a folder of them as a web site that needs no Python behind it.

    export_site("course", "public")        what `flywheel export course --to public` does

The work goes through one room after another:

``pages.py``     which pages there are, in order, copied to where they can be worked on
``running.py``   the notebooks, run to their ends, each in a kernel of its own
``living.py``    what they show, turned into pictures with words and into state for the widgets
``building.py``  Sphinx with myst-nb and sphinx-book-theme, set to fetch nothing from elsewhere
``markup.py``    HTML inside a text, tamed, and formulas as MathML, which needs no script
``slides.py``    a deck for the front of the class, cut from a page by ``static/slides.js``
``wheels.py``    what the browser's Python imports, packed from what is installed here
``compiling.py``  bytecode in place of text, by the browser's Python itself (``compiling.mjs``)
``policy.py``    what a page may load and run, said to the browser
``lite.py``      the notebooks in JupyterLite, to be run in the browser
``alt_texts.py``  the words of pictures, kept by nbconvert
``placing.py``   the finished site put in its place at once, never over what is not ours
``export.py``    all of it in this order: `export_site`

``static/alive.js`` runs in the reader's browser: it hands each widget its own module and the state
that the notebook had at its end. The widgets of this package compute in the browser anyway, so they
work there as in a notebook, from any file server, offline, or opened from a disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flywheel_edu.site.export import export_site

__all__ = ["export_site"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Sphinx and its like load where a site is made, not where a page asks for one script.
    from flywheel_edu.site.export import export_site

    return export_site
