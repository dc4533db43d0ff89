"""A first model under a drawing: every number illustrative, every arrow's sign as drawn."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import networkx as nx

from flywheel_edu.causal.loops import find_loops, in_words
from flywheel_edu.errors import DiagramError
from flywheel_edu.language import number_text
from flywheel_edu.model.lines import RESERVED
from flywheel_edu.units import MONEY, Unit
from flywheel_edu.widgets.canvas.merge import MONTHS, carried, converted, in_unit_of_time, told_for
from flywheel_edu.widgets.canvas.nouns import counts_people, piles_up

_LONGEST = 40  # characters of a name made from a drawn one


@dataclass(frozen=True)
class Row:
    """What one knows of a drawn variable: its unit, its value today, and how sure that is.

    Without a row it is an index, which is 1 today.
    """

    unit: str = "1"
    value: float = 1.0
    says: str = "illustrative"

    @property
    def is_index(self) -> bool:
        own = self.says == OWN and (self.unit == "1" or self.value <= 0)
        return own or self == Row(says=self.says)

    def told_in(self, old: str, new: str) -> Row:
        """The same with another unit of time in it."""
        unit, share = converted(self.unit, old, new)
        return Row(unit, carried(self.value, share), self.says)

    def told_for_each(self, time: str) -> Row:
        """The same for each of another unit of time, where it is told for each of one."""
        unit, share, _ = told_for(self.unit, time)
        return Row(unit, carried(self.value, share), self.says)


TIME = "time it runs"  # the row of the time line
_CLOCK = Row("month", 36.0)
STEP = 0.125
FLOWS = ("takings", "costs")  # rows of what the model adds to cash
# How sure one is of what the model computes by an equation of one's own, or as a sum.
OWN, SUM = "you wrote this yourself", "what is drawn, added up"
NO_SOURCE = ("illustrative", OWN, SUM)


def first_model(
    graph: nx.DiGraph[str], title: str = "", rows: Mapping[str, Row] | None = None
) -> str:
    """The text of a model whose arrows are those of a drawing.

    What piles up in a business (customers, skill, trust) is a stock, and so is something on every
    loop: what acts on it the same way fills it, what acts the opposite way slows the filling, and
    a little is always lost. Cash is a stock with takings and costs, drawn or not. Who comes can be
    pushed. Everything else follows its causes at once, or after a wait where the arrow is marked
    as delayed. So no stock but cash falls below zero, and nothing grows faster than by its gain
    rate, whatever was drawn.

    The title is the drawing's own if not given. ``rows`` tell what is known of drawn variables, and
    by `TIME` the unit of time and for how long the model runs.

    >>> graph = nx.DiGraph([("visits", "customers", {"sign": 1})])
    >>> graph.add_edge("customers", "visits", sign=1)
    >>> print(first_model(graph, "A shop.", {"customers": Row("person", 60, "counted in May")}))
    # A shop.
    # A first model from a drawing. Numbers without a source are illustrative: put in better ones.
    time month from 0 to 36 step 0.125
    <BLANKLINE>
    visits [1] = customers / init(customers)
    <BLANKLINE>
    stock customers [person] = 60  # counted in May
        + customers_gained
        - customers_lost
    customers_gained [person/month] = customers_gain_rate * init(customers) * visits + push
    customers_lost [person/month] = customers_loss_rate * customers
    given customers_gain_rate [1/month] = 0.1 in 0 .. 0.3  # illustrative
    given customers_loss_rate [1/month] = 0.02 in 0 .. 0.1  # illustrative
    given push [person/month] = 0 in 0 .. 30  # nobody pushes yet
    <BLANKLINE>
    stock cash [1] = 1 in -inf .. inf  # an index: 1 is today
        + takings
        - costs
    takings [1/month] = usual_takings * customers / init(customers)
    costs [1/month] = usual_costs
    given usual_takings [1/month] = 0.1 in 0 .. 0.3  # illustrative
    given usual_costs [1/month] = 0.12 in 0 .. 0.36  # illustrative
    <BLANKLINE>
    show visits, customers, cash
    <BLANKLINE>
    """
    _check(graph)
    return _Writer(graph, rows or {}).text(title)


def stocks_for(graph: nx.DiGraph[str]) -> tuple[str, ...]:
    """Variables to make stocks of: those that pile up, and something on every loop.

    A drawing without a loop gets one as well: a model in which nothing piles up cannot move.

    >>> stocks_for(nx.DiGraph([("price", "visits"), ("visits", "sales"), ("sales", "price")]))
    ('price',)
    """
    # A delayed arrow is no way out: what waits opens at what it waits for, which closes the circle.
    left = nx.DiGraph(graph.edges)
    place = {variable: number for number, variable in enumerate(graph)}
    chosen = {v for v in graph if piles_up(v) and graph.in_degree(v)}
    if (money := money_of(graph)) is not None:
        chosen.add(money)
    left.remove_nodes_from(chosen)
    while rings := [part for part in nx.strongly_connected_components(left) if len(part) > 1]:
        ring = left.subgraph(min(rings, key=lambda part: min(map(place.__getitem__, part))))
        best = max(
            ring, key=lambda v: (piles_up(v), ring.in_degree(v) * ring.out_degree(v), -place[v])
        )
        chosen.add(best)
        left.remove_node(best)
    if not chosen:
        effects = [variable for variable in graph if graph.in_degree(variable)]
        chosen.add(max(effects, key=lambda v: (piles_up(v), -graph.out_degree(v), -place[v])))
    return tuple(variable for variable in graph if variable in chosen)


def money_of(graph: nx.DiGraph[str]) -> str | None:
    """The variable that is cash, if one is drawn."""
    cash = (v for v in graph if "cash" in re.findall(r"[a-z]+", v.lower()))
    return next(cash, next((v for v in graph if _plain(v) in MONEY), None))


def model_names(graph: nx.DiGraph[str]) -> Mapping[str, str]:
    """What each drawn variable is called in its first model.

    >>> graph = nx.DiGraph()
    >>> graph.add_nodes_from(["Cost per order", "price", "Price", "time", "<img>", "価格"])
    >>> list(model_names(graph).values())
    ['cost_per_order', 'price', 'price_2', 'time_level', 'img', 'variable_6']
    """
    return Names(graph).drawn


class Names:
    """Names for what was drawn and for what the model adds, no two alike."""

    def __init__(self, variables: Iterable[str]) -> None:
        self._taken = set(RESERVED)
        self.drawn: dict[str, str] = {}
        for number, variable in enumerate(variables, 1):
            self.drawn[variable] = self.new(_plain(variable) or f"variable_{number}")
        self.usual = {v: self.new(f"usual_{name}") for v, name in self.drawn.items()}

    def new(self, wanted: str, or_else: str = "") -> str:
        wanted = or_else if or_else and wanted in self._taken else wanted
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


class _Writer:
    """Writes the statements of a first model, variable by variable."""

    def __init__(self, graph: nx.DiGraph[str], rows: Mapping[str, Row]) -> None:
        self.graph, self.names = graph, Names(graph)
        self.clock = rows.get(TIME, _CLOCK)
        # A guess is told for a month; a time that no month goes into is taken in its place.
        self.months = MONTHS.get(self.clock.unit, 1)
        self.rows = {variable: rows.get(variable, Row()) for variable in graph}
        self.told = {name: row for name, row in rows.items() if name not in graph and row.says}
        self.stocks, self.money = stocks_for(graph), money_of(graph)
        filled = [v for v in self.stocks if v != self.money]
        people = [v for v in filled if counts_people(v)]
        drawn_push = any(name == "push" for name in self.names.drawn.values())
        self.pushed = None if drawn_push else next(iter([*people, *filled]), self.money)

    def text(self, title: str) -> str:
        lines = [
            f"# {_comment(title or self.graph.graph.get('title', '')) or 'My flywheel.'}",
            "# A first model from a drawing. Numbers without a source are illustrative: "
            "put in better ones.",
            f"time {self.clock.unit} from 0 to {number_text(self.clock.value)} step {STEP}",
            "",
        ]
        for variable in self.graph:
            lines += [*self.quantity(variable), ""]
        shown = _shown(self.graph, self.names)
        if self.money is None:
            counts = self.pushed or next(iter(self.stocks))
            cash = self.names.new("cash")
            lines += [
                *self.cash(cash, self.about(Row(), ""), Row(), [self.index(counts)], [], []),
                "",
            ]
            shown.append(cash)
        lines += _loops(self.graph, self.names)
        lines += [f"show {', '.join(shown[at : at + 3])}" for at in range(0, len(shown), 3)]
        return "\n".join(lines) + "\n"

    def rate_of(self, unit: str) -> str:
        """The unit of what flows into something in that unit."""
        return str(Unit.parse(unit) / Unit.parse(self.clock.unit)) if unit != "?" else "?"

    def guessed(self, line: str) -> str:
        """A line told for months, in the model's unit of time."""
        line = in_unit_of_time(line, "month", self.clock.unit)
        return line.replace("month]", f"{self.clock.unit}]")

    def index(self, variable: str) -> str:
        """A variable as a pure number that is 1 today; cash that is owed moves nothing."""
        plain = self.names.drawn[variable]
        if not self.rows[variable].is_index:
            if self.rows[variable].value <= 0:
                raise DiagramError(
                    f"what {variable} moves is measured by what it is today, and "
                    f"{number_text(self.rows[variable].value)} is no measure",
                    hint=f"say more than 0 of {variable}, or take its arrows away",
                )
            plain = f"{plain} / {self.usual(variable)}"
        return f"max({plain}, 0)" if variable == self.money else plain

    def usual(self, variable: str) -> str:
        """What a variable is measured by: what there is of it today."""
        # Cash may be owed, and the sign of what it once was is then open; a given's is not.
        by_start = variable in self.stocks and variable != self.money
        return f"init({self.names.drawn[variable]})" if by_start else self.names.usual[variable]

    def quantity(self, variable: str) -> list[str]:
        """The lines of one variable, and of the givens and flows that only it uses."""
        name, doc, row = self.names.drawn[variable], _doc(variable, self.names), self.rows[variable]
        usual = self.usual(variable)
        scale = "" if row.is_index else f"{usual} * "
        unit, says = row.unit, _comment(row.says).replace(";", ",") or "illustrative"
        known = [_with_doc(f"given {usual} [{unit}] = {number_text(row.value)}", says)]
        if row.is_index or usual.startswith("init("):
            known = []
        if not self.graph.in_degree(variable) and variable != self.money:
            high = number_text(3 * row.value)
            says = "; ".join(filter(None, (says, doc)))
            line = f"given {name} [{unit}] = {number_text(row.value)} in 0 .. {high}"
            if all(self.pays(variable, effect) for effect in self.graph.successors(variable)):
                known = []  # what is paid is measured by nothing
            return [_with_doc(line, says), *known]
        plus, minus, waits = self.causes(variable, name)
        if variable == self.money:
            about = self.about(row, doc) if row.is_index else doc
            return self.cash(name, about, row, plus, minus, [*waits, *known])
        if variable not in self.stocks:
            equation = scale + (_product(plus) or "1")
            if scale and not plus:
                equation = usual
            # Of a value that is known, a brake as usual leaves the whole: it is what it is today.
            equation += _divided(minus, " * 2" if scale else "")
            return [_with_doc(f"{name} [{unit}] = {equation}", doc), *known, *waits]
        gained, lost = self.names.new(f"{name}_gained"), self.names.new(f"{name}_lost")
        gain_rate = self.names.new(f"{name}_gain_rate")
        loss_rate = self.names.new(f"{name}_loss_rate")
        flow = self.rate_of(unit)
        plus_push, push = self.push(variable, row)
        counted = [each.removeprefix("+ ") for each in plus if each.startswith("+ ")]
        plus = [each for each in plus if not each.startswith("+ ")]
        causes = f" * {_product(plus)}" if plus else ""
        gain = f"{gain_rate} * {scale}".removesuffix(" * ") + causes + _divided(minus)
        guessed = [f"given {gain_rate} [1/month] = 0.1 in 0 .. 0.3  # illustrative"]
        if counted:  # what was counted is what comes, and nothing else is to be guessed
            guessed = []
            together = " + ".join(counted)
            if len(counted) > 1 and (plus or minus):
                together = f"({together})"
            gain = together + causes + _divided(minus, " * 2")
        return [
            _with_doc(f"stock {name} [{unit}] = {number_text(row.value)}", self.about(row, doc)),
            f"    + {gained}",
            f"    - {lost}",
            f"{gained} [{flow}] = {gain}{plus_push}",
            f"{lost} [{flow}] = {loss_rate} * {name}",
            *map(self.guessed, guessed),
            self.guessed(f"given {loss_rate} [1/month] = 0.02 in 0 .. 0.1  # illustrative"),
            *push,
            *waits,
        ]

    def about(self, row: Row, doc: str) -> str:
        """The comment of a stock: how sure its value is, or that it is an index."""
        says = _comment(row.says).replace(";", ",") or "illustrative"
        return "; ".join(filter(None, ("an index: 1 is today" if row.is_index else says, doc)))

    def push(self, variable: str | None, row: Row) -> tuple[str, list[str]]:
        """What is added to the inflow of the stock that can be pushed, and the push itself."""
        if variable is None or variable != self.pushed:
            return "", []
        size = (abs(row.value) or 1) / 2  # of cash, which may be owed
        name, high = self.names.new("push"), number_text(carried(size, self.months))
        flow = self.rate_of(row.unit)
        return f" + {name}", [f"given {name} [{flow}] = 0 in 0 .. {high}  # nobody pushes yet"]

    def causes(self, variable: str, name: str) -> tuple[list[str], list[str], list[str]]:
        """What acts the same way, what the opposite way, and the waits of what acts late."""
        plus: list[str] = []
        minus: list[str] = []
        waits = []
        for cause, _, arrow in self.graph.in_edges(variable, data=True):
            paid = self.pays(cause, variable)
            by = told_for(self.rows[cause].unit, self.clock.unit)[2]
            factor = self.names.drawn[cause] + by if paid else self.index(cause)
            if arrow.get("delay"):
                wait = f"{self.names.drawn[cause]}_to_{name}"[: _LONGEST + 12] + "_wait"
                wait = self.names.new(wait)
                line = f"given {wait} [month] = 3 in 0.5 .. 12  # illustrative"
                waits.append(self.guessed(line))
                factor = f"smooth({factor}, {wait})"
            (plus if arrow["sign"] > 0 else minus).append(f"+ {factor}" if paid else factor)
        return plus, minus, waits

    def paid(self, sign: int) -> float:
        """How much money is known to come in (1) or go out (-1) in each unit of time."""
        arrows = self.graph.in_edges(self.money, data="sign") if self.money is not None else ()
        rows = [self.rows[v] for v, money, way in arrows if way == sign and self.pays(v, money)]
        return sum(row.value * told_for(row.unit, self.clock.unit)[1] for row in rows)

    def pays(self, cause: str, variable: str) -> bool:
        """Whether a cause is itself what flows: a rent, of cash; counted joiners, of a stock."""
        row, into = self.rows[cause], self.rows[variable]
        fills = variable in self.stocks and self.graph.edges[cause, variable]["sign"] == 1
        return (
            (variable == self.money or fills)
            and not (row.is_index or into.is_index)
            and str(Unit.parse(told_for(row.unit, self.clock.unit)[0])) == self.rate_of(into.unit)
        )

    def cash(
        self, name: str, about: str, row: Row, plus: list[str], minus: list[str], more: list[str]
    ) -> list[str]:
        """Cash: what acts the same way brings takings, what acts the opposite way makes costs."""
        takings = self.names.new("takings", or_else="income")
        costs = self.names.new("costs", or_else="payments")
        usual_takings, usual_costs = self.names.new("usual_takings"), self.names.new("usual_costs")
        flow = self.rate_of(row.unit)
        today = "1" if row.is_index else self.names.usual[self.money or name]
        opening = f"stock {name} [{row.unit}] = {today} in -inf .. inf"
        lines = [_with_doc(opening, about), f"    + {takings}", f"    - {costs}"]
        usual = self.usual_flows(row, minus)
        for flows, rate, by, known_of, sign in (
            (takings, usual_takings, plus, usual[0], 1),
            (costs, usual_costs, minus, usual[1], -1),
        ):
            known = " ".join(each for each in by if each.startswith("+ "))
            equation = known.removeprefix("+ ")
            others = [each for each in by if not each.startswith("+ ")]
            if others or not known or known_of.says != "illustrative":
                parts = " + ".join(others)  # each source brings its own part
                parts = f"({parts}) / {len(others)}" if len(others) > 1 else parts
                scaled = " * ".join(filter(None, (rate, parts)))
                equation = f"{equation} + {scaled}" if equation else scaled
                ends = (known_of.value, 3 * (known_of.value or self.paid(sign)))
                span = " in 0 .. ".join(number_text(float(f"{v:.12g}")) for v in ends)
                says = _comment(known_of.says)
                more = [*more, f"given {rate} [{known_of.unit}] = {span}  # {says}"]
            if sign > 0:
                plus_push, push = self.push(self.money, row)
                equation, more = equation + plus_push, [*more, *push]
            lines.append(f"{flows} [{flow}] = {equation}")
        return [*lines, *more]

    def usual_flows(self, row: Row, minus: list[str]) -> tuple[Row, Row]:
        """Takings and costs of today that no arrow pays."""
        flow, paid = self.rate_of(row.unit), (self.paid(1), self.paid(-1))
        rows = map(self.told.get, FLOWS)
        told = [each and (each if each.says not in NO_SOURCE else None) for each in rows]
        for name, all_of_it, drawn in zip(FLOWS, told, paid, strict=True):
            if all_of_it and all_of_it.value < drawn * (1 - 1e-9):
                raise DiagramError(
                    f"{name} are {number_text(all_of_it.value)} {flow} in all, and what is drawn "
                    f"of them makes {number_text(drawn)} already",
                    hint=f"write more under {name}, or less for what is drawn",
                )
        takings, costs = told
        income = takings.value if takings else paid[0]
        # What nobody named is a tenth of what is paid; what comes in covers it all.
        size = abs(row.value) or 1
        spent = 0.1 * paid[1] or 1.1 * income or carried(0.12 * size, self.months)
        has_more = not minus or any(not each.startswith("+ ") for each in minus)
        whole = costs.value if costs else paid[1] + (spent if has_more else 0)
        income = carried(0.1 * size, self.months)
        if paid[1] or costs:
            income = max(whole - paid[0], 0.1 * paid[0])

        def besides(told: Row | None, drawn: float, guess: float) -> Row:
            if told is None:
                return Row(flow, guess)
            says = told.says.replace(";", ",") + ("; without what is drawn" if drawn else "")
            return Row(flow, max(told.value - drawn, 0), says)

        return besides(takings, paid[0], income), besides(costs, paid[1], spent)


