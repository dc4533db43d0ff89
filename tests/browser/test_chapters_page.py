"""A chapter on a laptop's screen: what answers a question is out of sight until it is asked for."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import anywidget
import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright import sync_api
from traitlets.config import Config

from flywheel_edu.cli.lab import KEEPS_WORDS
from flywheel_edu.site.living import STATE
from flywheel_edu.widgets import Quiz
from flywheel_edu.widgets.order.core import read_steps
from flywheel_edu.widgets.quiz.core import read_questions

COURSE = Path(__file__).parents[2] / "course"
CHAPTERS = sorted(COURSE.glob("[0-9][0-9]_*.ipynb"))
ASKS = re.compile(r"\b(Quiz|Order)\.read\(|\bPredict\(")
ANSWER = re.compile(r"<details>.*?</summary>(.*?)</details>", re.S)

# The letters on the screen from a question down, when it stands at the top.
SEEN = """(number) => {
  const cells = [...document.querySelectorAll(".jp-Cell")];
  cells[number].scrollIntoView({ block: "start" });
  const seen = [];
  for (const cell of cells.slice(number + 1)) {
    if (cell.getBoundingClientRect().top > innerHeight) break;
    seen.push(cell.innerText);
  }
  return seen.join("\\n");
}"""


def sentences(text):
    """The sentences of a text in Markdown as letters alone."""
    plain = re.sub(r"[*`_\s]+", " ", text)
    return [each.strip() for each in re.split(r"(?<=[.?!:]) ", plain) if len(each) > 25]


def runs_of_words(text, length=4):
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


def told(cell, seen):
    """What of the right answers to the quizzes and orders of a cell stands in sight."""
    found = []
    for bank, names in re.findall(r'Quiz\.read\("([^"]+)"([^)]*)\)', cell):
        for asked in read_questions((COURSE / bank).read_text("utf-8")):
            if f'"{asked.name}"' in names:
                parts = {right: [] for right in (True, False)}
                for answer in asked.answers:
                    parts[answer.right] += [answer.text, answer.why if answer.right else ""]
                right, wrong = (set().union(*map(runs_of_words, parts[k])) for k in (True, False))
                found += (right & runs_of_words(seen)) - wrong - runs_of_words(asked.ask)
    for bank in re.findall(r'Order\.read\("([^"]+)"', cell):
        steps = read_steps((COURSE / bank).read_text("utf-8"))[1]
        at = [seen.find(" ".join(next(iter(step)).split()).rstrip(" +-")) for step in steps]
        if sum(0 <= one < next_one for one, next_one in pairwise(at)) > len(at) / 2:
            found.append(bank)
    return found


def cells_of(path):
    return [
        (cell["cell_type"], "".join(cell["source"]))
        for cell in json.loads(path.read_text("utf-8"))["cells"]
    ]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_answer_is_on_the_screen_with_its_question(path, new_page, tmp_path):
    cells = cells_of(path)
    answers = [
        each for _, text in cells for part in ANSWER.findall(text) for each in sentences(part)
    ]
    html, _ = HTMLExporter().from_filename(path)
    page = new_page(1366, 768)
    address = "http://127.0.0.1:9/chapter"
    page.route(address, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.route(re.compile(r"https?://(?!127)"), lambda route: route.fulfill(body=""))
    page.goto(address)
    assert page.locator(".jp-Cell").count() == len(cells)
    for number, (kind, text) in enumerate(cells):
        if kind != "code" or not ASKS.search(text):
            continue
        seen = " ".join(re.sub(r"[*`_\s]+", " ", page.evaluate(SEEN, number)).split())
        assert [each for each in answers if each in seen] + told(text, seen) == []


@pytest.mark.parametrize("fetched", ["", "manager", "manager, anywidget"])
def test_an_exported_widget_is_its_picture_until_it_lives(fetched, new_page, from_npm):
    quiz = Quiz("?q: Really?\n+ Yes\n= So it is.\n- No\n= Think again.")
    data, metadata = quiz._repr_mimebundle_()
    shown = nbformat.v4.new_output("display_data", data, metadata=metadata)
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("quiz", outputs=[shown])])
    book.metadata["widgets"] = {STATE: Quiz.get_manager_state(widgets=[quiz, quiz.layout])}
    config = Config({"HTMLExporter": {"preprocessors": [KEEPS_WORDS]}})
    html, _ = HTMLExporter(config=config).from_notebook_node(book)
    page, address = new_page(), "http://127.0.0.1:9/chapter"
    page.route(re.compile("^http"), lambda route: route.fulfill(status=404))
    page.route(address, lambda route: route.fulfill(body=html, content_type="text/html"))
    if "manager" in fetched:
        manager = from_npm("@jupyter-widgets/html-manager@1.0.15") / "dist" / "embed-amd.js"
        page.route(re.compile("embed-amd"), lambda route: route.fulfill(path=manager))
        require = from_npm("requirejs@2.3.7") / "require.js"
        page.route(re.compile("require.min"), lambda route: route.fulfill(path=require))
    if "anywidget" in fetched:
        code = Path(anywidget.__file__).parent / "nbextension" / "index.js"
        page.route(re.compile("anywidget"), lambda route: route.fulfill(path=code))
    page.goto(address)
    picture, alive = (
        page.get_by_role(role, name=re.compile("Really[?]")) for role in ("img", "group")
    )
    if "anywidget" in fetched:
        sync_api.expect(alive).to_be_visible()
        assert not picture.is_visible()
        return
    if fetched:
        error = page.locator(".jupyter-widgets-error-widget")
        error.wait_for(state="attached")
        assert not error.is_visible()
    assert picture.is_visible()


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_title_or_comment_of_a_cell_to_come_tells_the_answer(path):
    cells = cells_of(path)
    for number, (kind, text) in enumerate(cells):
        after = cells[number + 1 : number + 4]
        told = runs_of_words(" ".join(part for _, each in after for part in ANSWER.findall(each)))
        if kind == "code" and ASKS.search(text):
            code = " ".join(each for next_kind, each in after if next_kind == "code")
            said = re.findall(r"#[^\n]*|title=\"[^\"]*\"", code)
            assert not runs_of_words(" ".join(said)) & told


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_what_we_found_is_folded(path):
    assert "We found" not in "".join(ANSWER.sub("", text) for _, text in cells_of(path))


@pytest.mark.parametrize("chapter", ["00", "02", "03"])
def test_what_explains_a_guess_is_folded(chapter):
    (path,) = (each for each in CHAPTERS if each.stem.startswith(chapter))
    told = "".join(part for _, text in cells_of(path) for part in ANSWER.findall(text))
    answers = {
        "00": ["adds more each", "second, downwards, is its limit", "the shop shrinks a little"],
        "02": ["8 is still more than", "compounding", "Nobody in it is mad", "lighter than cork"],
        "03": ["no cash, no warehouses", "12 and 14 %", "still.** Here is", "eight points lower"],
    }  # fmt: skip
    assert [each for each in answers[chapter] if each not in told] == []
