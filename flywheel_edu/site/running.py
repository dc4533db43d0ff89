"""Notebooks run to their ends, two or more at once, each in a kernel of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from flywheel_edu.errors import SiteError, printable

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from flywheel_edu.site.pages import Page

MOST_KERNELS = 4
CELL_SECONDS = 300

Told = Callable[[int, int], None]


def run_notebooks(pages: Sequence[Page], told: Told) -> list[NotebookNode]:
    """Run the copies of notebooks, each in its own folder, and give them with what they showed.

    ``told`` is called with the number of cells done, and of all cells.
    """
    books = [_read(page) for page in pages]
    return asyncio.run(_run_all(books, pages, told))


def _read(page: Page) -> NotebookNode:
    import nbformat

    name = printable(page.source.name)
    try:
        book = nbformat.read(page.copy, as_version=4)
    except Exception as problem:
        raise SiteError(
            f"{name} cannot be read as a notebook", "open it in JupyterLab and save it again"
        ) from problem
    language = book.metadata.get("kernelspec", {}).get("language", "python")
    if str(language).lower() != "python":
        raise SiteError(
            f"{name} is written in {printable(str(language))}",
            "only notebooks in Python can be run here",
        )
    return book


async def _run_all(
    books: list[NotebookNode], pages: Sequence[Page], told: Told
) -> list[NotebookNode]:
    total = sum(_to_run(cell) for book in books for cell in book.cells)
    done = 0
    free = asyncio.Semaphore(min(MOST_KERNELS, os.cpu_count() or 1))

    def one_more(cell: Any, **_about: Any) -> None:
        nonlocal done
        done += _to_run(cell)
        told(done, total)

    async def run(book: NotebookNode, page: Page) -> None:
        async with free:
            await _run(book, page, one_more)

    told(0, total)
    try:
        async with asyncio.TaskGroup() as group:  # the first that stops, stops the others
            for book, page in zip(books, pages, strict=True):
                group.create_task(run(book, page))
    except* SiteError as problems:
        problem: BaseException = problems
        while isinstance(problem, BaseExceptionGroup):
            problem = problem.exceptions[0]
        raise problem from None
    return books


def _to_run(cell: Any) -> bool:
    return cell.cell_type == "code" and bool(cell.source.strip())


async def _run(book: NotebookNode, page: Page, one_more: Callable[..., None]) -> None:
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    at = ""

    def begins(cell: Any, **_about: Any) -> None:
        nonlocal at
        at = cell.source

    client = NotebookClient(
        book,
        km=_kernel(),
        timeout=CELL_SECONDS,
        resources={"metadata": {"path": str(page.copy.parent)}},
        on_cell_execute=begins,
        on_cell_complete=one_more,
    )
    client.owns_km = True  # it was made for this notebook alone, and ends with it
    try:
        await client.async_execute(stderr=subprocess.DEVNULL)  # what cells print comes another way
    except CellExecutionError as problem:
        said = f"{problem.ename}: {problem.evalue}" if problem.evalue else problem.ename
        hint = "run it from the top; a cell that is meant to stop has the tag raises-exception"
        raise SiteError(_stopped(page, at, said), hint) from None
    except CellTimeoutError:
        said = f"it takes longer than {CELL_SECONDS} seconds"
        hint = "make it shorter, or give it the tag skip-execution"
        raise SiteError(_stopped(page, at, said), hint) from None
    except DeadKernelError:
        said = "Python itself ended there"
        raise SiteError(_stopped(page, at, said), "run it from the top in JupyterLab") from None


def _stopped(page: Page, source: str, said: str) -> str:
    first = next(filter(str.strip, source.splitlines()), "")
    head, *more = said.strip().splitlines()
    lines = [f"{page.source.name} stops at the cell: {first.strip()[:80]}", head, *more]
    return "\n  ".join(map(printable, lines))


def _kernel() -> Any:
    """A kernel of the Python that runs us, whatever other kernels are installed on the machine."""
    import zmq
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    class OurPython(KernelSpecManager):  # type: ignore[misc]
        def get_kernel_spec(self, _name: str) -> KernelSpec:
            return KernelSpec(**get_kernel_dict())

    manager = AsyncKernelManager(kernel_spec_manager=OurPython())
    if manager.has_trait("transport_encryption") and zmq.has("curve"):
        manager.transport_encryption = "auto"  # others on a shared machine cannot listen in
    return manager
