"""What a drawing says, shows and saves, and what it refuses."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from flywheel_edu.causal.loops import find_loops
from flywheel_edu.causal.sketch import read_sketch
from flywheel_edu.charts.lettering import installed
from flywheel_edu.drawing import draw, napkin
from flywheel_edu.errors import DiagramError, FlywheelError
from flywheel_edu.flywheels import load
from flywheel_edu.model import Model
from tests.drawing.diagrams import EVERYTHING, NAPKIN, TEXTS, book

MODEL = Model.parse("""\
# A shop that lives by word of mouth.
time month from 0 to 12 step 0.25
stock customers [customer] = 100
    + joiners
    - leavers
joiners [customer/month] = customers * word_of_mouth * (1 - customers / market)
leavers [customer/month] = customers / stay
given word_of_mouth [1/month] = 0.1 in 0 .. 1
given market [customer] = 1000 in 500 .. 2000
given stay [month] = 20 in 1 .. 60
""")


def test_the_napkin_is_told_in_words():
    assert draw(read_sketch(NAPKIN)).alt == (
        'Causal-loop diagram "The napkin of 2001": 7 quantities, 8 arrows, 2 loops. '
        "Arrows: customer experience to traffic (plus); "
        "traffic to sellers (plus, delayed) and growth (plus); "
        "sellers to selection (plus); selection to customer experience (plus); "
        "growth to lower cost structure (plus, delayed); "
        "lower cost structure to lower prices (plus); "
        "lower prices to customer experience (plus). "
        'Loops: R1 "Selection", reinforcing: customer experience, traffic, sellers and selection; '
        'R2 "Lower costs", reinforcing: traffic, growth, lower cost structure, lower prices and '
        "customer experience."
    )


def test_open_signs_loops_of_one_and_quantities_alone_are_told_too():
    graph = read_sketch("cash -> cash ?\ncash -> price - delayed")
    graph.add_node("left_over")
    assert draw(graph, title="Odd ends").alt == (
        'Causal-loop diagram "Odd ends": 3 quantities, 2 arrows, 1 loop. '
        "Arrows: cash to itself (sign open) and price (minus, delayed). "
        "Loop: U1, undetermined: cash. Without arrows: left over."
    )


def test_where_not_all_loops_are_marked_the_words_say_some():
    graph = read_sketch(TEXTS["two loops that share one quantity"])
    words = draw(graph, loops=["B1"]).alt
    assert "5 quantities, 6 arrows. " in words
    assert words.endswith("Some of its loops: B1, balancing: customers, crowding and service.")


def test_a_model_is_drawn_with_its_own_title_and_all_it_shows():
    drawn = draw(MODEL)
    assert [item.name for item in drawn.plan.items] == list(MODEL.shown)
    assert " ".join(line.text for line in drawn.plan.title) == MODEL.title
    assert draw(MODEL, title="").plan.title == ()


def test_show_folds_the_other_quantities_of_a_model_into_the_arrows():
    drawn = draw(MODEL, show=["customers", "stay"])
    assert [item.name for item in drawn.plan.items] == ["customers", "stay"]
    assert ("stay", "customers") in [arrow.edge for arrow in drawn.plan.arrows]


def test_underscores_are_drawn_as_spaces():
    labels = [item.label.lines for item in draw(MODEL).plan.items]
    assert ("word of mouth",) in labels
    assert not any("_" in line for lines in labels for line in lines)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"style": "crayon"},
            "there is no style 'crayon'\n  hint: the styles are clean and napkin",
        ),
        (
            {"show": ["price"]},
            "only a model can be drawn with show=, since its equations say what to fold\n"
            "  hint: for a graph, draw graph.subgraph([...])",
        ),
        (
            {"layout": {"price": 0.5}},
            "the layout places 'price' at 0.5, which is no place\n"
            "  hint: a place is a pair of numbers from 0 to 1, such as (0.2, 0.8), y upwards",
        ),
        (
            {"layout": {"price": (0.5, float("nan"))}},
            "the layout places 'price' at (0.5, nan), which is no place\n"
            "  hint: a place is a pair of numbers from 0 to 1, such as (0.2, 0.8), y upwards",
        ),
        (
            {"layout": {"prize": (0, 0)}},
            "the layout places 'prize', which is not drawn\n  hint: did you mean 'price'?",
        ),
        (
            {"loops": ["R7"]},
            "no loop is called 'R7'\n  hint: the loops are: B1",
        ),
        (
            {"highlight": "prices"},
            "the diagram has no loop or quantity 'prices'\n  hint: did you mean 'price'?",
        ),
        (
            {"widths": {("price", "moon"): 1.0}},
            "the diagram has no arrow price -> moon to give a width\n"
            "  hint: name arrows as ('cause', 'effect'), as graph.edges lists them",
        ),
    ],
)
def test_what_is_not_there_is_refused_in_words(asked, message):
    with pytest.raises(DiagramError) as caught:
        draw(read_sketch(TEXTS["two"]), **asked)
    assert str(caught.value) == message


def test_a_diagram_without_quantities_is_refused():
    with pytest.raises(DiagramError) as caught:
        draw(nx.DiGraph())
    assert str(caught.value) == (
        "there is nothing to draw: the diagram has no quantities\n"
        "  hint: add an arrow such as 'customers -> sellers +'"
    )


def test_a_loop_of_another_graph_cannot_be_highlighted():
    (other,) = find_loops(read_sketch("a -> b +\nb -> a +"))
    with pytest.raises(DiagramError, match="the diagram has no such loop: R1"):
        draw(read_sketch(TEXTS["two"]), highlight=other)


def test_a_highlighted_loop_leaves_all_else_pale():
    graph = read_sketch(NAPKIN)
    for one in ("R2", "Lower costs", find_loops(graph)["R2"]):
        pale = draw(graph, highlight=one)._emphasis
        assert pale.pale_items == {"sellers", "selection"}
        assert pale.pale_loops == {"R1"}
        assert ("traffic", "sellers") in pale.pale_arrows
        assert ("traffic", "growth") not in pale.pale_arrows


def test_a_highlighted_quantity_keeps_its_arrows():
    pale = draw(read_sketch(NAPKIN), highlight="growth")._emphasis
    assert pale.pale_items == {"customer experience", "sellers", "selection", "lower prices"}


def test_pale_arrows_and_strong_arrows_look_it():
    graph = read_sketch(TEXTS["two"])
    lines = {}
    for name, asked in {
        "plain": {},
        "pale": {"highlight": "nothing"},
        "strong": {"widths": {("price", "demand"): 1.0}},
    }.items():
        if name == "pale":
            graph.add_node("nothing")
        (axes,) = draw(graph, key=False, **asked).figure.axes
        arrows = min(axes.collections, key=lambda c: c.get_zorder())
        lines[name] = arrows.get_linewidths(), arrows.get_colors()
    assert max(lines["strong"][0]) > 2 * max(lines["plain"][0])
    assert min(lines["strong"][0]) < max(lines["plain"][0])
    assert len(np.unique(lines["pale"][1], axis=0)) < len(np.unique(lines["plain"][1], axis=0))


@pytest.mark.parametrize("style", ["clean", "napkin"])
@pytest.mark.parametrize(
    ("suffix", "starts"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")]
)
def test_a_drawing_is_saved_in_the_form_its_suffix_names(tmp_path, style, suffix, starts):
    file = tmp_path / f"wheel{suffix}"
    drawing = draw(read_sketch(TEXTS["two"]), style)
    assert drawing.save(file) == file
    assert file.read_bytes().startswith(starts)
    first = file.read_bytes()
    drawing.save(file)
    assert file.read_bytes() == first
    assert [other.name for other in tmp_path.iterdir() if other != tmp_path / "shelf"] == [
        file.name
    ]


def test_another_suffix_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(FlywheelError) as caught:
        draw(read_sketch(TEXTS["two"])).save(tmp_path / "wheel.bmp")
    assert str(caught.value) == (
        "a picture is saved as .png, .svg or .pdf, not as '.bmp'\n  hint: rename 'wheel.bmp'"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("style", ["clean", "napkin"])
def test_a_notebook_gets_a_picture_with_its_words(style):
    drawing = draw(read_sketch(NAPKIN), style)
    data, metadata = drawing._repr_mimebundle_()
    png = base64.b64decode(data["image/png"])
    assert png == drawing.png()
    assert data["text/plain"] == drawing.alt == metadata["image/png"]["alt"]
    # A hundred dots of the screen to an inch of the page; twice as many in the picture or more.
    shown = metadata["image/png"]["width"]
    assert shown == pytest.approx(drawing.plan.width / 72 * 100, rel=0.02)
    assert int.from_bytes(png[16:20], "big") > 1.6 * shown


def test_the_widest_model_of_the_course_fits_a_laptop_and_a_size_that_was_asked_for_stays():
    retail = load("retail")
    assert draw(retail)._repr_mimebundle_()[1]["image/png"]["width"] == 940
    asked = draw(retail, figsize=(12, 8))
    assert asked._repr_mimebundle_()[1]["image/png"]["width"] == 1200


@pytest.mark.parametrize("name", book())
@pytest.mark.parametrize("style", ["clean", "napkin"])
def test_every_diagram_of_the_book_can_be_inked(name, style):
    assert draw(book()[name], style).png().endswith(b"IEND\xaeB`\x82")


def test_names_with_signs_of_other_trades_are_drawn_as_they_stand():
    graph = nx.DiGraph([("cost $x$ & <b>", "顾客"), ("顾客", "cost $x$ & <b>")])
    drawing = draw(graph, title="$a$ \\frac{1}{2} %")
    texts = drawing.figure.axes[0].texts
    assert {"cost $x$", "& <b>", "顾客"} <= {text.get_text() for text in texts}
    assert not any(text.get_parse_math() for text in texts)
    assert draw(graph, "napkin").png()


def test_numbers_may_stand_for_names():
    assert draw(nx.DiGraph([(1, 2), (2, 1)])).alt.endswith("Loop: U1, undetermined: 1 and 2.")


def test_equal_drawings_have_equal_digests_and_different_ones_different():
    graph = read_sketch(EVERYTHING)
    same = draw(read_sketch(EVERYTHING)).digest
    assert draw(graph).digest == same
    others = [
        draw(graph, "napkin"),
        draw(graph, title="another"),
        draw(graph, loops=False),
        draw(graph, loops=["R1"]),
        draw(graph, layout={"trust": (0.5, 0.5)}),
        draw(graph, widths={("purchases", "data"): 0.5}),
        draw(graph, widths={("purchases", "data"): 0.6}),
        draw(graph, highlight="trust"),
        draw(graph, key=False),
    ]
    changed = graph.copy()
    changed.edges["purchases", "data"]["sign"] = None
    late = graph.copy()
    late.edges["purchases", "data"]["delay"] = True
    stock = graph.copy()
    stock.nodes["trust"]["kind"] = "stock"
    others += [draw(changed), draw(late), draw(stock)]
    assert len({same, *(other.digest for other in others)}) == len(others) + 1


def test_digest_and_picture_do_not_depend_on_the_run_of_python():
    told = []
    for seed in ("1", "2"):
        run = subprocess.run(
            [
                sys.executable,
                "-c",
                "import hashlib; from flywheel_edu.drawing import draw;"
                "from tests.drawing.diagrams import wild;"
                "one, two = draw(wild(14, 3)), draw(wild(14, 3), 'napkin');"
                "print(one.digest, two.digest);"
                "print(*(hashlib.sha256(d.png()).hexdigest() for d in (one, two)))",
            ],
            env={**os.environ, "PYTHONHASHSEED": seed, "FLYWHEEL_CACHE": "off"},
            capture_output=True,
            text=True,
            check=True,
        )
        told.append(run.stdout)
    assert told[0] == told[1]
    assert len(told[0].split()) == 4


def test_a_loop_that_its_author_named_gets_its_letter_before_others():
    plan = draw(read_sketch(EVERYTHING)).plan
    assert plan.loops[0].loop.title == "Selection"
    assert plan.loops[0].lines == ("Selection",)
    assert draw(read_sketch(EVERYTHING), loops=False).plan.loops == ()


def test_at_most_eight_loops_are_lettered():
    graph = nx.complete_graph(6, create_using=nx.DiGraph)
    graph = nx.relabel_nodes(graph, str)
    nx.set_edge_attributes(graph, 1, "sign")
    assert len(draw(graph).plan.loops) == 8


def test_the_hand_keeps_the_strokes_of_one_arrow_when_another_turns_pale():
    graph = read_sketch(NAPKIN)
    shapes = []
    for asked in ({}, {"highlight": "R1"}):
        drawn = draw(graph, "napkin", **asked)
        figure = napkin._inked(drawn.plan, drawn._emphasis)
        first = min(figure.axes[0].collections, key=lambda c: c.get_zorder())
        shapes.append([path.vertices for path in first.get_paths()])
    for one, other in zip(*shapes, strict=True):
        assert np.array_equal(one, other)


def test_one_name_stands_for_a_list_of_one():
    model = load("napkin")
    one = draw(model, show="price", loops=False)
    assert one.alt == draw(model, show=["price"], loops=False).alt
    assert draw(model, loops="Cost").alt == draw(model, loops=["Cost"]).alt


# -- a page of the reader's own


def texts_on(axes):
    return [text.get_text() for text in axes.texts]


def test_a_picture_for_a_column_of_six_inches_has_letters_of_seven_points():
    drawing = draw(load("retail"), figsize=(6, 5))
    assert tuple(drawing.figure.get_size_inches()) == (6, 5)
    assert min(text.get_fontsize() for text in drawing.figure.axes[0].texts) >= 7
    for one, other in combinations([item.box for item in drawing.plan.items], 2):
        assert (np.abs(one[:2] - other[:2]) >= one[2:] + other[2:]).any()


# Eight kinds of marks to explain, so that the legend on one line would be twice as wide.
SUBSCRIPTIONS = """# SaaS with cohorts
time month from 0 to 60 step 0.25
stock new [account] = 50
    + signups
    - settle
    - churn_new
