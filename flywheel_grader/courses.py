"""What a course tells the grader of itself, by one entry point.

The grader knows notebooks, and nothing of what a course computes with. A course that has objects
of its own, numbers that differ by student, or files that no submission may read, declares a module

    [project.entry-points."flywheel_grader.courses"]
    my_course = "my_course.for_grader"

under the name of its import package. The module has any of the names that `Course` lists; the
others keep the meaning they have there. It is imported where students' cells run, too, so it holds
nothing that a student may not read.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

GROUP = "flywheel_grader.courses"

Plain = Any  # what JSON can hold
Ways = tuple[Callable[[Any], Plain], Callable[[Plain], Any]]
Handle = list[str]  # package, module and version of a course, and the folder it is imported from


def _nothing(*_asked: Any) -> Any:
    return None


@dataclass(frozen=True)
class Course:
    """A course as the grader knows it.

    package: Its import package: the name of the entry point.
    kinds: From "module:Class" to two functions for objects of that class: the first makes data of
        one (numbers, texts, lists, dictionaries, arrays; it runs where the student's cells do), the
        second makes it anew of that data (it runs beside the tests, so it evaluates nothing).
    errors: The exceptions of the course that cross as themselves; others cross as the nearest
        built-in class.
    out_of_reach: The folders that no submission may read, at the levels that can see to it.
    beside: From an exercise and the folder of its source notebook to files, name and contents, that
        lie beside the notebook wherever a submission runs.
    ticket: From student, exercise and the teacher's secret to what `ticket = ""` of a notebook
        becomes.
    identities: From the same three to two pieces of plain data: what says whose numbers the
        notebook has where the student's cells run, and the same where the tests run.
    become: Is given such a piece, or None, before anything of the notebook runs.
    begin_test: A test cell is about to run.
    failed_cases: From a value of a test cell's to the cases that did not hold, each a pair of what
        it is about and its exception; None for what is no counter of cases.
    diagnosis: From the student's names, which may be set, to the misconception that the answer of
        the last test looks like, its name ("" where it has none) and a sentence; or None.
    numbers: From an object of the course's to its numbers by name, to compare those of two
        students; None for anything else.
    """

    package: str = ""
    kinds: Mapping[str, Ways] = field(default_factory=dict)
    errors: Callable[[], Iterable[type[Exception]]] = tuple
    out_of_reach: Callable[[], Iterable[Path]] = tuple
    beside: Callable[[str, Path], Mapping[str, bytes] | None] = _nothing
    ticket: Callable[[str, str, bytes], str | None] = _nothing
    identities: Callable[[str, str, bytes], tuple[Plain, Plain] | None] = _nothing
    become: Callable[[Plain], None] = _nothing
    begin_test: Callable[[], None] = _nothing
    failed_cases: Callable[[object], Iterable[tuple[str, BaseException]] | None] = _nothing
    diagnosis: Callable[[dict[str, Any]], tuple[str, str] | None] = _nothing
    numbers: Callable[[object], Mapping[str, float] | None] = _nothing
    handle: Handle = field(default_factory=list)


_known: tuple[Course, ...] | None = None


def known() -> tuple[Course, ...]:
    """Every course of this Python."""
    global _known
    if _known is None:
        found = []
        for entry in sorted(entry_points(group=GROUP), key=lambda each: each.name):
            spec = importlib.util.find_spec(entry.name)
            if spec is not None and spec.origin is not None:
                version = entry.dist.version if entry.dist else ""
                home = str(Path(spec.origin).absolute().parents[1])
                found.append(_course([entry.name, entry.value, version, home]))
        _known = tuple(found)
    return _known


def handles() -> list[Handle]:
    """By which another process can know the same courses."""
    return [each.handle for each in known()]


def join(handles: Iterable[Handle]) -> None:
    """Know the courses that another process knows, by their handles."""
    global _known
    _known = tuple(_course(each) for each in handles)


def of(modules: Iterable[str]) -> Course:
    """The course whose package is among these modules, or one that says nothing."""
    outer = {name.partition(".")[0] for name in modules}
    return next((each for each in known() if each.package in outer), Course())


def kind_of(value: object) -> str:
    """Which kind of some course a value is, or the empty string; no module is imported."""
    for course in known():
        for name in course.kinds:
            module, _, inside = name.partition(":")
            if isinstance(value, loaded(module, inside)):
                return name
    return ""


def loaded(module: str, names: str) -> tuple[Any, ...]:
    """The classes of these names in a module; none where nobody has imported it."""
    found = (getattr(sys.modules.get(module), name, None) for name in names.split())
    return tuple(each for each in found if isinstance(each, type))


def ways_across(kind: str) -> Ways | None:
    """How objects of a kind are made into data, and made anew."""
    return next((each.kinds[kind] for each in known() if kind in each.kinds), None)


def hidden_folders() -> list[str]:
    """Every folder that no submission may read, by each name it has here."""
    # One that is not there cannot be hidden: bubblewrap would have to make it in what is read-only.
    given = [Path(p) for each in known() for p in each.out_of_reach() if Path(p).is_dir()]
    return list(dict.fromkeys(str(p) for path in given for p in (path.absolute(), path.resolve())))


def _course(handle: Handle) -> Course:
    if handle[3] not in sys.path:
        sys.path.append(handle[3])
    module, _, inside = handle[1].partition(":")
    hook: Any = importlib.import_module(module)
    hook = getattr(hook, inside) if inside else hook
    names = {each.name for each in fields(Course)} - {"package", "handle"}
    says = {name: getattr(hook, name) for name in names if hasattr(hook, name)}
    return Course(handle[0], handle=handle, **says)
