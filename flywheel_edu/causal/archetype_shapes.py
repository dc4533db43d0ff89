"""The shape of each archetype, and its story: what `archetypes` looks for."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import networkx as nx

from flywheel_edu.causal.loops import Loop, in_words, turned


@dataclass(frozen=True)
class View:
    """A graph with its settled loops."""

    graph: nx.DiGraph[str]
    reinforcing: Sequence[Loop]
    balancing: Sequence[Loop]

    def sign(self, cause: str, effect: str) -> int | None:
        sign: int | None = self.graph.edges[cause, effect].get("sign")
        return sign

    def waits(self, path: Sequence[str]) -> bool:
        """Whether something on a path acts late: a marked arrow, or a stock inside it."""
        inside = (self.graph.nodes[q].get("kind") == "stock" for q in path[1:-1])
        return self.marked(path) or any(inside)

    def marked(self, path: Sequence[str]) -> bool:
        """Whether an arrow of a path is marked as delayed."""
        return any(self.graph.edges[arrow].get("delay") for arrow in itertools.pairwise(path))

    def way(
        self, start: str, end: str, sign: int, avoid: set[str], *, longest: int = 4
    ) -> tuple[str, ...] | None:
        """The shortest path of a sign, of a few arrows, that avoids some quantities on its way."""
        paths: list[tuple[tuple[str, ...], int]] = [((start,), 1)]
        for _ in range(longest):
            longer = []
            for path, going in paths:
                for after, arrow in self.graph[path[-1]].items():
                    turn = arrow.get("sign")
                    if turn is None or after in path:
                        continue
                    if after == end and going * turn == sign:
                        return (*path, after)
                    if after != end and after not in avoid:
                        longer.append(((*path, after), going * turn))
            paths = longer
        return None

    def weakens(self, loop: Loop, state: str, outside: str, inside: str) -> bool:
        """Whether an arrow from outside onto a balancing loop lets its state go higher."""
        pushes = self.sign(outside, inside)
        return pushes is not None and pushes * _between(loop, inside, state) == 1

    def is_a_drain(self, loop: Loop) -> bool:
        """Whether a loop is no more than a stock of a model and its own outflow."""
        stock = any(self.graph.nodes[q].get("kind") == "stock" for q in loop.quantities)
        return stock and len(loop.quantities) == 2

    def is_a_rate(self, name: str) -> bool:
        """Whether a quantity of a model is a mere rate, such as one in [1/month]."""
        return str(self.graph.nodes[name].get("unit", "")).startswith("1/")

    def can_be_built(self, name: str) -> bool:
        """Whether a quantity builds up: in the graph of a model, a stock; else any."""
        kinds = {kind for _, kind in self.graph.nodes(data="kind")}
        return "stock" not in kinds or self.graph.nodes[name].get("kind") == "stock"

    def crossing(self, one: Loop, other: Loop, sign: int) -> str:
        """The quantity of one loop from which an arrow of this sign leads into the other, or ""."""
        busy = {*one.quantities, *other.quantities}
        return next(
            (
                start
                for start, end in itertools.product(one.quantities, other.quantities)
                if self.way(start, end, sign, busy, longest=1)
            ),
            "",
        )

    def unsettling(self, one: Loop, other: Loop) -> str:
        """The quantity of one loop that acts on the other against the other's own effect, or ""."""
        busy = {*one.quantities, *other.quantities}
        for end in other.quantities:
            own = self.sign(turned(other.quantities, end)[-1], end)
            for start in one.quantities:
                if own is not None and self.way(start, end, -own, busy, longest=1):
                    return start
        return ""

    def harming(self, repairs: Sequence[str], victim: str, busy: set[str]) -> str:
        """The repair that lowers the victim, or ""."""
        return next((r for r in repairs if self.way(r, victim, -1, busy, longest=2)), "")


_Hit = tuple[tuple[tuple[str, str], ...], tuple[Loop, ...], str, str]


def _limits_to_growth(view: View) -> Iterator[_Hit]:
    """A reinforcing loop, a balancing one that shares its growing quantity, and a limit.

    The limit acts on the balancing loop's own part, makes it weaker, and is moved by neither.
    """
    for grow, resist in itertools.product(view.reinforcing, view.balancing):
        shared, _, own = _shared_part(grow, resist)
        if not own or view.is_a_drain(resist):
            continue
        state = shared[-1]
        moved = nx.descendants(view.graph, state) | {state}
        for slowing in own:
            for limit in view.graph.predecessors(slowing):
                if (
                    limit not in moved
                    and not view.is_a_rate(limit)
                    and view.weakens(resist, state, limit, slowing)
                ):
                    yield (
                        (("growing", state), ("slowing", slowing), ("limit", limit)),
                        (grow, resist),
                        f"{grow.label} makes {in_words(state)} grow ({_around(grow)}). The further "
                        f"this goes, the harder {resist.label} pushes back by way of "
                        f"{in_words(slowing)}; how far it can go is set by {in_words(limit)}.",
                        f"Pushing {in_words(state)} harder only brings the limit sooner. See to "
                        f"{in_words(limit)} before the limit is felt.",
                    )


