"""What an equation of a file means for one quantity, as a tree of our own."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from flywheel_edu.errors import ExchangeError, Place
from flywheel_edu.language import Binary, Both, Choice, Compare, Either, Expression, Not
from flywheel_edu.language.tree import Name, Node, Number, children
from flywheel_exchange.allocating import ALLOCATIONS, allocated
from flywheel_exchange.arrays import Dimension, label_at
from flywheel_exchange.builtins import beyond, call, rest, word_of_xmile
from flywheel_exchange.document import Element
from flywheel_exchange.grammar import Called, Joined, Plain, Star, Tree, Word
from flywheel_exchange.graphs import Graph
from flywheel_exchange.labels import plain_label, same_name
from flywheel_exchange.pieces import as_condition, as_value, folded, minus, picked, safe_division
from flywheel_exchange.reducing import REDUCERS, looks_through, reduced
from flywheel_exchange.variables import Draft, Space, Variable, split
from flywheel_exchange.written import Axis

if TYPE_CHECKING:
    from flywheel_exchange.quantities import Builder

MOST_NODES = 1_500  # of one equation, each counted as often as it will be written
DEEPEST = 80
_MOST_AT_ONCE = 40  # values in one sum; more are gathered in parts
_MOST_LOOKED = 200_000  # elements that all sums of a file may go through
_MOST_PICKED = 60  # elements that a computed subscript may choose from
_COMPARISONS = {op: op for op in "< <= > >= == !=".split()} | {"=": "==", "<>": "!="}
# Functions that take a graphical function and a value, and how they go between its points.
_LOOKUPS = {
    "lookup": "", "lookup_extrapolated": "extrapolate", "lookup_backward": "discrete",
    "lookup_forward": "forward",
}  # fmt: skip
_AREAS = ("lookuparea", "lookup_area")
Found = tuple[tuple[int, ...], tuple[int, Expression] | None]
_AnyNode = TypeVar("_AnyNode", bound=Node)


@dataclass(eq=False)
class Meaning:
    """Understands the equations of one quantity, or its opening value, where nothing has waited."""

    reading: Builder
    draft: Draft
    opening: bool
    space: Space
    at: dict[str, int]
    text: Element

    def __post_init__(self) -> None:
        reading = self.reading
        self.clock, self.vensim, self.dims = reading.clock, reading.vensim, reading.dims
        self.constant, self.flows, self.tell = reading.constant, reading.flows, reading.tell
        self.starts = reading.may_start
        self.draws = 0
        # In the values of SUM and its like: which element each axis is at.
        self.bound: dict[Axis, int] = {}
        # Of each node so far: how many nodes it will be written as, and how deep it goes. The node
        # is kept, so that its id stays its own.
        self.sizes: dict[int, tuple[int, int, Node]] = {}

    def equation(self, tree: Tree) -> Expression:
        return self.measured(self.value(tree), tree)

    def place(self, tree: Tree) -> Place:
        return self.space.document.place(self.text, *tree.span)

    def value(self, tree: Tree) -> Expression:
        return as_value(self.node(tree))

    def node(self, tree: Tree) -> Node:
        match tree:
            case Plain(value=value):
                return Number(value, self.place(tree))
            case Word():
                return self.word(tree)
            case Called():
                return self.measured(self.call(tree), tree)
            case Joined():
                return self.joined(tree)
        raise ExchangeError("this belongs into SUM, MEAN, MIN or MAX", self.place(tree))

    def joined(self, tree: Joined) -> Node:
        op, place = tree.op, self.place(tree)
        parts = [self.node(part) for part in tree.parts]
        if op == "if":
            return Choice(as_condition(parts[0]), as_value(parts[1]), as_value(parts[2]), place)
        if op == "not":
            return Not(as_condition(parts[0]), place)
        if op in ("or", "and"):
            joint = Either if op == "or" else Both
            return joint(as_condition(parts[0]), as_condition(parts[1]), place)
        values = [as_value(part) for part in parts]
        if op == "@":
            raise ExchangeError("'@' is for subscripts", place)
        if len(values) == 1:
            return minus(values[0], place) if op == "-" else values[0]
        left, right = values
        if op in _COMPARISONS:
            return Compare(_COMPARISONS[op], left, right, place)
        if op == "mod":
            return self.measured(rest(self, values, place), tree)
        if op == "//":
            return self.measured(safe_division(left, right, place), tree)
        return Binary("**" if op == "^" else op, left, right, place)

    def word(self, tree: Word) -> Expression:
        said = tree.said
        parameter = self.space.parameters.get(same_name(said))
        if parameter is not None:
            return parameter
        variable = self.space.find(said)
        if variable is None:
            return self.other_word(tree)
        place = self.place(tree)
        index, computed = self.index(variable, tree)
        if computed is None:
            return self.named(variable, index, place)
        axis, by = computed
        if self.constant(by) is not None:  # beyond the ends, as in prices[Region - 1]
            return Number(0.0, place)
        size = len(variable.dims[axis].elements)
        if size > _MOST_PICKED:
            chooses = f"a computed subscript may choose from {_MOST_PICKED} elements, not {size}"
            raise ExchangeError(chooses, place, "write the number of the element itself")
        before, after = index[:axis], index[axis + 1 :]
        values = [self.named(variable, (*before, k, *after), place) for k in range(size)]
        return self.measured(picked(by, values, place), tree)

    def draft_of(self, variable: Variable, index: tuple[int, ...], place: Place) -> Draft:
        if index not in variable.drafts:
            shown = label_at(variable.shown, variable.dims, index)
            raise ExchangeError(f"'{shown}' has no equation", place)
        return variable.drafts[index]

    def named(self, variable: Variable, index: tuple[int, ...], place: Place) -> Expression:
        draft = self.draft_of(variable, index, place)
        if draft.only_called:
            told = f"'{variable.shown}' is a graphical function and needs a value in brackets"
            raise ExchangeError(told, place)
        return Name(draft.name, place)

    def other_word(self, tree: Word) -> Expression:
        key, place = same_name(tree.said), self.place(tree)
        if tree.said[0] != '"' and tree.subscripts is None:
            if key == "dt" or (key == "time_step" and self.vensim):
                return replace(self.reading.time_step(), place=place)
            if key == "self":
                return Name(self.draft.name, place)
            if (found := word_of_xmile(self, key)) is not None:
                return replace(found, place=place)
            at = self.bound.get((key, 0), self.at.get(key))
            if at is not None:
                return Number(float(at + 1), place)
            first, element = split(tree.said)
            dim = self.dims.get(same_name(first))
            if dim is not None and (here := dim.position(plain_label(element))) is not None:
                return Number(float(here + 1), place)
        raise beyond(key.upper(), place) or self.space.unknown(tree.said, place)

    def index(self, variable: Variable, word: Word) -> Found:
        """Which element of an array is meant, and which of its subscripts is computed, and how."""
        found: list[int] = []
        computed: tuple[int, Expression] | None = None
        if word.subscripts is None:
            return tuple(self.aligned(variable, i, word) for i in range(len(variable.dims))), None
        if len(word.subscripts) != len(variable.dims):
            have, written = len(variable.dims), len(word.subscripts)
            if not have:
                raise ExchangeError(f"'{variable.shown}' is no array", self.place(word))
            told = f"{have} {'dimension' if have == 1 else 'dimensions'}, and {written}"
            told = f"'{variable.shown}' has {told} {'is' if written == 1 else 'are'} written here"
            raise ExchangeError(told, self.place(word))
        axes = self.axes(variable, word)
        for i, (dim, said) in enumerate(zip(variable.dims, word.subscripts, strict=True)):
            if i in axes and (axes[i][0] in self.bound or isinstance(said, Star)):
                key, first, _ = axes[i]
                if key not in self.bound:
                    raise ExchangeError("this belongs into SUM, MEAN, MIN or MAX", self.place(said))
                found.append(first + self.bound[key])
                continue
            place = self.position(variable, dim, said)
            if isinstance(place, int):
                found.append(place)
            elif computed is None:
                computed = i, place
                found.append(0)
            else:
                raise ExchangeError("only one subscript may be computed", self.place(said))
        return tuple(found), computed

    def aligned(self, variable: Variable, i: int, word: Word) -> int:
        dim = variable.dims[i]
        key = (dim.key, sum(other is dim for other in variable.dims[:i]))
        if key in self.bound:
            return self.bound[key]
        if dim.key in self.at:
            return self.at[dim.key]
        own = self.draft.variable.dims
        if len(own) == len(variable.dims):
            at = dim.position_of(own[i], self.draft.index[i])
            if at is not None:
                return at
        raise self.unsaid(variable, dim, word)

    def unsaid(self, variable: Variable, dim: Dimension, tree: Tree) -> ExchangeError:
        told = f"'{variable.shown}' is an array, and this does not say which element is meant"
        hint = f"write the element in square brackets, such as [{dim.elements[0]}]"
        return ExchangeError(told, self.place(tree), hint)

    def position(self, variable: Variable, dim: Dimension, said: Tree) -> int | Expression:
        own = list(zip(self.draft.variable.dims, self.draft.index, strict=True))
        if isinstance(said, Joined) and said.op == "@":
            number = self.reading.constant(self.value(said.parts[0]))
            if number is None or not 0 < number <= len(own):
                raise ExchangeError("there is no such subscript", self.place(said))
            return self.fitting(variable, dim.position_of(*own[int(number) - 1]), said)
        if isinstance(said, Word) and said.subscripts is None:
            if (at := dim.position(plain_label(said.said))) is not None:
                return at
            key = same_name(said.said)
            other = self.dims.get(key)
            if other is not None and key in self.at:
                return self.fitting(variable, dim.position_of(other, self.at[key]), said)
            if other is not None:  # mapped with a dimension here, or named or sized alike
                own.sort(key=lambda each: key not in each[0].maps and each[0].key not in other.maps)
                for mine, index in own:
                    here = other.mapped(mine, index)
                    if here is not None and (at := dim.position_of(other, here)) is not None:
                        return at
            if other is not None and self.space.find(said.said) is None:
                raise self.unsaid(variable, dim, said)
        by = self.value(said)
        number = self.constant(by)
        if number is not None and 1 <= number < len(dim.elements) + 1:
            return int(number) - 1
        return self.fitting(variable, None, said) if isinstance(said, Plain) else by

    def fitting(self, variable: Variable, at: int | None, said: Tree) -> int:
        if at is None:
            raise ExchangeError(f"'{variable.shown}' has no such element", self.place(said))
        return at

    def axes(self, variable: Variable, word: Word) -> dict[int, tuple[Axis, int, int]]:
        """The subscripts that run: for each a key, the first element, and how many there are."""
        found: dict[int, tuple[Axis, int, int]] = {}
        keys: list[object] = []
        for i, (dim, said) in enumerate(zip(variable.dims, word.subscripts or (), strict=False)):
            if isinstance(said, Star) and said.first is not None and said.last is not None:
                ends = [self.position(variable, dim, end) for end in (said.first, said.last)]
                if not isinstance(ends[0], int) or not isinstance(ends[1], int):
                    raise ExchangeError("the ends of a range are numbers here", self.place(said))
                first, size, kind = ends[0], ends[1] - ends[0] + 1, f"{ends[1] - ends[0]}"
            elif isinstance(said, Star):
                first, size, kind = 0, len(dim.elements), dim.key
                for key in dim.maps:  # the star of another name of a dimension is that one's
                    kind = key if self.dims[key].elements == dim.elements else kind
                narrow = self.dims.get(same_name(getattr(said.last, "said", "")))
                if narrow is not None and (start := dim.position_of(narrow, 0)) is not None:
                    first, size, kind = start, len(narrow.elements), narrow.key
            elif same_name(name := getattr(said, "said", "")) == dim.key and not (
                dim.key in self.at or dim.position(plain_label(name)) is not None
            ):
                first, size, kind = 0, len(dim.elements), dim.key
            else:
                continue
            found[i] = ((kind, keys.count(kind)), first, size)
            keys.append(kind)
        return found

    def call(self, tree: Called) -> Node:
        place, kind = self.place(tree), _LOOKUPS.get(same_name(tree.word.said))
        if kind is not None and len(tree.args) == 2 and isinstance(tree.args[0], Word):
            # pysimlin also writes a function or macro of one value like this.
            tree = Called(tree.args[0], tree.args[1:], tree.span)
        word, args, key = tree.word, tree.args, same_name(tree.word.said)
        if len(args) == 1 and (graph := self.graph(word, place)):
            graph = replace(graph, kind=kind or graph.kind)
            return graph.at(self.value(args[0]), place, self.part)
        if key in _AREAS and len(args) == 3 and (graph := self.graph(args[0], place)):
            low, high = (graph.area(self.value(end), place, self.part) for end in args[1:])
            return Binary("-", high, low, place)
        if (unfolded := self.reading.macro(self, tree)) is not None:
            return unfolded
        looking = key.removeprefix("array")  # ARRAYSUM is an older word for SUM
        several = looking in ("min", "max") and len(args) > 1
        if looking in REDUCERS and not (several and not any(looks_through(self, a) for a in args)):
            return reduced(self, looking, tree)
        if key in ALLOCATIONS:
            return allocated(self, tree, key)
        if not args and self.space.find(word.said) is None:
            return self.other_word(replace(tree.word, subscripts=None))
        if refused := beyond(key.removeprefix("isee.").upper(), place):
            raise refused
        nodes = [self.node(arg) for arg in args]
        return call(self, word.said, nodes, place)

    def graph(self, word: Tree, place: Place) -> Graph | None:
        variable = self.space.find(word.said) if isinstance(word, Word) else None
        if variable is None or not isinstance(word, Word):
            return None
        index, computed = self.index(variable, word)
        return self.draft_of(variable, index, place).graph if computed is None else None

    def many(self, op: str, values: list[Expression], place: Place) -> Expression:
        while len(values) > (most := _MOST_AT_ONCE // max(self.size(v)[0] for v in values) or 2):
            cut = range(0, len(values), most)
            values = [self.part("part", folded(op, values[i : i + most], place)) for i in cut]
        return folded(op, values, place)

    def flow_of(self, node: Expression) -> Name | None:
        if not isinstance(node, Name) or node.name == "time" or self.reading.is_stock(node.name):
            return None
        return node

    def part(self, about: str, equation: Expression) -> Name:
        return self.reading.added(self.draft, about, equation, "computed", self.opening)

    def short(self, about: str, equation: Expression) -> Expression:
        return equation if isinstance(equation, Name | Number) else self.part(about, equation)

    def stock(self, about: str, opening: Expression) -> Name:
        return self.reading.added(self.draft, about, opening, "stock", True)

    def can_look(self, count: int) -> bool:
        self.reading.looked += count
        return self.reading.looked <= _MOST_LOOKED

    def seed(self) -> float:
        self.draws += 1
        return float(zlib.crc32(f"{self.draft.name} {self.draws}".encode()) % 1_000_000)

    def measured(self, node: _AnyNode, tree: Tree) -> _AnyNode:
        size, depth, _ = self.size(node)
        if size > MOST_NODES or depth > DEEPEST:
            told = "this equation becomes too long when it is written out"
            raise ExchangeError(told, self.place(tree), "give a part of it a name")
        return node

    def size(self, node: Node) -> tuple[int, int, Node]:
        found = self.sizes.get(id(node))
        if found is None:
            below = [self.size(child) for child in children(node)]
            size = 1 + sum(inner[0] for inner in below)
            found = (size, 1 + max((inner[1] for inner in below), default=0), node)
            self.sizes[id(node)] = found
        return found
