"""A student's own drawing and text, in a browser with real Python behind it: nothing is lost."""

from __future__ import annotations

import json
import random
from contextlib import suppress

import pytest
from PIL import Image

from flywheel_edu.causal.sketch import read_sketch
from flywheel_edu.simulate import simulate
from flywheel_edu.widgets import Canvas
from flywheel_edu.widgets.canvas.core import opened

BY_BROWSER = ("drawn", "model_written", "request")
BY_PYTHON = ("model_given", "given", "keeping", "reading", "model_reading")  # as it writes them
SILENT = "Not kept yet: Python is not running."


class Tab:
    """A page with a canvas, and the Python object behind it, which may end."""

    def __init__(self, bare, storage=None, keep=None, start=None):
        self.bare, self.keep = bare, keep
        self.begin(storage, start)

    def begin(self, storage=None, start=None):
        """Open the page; run the cell."""
        self.canvas = Canvas(start, keep=self.keep)
        self.alive = True
        self.page = self.bare(self.canvas, to_python=self.hear, storage_state=storage)
        self.settle()

    def reopen(self):
        """Close the page, end Python, and begin anew: what the browser kept is still there."""
        storage = self.page.context.storage_state()
        self.page.to_python = lambda *said: None
        self.page.goto("about:blank")
        self.begin(storage)

    def hear(self, name, value):
        if self.alive and name in BY_BROWSER:
            setattr(self.canvas, name, json.loads(json.dumps(value)))

    def settle(self):
        """What the browser says reaches Python, and its answer the browser."""
        for _ in range(2):
            self.page.wait_for_timeout(10)
            for name in BY_PYTHON if self.alive else ():
                value = json.loads(json.dumps(getattr(self.canvas, name)))
                self.page.evaluate(
                    "([name, value]) => window.model.set(name, value)", [name, value]
                )

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=False).first.click()
        self.settle()

    def draw(self, name):
        self.page.get_by_role("button", name="Add variable").click()
        self.page.keyboard.type(name)
        self.page.keyboard.press("Enter")
        self.settle()

    def write(self, line):
        field = self.page.locator(".fws-text")
        field.fill(f"{field.input_value()}{line}\n")
        field.dispatch_event("change")
        self.settle()

    def can(self, name):
        found = self.page.get_by_role("button", name=name).first
        return found.count() > 0 and found.is_visible() and found.is_enabled()

    def work(self):
        """What stands on the page: the names drawn, and the text."""
        names = self.page.locator(".fwc-variable title").all_text_contents()
        return frozenset(names), self.page.locator(".fws-text").input_value()

    def spoken(self):
        return self.page.locator(".fwc [role=status]").first.inner_text().strip()

    def told(self):
        return self.page.locator(".fwc-kept").inner_text()


def work_in(contents):
    drawing, text, _ = opened(contents)
    return frozenset(each["name"] for each in drawing["variables"]), text


def test_what_is_drawn_while_python_is_down_says_so_and_goes_on_when_the_cell_runs_again(
    bare, tmp_path
):
    file = tmp_path / "wheel.json"
    tab = Tab(bare, keep=file, start="a -> b +")
    tab.draw("seen")
    assert tab.told() == "Kept in wheel.json."
    tab.alive = False
    tab.draw("unseen")
    tab.page.locator(".fwc-kept", has_text=SILENT).wait_for()
    tab.page.get_by_role("button", name="Spin it").click()
    spoken = tab.page.locator(".fwc [role=status]").first.inner_text()
    assert spoken.startswith("Python is not running, and spinning needs it.")
    tab.reopen()
    assert tab.work()[0] == {"a", "b", "seen", "unseen"}
    assert work_in(file.read_text("utf-8"))[0] == {"a", "b", "seen", "unseen"}
    assert tab.told() == "Kept in wheel.json."
    assert tab.page.locator(".fw-kept:visible").count() == 0


