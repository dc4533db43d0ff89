// @ts-check
// What can be done on a canvas. Every act that changes the drawing goes through change(), so that it
// can be undone, reaches Python and is kept by the browser.

import { isolated } from "../shared/base.js";
import { distance } from "../shared/diagram.js";
import { curveOf, keyOf } from "../shared/ink.js";
import { travelling } from "../shared/pace.js";
import { arranged } from "./arrange.js";
import {
  arrowBetween,
  freshName,
  has,
  moved,
  renamed,
  tidyName,
  withArrow,
  withArrowChanged,
  withLoopCalled,
  withoutArrow,
  withoutVariable,
  withVariable,
} from "./edits.js";
import { drawRow } from "./row.js";
import { drawPulses, drawScene, itemOf, markScene, SIGN_WORDS } from "./scene.js";
import { drawLoops } from "./side.js";
import {
  awaitReading,
  fallSilent,
  isAlone,
  onText,
  PATIENCE,
  request,
  sendDrawing,
  sendText,
  workOf,
} from "./talk.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./scene.js").Selection} Selection */
/** @typedef {import("../shared/loops.js").Drawing} Drawing */

const MOST_UNDOS = 100;
const STAYS = "the text stays: you have written in it since";
const ARRANGES_WITHIN = 1200; // milliseconds that Python has before the browser does it

// --- changing the drawing

/** @param {View} view @param {Drawing} next @param {string} words */
export function change(view, next, words) {
  remember(view);
  put(view, next, words);
}

/**
 * @param {View} view @param {string} [text] the model's text as well, where that changes too
 * @param {string} [after] the text that comes in its place
 */
export function remember(view, text, after) {
  view.past.push({ drawing: view.drawing, text, after });
  if (view.past.length > MOST_UNDOS) view.past.shift();
  view.future = [];
}

/** @param {View} view @param {"undo" | "redo"} way */
export function step(view, way) {
  const [from, to] = way === "undo" ? [view.past, view.future] : [view.future, view.past];
  if (giveUpArrow(view) && way === "undo") return;
  const next = from.pop();
  if (!next) return view.say("nothing left to undo or redo");
  view.panel.stepped();
  const goesBack = next.text !== undefined && next.text !== view.text;
  const stays = goesBack && next.after !== view.text; // what was written since is nobody's to undo
  const hasText = goesBack && !stays;
  const inText = view.panel.root.contains(document.activeElement);
  if (stays && next.drawing === view.drawing) {
    view.buttons[way].disabled = !from.length;
    return view.say(STAYS);
  }
  to.push({ drawing: view.drawing, ...(hasText && { text: view.text, after: next.text }) });
  if (hasText) sendText(view.model, next.text ?? "");
  onText(view);
  const { variables, arrows } = next.drawing;
  const come = variables.find(({ name }) => !has(view.drawing, name));
  const drawn = arrows.find(arrow => !arrowBetween(view.drawing, arrow.from, arrow.to));
  if (come) view.selected = { kind: "variable", name: come.name };
  else if (drawn) view.selected = { kind: "arrow", from: drawn.from, to: drawn.to };
  const words = way === "undo" ? "undone" : "done again";
  put(view, next.drawing, stays ? `${words}; ${STAYS}` : words);
  if (inText && view.panel.root.hidden) focusDrawing(view);
}

/** @param {View} view @param {Drawing} next @param {string} words */
export function put(view, next, words) {
  const before = view.scene.found.loops.length;
  view.drawing = next;
  sendDrawing(view);
  keep(view);
  draw(view);
  const { loops } = view.scene.found;
  const closed = loops.length > before;
  view.say(closed ? `${words}; a loop closed: ${loops.map(loop => loop.name).join(", ")}` : words);
  awaitReading(view);
}

/** @param {View} view */
export function keep(view) {
  view.kept.keep(workOf(view));
  view.offer.hidden = true;
}

// --- showing it

/** Everything anew; the focus stays where it was. @param {View} view */
export function draw(view) {
  const { scene, row, buttons } = view;
  const active = document.activeElement;
  const part = row.contains(active) ? active?.getAttribute("data-part") : null;
  const focused = part || scene.svg.contains(active);
  stopNudges(view);
  drawScene(scene, view.drawing);
  const { selected, arrowFrom } = view;
  if (selected && !itemOf(scene, selected)) view.selected = null;
  if (arrowFrom !== null && !has(view.drawing, arrowFrom)) view.arrowFrom = null;
  if (!scene.found.loops.some(loop => loop.name === view.lit)) view.lit = "";
  view.empty.hidden = view.drawing.variables.length > 0;
  drawRow(row, view.drawing, view.selected);
  tellEquations(view);
  drawLoops(view.side.loops, scene.found, view.lit);
  markScene(scene, view);
  buttons.undo.disabled = view.past.length === 0;
  buttons.redo.disabled = view.future.length === 0;
  buttons.spin.disabled = view.drawing.variables.length === 0;
  view.barStop.refresh();
  const again = part && /** @type {HTMLElement | null} */ (row.querySelector(`[data-part="${part}"]`));
  if (again) again.focus({ preventScroll: true });
  else if (focused && view.selected) focusSelected(view);
  else if (focused) focusDrawing(view);
}

