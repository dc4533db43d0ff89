"""The shape of each archetype, and its story: what `archetypes` looks for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

import networkx as nx

from flywheel_edu.causal.archetype_view import (
    View,
    alike,
    between,
    entry,
    mirrored,
    pair_up,
    resisting,
    shared_part,
)
from flywheel_edu.causal.loops import Loop, in_words, turned

_Hit = tuple[tuple[tuple[str, str], ...], tuple[Loop, ...], str, str]


def _limits_to_growth(view: View) -> Iterator[_Hit]:
    """A reinforcing loop and a balancing one that shares its growing quantity.

    A limit acts on the balancing loop's own part from outside, and is moved by neither. A sketch
    may leave it out, or draw it as the textbooks do: as what makes the slowing action stronger.
    """
    for grow, resist in itertools.product(view.reinforcing, view.balancing):
        shared, _, own = shared_part(grow, resist)
        if not own or view.is_a_drain(resist):
            continue
        state = shared[-1]
        moved = nx.descendants(view.graph, state) | {state}
        ways: dict[int, tuple[str, str]] = {}
        for slowing in own:
            for limit in view.graph.predecessors(slowing):
                eases = view.eases(resist, state, limit, slowing)
                if eases and limit not in moved and view.is_an_amount(limit):
                    ways.setdefault(eases, (slowing, limit))
        slowing, limit = ways.get(1) or (not view.is_a_model and ways.get(-1)) or (own[0], "")
        if slowing in view.growing or (view.has_givens and not limit):
            continue
        how_far = (
            f"how far it can go hangs on {in_words(limit)}."
            if limit
            else "how far it can go hangs on something that is not drawn."
        )
        around = " -> ".join(map(in_words, (*grow.quantities, grow.quantities[0])))
        roles = (("growing", state), ("slowing", slowing), ("limit", limit))
        yield (
            roles if limit else roles[:2],
            (grow, resist),
            f"{grow.label} makes {in_words(state)} grow ({around}). The further "
            f"this goes, the harder {resist.label} pushes back by way of "
            f"{in_words(slowing)}; {how_far}",
            f"Pushing {in_words(state)} harder only brings the limit sooner. "
            + (
                f"See to {in_words(limit)} before the limit is felt."
                if limit
                else f"Ask what makes {in_words(slowing)} scarce, crowded or dear, and draw it."
            ),
        )


def _growth_and_underinvestment(view: View) -> Iterator[_Hit]:
    """Limits to growth where the limit is built up late, by a loop that waits for the pain.

    A second balancing loop runs through the slowing quantity, builds the limit, and waits.
    """
    for grow, resist in itertools.product(view.reinforcing, view.balancing):
        shared, _, own = shared_part(grow, resist)
        if not own or view.is_a_drain(resist):
            continue
        state = shared[-1]
        own = tuple(name for name in own if name not in view.growing)
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
                    and view.eases(resist, state, builds, slowing) == 1
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
        shared, mine, theirs = shared_part(one, other)
        if len(shared) == 1 and mine and theirs:
            (divide,) = shared
            out = view.sign(divide, mine[0]), view.sign(divide, theirs[0])
            inside = {
                view.sign(*arrow) for own in (mine, theirs) for arrow in itertools.pairwise(own)
            }
            like = alike(mine, theirs) or bool(_DIVIDES.search(in_words(divide)))
            if out in ((1, -1), (-1, 1)) and inside <= {1} and like:
                ends = [(mine[-1], one), (theirs[-1], other)]
                (first, its), (second, others) = ends if out[0] == 1 else ends[::-1]
                yield _winner(first, second, (its, others), (("divided by", divide),))
        elif mirrored(one, other):
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
        shared, fixes, cures = shared_part(quick, cure)
        if not fixes or not cures:
            continue
        symptom = shared[-1]
        if view.is_a_model and not view.waits((symptom, *cures, shared[0])):
            continue
        busy = {*quick.quantities, *cure.quantities}
        for fix, solution in itertools.product(fixes, cures):
            calls = between(quick, symptom, fix), between(cure, symptom, solution)
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
        shared, soon, after = shared_part(quick, late)
        # What grows by itself is no fix: in a model, the answer to a symptom is not a stock.
        if len(shared) > 1 and len(after) > len(soon) and not view.piles_up(shared):
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
    """A balancing loop closes a gap by lowering the goal, beside work that raises the state.

    Either the gap also calls for the work, or the goal does, which then sinks with it.
    """
    for lower, work in itertools.product(view.balancing, (*view.balancing, *view.reinforcing)):
        for goal, gap in lower.edges:
            state = turned(work.quantities, gap)[-1] if gap in work.quantities else goal
            sinks_with_it = work.sign == 1 and goal in work.quantities
            if (
                state not in lower.quantities
                and (view.sign(goal, gap), view.sign(state, gap)) == (1, -1)
                and (work.sign == -1 or sinks_with_it)
                and (_GOAL.search(in_words(goal)) or _GAP.search(in_words(gap)))
            ):
                story = (
                    f"{_capital(gap)} is closed by lowering {in_words(goal)} ({lower.label}). Less "
                    f"is then done for {in_words(state)}, so the gap comes back ({work.label}), "
                    "and the goal sinks again."
                    if sinks_with_it
                    else f"{_capital(gap)} can be closed by raising {in_words(state)} "
                    f"({work.label}), which is work, or by lowering {in_words(goal)} "
                    f"({lower.label}), which is not. Where the work takes long the goal sinks, a "
                    "little each time, and nobody notices."
                )
                yield (
                    (("gap", gap), ("goal", goal), ("state", state)),
                    (lower, work),
                    story,
                    f"Tie {in_words(goal)} to something outside: what customers ask or what the "
                    "best rival does, not to what was reached last year.",
                )


def _escalation(view: View) -> Iterator[_Hit]:
    """Two balancing loops of two like parties; what settles the one unsettles the other."""
    for one, other in itertools.combinations(view.balancing, 2):
        shared, mine, theirs = shared_part(one, other)
        if len(shared) == 1 and mine and theirs:
            (balance,) = shared
            out = view.sign(balance, mine[0]), view.sign(balance, theirs[0])
            if out[0] != out[1] and alike(mine, theirs):
                yield _race(mine[-1], theirs[-1], (one, other), (("compared by", balance),))
        elif mirrored(one, other) and pair_up(one, other):
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
        if view.is_a_model and not pair_up(one, other):
            continue
        for mine, theirs in itertools.product(
            resisting(view, one, other), resisting(view, other, one)
        ):
            common = set(mine.quantities) & set(theirs.quantities)
            if common:
                loaded = next(q for q in turned(mine.quantities, entry(mine, one)) if q in common)
                yield (
                    (
                        ("commons", loaded),
                        ("one", entry(mine, one)),
                        ("other", entry(theirs, other)),
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
    r"\b(?:goals?|aims?|objectives?|targets?|standards?|desired|wanted|aspirations?|"
    r"ambitions?|expectations?|expected|required|promised?|norms?|budget(?:ed)?|quotas?)\b",
    re.IGNORECASE,
)
_GAP = re.compile(r"\b(?:gap|shortfall|discrepancy)\b", re.IGNORECASE)
_DIVIDES = re.compile(
    r"\b(?:instead of|rather than|versus|allocation|allocated|split|divided|share)\b", re.IGNORECASE
)


def _capital(name: str) -> str:
    words = in_words(name)
    return words[0].upper() + words[1:]
