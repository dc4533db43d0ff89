"""The widgets in a real JupyterLab: its keys, its kernel, its theme, its saved notebooks."""

from __future__ import annotations

import nbformat

CANVAS = (
    "from flywheel_edu.widgets import Canvas\n"
    "canvas = Canvas('customers -> sellers + -> selection + -> customers +')\n"
    "canvas"
)
ANSWERS = (
    "from ipywidgets import VBox\n"
    "from flywheel_edu.widgets import Order, Quiz\n"
    "quiz = Quiz('?q: Really?\\n+ Yes\\n= So it is.\\n- No\\n= Think again.')\n"
    "order = Order('Count', [{'one': 'so'}, {'two': 'so'}])\n"
    "VBox([quiz, order])"
)


def names(page, *wanted):
    """The variables that Python has, once they are those wanted."""
    return page.python("print(*canvas.graph, sep=', ')", until=", ".join(wanted)).split(", ")


def test_canvas_and_python_see_one_drawing_and_the_lab_keeps_its_hands_off_the_keys(notebook):
    page = notebook(CANVAS, "'another cell'")
    page.wait_for_selector(".fwc-variable")
    cells = page.locator(".jp-Cell").count()

    # In command mode these keys are the lab's: a and b add cells, dd deletes one, arrows move on.
    page.locator(".fwc-variable").first.focus()
    for key in ("a", "b", "d", "d", "x", "ArrowDown", "ArrowRight", "m", "0", "0"):
        page.keyboard.press(key)
    assert page.locator(".jp-Cell").count() == cells
    assert page.evaluate("!!document.activeElement.closest('.fwc')")

    # From the browser to Python
    page.keyboard.press("n")
    page.keyboard.type("crowding")
    page.keyboard.press("Enter")
    page.locator(".fwc-loops").wait_for()
    wanted = ["customers", "sellers", "selection", "crowding"]
    assert names(page, *wanted) == wanted

    # and from Python to the browser, where it can be undone.
    page.python(
        "graph = canvas.graph\n"
        "graph.add_edge('customers', 'crowding', sign=1)\n"
        "graph.add_edge('crowding', 'customers', sign=-1)\n"
        "canvas.graph = graph"
    )
    page.locator(".fwc-letter", has_text="B1").wait_for()
    page.locator(".fwc-notes, .fwc-state", has_text="Nothing to remark").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("document.querySelectorAll('.fwc-letter').length === 1")
    assert page.python("print(len(canvas.loops))", until="1") == "1"
    page.get_by_role("button", name="Redo").click()

    # Python arranges, without a change to what is drawn.
    page.get_by_role("button", name="Arrange").click()
    page.wait_for_function("document.querySelectorAll('.fwc-letter').length === 2")
    wanted = ["customers", "sellers", "selection", "crowding"]
    assert names(page, *wanted) == wanted

    # A first model: spun, broken, mended as text.
    page.get_by_role("button", name="Spin it").click()
    page.locator(".fws-curve").first.wait_for()
    text = page.locator(".fws-text")
    good = text.input_value()
    text.fill(good.replace("= customers_loss_rate *", "= custmers_loss_rate *"))
    page.locator(".fws-problem", has_text="custmers_loss_rate").wait_for()
    ask = "try:\n    canvas.model\nexcept Exception as problem:\n    print(problem)"
    assert "did you mean" in page.python(ask, until="did you mean")
    text.fill(good)
    page.locator(".fws-curve").first.wait_for()
    assert "<Model" in page.python("print(repr(canvas.model))", until="<Model")

    # Two views of one widget stay together.
    page.evaluate("""() => {
      const { content } = jupyterapp.shell.currentWidget;
      content.model.sharedModel.cells[1].setSource("canvas");
    }""")
    page.evaluate("""async () => {
      const { content } = jupyterapp.shell.currentWidget;
      content.activeCellIndex = 1;
      await jupyterapp.commands.execute("notebook:run-cell");
    }""")
    page.wait_for_function("document.querySelectorAll('.fwc').length === 2")
    page.locator(".fwc").nth(1).locator(".fwc-variable").nth(3).wait_for()
    page.locator(".fwc").nth(1).get_by_role("button", name="Add variable").click()
    page.keyboard.type("trust")
    page.keyboard.press("Enter")
    page.locator(".fwc").nth(0).locator(".fwc-label", has_text="trust").wait_for()

    # The still picture is in the notebook's file, with its words.
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")
    (output,) = nbformat.read(page.file, as_version=4).cells[0].outputs
    assert output["data"]["text/plain"].startswith("Causal-loop diagram")
    assert output["data"]["image/png"]

    # A restarted kernel loses nothing that was drawn.
    page.evaluate("""async () => {
      const context = jupyterapp.shell.currentWidget.sessionContext;
      await context.session.kernel.restart();
      await context.session.kernel.info;
    }""")
    page.run_all()
    page.wait_for_function("document.querySelectorAll('.fw-kept').length > 0")
    page.locator(".fwc").nth(0).get_by_role("button", name="Bring it back").click()
    page.locator(".fwc").nth(0).locator(".fwc-label", has_text="trust").wait_for()
    wanted = ["customers", "sellers", "selection", "crowding", "trust"]
    assert names(page, *wanted) == wanted
    assert "<Model" in page.python("print(repr(canvas.model))", until="<Model")