/** @param {View} view @param {Selection} which */
export function select(view, which) {
  if (keyOf(which) === keyOf(view.selected)) return;
  view.selected = which;
  drawRow(view.row, view.drawing, which);
  tellEquations(view);
  markScene(view.scene, view);
}

/** The equation of each arrow on resting on it, and below the drawing once chosen. @param {View} view */
export function tellEquations({ model, scene, row, selected }) {
  const told = model.get("model_reading").equations ?? {};
  const chosen = row.querySelector(".fwc-equation");
  for (const [key, { title }] of scene.items) {
    if (!title) continue;
    title.textContent = told[key] ?? "";
    if (chosen && key === keyOf(selected)) chosen.textContent = title.textContent;
  }
}

/** @param {View} view */
export function focusSelected({ scene, selected }) {
  itemOf(scene, selected)?.focus({ preventScroll: true });
}

/** @param {View} view */
export function focusDrawing({ scene, root }) {
  const there = scene.svg.querySelector("[tabindex='0']") ?? root.querySelector("button");
  /** @type {SVGElement | HTMLElement | null} */ (there)?.focus({ preventScroll: true });
}

/** @param {View} view */
export function editName({ row }) {
  const field = row.querySelector("input");
  field?.focus({ preventScroll: true });
  field?.scrollIntoView({ block: "nearest" }); // it stands below the drawing, which stays in sight
  field?.select();
  return field;
}

// --- variables and arrows

/** @param {View} view @param {[number, number]} [place] in shares of the sheet */
export function addVariable(view, place = freePlace(view.drawing)) {
  const [name, chosen] = [freshName(view.drawing), JSON.stringify(view.selected)];
  change(view, withVariable(view.drawing, name, ...place), `${name} added: type its name`);
  select(view, { kind: "variable", name });
  editName(view)?.setAttribute("data-new", chosen); // as long as it is not left: the way back
}

/** A place with nothing near it. @param {Drawing} drawing @returns {[number, number]} */
function freePlace({ variables }) {
  let best = /** @type {[number, number]} */ ([0.5, 0.5]);
  let most = -1;
  for (let i = 0; i < 80; i += 1) {
    const [far, angle] = [0.05 * Math.sqrt(i), i * 2.4];
    const spot = /** @type {[number, number]} */ ([0.5 + far * Math.cos(angle), 0.5 + far * Math.sin(angle)]);
    const room = Math.min(0.36, ...variables.map(variable => distance([variable.x, variable.y], spot)));
    if (room > most + 1e-9) [most, best] = [room, spot];
  }
  return best;
}

/** @param {View} view @param {string} from @param {string} to */
export function addArrow(view, from, to) {
  stopArrow(view);
  if (from === to) return view.say("an arrow needs two variables: draw what lies between");
  const ends = `from ${isolated(from)} to ${isolated(to)}`;
  const there = arrowBetween(view.drawing, from, to);
  if (!there) change(view, withArrow(view.drawing, from, to), `arrow ${ends}: now its sign, plus or minus`);
  select(view, { kind: "arrow", from, to });
  if (there) view.say(`there is an arrow ${ends} already`);
  else focusSelected(view);
}

/** @param {View} view @param {1 | -1 | null} sign */
export function setSign(view, sign) {
  const { drawing, selected } = view;
  if (selected?.kind !== "arrow") return;
  const words = SIGN_WORDS.get(sign) ?? "";
  change(view, withArrowChanged(drawing, selected.from, selected.to, { sign }), words);
}

/** @param {View} view */
export function toggleDelay(view) {
  const { drawing, selected } = view;
  const arrow = selected?.kind === "arrow" && arrowBetween(drawing, selected.from, selected.to);
  if (!arrow) return;
  const delay = !arrow.delay;
  change(
    view,
    withArrowChanged(drawing, arrow.from, arrow.to, { delay }),
    delay ? "acts late" : "acts at once",
  );
}

/** @param {View} view */
export function removeSelected(view) {
  const gone = view.selected;
  if (!gone) return;
  view.selected = null;
  if (gone.kind === "variable")
    change(view, withoutVariable(view.drawing, gone.name), `${isolated(gone.name)} deleted with its arrows`);
  else change(view, withoutArrow(view.drawing, gone.from, gone.to), "arrow deleted");
  focusDrawing(view);
}

