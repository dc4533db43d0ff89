"""Archetypes: each found where it is, and not found where it nearly is."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flywheel_edu.causal.archetypes import SHAPES, archetypes
from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.causal.sketch import read_sketch
from flywheel_edu.flywheels import library, load
from flywheel_edu.model import Model

# For each archetype: the drawing of the textbooks in business words, who plays which part, and
# drawings that come near it, each with what it lacks.
LIMITS = """
customers -> word of mouth + -> customers +
customers -> waiting + -> customers -
staff -> waiting -
"""
UNDERINVESTMENT = """
customers -> word of mouth + -> customers +
customers -> delivery time + -> customers -
delivery time -> wish for warehouses + -> warehouses being built + -> warehouses + delayed
warehouses -> delivery time -
standard of service -> wish for warehouses -
"""
SUCCESS = """
share given to books -> money for books + -> sales of books + -> share given to books +
share given to books -> money for toys - -> sales of toys + -> share given to books -
"""
SUCCESS_APART = """
money for books -> sales of books + -> money for books +
money for toys -> sales of toys + -> money for toys +
money for books -> money for toys -
money for toys -> money for books -
"""
BURDEN = """
late parcels -> overtime + -> late parcels -
late parcels -> better planning + -> late parcels - delayed
overtime -> tired planners + -> better planning -
"""
FIXES = """
cash shortage -> price cuts for a day + -> cash shortage -
price cuts for a day -> customers waiting for cuts + -> cash shortage + delayed
"""
GOALS = """
delivery target -> gap in delivery +
delivery speed -> gap in delivery -
gap in delivery -> work on delivery + -> delivery speed + delayed
gap in delivery -> pressure to lower the target + -> delivery target -
"""
ESCALATION = """
our share of market compared to theirs -> our advertising - -> our sales + -> \
our share of market compared to theirs +
our share of market compared to theirs -> their advertising + -> their sales + -> \
our share of market compared to theirs -
"""
ESCALATION_APART = """
our threat -> our price cuts + -> our sales + -> our threat -
their threat -> their price cuts + -> their sales + -> their threat -
our sales -> their threat +
their sales -> our threat +
"""
COMMONS = """
sellers of toys -> income of toys + -> sellers of toys +
sellers of books -> income of books + -> sellers of books +
sellers of toys -> crowd on the page +
sellers of books -> crowd on the page +
crowd on the page -> notice each gets -
notice each gets -> income of toys +
notice each gets -> income of books +
"""
ADVERSARIES = """
our sales -> our help for the seller + -> sales of the seller +
sales of the seller -> help of the seller for us + -> our sales +
our sales -> own brand - -> our sales +
own brand -> sales of the seller -
sales of the seller -> sales elsewhere - -> sales of the seller +
sales elsewhere -> our sales -
"""

FOUND = [
    ("limits to growth", LIMITS, {"growing": "customers", "slowing": "waiting", "limit": "staff"}),
    (
        "limits to growth",
        # The classic with the growth rate in both loops.
        "people -> births + -> people +\npeople -> room - -> births +\nplaces -> room +",
        {"growing": "people", "slowing": "room", "limit": "places"},
    ),
    (
        "growth and underinvestment",
        UNDERINVESTMENT,
        {"growing": "customers", "slowing": "delivery time", "capacity": "warehouses"},
    ),
    (
        "success to the successful",
        SUCCESS,
        {
            "one": "sales of books",
            "other": "sales of toys",
            "divided by": "share given to books",
        },
    ),
    (
        "success to the successful",
        SUCCESS_APART,
        {"one": "money for books", "other": "money for toys"},
    ),
    (
        "shifting the burden",
        BURDEN,
        {"symptom": "late parcels", "quick fix": "overtime", "solution": "better planning"},
    ),
    (
        "fixes that fail",
        FIXES,
        {
            "symptom": "cash shortage",
            "fix": "price cuts for a day",
            "consequence": "customers waiting for cuts",
        },
    ),
    (
        "eroding goals",
        GOALS,
        {"gap": "gap in delivery", "goal": "delivery target", "state": "delivery speed"},
    ),
    (
        "escalation",
        ESCALATION,
        {
            "one": "our sales",
            "other": "their sales",
            "compared by": "our share of market compared to theirs",
        },
    ),
    ("escalation", ESCALATION_APART, {"one": "our sales", "other": "their sales"}),
    (
        "tragedy of the commons",
        COMMONS,
        {"commons": "crowd on the page", "one": "income of toys", "other": "income of books"},
    ),
    (
        "accidental adversaries",
        ADVERSARIES,
        {
            "one": "our sales",
            "other": "sales of the seller",
            "the one's repair": "own brand",
            "the other's repair": "sales elsewhere",
        },
    ),
]

# As Senge ("The Fifth Discipline", 1990, appendix 2), Kim ("Systems Archetypes I", 1992) and, for
# the last, Kemeny (in "The Fifth Discipline Fieldbook", 1994) draw them, with their words.
TEXTBOOK = {
    "limits to growth": """
