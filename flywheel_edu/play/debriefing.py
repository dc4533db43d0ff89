"""The debrief of a flight: what drove it, what bound, what was expected, which slips it met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import count, groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flywheel_edu.causal.dominance import dominance
from flywheel_edu.charts.amounts import amount
from flywheel_edu.charts.charts import chart
from flywheel_edu.errors import need
from flywheel_edu.later import pd
from flywheel_edu.play.flight import Flight, check_decisions, fly

Floats = NDArray[np.float64]
_ENOUGH = 3  # turns that make a slip
_A_YEAR = 4  # turns over which is said whether it grew


@dataclass(frozen=True)
class Debrief:
    """What a flight shows when it is over."""

    flight: Flight

    @cached_property
    def loops(self) -> pd.DataFrame:
        """How much each named loop of one's own side drove, by turn, as shares of them all.

        Measured by the scores of Loops That Matter, summed over the steps of a turn.
        """
        game, run = self.flight.game, self.flight.run
        found = dominance(run, seconds=0.2)
        scores = np.abs(np.nan_to_num(found.scores))
        ours = {loop.name: loop for loop in game.base.loops if self._is_ours(loop.name)}
        rows = {
            loop.title.partition(",")[0]: scores[at]
            for at, loop in enumerate(found.found)
            if loop.title in ours
        }
        turns = range(1, game.turns + 1)
        ends = [slice((turn - 1) * game.steps + 1, turn * game.steps + 1) for turn in turns]
        table = pd.DataFrame(
            {name: [row[end].sum() for end in ends] for name, row in rows.items()},
            index=pd.Index(turns, name="turn"),
        )
        return table.div(table.sum(axis=1).replace(0, 1), axis=0)

    @property
    def leading(self) -> pd.Series:
        """The named loop that drove most in each turn; nothing where the model names none."""
        return self.loops.T.idxmax().rename("leads") if len(self.loops.T) else self.loops.sum()

    @cached_property
    def forecasts(self) -> pd.DataFrame:
        """What was expected, what came, and what "as it was" would have said, by turn."""
        came = np.array(self.flight.came)
        first = self.flight.game.opening[self.flight.game.on_side(self.flight.game.forecasts, 0)]
        said = np.array([np.nan if f is None else f for f in self.flight.forecasts])
        table = pd.DataFrame(
            {"forecast": said, "came": came, "as it was": [first, *came[:-1]]},
            index=pd.Index(range(1, len(came) + 1), name="turn"),
        )
        return table.assign(off=(table["forecast"] - table["came"]) / table["came"])

    @cached_property
    def bound(self) -> dict[str, list[int]]:
        """When something bound: what is full, or a decision at an end of its range; by turn."""
        game, found = self.flight.game, {}
        for name in game.decides:
            # Where it stood at first, it was not held up by the end of its range.
            ends = {*game.decision(name).limits} - {game.opening[game.on_side(name, 0)]}
            at_end = [t for t, each in enumerate(self.flight.decisions, 1) if each[name] in ends]
            if at_end:
                found[_said(name) + " at an end of its range"] = at_end
        if self._full:
            found["full: more was wanted than could be served"] = self._full
        return found

    @cached_property
    def slips(self) -> dict[str, str]:
        """The slips that this flight met, by rules, each with how it showed."""
        milk = _said(self._watched["milk"])
        return {name.format(milk): told for name, rule in SLIPS.items() if (told := rule(self))}

    def again(self, turn: int, **decided: float) -> Flight:
        """The flight with one turn decided otherwise, and all else as it was.

        The rival answers as its policy says.
        """
        check_decisions(self.flight.game, turn, decided)
        hand = [dict(each) for each in self.flight.decisions]
        hand[int(turn) - 1] |= decided
        return fly(
            self.flight.game, against=self.flight.against, seed=self.flight.seed, hand=hand,
            forecasts=self.flight.forecasts,
        )  # fmt: skip

    def plot(self) -> Any:
        """The named loops over the turns: how much of the movement each made."""
        page = chart("What drove the flight", across="turn")
        for order, name in enumerate(self.loops):
            page.line(
                self.loops.index.to_numpy(float), self.loops[name].to_numpy(), name, "share", order
            )
        return page.picture()

    def __str__(self) -> str:
        flight, game = self.flight, self.flight.game
        score = f"{amount(flight.score)} [{game.base[game.on_side(game.scores, 0)].unit}]"
        if flight.ruined:
            score = "ruined" if self._empty is None else f"ruined, the {self._ran_out}"
        lines = [
            f"{game.title}, against {flight.against.name}, seed {flight.seed}: {score}, "
            f"{flight.share:.0%} of the best baseline".replace("%", " %")
        ]
        counted = Counter(self.leading)
        led = ", ".join(f"{name} in {count}" for name, count in counted.most_common(3))
        lines += [f"What drove, in turns: {led}."] if led else []
        lines += [
            f"What bound: {what} (turns {_listed(turns)})." for what, turns in self.bound.items()
        ]
        off = flight.forecast_error
        if off == off:
            naive = self.forecasts.dropna()
            same = float(((naive["as it was"] - naive["came"]).abs() / naive["came"]).mean())
            lines.append(
                f'Forecasts were off by {off:.0%}; "as it was" by {same:.0%}.'.replace("%", " %")
            )
        lines += [f"Slip: {name}. {told}" for name, told in self.slips.items()]
        return "\n".join(lines)

    __repr__ = __str__

    def _is_ours(self, loop: str) -> bool:
        end = loop.rpartition(", ")[2]
        return end == self.flight.game.sides[0] or end not in self.flight.game.sides

    @property
    def _watched(self) -> Mapping[str, str]:
        return self.flight.game.watched

    @property
    def _full(self) -> list[int]:
        load = self._watched["full"]
        return _turns(self._each(load) > 1) if load else []

    @cached_property
    def _empty(self) -> int | None:
        """The step at which the money of who is ruined ran out."""
        money, game = self._watched["money"], self.flight.game
        if not money or not self.flight.ruined:
            return None
        out = np.flatnonzero(self.flight.run[game.on_side(money, 0)] < 0)
        return int(out[0]) if len(out) else None

    @property
    def _ran_out(self) -> str:
        game, turn = self.flight.game, (self._empty or 0) // self.flight.game.steps + 1
        when = f"in turn {turn}" if turn <= game.turns else "after the last turn"
        return f"{_said(self._watched['money'])} ran out {when}"

    def _each(self, name: str, side: int = 0) -> Floats:
        game = self.flight.game
        return self.flight.run[game.on_side(name, side)][: game.turns * game.steps][
            game.steps - 1 :: game.steps
        ]

    def _decided(self, name: str) -> Floats:
        return np.array([each[name] for each in self.flight.decisions])


def debrief(flight: Flight) -> Debrief:
    """What a flight shows when it is over: loops, bounds, forecasts and slips.

    Examples
    --------
    >>> from flywheel_edu.play.flight import fly
    >>> told = debrief(fly("two_pages", against="Copycat", hand=[{"price": 16}] * 20))
    >>> "price war" in told.slips
    True
    """
    need(Flight, "debrief looks at a Flight", flight, "make one with play.fly(...)")
    return Debrief(flight)


def _price_war(told: Debrief) -> str:
    game, price = told.flight.game, told._watched["war"]
    if not price:
        return ""
    cheap = 0.85 * game.opening[game.on_side(price, 0)]
    turns = _turns((told._decided(price) < cheap) & (told._each(price, 1) < cheap))
    return f"Both were cheap at once in turns {_listed(turns)}." if len(turns) >= _ENOUGH else ""


def _late_capacity(told: Debrief) -> str:
    met, turns = len(told._full) >= _ENOUGH, _listed(told._full)
    return f"More was wanted than could be served in turns {turns}." if met else ""


def _milked(told: Debrief) -> str:
    game, fee, sellers = told.flight.game, told._watched["milk"], told._watched["milked"]
    if not fee:
        return ""
    dear = _turns(told._decided(fee) > 1.5 * game.opening[game.on_side(fee, 0)])
    left = told._each(sellers)
    if len(dear) < _ENOUGH or left[dear[-1] - 1] >= left[dear[0] - 1]:
        return ""
    before, after = (amount(float(left[turn - 1])) for turn in (dear[0], dear[-1]))
    return (
        f"The {_said(fee)} was high in turns {_listed(dear)}, and "
        f"{before} {_said(sellers)} became {after}."
    )


def _cash_out(told: Debrief) -> str:
    at, game = told._empty, told.flight.game
    if at is None:
        return ""
    wanted = told.flight.run[game.on_side(game.forecasts, 0)]
    before, then = wanted[max(0, at - _A_YEAR * game.steps)], wanted[at]
    if then <= before:
        return ""
    grown = f"{_said(game.forecasts)} went from {amount(float(before))} to {amount(float(then))}"
    return f"The {told._ran_out}, in full growth: {grown}."


def _straight_line(told: Debrief) -> str:
    table = told.forecasts.dropna()
    if len(table) < 4:
        return ""
    steps = table["forecast"].to_numpy() - table["as it was"].to_numpy()
    moved = np.diff(table["came"].to_numpy())
    even = min(np.std(steps), np.std(np.diff(table["forecast"]))) < 0.25 * max(np.std(moved), 1e-9)
    worse = told.flight.forecast_error > 0.05
    return "Each forecast added the same, whatever the wheel did." if even and worse else ""


SLIPS: Mapping[str, Callable[[Debrief], str]] = {
    "price war": _price_war,
    "capacity too late": _late_capacity,
    "milked by the {}": _milked,  # by the decision that the game names
    "cash out while growing": _cash_out,
    "forecasting a straight line": _straight_line,
}


def _said(name: str) -> str:
    return name.replace("_", " ")


def _turns(which: NDArray[np.bool_]) -> list[int]:
    return [int(at) + 1 for at in np.flatnonzero(which)]


def _listed(turns: list[int]) -> str:
    """Turns as a reader says them: 3 to 7, 12."""
    place = count()  # turns that follow one another are as far from their places
    spans = (list(span) for _, span in groupby(turns, lambda turn: turn - next(place)))
    return ", ".join(f"{s[0]} to {s[-1]}" if len(s) > 1 else str(s[0]) for s in spans)
