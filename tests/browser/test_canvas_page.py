"""The canvas in a real browser with no Python behind it."""

from __future__ import annotations

import json
from itertools import pairwise

import networkx as nx
import pytest

from flywheel_edu.widgets import Canvas

WHEEL = "customers -> sellers + -> selection + delayed -> customers +"
HOSTILE = ("<img src=x onerror=alert(1)>", "\u202egnisrever price", "x" * 10_000, "a 'b' \"c\" \\")


def drawn(page):
    """What the canvas would have sent to Python last."""
    return page.evaluate("window.model.get('drawn')")


def names(page):
    return [variable["name"] for variable in drawn(page)["variables"]]


def arrows(page):
    return [(a["from"], a["to"], a["sign"], a["delay"]) for a in drawn(page)["arrows"]]


def said(page):
    """What the screen reader was told last, without the marks around names."""
    text = page.locator(".fwc [role=status]").first.inner_text()
    return text.replace("\u2068", "").replace("\u2069", "").strip()


def variable(page, name):
    return page.locator(".fwc-variable").filter(has_text=name)


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_wheel_is_drawn_by_keyboard_alone_and_its_loop_is_lettered_as_it_closes(bare):
    page = bare(Canvas())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # Add variable: the cursor stands in its name
    page.keyboard.type("customers")
    page.keyboard.press("Enter")
    page.keyboard.press("n")
    page.keyboard.type("sellers")
    page.keyboard.press("Enter")
    assert names(page) == ["customers", "sellers"]

    x, y = middle(variable(page, "customers"))
    there_x, there_y = middle(variable(page, "sellers"))
    if abs(there_x - x) > abs(there_y - y):
        forth, back = ("ArrowRight", "ArrowLeft") if there_x > x else ("ArrowLeft", "ArrowRight")
    else:
        forth, back = ("ArrowDown", "ArrowUp") if there_y > y else ("ArrowUp", "ArrowDown")
    for key in ("l", back, "Enter", "+"):
        page.keyboard.press(key)
    assert arrows(page) == [("sellers", "customers", 1, False)]
    page.keyboard.press(back)  # from the new arrow on to where it points
    for key in ("l", forth, "Enter"):  # past the arrow that lies between
        page.keyboard.press(key)
    assert "a loop closed: U1" in said(page)
    page.keyboard.press("-")
    page.keyboard.press("d")
    assert arrows(page)[1] == ("customers", "sellers", -1, True)
    assert page.locator(".fwc-letter text").all_text_contents() == ["B1"]
    assert "balancing" in page.locator(".fwc-loops").inner_text()


