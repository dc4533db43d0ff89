"""Loops That Matter: published numbers, closed forms, an outside witness, and plain facts."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flywheel_edu.causal.dominance import dominance
from flywheel_edu.causal.graph import causal_graph, known_loops
from flywheel_edu.causal.loops import Loops
from flywheel_edu.causal.scores import dominant_sets, flow_score, link_score, relative_scores
from flywheel_edu.errors import FlywheelError
from flywheel_edu.flywheels import library, load
from flywheel_edu.model import Model
from flywheel_edu.simulate import simulate
from tests.causal.witness import loop_shares

HERE = Path(__file__).parent
PUBLISHED = json.loads((HERE / "ltm_published.json").read_text("utf-8"))
BENCHMARK = HERE.parent / "models" / "benchmark.flywheel"

# Schoenberg and others (2020), section 7: a million people, one adopter, a hundred contacts a
# year, 1.5 % of which convince.
BASS = Model.parse("""
time year from 0 to 15 step 0.0625
stock potential_adopters [person] = 999999
    - adopting
stock adopters [person] = 1
    + adopting
probability_of_contact [1] = potential_adopters / market_size
adopter_contacts [person/year] = adopters * contact_rate
contacts_with_adopters [person/year] = adopter_contacts * probability_of_contact
adopting [person/year] = contacts_with_adopters * adoption_fraction
given market_size [person] = 1000000
given contact_rate [1/year] = 100
given adoption_fraction [1] = 0.015 in 0 .. 1
""")


def village(step=0.25, start=10.0, more=""):
    """Logistic growth: births slow as places fill."""
    return Model.parse(f"""
time year from 0 to 40 step {step}
stock people [person] = {start}
    + births
births [person/year] = people * birth_rate * room
room [1] = max(0, 1 - people / places)
given birth_rate [1/year] = 0.3 in 0 .. 1
given places [person] = 1000 in 1 .. 5000
loop "Growth" = people -> births -> people
loop "Crowding" = people -> room -> births -> people
{more}""")


# --- published numbers


@pytest.mark.parametrize("table", ["2020_T1", "2020_T2"])
def test_link_scores_are_those_of_the_published_tables(table):
    published = PUBLISHED["link_tables"][table]
    equations = {
        "2020_T1": lambda x, y: 2 * x + y,
        "2020_T2": lambda w, x, y: (w + x) / y,
    }
    f, before, after = equations[table], published["from"], published["to"]
    change = np.array([f(*after) - f(*before)])
    for i, (name, expected) in enumerate(published["LS"].items()):
        moved = [*before[:i], after[i], *before[i + 1 :]]
        partial = np.array([f(*moved) - f(*before)])
        score = link_score(partial, change, np.array([float(after[i] - before[i])]))
        assert score[0] == pytest.approx(expected, rel=1e-12), name


def test_flow_scores_are_those_of_the_published_tables_of_2023():
    published = PUBLISHED["link_tables"]["2023_T1-3"]
    (in_0, in_1), (out_0, out_1) = published["in"], published["out"]
    bend = np.array([(in_1 - in_0) - (out_1 - out_0)], dtype=float)
    assert flow_score(1, np.array([in_1 - in_0]), bend)[0] == published["new_eq"]["in"]
    assert flow_score(-1, np.array([out_1 - out_0]), bend)[0] == published["new_eq"]["out"]


def bass_scores(moment):
    """Scores and shares of the reinforcing and the balancing loop at one moment."""
    found = dominance(simulate(BASS))
    row = round(moment / 0.0625)
    by_kind = {loop.kind: i for i, loop in enumerate(found.found)}
    r, b = by_kind["reinforcing"], by_kind["balancing"]
    return [
        found.scores[b][row],
        found.scores[r][row],
        found.shares[b][row],
        found.shares[r][row],
    ]


@pytest.mark.parametrize("label", PUBLISHED["bass"]["published"])
def test_bass_loop_scores_hold_to_their_printed_digits(label):
    # A published label belongs to the step that begins there; ours to the step that ends.
    moment = min(float(label) + 0.0625, 15.0)
    for ours, printed in zip(
        bass_scores(moment), PUBLISHED["bass"]["published"][label], strict=True
    ):
        # The paper prints four digits, or three decimals: 9806, 11.46, -0.465, -1.000.
        decimals = len(str(printed).partition(".")[2]) or (0 if abs(printed) > 1 else 3)
        assert round(ours, decimals) == printed, label


@pytest.mark.parametrize("moment", PUBLISHED["bass"]["computed"])
def test_bass_loop_scores_equal_those_computed_elsewhere(moment):
    expected = PUBLISHED["bass"]["computed"][moment]
    b, r, b_share, r_share = bass_scores(float(moment))
    assert [r, r_share] == pytest.approx(expected["R1"], rel=1e-6)
    assert [b, b_share] == pytest.approx(expected["B1"], rel=1e-6)


def test_logistic_shares_are_the_empty_and_the_full_part_of_the_village():
    # births = a P (1 - P/K): when P moves by d, growth moves births by a d (1 - P/K) and crowding
    # by -a P d/K, with P as it was before. Hence the shares 1 - P/K and -P/K, to the last digit.
    run = simulate(village())
    found = dominance(run)
    full = run["people"][:-1] / 1000
    np.testing.assert_allclose(found.relative["R1"].to_numpy()[1:], 1 - full, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.relative["B1"].to_numpy()[1:], -full, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("step", [1 / 16, 1 / 128])
def test_logistic_dominance_turns_at_half_full_as_steps_get_small(step):
    # In closed form P = K / (1 + 99 exp(-0.3 t)) passes K/2 at ln(99) / 0.3; Euler's method comes
    # late by some steps.
    found = dominance(simulate(village(step=step)))
    turn = next(lead.start for lead in found.lead() if lead.loop.title == "Crowding")
    assert 0 < turn - np.log(99) / 0.3 < 4.5 * step


# --- an outside witness


@pytest.mark.parametrize("name", library())
def test_shares_equal_those_of_pysimlin_on_every_library_model(name, tmp_path):
    agree_with_pysimlin(load(name), tmp_path)


def test_shares_equal_those_of_pysimlin_on_the_benchmark_model(tmp_path):
    agree_with_pysimlin(Model.parse(BENCHMARK.read_text("utf-8")), tmp_path)


def test_shares_equal_those_of_pysimlin_where_the_clock_plays_in(tmp_path):
    pushed = village(
        more="""
