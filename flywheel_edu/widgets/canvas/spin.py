"""A first model under a drawing: every number illustrative, every arrow's sign as drawn."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

import networkx as nx

from flywheel_edu.causal.loops import find_loops, in_words
from flywheel_edu.errors import DiagramError
from flywheel_edu.model.lines import RESERVED

# What piles up or drains away, rather than jumping: the first choice for a stock on a loop.
_PILES_UP = frozenset(
    "awareness brand buyers capacity cash clients community content customers data debt developers "
    "drivers employees experience fleet goodwill habit installed inventory knowledge listings "
    "members money momentum offers partners people products readers reputation restaurants "
    "riders selection sellers shops skill staff stock stores subscribers suppliers talent trust "
    "users warehouses workers".split()
)
_LONGEST = 40  # characters of a name made from a drawn one


def first_model(graph: nx.DiGraph[str], title: str = "") -> str:
    """The text of a model whose arrows are those of a drawing.

    Each variable is an index that stands at about 1 today. Where a loop needs something that piles
    up, a stock is put: what acts on it the same way fills it, what acts the opposite way slows the
    filling, and a little is always lost. Everything else follows its causes at once, or after a
    wait where the arrow is marked as delayed. So every stock stays above zero and nothing grows
    faster than by its gain rate, whatever was drawn.

    Parameters
    ----------
    graph : networkx.DiGraph
        A drawing: ``sign`` and ``delay`` on its arrows, perhaps ``title``, ``view`` and ``loops``.
    title : str
        The first line of the model; the drawing's own title if not given.

    Returns
    -------
    str
        A text that ``Model.parse`` reads, with one unit, [1], for all that was drawn.

    Raises
    ------
    DiagramError
        There is no arrow, an arrow has no sign, or one leads from a variable to itself.

    Examples
    --------
    >>> graph = nx.DiGraph([("customers", "sellers", {"sign": 1})])
    >>> graph.add_edge("sellers", "customers", sign=1)
    >>> print(first_model(graph, "Two sides."))
    # Two sides.
    # A first model from a drawing. Every number is illustrative: put better ones in their place.
    time month from 0 to 36 step 0.125
    <BLANKLINE>
    stock customers [1] = 1  # an index: 1 is today
        + customers_gained
        - customers_lost
    customers_gained [1/month] = customers_gain_rate * sellers
    customers_lost [1/month] = customers_loss_rate * customers
    given customers_gain_rate [1/month] = 0.1 in 0 .. 0.3  # illustrative
    given customers_loss_rate [1/month] = 0.02 in 0 .. 0.1  # illustrative
    <BLANKLINE>
    sellers [1] = customers
    <BLANKLINE>
    show customers, sellers
    <BLANKLINE>
    """
    _check(graph)
    names = _Names(graph)
    stocks = stocks_for(graph)
    lines = [
        f"# {_comment(title or graph.graph.get('title', '')) or 'My flywheel.'}",
        "# A first model from a drawing. Every number is illustrative: "
        "put better ones in their place.",
        "time month from 0 to 36 step 0.125",
        "",
    ]
    for variable in graph:
        lines += [*_quantity(graph, variable, variable in stocks, names), ""]
    lines += _loops(graph, names)
    lines.append(f"show {', '.join(_shown(graph, names))}")
    return "\n".join(lines) + "\n"


def stocks_for(graph: nx.DiGraph[str]) -> tuple[str, ...]:
    """Variables to make stocks of, so that every loop passes through one.

    Few of them, and first those that pile up in a business (customers, cash, trust). A drawing
    without a loop gets one as well: a model in which nothing piles up cannot move.

    Examples
    --------
    >>> stocks_for(nx.DiGraph([("price", "visits"), ("visits", "sales"), ("sales", "price")]))
    ('price',)
    """
    # A delayed arrow is no way out: what waits opens at what it waits for, which closes the circle.
    left = nx.DiGraph(graph.edges)
    place = {variable: number for number, variable in enumerate(graph)}
    chosen = set()
    while rings := [part for part in nx.strongly_connected_components(left) if len(part) > 1]:
        ring = left.subgraph(min(rings, key=lambda part: min(map(place.__getitem__, part))))
        best = max(
            ring, key=lambda v: (_piles_up(v), ring.in_degree(v) * ring.out_degree(v), -place[v])
        )
        chosen.add(best)
        left.remove_node(best)
    if not chosen:
        effects = [variable for variable in graph if graph.in_degree(variable)]
        chosen.add(max(effects, key=lambda v: (_piles_up(v), -graph.out_degree(v), -place[v])))
    return tuple(variable for variable in graph if variable in chosen)


def model_names(graph: nx.DiGraph[str]) -> Mapping[str, str]:
    """What each drawn variable is called in its first model.

    Examples
    --------
    >>> graph = nx.DiGraph()
    >>> graph.add_nodes_from(["Cost per order", "price", "Price", "time", "<img>", "価格"])
    >>> list(model_names(graph).values())
    ['cost_per_order', 'price', 'price_2', 'time_level', 'img', 'variable_6']
    """
    return _Names(graph).drawn


class _Names:
    """Names for what was drawn and for what the model adds, no two alike."""

    def __init__(self, variables: Iterable[str]) -> None:
        self._taken = set(RESERVED)
        self.drawn: dict[str, str] = {}
        for number, variable in enumerate(variables, 1):
            self.drawn[variable] = self.new(_plain(variable) or f"variable_{number}")

    def new(self, wanted: str) -> str:
        name = f"{wanted}_level" if wanted in RESERVED else wanted
        number = 2
        while name in self._taken:
            name, number = f"{wanted}_{number}", number + 1
        self._taken.add(name)
        return name


def _check(graph: nx.DiGraph[str]) -> None:
    if not graph.edges:
        raise DiagramError(
            "this drawing has no arrow, so nothing in it can move",
            hint="draw an arrow from a cause to its effect",
        )
    for cause, effect, sign in graph.edges(data="sign"):
        arrow = f"the arrow from {in_words(cause)} to {in_words(effect)}"
        if cause == effect:
            raise DiagramError(
                f"{arrow} leads back at once",
                hint="draw what lies between: customers -> new customers -> customers",
            )
        if sign is None:
            raise DiagramError(
                f"{arrow} has no sign",
                hint=f"does {in_words(effect)} go up or down when {in_words(cause)} goes up? "
                "Give it + or -",
            )


def _quantity(graph: nx.DiGraph[str], variable: str, stock: bool, names: _Names) -> list[str]:
    """The lines of one variable, and of the givens and flows that only it uses."""
    name, doc = names.drawn[variable], _doc(variable, names)
    if not graph.in_degree(variable):
        says = "illustrative" + (f"; {doc}" if doc else "")
        return [f"given {name} [1] = 1 in 0 .. 3  # {says}"]
    plus: list[str] = []
    minus: list[str] = []
    givens = []
    for cause, _, arrow in graph.in_edges(variable, data=True):
        factor = names.drawn[cause]
        if arrow.get("delay"):
            wait = names.new(f"{factor}_to_{name}"[: _LONGEST + 12] + "_wait")
            givens.append(f"given {wait} [month] = 3 in 0.5 .. 12  # illustrative")
            factor = f"smooth({factor}, {wait})"
        (plus if arrow["sign"] > 0 else minus).append(factor)
    if not stock:
        equation = _product(plus) or "1"
        return [_with_doc(f"{name} [1] = {equation}{_divided(minus)}", doc), *givens]
    gained, lost = names.new(f"{name}_gained"), names.new(f"{name}_lost")
    gain_rate, loss_rate = names.new(f"{name}_gain_rate"), names.new(f"{name}_loss_rate")
    causes = f" * {_product(plus)}" if plus else ""
    return [
        f"stock {name} [1] = 1  # " + (f"{doc}; " if doc else "") + "an index: 1 is today",
        f"    + {gained}",
        f"    - {lost}",
        f"{gained} [1/month] = {gain_rate}{causes}{_divided(minus)}",
        f"{lost} [1/month] = {loss_rate} * {name}",
        f"given {gain_rate} [1/month] = 0.1 in 0 .. 0.3  # illustrative",
        f"given {loss_rate} [1/month] = 0.02 in 0 .. 0.1  # illustrative",
        *givens,
    ]


def _product(factors: list[str]) -> str:
    """Several causes pull together but not faster than one: their geometric mean."""
    if len(factors) < 2:
        return "".join(factors)
    share = f"{1 / len(factors):.3f}".rstrip("0")
    return f"({' * '.join(factors)}) ** {share}"


def _divided(factors: list[str]) -> str:
    """What acts the opposite way: from no brake at 0 to an ever harder one, never a stop."""
    return "".join(f" / (1 + {factor})" for factor in factors)


def _loops(graph: nx.DiGraph[str], names: _Names) -> list[str]:
    """The loops that the drawing's author named and that are closed."""
    titled = [loop for loop in find_loops(graph) if loop.title]
    lines, said = [], set()
    for loop in titled:
        title = _comment(loop.title).replace('"', "'")[:60].strip()
        if title and title not in said:
            said.add(title)
            around = [names.drawn[quantity] for quantity in (*loop.quantities, loop.quantities[0])]
            lines.append(_with_doc(f'loop "{title}" = {" -> ".join(around)}', _comment(loop.doc)))
    return [*lines, ""] if lines else []


