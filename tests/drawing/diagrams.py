"""Diagrams to hold the drawing room to."""

from __future__ import annotations

import random

import networkx as nx

from flywheel_edu.causal.sketch import read_sketch

NAPKIN = """
# The napkin of 2001
customer experience -> traffic +
traffic -> sellers + delayed
sellers -> selection +
selection -> customer experience +
traffic -> growth +
growth -> lower cost structure + delayed
lower cost structure -> lower prices +
lower prices -> customer experience +
loop "Selection" = customer experience -> traffic -> sellers -> selection -> customer experience
loop "Lower costs" = traffic -> growth -> lower cost structure -> lower prices -> traffic
"""

EVERYTHING = """
# Everything feeds everything
Prime members -> purchases +
purchases -> sellers + delayed
sellers -> selection +
selection -> Prime members +
purchases -> data +
data -> better picks + delayed
better picks -> purchases +
purchases -> fulfilment network + delayed
fulfilment network -> fast delivery +
fast delivery -> Prime members +
purchases -> unit cost - delayed
unit cost -> prices +
prices -> Prime members -
sellers -> bad sellers + delayed
bad sellers -> trust -
trust -> Prime members +
Prime members -> rivals copy it + delayed
loop "Selection" = Prime members -> purchases -> sellers -> selection -> Prime members
"""

TEXTS = {
    "napkin": NAPKIN,
    "everything": EVERYTHING,
    "two": "price -> demand -\ndemand -> price + delayed",
    "nine in a ring": "ads -> visits + -> orders + -> revenue + -> profit + -> cash + "
    "-> hiring + -> service + -> reputation + -> ads +",
    "two loops that share one quantity": """
customers -> word of mouth + -> joiners + -> customers +
customers -> crowding + -> service - delayed -> customers +
""",
    "long names": """
share of parcels delivered within one day -> satisfaction of customers who came back +
satisfaction of customers who came back -> number of orders placed by members a year + delayed
number of orders placed by members a year -> money available for building warehouses +
money available for building warehouses -> share of parcels delivered within one day + delayed
number of orders placed by members a year -> parcels waiting in the largest warehouses +
parcels waiting in the largest warehouses -> share of parcels delivered within one day -
""",
    "no loop at all": """
ads -> visits + -> orders + -> revenue + -> profit +
price -> orders -
price -> revenue +
cost -> profit -
""",
    "acts on itself": """
customers -> customers +
customers -> orders + -> cash + -> customers + delayed
cash -> cash ?
""",
}


def book() -> dict[str, nx.DiGraph]:
    """Diagrams a book would print, by name."""
    graphs = {name: read_sketch(text) for name, text in TEXTS.items()}
    graphs["other scripts"] = nx.DiGraph(
        [
            ("größe", "prix réduit", {"sign": 1}),
            ("prix réduit", "πελάτες", {"sign": -1}),
            ("πελάτες", "größe", {"sign": None}),
        ]
    )
    parts = nx.DiGraph([("a", "b", {"sign": 1}), ("b", "a", {"sign": 1})])
    parts.add_edges_from([(x, y, {"sign": -1}) for x, y in ("cd", "de", "ec", "fg", "hg")])
    parts.add_node("alone")
    graphs["parts"] = parts
    graphs["alone"] = nx.DiGraph()
    graphs["alone"].add_node("customers")
    return graphs


def wild(quantities: int, seed: int) -> nx.DiGraph:
    """A random diagram: a ring, and quantities hung between earlier ones."""
    chance = random.Random(seed)
    ring = min(quantities, chance.randint(2, 9))
    graph = nx.DiGraph()
    for i in range(ring):
        graph.add_edge(f"quantity {i}", f"quantity {(i + 1) % ring}")
    for i in range(ring, quantities):
        a, b = chance.sample(range(i), 2)
        graph.add_edge(f"quantity {a}", f"quantity {i}")
        graph.add_edge(f"quantity {i}", f"quantity {b}")
    for _, _, data in graph.edges(data=True):
        data.update(sign=chance.choice([1, 1, -1, None]), delay=chance.random() < 0.3)
    return graph