stock visitors [person] = 5
    + arrivals
    - departures
arrivals [person/year] = people * invited + step(push, push_from)
departures [person/year] = visitors / stay if time > push_from else visitors / long_stay
given invited [1/year] = 0.1
given push [person/year] = 30
given push_from [year] = 10
given stay [year] = 2
given long_stay [year] = 5
"""
    )
    agree_with_pysimlin(pushed, tmp_path)


def agree_with_pysimlin(model, folder):
    found = dominance(simulate(model), seconds=20)
    ours = {
        frozenset(loop.edges): share for loop, share in zip(found.found, found.shares, strict=True)
    }
    theirs = loop_shares(model, folder)
    assert set(theirs) == set(ours)
    for links, share in theirs.items():
        np.testing.assert_allclose(ours[links], share, atol=1e-9, err_msg=str(sorted(links)))


# --- facts


@pytest.mark.parametrize("rate", [-0.5, 0.001, 0.06, 3.0])
def test_a_loop_that_is_alone_scores_one_whatever_its_gain(rate):
    alone = Model.parse(f"""
time year from 0 to 5 step 0.125
stock savings [USD] = 100
    + interest
interest [USD/year] = savings * rate
given rate [1/year] = {rate}
""")
    scores = dominance(simulate(alone)).scores[0]
    assert scores[1:].tolist() == [np.sign(rate)] * 40


def test_at_equilibrium_every_score_is_zero_and_nothing_dominates():
    found = dominance(simulate(village(start=1000.0)))
    assert not found.scores.any()
    assert not found.shares.any()
    assert not found.dominant.to_numpy().any()
    assert str(found) == "No loop drives: nothing on a loop changes."


def test_splitting_a_computed_quantity_changes_no_loop_score():
    whole = village(step=0.125)
    split = whole.revise("""
room [1] = max(0, free)
free [1] = 1 - filled
filled [1] = people / places
births [person/year] = wish * room
wish [person/year] = people * birth_rate
""")
    one, other = dominance(simulate(whole)), dominance(simulate(split))
    for label in ("Growth", "Crowding"):
        name = one.found[label].name
        again = other.found[label].name
        np.testing.assert_allclose(one.loops[name], other.loops[again], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", library())
def test_shares_of_a_part_that_moves_add_up_to_one(name):
    found = dominance(simulate(load(name)))
    for part in set(found.parts):
        rows = np.flatnonzero(np.asarray(found.parts) == part)
        whole = np.abs(found.shares[rows]).sum(axis=0)
        assert np.all((np.abs(whole - 1) < 1e-12) | (whole == 0))


def test_at_an_inflection_raw_scores_blow_up_while_shares_pass_smoothly():
    found = dominance(simulate(BASS))
    raw = np.abs(found.scores).max(axis=0)
    assert raw.max() > 5000
    steps = np.abs(np.diff(found.shares[:, 2:], axis=1))
    assert steps.max() < 0.05


def test_links_that_feed_one_sum_share_its_change():
    model = Model.parse("""
