"""Keys in JupyterLab while a widget has the focus: what it does not use reaches the notebook."""

from __future__ import annotations

from playwright import sync_api

CELLS = {
    "Explorer": "w.Explorer(napkin, 'traffic')",
    "Predict": "w.Predict(napkin, 'traffic')",
    "Loops": "w.Loops(napkin)",
    "Story": "w.Story(napkin, [('traffic', 'Visits.'), (['sellers'], 'They bring choice.')])",
    "Canvas": "canvas = w.Canvas('a -> b + -> a +'); canvas.spin(); canvas",
    "Quiz": "w.Quiz('?q: Really?\\n+ Yes\\n= So it is.\\n- No\\n= Think again.')",
    "Cockpit": "w.Cockpit('two_pages')",
    "Order": "w.Order('Count', [{'one': 'so'}, {'two': 'so'}])",
}
BUTTON = "button:not(:disabled):visible"
# Where the focus may be, and whether what stands there has a use of its own for the arrow keys.
PLACES = [
    ("Explorer", "input[type=range]", True),
    ("Explorer", "svg[tabindex='0']", False),
    ("Predict", "[role=slider]", True),
    ("Loops", BUTTON, True),  # one of a toolbar
    ("Loops", "input[type=range]", True),
    ("Loops", ".fwc-variable", True),
    ("Story", BUTTON, True),
    ("Canvas", "[role=toolbar] button", True),
    ("Canvas", ".fwc-variable", True),
    ("Canvas", ".fwc-field", True),
    ("Canvas", ".fws-text", True),
    ("Canvas", "summary:visible", False),
    ("Quiz", BUTTON, False),
    ("Cockpit", "input[type=range]", True),
    ("Cockpit", "input[type=number]", True),
    ("Cockpit", BUTTON, False),
    ("Order", ".fwo-moves " + BUTTON, False),
]

IDLE = "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
HERE = "const book = jupyterapp.shell.currentWidget; const { content } = book;"
RUNS = f"(at) => {{ {HERE} return content.widgets[at].model.executionCount; }}"
ACTIVE = f"() => {{ {HERE} return content.activeCellIndex; }}"
IN_CELL = "document.activeElement.classList.contains('jp-Cell')"
SOIL = f"""() => {{ {HERE}
  book.context.model.sharedModel.setMetadata("soiled", `${{Math.random()}}`); }}"""
CLEAN = f"() => {{ {HERE} return !book.context.model.dirty; }}"


def test_a_chord_that_a_widget_does_not_use_reaches_the_notebook_from_every_part_of_it(notebook):
    begin = "import flywheel_edu as fw, flywheel_edu.widgets as w\nnapkin = fw.load('napkin')"
    page = notebook(begin, *CELLS.values(), "'last'", height=2400)
    failed = []

    def focused(name, place):
        """The focus goes there, in the output of the widget's cell."""
        cell = page.locator(".jp-Notebook .jp-Cell").nth(1 + list(CELLS).index(name))
        page.wait_for_function(IDLE)
        cell.locator(".fw").first.wait_for()
        if place == ".fwc-field":
            cell.locator(".fwc-variable").first.focus()
        cell.locator(place).first.focus()

    def acts(name, place, chord, seen, arg=None):
        focused(name, place)
        page.keyboard.press(chord)
        try:
            page.wait_for_function(seen, arg=arg, timeout=6000)
        except sync_api.TimeoutError:
            failed.append(f"{name}, {place}: {chord}")

    for name, place, arrows in PLACES:
        at = 1 + list(CELLS).index(name)
        focused(name, place)
        page.keyboard.press("Escape")  # which may first stop what was begun in the widget
        if not page.evaluate(IN_CELL):
            page.keyboard.press("Escape")
        if not page.evaluate(IN_CELL):
            failed.append(f"{name}, {place}: Escape")
        page.evaluate(SOIL)
        acts(name, place, "Control+s", CLEAN)
        if not arrows:
            acts(name, place, "ArrowDown", f"(at) => ({ACTIVE})() !== at", at)
        for chord in ("Control+Enter", "Shift+Enter"):
            before = page.evaluate(RUNS, at)
            seen = f"([at, before]) => ({RUNS})(at) > before"
            acts(name, place, chord, seen, [at, before])
        try:
            page.wait_for_function(f"(at) => ({ACTIVE})() === at + 1", arg=at, timeout=6000)
        except sync_api.TimeoutError:
            failed.append(f"{name}, {place}: cell {page.evaluate(ACTIVE)} after {at}")
    assert failed == []
