"""What a noun of a business is: what piles up, and who does something."""

from __future__ import annotations

import re

# What piles up or drains away, rather than jumping: the first choice for a stock on a loop.
_PILES_UP = frozenset(
    "awareness brand capacity cash community content data debt employees experience fleet goodwill "
    "habit installed inventory knowledge listings momentum offers people products reputation "
    "restaurants selection shops skill staff stock stores talent trust warehouses".split()
)
_PEOPLE = frozenset("families fans friends guests households people regulars".split())
# Who does something is named so (renters, investors, artists, clients); so are a few things.
_WHO_DOES = re.compile(r"\w{2,}(?:(?<!m)ents|ants|ers|ors|ists)")
_THINGS = frozenset(
    "answers banners barriers burgers centers chargers computers containers corners counters "
    "covers dinners drawers filters flyers folders layers letters meters newsletters numbers "
    "offers orders others papers parameters powers preorders printers quarters reorders rivers "
    "scooters servers stickers towers trackers trailers transfers triggers vouchers colors "
    "doors errors factors favors floors indicators mirrors monitors motors processors sectors "
    "sensors tractors accents accidents cents components contents events incidents ingredients "
    "patents percents rents croissants grants pants plants restaurants variants wants "
    "checklists lists playlists waitlists wishlists".split()
)


def piles_up(variable: str) -> bool:
    """Whether there is more of it or less, and it does not jump: `customers`, `trust`."""
    words = re.findall(r"[a-z]+", variable.lower())
    return not _PILES_UP.isdisjoint(words) or counts_people(variable)


def counts_people(variable: str) -> bool:
    """Whether it counts those who do something: `listeners`, `club members`; `orders` do not."""
    return any(
        word in _PEOPLE or (_WHO_DOES.fullmatch(word) and word not in _THINGS)
        for word in re.findall(r"[a-z]+", variable.lower())
    )
