// @ts-check
// A model unfolded piece by piece: what each step shows and says came with the page.
//
// Who writes what: Python writes given; the browser writes turned. See widget.py.

import { axisText, momentText, unitHead } from "../shared/axis.js";
import { announcer, button, element, headOf, keepKeys, listen, shortened } from "../shared/base.js";
import { curveChart } from "../shared/curves.js";
import { keepsake, keptBar } from "../shared/keepsake.js";
import { standing } from "../shared/standing.js";
import { wheelView } from "../loops/wheel.js";

const MOST_ROWS = 13; // of variables that make the sheet higher

/**
 * What one view of a story works on.
 * @typedef {{
 *   given: () => any, at: number, parts: Record<string, any>, view: ReturnType<typeof wheelView>,
 *   chart: ReturnType<typeof curveChart> | null, go: (to: number) => void,
 * }} Teller
 */

/** @param {{ model: import("../shared/base.js").WidgetModel, el: HTMLElement }} handed */
function render({ model, el }) {
  const given = () => model.get("given");
  const ledger = standing(model, "turned", ["at"]);
  const { line, say } = announcer();
  const read = () =>
    Math.max(0, Math.min(given().steps.length - 1, Math.round(Number(ledger.read().at) || 0)));
  const texts = given().steps.map((/** @type {{ text: string }} */ step) => step.text);
  const kept = keepsake("story", { title: given().title, steps: texts });
  /** @type {Teller} */
  const teller = {
    given,
    at: read(),
    parts: {},
    view: wheelView({ label: "Causal-loop diagram as far as it is told" }),
    chart: null,
    go(to) {
      const { steps } = given();
      if (!(to >= 0 && to < steps.length) || to === teller.at) return;
      teller.at = to;
      ledger.tell({ at: to });
      offer.hidden = true;
      if (to) kept.keep({ at: to });
      else kept.drop();
      const words = drawStep(teller);
      say(`Step ${to + 1} of ${steps.length}. ${steps[to].text} ${words}`.trim());
      const { next, back } = teller.parts;
      if (!root.contains(document.activeElement))
        (next.disabled ? back : next).focus({ preventScroll: true });
    },
  };
  const offer = keptBar(kept, "You read on", ({ at }) => teller.go(Math.round(Number(at) || 0)));
  if (teller.at) offer.hidden = true;
  const root = layTeller(teller, offer, line);
  el.append(root);
  drawStep(teller);
  const watch = new ResizeObserver(() => teller.view.place(roomIn(teller)));
  watch.observe(teller.parts.stage);
  const follow = () => {
    teller.at = read();
    drawStep(teller);
  };
  const stop = listen(model, { "change:given": follow, "change:turned": () => ledger.foreign() && follow() });
  return () => {
    teller.chart?.stop();
    watch.disconnect();
    stop();
  };
}

/** @param {Teller} teller @param {HTMLElement} offer @param {HTMLElement} line */
function layTeller(teller, offer, line) {
  const { title } = teller.given();
  const back = button("Back", "Back: the step before", () => teller.go(teller.at - 1));
  const on = { class: "fw-button fw-main" };
  const next = button("Next", "Next: one step on", () => teller.go(teller.at + 1), on);
  const count = element("span", { class: "fwt-count" });
  const text = element("p", { class: "fwt-text", dir: "auto" });
  const stage = element("div", { class: "fwc-stage" }, teller.view.root);
  const below = element("div", { class: "fwt-curve" });
  teller.parts = { back, next, count, text, stage, below };
  const bar = element("div", { class: "fw-bar" }, headOf(title), count, back, next);
  const about = {
    class: "fw fw-panel fwc fwt",
    role: "group",
    "aria-label": `Story: ${shortened(title, 120)}`,
  };
  const root = element("div", about, offer, bar, text, stage, below, line);
  keepKeys(root);
  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.target !== back && event.target !== next) return;
    const { at } = teller;
    const [on, off, last] = [at + 1, at - 1, teller.given().steps.length - 1];
    const ways = { ArrowRight: on, ArrowDown: on, PageDown: on, ArrowLeft: off, ArrowUp: off, PageUp: off };
    const to = { ...ways, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    teller.go(to);
  });
  return root;
}

/** @param {Teller} teller */
function roomIn({ parts }) {
  return parts.stage.clientWidth || 600;
}

/** The step that is reached; its curve in words. @param {Teller} teller */
function drawStep(teller) {
  const { at, parts, view } = teller;
  const { steps, across } = teller.given();
  const { text, drawing, loops, fresh, curve } = steps[at];
  parts.count.textContent = `${at + 1} of ${steps.length}`;
  parts.text.textContent = text;
  const focused = document.activeElement;
  parts.back.disabled = at === 0;
  parts.next.disabled = at === steps.length - 1;
  if (focused === parts.back && at === 0) parts.next.focus({ preventScroll: true });
  if (focused === parts.next && at === steps.length - 1) parts.back.focus({ preventScroll: true });
  // Never higher than what a laptop shows beside the sentence and the bar.
  const most = Math.min(MOST_ROWS, steps[steps.length - 1].drawing.variables.length);
  view.draw(drawing, loops, roomIn(teller), most);
  view.mark({ fresh });
  teller.chart?.stop();
  teller.chart = null;
  parts.below.replaceChildren();
  if (!curve) return "";
  const { label, unit, time, values } = curve;
  const last = values.length - 1;
  const span = `${across} ${momentText(time[0])} to ${momentText(time[last])}`;
  const words = `${label} goes from ${axisText(values[0])} to ${axisText(values[last])} over ${span}.`;
  teller.chart = curveChart({ title: label, unit: unitHead(unit), across, height: 170 });
  parts.below.append(teller.chart.root);
  teller.chart.draw([{ label, time, values, tone: 0 }], [], { words });
  return words;
}

export default { render };
