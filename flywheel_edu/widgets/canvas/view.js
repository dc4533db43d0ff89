// @ts-check
// Draw a flywheel: variables, signed arrows, delays. Loops are lettered as they close, a nudge
// travels round, and "Spin it" asks Python for a first model. Without Python, drawing, loops and
// nudges still work.

import { announcer, button, element, keepKeys, listen, roving } from "../shared/base.js";
import { keepsake, keptBar } from "../shared/keepsake.js";
import {
  addVariable,
  askToArrange,
  askToSpin,
  bringBack,
  draw,
  keep,
  remember,
  step,
  stopNudges,
} from "./acts.js";
import { useHands } from "./hands.js";
import { nudges } from "./nudge.js";
import { emptyScene, markScene, placeScene } from "./scene.js";
import { markLoops, sidePanel } from "./side.js";
import { spinPanel } from "./spin.js";
import { awaitReading, drawingIn, onModelReading, onReading, onText, sendText } from "./talk.js";

/** @typedef {import("../shared/loops.js").Drawing} Drawing */
/**
 * What one view of a canvas holds. The drawing is never changed in place: every edit makes a new one.
 * @typedef {{
 *   model: import("../shared/base.js").WidgetModel,
 *   drawing: Drawing,
 *   selected: import("./scene.js").Selection,
 *   arrowFrom: string | null,
 *   lit: string,
 *   past: Drawing[],
 *   future: Drawing[],
 *   kept: ReturnType<typeof keepsake>,
 *   scene: import("./scene.js").Scene,
 *   nudges: ReturnType<typeof nudges>,
 *   say: (text: string) => void,
 *   timers: Record<string, number>,
 *   root: HTMLElement,
 *   stage: HTMLElement,
 *   offer: HTMLElement,
 *   empty: HTMLElement,
 *   row: HTMLElement,
 *   side: ReturnType<typeof sidePanel>,
 *   panel: ReturnType<typeof spinPanel>,
 *   buttons: Record<"undo" | "redo" | "settle" | "spin", HTMLButtonElement>,
 *   barStop: { refresh: () => void },
 * }} View
 *   arrowFrom: where the arrow that is being drawn begins; lit: the letter of the loop pointed at
 */

/** @param {{ model: import("../shared/base.js").WidgetModel, el: HTMLElement }} handed */
function render({ model, el }) {
  const view = made(model);
  useHands(view);
  keepKeys(view.root);
  el.append(view.root);
  const unlisten = listen(model, {
    "change:given": () => onDrawing(view),
    "change:drawn": () => onDrawing(view),
    "change:reading": () => onReading(view),
    "change:model_given": () => onSpun(view),
    "change:model_written": () => onText(view),
    "change:model_reading": () => onModelReading(view),
  });
  const watcher = new ResizeObserver(() => {
    const width = view.stage.clientWidth;
    if (!width || Math.abs(width - view.scene.room) < 2) return;
    view.scene.room = width;
    placeScene(view.scene, view.drawing);
  });
  watcher.observe(view.stage);
  draw(view);
  onReading(view);
  onText(view);
  return () => {
    unlisten();
    watcher.disconnect();
    stopNudges(view);
    view.panel.stop();
    for (const timer of Object.values(view.timers)) clearTimeout(timer);
  };
}

/** @param {import("../shared/base.js").WidgetModel} model @returns {View} */
function made(model) {
  const { line: said, say } = announcer(true);
  said.textContent = "Loops get their letters as they close.";
  const scene = emptyScene();
  const kept = keepsake("canvas", model.get("given").start);
  const buttons = {
    undo: button("Undo", "Undo (Ctrl Z)", () => step(view, "undo")),
    redo: button("Redo", "Redo (Ctrl Y)", () => step(view, "redo")),
    settle: button("Settle", "Settle: stop every nudge", () => stopNudges(view), { hidden: true }),
    spin: button("Spin it", "Spin it: make a first model from the drawing", () => askToSpin(view), {
      class: "fw-button fw-main fwc-spin",
    }),
  };
  const bar = element(
    "div",
    { class: "fw-bar", role: "toolbar", "aria-label": "Drawing tools" },
    button("Add variable", "Add variable (N)", () => addVariable(view)),
    buttons.undo,
    buttons.redo,
    button("Arrange", "Arrange: put the main loop on a ring", () => askToArrange(view)),
    buttons.settle,
    buttons.spin,
  );
  const offer = model.get("drawn").turn
    ? element("div", { hidden: true })
    : keptBar(kept, "You drew", work => bringBack(view, work));
  const ask = "Double-click here, or press Add variable, to begin. What would you like to have more of?";
  const empty = element("p", { class: "fwc-empty" }, ask);
  const row = element("div", { class: "fwc-about", role: "group", "aria-label": "Selected" });
  const stage = element("div", { class: "fwc-stage" }, scene.svg, empty, row, said);
  const side = sidePanel(letter => light(view, letter));
  const panel = spinPanel({
    written(text) {
      sendText(model, text);
      keep(view);
    },
  });
  const body = element("div", { class: "fwc-body" }, stage, side.root);
  const root = element("div", { class: "fw fw-panel fwc" }, bar, offer, body, panel.root);
  /** @type {View} */
  const view = {
    ...{ model, kept, scene, say, root, stage, offer, empty, row, side, panel, buttons },
    drawing: drawingIn(model),
    selected: null,
    arrowFrom: null,
    lit: "",
    past: [],
    future: [],
    nudges: nudges(scene, say),
    timers: {},
    barStop: roving(bar, () => [...bar.querySelectorAll("button")]),
  };
  return view;
}

/** Show a loop in the drawing, or no more. @param {View} view @param {string} letter */
function light(view, letter) {
  view.lit = view.lit === letter ? "" : letter;
  markLoops(view.side.loops, view.lit);
  markScene(view.scene, view);
}

/** Another view, or Python, changed the drawing. @param {View} view */
function onDrawing(view) {
  const next = drawingIn(view.model);
  const told = (/** @type {Drawing} */ { variables, arrows, loops }) =>
    JSON.stringify([variables, arrows, loops ?? []]);
  if (told(next) === told(view.drawing)) return;
  remember(view);
  view.drawing = next;
  draw(view);
  awaitReading(view);
}

/** Python made a first model, or says why not. @param {View} view */
function onSpun(view) {
  clearTimeout(view.timers.spinning);
  onText(view);
  const { refused } = view.model.get("model_given");
  if (refused) view.say(refused);
  else if (view.panel.open) view.say("the first model stands below the drawing");
}

export default { render };