growing action -> condition + -> growing action +
condition -> slowing action + -> condition -
limiting condition -> slowing action +
""",
    "growth and underinvestment": """
growth effort -> demand + -> growth effort +
demand -> performance - -> demand +
performance -> perceived need to invest -
performance standard -> perceived need to invest +
perceived need to invest -> investment in capacity + -> capacity + delayed
capacity -> performance +
""",
    "success to the successful": """
allocation to A instead of B -> resources to A + -> success of A + -> allocation to A instead of B +
allocation to A instead of B -> resources to B - -> success of B + -> allocation to A instead of B -
""",
    "shifting the burden": """
problem symptom -> symptomatic solution + -> problem symptom -
problem symptom -> fundamental solution + -> problem symptom - delayed
symptomatic solution -> side effect + -> fundamental solution -
""",
    "fixes that fail": """
problem symptom -> fix + -> problem symptom -
fix -> unintended consequence + -> problem symptom + delayed
""",
    "eroding goals": """
goal -> gap +
actual -> gap -
gap -> pressure to adjust + -> goal -
gap -> corrective action + -> actual + delayed
""",
    "escalation": """
A's result -> A's position relative to B's +
B's result -> A's position relative to B's -
A's position relative to B's -> threat to A - -> activity by A + -> A's result +
A's position relative to B's -> threat to B + -> activity by B + -> B's result +
""",
    "tragedy of the commons": """
A's activity -> net gains for A + -> A's activity +
B's activity -> net gains for B + -> B's activity +
A's activity -> total activity +
B's activity -> total activity +
total activity -> gain per individual activity -
resource limit -> gain per individual activity +
gain per individual activity -> net gains for A +
gain per individual activity -> net gains for B +
""",
    "accidental adversaries": """