def _growth_and_underinvestment(view: View) -> Iterator[_Hit]:
    """Limits to growth where the limit is built up late, by a loop that waits for the pain.

    A second balancing loop runs through the slowing quantity, builds the limit, and waits.
    """
    for grow, resist in itertools.product(view.reinforcing, view.balancing):
        shared, _, own = _shared_part(grow, resist)
        if not own or view.is_a_drain(resist):
            continue
        state = shared[-1]
        for invest in view.balancing:
            if set(invest.quantities) & set(grow.quantities):
                continue
            for slowing in own:
                if slowing not in invest.quantities:
                    continue
                path = turned(invest.quantities, slowing)
                builds = path[-1]
                if (
                    builds not in resist.quantities
                    and view.can_be_built(builds)
                    and len(path) > 2
                    and view.waits((*path, slowing))
                    and view.weakens(resist, state, builds, slowing)
                ):
                    yield (
                        (("growing", state), ("slowing", slowing), ("capacity", builds)),
                        (grow, resist, invest),
                        f"{grow.label} makes {in_words(state)} grow; {resist.label} slows this by "
                        f"way of {in_words(slowing)}. {invest.label} answers by building "
                        f"{in_words(builds)}, but only once it hurts, and late: by then the "
                        "growth that would have paid for it is gone.",
                        f"Decide on {in_words(builds)} by the growth you expect, ahead of "
                        f"{in_words(slowing)}, and hold to the standard while it is built.",
                    )


def _success_to_the_successful(view: View) -> Iterator[_Hit]:
    """Two reinforcing loops of two like parties that take from each other.

    Either both run through one quantity that divides between them, the one raised by what lowers
    the other; or they are apart, with a minus from each to the other.
    """
    for one, other in itertools.combinations(view.reinforcing, 2):
        shared, mine, theirs = _shared_part(one, other)
        if len(shared) == 1 and mine and theirs:
            (divide,) = shared
            out = view.sign(divide, mine[0]), view.sign(divide, theirs[0])
            inside = {
                view.sign(*arrow) for own in (mine, theirs) for arrow in itertools.pairwise(own)
            }
            like = _alike(mine, theirs) or bool(_DIVIDES.search(in_words(divide)))
            if out in ((1, -1), (-1, 1)) and inside <= {1} and like:
                ends = [(mine[-1], one), (theirs[-1], other)]
                (first, its), (second, others) = ends if out[0] == 1 else ends[::-1]
                yield _winner(first, second, (its, others), (("divided by", divide),))
        elif _mirrored(one, other):
            there, back = view.crossing(one, other, -1), view.crossing(other, one, -1)
            if there and back:
                yield _winner(there, back, (one, other), ())


def _winner(
    first: str, second: str, pair: tuple[Loop, Loop], more: tuple[tuple[str, str], ...]
) -> _Hit:
    return (
        (("one", first), ("other", second), *more),
        pair,
        f"{pair[0].label} feeds {in_words(first)} and {pair[1].label} feeds {in_words(second)}, "
        "each at the other's cost. Whichever starts a little ahead gets more, and then more "
        "still: the end shows who was lucky first, not who was better.",
        "Look for what the two compete for, and share it out by need or promise instead of by "
        "success so far; or part them, so that each has its own.",
    )


def _shifting_the_burden(view: View) -> Iterator[_Hit]:
    """Two balancing loops that heal one symptom; the quick one saps the other on the side."""
    for quick, cure in itertools.permutations(view.balancing, 2):
        shared, fixes, cures = _shared_part(quick, cure)
        if not fixes or not cures:
            continue
        symptom = shared[-1]
        busy = {*quick.quantities, *cure.quantities}
        for fix, solution in itertools.product(fixes, cures):
            calls = _between(quick, symptom, fix), _between(cure, symptom, solution)
            if calls[0] == calls[1]:
                away = view.way(fix, solution, -1, busy)
                if away:
                    side = f" by way of {in_words(away[1])}" if len(away) > 2 else ""
                    yield (
                        (("symptom", symptom), ("quick fix", fix), ("solution", solution)),
                        (quick, cure),
                        f"There are two answers to {in_words(symptom)}: {in_words(fix)} "
                        f"({quick.label}), which is quick, and {in_words(solution)} "
                        f"({cure.label}), which lasts. The quick one weakens the lasting one"
                        f"{side}, so that next time only the quick one is left.",
                        f"Use {in_words(fix)} to win time, if at all, and put that time into "
                        f"{in_words(solution)}. Say beforehand when the fix ends.",
                    )


