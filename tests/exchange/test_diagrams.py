"""Causal graphs written for other programs, and read back by networkx where it can."""

from __future__ import annotations

import json
import pickle

import networkx as nx
import pytest

import flywheel_edu as fw
from flywheel_edu.cli import main
from flywheel_exchange.diagrams import write_graphml, write_kumu

SHOP = """# A "shop"
time month from 0 to 12 step 1
stock regular_guests [guest] = 10
    + joining
joining [guest/month] = told * regular_guests
told [1/month] = smooth(talk, wait)
given talk [1/month] = 0.1
given wait [month] = 2
loop "Talk" = regular_guests -> joining -> regular_guests
show talk, regular_guests at 0.2 0.8, joining
"""
OPEN_SIGN = """time month from 0 to 12 step 1
given mood [1] = 0.5 in 0 .. 1
guests [1] = mood * (1 - mood)
"""
WAYS = {
    "graphml": (nx.write_graphml, nx.read_graphml),
    "gexf": (nx.write_gexf, nx.read_gexf),
    "gml": (nx.write_gml, nx.read_gml),
}


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.flywheel"
    path.write_text(SHOP)
    return path


@pytest.mark.parametrize("kind", WAYS)
@pytest.mark.parametrize("name", ["aws", "retail"])
def test_networkx_writes_a_plain_graph_and_reads_the_same_arrows_back(tmp_path, kind, name):
    write, read = WAYS[kind]
    graph = fw.causal_graph(fw.load(name))
    write(fw.causal_graph(fw.load(name), plain=True), tmp_path / "there")
    back = read(tmp_path / "there")
    assert {(a, b): d["sign"] for a, b, d in back.edges(data=True)} == {
        (a, b): sign or 0 for a, b, sign in graph.edges(data="sign")
    }
    assert all(back.nodes[node]["unit"] == graph.nodes[node]["unit"] for node in graph)


@pytest.mark.parametrize("kind", WAYS)
@pytest.mark.parametrize("shown", [False, True], ids=["whole", "shown"])
def test_networkx_writes_any_causal_graph_as_it_is(tmp_path, shop, kind, shown):
    write, read = WAYS[kind]
    for model in (fw.read(shop), fw.load("retail"), fw.Model.parse(OPEN_SIGN)):
        graph = fw.causal_graph(model, show=model.shown if shown else None)
        write(graph, tmp_path / "there")
        back = read(tmp_path / "there")
        assert {(a, b): sign for a, b, sign in back.edges(data="sign")} == {
            (a, b): sign for a, b, sign in graph.edges(data="sign")
        }
        assert dict(back.nodes(data="unit")) == dict(graph.nodes(data="unit"))
        assert json.loads(json.dumps(nx.node_link_data(graph, edges="links")))["graph"] == {
            "title": model.title
        }


def test_what_no_file_takes_stays_with_the_graph_and_with_its_copies(shop):
    graph = fw.causal_graph(fw.read(shop))
    for copy in (graph.copy(), graph.subgraph(graph), pickle.loads(pickle.dumps(graph))):
        assert [loop.name for loop in copy.graph["loops"]] == ["Talk"]
        assert str(fw.find_loops(copy)) == str(fw.find_loops(graph))
    opened = fw.causal_graph(fw.Model.parse(OPEN_SIGN))
    assert opened.edges["mood", "guests"]["sign"] is None
    assert opened.copy().edges["mood", "guests"]["sign"] is None


def test_a_plain_graph_is_json(shop):
    graph = fw.causal_graph(fw.read(shop), plain=True)
    told = json.loads(json.dumps(nx.node_link_data(graph, edges="links")))
    assert told["graph"] == {
        "title": 'A "shop"', "loop1": "Talk: regular_guests -> joining"
    }  # fmt: skip


def test_convert_writes_what_mermaid_and_graphviz_draw(shop, tmp_path):
    for ending in ("mmd", "dot"):
        assert main(["convert", str(shop), str(tmp_path / f"shop.{ending}")]) == 0
    assert (
        (tmp_path / "shop.mmd").read_text("utf-8")
        == """\
flowchart LR
  q0["talk"]
  q1["regular guests"]
  q2["joining"]
  q0 -.->|+| q2
  q1 -->|+| q2
  q2 -->|+| q1
"""
    )
    assert (
        (tmp_path / "shop.dot").read_text("utf-8")
        == """\
digraph {
  label="A \\"shop\\""
  "talk" [label="talk"]
  "regular_guests" [label="regular guests"]
  "joining" [label="joining"]
  "talk" -> "joining" [label="+", style=dashed]
  "regular_guests" -> "joining" [label="+"]
  "joining" -> "regular_guests" [label="+"]
}
"""
    )


def test_kumu_gets_elements_and_connections_and_graphml_the_published_drawings(shop, tmp_path):
    told = json.loads(write_kumu(fw.read(shop), tmp_path / "k.json").read_text("utf-8"))
    assert told["elements"][1] == {
        "id": "regular_guests",
        "label": "regular guests",
        "type": "stock",
        "description": "",
        "unit": "guest",
    }
    assert {"from": "talk", "to": "joining", "direction": "directed", "type": "+",
            "tags": ["delayed"]} in told["connections"]  # fmt: skip
    sketch = fw.sketch("vanguard")
    back = nx.read_graphml(write_graphml(sketch, tmp_path / "v.graphml"))
    assert set(back.edges) == set(sketch.edges)