A's success -> A's activity in B's favour + -> B's success +
B's success -> B's activity in A's favour + -> A's success +
A's success -> A's fix - -> A's success +
B's success -> B's fix - -> B's success +
A's fix -> B's success -
B's fix -> A's success -
""",
}
# What once was taken for an archetype, or for another one.
TAKEN_FOR = [
    (
        "a two-sided platform",
        "riders -> waiting + -> riders -\ndrivers -> waiting -\n"
        "drivers -> idle time + -> drivers -\nriders -> idle time -",
        [],
    ),
    ("a limit that is not drawn", LIMITS.replace("staff -> waiting -", ""), ["limits to growth"]),
    (
        "a goal that sinks, and the work with it",
        "speed -> gap in speed -\ndelivery promise -> gap in speed +\n"
        "gap in speed -> excuses + -> delivery promise -\n"
        "delivery promise -> work on speed + -> speed + delayed",
        ["eroding goals"],
    ),
    (
        "a gap closed twice",
        "staff -> gap - -> hiring + -> staff +\ngap -> temporary staff + -> gap -",
        [],
    ),
    ("one brake with two limits", LIMITS + "tables -> waiting -", ["limits to growth"]),
    (
        "rivals for one market, each with its own brake",
        "our shops -> our crowding + -> our shops -\ntheir shops -> their crowding + -> "
        "their shops -",
        [],
    ),
]

NEARLY = [
    (
        "limits to growth",
        "the brake holds something else",
        LIMITS.replace("customers -> waiting + -> customers -", "guests -> waiting + -> guests -"),
    ),
    (
        "limits to growth",
        "nothing grows",
        LIMITS.replace("word of mouth + ->", "word of mouth - ->"),
    ),
    (
        "limits to growth",
        "the limit grows with the customers",
        LIMITS + "customers -> staff +",
    ),
    (
        "growth and underinvestment",
        "the capacity is there at once",
        UNDERINVESTMENT.replace(" delayed", ""),
    ),
    (
        "growth and underinvestment",
        "nobody builds",
        UNDERINVESTMENT.replace(
            "delivery time -> wish for warehouses + ->", "wish for warehouses ->"
        ),
    ),
    (
        "success to the successful",
        "two loops feed one quantity, and neither takes from the other",
        SUCCESS.replace("money for toys - ->", "money for toys + ->").replace(
            "share given to books -\n", "share given to books +\n"
        ),
    ),
    (
        "success to the successful",
        "a cost loop and a selection loop are no rivals",
        "customers -> sellers + -> selection + -> customers +\n"
        "customers -> unit cost - -> price + -> customers -",
    ),
    (
        "success to the successful",
        "only one side takes from the other",
        SUCCESS_APART.replace("money for toys -> money for books -", ""),
    ),
    (
        "shifting the burden",
        "the quick fix has no side effect",
        BURDEN.replace("overtime -> tired planners + -> better planning -", ""),
    ),
    (
        "shifting the burden",
        "the side effect helps the solution",
        BURDEN.replace("tired planners + -> better planning -", "rest + -> better planning +"),
    ),
    ("fixes that fail", "the consequence comes at once", FIXES.replace(" delayed", "")),
    (
        "fixes that fail",
        "the consequence helps too",
        FIXES.replace("cash shortage + delayed", "cash shortage - delayed"),
    ),
    (
        "eroding goals",
        "the target stays where it is",
        GOALS.replace("gap in delivery -> pressure to lower the target + -> delivery target -", ""),
    ),
    (
        "eroding goals",
        "two ways to hold a stock are no goal that sinks",
        "stock of goods -> production - -> stock of goods +\n"
        "stock of goods -> shipments + -> stock of goods -",
    ),
    (
        "escalation",
        "what calms one side calms the other",
        ESCALATION_APART.replace("our sales -> their threat +", "our sales -> their threat -"),
    ),
    (
        "escalation",
        "production and shipments are no rivals",
        "stock of goods -> production - -> stock of goods +\n"
        "stock of goods -> shipments + -> stock of goods -",
    ),
    (
        "tragedy of the commons",
        "each has a crowd of its own",
        COMMONS.replace(
            "sellers of books -> crowd on the page +", "sellers of books -> other crowd +"
        ).replace("notice each gets -> income of books +", "other crowd -> income of books -"),
    ),
    (
        "tragedy of the commons",
        "there is room for all",
        COMMONS.replace(
            "crowd on the page -> notice each gets -", "crowd on the page -> notice each gets +"
        ),
    ),
    (
        "accidental adversaries",
        "one repair harms nobody",
        ADVERSARIES.replace("own brand -> sales of the seller -", ""),
    ),
    (
        "accidental adversaries",
        "they were never partners",
        ADVERSARIES.replace(
            "sales of the seller -> help of the seller for us + -> our sales +", ""
        ),
    ),
]


def names(text):
    return [found.name for found in archetypes(read_sketch(text))]


@pytest.mark.parametrize(("name", "text", "roles"), FOUND)
def test_an_archetype_is_found_with_who_plays_which_part(name, text, roles):
    hits = [found for found in archetypes(read_sketch(text)) if found.name == name]
    assert [dict(hit.roles) for hit in hits] == [roles]


@pytest.mark.parametrize(("name", "why", "text"), NEARLY, ids=[f"{n}: {w}" for n, w, _ in NEARLY])
def test_what_only_comes_near_an_archetype_is_not_taken_for_it(name, why, text):
    assert name not in names(text), why


def test_every_archetype_has_a_drawing_that_is_one_and_drawings_that_nearly_are():
    assert {name for name, *_ in FOUND} == set(SHAPES)
    assert {name for name, *_ in NEARLY} == set(SHAPES)


@pytest.mark.parametrize("text", dict.fromkeys(text for _, text, _ in FOUND))
def test_a_drawing_of_one_archetype_is_not_taken_for_another(text):
    assert len(set(names(text))) == 1


@pytest.mark.parametrize("name", SHAPES)
def test_the_drawing_of_the_textbook_is_taken_for_what_it_is_and_nothing_else(name):
    assert names(TEXTBOOK[name]) == [name]


@pytest.mark.parametrize(("what", "text", "found"), TAKEN_FOR, ids=[w for w, *_ in TAKEN_FOR])
def test_a_drawing_is_not_taken_for_what_it_is_not(what, text, found):
    assert names(text) == found, what


def test_a_limit_that_is_not_drawn_is_asked_for():
    (found,) = archetypes(read_sketch(LIMITS.replace("staff -> waiting -", "")))
    assert "limit" not in dict(found.roles)
    assert found.story.endswith("how far it can go hangs on something that is not drawn.")
    assert found.remedy.endswith("Ask what makes waiting scarce, crowded or dear, and draw it.")


@pytest.mark.parametrize("name", library())
def test_a_model_of_the_library_shows_each_pattern_once(name):
    found = archetypes(causal_graph(load(name)))
    assert len(found) <= 2
    assert len({hit.roles[1] for hit in found}) == len(found)


def test_a_story_and_a_remedy_are_told_in_the_words_of_the_drawing():
    (found,) = archetypes(read_sketch(BURDEN))
    assert str(found) == (
        "Shifting the burden. There are two answers to late parcels: overtime (B1), which is\n"
        "quick, and better planning (B2), which lasts. The quick one weakens the lasting one by\n"
        "way of tired planners, so that next time only the quick one is left.\n"
        "  what to do: Use overtime to win time, if at all, and put that time into better\n"
        "    planning. Say beforehand when the fix ends."
    )
    assert found.quantities == ("late parcels", "overtime", "better planning")


STORIES = {
    "limits to growth": (
        LIMITS,
        "R1 makes customers grow (customers -> word of mouth -> customers). The further this goes, "
        "the harder B1 pushes back by way of waiting; how far it can go hangs on staff.",
    ),
    "growth and underinvestment": (
        UNDERINVESTMENT,
        "R1 makes customers grow; B1 slows this by way of delivery time. B2 answers by building "
        "warehouses, but only once it hurts, and late: by then the growth that would have paid "
        "for it is gone.",
    ),
    "success to the successful": (
        SUCCESS,
        "R1 feeds sales of books and R2 feeds sales of toys, each at the other's cost. Whichever "
        "starts a little ahead gets more, and then more still: the end shows who was lucky first, "
        "not who was better.",
    ),
    "fixes that fail": (
        FIXES,
        "The answer to cash shortage is price cuts for a day: this helps at once (B1). Later, by "
        "way of customers waiting for cuts, it makes things worse (R1), and more of the same is "
        "called for.",
    ),
    "eroding goals": (
        GOALS,
        "Gap in delivery can be closed by raising delivery speed (B2), which is work, or by "
        "lowering delivery target (B1), which is not. Where the work takes long the goal sinks, "
        "a little each time, and nobody notices.",
    ),
    "escalation": (
        ESCALATION_APART,
        "Each side only wants to hold its own (B1, B2), but what makes one feel safe makes the "
        "other feel behind: more of our sales is answered by more of their sales, and that by "
        "more of the first again. Both run, neither gains.",
    ),
    "tragedy of the commons": (
        COMMONS,
        "R1 and R2 each grow by themselves, and both load crowd on the page. What it then gives "
        "falls for both (B1, B2), but for each alone it still pays to take more.",
    ),
    "accidental adversaries": (
        ADVERSARIES,
        "Our sales and sales of the seller lift each other (R1). When one falls short it helps "
        "itself by own brand, which hurts the other; that one answers with sales elsewhere, and "
        "partners end as adversaries without wanting to.",
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_each_archetype_tells_its_story(name):
    text, story = STORIES[name]
    assert [hit.story for hit in archetypes(read_sketch(text))] == [story]


def test_arrows_of_open_sign_make_no_archetype():
    assert (
        names(
            LIMITS.replace("waiting -\n", "waiting ?\n").replace("customers -\n", "customers ?\n")
        )
        == []
    )


def test_in_a_model_a_stock_that_drains_is_no_limit_and_a_full_market_is():
    model = Model.parse("""