def test_a_row_typed_while_python_is_down_says_so_and_goes_on_when_the_cell_runs_again(
    bare, tmp_path
):
    tab = Tab(
        bare, keep=tmp_path / "wheel.json", start="guests -> cash + -> guests +\nrent -> cash -"
    )
    tab.canvas.know("rent", 450, "EUR/month", "the lease")
    tab.settle()
    tab.alive = False
    for part, typed in (("today", "460"), ("how sure", "the new lease")):
        tab.page.get_by_label(f"{part}, rent").fill(typed)
        tab.page.keyboard.press("Tab")
    below = tab.page.locator("tr:has([aria-label='today, rent']) + tr", has_text="Not in the model")
    below.wait_for()
    assert below.inner_text().strip() == (
        "Not in the model yet: Python is not running. Run the cell again, and this row comes back."
    )
    tab.reopen()
    assert tab.canvas.model["rent"].equation.value == 460
    assert tab.canvas.model["rent"].doc == "the new lease"
    assert tab.page.get_by_label("today, rent").input_value() == "460"
    assert tab.page.locator(".fws-why").count() == 0
    tab.canvas.know("rent", 470, "EUR/month", "by hand")  # it came back once, and not again
    tab.settle()
    tab.reopen()
    assert tab.canvas.model["rent"].equation.value == 470


def test_a_row_typed_above_a_text_with_a_mistake_is_taken_once_that_is_mended(bare, tmp_path):
    tab = Tab(bare, keep=tmp_path / "wheel.json", start="guests -> cash + -> guests +")
    tab.canvas.know("guests", 60, "person", "counted")
    tab.settle()
    right = tab.work()[1]
    tab.write("given broken")
    tab.alive = False
    tab.page.get_by_label("today, guests").fill("3100")
    tab.page.keyboard.press("Tab")
    tab.reopen()
    assert tab.page.get_by_label("today, guests").count() == 0
    assert tab.page.get_by_text("The table comes back when the text can be read again").is_visible()
    tab.reopen()  # nor is it lost by another restart
    tab.page.locator(".fws-text").fill(right)
    tab.page.locator(".fws-text").dispatch_event("change")
    tab.settle()
    assert tab.page.get_by_label("today, guests").input_value() == "3100"
    assert "stock guests [person] = 3100" in tab.canvas.text
    assert tab.page.locator(".fws-why").count() == 0


def test_a_number_and_then_its_unit_of_time_are_one_entry(bare):
    tab = Tab(bare, start="guests -> cash + -> guests +")
    tab.press("Spin it")

    def type_in(part, typed):
        tab.page.get_by_label(f"{part}, time it runs").focus()
        tab.page.keyboard.press("Control+a")
        tab.page.keyboard.type(typed)
        tab.page.keyboard.press("Tab")
        tab.settle()

    for number, unit, line in (
        ("15", "years", "year from 0 to 15 "),
        ("104", "weeks", "week from 0 to 104 "),
    ):
        type_in("today", number)
        type_in("unit", unit)
        assert f"time {line}" in tab.canvas.text
    tab.page.get_by_label(
        "how sure, guests"
    ).focus()  # the row is left: its unit alone is another way
    type_in("unit", "year")
    assert "time year from 0 to 2 " in tab.canvas.text
    note = "It runs for 2 year, which are 104 week. Write 104 under today for 104 year."
    assert tab.page.locator("tr:has([aria-label='today, time it runs']) + tr").inner_text() == note


def test_a_value_that_was_refused_goes_with_the_text_it_was_refused_for(bare, tmp_path):
    tab = Tab(bare, keep=tmp_path / "wheel.json", start="guests -> cash + -> guests +")
    tab.press("Spin it")
    today = "today, guests"
    tab.page.get_by_label(today).fill("-5")
    tab.page.keyboard.press("Tab")
    tab.settle()
    assert "a number above 0" in tab.page.locator(".fws-why").inner_text()
    tab.reopen()  # not taken, and not lost
    assert tab.page.get_by_label(today).input_value() == "-5"
    assert "is here again; run the cells below" in tab.page.content()
    tab.write("given price [EUR] = 3")
    for again in (lambda: None, tab.reopen):
        again()
        assert tab.page.get_by_label(today).input_value() == "1"
        assert tab.page.locator(".fws-why").count() == 0


