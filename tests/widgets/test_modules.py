"""The parts of the widgets that run in the browser, run here under Node."""

from __future__ import annotations

import json
import math
import random
import re
import subprocess
import sys
from itertools import combinations

import networkx as nx
import pytest

from flywheel_edu import load
from flywheel_edu.causal.loops import find_loops
from flywheel_edu.charts.look import tick
from flywheel_edu.model import NamedLoop
from flywheel_edu.widgets.canvas.core import as_graph, drawing_of, graph_of
from flywheel_edu.widgets.predict.core import moment_text
from flywheel_edu.widgets.shared.module import WIDGETS, module, style

MODULES = sorted(path.relative_to(WIDGETS).as_posix() for path in WIDGETS.rglob("*.js"))
SHEETS = sorted(path.relative_to(WIDGETS).as_posix() for path in WIDGETS.rglob("*.css"))


READ = """
const texts = JSON.parse(require("fs").readFileSync(0));
for (const name in texts) new (require("vm").SourceTextModule)(texts[name], { identifier: name });
"""


def test_a_module_and_what_it_imports_make_one_text_that_reads(node):
    texts = {name: module(name) for name in MODULES}
    command = [node, "--experimental-vm-modules", "-e", READ]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name, text in texts.items():
        assert "import " not in re.sub(r"^\s*(//|\*|/\*).*$|import\(", "", text, flags=re.M), name