time year from 0 to 40 step 0.25
stock people [person] = 10
    + births
    - deaths
births [person/year] = people * birth_rate * room
deaths [person/year] = people / lifetime
room [1] = max(0, 1 - people / places)
given birth_rate [1/year] = 0.3 in 0 .. 1
given lifetime [year] = 60 in 1 .. 100
given places [person] = 1000 in 1 .. 5000
""")
    found = archetypes(causal_graph(model))
    assert [dict(hit.roles)["limit"] for hit in found] == ["places"]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", library())
def test_library_models_are_searched(name):
    graph = causal_graph(load(name))
    found = archetypes(graph)
    for hit in found:
        assert hit.story.endswith(".")
        assert hit.remedy.endswith(".")
        assert set(hit.quantities) <= set(graph)


arrows = st.dictionaries(
    st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")),
    st.tuples(st.sampled_from([1, -1, None]), st.booleans()),
    max_size=22,
)


@given(arrows)
def test_any_graph_can_be_searched_and_every_loop_of_a_hit_is_there(drawn):
    graph = nx.DiGraph()
    for (cause, effect), (sign, delay) in drawn.items():
        graph.add_edge(cause, effect, sign=sign, delay=delay)
    for found in archetypes(graph):
        assert all(graph.has_edge(*arrow) for loop in found.loops for arrow in loop.edges)
        assert found.story
        assert found.remedy


@given(arrows, st.permutations(list("abcdefg")))
def test_what_is_found_does_not_depend_on_what_quantities_are_called(drawn, names):
    # Only structure counts here: single letters share no words and name no goals.
    called = dict(zip("abcdefg", names, strict=True))
    one, other = nx.DiGraph(), nx.DiGraph()
    for (cause, effect), (sign, delay) in drawn.items():
        one.add_edge(cause, effect, sign=sign, delay=delay)
        other.add_edge(called[cause], called[effect], sign=sign, delay=delay)
    assert {f.name for f in archetypes(one)} == {f.name for f in archetypes(other)}