time year from 0 to 3 step 1
stock one [1] = 1
    + a
stock two [1] = 1
    + b
a [1/year] = one * rate
b [1/year] = two * rate * thrice
total [1] = one + two
given rate [1/year] = 0.1
given thrice [1] = 3
""")
    links = dominance(simulate(model)).links
    shares = links["one", "total"] + links["two", "total"]
    assert shares.tolist()[1:] == pytest.approx([1, 1, 1])
    assert links["two", "total"].iloc[1] == pytest.approx(0.75)


def test_each_group_of_loops_that_is_apart_has_shares_of_its_own():
    two = village(
        more="""
stock savings [USD] = 100
    + interest
interest [USD/year] = savings * rate
given rate [1/year] = 0.02
"""
    )
    found = dominance(simulate(two))
    assert len(set(found.parts)) == 2
    alone = next(loop.name for loop in found.found if "savings" in loop.quantities)
    assert found.relative[alone].iloc[5] == 1.0


# --- the dominant set


shares_of_loops = st.lists(st.floats(-1, 1, width=16), min_size=1, max_size=6)


@settings(max_examples=200)
@given(shares_of_loops)
def test_the_dominant_set_is_the_smallest_with_half(values):
    scores = np.array(values, dtype=float)[:, None]
    parts = [0] * len(values)
    relative = relative_scores(scores, parts)
    chosen = dominant_sets(relative, parts)[:, 0]
    size = np.abs(relative[:, 0])
    if size.sum() == 0:
        assert not chosen.any()
        return
    assert size[chosen].sum() >= 0.5 - 1e-9
    smaller = itertools.combinations(size, int(chosen.sum()) - 1)
    assert all(sum(few) < 0.5 + 1e-9 for few in smaller)


def test_exactly_half_is_enough_to_dominate():
    scores = np.array([[2.0], [-1.0], [1.0]])
    assert dominant_sets(relative_scores(scores, [0] * 3), [0] * 3)[:, 0].tolist() == [
        True,
        False,
        False,
    ]


# --- tables, moments, words


def test_tables_have_a_row_for_each_moment_and_a_column_for_each_loop():
    run = simulate(village())
    found = dominance(run)
    for table in (found.loops, found.relative, found.dominant):
        assert list(table.columns) == ["R1", "B1"]
        assert table.index.name == "year"
        assert len(table) == len(run.time)
    assert found.links.columns.names == ["cause", "effect"]


def test_a_moment_has_links_widths_shares_and_the_dominant_loops():
    moment = dominance(simulate(village())).at(5.1)
    assert moment.time == 5.0
    assert moment.dominant == ("R1",)
    assert moment.widths["births", "people"] == pytest.approx(1.0)
    assert moment.widths["room", "births"] == pytest.approx(-moment.shares["B1"])
    assert moment.links["births", "people"] == 1.0


def test_a_moment_of_a_drawing_puts_links_together():
    found = dominance(simulate(village()))
    moment = found.at(5, show=["people", "room"])
    # What people do to themselves is not drawn.
    assert set(moment.links) == {("people", "room"), ("room", "people")}
    assert moment.links["people", "room"] == -1.0
    assert moment.widths["room", "people"] == pytest.approx(-moment.shares["B1"])


def test_a_moment_outside_the_run_is_refused():
    with pytest.raises(FlywheelError) as caught:
        dominance(simulate(village())).at(41)
    assert str(caught.value) == "the run has no year 41\n  hint: it goes from 0 to 40"


def test_as_seen_in_a_drawing_like_looking_loops_are_one_and_keep_the_letters_of_the_drawing():
    found = dominance(simulate(load("napkin")))
    seen = found.as_seen(["experience", "traffic", "sellers"])
    assert seen.found["Selection"].quantities == ("experience", "traffic", "sellers")
    drawn = {loop.name: loop.edges for loop in known_loops(load("napkin")).loops}
    assert seen.found["Selection"].name == "R1"
    assert "R1" in drawn
    np.testing.assert_allclose(
        seen.relative["R1"], found.relative[found.found["Selection"].name], rtol=1e-12
    )


def test_as_seen_with_everything_shown_nothing_changes():
    found = dominance(simulate(village()))
    seen = found.as_seen(tuple(found.run.model))
    assert seen.found == found.found
    np.testing.assert_array_equal(seen.shares, found.shares)


def test_who_leads_is_told_stretch_by_stretch():
    assert str(dominance(simulate(village()))) == (
        "Growth (R1) leads from year 0.25 to 15.75.\nCrowding (B1) leads from year 16 to 40."
    )


def test_moments_are_told_to_a_thousandth_of_the_time_line():
    fine = village().revise("time year from 2000 to 2040 step 0.0078125")
    assert str(dominance(simulate(fine))) == (
        "Growth (R1) leads from year 2000.01 to 2015.34.\n"
        "Crowding (B1) leads from year 2015.34 to 2040."
    )


def test_the_plot_says_in_words_which_loops_it_shows():
    alt = dominance(simulate(village())).plot(title="The village").alt
    assert alt.startswith("Chart: The village.")
    assert "Growth R1" in alt
    assert "Crowding B1" in alt


def test_a_plot_of_a_standstill_says_so():
    alt = dominance(simulate(village(start=1000.0))).plot().alt
    assert "nothing on a loop changes" in alt


# --- loops found once, and loops without end


def test_loops_are_found_once_for_all_values_of_the_givens():
    model = load("napkin")
    changed = model.change(**{model.givens[0]: model.given_values[model.givens[0]]})
    assert known_loops(changed).loops is known_loops(model).loops


def test_where_loops_are_too_many_the_strongest_are_added():
    model = Model.parse(BENCHMARK.read_text("utf-8"))
    run = simulate(model)
    every = dominance(run)
    some = dominance(run, most=5)
    assert some.found.truncated
    # The five shortest come first; the strongest of all are among those found by strength.
    named = {frozenset(loop.edges): loop for loop in some.found}
    weight = dict(zip(every.found, np.abs(every.shares).mean(axis=1), strict=True))
    strongest = sorted(weight, key=weight.get, reverse=True)[:8]
    assert sum(frozenset(loop.edges) in named for loop in strongest) >= 7
    assert len({loop.name for loop in some.found}) == len(some.found)
    graph = causal_graph(model)
    assert all(graph.has_edge(*link) for loop in some.found for link in loop.edges)


def test_a_model_without_a_loop_has_nothing_to_drive_it():
    filling = Model.parse("""
