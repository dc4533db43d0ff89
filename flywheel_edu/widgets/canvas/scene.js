// @ts-check
// The drawing as it stands on the page: boxes, arrows, signs, letters of loops, pushes that travel.
// It draws what it is handed and decides nothing. Every item carries its key in data-key.

import { isolated, prefersStill, shape, shortened } from "../shared/base.js";
import { inside, nearestTowards } from "../shared/diagram.js";
import { arrowParts, blankInk, boxParts, drawAnew, keyOf, placeAll, showWave } from "../shared/ink.js";
import { findLoops } from "../shared/loops.js";
import { Wave } from "../shared/pulses.js";

/** @typedef {import("../shared/loops.js").Drawing} Drawing */
/** @typedef {import("../shared/diagram.js").Point} Point */
/** @typedef {import("../shared/ink.js").Which} Selection */
/**
 * @typedef {import("../shared/ink.js").Ink & {
 *   room: number, found: ReturnType<typeof findLoops>, wave: Wave,
 * }} Scene room: the width there is, in pixels; found: the loops; wave: the nudges under way
 */

const MOST_LETTERS = 9;

export const SIGN_WORDS = new Map([
  [1, "same way (plus)"],
  [-1, "opposite way (minus)"],
  [null, "no sign yet"],
]);

/** @returns {Scene} */
export function emptyScene() {
  const about = {
    role: "application",
    "aria-roledescription": "causal loop diagram",
    "aria-label": "Drawing",
  };
  const rubber = shape("path", { class: "fwc-rubber", "aria-hidden": true });
  const none = { loops: [], truncated: false };
  return Object.assign(blankInk(about, { rubber }), { room: 680, found: none, wave: new Wave([]) });
}

/** What a node of the drawing belongs to. @param {EventTarget | null} node @returns {Selection} */
export function whichAt(node) {
  const key = /** @type {Element | null} */ (node)?.closest?.("[data-key]")?.getAttribute("data-key");
  if (!key) return null;
  const [kind, first, to] = key.split("\n");
  return kind === "variable" ? { kind, name: first } : { kind: "arrow", from: first, to };
}

/** @param {Scene} scene @param {Selection} which */
export function itemOf({ items }, which) {
  return items.get(keyOf(which))?.item;
}

/** Everything anew; the nudges end. @param {Scene} scene @param {Drawing} drawing */
export function drawScene(scene, drawing) {
  scene.wave = new Wave(drawing.arrows);
  scene.found = findLoops(drawing);
  const lettered = scene.found.loops.slice(0, MOST_LETTERS);
  drawAnew(scene, drawing, lettered, each => variableParts(drawing, each), arrowWithReach);
  placeScene(scene, drawing);
}

/** @param {Drawing} drawing @param {import("../shared/loops.js").Variable} variable */
function variableParts(drawing, variable) {
  const { name } = variable;
  const handle = shape(
    "g",
    { class: "fwc-handle" },
    shape("circle", { r: 15, class: "fwc-reach" }),
    shape("circle", { r: 9 }),
    shape("path", { d: "M-4,0H4M1,-3.5L4.5,0L1,3.5" }),
  );
  const ins = counted(drawing.arrows.filter(arrow => arrow.to === name).length, "arrow");
  const outs = counted(drawing.arrows.filter(arrow => arrow.from === name).length, "arrow");
  const words = `${isolated(shortened(name, 120))}, variable, ${ins} in, ${outs} out`;
  const about = { "data-key": keyOf({ kind: "variable", name }), "aria-label": words };
  return { ...boxParts(variable, about, handle), handle };
}

/** @param {number} number @param {string} noun */
function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** @param {import("../shared/loops.js").Arrow} arrow */
function arrowWithReach(arrow) {
  const [reach, title] = [shape("path", { class: "fwc-hit" }), shape("title")];
  const key = keyOf({ ...arrow, kind: "arrow" });
  const [from, to] = [arrow.from, arrow.to].map(name => isolated(shortened(name, 120)));
  const words = `arrow from ${from} to ${to}, ${SIGN_WORDS.get(arrow.sign)}${arrow.delay ? ", delayed" : ""}`;
  const about = { role: "button", tabindex: -1, "data-key": key, "aria-label": words };
  return { ...arrowParts(arrow, about, title, reach), reach, title };
}

/**
 * Put everything where it belongs, for the drawing as it is or as it is being dragged.
 * @param {Scene} scene @param {Drawing} drawing @param {string} [held] the variable that is being dragged
 */
export function placeScene(scene, drawing, held) {
  placeAll(scene, scene.room, { drawing, held });
  drawPulses(scene);
}

/** @param {Scene} scene @param {{ selected: Selection, arrowFrom: string | null, lit: string }} chosen */
export function markScene(scene, { selected, arrowFrom, lit }) {
  const stop = keyOf(selected) || scene.items.keys().next().value;
  const loop = scene.found.loops.find(each => each.name === lit);
  for (const [key, { item }] of scene.items) {
    const [kind, from, to] = key.split("\n");
    const inLoop =
      loop &&
      (kind === "variable"
        ? loop.quantities.includes(from)
        : loop.arrows.some(arrow => arrow.from === from && arrow.to === to));
    item.classList.toggle("fwc-selected", key === keyOf(selected));
    item.classList.toggle("fwc-begin", kind === "variable" && from === arrowFrom);
    item.classList.toggle("fwc-lit", Boolean(inLoop));
    item.classList.toggle("fwc-dim", Boolean(loop && !inLoop));
    item.setAttribute("tabindex", key === stop ? "0" : "-1");
  }
  for (const letter of scene.layers.loops.children) {
    letter.classList.toggle("fwc-dim", Boolean(loop && letter.getAttribute("data-loop") !== lit));
  }
  scene.svg.classList.toggle("fwc-drawing", arrowFrom !== null);
}

/** @param {Scene} scene */
export function drawPulses(scene) {
  showWave(scene, scene.wave, prefersStill());
}

/** Where a pointer is on the sheet. @param {Scene} scene @param {MouseEvent} event @returns {Point} */
export function pointOf({ svg, sheet }, event) {
  const edge = svg.getBoundingClientRect();
  return [
    ((event.clientX - edge.left) * sheet.width) / edge.width,
    ((event.clientY - edge.top) * sheet.height) / edge.height,
  ];
}

/** The name of the variable at a point, the topmost first. @param {Scene} scene @param {Point} point */
export function variableAt(scene, point) {
  return [...scene.boxes.values()].reverse().find(box => inside(box, point, 6))?.name;
}

/** What an arrow key goes to. @param {Scene} scene @param {Selection} from @param {Point} direction */
export function nextTowards(scene, from, direction, onlyVariables = false) {
  /** @type {Map<string, Point>} */
  const points = new Map();
  for (const [name, { x, y }] of scene.boxes) points.set(keyOf({ kind: "variable", name }), [x, y]);
  for (const { arrow, middle } of onlyVariables ? [] : scene.curves) {
    points.set(keyOf({ kind: "arrow", from: arrow.from, to: arrow.to }), middle);
  }
  const here = points.has(keyOf(from)) ? keyOf(from) : points.keys().next().value;
  const start = points.get(here ?? "");
  if (here === undefined || !start) return undefined;
  points.delete(here);
  const best = nearestTowards(start, [...points.values()], direction);
  return scene.items.get([...points.keys()][best])?.item;
}
