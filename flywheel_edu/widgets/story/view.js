// @ts-check
// A model unfolded piece by piece: what each step shows and says came with the page.
//
// Who writes what: Python writes given; the browser writes turned. See story.py.

import { announcer, button, element, keepKeys, listen, shortened } from "../shared/base.js";
import { axisText } from "../shared/axis.js";
import { curveChart } from "../shared/curves.js";
import { keepsake, keptBar } from "../shared/keepsake.js";
import { wheelView } from "../loops/wheel.js";

/** @param {{ model: import("../shared/base.js").WidgetModel, el: HTMLElement }} handed */
function render({ model, el }) {
  const given = () => model.get("given");
  const { line, say } = announcer();
  let at = standing();
  let told = "";
  /** @type {ReturnType<typeof curveChart> | null} */
  let chart = null;

  const title = element("strong", { class: "fwt-title", dir: "auto" });
  const count = element("span", { class: "fwt-count" });
  const back = button("Back", "Back: the step before", () => go(at - 1));
  const next = button("Next", "Next: one step on", () => go(at + 1), { class: "fw-button fw-main" });
  const bar = element("div", { class: "fw-bar" }, title, count, back, next);
  const text = element("p", { class: "fwt-text", dir: "auto" });
  const view = wheelView({ label: "Causal-loop diagram as far as it is told" });
  const stage = element("div", { class: "fwc-stage" }, view.root);
  const below = element("div", { class: "fwt-curve" });
  const kept = keepsake("story", {
    title: given().title,
    steps: given().steps.map((/** @type {{ text: string }} */ step) => step.text),
  });
  const offer = keptBar(kept, "You read on", ({ at: to }) => go(Math.round(Number(to) || 0)));
  if (at) offer.hidden = true;
  const root = element(
    "div",
    { class: "fw fw-panel fwc fwt", role: "group" },
    offer,
    bar,
    text,
    stage,
    below,
    line,
  );
  keepKeys(root);
  el.append(root);

  function standing() {
    const [from, by] = [given(), model.get("turned")];
    const number = by.of === from.edition ? by.at : from.at;
    return Math.max(0, Math.min(from.steps.length - 1, Math.round(Number(number) || 0)));
  }

  /** @param {number} to */
  function go(to) {
    const steps = given().steps;
    if (to < 0 || to >= steps.length || to === at) return;
    at = to;
    const turned = { of: given().edition, at };
    told = JSON.stringify(turned);
    model.set("turned", turned);
    model.save_changes();
    offer.hidden = true;
    if (at) kept.keep({ at });
    else kept.drop();
    draw();
    say(
      `Step ${at + 1} of ${steps.length}. ${steps[at].text} ${chart ? (below.firstElementChild?.getAttribute("data-words") ?? "") : ""}`.trim(),
    );
    if (document.activeElement === document.body || !root.contains(document.activeElement))
      (next.disabled ? back : next).focus({ preventScroll: true });
  }

  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.target !== back && event.target !== next) return;
    const to = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      PageDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      PageUp: at - 1,
      Home: 0,
      End: given().steps.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  });

  const room = () => stage.clientWidth || 600;

  function draw() {
    const { steps, across } = given();
    const step = steps[at];
    root.setAttribute("aria-label", `Story: ${shortened(given().title, 120)}`);
    title.textContent = shortened(given().title, 60);
    title.setAttribute("title", given().title);
    count.textContent = `${at + 1} of ${steps.length}`;
    text.textContent = step.text;
    const focused = [back, next].find(each => each === document.activeElement);
    back.disabled = at === 0;
    next.disabled = at === steps.length - 1;
    if (focused?.disabled) (focused === back ? next : back).focus({ preventScroll: true });
    view.draw(step.drawing, step.loops, room(), steps[steps.length - 1].drawing.variables.length);
    view.mark({ fresh: step.fresh });
    chart?.stop();
    chart = null;
    below.replaceChildren();
    if (step.curve) {
      const { label, unit, time, values } = step.curve;
      const words = `${label} goes from ${axisText(values[0])} to ${axisText(values[values.length - 1])} over ${across} ${time[0]} to ${time[time.length - 1]}.`;
      chart = curveChart({
        title: label,
        unit: unit === "1" ? "as a share or ratio" : unit,
        across,
        height: 170,
      });
      chart.root.setAttribute("data-words", words);
      below.append(chart.root);
      chart.draw([{ label, time, values, tone: 0 }], [], { words });
    }
  }

  draw();
  const watch = new ResizeObserver(() => view.place(room()));
  watch.observe(stage);
  const stop = listen(model, {
    "change:given": () => {
      at = standing();
      draw();
    },
    "change:turned": () => {
      // Another view of the same widget wrote: follow it.
      if (JSON.stringify(model.get("turned")) === told) return;
      at = standing();
      draw();
    },
  });
  return () => {
    chart?.stop();
    watch.disconnect();
    stop();
  };
}

export default { render };