def _product(factors: list[str]) -> str:
    """Several causes pull together but not faster than one: their geometric mean."""
    if len(factors) < 2:
        return "".join(factors)
    share = f"{1 / len(factors):.3f}".rstrip("0")
    return f"({' * '.join(factors)}) ** {share}"


def _divided(factors: list[str], share: str = "") -> str:
    """What acts the opposite way: from no brake at 0 to an ever harder one, never a stop."""
    return "".join(f"{share} / (1 + {factor})" for factor in factors)


def _loops(graph: nx.DiGraph[str], names: Names) -> list[str]:
    """The loops that the drawing's author named and that are closed."""
    lines, said = [], set()
    for loop in find_loops(graph):
        title = _comment(loop.title).replace('"', "'")[:60].strip()
        if title and title not in said:
            said.add(title)
            around = [names.drawn[quantity] for quantity in (*loop.quantities, loop.quantities[0])]
            lines.append(_with_doc(f'loop "{title}" = {" -> ".join(around)}', _comment(loop.doc)))
    return [*lines, ""] if lines else []


def _shown(graph: nx.DiGraph[str], names: Names) -> list[str]:
    view = graph.graph.get("view") or {}
    return [
        f"{name} at {view[drawn][0]:.3g} {view[drawn][1]:.3g}" if drawn in view else name
        for drawn, name in names.drawn.items()
    ]


def _plain(drawn: str) -> str:
    """A drawn name as the language writes one, or the empty string if nothing is left of it."""
    letters = unicodedata.normalize("NFKD", drawn[:200]).encode("ascii", "ignore").decode("ascii")
    name = re.sub(r"[^a-z0-9]+", "_", letters.lower()).strip("_")
    return re.sub(r"^[0-9_]+", "", name)[:_LONGEST].strip("_")


def _doc(drawn: str, names: Names) -> str:
    """The name as it was drawn, where the model's own says it differently."""
    return "" if in_words(names.drawn[drawn]) == in_words(drawn) else _comment(drawn)


def _comment(text: str) -> str:
    """A text as it may stand behind a #: one line, without marks that nobody sees."""
    seen = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(seen.split())[:200].strip()


def _with_doc(code: str, doc: str) -> str:
    return f"{code}  # {doc}" if doc else code