def test_a_variable_is_dragged_an_arrow_is_pulled_and_a_double_click_adds(bare):
    page = bare(Canvas("price -> visits -"))
    x, y = middle(variable(page, "price").locator(".fwc-frame"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 60, steps=4)
    page.mouse.up()
    new_x, new_y = middle(variable(page, "price").locator(".fwc-frame"))
    assert (new_x - x, new_y - y) == pytest.approx((90, 60), abs=3)

    page.mouse.dblclick(120, 380)
    page.keyboard.type("sales")
    page.keyboard.press("Enter")
    assert names(page) == ["price", "visits", "sales"]

    handle = middle(variable(page, "sales").locator(".fwc-handle"))
    target = middle(variable(page, "visits").locator(".fwc-frame"))
    page.mouse.move(*handle)
    page.mouse.down()
    page.mouse.move(*target, steps=5)
    page.mouse.up()
    assert arrows(page)[-1] == ("sales", "visits", None, False)
    page.get_by_role("button", name="+ same way").click()
    assert arrows(page)[-1] == ("sales", "visits", 1, False)


def test_the_field_of_a_name_and_the_first_model_come_into_sight(bare):
    canvas = Canvas("price -> visits - -> price +")
    page = bare(canvas)
    page.set_viewport_size({"width": 900, "height": 420})

    def in_sight(part):
        box = page.locator(part).first.bounding_box()
        return 0 <= box["y"] and box["y"] + min(box["height"], 60) <= 420

    page.locator("svg.fwc-sheet, .fwc-stage svg").first.dblclick(position={"x": 120, "y": 60})
    assert in_sight(".fwc-field")
    page.evaluate("scrollTo(0, 0)")
    page.get_by_role("button", name="Spin it").click()
    canvas.spin()
    for part in ("model_given", "model_reading"):
        page.evaluate("([name, it]) => window.model.set(name, it)", [part, getattr(canvas, part)])
    assert in_sight(".fws h4")


def test_a_variable_added_and_given_up_at_once_is_gone(bare):
    page = bare(Canvas("price -> visits - -> price +"))
    variable(page, "visits").focus()
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    assert names(page) == ["price", "visits"]
    assert page.evaluate("document.activeElement.dataset.key") == "variable\nvisits"
    for key in ("n", "Enter", "F2", "Escape"):  # left, and looked at again
        page.keyboard.press(key)
    assert names(page) == ["price", "visits", "variable 1"]


def test_home_and_end_go_to_the_first_and_the_last_variable(bare):
    page = bare(Canvas("price -> visits - -> price +\nvisits -> cash +"))
    page.evaluate("document.body.style.padding = '900px 0'")
    variable(page, "visits").focus()
    before = page.evaluate("scrollY")
    for key, name in (("End", "cash"), ("Home", "price")):
        page.keyboard.press(key)
        here = page.evaluate("document.activeElement.closest('[data-key]').dataset.key")
        assert (here, page.evaluate("scrollY")) == (f"variable\n{name}", before)


def test_undo_and_redo_walk_through_every_edit(bare):
    page = bare(Canvas(WHEEL))
    variable(page, "sellers").focus()
    page.keyboard.press("Delete")
    assert names(page) == ["customers", "selection"]
    page.keyboard.press("Control+z")
    assert names(page) == ["customers", "sellers", "selection"]
    assert arrows(page)[1] == ("sellers", "selection", 1, True)
    page.get_by_role("button", name="Redo").click()
    assert names(page) == ["customers", "selection"]
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Arrange").click()
    page.locator(".fwc [role=status]", has_text="arranged").wait_for()
    page.keyboard.press("Control+z")
    assert page.get_by_role("button", name="Undo").is_disabled()


def test_the_focus_stays_on_what_was_undone_or_on_the_canvas(bare):
    page = bare(Canvas(WHEEL))
    here = "document.activeElement.closest('[data-key]')?.dataset.key"
    variable(page, "sellers").focus()
    page.keyboard.press("F2")
    page.keyboard.type("shops")
    page.keyboard.press("Enter")
    for key, name in (("Control+z", "sellers"), ("Control+y", "shops"), ("Control+z", "sellers")):
        page.keyboard.press(key)
        assert page.evaluate(here) == f"variable\n{name}"
    page.keyboard.press("Delete")
    page.keyboard.press("Control+z")
    assert page.evaluate(here) == "variable\nsellers"
    empty = bare(Canvas())
    empty.get_by_role("button", name="Add variable").click()
    empty.keyboard.press("Enter")
    empty.keyboard.press("Control+z")
    assert empty.evaluate("document.activeElement.textContent") == "Add variable"
    empty.keyboard.press("Control+y")
    assert names(empty) == ["variable 1"]


def test_an_arrow_key_goes_to_what_lies_mostly_that_way(bare):
    graph = nx.DiGraph([("attendance", "fans", {"sign": 1})])
    graph.add_nodes_from(["cash", "wages"])
    graph.graph["view"] = {
        "fans": (0.9, 0.9), "attendance": (0.2, 0.75), "cash": (0.86, 0.5), "wages": (0.1, 0.1)
    }  # fmt: skip
    page = bare(Canvas(graph))
    here = "document.activeElement.dataset.key"
    variable(page, "fans").focus()
    for key, place in (
        ("ArrowLeft", "arrow\nattendance\nfans"),
        ("ArrowLeft", "variable\nattendance"),
        ("ArrowDown", "variable\nwages"),
        ("ArrowRight", "variable\ncash"),
        ("ArrowUp", "variable\nfans"),
    ):
        page.keyboard.press(key)
        assert page.evaluate(here) == place


def test_renaming_keeps_the_arrows_and_refuses_a_name_that_is_taken(bare):
    page = bare(Canvas(WHEEL))
    variable(page, "sellers").focus()
    page.keyboard.press("F2")
    page.keyboard.type("shops")
    page.keyboard.press("Enter")
    assert arrows(page)[0] == ("customers", "shops", 1, False)
    page.keyboard.press("Enter")
    page.keyboard.type("customers")
    page.keyboard.press("Enter")
    assert "there is a variable customers already" in said(page)
    assert names(page) == ["customers", "shops", "selection"]


def test_an_arrow_drawn_twice_or_back_to_its_own_beginning_is_refused(bare):
    page = bare(Canvas(WHEEL))
    variable(page, "customers").focus()
    page.keyboard.press("l")
    page.keyboard.press("Enter")
    assert said(page) == "an arrow needs two variables: draw what lies between"
    page.keyboard.press("l")
    variable(page, "sellers").click()
    assert said(page) == "there is an arrow from customers to sellers already"
    page.mouse.move(*middle(variable(page, "sellers")))
    page.keyboard.down("Alt")
    page.mouse.down()
    page.mouse.move(2, 2)  # off the drawing
    page.mouse.up()
    page.keyboard.up("Alt")
    assert said(page) == "the arrow from sellers is given up"


def test_a_nudge_travels_round_the_loop_and_settles_on_demand(bare):
    page = bare(Canvas(WHEEL))
    variable(page, "customers").focus()
    page.keyboard.press("u")
    page.wait_for_function("document.querySelectorAll('.fwc-pulse').length === 1")
    raised = """[...document.querySelectorAll('.fwc-level.fwc-up')]
        .filter((bar) => bar.width.baseVal.value > 1).length"""
    page.wait_for_function(f"{raised} >= 2")
    page.get_by_role("button", name="Settle").click()
    assert page.locator(".fwc-pulse").count() == 0
    assert page.evaluate(raised) == 0
    assert page.get_by_role("button", name="Settle").count() == 0


def test_with_less_motion_wanted_a_nudge_goes_in_steps(bare):
    page = bare(Canvas(WHEEL), reduced_motion="reduce")
    variable(page, "customers").focus()
    page.keyboard.press("u")
    first = page.locator(".fwc-pulse").get_attribute("transform")
    page.wait_for_timeout(300)
    assert page.locator(".fwc-pulse").get_attribute("transform") == first
    page.wait_for_function(
        "(first) => document.querySelector('.fwc-pulse')?.getAttribute('transform') !== first",
        arg=first,
    )


def test_two_views_of_one_canvas_stay_together(bare):
    page = bare(Canvas(WHEEL), views=2)
    page.locator(".fwc").nth(0).get_by_role("button", name="Add variable").click()
    page.keyboard.type("crowding")
    page.keyboard.press("Enter")
    assert page.locator(".fwc").nth(1).locator(".fwc-variable").count() == 4
    page.locator(".fwc").nth(1).get_by_role("button", name="Undo").click()
    labels = page.locator(".fwc").nth(0).locator(".fwc-label").all_text_contents()
    assert labels == ["customers", "sellers", "selection", "variable 1"]


def test_what_was_drawn_is_offered_again_when_the_page_begins_anew(bare):
    page = bare(Canvas(WHEEL))
    variable(page, "sellers").focus()
    page.keyboard.press("Delete")
    state = page.context.storage_state()
    again = bare(Canvas(WHEEL), storage_state=state)
    assert again.locator(".fwc-variable").count() == 3
    again.get_by_role("button", name="Bring it back").click()
    assert names(again) == ["customers", "selection"]
    other = bare(Canvas("a -> b +"), storage_state=state)
    assert other.get_by_role("button", name="Bring it back").count() == 0


def test_without_python_the_canvas_says_what_it_cannot_do(bare):
    page = bare(Canvas(WHEEL))
    page.get_by_role("button", name="Spin it").click()
    page.locator(".fwc [role=status]", has_text="spinning needs it").wait_for()
    variable(page, "sellers").focus()
    page.keyboard.press("Delete")
    page.locator(".fwc-kept", has_text="Not kept yet: Python is not running.").wait_for()
    page.get_by_role("button", name="Spin it").click()
    assert said(page) == "Python is not running, and spinning needs it. Run the cell again."


def test_a_mistake_in_the_first_model_is_marked_at_its_line(bare):
    canvas = Canvas("customers -> visits + -> customers +")
    canvas.spin()
    canvas.text = canvas.text.replace("visits [1] = customers", "visits [1] = custmers")
    page = bare(canvas)
    line = canvas.text.splitlines().index("visits [1] = custmers") + 1
    assert page.locator(".fws-lines .fws-wrong").inner_text() == f"▸ {line}"
    assert "nothing is called 'custmers'" in page.locator(".fws-problem").inner_text()
    page.get_by_role("button", name=f"Go to line {line}").click()
    picked = "(text) => text.value.slice(text.selectionStart, text.selectionEnd)"
    assert page.locator(".fws-text").evaluate(picked) == "custmers"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_as_text_and_breaks_nothing(bare, name):
    graph = nx.DiGraph([(name, "visits", {"sign": 1}), ("visits", name, {"sign": -1})])
    page = bare(Canvas(graph))
    assert page.locator(".fw img, .fw script").count() == 0
    box = page.locator(".fwc-variable").first.bounding_box()
    assert box["width"] < 260
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator(".fwc-variable").first.focus()
    page.keyboard.press("F2")
    page.keyboard.type("price")
    page.keyboard.press("Enter")
    assert names(page) == ["price", "visits"]


def test_a_name_typed_with_markup_in_it_stays_text(bare):
    page = bare(Canvas())
    page.get_by_role("button", name="Add variable").click()
    page.keyboard.type("<b onclick=alert(1)>bold</b>")
    page.keyboard.press("Enter")
    assert names(page) == ["<b onclick=alert(1)>bold</b>"]
    assert page.locator(".fw b").count() == 0


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1366, 820, 390])
def test_axe_finds_no_serious_fault_in_a_canvas(bare, faults, dark, width):
    canvas = Canvas(WHEEL + "\ncustomers -> crowding + -> customers -\nprice -> customers ?")
    canvas.text = "time month from 0 to 1 step 1\nstock a [1] = b\n"
    page = bare(canvas, dark=dark, width=width)
    assert faults(page) == []
    page.locator(".fwc-arrow").nth(1).focus()
    assert faults(page) == []
    variable(page, "sellers").focus()
    page.locator(".fwc-loops button").first.click()
    assert faults(page) == []