def test_a_length_of_time_stays_when_the_cell_runs_again(bare, tmp_path):
    tab = Tab(bare, keep=tmp_path / "wheel.json", start="guests -> cash + -> guests +")
    tab.press("Spin it")
    tab.page.get_by_label("unit, time it runs").fill("week")
    tab.page.keyboard.press("Tab")
    tab.settle()
    assert "time week from 0 to 156 step 0.125" in tab.work()[1]
    tab.reopen()
    assert "time week from 0 to 156 step 0.125" in tab.work()[1]
    assert "time week from 0 to 156" in opened((tmp_path / "wheel.json").read_text("utf-8"))[1]


@pytest.mark.parametrize(("choice", "stays", "aside"), [("Keep mine", 2, 1), ("Take theirs", 1, 2)])
def test_the_second_writer_is_asked_and_the_other_work_is_among_the_copies(
    bare, tmp_path, choice, stays, aside
):
    file = tmp_path / "wheel.json"
    Canvas("a -> b +", keep=file).arrange()
    tabs = {number: Tab(bare, keep=file) for number in (1, 2)}
    tabs[1].draw("one")
    tabs[2].draw("two")
    assert tabs[2].told() == "Not kept in wheel.json yet: choose above."
    tabs[2].page.locator(".fw-kept", has_text="wheel.json was changed elsewhere").wait_for()
    tabs[2].press(choice)
    names = {1: {"a", "b", "one"}, 2: {"a", "b", "two"}}
    assert tabs[2].work()[0] == work_in(file.read_text("utf-8"))[0] == names[stays]
    tabs[2].page.locator("summary", has_text="Copies").click()
    tabs[2].press("Bring back")  # the latest
    assert tabs[2].work()[0] == names[aside]


def test_a_drawing_is_saved_as_a_picture(bare):
    tab = Tab(bare, start="a -> b +")
    with tab.page.expect_download() as saved:
        tab.press("Save as picture")
    assert saved.value.suggested_filename == "flywheel.png"
    with Image.open(saved.value.path()) as picture:
        shown = tab.page.locator("svg.fwc-sheet").first.bounding_box()
        assert picture.format == "PNG"
        assert picture.width == pytest.approx(2 * shown["width"], abs=4)
        assert len(picture.convert("RGB").getcolors(1 << 24)) > 20  # boxes, letters, an arrow
    assert tab.spoken() == "saved as flywheel.png"


def test_a_drawing_is_copied_as_the_text_that_makes_it_again(bare):
    tab = Tab(bare)
    tab.press("Copy as text")
    assert tab.spoken() == "there is no arrow to copy yet"
    tab = Tab(bare, start="guests -> talk + -> guests +\nprice -> guests -")
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.press("Copy as text")
    assert tab.spoken() == "copied: paste it between the quotes of Canvas('''...''')"
    text = tab.page.evaluate("navigator.clipboard.readText()")
    again = {(a, b, data["sign"]) for a, b, data in read_sketch(text).edges(data=True)}
    assert again == {("guests", "talk", 1), ("talk", "guests", 1), ("price", "guests", -1)}


def test_where_the_clipboard_is_closed_the_text_is_shown(bare):
    tab = Tab(bare, start="guests -> talk +")
    tab.page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }"
    )
    tab.press("Copy as text")
    assert tab.spoken() == "copy the text below the drawing"
    assert "guests -> talk +" in tab.page.get_by_label("The drawing as text").input_value()
    tab.page.evaluate("() => { delete window.model.send; }")  # as on a page without Python
    tab.press("Copy as text")
    assert tab.spoken() == "The text comes from Python: open the notebook to copy it."