time hour from 0 to 2 step 0.5
stock water [litre] = 0
    + tap
given tap [litre/hour] = 10
""")
    found = dominance(simulate(filling))
    assert str(found) == "No loop drives: nothing on a loop changes."
    assert found.relative.shape == (5, 0)
    assert found.as_seen().shares.shape == (0, 5)
    assert "nothing on a loop changes" in found.plot().alt


def test_short_stretches_can_be_left_out_and_what_they_part_is_joined():
    found = dominance(simulate(load("retail")))
    every, long = found.lead(), found.lead(shortest=1.0)
    assert 0 < len(long) < len(every)
    assert all(lead.stop - lead.start >= 1.0 for lead in long)
    own = [lead for lead in long if lead.loop.quantities[0] in found.found[0].quantities]
    assert all(a.loop != b.loop for a, b in itertools.pairwise(own))


@pytest.mark.parametrize("name", library())
def test_a_moment_can_be_drawn_with_its_widths(name):
    model = load(name)
    moment = dominance(simulate(model)).at(model.clock.stop, show=model.shown)
    arrows = causal_graph(model, model.shown).edges
    assert set(moment.widths) <= set(arrows)
    assert all(0 <= width <= 1 for width in moment.widths.values())


LOGISTIC = Model.parse("""time year from 0 to 40 step 0.25
stock people [person] = 10
    + growth
growth [person/year] = people * rate * (1 - people / places)
given rate [1/year] = 0.3
given places [person] = 1000
""")


def test_the_textbook_logistic_reads_reinforcing_then_balancing_in_one_loop():
    # net growth turns where people pass half of the places
    run = simulate(LOGISTIC)
    first, second = dominance(run).lead()
    half = run.time[np.argmax(run["people"] > 500)]
    assert (first.sign, second.sign) == (1, -1)
    assert first.stop == pytest.approx(half, abs=0.5)
    assert str(dominance(run)) == (
        "U1 (people -> growth -> people), R in this run, leads from year 0.25 to 15.75.\n"
        "U1, B in this run, leads from year 16 to 40."
    )


WAITING = """time year from 0 to 40 step 0.0625
stock investors [person] = 100
    + won
    - lost
