"""What every move of a slider brings: a picture of its own, and no question to the kernel.

How long a picture takes is measured by `benchmarks.widgets`; nothing here waits on a clock.
"""

from __future__ import annotations

from pathlib import Path

from flywheel_edu import Model
from flywheel_edu.widgets import Explorer

BENCHMARK = Path(__file__).parents[1] / "models" / "benchmark.flywheel"
LEVER = "given contact_rate [?] = 0.12"


def explorer(**wishes):
    """An explorer of the benchmark model: 8 stocks, 44 quantities, 960 steps."""
    text = BENCHMARK.read_text("utf-8")
    assert LEVER in text
    model = Model.parse(text.replace(LEVER, f"{LEVER} in 0.02 .. 0.3"))
    return Explorer(model, "Customers", "Sellers", "Unit_cost", **wishes)


def ready(page):
    page.wait_for_function("document.querySelectorAll('.fwk-line').length === 3")
    page.wait_for_timeout(300)
    return page


# Move the slider once a frame: in how many frames is the picture another one, in how many is there
# less of it than a curve?
MOVES = """async ([selector, moves]) => {
  const range = document.querySelector(".fwe-range");
  const all = () => [...document.querySelectorAll(selector)];
  const shown = () => all().map((each) => each.getAttribute("d"));
  let [last, changed, blank] = [shown().join(), 0, 0];
  for (let i = 0; i < moves; i += 1) {
    range.value = String(0.05 + 0.002 * (i % 100));
    range.dispatchEvent(new Event("input"));
    await new Promise(requestAnimationFrame);
    const now = shown();
    changed += Number(now.join() !== last);
    blank += now.filter((path) => path.length < 100).length;
    last = now.join();
  }
  return [changed, blank];
}"""


def test_every_move_has_its_own_picture_in_the_frame_that_follows(bare):
    page = ready(bare(explorer()))
    assert page.evaluate(MOVES, [".fwk-line", 90]) == [90, 0]


def test_every_move_has_its_own_small_graphs_too(bare):
    page = ready(bare(explorer(small_graphs=True)))
    assert page.locator(".fwm-card").count() == 44
    page.evaluate("document.querySelectorAll('.fwm-now')[2].id = 'third'")
    assert page.evaluate(MOVES, [".fwk-line", 40]) == [40, 0]
    # Beside those that wait for their turn in a later frame, this one is in sight and early.
    changed, blank = page.evaluate(MOVES, ["#third", 40])
    assert (changed, blank) == (40, 0)


def test_the_pixels_themselves_change(bare):
    page = ready(bare(explorer()))
    chart = page.locator(".fwe-charts")
    before = chart.screenshot()
    page.evaluate(MOVES, [".fwk-line", 5])
    assert chart.screenshot() != before


def test_a_slider_in_a_notebook_moves_while_the_kernel_does_not_answer(notebook):
    cell = f"""
import flywheel_edu as fw
from flywheel_edu.widgets import Explorer
text = open({str(BENCHMARK)!r}).read().replace({LEVER!r}, {LEVER + " in 0.02 .. 0.3"!r})
Explorer(fw.Model.parse(text), "Customers", "Sellers", "Unit_cost")
"""
    page = ready(notebook(cell))
    page.evaluate(
        """() => {
          const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
          window.asked = 0;
          kernel.requestExecute({ code: "import time; time.sleep(3600)" });
          kernel.anyMessage.connect((_, { direction, msg }) => {
            const asks = direction === "send" && msg.header.msg_type === "execute_request";
            window.asked += Number(asks);
          });
        }"""
    )
    assert page.evaluate(MOVES, [".fwk-line", 60]) == [60, 0]
    assert page.evaluate("window.asked") == 0
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")