def test_spinning_again_keeps_what_the_student_wrote_and_can_be_undone(bare):
    tab = Tab(bare, start="a -> b + -> a +")
    tab.press("Spin it")
    tab.write("given mine [1] = 7 in 0 .. 9")
    before = tab.work()[1]
    tab.canvas.graph = "a -> b + -> a +\nb -> fresh +"
    tab.settle()
    tab.press("Spin it")
    after = tab.work()[1]
    assert "given mine [1] = 7 in 0 .. 9" in after
    assert "fresh [1] = b" in after
    tab.press("Undo")
    assert tab.work()[1] == before
    tab.press("Redo")
    assert tab.work()[1] == after
    tab.page.locator("summary", has_text="Copies").click()
    tab.press("Bring back")
    assert tab.work()[1] == before


@pytest.mark.parametrize("seed", range(20))
def test_no_drawing_or_text_is_lost_whatever_happens(bare, tmp_path, seed):
    chance = random.Random(seed)
    file = tmp_path / "wheel.json"
    Canvas("a -> b + -> a +", keep=file).arrange()
    tabs = [Tab(bare, keep=file), Tab(bare, keep=file)]
    safe = set()  # what was somebody's work when something else took its place

    def places():
        found = {work_in(each.read_text("utf-8")) for each in tmp_path.iterdir()}
        for tab in tabs:
            found.add(tab.work())
            kept = json.loads(tab.page.evaluate("Object.values(localStorage)[0] ?? 'null'"))
            for each in [kept["work"], *kept["work"]["earlier"]] if kept else []:
                names = frozenset(v["name"] for v in each["drawing"]["variables"])
                found.add((names, each["text"]))
        return found

    for number in range(12):
        tab = chance.choice(tabs)
        act = chance.choice("draw draw write Spin Undo end reopen Keep Take Bring".split())
        before = tab.work()
        if act == "draw":
            tab.draw(f"new {number}")
        elif act == "write" and tab.page.locator(".fws-text").is_visible():
            tab.write(f"given mine_{number} [1] = 1")
        elif act == "end":
            tab.alive = False
        elif act == "reopen":
            own = tab.can("Undo")  # not only looked at
            seen = before == work_in(file.read_text("utf-8"))
            tab.reopen()
            if own and (seen or tab.work() != before):  # else it goes on as if nothing had been
                safe.add(before)
        elif act == "Bring" and tab.alive and tab.page.locator(".fwc-copies li").count():
            safe.add(before)
            tab.page.locator("details:has(.fwc-copies)").evaluate("(each) => { each.open = true; }")
            tab.press("Bring back")
        elif tab.can(act) and (tab.alive or act == "Undo"):
            if act == "Keep":
                safe.add(work_in(file.read_text("utf-8")))
            elif act == "Undo":
                safe.discard(before)  # by the student's own wish
            tab.press(act)
            if act == "Take" or (act == "Spin" and before[1] and tab.work() != before):
                safe.add(before)
        assert safe <= places(), f"after {act}, step {number}"


OWN = "show learners, streaks, talk, paying, cash, waiting"
SIX = """
learners -> streaks + -> talk + -> learners +
learners -> paying + -> cash +
learners -> waiting + -> streaks -
cash -> waiting -
"""


def rename(tab, old, new):
    tab.page.locator(".fwc-variable").filter(has_text=old).focus()
    tab.page.keyboard.press("F2")
    tab.page.keyboard.type(new)
    tab.page.keyboard.press("Enter")
    tab.settle()


def with_own_text(tab):
    tab.press("Spin it")
    lines = [line for line in tab.canvas.text.splitlines() if not line.startswith("show")]
    tab.page.locator(".fws-text").fill("\n".join([*lines, "given mine [1] = 7", OWN, ""]))
    tab.page.locator(".fws-text").dispatch_event("change")
    tab.settle()


def test_own_text_is_spun_again_after_a_variable_was_deleted(bare):
    tab = Tab(bare, start=SIX)
    with_own_text(tab)
    tab.page.locator(".fwc-variable").filter(has_text="paying").focus()
    tab.page.keyboard.press("Delete")
    tab.settle()
    tab.press("Spin it")
    assert tab.spoken() == "The text as it was is among the copies, once a session."
    assert OWN in tab.canvas.text
    assert simulate(tab.canvas.model)["cash"][0] == 1