stock old [account] = 0
    + settle
    - churn_old
signups [account/month] = ad_spend / cac + (new + old) * referral * (1 - (new + old) / market)
settle [account/month] = new / settle_time
churn_new [account/month] = new * early_churn
churn_old [account/month] = old * late_churn
mrr [USD/month] = (new + old) * arpa
ad_spend [USD/month] = smooth(mrr, 3 [month]) * ad_share
given cac [USD/account] = 400
given arpa [USD/account/month] = 80
given ad_share [1] = 0.2
given referral [1/month] = 0.05
given market [account] = 20000
given settle_time [month] = 4
given early_churn [1/month] = 0.1
given late_churn [1/month] = 0.02
"""


@pytest.mark.parametrize("size", [(5, 4), (4.5, 4.5)])
def test_the_legend_goes_on_lines_rather_than_make_the_letters_small(size, recwarn):
    drawing = draw(Model.parse(SUBSCRIPTIONS), figsize=size)
    plan = drawing.plan
    assert len({entry.y for entry in plan.key}) > 1
    assert max(entry.x + entry.width for entry in plan.key) <= plan.width
    assert min(item.box[1] - item.box[3] for item in plan.items) > max(e.y for e in plan.key)
    letters = [t for t in drawing.figure.axes[0].texts if t.get_text() != "?"]  # "?" is a sign
    assert min(text.get_fontsize() for text in letters) >= 7
    assert not recwarn


def test_a_page_too_small_for_its_letters_is_told():
    told = r"the smallest letters will be \d\.\d points high: show fewer quantities, or draw on a"
    with pytest.warns(UserWarning, match=told):
        _ = draw(load("retail"), figsize=(2, 2)).plan


def test_a_diagram_goes_on_axes_that_are_there_and_leaves_the_others_alone():
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 5))
    left, right = figure.subplots(1, 2)
    right.plot([1, 2])
    draw(read_sketch(NAPKIN), ax=left)
    assert {"traffic", "sellers"} <= set(texts_on(left))
    assert len(right.lines) == 1
    assert not right.texts
    assert tuple(figure.get_size_inches()) == (12, 5)


def test_another_font_and_other_colours():
    drawing = draw(
        read_sketch("a -> b +\nb -> a -"),
        font="DejaVu Serif",
        colours={"+": "#004d40", "text": "#330066"},
    )
    axes = drawing.figure.axes[0]
    assert {text.get_fontfamily()[0] for text in axes.texts} == {"DejaVu Serif"}
    assert next(text for text in axes.texts if text.get_text() == "a").get_color() == "#330066"
    discs = {to_hex(tone) for marks in axes.collections for tone in marks.get_facecolor()}
    assert "#004d40" in discs
    assert "#d55e00" in discs
    assert drawing.digest != draw(read_sketch("a -> b +\nb -> a -")).digest


def test_many_quantities_are_spread_over_the_page_that_is_asked_for():
    graph = nx.DiGraph((f"part {i}", f"part {i // 2}", {"sign": 1}) for i in range(1, 40))
    tall, wide = (draw(graph, figsize=size, loops=False).plan for size in ((9, 13), (13, 9)))
    assert tall.height > tall.width
    assert wide.width > wide.height


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            {"font": "Open Sams"},
            "no font 'Open Sams' is installed here\n  hint: did you mean 'Open Sans'?",
        ),
        (
            {"font": "Qqqq"},
            "no font 'Qqqq' is installed here\n"
            f"  hint: there are: {', '.join(sorted(installed())[:8])}, and others",
        ),
        (
            {"colours": {"x": "red"}},
            "nothing in a diagram is called 'x'\n  hint: colours are for +, -, ?, R, B, U, text",
        ),
        (
            {"colours": {"+": "rde"}},
            "'rde' is no colour\n  hint: give a name or a code, such as 'navy' or '#1b5e9c'",
        ),
        (
            {"figsize": (6, 0)},
            "figsize is (6, 0), which is no size\n"
            "  hint: give width and height in inches, such as figsize=(6, 4)",
        ),
        (
            {"figsize": 6},
            "figsize is 6, which is no size\n"
            "  hint: give width and height in inches, such as figsize=(6, 4)",
        ),
        (
            {"colours": "teal"},
            "colours are given by name, not as 'teal'\n  hint: write: colours={'+': 'teal'}",
        ),
        *(
            (
                {"ax": ax},
                f"ax is one pair of axes, not {type(ax).__name__}\n"
                "  hint: give one: draw(model, ax=axes[0]), or "
                "draw(model, ax=figure.add_subplot())",
            )
            for ax in (["left", "right"], Figure())
        ),
        (
            {"style": "napkin", "figsize": (6, 4)},
            "a napkin has its own paper, hand and ink: it takes no figsize=\n"
            "  hint: leave figsize= out, or draw in the clean style",
        ),
    ],
)
def test_what_cannot_be_printed_is_told(asked, said):
    with pytest.raises(DiagramError) as refused:
        draw(read_sketch(NAPKIN), **asked)
    assert str(refused.value) == said


def test_letters_in_a_vector_picture_are_text(tmp_path):
    picture = draw(read_sketch("price -> orders -")).save(tmp_path / "drawing.svg")
    assert ">orders</text>" in picture.read_text("utf-8")


def test_seconds_must_be_some():
    with pytest.raises(DiagramError) as refused:
        draw(read_sketch(NAPKIN), seconds=0)
    assert str(refused.value) == (
        "seconds is 0, and a drawing takes some time\n"
        "  hint: leave it out, or give a number above 0"
    )


def chain(shops):
    """A model of shops in a row: each third one feeds itself, the others feed the next."""
    lines = ["time month from 0 to 12 step 0.25"]
    for i in range(shops):
        source = i if i % 3 == 0 else i - 1
        lines += [
            f"stock shop_{i} [thing] = 1",
            f"    + growth_{i}",
            f"    - loss_{i}",
            f"growth_{i} [thing/month] = shop_{source} * 0.1 [1/month]",
            f"loss_{i} [thing/month] = shop_{i} * 0.05 [1/month]",
        ]
    return Model.parse("\n".join(lines))


def test_a_model_that_no_page_holds_is_drawn_by_its_strongest_loops():
    with pytest.warns(UserWarning, match="a page holds") as told:
        drawing = draw(chain(80))
    drawn = [item.name for item in drawing.plan.items]
    assert [str(each.message) for each in told] == [
        f"a page holds about 200 quantities, and this model has 240: drawn are the {len(drawn)} "
        "that its strongest loops pass; show= names others"
    ]
    assert 0 < len(drawn) <= 80
    assert "shop_0" in drawn


def test_where_all_of_very_many_loops_are_weak_they_are_drawn_all_the_same():
    alike = chain(80).revise("\n".join(
        f"growth_{i} [thing/month] = shop_{i} * 0.1 [1/month]" for i in range(80)
    ))  # fmt: skip
    with pytest.warns(UserWarning, match="drawn are the 80 that"):  # each shop and its own loop
        assert draw(alike).alt.startswith("Causal-loop diagram: 80 quantities")


def test_a_model_with_no_loop_or_no_run_is_drawn_whole():
    row = [f"a_{i} [1] = b_{i}\ngiven b_{i} [1] = 1" for i in range(101)]
    for more in ([], ["stock empty [1] = 1\n    - out\nout [1/month] = 9 [1/month]"]):
        model = Model.parse("\n".join(["time month from 0 to 2 step 1", *row, *more]))
        assert draw(model).alt.startswith(f"Causal-loop diagram: {len(model)} quantities")