def test_the_types_written_beside_the_code_hold(from_npm, node, tmp_path):
    options = {
        "checkJs": True, "allowJs": True, "noEmit": True, "strict": True, "noImplicitAny": False,
        "target": "ES2022", "module": "ES2022", "moduleResolution": "bundler",
        "lib": ["ES2022", "DOM", "DOM.Iterable"], "types": [],
    }  # fmt: skip
    wanted = {"compilerOptions": options, "include": [f"{WIDGETS}/**/*.js"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(wanted))
    compiler = from_npm("typescript@5.9.3") / "bin" / "tsc"
    done = subprocess.run(
        [node, str(compiler), "-p", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.stdout == ""
    assert done.returncode == 0, done.stderr


def test_two_modules_may_use_one_name_for_things_of_their_own(node, tmp_path, monkeypatch):
    monkeypatch.setattr("flywheel_edu.widgets.shared.module.WIDGETS", tmp_path)
    (tmp_path / "low.js").write_text("const own = 1;\nexport const low = () => own;\n")
    middle = 'import { low } from "./low.js";\nconst own = 2;\n'
    (tmp_path / "middle.js").write_text(
        middle + "export function sum() {\n  return own + low();\n}\n"
    )
    top = 'import { sum as all } from "./middle.js";\nimport { low } from "./low.js";\n'
    top += "const own = 4;\n"
    (tmp_path / "top.js").write_text(top + "console.log(own, low(), all());\n")
    joined = tmp_path / "joined.mjs"
    joined.write_text(module("top.js"))
    assert joined.read_text().count("const own = 1") == 1
    done = subprocess.run([node, str(joined)], capture_output=True, text=True, check=True)
    assert done.stdout == "4 1 3\n"


@pytest.mark.parametrize("name", MODULES)
def test_no_text_can_become_markup_or_code_and_nothing_is_fetched(name):
    text = re.sub(r"//.*|/\*.*?\*/", "", (WIDGETS / name).read_text("utf-8"), flags=re.S)
    text = text.replace("http:", "")
    ways = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|fetch\(|"
    assert (
        re.findall(ways + r"XMLHttpRequest|WebSocket|importScripts|https?:|javascript:", text) == []
    )


@pytest.mark.parametrize("name", SHEETS)
def test_a_style_sheet_fetches_nothing(name):
    assert re.findall(r"url\(|@import|https?:", style(name)) == []


def luminance(colour):
    """Relative luminance as WCAG 2 defines it."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_letters_and_lines_stand_out_from_every_ground(theme):
    text = (WIDGETS / "shared/base.css").read_text("utf-8")
    blocks = re.findall(r"\{([^}]*--fw-ink:[^}]*)\}", text)
    light, dark = (dict(re.findall(r"--fw-([\w-]+):[^;]*?(#\w{6})", block)) for block in blocks)
    colours = light if theme == "light" else {**light, **dark}
    grounds = [colours["paper"], colours["shade"], "#ffffff" if theme == "light" else "#111111"]
    for ground in grounds:
        for letters in ("ink", "quiet", "plus-text", "minus-text", "right", "wrong"):
            assert contrast(colours[letters], ground) >= 4.5, f"{letters} on {ground}"
        lines = ["plus", "minus", "edge", "focus", *(f"curve-{n}" for n in range(1, 7))]
        for line in lines:
            assert contrast(colours[line], ground) >= 3, f"{line} on {ground}"
    assert contrast(colours["ink"], colours["mark"]) >= 4.5


def test_the_widgets_cost_nothing_until_one_is_made():
    asks = "import sys, flywheel_edu.widgets as w; print('anywidget' in sys.modules, w.__all__)"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("False")
    assert all(name in done.stdout for name in ("Canvas", "Order", "Question", "Quiz"))


def drawings(count):
    """Random graphs of 2 to 9 variables, some arrows without a sign, some loops with a name."""
    chance = random.Random(7)
    for number in range(count):
        size = chance.randint(2, 9)
        graph = nx.DiGraph()
        graph.add_nodes_from(f"v_{i}" for i in range(size))
        for _ in range(chance.randint(1, 2 * size + 3)):
            cause, effect = chance.randrange(size), chance.randrange(size)
            graph.add_edge(
                f"v_{cause}",
                f"v_{effect}",
                sign=chance.choice([1, 1, -1, None]),
                delay=chance.random() < 0.3,
            )
        cycles = [loop.quantities for loop in find_loops(graph) if len(loop.quantities) > 2]
        if cycles and number % 2:
            path = chance.choice(cycles)
            graph.graph["loops"] = (NamedLoop("Main", path[:: max(1, len(path) // 3)], "why"),)
        yield graph


def test_the_browser_finds_letters_and_tells_the_loops_that_python_does(in_node):
    graphs = [graph_of(drawing_of(graph)) for graph in drawings(60)]
    given = [drawing_of(graph) for graph in graphs]
    found = in_node("shared/loops.js", "given.map((drawing) => loops.findLoops(drawing))", given)
    compared = 0
    for graph, theirs in zip(graphs, found, strict=True):
        ours = find_loops(graph)
        assert not ours.truncated
        assert [
            (loop.name, loop.title, loop.doc, loop.sign, list(loop.quantities), loop.story)
            for loop in ours
        ] == [
            tuple(loop[key] for key in ("name", "title", "doc", "sign", "quantities", "story"))
            for loop in theirs["loops"]
        ]
        assert theirs["truncated"] is False
        compared += len(ours)
    assert compared > 100


def test_where_everything_acts_on_everything_the_browser_stops_and_says_so(in_node):
    names = [f"v{i}" for i in range(30)]
    drawing = {
        "variables": [{"name": name, "x": 0, "y": 0} for name in names],
        "arrows": [
            {"from": a, "to": b, "sign": 1, "delay": False} for a in names for b in names if a != b
        ],
    }
    found = in_node("shared/loops.js", "loops.findLoops(given, 400)", drawing)
    assert found["truncated"] is True
    assert [len(loop["quantities"]) for loop in found["loops"]] == [2] * 400


def test_a_push_comes_back_the_same_way_round_a_reinforcing_loop_and_reversed_round_a_balancing_one(
    in_node,
):
    run = """(() => {
      const wave = new pulses.Wave(given);
      wave.nudge("a", 1, () => 1);
      const met = [];
      for (let tenth = 0; tenth < 25; tenth += 1) {
        wave.advance(0.1, () => 1);
        met.push(wave.pulses.map((pulse) => [pulse.arrow.from, Math.sign(pulse.push)]));
      }
      return met.flat();
    })()"""
    arrows = [("a", "b", 1), ("b", "a", 1)]
    for sign, comes_back in ((1, 1), (-1, -1)):
        given = [
            {"from": a, "to": b, "sign": s * (sign if a == "b" else 1), "delay": False}
            for a, b, s in arrows
        ]
        met = in_node("shared/pulses.js", run, given)
        assert ["a", 1] in met
        assert met[-1] == ["a", comes_back]


def test_a_delayed_arrow_takes_longer_and_one_without_a_sign_stops_the_push(in_node):
    given = [
        {"from": "a", "to": "b", "sign": 1, "delay": True},
        {"from": "a", "to": "c", "sign": None, "delay": False},
    ]
    run = """(() => {
      const wave = new pulses.Wave(given);
      wave.nudge("a", 1, () => 1);
      let passed = 0;
      while (wave.moving) { wave.advance(0.125, () => 1); passed += 0.125; }
      return [passed, wave.stopped.map((arrow) => arrow.to), wave.levels.get("b") > 0];
    })()"""
    assert in_node("shared/pulses.js", run, given) == [2.5, ["c"], True]


def test_no_edit_changes_the_drawing_it_was_given(in_node):
    drawing = drawing_of(nx.DiGraph([("a", "b", {"sign": 1}), ("b", "a", {"sign": -1})]))
    run = """(() => {
      const before = JSON.stringify(given);
      const made = [
        edits.withVariable(given, "c", 0.5, 0.5), edits.withoutVariable(given, "a"),
        edits.renamed(given, "a", "z"), edits.moved(given, "a", 2, -1),
        edits.withArrow(given, "a", "a"), edits.withArrowChanged(given, "a", "b", {sign: null}),
        edits.withoutArrow(given, "a", "b"),
      ];
      return [JSON.stringify(given) === before, made.map((each) => [
        each.variables.map((variable) => variable.name).join(""),
        each.arrows.map((arrow) => arrow.from + arrow.to + arrow.sign).join(" ")])];
    })()"""
    unchanged, made = in_node("canvas/edits.js", run, drawing)
    assert unchanged
    assert made == [
        ["abc", "ab1 ba-1"],
        ["b", ""],
        ["zb", "zb1 bz-1"],
        ["ab", "ab1 ba-1"],
        ["ab", "ab1 ba-1 aanull"],
        ["ab", "abnull ba-1"],
        ["ab", "ba-1"],
    ]


def test_arranging_keeps_everything_on_the_sheet_and_nothing_on_top_of_another(in_node):
    large = [as_graph(load(name)) for name in ("aws", "limits", "retail")]
    given = [drawing_of(graph) for graph in [*drawings(25), *large]]
    for arranged in in_node("canvas/arrange.js", "given.map(arrange.arranged)", given):
        places = [(variable["x"], variable["y"]) for variable in arranged["variables"]]
        assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in places)
        assert all(math.dist(*pair) > 0.1 for pair in combinations(places, 2))


def test_no_letter_of_a_loop_stands_on_a_variable(in_node):
    run = """given.map((drawing) => {
      const measure = (text) => 7.4 * text.length;
      const sheet = diagram.sheetFor(700, drawing.variables.length);
      const boxes = diagram.boxesOf(drawing, sheet, measure);
      const curves = diagram.curvesOf(drawing, boxes, sheet);
      const names = drawing.variables.map((each) => each.name);
      const spot = diagram.spotFor(names, boxes, curves, [], sheet);
      return [...boxes.values()].some((box) => diagram.inside(box, spot, 12));
    })"""
    graphs = [graph for graph in drawings(40) if len(graph) < 7 and graph.number_of_edges() < 10]
    assert not any(in_node("shared/diagram.js", run, [drawing_of(graph) for graph in graphs]))


@pytest.mark.parametrize("width", [280, 700])
def test_no_arrow_leaves_the_sheet(width, in_node):
    run = """given.drawings.every((drawing) => {
      const sheet = diagram.sheetFor(given.width, drawing.variables.length);
      const boxes = diagram.boxesOf(drawing, sheet, (text) => 7.4 * text.length);
      return diagram.curvesOf(drawing, boxes, sheet).every((curve) => curve.points.every(
        ([x, y]) => x >= 5 && y >= 5 && x <= sheet.width - 5 && y <= sheet.height - 5));
    })"""
    given = {"width": width, "drawings": [drawing_of(graph) for graph in drawings(60)]}
    assert in_node("shared/diagram.js", run, given)


@pytest.mark.parametrize("turn", ["\u202e", "\u202b", "\u2067", "\u2066", "\u202d"])
def test_a_mark_that_turns_text_round_is_not_shown(turn, in_node):
    name = f"{turn}price"
    run = "[base.shortened(given), base.isolated(given), base.shortened(given + 'x'.repeat(99), 3)]"
    assert in_node("shared/base.js", run, name) == ["price", "\u2068price\u2069", "pr…"]
    lines = "diagram.linesOf(given, 80, (text) => 8 * text.length)"
    assert in_node("shared/diagram.js", lines, name) == ["price"]


def test_a_number_on_an_axis_has_room_there_and_is_written_as_in_a_chart(in_node):
    values = [0, 0.25, 12, 5000, 3.4e6, -2.5e9, 1.2345e12, 9.5e15, 5.691e18, 4.71e36]
    texts = in_node("shared/axis.js", "given.map(axis.axisText)", values)
    assert texts == [
        "0", "0.25", "12", "5,000", "3.4 m", "−2.5 bn", "1.234 tn", "9,500 tn", "5.69e18", "4.71e36"
    ]  # fmt: skip
    assert texts == [tick(value) for value in values]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("customers", ["customers"]),
        ("cost per order", ["cost per", "order"]),
        ("cost_per_order", ["cost per", "order"]),
        ("x" * 10_000, ["xxxxxxxxxx", "xxxxxxxxxx", "xxxxxxxxx…"]),
        ("", [" "]),
    ],
)
def test_a_label_has_at_most_three_lines_whatever_the_name(name, lines, in_node):
    run = "diagram.linesOf(given, 80, (text) => 8 * Array.from(text).length)"
    assert in_node("shared/diagram.js", run, name) == lines


def test_no_two_curves_share_both_colour_and_dashes(in_node):
    run = "given.map((tone) => axis.toneClass(tone) + ' ' + axis.dashesOf(tone))"
    assert len(set(in_node("shared/axis.js", run, list(range(36))))) == 36


def test_a_moment_is_written_as_python_writes_it(in_node):
    chance = random.Random(5)
    cases = [[7.109375, 15], [2006.75, 20], [0.125, 1], [2001, 20], [0, 60]]
    cases += [[chance.uniform(0, 2100), 10 ** chance.uniform(-2, 3)] for _ in range(300)]
    told = in_node("shared/axis.js", "given.map(([t, span]) => axis.momentText(t, span))", cases)
    assert told[:2] == ["7.1", "2006.8"]
    assert [float(text) for text in told] == [float(moment_text(*case)) for case in cases]


def test_marks_along_an_axis_are_round_hold_the_values_and_are_few(in_node):
    chance = random.Random(6)
    ends = [sorted((chance.uniform(-1, 1) * 10 ** chance.uniform(-3, 9), 0.0)) for _ in range(200)]
    run = "given.map(([low, high]) => [axis.marksBetween(low, high), axis.roundAxis(low, high)])"
    for (low, high), (marks, (foot, top)) in zip(
        ends, in_node("shared/axis.js", run, ends), strict=True
    ):
        assert 2 <= len(marks) <= 7
        slack = 1e-6 * (high - low)
        assert foot - slack <= low <= high <= top + slack
        step = marks[1] - marks[0]
        first = float(f"{step:e}".split("e")[0])
        assert min(abs(first - each) for each in (1, 2, 5, 10)) < 1e-6