def test_one_undo_takes_a_rename_back_in_the_drawing_and_in_the_text(bare):
    tab = Tab(bare, start=SIX)
    with_own_text(tab)
    text, drawing = tab.canvas.text, tab.canvas._drawing
    for new, key in (("money", "Control+z"), ("funds", "Control+y")):
        rename(tab, "cash", new)
        there = tab.canvas.text
        assert (f"stock {new} [1]" in there, "renamed in the model" in tab.spoken()) == (True, True)
        tab.page.keyboard.press("Control+z")
        tab.settle()
        assert (tab.canvas.text, tab.canvas._drawing) == (text, drawing)
        assert tab.page.get_by_label("today, cash").count() == 1
        if key == "Control+y":
            tab.page.keyboard.press(key)
            tab.settle()
            assert (tab.canvas.text, new in tab.canvas.graph) == (there, True)
    tab.canvas.spin()
    assert tab.canvas.text == there


def test_one_undo_takes_back_the_copy_that_was_brought(bare):
    tab = Tab(bare, start=SIX)
    with_own_text(tab)
    tab.page.get_by_label("today, learners").fill("40")
    tab.page.keyboard.press("Tab")
    tab.settle()
    rename(tab, "cash", "money")
    text, drawing = tab.canvas.text, tab.canvas._drawing
    tab.page.locator("summary", has_text="Copies").click()
    tab.press("Bring back")
    assert (tab.canvas.text != text, tab.canvas._drawing != drawing) == (True, True)
    tab.press("Undo")
    assert (tab.canvas.text, tab.canvas._drawing) == (text, drawing)


def test_undo_of_what_came_back_leaves_the_text_as_it_was_written_since(bare, tmp_path):
    tab = Tab(bare, keep=tmp_path / "wheel.json", start="a -> b + -> a +")
    tab.press("Spin it")
    tab.alive = False
    tab.write("given asleep [1] = 1")
    tab.draw("unseen")
    tab.reopen()
    for line in ("given since [1] = 2", "given later [1] = 3"):
        tab.write(line)
    text = tab.work()[1]
    assert "asleep" in text
    tab.press("Undo")
    assert tab.work() == ({"a", "b"}, text)
    assert tab.spoken() == "undone; the text stays: you have written in it since"
    assert opened((tmp_path / "wheel.json").read_text("utf-8"))[1] == text
    tab.press("Redo")
    assert tab.work() == ({"a", "b", "unseen"}, text)


def test_undo_of_spin_leaves_the_text_as_it_was_written_since(bare):
    tab = Tab(bare, start="a -> b + -> a +")
    tab.press("Spin it")
    tab.write("given since [1] = 2")
    text = tab.work()[1]
    tab.press("Undo")
    assert tab.work()[1] == text
    assert tab.spoken() == "the text stays: you have written in it since"
    assert not tab.can("Undo")


def test_what_goes_wrong_in_python_is_told_and_is_not_called_silence(bare, monkeypatch):
    tab = Tab(bare, start=SIX)
    tab.press("Spin it")

    def torn(*_told):
        raise KeyError("a slip of ours")

    monkeypatch.setattr("flywheel_edu.widgets.canvas.widget.first_model", torn)
    monkeypatch.setattr("flywheel_edu.widgets.canvas.widget.notes_on", torn)

    def hear(*message):
        with suppress(KeyError):
            tab.hear(*message)

    tab.page.to_python = hear
    for act in (lambda: tab.press("Spin it"), lambda: rename(tab, "paying", "buyers")):
        act()
        assert tab.spoken() == "This went wrong in Python: KeyError('a slip of ours')"
        assert "Python is not running" not in tab.page.locator(".fwc").inner_text()
    assert "a slip of ours" in tab.page.locator(".fwc-notes").inner_text()
    tab.page.wait_for_timeout(4200)  # as long as it waits for an answer
    assert "not running" not in tab.page.locator(".fwc").inner_text()
