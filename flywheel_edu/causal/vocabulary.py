"""What the words of a quantity's name say about it: an action, a direction, two things in one.

Short lists of English words, chosen so that what they catch is wrong more often than right. A word
that is as often a noun as a verb (order, price, sales, use) counts as a noun.
"""

from __future__ import annotations

import re
from itertools import pairwise

ACTIONS = frozenset(
    """
    achieve acquire add attract become bring build buy convert create decrease deliver develop
    drive earn enable encourage engage expand extend find generate get give grow hire improve
    increase inspire invent invest join keep learn leave lower lose make maximise maximize minimise
    minimize optimise optimize pay produce provide put raise recruit reduce reinvest retain save
    sell send serve spend stop strengthen win
    """.split()
)
# Nouns in a short name, verbs before an object: "design quality", but "design new chips".
ACTIONS_BEFORE_AN_OBJECT = frozenset(
    """
    boost cut design hand harvest help launch offer open order plan price ship set start use
    """.split()
)
ACTIONS_INSIDE = frozenset(
    """
    attracts become becomes brings buy buys come comes crave draws get gets join joins leave pays
    sells want wants
    """.split()
)
NOUNS_AFTER_ONE = frozenset(("buy", "leave", "want"))  # "customers leave", but "sick leave"
# After a noun: "spend per visit"; and after what is a noun or a verb: "help from users".
AFTER_A_NOUN = frozenset(("of", "per"))
AFTER_EITHER = AFTER_A_NOUN | frozenset("at by for from in on to with".split())
SEVERAL = frozenset("children crew folk men people police staff that they we who women you".split())
DIRECTIONS = frozenset(
    """
    more less fewer lower higher better worse faster slower greater bigger smaller larger cheaper
    stronger weaker wider broader up down increasing decreasing growing shrinking rising falling
    declining improving worsening increased decreased reduced improved lowered raised expanded
    high low great good bad poor superior (+) (-)
    """.split()
)
CHANGES = re.compile(
    r"(?:increase|decrease|rise|drop|fall|decline|reduction|improvement) (?:in|of) "
)
SET_PHRASES = re.compile(
    r"\b(?:research and development|wear and tear|supply and demand|profit and loss|"
    r"mergers and acquisitions|terms and conditions|trial and error|health and safety|"
    r"high street|high season|low season|fast food|good will|more or less|up front|start up)\b"
)
SLOW = re.compile(
    r"\b(?:brand|buildings?|capacity|construction|culture|development|employees|expertise|"
    r"factor(?:y|ies)|fulfil?lment centres?|habits?|hiring|infrastructure|learning|loyalty|morale|"
    r"perceived|perceptions?|r&d|recruitment|reputation|research|skills?|staff|talent|training|"
    r"trust|warehouses?|workforce)\b"
    r"(?! (?:costs?|prices?|spending|budget|fees?|use|utili[sz]ation))"
)
STEPS = re.compile(
    r"(?:step|stage|phase|year|quarter|month|week|day) (?:\d+|one|two|three|four|five)\b|"
    r"(?:launch|kick-?off|opening|announcement|decision|merger|start|finish|ipo)"
    r"(?: (?:of|to)\b.*)?$"
)
# One of a row, or one whom a business knows as one.
ONE_THING = re.compile(
    r"(?:another|second|third|fourth) [a-z]+|(?:(?:the|our|my) )?(?:accountant|boss|founder|"
    r"government|landlady|landlord|lender|owner|regulator|wholesaler)"
)
ORDER = frozenset("then finally afterwards before after".split())
LACKS = re.compile(r"(?:no|not|non|lack of|absence of|loss of|dissatisfaction|unhappiness)\b")
_FILLERS = frozenset("a an the of in to for number amount level".split())


def spoken(name: str) -> str:
    """A name in lower case, words apart, with set phrases as they stand."""
    return " ".join(name.replace("_", " ").lower().split())


