// @ts-check
// Draw a flywheel: variables, signed arrows, delays. Loops are lettered as they close, a nudge
// travels round, and "Spin it" asks Python for a first model. Without Python, drawing, loops and
// nudges still work.

import { announcer, button, element, keepKeys, listen, roving } from "../shared/base.js";
import { keepsake } from "../shared/keepsake.js";
import {
  addVariable,
  askToArrange,
  askToSpin,
  callLoop,
  draw,
  keep,
  nudgesIn,
  remember,
  step,
  stopNudges,
  tellEquations,
} from "./acts.js";
import { beginAgain, offerBar, onKeeping, takeOver } from "./again.js";
import { useHands } from "./hands.js";
import { emptyScene, markScene, placeScene } from "./scene.js";
import { copyText, drawShelf, foreignBar, savePicture, shelfRow } from "./shelf.js";
import { markLoops, sidePanel } from "./side.js";
import { spinPanel } from "./spin.js";
import {
  awaitReading,
  drawingIn,
  fallSilent,
  onModelReading,
  onReading,
  onText,
  request,
  sendRows,
  sendText,
} from "./talk.js";

/** @typedef {import("../shared/loops.js").Drawing} Drawing */
/**
 * What one view of a canvas holds. The drawing is never changed in place: every edit makes a new one.
 * @typedef {{
 *   model: import("../shared/base.js").WidgetModel,
 *   drawing: Drawing,
 *   selected: import("./scene.js").Selection,
 *   arrowFrom: string | null,
 *   lit: string,
 *   text: string,
 *   past: { drawing: Drawing, text?: string, after?: string }[],
 *   future: { drawing: Drawing, text?: string, after?: string }[],
 *   silent: boolean,
 *   earlier: any[],
 *   kept: ReturnType<typeof keepsake>,
 *   scene: import("./scene.js").Scene,
 *   nudges: ReturnType<typeof nudgesIn>,
 *   say: (text: string) => void,
 *   timers: Record<string, number>,
 *   root: HTMLElement,
 *   stage: HTMLElement,
 *   offer: HTMLElement,
 *   empty: HTMLElement,
 *   row: HTMLElement,
 *   side: ReturnType<typeof sidePanel>,
 *   panel: ReturnType<typeof spinPanel>,
 *   shelf: ReturnType<typeof shelfRow>,
 *   foreign: ReturnType<typeof foreignBar>,
 *   drawShelf: () => void,
 *   buttons: Record<"undo" | "redo" | "settle" | "spin", HTMLButtonElement>,
 *   barStop: { refresh: () => void },
 * }} View
 *   arrowFrom: where the arrow that is being drawn begins; lit: the letter of the loop pointed at;
 *   text: the model's; silent: Python was asked and did not answer; earlier: work of before, undecided
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
    "change:keeping": () => onKeeping(view),
    "change:model_given": () => onSpun(view),
    comm_live_update: () => fallSilent(view), // the kernel is gone, or began anew
    "change:model_written": () => onText(view),
    "change:model_reading": () => {
      onModelReading(view);
      onKeeping(view); // what it answers of the table is not to come back
      tellEquations(view);
    },
  });
  const watcher = new ResizeObserver(() => {
    const width = view.stage.clientWidth;
    if (!width || Math.abs(width - view.scene.room) < 2) return;
    view.scene.room = width;
    placeScene(view.scene, view.drawing);
  });
  watcher.observe(view.stage);
  draw(view);
  onText(view);
  onReading(view);
  drawShelf(view);
  beginAgain(view);
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
  const offer = offerBar(model, kept, () => view);
  const foreign = foreignBar(model);
  const shelf = shelfRow({
    picture: () => savePicture(view),
    text: () => copyText(view),
    bring: name => request(model, "bring", { name }),
  });
  const ask = "Double-click here, or press Add variable, to begin. What would you like to have more of?";
  const empty = element("p", { class: "fwc-empty" }, ask);
  const row = element("div", { class: "fwc-about", role: "group", "aria-label": "Selected" });
  const stage = element("div", { class: "fwc-stage" }, scene.svg, empty, row, said, shelf.root);
  const side = sidePanel(
    letter => light(view, letter),
    field => callLoop(view, field),
  );
  const tell = {
    written(/** @type {string} */ text) {
      sendText(model, text);
      keep(view);
    },
    known() {
      sendRows(view);
      keep(view);
    },
  };
  const panel = spinPanel(tell, model.get("language"));
  const body = element("div", { class: "fwc-body" }, stage, side.root);
  const root = element("div", { class: "fw fw-panel fwc" }, bar, foreign.root, offer, body, panel.root);
  /** @type {View} */
  const view = {
    ...{ model, kept, scene, say, root, stage, offer, empty, row, side, panel, buttons, shelf, foreign },
    drawShelf: () => drawShelf(view),
    drawing: drawingIn(model),
    selected: null,
    arrowFrom: null,
    lit: "",
    text: "",
    silent: false,
    earlier: [],
    past: [],
    future: [],
    nudges: nudgesIn(scene, say),
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

/** @param {View} view */
function onDrawing(view) {
  if (takeOver(view, drawingIn(view.model))) awaitReading(view);
}

/** Python made a first model, or says why not. @param {View} view */
function onSpun(view) {
  const asked = view.timers.spinning;
  clearTimeout(asked);
  view.timers.spinning = 0;
  const { text: before, panel } = view;
  const ours = panel.ours(); // before what was typed
  const { refused, told, rows, follows } = view.model.get("model_given");
  onText(view);
  const news = view.panel.refuse(rows ?? {});
  if (refused) return view.say(refused);
  if (before !== view.text) {
    if (follows !== "drawn") {
      if (ours !== before) remember(view, ours, before);
      remember(view, before, view.text);
    } // else it goes back with the drawing
    keep(view);
    view.buttons.undo.disabled = false;
  }
  if (asked && !before) view.panel.root.scrollIntoView({ block: "nearest" });
  if (view.panel.open && (told || !news)) view.say(told || "the first model stands below the drawing");
}

export default { render };
