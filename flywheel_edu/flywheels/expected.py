"""What each model of the library should do, written down before it is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Extreme:
    """An extreme condition, and what must come of it.

    Attributes
    ----------
    says : str
        The condition and what follows, in words.
    quantity : str
        What to look at, at the end of the run.
    low, high : float
        Between which shares of its usual end it must then end.
    givens, openings : mapping of str to float
        The numbers that make the condition.
    """

    says: str
    quantity: str
    low: float
    high: float
    givens: Mapping[str, float] = field(default_factory=dict)
    openings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Expected:
    """What one model should do.

    Attributes
    ----------
    loops : mapping of str to (int, str)
        For each named loop, whether there is on average more (1) or less (-1) of a quantity when
        the loop is cut.
    extremes : tuple of Extreme
    setting : mapping of str to float
        Givens for the experiment with the loops, where the model's own leave a loop asleep.
    at_rest : mapping of str to float
        Givens with which it can come to rest: dated pushes and drifts off.
    piles : tuple of str
        Stocks that pile up for ever, and on which nothing depends then.
    """

    loops: Mapping[str, tuple[int, str]]
    extremes: tuple[Extreme, ...]
    setting: Mapping[str, float] = field(default_factory=dict)
    at_rest: Mapping[str, float] = field(default_factory=dict)
    piles: tuple[str, ...] = ()


_NOTHING, _LITTLE = 1e-9, 0.02

EXPECTED: Mapping[str, Expected] = {
    "aws": Expected(
        loops={
            "Scale": (-1, "use"),
            "Tools": (-1, "use"),
            "Ecosystem": (-1, "developers"),
            "Saturation": (1, "developers"),
            "Congestion": (1, "developers"),
        },
        extremes=(
            Extreme("no developers: no sales", "sales", 0, _NOTHING, openings={"developers": 0}),
            Extreme("an endless price: no use", "use", 0, _LITTLE, {"first_cost": 1e9}),
            Extreme(
                "halls that never open: use only as long as the old ones last",
                "use",
                0,
                _LITTLE,
                {"build_time": 1e9},
            ),
            Extreme("nobody who tells: fewer", "developers", 0, 0.5, {"word_of_mouth": 0}),
            Extreme("gains kept: a price that stays", "price", 2, 5, {"passed_on": 0}),
        ),
        at_rest={"learning": 0},
        piles=("learnt",),
    ),
    "bass": Expected(
        loops={"Word of mouth": (-1, "adopters"), "Saturation": (1, "adopters")},
        extremes=(
            Extreme("nobody to begin: nobody to follow", "adopters", 0, 0, {"innovators": 0}),
            Extreme("half the market: half the sales", "adopters", 0.49, 0.51, {"market": 33.99e6}),
        ),
    ),
    "cash": Expected(
        loops={
            "Reinvestment": (-1, "shop"),
            "Paying suppliers": (1, "cash"),
            "Running cost": (1, "shop"),
            "Saturation": (1, "customers"),
        },
        extremes=(
            Extreme("no customers: no sales", "sales", 0, _NOTHING, openings={"customers": 0}),
            Extreme(
                "suppliers paid at once: less is built", "shop", 0, 0.8, {"payable_months": 0.1}
            ),
            Extreme("a slump takes the cash away", "cash", -10, 0.5, {"slump": 0.5}),
            Extreme("nothing built: a shop worn down", "shop", 0, 0.4, {"reinvested": 0}),
            Extreme("an endless price: nobody joins", "joiners", 0, _LITTLE, {"goods_cost": 1e9}),
        ),
    ),
    "data": Expected(
        loops={
            "Offer": (-1, "buyers"),
            "Match": (-1, "buyers"),
            "Placement": (-1, "buyers"),
            "Saturation": (1, "buyers"),
        },
        extremes=(
            Extreme("no buyers: no data", "records", 0, _NOTHING, openings={"buyers": 0}),
            Extreme("nothing recorded: it shrinks", "buyers", 0, 0.2, {"records_each": 0}),
            Extreme("a cold start: too few buyers", "buyers", 0, 0.05, openings={"buyers": 2000}),
        ),
    ),
    "doom_loop": Expected(
        loops={
            "Doom": (1, "results"),
            "Quick fix": (-1, "results"),
            "Drifting goals": (-1, "results"),
            "Build-up": (-1, "results"),
        },
        extremes=(
            Extreme("calm: no new directions", "changes", 0, 0, {"reactivity": 0}),
            Extreme("panic: no momentum left", "momentum", 0, 0.5, {"reactivity": 60}),
        ),
        at_rest={"luck": 0, "ambition": 0},
    ),
    "limits": Expected(
        loops={
            "Growth": (-1, "customers"),
            "Attention": (1, "customers"),
            "Quality": (1, "customers"),
            "Labour": (1, "staff"),
            "Worn out": (1, "staff"),
            "Capital": (1, "sites"),
            "Investment": (-1, "customers"),
        },
        extremes=(
            Extreme("no customers: no orders", "orders", 0, _NOTHING, openings={"customers": 0}),
            Extreme("nobody to hire: it stays small", "customers", 0, 0.2, {"people_around": 100}),
            Extreme(
                "no cash and no profit: nothing is built",
                "opened",
                0,
                _NOTHING,
                {"profit_each": 0},
                {"cash": 0},
            ),
        ),
        piles=("cash",),
    ),
    "membership": Expected(
        loops={
            "Benefits": (-1, "members"),
            "Fast offers": (-1, "members"),
            "Habit": (-1, "members"),
            "Renewal": (-1, "members"),
            "Word of mouth": (-1, "members"),
            "Saturation": (1, "members"),
        },
        extremes=(
            Extreme(
                "nobody there and nobody tries: no members",
                "members",
                0,
                _NOTHING,
                {"tried": 0},
                {"members": 0},
            ),
            Extreme("an endless fee: few stay", "members", 0, _LITTLE, {"fee": 1e6}),
            Extreme(
                "no benefits, no offers: few stay",
                "members",
                0,
                _LITTLE,
                {
                    "spent_on_benefits": 0,
                    "offers_drawn": 0,
                },
            ),
        ),
    ),
    "napkin": Expected(
        loops={"Selection": (-1, "traffic"), "Cost": (-1, "traffic")},
        extremes=(
            Extreme(
                "nobody who could come: no traffic",
                "traffic",
                0,
                _LITTLE,
                {"audience": 0},
                {"traffic": 0},
            ),
            Extreme("no sellers: little choice", "traffic", 0, 0.3, {"sellers_drawn": 0}),
            Extreme(
                "an endless price: nobody comes", "traffic", 0, _LITTLE, {"handling_cost": 1e9}
            ),
        ),
    ),
    "rented": Expected(
        loops={
            "Advertising": (-1, "customers"),
            "Rising cost": (1, "customers"),
            "Exhaustion": (1, "customers"),
            "Churn": (1, "customers"),
        },
        extremes=(
            Extreme("no customers: no revenue", "revenue", 0, 0, openings={"customers": 0}),
            Extreme("no advertising: it runs down", "customers", 0, 0.02, {"ad_share": 0}),
            Extreme("endless bids: nobody is won", "won", 0, 1e-6, {"first_cost": 1e12}),
        ),
        piles=("cash",),
    ),
    "retail": Expected(
        loops={
            "Selection": (-1, "orders"),
            "Scale": (-1, "orders"),
            "Delivery": (-1, "orders"),
            "Word of mouth": (-1, "orders"),
            "Saturation": (1, "customers"),
            "Congestion": (1, "orders"),
            "Seller crowding": (1, "sellers"),
        },
        extremes=(
            Extreme("no customers: no orders", "orders", 0, _NOTHING, openings={"customers": 0}),
            Extreme(
                "no sellers: no third-party share",
                "third_party_share",
                0,
                _NOTHING,
                {"sellers_drawn": 0},
                {"sellers": 0},
            ),
            Extreme("an endless price: no orders", "orders", 0, 1e-3, {"variable_cost": 1e9}),
            Extreme(
                "no marketplace: sellers stay apart",
                "third_party_share",
                0,
                0.5,
                {"marketplace": 0},
            ),
            Extreme("no fulfilment: a lower share", "third_party_share", 0, 0.8, {"fulfilment": 0}),
            Extreme("no membership: fewer orders", "orders", 0, 0.9, {"prime": 0}),
        ),
        at_rest={"marketplace": 0, "fulfilment": 0, "prime": 0},
        piles=("cash",),
    ),
    "word_of_mouth": Expected(
        loops={
            "Word of mouth": (-1, "users"),
            "Usefulness": (-1, "users"),
            "Saturation": (1, "users"),
            "Leaving": (1, "users"),
        },
        extremes=(
            Extreme("no users: nobody is invited", "users", 0, 0, openings={"users": 0}),
            Extreme(
                "past the tipping point: nearly all", "users", 1e4, 2e5, openings={"users": 2e4}
            ),
        ),
        setting={"push": 500},
    ),
}
"""By the name of each model of the library."""
