"""What a student did in Predict, Explorer, Quiz and Order when the kernel restarts: it is offered
when the cell runs again, and brought back it reaches Python."""

from __future__ import annotations

import json
import re

from flywheel_edu.widgets import Quiz

SET_UP = '''
import json
import flywheel_edu as fw
from flywheel_edu.widgets import Explorer, Order, Predict, Quiz
savings = fw.Model.parse("""time year from 0 to 40 step 0.25
stock savings [USD] = 100
    + interest
interest [USD/year] = savings * rate
given rate [1/year] = 0.07 in 0 .. 0.2
""")
'''
QUESTION = "?sign: Which?\n+ Plus.\n= Yes.\n- Minus.\n= No.\n"
CELLS = {
    "explorer": 'explorer = Explorer(savings, "savings")\nexplorer',
    "quiz": f"quiz = Quiz({QUESTION!r})\nquiz",
    "order": 'order = Order("Count", [{"one": "a"}, {"two": "b"}, {"three": "c"}])\norder',
    "predict": 'predict = Predict(savings, "savings")\npredict',
}
STANDS = (
    "print(json.dumps([explorer.values.get('rate'), quiz.answers, len(predict.drawn), "
    "[line.text for line in order.lines], f'{predict.tries} shown']))"
)


def stands(page, until=None):
    return json.loads(page.python(STANDS, until=until))


def work(page):
    page.get_by_role("slider", name=re.compile("^rate")).focus()
    page.keyboard.press("End")
    page.get_by_role("button", name="Plus.").click()
    page.get_by_role("button", name=re.compile("^Move (up|down)")).locator("visible=true").nth(
        1
    ).click()
    ground = page.locator(".fwp-ground")
    ground.scroll_into_view_if_needed()
    box = ground.bounding_box()
    page.mouse.move(box["x"] + 4, box["y"] + 0.9 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 0.3 * box["height"], steps=15)
    page.mouse.up()
    page.get_by_role("button", name="Show the run").click()
    page.wait_for_selector(".fwp-verdict:not([hidden])")


def restart(page):
    page.evaluate(
        "() => jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
        ".then(() => new Promise(done => setTimeout(done, 1500)))"
    )
    page.run_all()


def test_the_work_of_four_widgets_survives_a_restart(notebook):
    page = notebook(SET_UP, *CELLS.values(), height=1800)
    before = stands(page)
    work(page)
    done = stands(page, until="1 shown")
    assert done[:2] == [0.2, {"sign": "a"}]
    assert done[2] > 10
    assert done[3] != before[3]
    restart(page)
    page.wait_for_function("document.querySelectorAll('.fw-kept:not([hidden])').length === 4")
    assert stands(page) == before
    for button in page.get_by_role("button", name="Bring it back").all():
        button.scroll_into_view_if_needed()
    while (button := page.get_by_role("button", name="Bring it back")).count():
        button.first.click()
    assert stands(page, until="1 shown") == done


def test_what_is_let_go_is_not_offered_again(bare):
    page = bare(Quiz(QUESTION))
    page.get_by_role("button", name="Plus.").click()
    again = bare(Quiz(QUESTION), storage_state=page.context.storage_state())
    again.get_by_role("button", name="Let it go").click()
    third = bare(Quiz(QUESTION), storage_state=again.context.storage_state())
    third.wait_for_selector(".fwq-choice")
    assert third.locator(".fw-kept:not([hidden])").count() == 0