won [person/year] = {over}
lost [person/year] = investors * leave
room [1] = max(0, 1 - investors / people)
given people [person] = 1000
given leave [1/year] = 0.1
given talk [1/year] = 0.4
given wait [year] = 5
"""


@pytest.mark.parametrize("also", ["", " * 1"])  # in an equation that says more than that
@pytest.mark.parametrize("form", ["smooth", "smooth3", "delay", "delay3"])
def test_what_goes_on_inside_a_delay_does_not_lead(form, also):
    model = Model.parse(WAITING.format(over=f"{form}(investors * talk * room, wait){also}"))
    found = dominance(simulate(model))
    inside = {name for name in model if model[name].part_of} | {"won"}
    assert [lead for lead in found.lead(each=True) if inside.issuperset(lead.loop.quantities)]
    assert not [lead for lead in found.lead() if inside.issuperset(lead.loop.quantities)]
    assert "B1 (investors -> lost -> investors) leads from year" in str(found)


def test_loops_that_a_drawing_does_not_show_are_told_with_that():
    text = str(village()).replace("loop ", "# loop ")
    shown = Model.parse(text + "show people\nshow room\n")
    assert str(dominance(simulate(shown))).splitlines() == [
        "R1 (people -> births -> people), which is not drawn, leads from year 0.25 to 15.75.",
        "B1 (people -> room -> people) leads from year 16 to 40.",
    ]


SPLIT = """time week from 0 to 40 step 0.25
stock heat [1] = 1
    + gains
    - losses
gains [1/week] = by_talk + by_play + by_song
losses [1/week] = heat * heat / room
by_talk [1/week] = heat * a
by_play [1/week] = heat * b
by_song [1/week] = heat * c
given room [week] = 100
given a [1/week] = 0.2
given b [1/week] = 0.15
given c [1/week] = 0.15
loop "Talk" = heat -> by_talk -> gains -> heat
"""


def test_who_leads_stands_by_itself_however_few_are_drawn():
    # Of growth, talk makes 4, play and song 3 parts each: talk leads until losses do. Together
    # the two are more, and at last all that is lost is more than any.
    found = dominance(simulate(Model.parse(SPLIT)))
    assert str(found).splitlines()[0].startswith("Talk (R1) leads from week 0.25 to ")
    alt = found.plot(most=2).alt
    assert "Area Talk R1" in alt
    assert "Area B1" in alt
    assert "Area other loops together" in alt


def test_a_stretch_told_is_not_run_through_by_others():
    # One leads, for 3 weeks the other, then the one again: three stretches where 2 weeks count.
    found = dominance(simulate(Model.parse(SPLIT)))
    other = (found.run.time > 20) & (found.run.time < 23)
    shares = np.array([np.where(other, 0.0, 1.0), np.where(other, 1.0, 0.0)])
    found = replace(found, found=Loops(found.found[:2]), parts=(0, 0), shares=shares)
    assert len(found.lead(2.0, each=True)) == 3
    assert len(found.lead(4.0, each=True)) == 1


def test_parts_that_nothing_joins_are_told_apart():
    two = Model.parse(
        "time year from 0 to 20 step 0.25\n"
        + "".join(
            f"""stock {name} [{name}] = 10
    + {name}_born
    - {name}_dead
{name}_born [{name}/year] = {name} * {name}_births
{name}_dead [{name}/year] = {name} * {name}_births * {name} / {name}_room
given {name}_births [1/year] = 0.3
given {name}_room [{name}] = 100
"""
            for name in ("hare", "fox")
        )
    )
    told = str(dominance(simulate(two)))
    assert "Apart from the rest, where hare, hare born and hare dead are:" in told
    assert "Apart from the rest, where fox, fox born and fox dead are:" in told


def test_loops_of_a_list_lead_together_as_one_of_them_would_that_has_all():
    # Both sides fill their part of the town alike, and have nothing to do with each other.
    one = """time year from 0 to 30 step 0.25
stock fans [person] = 400
    + won
won [person/year] = fans * rate * room
room [1] = 1 - fans / town
given rate [1/year] = 0.2
given town [person] = 5000
loop "Fame" = fans -> won -> fans
"""
    sides = """time year from 0 to 30 step 0.25
for side in north, south:
    stock fans [person] = first
        + won
    won [person/year] = fans * rate * room
    given first [person] = north: 100, south: 300
    given part [person] = north: 1250, south: 3750
    room [1] = 1 - fans / part
    loop "Fame" = fans -> won -> fans
given rate [1/year] = 0.2
"""
    alone = dominance(simulate(Model.parse(one))).told
    every = dominance(simulate(Model.parse(sides))).told
    assert [(loop.label, loop.count) for loop in every.found] == [("Fame", 2), ("B1", 2)]
    assert every.shares == pytest.approx(alone.shares, rel=1e-9)