def action_in(name: str) -> str:
    """The verb that makes the name an action, or the empty string.

    >>> action_in("attract third-party sellers"), action_in("sellers join FBA")
    ('attract', 'join')
    >>> action_in("order size"), action_in("sick leave"), action_in("staff leave")
    ('', '', 'leave')
    >>> action_in("price of a loaf"), action_in("spend per visit"), action_in("open the shop")
    ('', '', 'open')
    """
    words = SET_PHRASES.sub("", spoken(name)).split()
    if not words:
        return ""
    first, second = words[0], (*words, "")[1]
    if first in ACTIONS - DIRECTIONS and second not in ("", *AFTER_A_NOUN):
        return first
    if first in ACTIONS_BEFORE_AN_OBJECT and len(words) > 2 and second not in AFTER_EITHER:
        return first
    for before, word in pairwise(words):
        several = before in SEVERAL or _singular(before) != before
        if word in ACTIONS_INSIDE and (several or word not in NOUNS_AFTER_ONE):
            return word
    return ""


def direction_in(name: str) -> tuple[str, str]:
    """The word that gives the name a direction, and the name without it; two empty strings if none.

    >>> direction_in("lower cost structure"), direction_in("increase in demand")
    (('lower', 'cost structure'), ('increase in', 'demand'))
    >>> direction_in("price"), direction_in("high street shops")
    (('', ''), ('', ''))
    """
    text = spoken(name)
    change = CHANGES.match(text)
    if change:
        return change[0].strip(), text[change.end() :]
    words = text.split()
    kept = SET_PHRASES.sub("", text).split()
    for before, word in zip(["", *words], words, strict=False):
        if word in ("up", "down") and before.endswith("ed"):
            continue  # used up, slowed down: a state, not a direction
        if word in DIRECTIONS and word in kept and len(words) > 1:
            rest = [other for other in words if other != word]
            return word, " ".join(rest).removeprefix("out of ").removeprefix("of ")
    return "", ""


def parts_of(name: str) -> tuple[str, ...]:
    """The several things a name holds; empty where it holds one.

    >>> parts_of("selection and convenience"), parts_of("research and development spending")
    (('selection', 'convenience'), ())
    """
    text = SET_PHRASES.sub(lambda found: found[0].replace(" ", "_"), spoken(name))
    parts = re.split(r"\s*,\s*(?:and |or )?|\s+/\s+|\s+&\s+|\s+and\s+|\s+or\s+", text)
    parts = [part.replace("_", " ") for part in parts if part]
    return tuple(parts) if len(parts) > 1 else ()


def takes_time(name: str) -> bool:
    """Whether such a thing is built up slowly: capacity, trust, skills."""
    return bool(SLOW.search(spoken(name)))


def is_a_step(name: str) -> bool:
    """Whether the name is a moment or a place in an order of events, not a quantity.

    >>> is_a_step("phase 2"), is_a_step("launch of Prime"), is_a_step("launch costs")
    (True, True, False)
    """
    text = spoken(name)
    return bool(STEPS.match(text)) or not ORDER.isdisjoint(text.split())


def is_one_thing(name: str) -> bool:
    """Whether the name is that of one thing or person, which can neither rise nor fall.

    >>> is_one_thing("second oven"), is_one_thing("the landlord"), is_one_thing("second visits")
    (True, True, False)
    """
    text = spoken(name)
    return bool(ONE_THING.fullmatch(text)) and _singular(text) == text


def lacks_something(name: str) -> bool:
    """Whether the name is that of a lack, so that less of it is more of something."""
    return bool(LACKS.match(spoken(name)))


def essence(name: str) -> tuple[str, ...]:
    """What is left of a name without directions, fillers and plurals: alike for like names.

    >>> essence("Number of customers") == essence("more customer")
    True
    """
    words = [word for word in spoken(name).split() if word not in DIRECTIONS | _FILLERS]
    return tuple(_singular(word) for word in words)


def _singular(word: str) -> str:
    """One of them: ``categories`` becomes ``category``."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word
