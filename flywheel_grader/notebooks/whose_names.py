"""Whose name is it: which names of a notebook are the student's to give, and which the teacher's.

A test cell mentions names without saying where they come from. `growth` is the student's, because
a solution cell defines it; `np` and `tolerance` are the teacher's, because an import or a cell
around the answers defines them. A teacher's name never comes from the student's program: whoever
rebinds `np` or `tolerance` there judges nothing.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import re
from collections.abc import Iterable, Iterator, Sequence

from flywheel_grader.words import safe

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)

# Methods that change the object they are called on. A name on which a solution calls one of these
# holds the student's work from then on.
_CHANGING = frozenset(
    "add add_edge add_edges_from add_node add_nodes_from append appendleft clear discard extend "
    "fill insert pop popitem remove remove_edge remove_node reverse seed setdefault sort "
    "update".split()
)

# What these are given is Python of the notebook's own; they only look at how it runs.
_LOOKS_ON = r"(?:capture|prun|time|timeit)"
_CELL_MAGIC = re.compile(r"\s*%%(\w*)[^\n]*")
_LINE_MAGIC = re.compile(rf"(?m)^([ \t]*)%{_LOOKS_ON}[ \t]+(?:-\w+[ \t]*\d*[ \t]+)*(?=\S)")
_ONLY_IPYTHONS = re.compile(r"(?m)^([ \t]*)([%!][^\n]*)$")


def parse_cell(source: str) -> ast.Module:
    """The syntax tree of a cell without the lines of IPython alone; `SyntaxError` if it is none.

    >>> ast.unparse(parse_cell("%%time\\n%matplotlib inline\\n%time assert growth(1) == 2"))
    'pass\\nassert growth(1) == 2'
    """
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.parse(_ONLY_IPYTHONS.sub(r"\1pass", _plain(source)))


def why_no_python(source: str) -> str:
    """What is wrong with a cell that is no Python: the line, its text, and why; or nothing."""
    try:
        parse_cell(source)
    except SyntaxError as problem:
        number = problem.lineno or 1
        text = source.split("\n")[number - 1 : number]
        if text and text[0].startswith(("<<<<<<<", "=======", ">>>>>>>")):
            why = "a merge conflict was left in it"
        elif text and any(sign in text[0] for sign in "\u201c\u201d\u2018\u2019"):
            why = "curly quotes; Python knows only straight ones"
        else:
            why = problem.msg
        return f"line {number}, {safe(text[0].strip(), 80)!r}: {safe(why, 120)}" if text else ""
    except (ValueError, RecursionError):
        pass
    return ""


def left_out(source: str) -> list[str]:
    """The lines of a cell that only IPython understands, so that they are not run for a test."""
    try:
        ast.parse(source)
    except SyntaxError:
        lines = [found[2] for found in _ONLY_IPYTHONS.finditer(_plain(source))]
        return [lines[0][1:]] if lines and lines[0].startswith("!%%") else lines
    return []


def _plain(source: str) -> str:
    magic = _CELL_MAGIC.match(source)
    if magic and re.fullmatch(_LOOKS_ON, magic[1]):
        source = "\n" * magic[0].count("\n") + source[magic.end() :]
    elif magic:
        return re.sub(r"(?m)^.+$", r"!\g<0>", source)  # none of it is Python
    return _LINE_MAGIC.sub(r"\1", source)


def students_names(solutions: Iterable[str], around: Iterable[str] = ()) -> frozenset[str]:
    """The names that the solution cells define or change, imports apart.

    >>> sorted(students_names(["import numpy as np\\ndef growth(k):\\n    gain = k\\ntotal = 1"]))
    ['growth', 'total']
    """
    names: set[str] = set()
    changed: set[str] = set()
    for statement in statements(*solutions):
        if not isinstance(statement, IMPORTS):
            names |= _binds(statement)
        changed |= _changed_in_place(statement)
    return frozenset(names | changed - defined([*solutions, *around], *IMPORTS))


def defined(sources: Iterable[str], *kinds: type[ast.stmt]) -> frozenset[str]:
    """The names that these cells give a value at their top level in statements of these kinds."""
    found = (each for each in statements(*sources) if isinstance(each, kinds))
    return frozenset().union(*map(_binds, found))


def attributes(sources: Iterable[str], module: str) -> tuple[str, ...]:
    """The names that these cells take from a module: as `fw.load`, or `from ... import load`."""
    called, found = set[str](), list[str]()
    for statement in imports(sources):
        if isinstance(statement, ast.Import):
            called |= {a.asname or a.name for a in statement.names if a.name == module}
        elif isinstance(statement, ast.ImportFrom) and statement.module == module:
            found += [alias.name for alias in statement.names]
    nodes = (node for each in statements(*sources) for node in ast.walk(each))
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found += [node.attr] if node.value.id in called else []
    return tuple(dict.fromkeys(found))


def imports(sources: Iterable[str]) -> tuple[ast.stmt, ...]:
    """Every import that stands at the top level of these cells."""
    return tuple(each for each in statements(*sources) if isinstance(each, IMPORTS))


def imported_modules(sources: Iterable[str]) -> tuple[str, ...]:
    """The modules that these cells import, each once, as `import` names them."""
    found: dict[str, None] = {}
    for statement in imports(sources):
        if isinstance(statement, ast.Import):
            found.update(dict.fromkeys(alias.name for alias in statement.names))
        elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            found[statement.module] = None
    return tuple(found)


def teachers_statements(
    around: Sequence[str], solutions: Sequence[str], tests: Sequence[str], mine: frozenset[str]
) -> tuple[ast.stmt, ...]:
    """The statements that define what the tests use and the student does not give, in order.

    They come from the cells around the answers (set-up, data, helpers) and the imports of the
    solutions. Left out is what uses one of the student's own names (`mine`) when it runs, and what
    no test needs: it would cost time.
    """
    found = [_spelt_out(each, mine) for each in imports(solutions)]
    modules = defined([*solutions, *around], *IMPORTS)
    candidates = [(each, _binds(each)) for each in found]
    for statement in statements(*around):
        each = _spelt_out(statement, mine)
        if _is_blank(each):
            continue  # for the student to fill in
        changed = _changed_in_place(each)
        if "seed(" not in ast.unparse(each):
            changed -= modules
        if not isinstance(each, ast.Expr) or changed:
            candidates.append((each, _binds(each) | changed))
    candidates = [
        known for known in candidates if not (known[1] | _names(_within(known[0]))) & mine
    ]
    used = (node for each in statements(*tests) for node in ast.walk(each))
    needed = set(_names(used)) - mine
    chosen: set[int] = set()
    while more := {n for n, (_, binds) in enumerate(candidates) if binds & needed} - chosen:
        chosen |= more
        needed |= _names(node for n in more for node in ast.walk(candidates[n][0]))
    return tuple(candidates[number][0] for number in sorted(chosen))


def _spelt_out(statement: ast.stmt, mine: frozenset[str]) -> ast.stmt:
    """`from math import *` with the names that it brings; any other statement as it is."""
    if not isinstance(statement, ast.ImportFrom) or statement.names[0].name != "*":
        return statement
    try:
        module = importlib.import_module(statement.module or "")
    except Exception:
        return statement
    public = [name for name in vars(module) if not name.startswith("_")]
    names = [ast.alias(name) for name in getattr(module, "__all__", public) if name not in mine]
    made = ast.ImportFrom(statement.module, names, 0) if names else statement
    return ast.copy_location(ast.fix_missing_locations(made), statement)


def statements(*sources: str) -> Iterator[ast.stmt]:
    """What stands in these cells, those left out that are no Python."""
    for source in sources:
        with contextlib.suppress(SyntaxError, ValueError, RecursionError):
            yield from parse_cell(source).body


def _is_blank(statement: ast.stmt) -> bool:
    """Whether a statement only holds a place: `total = None`, or a function that does nothing."""
    if isinstance(statement, ast.Assign):
        value = statement.value
        return isinstance(value, ast.Constant) and value.value in (None, ...)
    if isinstance(statement, FUNCTIONS):
        return all(
            isinstance(each, (ast.Pass, ast.Raise))
            or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
            for each in statement.body
        )
    return False


def _within(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    defines = isinstance(node, (*DEFINITIONS, ast.Lambda))
    for child in getattr(node, "decorator_list", []) if defines else ast.iter_child_nodes(node):
        yield from _within(child)


def _binds(statement: ast.stmt) -> frozenset[str]:
    names: set[str] = set()
    for node in _within(statement):
        if isinstance(node, DEFINITIONS):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            names.add(node.id)
        elif isinstance(node, IMPORTS):
            names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
    return frozenset(names)


def _names(nodes: Iterable[ast.AST]) -> frozenset[str]:
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name))


def _changed_in_place(statement: ast.stmt) -> frozenset[str]:
    """The names whose object a statement changes: `x[0] = 1`, `x.y = 1`, `x.append(1)`."""
    names: set[str] = set()
    for node in _within(statement):
        place: ast.expr | None = None
        if isinstance(node, (ast.Subscript, ast.Attribute)):
            if isinstance(node.ctx, (ast.Store, ast.Del)):
                place = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            place = node.func.value if node.func.attr in _CHANGING else None
        while isinstance(place, (ast.Subscript, ast.Attribute)):
            place = place.value
        if isinstance(place, ast.Name):
            names.add(place.id)
    return frozenset(names)