def test_quiz_and_order_side_by_side_speak_to_python_in_the_dark_theme(notebook, faults):
    page = notebook(ANSWERS, dark=True)
    page.get_by_role("button", name="Yes").click()
    page.get_by_role("button", name="Move down: two").click()
    page.get_by_role("button", name="Check this order").click()
    page.locator(".fwo .fwq-verdict", has_text="Right").wait_for()
    done = "{'q': 'a'} True"
    assert page.python("print(quiz.answers, order.done)", until=done) == done
    assert faults(page, ".jp-OutputArea-output .fw") == []
    ground = page.locator(".fwq").first.evaluate("(root) => getComputedStyle(root).backgroundColor")
    assert ground != "rgb(255, 255, 255)"


def test_answers_in_code_show_in_the_lab(notebook):
    page = notebook(ANSWERS.replace("VBox([", "quiz.answer('b')\nVBox(["), "quiz")
    page.locator(".fwq-verdict", has_text="Not this one").last.wait_for()
    page.python("quiz.answer('a')")
    page.locator(".fwq-verdict", has_text="Right.").last.wait_for()


def test_a_chart_on_a_phone_has_the_room_of_the_right_bar_whose_panels_a_key_still_opens(notebook):
    cell = "import flywheel_edu as fw\nfw.simulate(fw.load('retail')).plot('customers')"
    page = notebook(cell)
    page.locator(".jp-RenderedImage img").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    page.keyboard.press("Control+b")  # the list of files
    page.wait_for_function("document.querySelector('.jp-RenderedImage img').width > 320")
    page.keyboard.press("Control+j")
    page.locator("#jp-right-stack").wait_for()


def test_on_a_phone_the_files_open_folded_away_and_a_wide_window_keeps_its_layout(notebook):
    wide, phone = notebook("1"), notebook("2", width=390, height=844)
    phone.wait_for_function("jupyterapp.shell.leftCollapsed")
    assert phone.locator(".jp-Notebook").bounding_box()["width"] > 320
    phone.keyboard.press("Control+b")
    phone.locator("#jp-left-stack").wait_for()
    phone.keyboard.press("Control+b")
    phone.wait_for_timeout(1500)  # JupyterLab saves a layout a second after it has changed
    wide.goto(f"{notebook.address}/lab")
    wide.wait_for_function("window.jupyterapp?.shell.currentWidget?.context?.isReady")
    assert wide.locator("#jp-left-stack").is_visible()


def test_a_drawing_kept_in_a_file_is_there_after_a_restart_with_no_click(notebook, tmp_path):
    cell = CANVAS.replace(" +')", f" +', keep={str(tmp_path / 'wheel.json')!r})")
    page = notebook(cell)
    page.wait_for_selector(".fwc-variable")
    page.locator(".fwc-variable").first.focus()
    page.keyboard.press("Delete")
    page.wait_for_function("document.querySelectorAll('.fwc-variable').length === 2")
    wanted = ["sellers", "selection"]
    assert names(page, *wanted) == wanted
    page.locator(".fwc-kept", has_text="Kept in wheel.json.").wait_for()
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    # Nothing runs now: what is drawn stays in the browser, which says so at once.
    page.locator(".fwc-kept", has_text="Not kept yet: Python is not running.").wait_for()
    page.get_by_role("button", name="Add variable").click()
    page.keyboard.type("trust")
    page.keyboard.press("Enter")
    page.run_all()
    page.locator(".fwc-kept", has_text="Kept in wheel.json.").wait_for()
    wanted = ["sellers", "selection", "trust"]
    assert names(page, *wanted) == wanted


def test_a_notebook_that_saves_its_widgets_opens_again_with_the_drawing_and_no_kernel(notebook):
    page = notebook(CANVAS)
    page.wait_for_selector(".fwc-variable")
    page.locator(".fwc-variable").first.focus()
    page.keyboard.press("n")
    page.keyboard.type("crowding")
    page.keyboard.press("Enter")
    wanted = ["customers", "sellers", "selection", "crowding"]
    assert names(page, *wanted) == wanted
    page.reopen()
    page.locator(".fwc-label", has_text="crowding").wait_for()
    assert page.locator(".fwc-variable").count() == 4
    # It is still a canvas: it draws, and loops close, with nobody behind it.
    page.locator(".fwc-arrow").first.focus()
    page.keyboard.press("-")
    page.locator(".fwc-letter", has_text="B1").wait_for()