def _shown(graph: nx.DiGraph[str], names: _Names) -> list[str]:
    view = graph.graph.get("view") or {}
    return [
        f"{name} at {view[drawn][0]:.3g} {view[drawn][1]:.3g}" if drawn in view else name
        for drawn, name in names.drawn.items()
    ]


def _piles_up(variable: str) -> bool:
    return not _PILES_UP.isdisjoint(re.findall(r"[a-z]+", variable.lower()))


def _plain(drawn: str) -> str:
    """A drawn name as the language writes one, or the empty string if nothing is left of it."""
    letters = unicodedata.normalize("NFKD", drawn[:200]).encode("ascii", "ignore").decode("ascii")
    name = re.sub(r"[^a-z0-9]+", "_", letters.lower()).strip("_")
    return re.sub(r"^[0-9_]+", "", name)[:_LONGEST].strip("_")


def _doc(drawn: str, names: _Names) -> str:
    """The name as it was drawn, where the model's own says it differently."""
    return "" if in_words(names.drawn[drawn]) == in_words(drawn) else _comment(drawn)


def _comment(text: str) -> str:
    """A text as it may stand behind a #: one line, without marks that nobody sees."""
    seen = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(seen.split())[:200].strip()


def _with_doc(code: str, doc: str) -> str:
    return f"{code}  # {doc}" if doc else code
