"""From notebooks to a web site: gather, run, enliven, build, and put in place."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flywheel_edu.errors import SiteError
from flywheel_edu.site.building import build
from flywheel_edu.site.lite import FOLDER as LITE
from flywheel_edu.site.lite import build_lite, lead_to_lite
from flywheel_edu.site.living import FOLDER, Shelf, enliven
from flywheel_edu.site.pages import FRONT, Page, gathered, led, to_front
from flywheel_edu.site.placing import place, refuse_to_lose
from flywheel_edu.site.policy import guard
from flywheel_edu.site.running import run_notebooks
from flywheel_edu.site.slides import add_slides

NEEDED = {"sphinx": "Sphinx", "myst_nb": "myst-nb", "sphinx_book_theme": "sphinx-book-theme"}
NEEDED_LITE = {"jupyterlite_core": "JupyterLite", "jupyterlite_pyodide_kernel": "its Python kernel"}


@dataclass(frozen=True)
class Site:
    """A site that was written."""

    folder: Path
    pages: int
    complaints: tuple[str, ...]  # what is not quite right in it, such as a link that leads nowhere


def export_site(
    source: str | os.PathLike[str],
    to: str | os.PathLike[str],
    progress: Callable[[int, int], None] = lambda done, of: None,
    *,
    lite: bool = False,
    pyodide: str | os.PathLike[str] | None = None,
    slides: bool = False,
) -> Site:
    """Write a notebook or a folder of notebooks as a web site that needs no Python behind it.

    Every notebook is run from the top in a copy of its folder. Our widgets stay alive in the pages;
    where no script runs, their still pictures stand. With `lite` every page also leads to its
    notebook in the browser's own Python.

    Parameters
    ----------
    source : path
        A notebook, or a folder: its notebooks and texts (.md) in the order of their names. Its
        ``index.md``, else its ``README.md``, is the front page.
    to : path
        The folder of the site. A former export there is replaced at once when the new one is whole.
    progress : function of two int, optional
        Called with the number of cells run, and of all cells.
    lite : bool, optional
        Add the notebooks, and the exercises that lie beside their folder, to be run in the browser.
    pyodide : path, optional
        A folder with a Pyodide, copied into the site: then no reader needs any other network.
    slides : bool, optional
        Add a deck for each notebook, to be shown at the front of the class.

    Raises
    ------
    SiteError
        The extra ``site`` or ``lite`` is not installed, there is nothing to export, a notebook
        stops at a cell, or `to` holds something that is not an export. Nothing is changed then.
    OSError
        A folder is closed to us or the disk is full. A former site is as it was.
    """
    _refuse_without_tools(NEEDED, "site")
    if lite:
        _refuse_without_tools(NEEDED_LITE, "lite")
    source, site = Path(source), Path(to).resolve()
    refuse_to_lose(site, source)
    with tempfile.TemporaryDirectory(prefix="flywheel-site-") as folder:
        room = Path(folder).resolve()
        work, static, made = (room / name for name in ("pages", "static", "made"))
        pages = gathered(source, work, site)
        _run_and_write(pages, Shelf(static / FOLDER), progress)
        complaints = build(work, static, made, room / "sphinx", _title(pages))
        _offer_originals(pages, made)
        if slides:
            add_slides(pages, made)
        guard(made)
        if lite:
            folder_of_notebooks = (source if source.is_dir() else source.parent).resolve()
            lead_to_lite(pages, made, folder_of_notebooks.name)
            python = None if pyodide is None else Path(pyodide)
            build_lite(folder_of_notebooks, made / LITE, room, python, site)
        place(made, site)
    return Site(Path(to), len(pages), tuple(complaints))


def _refuse_without_tools(needed: dict[str, str], extra: str) -> None:
    missing = [name for module, name in needed.items() if not importlib.util.find_spec(module)]
    if missing:
        raise SiteError(
            f"a site cannot be made without {' and '.join(missing)}",
            f'python -m pip install "flywheel-edu[{extra}]"',
        )


def _run_and_write(
    pages: tuple[Page, ...], shelf: Shelf, progress: Callable[[int, int], None]
) -> None:
    notebooks = [page for page in pages if page.is_notebook]
    books = run_notebooks(notebooks, progress)
    for page, book in zip(notebooks, books, strict=True):
        enliven(book, page.up, shelf)
        for cell in book.cells:
            if cell.cell_type == "markdown":
                cell.source = to_front(cell.source)
        page.copy.write_text(json.dumps(book), "utf-8")
    for page in pages:
        if not page.is_notebook:
            text = to_front(page.copy.read_text("utf-8"))
            page.copy.write_text(led(text, pages) if page.name == FRONT else text, "utf-8")


def _title(pages: tuple[Page, ...]) -> str:
    text = pages[0].copy.read_text("utf-8")
    if pages[0].is_notebook:
        cells = json.loads(text)["cells"]
        text = "\n\n".join(c["source"] for c in cells if c["cell_type"] == "markdown")
    found = re.search(r"^#\s+(.+)$", text, re.MULTILINE)
    return re.sub(r"[*_`]", "", found[1]).strip() if found else "Notebooks"


def _offer_originals(pages: tuple[Page, ...], made: Path) -> None:
    """What a reader downloads is the notebook as its author wrote it, not as we ran it."""
    for page in pages:
        offered = made / "_sources" / f"{page.name}{page.copy.suffix}"
        if offered.exists() and page.source.is_file():
            shutil.copyfile(page.source, offered)
