"""What a notebook showed, as HTML that stands by itself."""

from __future__ import annotations

import json
from base64 import b64encode
from html.parser import HTMLParser

import nbformat

from flywheel_edu.site.living import STATE, VIEW, Shelf, enliven

HOSTILE = '"><script>alert(1)</script><img onerror="x()" src="y'
# The head of a PNG of 20 by 10 dots: enough to know its size.
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + (20).to_bytes(4) + (10).to_bytes(4)


def shown(tmp_path, *outputs, models=None):
    """The outputs of a notebook's only cell after they were made fit for a page."""
    cell = nbformat.v4.new_code_cell("x", outputs=list(outputs))
    book = nbformat.v4.new_notebook(cells=[cell])
    book.metadata["widgets"] = {STATE: {"state": models or {}}}
    enliven(book, "../", Shelf(tmp_path / "shelf"))
    assert "widgets" not in book.metadata
    return [output["data"] for output in book.cells[0].outputs]


def output(view="", alt="a curve", **data):
    about = {"image/png": {"alt": alt, "width": 10}}
    data = {"image/png": b64encode(PNG).decode(), "text/plain": alt, **data}
    if view:
        data[VIEW] = {"model_id": view}
    return nbformat.v4.new_output("display_data", data, metadata=about)


def widget(esm="export default {}", **state):
    return {
        "model_name": "AnyModel",
        "state": {"_esm": esm, "_css": ".a {}", "_dom_classes": ["mine"], **state},
    }


def scripts(tmp_path):
    """What the scripts beside a page lay out, by the shelf they lay it on."""
    found = {}
    for path in (tmp_path / "shelf").glob("*.js"):
        head, _, rest = path.read_text().partition(", ")
        shelf = "code" if ".code " in head else "models"
        found.setdefault(shelf, {}).update(json.loads(rest.rstrip(");\n")))
    return found


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_a_picture_keeps_its_words_and_its_size(tmp_path):
    [data] = shown(tmp_path, output())
    [(tag, about)] = Tags(data["text/html"]).found
    assert (tag, about["alt"], about["width"], about["height"]) == ("img", "a curve", "10", "5")
    name = about["src"].removeprefix("../_static/flywheel/")
    assert (tmp_path / "shelf" / name).read_bytes() == PNG


def test_words_with_markup_in_them_stay_words(tmp_path):
    [data] = shown(tmp_path, output("a", HOSTILE), models={"a": widget(given=HOSTILE)})
    tags = Tags(data["text/html"]).found
    assert [tag for tag, _about in tags] == ["div", "img", "script", "script"]
    assert tags[1][1]["alt"] == HOSTILE
    assert all("src" in about for tag, about in tags if tag == "script")


def test_a_widget_keeps_its_picture_until_a_script_brings_it_to_life(tmp_path):
    [data] = shown(tmp_path, output("a"), models={"a": widget(given={"edition": 1}, layout="b")})
    (box, about), (image, _), *_scripts = Tags(data["text/html"]).found
    assert (box, about["data-widget"], image) == ("div", "a", "img")
    laid = scripts(tmp_path)
    [(name, code)] = laid["code"].items()
    assert code == {"esm": "export default {}", "css": ".a {}"}
    state = {"code": name, "classes": ["mine"], "state": {"given": {"edition": 1}}}
    assert laid["models"] == {"a": state}


def test_the_code_of_a_kind_of_widget_is_there_once(tmp_path):
    models = {"a": widget(given=1), "b": widget(given=2)}
    shown(tmp_path, output("a"), output("b"), output("a"), models=models)
    laid = scripts(tmp_path)
    assert len(laid["code"]) == 1
    assert list(laid["models"]) == ["a", "b"]


def test_a_box_lives_with_what_it_holds(tmp_path):
    models = {
        "box": {
            "model_name": "GridBoxModel",
            "state": {"children": ["IPY_MODEL_a", "IPY_MODEL_s"], "layout": "IPY_MODEL_l"},
        },
        "l": {"model_name": "LayoutModel", "state": {"_view_name": "x", "grid_gap": "16px"}},
        "a": widget(),
        "s": {"model_name": "IntSliderModel", "state": {}},
    }
    shown(tmp_path, output("box"), models=models)
    laid = scripts(tmp_path)["models"]
    assert laid["box"] == {
        "box": "GridBox",
        "children": ["a"],
        "classes": [],
        "layout": {"grid_gap": "16px"},
    }


def test_a_widget_of_another_kind_leaves_its_picture_or_its_words(tmp_path):
    models = {"s": {"model_name": "IntSliderModel", "state": {}}}
    words = nbformat.v4.new_output(
        "display_data", {VIEW: {"model_id": "s"}, "text/plain": "IntSlider(value=3)"}
    )
    first, second = shown(tmp_path, output("s"), words, models=models)
    assert [tag for tag, _about in Tags(first["text/html"]).found] == ["img"]
    assert second == {"text/plain": "IntSlider(value=3)"}


def test_a_bar_of_work_long_done_is_left_out(tmp_path):
    models = {
        "box": {"model_name": "HBoxModel", "state": {"children": ["IPY_MODEL_p"]}},
        "p": {"model_name": "FloatProgressModel", "state": {}},
    }
    assert shown(tmp_path, output("box"), models=models) == []


def test_a_table_beside_a_picture_stays_a_table(tmp_path):
    [data] = shown(tmp_path, output(**{"text/html": "<table></table>"}))
    assert data["text/html"] == "<table></table>"
