"""Which pages a site has, in which order, and a copy of their folder to work on."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flywheel_edu.errors import SiteError, printable
from flywheel_edu.words import WORDS

FRONT = "index"
MOST_BYTES = 500_000_000  # what a copy may hold: more is a folder of something else

# In a text: a link to the README of the same site, which becomes its front page.
_TO_README = re.compile(r"(\]\((?:\.\.?/)*)README\.md(?=[)#])")


@dataclass(frozen=True)
class Page:
    """A page of the site."""

    name: str  # its address in the site without ending, such as ``02_from_arrows_to_numbers``
    source: Path  # the file it is made from, in the reader's own folder
    copy: Path  # the copy of it that is worked on

    @property
    def is_notebook(self) -> bool:
        """Whether there is something to run."""
        return self.copy.suffix == ".ipynb"

    @property
    def up(self) -> str:
        """The way from this page to the top of the site: ``../`` for each folder."""
        return "../" * self.name.count("/")


def gathered(source: Path, room: Path, site: Path) -> tuple[Page, ...]:
    """The pages of a notebook or a folder, the front page first; their folder is copied to `room`.

    A folder's front page is its ``index.md``, else its ``README.md``, else a list of its pages.
    The notebooks read and write in the copy, so that nothing appears beside the reader's files.
    """
    if not source.exists():
        raise SiteError(
            f"there is no notebook or folder '{printable(str(source))}'",
            "name a notebook or a folder of notebooks",
        )
    if source.is_file() and source.suffix != ".ipynb":
        raise SiteError(
            f"'{printable(source.name)}' is not a notebook", "a notebook's name ends in .ipynb"
        )
    folder = source if source.is_dir() else source.absolute().parent
    copy_files(folder, room, site)
    if source.is_file():
        return (_only(source, room),)
    pages = list(_all_pages(source, room))
    if not pages:
        raise SiteError(
            f"there is no notebook or text in '{printable(str(source))}'",
            "name a folder that holds .ipynb or .md files",
        )
    front = [page for page in pages if page.name == FRONT]
    if not front:
        front = [_list_of(source, room, pages)]
    return (*front, *(page for page in pages if page.name != FRONT))


def copy_files(folder: Path, room: Path, site: Path) -> None:
    """The folder's files but hidden ones, other environments, and a site that lies inside it."""
    total = 0
    for found in _files(folder, site):
        total += found.stat().st_size
        if total > MOST_BYTES:
            raise SiteError(
                f"'{printable(str(folder))}' holds more than {MOST_BYTES // 1_000_000} MB, and "
                "the notebooks are run in a copy of it",
                "put them and the files they read into a folder of their own",
            )
        place = room / found.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found, place)


def _files(folder: Path, site: Path) -> Iterator[Path]:
    for where, inner, names in os.walk(folder):
        here = Path(where)
        inner[:] = sorted(
            name
            for name in inner
            if not name.startswith((".", "__pycache__", "node_modules"))
            and not (here / name / "pyvenv.cfg").exists()
            and (here / name).resolve() != site
            and not (here / name / WORDS).exists()  # another language
        )
        for name in sorted(names):
            path = here / name
            if not name.startswith(".") and path.is_file():
                yield path


def _only(source: Path, room: Path) -> Page:
    """A notebook by itself, as the front page; what else lies beside it is not shown."""
    for found in [*room.rglob("*.ipynb"), *room.rglob("*.md")]:
        if found != room / source.name:
            found.unlink()
    copy = (room / source.name).rename(room / f"{FRONT}.ipynb")
    return Page(FRONT, source, copy)


def _all_pages(source: Path, room: Path) -> Iterator[Page]:
    front, readme = room / f"{FRONT}.md", room / "README.md"
    if readme.exists():
        if front.exists():  # the README then speaks to whoever holds the files, not to the readers
            readme.unlink()
        else:
            readme.rename(front)
    found = [path for path in room.rglob("*") if path.suffix in (".ipynb", ".md")]
    names: dict[str, Path] = {}
    for copy in sorted(found, key=lambda path: path.relative_to(room).parts):
        inner = PurePosixPath(copy.relative_to(room).as_posix())
        name = str(inner.with_suffix(""))
        if name in names:
            raise SiteError(
                f"'{names[name].name}' and '{copy.name}' would be the same page",
                "rename one of them",
            )
        names[name] = copy
        own = source / inner
        yield Page(name, own if own.exists() else source / "README.md", copy)


def _list_of(source: Path, room: Path, pages: list[Page]) -> Page:
    title = source.resolve().name.replace("_", " ").replace("-", " ").strip() or "Notebooks"
    lines = [f"# {title[:1].upper()}{title[1:]}", ""]
    lines += [f"- {{doc}}`/{page.name}`" for page in pages]
    copy = room / f"{FRONT}.md"
    copy.write_text("\n".join(lines) + "\n", "utf-8")
    return Page(FRONT, source, copy)


def led(text: str, pages: tuple[Page, ...]) -> str:
    """The text of the front page with the list that the navigation is made from.

    >>> print(led("# A course", (Page("index", Path(), Path()), Page("01", Path(), Path()))))
    # A course
    <BLANKLINE>
    ```{toctree}
    :hidden:
    <BLANKLINE>
    /01
    ```
    """
    names = "\n".join(f"/{page.name}" for page in pages if page.name != FRONT)
    return f"{text}\n\n```{{toctree}}\n:hidden:\n\n{names}\n```" if names else text


def to_front(text: str) -> str:
    """A text whose links to the README lead to the front page.

    >>> to_front("[back](../README.md#set-up)")
    '[back](../index.md#set-up)'
    """
    return _TO_README.sub(rf"\1{FRONT}.md", text)


def under_heading(page: str, way: str) -> str:
    """A finished page with a way to something else under the heading that its reader sees.

    >>> under_heading("<h1>For print</h1><article><h1>One</h1>", "<a>Two</a>")
    '<h1>For print</h1><article><h1>One</h1><p><a>Two</a></p>'
    """
    before, article, text = page.partition("<article")
    return before + article + text.replace("</h1>", f"</h1><p>{way}</p>", 1)