def _fixes_that_fail(view: View) -> Iterator[_Hit]:
    """A balancing loop heals a symptom at once; a longer, late one brings it back."""
    for quick, late in itertools.product(view.balancing, view.reinforcing):
        shared, soon, after = _shared_part(quick, late)
        if len(shared) > 1 and len(after) > len(soon):
            symptom, fix, consequence = shared[0], shared[-1], after[0]
            if view.marked((fix, *after, symptom)) and not view.marked((fix, *soon, symptom)):
                yield (
                    (("symptom", symptom), ("fix", fix), ("consequence", consequence)),
                    (quick, late),
                    f"The answer to {in_words(symptom)} is {in_words(fix)}: this helps at once "
                    f"({quick.label}). Later, by way of {in_words(consequence)}, it makes things "
                    f"worse ({late.label}), and more of the same is called for.",
                    f"Count {in_words(consequence)} as part of the price of {in_words(fix)}. Look "
                    f"for what causes {in_words(symptom)}, and use the fix only to win time.",
                )


def _eroding_goals(view: View) -> Iterator[_Hit]:
    """Two balancing loops close one gap: one raises the state, the other lowers the goal."""
    for act, lower in itertools.permutations(view.balancing, 2):
        shared, work, sinking = _shared_part(act, lower)
        if not work or not sinking:
            continue
        gap, state, goal = shared[0], work[-1], sinking[-1]
        raised = view.sign(goal, gap) == 1 and view.sign(state, gap) == -1
        if raised and _GOAL.search(in_words(goal)):
            yield (
                (("gap", gap), ("goal", goal), ("state", state)),
                (act, lower),
                f"{_capital(gap)} can be closed by raising {in_words(state)} ({act.label}), which "
                f"is work, or by lowering {in_words(goal)} ({lower.label}), which is not. Where "
                "the work takes long the goal sinks, a little each time, and nobody notices.",
                f"Tie {in_words(goal)} to something outside: what customers ask or what the best "
                "rival does, not to what was reached last year.",
            )


def _escalation(view: View) -> Iterator[_Hit]:
    """Two balancing loops of two like parties; what settles the one unsettles the other."""
    for one, other in itertools.combinations(view.balancing, 2):
        shared, mine, theirs = _shared_part(one, other)
        if len(shared) == 1 and mine and theirs:
            (balance,) = shared
            out = view.sign(balance, mine[0]), view.sign(balance, theirs[0])
            if out[0] != out[1] and _alike(mine, theirs):
                yield _race(mine[-1], theirs[-1], (one, other), (("compared by", balance),))
        elif _mirrored(one, other):
            there, back = view.unsettling(one, other), view.unsettling(other, one)
            if there and back:
                yield _race(there, back, (one, other), ())


def _race(
    first: str, second: str, pair: tuple[Loop, Loop], more: tuple[tuple[str, str], ...]
) -> _Hit:
    return (
        (("one", first), ("other", second), *more),
        pair,
        f"Each side only wants to hold its own ({pair[0].label}, {pair[1].label}), but what makes "
        f"one feel safe makes the other feel behind: more of {in_words(first)} is answered by more "
        f"of {in_words(second)}, and that by more of the first again. Both run, neither gains.",
        "One side can stop it by not answering. Or look for what both want and neither gets while "
        "they race, and agree on that.",
    )


def _tragedy_of_the_commons(view: View) -> Iterator[_Hit]:
    """Two reinforcing loops, apart, that both load one thing which then fails both."""
    for one, other in itertools.combinations(view.reinforcing, 2):
        if set(one.quantities) & set(other.quantities):
            continue
        for mine, theirs in itertools.product(
            _resisting(view, one, other), _resisting(view, other, one)
        ):
            common = set(mine.quantities) & set(theirs.quantities)
            if common:
                loaded = next(q for q in turned(mine.quantities, _entry(mine, one)) if q in common)
                yield (
                    (
                        ("commons", loaded),
                        ("one", _entry(mine, one)),
                        ("other", _entry(theirs, other)),
                    ),
                    (one, other, mine, theirs),
                    f"{one.label} and {other.label} each grow by themselves, and both load "
                    f"{in_words(loaded)}. What it then gives falls for both ({mine.label}, "
                    f"{theirs.label}), but for each alone it still pays to take more.",
                    f"Make what each takes from {in_words(loaded)} cost that one what it costs "
                    "all, or agree on a ceiling and on who watches it.",
                )