def test_a_narrow_canvas_needs_no_sideways_scrolling(bare):
    page = bare(Canvas(WHEEL), width=320)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for each in page.locator(".fwc-variable .fwc-frame").all():
        box = each.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320


def test_leaving_the_page_stops_everything(bare):
    page = bare(Canvas(WHEEL))
    variable(page, "customers").focus()
    page.keyboard.press("u")
    page.evaluate("window.stops.forEach((stop) => stop())")
    page.evaluate("document.getElementById('views').replaceChildren()")
    page.evaluate("window.model.set('given', {...window.model.get('given'), edition: 9})")
    page.wait_for_timeout(200)


def test_a_variable_is_moved_by_touch(bare):
    page = bare(Canvas("price -> visits -"), width=420, has_touch=True)
    x, y = middle(variable(page, "visits").locator(".fwc-frame"))
    touch = page.context.new_cdp_session(page)
    for kind, dx in (("touchStart", 0), ("touchMove", -20), ("touchMove", -60), ("touchEnd", None)):
        points = [] if dx is None else [{"x": x + dx, "y": y + dx}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    new_x, new_y = middle(variable(page, "visits").locator(".fwc-frame"))
    assert (new_x - x, new_y - y) == pytest.approx((-60, -60), abs=4)
    for each in page.get_by_role("button").all():
        if each.evaluate("(item) => item.tagName") == "BUTTON" and each.is_visible():
            assert each.bounding_box()["height"] >= 32


def test_hundreds_of_loops_are_told_by_the_dozen(bare):
    names = [f"v{n}" for n in range(9)]
    graph = nx.DiGraph()
    graph.add_edges_from(((a, b) for a in names for b in names if a != b), sign=1)
    page = bare(Canvas(graph))
    assert page.locator(".fwc-loops button").count() == 40
    assert page.locator(".fwc-letter").count() == 9
    assert "and more than can be counted" in page.locator(".fwc-loops").inner_text()


def test_editing_two_hundred_times_leaves_the_page_as_small_as_it_was(bare):
    page = bare(Canvas(WHEEL))
    size = "document.querySelectorAll('.fw *').length"
    before = page.evaluate(size)
    variable(page, "sellers").focus()
    for _ in range(100):
        page.keyboard.press("Shift+ArrowLeft")
        page.keyboard.press("Shift+ArrowRight")
    assert drawn(page)["turn"] == 200
    assert abs(page.evaluate(size) - before) < 25  # the row for the selected variable


def test_a_loop_is_named_beside_its_letter_and_so_in_the_model(bare):
    canvas = Canvas("guests -> talk + -> guests +\nguests -> crowd + -> guests -")
    page = bare(canvas)

    def call(letter, name):
        page.get_by_label(f"Name of {letter}").fill(name)
        page.keyboard.press("Enter")
        return page.locator(".fwc [role=status]").first.inner_text().strip()

    assert "Talk of the town" in call("R1", " Talk  of the town")
    assert "there is a loop" in call("B1", "Talk of the town")
    assert page.get_by_label("Name of B1").input_value() == ""
    call("B1", "Crowd")
    call("R1", "Word of mouth")
    canvas.drawn = page.evaluate("window.model.get('drawn')")
    assert [loop.title for loop in canvas.loops] == ["Word of mouth", "Crowd"]
    canvas.spin()
    assert 'loop "Word of mouth" = guests -> talk -> guests' in canvas.text
    assert "has no name any more" in call("R1", "")
    page.get_by_role("button", name="Undo").click()
    assert page.get_by_label("Name of R1").input_value() == "Word of mouth"


@pytest.mark.parametrize("by", ["click", "Tab", "Enter"])
def test_loops_are_named_one_after_another_and_the_focus_goes_along(bare, by):
    canvas = Canvas("a -> b + -> a +\na -> c + -> a +\na -> d + -> e + -> a +")
    page = bare(canvas)
    fields = page.locator(".fwc-title")
    assert fields.count() == 3
    fields.nth(0).click()
    names = ["Talk", "Trust", "Trade"]
    for at, name in enumerate(names):  # the last first leads it to the front: the list stays
        page.keyboard.type(name)
        if by == "Enter":
            page.keyboard.press("Enter")
            assert fields.nth(at).evaluate("it => it === document.activeElement")
        if at == 2:
            break
        if by == "click":
            fields.nth(at + 1).click()
        else:
            page.keyboard.press("Tab")  # the letter of the next loop
            page.keyboard.press("Tab")
        assert fields.nth(at + 1).evaluate("it => it === document.activeElement")
    page.get_by_role("button", name="Arrange").focus()
    canvas.drawn = page.evaluate("window.model.get('drawn')")
    assert [loop.title for loop in canvas.loops] == names
    assert [fields.nth(at).input_value() for at in range(3)] == names


def test_a_loop_named_out_of_turn_leaves_the_list_until_the_focus_does(bare):
    page = bare(Canvas("a -> b + -> a +\na -> c + -> a +"))
    fields, letters = page.locator(".fwc-title"), page.locator(".fwc-loops button")
    fields.nth(1).click()
    page.keyboard.type("Trust")
    fields.nth(0).click()
    assert letters.all_inner_texts() == ["R2", "R1"]
    page.keyboard.type("Talk")
    page.get_by_role("button", name="Arrange").focus()
    assert letters.all_inner_texts() == ["R1", "R2"]
    assert [fields.nth(at).input_value() for at in range(2)] == ["Trust", "Talk"]


def test_a_press_on_a_sign_is_not_for_an_arrow_that_lies_over_it(bare):
    page = bare(Canvas("a -> b +\nc -> d -"))
    x, y = middle(page.locator(".fwc-sign").first)
    page.evaluate(
        """([x, y]) => {
            const over = [...document.querySelectorAll(".fwc-hit")].at(-1);
            const at = new DOMPoint(x, y).matrixTransform(over.getScreenCTM().inverse());
            over.setAttribute("d", `M${at.x - 40},${at.y}L${at.x + 40},${at.y}`);
        }""",
        [x, y],
    )
    reached = "([x, y]) => document.elementFromPoint(x, y).getAttribute('class')"
    assert page.evaluate(reached, [x, y]) == "fwc-hit"
    page.mouse.click(x, y)
    assert page.locator(".fwc-selected").get_attribute("data-key") == "arrow\na\nb"


def test_the_table_of_quantities_tells_python_what_is_known(bare):
    canvas = Canvas("customers -> visits + -> customers +")
    canvas.know("customers", 60, "person", "counted in May")
    page = bare(canvas, width=360)
    field = page.get_by_label("unit, customers")
    assert field.input_value() == "person"
    assert field.evaluate("it => getComputedStyle(it).borderStyle") == "solid"  # locked ones, too
    field.fill("guest")
    page.keyboard.press("Tab")
    asked = page.evaluate("window.model.get('request')")
    row = {"variable": "customers", "value": 60, "unit": "guest", "says": "counted in May"}
    assert (asked["latest"], asked["rows"]) == ("know", [row])
    canvas.request = asked
    assert str(canvas.model["customers"].unit) == "guest"

    today, sure = page.get_by_label("today, customers"), page.get_by_label("how sure, visits")
    for typed, value in (
        *(
            ("12,000", 12000),
            ("1 250 000.5", 1250000.5),
            ("8.000", "8.000"),
            ("1.100,500", "1.100,500"),
            ("2,5", "2,5"),
        ),
    ):
        today.fill(typed)
        page.keyboard.press("Tab")
        assert page.evaluate("window.model.get('request')")["rows"][0]["value"] == value
    # While Python is busy only the last message reaches it: it has every row not answered yet.
    page.get_by_label("today, visits").fill("30")
    page.get_by_label("unit, visits").fill("visit")
    page.keyboard.press("Tab")
    canvas.request = page.evaluate("window.model.get('request')")
    said = "what customers is today is a number, not '2,5'. Try: write 2.5 with a point"
    assert canvas.model_given["rows"] == {"customers": said}
    assert (canvas.model.given_values["usual_visits"], str(canvas.model["visits"].unit)) == (
        30,
        "visit",
    )

    # The answer to one row leaves the refused one, and what is being typed meanwhile.
    sure.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("from the bo")
    canvas.know("visits", 30, "visit")
    for part in ("model_given", "model_reading"):
        page.evaluate("([name, it]) => window.model.set(name, it)", [part, getattr(canvas, part)])
    page.keyboard.type("oks")
    assert page.get_by_label("unit, visits").input_value() == "visit"
    assert (today.input_value(), sure.input_value()) == ("2,5", "from the books")

    def hand_over(**row):
        canvas.request = {"latest": "know", "rows": [{**canvas.request["rows"][0], **row}]}
        for part in ("model_given", "model_reading"):
            value = getattr(canvas, part)
            page.evaluate("([name, it]) => window.model.set(name, it)", [part, value])

    # Why a row was not taken stands below it, until it is.
    hand_over(value="2,5")
    below = page.locator("tr:has([aria-label='today, customers']) + tr")
    assert below.inner_text().strip() == said
    assert today.get_attribute("aria-describedby") == below.locator("td").get_attribute("id")
    hand_over(value="$2,500", unit="")
    assert page.locator(".fws-why").count() == 0
    assert page.get_by_label("unit, customers").input_value() == "USD"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_was_refused_stands_red_in_its_row_after_a_rename_and_a_new_row(bare):
    canvas = Canvas("trust -> savers + -> trust +")
    canvas.spin()
    page = bare(canvas, width=360)
    page.get_by_label("today, savers").fill("2,5")
    page.keyboard.press("Tab")
    canvas.request = page.evaluate("window.model.get('request')")
    said = canvas.model_given["rows"]["savers"]
    drawing = json.loads(json.dumps(dict(canvas._drawing)).replace('"savers"', '"lenders"'))
    canvas.drawn = {"of": canvas.given["edition"], "turn": 1, **drawing}
    graph = canvas.graph
    graph.add_edge("lenders", "fame", sign=1)
    canvas.graph = graph
    for step in (lambda: None, canvas.spin):
        step()
        for part in ("given", "drawn", "model_given", "model_reading"):
            value = getattr(canvas, part)
            page.evaluate("([name, it]) => window.model.set(name, it)", [part, value])
        assert page.get_by_label("today, lenders").input_value() == "2,5"
        below = page.locator("tr:has([aria-label='today, lenders']) + tr")
        assert below.inner_text().strip() == said
    assert page.get_by_label("today, fame").count() == 1


def test_a_share_in_per_cent_is_divided_once_however_often_the_table_is_edited(bare):
    canvas = Canvas("trust -> savers + -> trust +")
    canvas.spin()
    page = bare(canvas, width=360)
    page.get_by_label("today, trust").fill("71")
    page.get_by_label("unit, trust").fill("%")
    for note in ("asked", "asked in May", "asked in June"):
        page.get_by_label("how sure, savers").fill(note)
        page.keyboard.press("Tab")
        canvas.request = page.evaluate("window.model.get('request')")
        for part in ("model_given", "model_reading"):
            value = getattr(canvas, part)
            page.evaluate("([name, it]) => window.model.set(name, it)", [part, value])
    shown = (page.get_by_label(f"{part}, trust").input_value() for part in ("today", "unit"))
    assert tuple(shown) == ("0.71", "1")
    assert "trust [1] = 0.71" in canvas.text


def typed(page):
    return page.locator(".fws-text").input_value()


@pytest.fixture
def spun(bare):
    canvas = Canvas("customers -> word of mouth + -> customers +")
    canvas.spin()
    return canvas, bare(canvas, width=390)


def test_a_name_is_completed_by_mouse_and_by_keys(spun):
    _, page = spun
    text = page.locator(".fws-text")
    text.fill(f"{typed(page)}spread [1] = 2 * wor")
    assert page.locator(".fws-offers button").all_inner_texts() == ["word_of_mouth"]
    page.locator(".fws-offers button").click()
    assert typed(page).endswith("spread [1] = 2 * word_of_mouth")
    assert page.locator(".fws-offers button").count() == 0
    page.keyboard.type(" + smo")
    for key in ("Tab", "Tab", "Enter"):  # past smooth( to smooth3(
        page.keyboard.press(key)
    page.keyboard.type("cus")
    page.keyboard.press("Escape")
    assert page.locator(".fws-offers button").count() == 0
    assert typed(page).endswith("word_of_mouth + smooth3(cus")
    page.keyboard.type("to, 3)  # cus")  # a comment is nobody's name
    assert page.locator(".fws-offers button").count() == 0
    page.keyboard.press("Control+z")
    assert not typed(page).endswith("# cus")


def test_of_the_names_that_begin_so_the_shortest_is_offered_first(spun):
    _, page = spun
    text = page.locator(".fws-text")
    names = "given price_of_a_loaf_wait [month] = 3\ngiven price_of_a_loaf [USD] = 4\n"
    text.fill(f"{names}spread [1] = pri")
    assert page.locator(".fws-offers button").all_inner_texts() == [
        "price_of_a_loaf",
        "price_of_a_loaf_wait",
    ]
    page.evaluate(
        "() => { window.got = []; addEventListener('keydown', e => window.got.push(e.key)) }"
    )
    for key in ("Tab", "ArrowRight", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    assert text.evaluate("it => it === document.activeElement")
    for key in ("Tab", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    assert typed(page).endswith("spread [1] = price_of_a_loaf_wait")
    page.keyboard.type(" + pri")
    for key in ("Tab", "Escape"):
        page.keyboard.press(key)
    assert text.evaluate("it => it === document.activeElement")
    assert page.locator(".fws-offers button").count() == 0
    # What a notebook would take for its own: to go to another cell.
    assert not [key for key in page.evaluate("window.got") if key.startswith(("Arrow", "Esc"))]


def test_a_form_of_the_language_is_written_at_the_cursor(spun):
    _, page = spun
    before = typed(page)
    # As JupyterLab does on what has the focus, for its own undo of cells.
    page.locator(".fws-text").evaluate(
        "it => it.addEventListener('beforeinput', event => event.preventDefault())"
    )
    page.get_by_text("The language on one page").click()
    text = page.locator(".fws-text")
    text.evaluate("it => it.setSelectionRange(2, 2)")  # in the first line, the title
    page.get_by_role("button", name="season: write").press("Enter")
    title, *rest = typed(page).split("\n")
    assert title == before.split("\n")[0]
    assert rest[0].startswith("joiners [customer/month] = ")
    assert rest[4:] == before.split("\n")[1:]
    page.keyboard.press("Control+z")
    assert typed(page) == before
    page.keyboard.type("\nx [1] = ")
    page.get_by_role("button", name="smooth: write").click()
    assert "\nx [1] = smooth(x, over)\n" in typed(page)
    assert page.evaluate("document.activeElement.className") == "fws-text"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_arrow_tells_its_equation_on_resting_on_it_and_when_chosen(spun):
    canvas, page = spun
    arrow = page.locator(".fwc-arrow").first
    equation = "word_of_mouth [1] = customers"
    assert arrow.locator("title").text_content() == equation
    arrow.focus()
    page.keyboard.press("Enter")
    assert page.locator(".fwc-equation").inner_text() == equation
    canvas.text = canvas.text.replace("[1] = customers", "[1] = customers / 2")
    for part in ("model_given", "model_reading"):
        page.evaluate("([name, it]) => window.model.set(name, it)", [part, getattr(canvas, part)])
    assert page.locator(".fwc-equation").inner_text() == f"{equation} / 2"
    page.locator(".fwc-arrow").nth(1).focus()
    page.keyboard.press("Enter")
    assert "customers_gained [1/month] = " in page.locator(".fwc-equation").inner_text()


def test_undoing_in_the_text_never_doubles_what_python_wrote_over(spun):
    canvas, page = spun
    first = typed(page)
    pasted = first.replace("customers [1]", "customers [person]").replace("= 1", "= 8") + "\n\n\n"
    text = page.locator(".fws-text")
    text.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(pasted)
    page.wait_for_function("text => window.model.get('model_written').text === text", arg=pasted)
    page.get_by_role("button", name="Spin it").click()
    ours = pasted.rstrip("\n") + "\n"
    canvas.text = ours  # as Python writes it, without the blank lines at the end
    page.evaluate("it => window.model.set('model_given', it)", canvas.model_given)
    assert typed(page) == ours

    # Not by the keys of another field either, which the browser undoes as one with the text.
    page.get_by_label("today, customers").click()
    page.keyboard.press("Control+z")
    assert typed(page) == ours
    text.click()
    page.keyboard.insert_text("# mine")
    page.keyboard.press("Control+z")
    assert typed(page) == ours
    page.keyboard.press("Control+y")
    assert "# mine" in typed(page)
    page.keyboard.press("Control+z")
    for key, there in (
        ("Control+z", pasted),
        ("Control+z", first),
        ("Control+y", pasted),
        ("Control+y", ours),
        ("Control+y", ours),
        ("Control+z", pasted),
    ):
        page.keyboard.press(key)
        assert typed(page) == there
    assert page.evaluate("document.activeElement.className") == "fws-text"
    assert page.evaluate("window.model.get('model_written').text") == pasted


def test_undoing_the_first_model_away_leaves_the_focus_on_the_drawing(bare):
    canvas = Canvas("customers -> visits + -> customers +")
    page = bare(canvas)
    canvas.spin()
    page.evaluate("it => window.model.set('model_given', it)", canvas.model_given)
    page.locator(".fws-text").click()
    page.keyboard.press("Control+z")
    assert not page.locator(".fws").is_visible()
    page.keyboard.press("Control+y")
    assert typed(page) == canvas.text


def test_what_was_undone_last_is_done_again_first(bare):
    canvas = Canvas("customers -> visits + -> customers +")
    page = bare(canvas)
    variable(page, "visits").focus()
    page.keyboard.press("Shift+ArrowLeft")
    places = drawn(page)["variables"]
    canvas.spin()
    page.evaluate("it => window.model.set('model_given', it)", canvas.model_given)
    variable(page, "visits").focus()
    page.keyboard.press("Shift+ArrowLeft")
    later, there = drawn(page)["variables"], typed(page)
    page.locator(".fws-text").click()
    page.keyboard.type("x")
    for key, variables in (("z", later), ("z", places), ("y", later)):
        page.keyboard.press(f"Control+{key}")
        assert (typed(page), drawn(page)["variables"]) == (there, variables)


@pytest.mark.parametrize("other", ["Escape", "Control+z", "u", "Arrange", "Spin it", "Undo"])
def test_a_begun_arrow_is_given_up_by_whatever_else_is_done(bare, other):
    page = bare(Canvas("fans -> gate + -> fans +\nquality -> gate +"))
    variable(page, "fans").focus()
    page.keyboard.press("Shift+ArrowLeft")  # an older edit, which stays
    places = drawn(page)["variables"]
    page.keyboard.press("l")
    if other in ("Arrange", "Spin it", "Undo"):
        page.get_by_role("button", name=other).hover()
        page.mouse.down()
        assert other == "Undo" or said(page) == "the arrow from fans is given up"
        page.mouse.up()
    else:
        page.keyboard.press(other)
    assert page.evaluate("document.querySelector('.fwc-drawing')") is None
    if other in ("Undo", "Escape", "Control+z"):
        assert said(page) == "the arrow from fans is given up"
        assert drawn(page)["variables"] == places
    variable(page, "quality").click()
    assert ("fans", "quality") not in [arrow[:2] for arrow in arrows(page)]


def test_a_begun_arrow_ends_when_the_focus_leaves_and_waits_while_the_drawing_is_renewed(bare):
    page = bare(Canvas("fans -> gate + -> fans +\nquality -> gate +"), views=2)
    first, second = page.locator(".fwc").all()
    first.locator(".fwc-variable").filter(has_text="fans").focus()
    page.keyboard.press("l")
    page.evaluate(
        "window.model.set('drawn', {...window.model.get('given'), of: 1, turn: 1, arrows: []})"
    )
    page.wait_for_timeout(50)
    assert first.locator(".fwc-drawing").count() == 1
    second.locator(".fwc-variable").filter(has_text="gate").focus()
    first.locator(".fwc-drawing").wait_for(state="detached")
    assert said(page) == "the arrow from fans is given up"
    first.locator(".fwc-variable").filter(has_text="quality").click()
    assert arrows(page) == []


def test_several_selected_lines_are_indented_by_tab_and_the_keys_lead_out_again(spun):
    _, page = spun
    text = page.locator(".fws-text")
    text.fill("first\n\nsecond\nthird\nlast")
    here = "document.activeElement.className"
    text.evaluate("it => it.setSelectionRange(2, 14)")  # to the beginning of the third line
    for key, there in (
        ("Tab", "    first\n\n    second\nthird\nlast"),
        ("Tab", "        first\n\n        second\nthird\nlast"),
        ("Shift+Tab", "    first\n\n    second\nthird\nlast"),
        ("Shift+Tab", "first\n\nsecond\nthird\nlast"),
        ("Shift+Tab", "first\n\nsecond\nthird\nlast"),
        ("Control+z", "    first\n\n    second\nthird\nlast"),
    ):
        page.keyboard.press(key)
        assert typed(page) == there
        assert page.evaluate(here) == "fws-text"
    page.keyboard.press("Control+a")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate(here) != "fws-text"
    text.evaluate("it => it.setSelectionRange(2, 4)")  # in one line: Tab goes on
    text.press("Tab")
    assert page.evaluate(here) != "fws-text"


def test_a_row_of_a_list_shows_each_of_it_and_says_that_the_text_is_the_place(bare):
    canvas = Canvas("fans -> gate + -> fans +")
    canvas.spin()
    page = bare(canvas)
    below = page.locator(".fws-table + .fws-hint")
    assert below.inner_text() == ""
    canvas.text = (
        "time month from 0 to 12 step 1\nfor city in bonn, koeln:\n"
        + "    stock fans [person] = first  # counted\n        + won\n"
        + "    won [person/month] = fans * rate\n"
        + "    given first [person] = bonn: 10, koeln: 20\n"
        + "given rate [1/month] = 0.1\n"
    )
    for part in ("model_given", "model_reading"):
        page.evaluate("([name, it]) => window.model.set(name, it)", [part, getattr(canvas, part)])
    row = [page.get_by_label(f"{part}, fans") for part in ("today", "unit", "how sure")]
    assert [field.input_value() for field in row] == ["bonn 10, koeln 20", "person", "counted"]
    assert not any(field.is_editable() for field in row)
    said = "Written in the text for each of bonn, koeln, and to be changed there: fans."
    assert below.inner_text().strip() == said


@pytest.mark.parametrize("text", ["stock fans [1] = 1", "stock fans [1] = nobody"])
def test_help_and_what_is_wrong_stand_apart_from_the_field(spun, text):
    canvas, page = spun
    canvas.model_written = {"of": 2, "turn": 1, "text": f"time week from 0 to 1 step 1\n{text}"}
    page.evaluate("it => window.model.set('model_written', it)", canvas.model_written)
    page.evaluate("it => window.model.set('model_reading', it)", canvas.model_reading)
    parts = page.locator(".fws-editor, .fws-problem:not(:empty), .fws-editor ~ .fws-hint")
    places = [part.bounding_box() for part in parts.all()]
    assert len(places) == 2 + ("nobody" in text)
    for one, other in pairwise(places):
        assert other["y"] - one["y"] - one["height"] >= 6