/** @param {View} view */
export function startArrow(view) {
  const { selected } = view;
  if (selected?.kind !== "variable") return view.say("select the variable where the arrow begins");
  view.arrowFrom = selected.name;
  markScene(view.scene, view);
  focusSelected(view);
  view.say(`arrow from ${isolated(selected.name)}: go to where it ends and press Enter, or click there`);
}

/** @param {View} view */
export function stopArrow(view) {
  view.arrowFrom = null;
  view.scene.layers.rubber.setAttribute("d", "");
  markScene(view.scene, view);
}

/** Whatever else is done, a begun arrow is no more. @param {View} view */
export function giveUpArrow(view) {
  const from = view.arrowFrom;
  if (from === null) return false;
  stopArrow(view);
  view.say(`the arrow from ${isolated(from)} is given up`);
  return true;
}

/** @param {View} view @param {HTMLInputElement} field */
export function rename(view, field) {
  const { drawing, selected } = view;
  if (selected?.kind !== "variable") return;
  const { name } = selected;
  const wanted = tidyName(field.value);
  if (wanted === name) return;
  if (!wanted || has(drawing, wanted)) {
    field.value = name;
    return view.say(wanted ? `there is a variable ${isolated(wanted)} already` : "a variable needs a name");
  }
  view.selected = { kind: "variable", name: wanted };
  change(view, renamed(drawing, name, wanted), `now called ${isolated(wanted)}`);
}

/** @param {View} view @param {HTMLInputElement} field of a loop */
export function callLoop(view, field) {
  const { loops } = view.scene.found;
  const loop = loops.find(each => each.name === field.dataset.loop);
  const wanted = tidyName(field.value);
  if (!loop || wanted === loop.title) return;
  if (wanted && loops.some(each => each.title === wanted)) {
    field.value = loop.title;
    return view.say(`there is a loop ${isolated(wanted)} already`);
  }
  const said = wanted ? `now called ${isolated(wanted)}` : `${loop.name} has no name any more`;
  change(view, withLoopCalled(view.drawing, loop, wanted), said);
}

/** @param {View} view @param {[number, number]} by in shares of the sheet, upwards */
export function shift(view, [dx, dy]) {
  const { drawing, selected } = view;
  const held = selected?.kind === "variable" && drawing.variables.find(each => each.name === selected.name);
  if (held) change(view, moved(drawing, held.name, held.x + dx, held.y + dy), `${isolated(held.name)} moved`);
}

// --- nudges

/** @param {import("./scene.js").Scene} scene @param {(text: string) => void} say */
export function nudgesIn(scene, say) {
  return travelling(scene, {
    lengthOf: arrow => curveOf(scene, arrow)?.length ?? 100,
    speed: 150,
    least: 0.25,
    show: () => drawPulses(scene),
    stopped: ({ from, to }) =>
      say(`the push stops at the arrow from ${isolated(from)} to ${isolated(to)}: it has no sign`),
  });
}

/** @param {View} view @param {1 | -1} push */
export function nudge(view, push) {
  const { selected, nudges, scene } = view;
  if (selected?.kind !== "variable") return view.say("select the variable to nudge");
  nudges.nudge(selected.name, push);
  const nowhere = scene.wave.moving ? "" : ": no signed arrow leaves it";
  view.say(`${isolated(selected.name)} nudged ${push > 0 ? "up" : "down"}${nowhere}`);
  view.buttons.settle.hidden = false;
  view.barStop.refresh();
}

/** @param {View} view */
export function stopNudges({ nudges, buttons, barStop }) {
  nudges.stop();
  if (buttons.settle.contains(document.activeElement)) buttons.undo.focus();
  buttons.settle.hidden = true;
  barStop.refresh();
}

// --- what Python is asked for

/** Python arranges better; if it does not answer soon, the browser does it. @param {View} view */
export function askToArrange(view) {
  const arrange = () => change(view, arranged(view.drawing), "arranged");
  if (isAlone(view)) return arrange();
  const edition = view.model.get("given").edition;
  request(view.model, "arrange");
  clearTimeout(view.timers.arranging);
  view.timers.arranging = window.setTimeout(() => {
    if (view.model.get("given").edition === edition) arrange();
  }, ARRANGES_WITHIN);
}

/** @param {View} view */
export function askToSpin(view) {
  const { model, say } = view;
  if (isAlone(view)) return say("A first model comes from Python: open the notebook to spin this drawing.");
  if (view.silent) return say("Python is not running, and spinning needs it. Run the cell again.");
  request(model, "spin");
  say("making a first model …");
  const edition = model.get("model_given").edition;
  clearTimeout(view.timers.spinning);
  view.timers.spinning = window.setTimeout(() => {
    if (model.get("model_given").edition !== edition) return;
    fallSilent(view);
    say("no answer from Python: spinning needs it. Run the cell again.");
  }, PATIENCE);
}