def _accidental_adversaries(view: View) -> Iterator[_Hit]:
    """Partners who help each other, until each one's own repair hurts the other."""
    for help_each_other in view.reinforcing:
        for one, other in itertools.combinations(view.balancing, 2):
            if set(one.quantities) & set(other.quantities):
                continue
            mine = [q for q in one.quantities if q in help_each_other.quantities]
            theirs = [q for q in other.quantities if q in help_each_other.quantities]
            if len(mine) != 1 or len(theirs) != 1:
                continue
            busy = {*help_each_other.quantities, *one.quantities, *other.quantities}
            hurts = view.harming(turned(one.quantities, mine[0])[1:], theirs[0], busy)
            hurts_back = view.harming(turned(other.quantities, theirs[0])[1:], mine[0], busy)
            if hurts and hurts_back:
                yield (
                    (
                        ("one", mine[0]),
                        ("other", theirs[0]),
                        ("the one's repair", hurts),
                        ("the other's repair", hurts_back),
                    ),
                    (help_each_other, one, other),
                    f"{_capital(mine[0])} and {in_words(theirs[0])} lift each other "
                    f"({help_each_other.label}). When one falls short it helps itself by "
                    f"{in_words(hurts)}, which hurts the other; that one answers with "
                    f"{in_words(hurts_back)}, and partners end as adversaries without wanting to.",
                    "Tell each other what the repair is for and what it does to the partner; go "
                    "back to what both gain, and find repairs that harm nobody.",
                )


SHAPES: dict[str, Callable[[View], Iterator[_Hit]]] = {
    "limits to growth": _limits_to_growth,
    "growth and underinvestment": _growth_and_underinvestment,
    "success to the successful": _success_to_the_successful,
    "shifting the burden": _shifting_the_burden,
    "fixes that fail": _fixes_that_fail,
    "eroding goals": _eroding_goals,
    "escalation": _escalation,
    "tragedy of the commons": _tragedy_of_the_commons,
    "accidental adversaries": _accidental_adversaries,
}

_GOAL = re.compile(
    r"\b(?:goals?|targets?|standards?|desired|wanted|aspirations?|ambitions?|expectations?|"
    r"expected|required|promised?|norms?|budget(?:ed)?|quotas?)\b",
    re.IGNORECASE,
)
_DIVIDES = re.compile(
    r"\b(?:instead of|rather than|versus|allocation|allocated|split|divided|share)\b", re.IGNORECASE
)
_SMALL_WORDS = frozenset("a an the of to for in on by from at and our their its us them".split())


def _shared_part(
    one: Loop, other: Loop
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """What two loops share, and the own part of each, if they share one stretch; else nothing."""
    shared = set(one.quantities) & set(other.quantities)
    for start in one.quantities:
        if start not in shared:
            continue
        mine, theirs = turned(one.quantities, start), turned(other.quantities, start)
        size = len(shared)
        if mine[:size] == theirs[:size]:
            return mine[:size], mine[size:], theirs[size:]
    return (), (), ()


def _between(loop: Loop, start: str, end: str) -> int:
    """The sign of the way along a settled loop from one quantity to another."""
    at = loop.quantities.index(start)
    steps = (loop.quantities.index(end) - at) % len(loop.quantities)
    signs = (*loop.signs[at:], *loop.signs[:at])[:steps]
    return math.prod(sign or 0 for sign in signs)


def _resisting(view: View, one: Loop, other: Loop) -> list[Loop]:
    """The balancing loops that leave one loop and come back to it without meeting the other."""
    return [
        loop
        for loop in view.balancing
        if set(loop.quantities) & set(one.quantities)
        and not set(loop.quantities) & set(other.quantities)
        and not set(loop.quantities) <= set(one.quantities)
    ]


def _entry(loop: Loop, home: Loop) -> str:
    """Where a loop comes back to another one."""
    return next(
        now
        for before, now in loop.edges
        if now in home.quantities and before not in home.quantities
    )


def _mirrored(one: Loop, other: Loop) -> bool:
    """Whether two loops are apart and as long as each other, as those of two parties are."""
    apart = not set(one.quantities) & set(other.quantities)
    return apart and len(one.quantities) == len(other.quantities) > 1


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two chains pair up: as long, and each pair of names with a word in common."""
    return len(one) == len(other) and all(
        _words(a) & _words(b) and a != b for a, b in zip(one, other, strict=True)
    )


def _words(name: str) -> set[str]:
    return {w for w in in_words(name).lower().split() if len(w) > 1} - _SMALL_WORDS


def _around(loop: Loop) -> str:
    return " -> ".join(in_words(q) for q in (*loop.quantities, loop.quantities[0]))


def _capital(name: str) -> str:
    words = in_words(name)
    return words[0].upper() + words[1:]
