// @ts-check
// A causal-loop diagram on the page: boxes, signed arrows, letters of loops, pushes under way. It puts
// them where diagram.js says and knows neither who draws nor who plays. A box or an arrow has a key.

import { setAll } from "./axis.js";
import { shape, shortened } from "./base.js";
import { boxesOf, curvesOf, LINE_HEIGHT, pathOf, sheetFor, spotFor } from "./diagram.js";

/** @typedef {import("./base.js").Attributes} Attributes */
/** @typedef {import("./loops.js").Arrow} Arrow */
/** @typedef {import("./loops.js").Drawing} Drawing */
/** @typedef {import("./loops.js").Variable} Variable */
/** @typedef {import("./diagram.js").Box} Box */
/** @typedef {import("./diagram.js").Curve} Curve */
/** @typedef {1 | -1 | null} Sign */
/** @typedef {{ kind: "variable", name: string } | { kind: "arrow", from: string, to: string }} Part */
/** @typedef {Part | null} Which */
/**
 * @typedef {{
 *   svg: any, layers: Record<string, any>, drawing: Drawing, items: Map<string, any>,
 *   loops: { name: string, sign: Sign, quantities: string[] }[],
 *   sheet: import("./diagram.js").Sheet, boxes: Map<string, any>, curves: Curve[],
 * }} Ink items: the parts of each box and arrow by its key; loops: those with a letter
 */

const LETTER_FONT = "600 13.5px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** The class that colours what has this sign. @param {Sign} sign */
export function signClass(sign) {
  return sign === 1 ? "fwc-plus" : sign === -1 ? "fwc-minus" : "fwc-open";
}

/** The width of letters. @type {(text: string) => number} */
const widthOf = (() => {
  /** @type {CanvasRenderingContext2D | null} */
  let pen = null;
  return (/** @type {string} */ text) => {
    pen ??= /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    pen.font = LETTER_FONT;
    return pen.measureText(text).width;
  };
})();

/**
 * @param {import("./loops.js").Variable} variable @param {Attributes} about
 * @param {...Node} more what stands on it
 */
export function boxParts({ name, doc }, about, ...more) {
  const frame = shape("rect", { class: "fwc-frame", rx: 13 });
  const level = shape("rect", { class: "fwc-level", height: 4, rx: 2 });
  const text = shape("text", { class: "fwc-label fw-name" });
  const title = shape("title", {}, shortened(doc ? `${name}: ${doc}` : name, 300));
  const all = { class: "fwc-variable", role: "button", tabindex: -1, ...about };
  return { item: shape("g", all, title, frame, level, text, ...more), frame, level, text };
}

/** @param {Arrow} arrow @param {Attributes} [about] @param {...Node} under what lies under it */
export function arrowParts({ sign: way, delay: late }, about = {}, ...under) {
  const path = shape("path", { class: "fwc-path" });
  const head = shape("path", { class: "fwc-head", d: "M3,0L-10,-6.5L-7,0L-10,6.5Z" });
  const letter = shape("text", {}, way === 1 ? "+" : way === -1 ? "−" : "?");
  const sign = shape("g", { class: "fwc-sign" }, shape("circle", { r: 9.5 }), letter);
  const gap = shape("path", { class: "fwc-gap-line", d: "M0,-8V8" });
  const bars = shape("path", { class: "fwc-delay", d: "M-3.5,-9V9M3.5,-9V9" });
  const delay = shape("g", {}, ...(late ? [gap, bars] : []));
  const all = { class: `fwc-arrow ${signClass(way)}`, ...about };
  return { item: shape("g", all, ...under, path, head, delay, sign), path, head, sign, delay };
}

/** The letter of a loop, in an arrow that turns. @param {{ name: string, sign: Sign }} loop */
function letterOf({ name, sign }) {
  const [turn, head] =
    sign === -1
      ? ["M13,8A15.5,15.5 0 1 0 -6,14.3", "M-1,18.5L0.5,10.5L-9.5,11Z"]
      : ["M-13,8A15.5,15.5 0 1 1 6,14.3", "M1,18.5L-0.5,10.5L9.5,11Z"];
  return shape(
    "g",
    { class: `fwc-letter ${signClass(sign)}`, "data-loop": name },
    shape("circle", { r: 19, class: "fwc-glow" }),
    shape("path", { class: "fwc-turn", d: turn }),
    shape("path", { class: "fwc-turn-head", d: head }),
    shape("text", {}, name),
  );
}

/**
 * A diagram with nothing in it.
 * @param {Attributes} about @param {Record<string, any>} [own] layers, in place of ours or above the arrows
 * @returns {Ink}
 */
export function blankInk(about, own = {}) {
  const above = { "aria-hidden": true };
  const [loops, pulses] = [shape("g", above), shape("g", above)];
  const layers = { loops, arrows: shape("g"), ...own, variables: shape("g"), pulses };
  const svg = shape("svg", { class: "fwc-sheet", ...about }, ...Object.values(layers));
  const drawing = { variables: [], arrows: [] };
  const sheet = sheetFor(680, 0);
  return { svg, layers, drawing, items: new Map(), loops: [], sheet, boxes: new Map(), curves: [] };
}

/** @param {Which} which */
export function keyOf(which) {
  if (!which) return "";
  return which.kind === "variable" ? `variable\n${which.name}` : `arrow\n${which.from}\n${which.to}`;
}

/** @param {Ink} ink @param {string} name @returns {any} */
export function boxOf({ items }, name) {
  return items.get(keyOf({ kind: "variable", name }));
}

/** @param {Ink} ink @param {Arrow} arrow @returns {any} */
export function arrowOf({ items }, { from, to }) {
  return items.get(keyOf({ kind: "arrow", from, to }));
}

/** @param {Ink} ink @param {Arrow} arrow */
export function curveOf({ curves }, { from, to }) {
  return curves.find(({ arrow }) => arrow.from === from && arrow.to === to);
}

/**
 * Everything anew, to be put in its place.
 * @param {Ink} ink @param {Drawing} drawing @param {Ink["loops"]} loops
 * @param {(variable: Variable) => any} box its parts @param {(arrow: Arrow) => any} arrow its parts
 */
export function drawAnew(ink, drawing, loops, box, arrow) {
  const { layers, items } = ink;
  Object.assign(ink, { drawing, loops });
  items.clear();
  for (const each of drawing.variables) items.set(keyOf({ kind: "variable", name: each.name }), box(each));
  layers.variables.replaceChildren(...drawing.variables.map(({ name }) => boxOf(ink, name).item));
  for (const each of drawing.arrows) items.set(keyOf({ ...each, kind: "arrow" }), arrow(each));
  layers.arrows.replaceChildren(...drawing.arrows.map(each => arrowOf(ink, each).item));
  layers.loops.replaceChildren(...loops.map(letterOf));
  layers.pulses.replaceChildren();
}

/**
 * Everything where it belongs, for the room there is.
 * @param {Ink} ink @param {number} room in pixels
 * @param {{ drawing?: Drawing, size?: number, held?: string }} [how] drawing: as it is being dragged;
 *   size: the variables that the sheet has room for; held: the variable that is being dragged
 */
export function placeAll(ink, room, { drawing = ink.drawing, size, held } = {}) {
  const sheet = sheetFor(room, size ?? drawing.variables.length);
  setAll(ink.svg, { viewBox: `0 0 ${sheet.width} ${sheet.height}`, height: sheet.height });
  const boxes = boxesOf(drawing, sheet, widthOf, held);
  const curves = curvesOf(drawing, boxes, sheet);
  Object.assign(ink, { sheet, boxes, curves });
  for (const box of boxes.values()) placeBox(boxOf(ink, box.name), box);
  for (const curve of curves) placeArrow(arrowOf(ink, curve.arrow), curve);
  /** @type {import("./diagram.js").Point[]} */
  const taken = [];
  ink.loops.forEach(({ quantities }, i) => {
    const spot = spotFor(quantities, boxes, curves, taken, sheet);
    taken.push(spot);
    const transform = `translate(${spot[0].toFixed(1)},${spot[1].toFixed(1)})`;
    ink.layers.loops.children[i].setAttribute("transform", transform);
  });
}

/** @param {Record<string, any>} parts @param {Box} box */
function placeBox({ item, frame, level, text, handle }, { x, y, halfWidth, halfHeight, lines }) {
  item.setAttribute("transform", `translate(${x.toFixed(1)},${y.toFixed(1)})`);
  setAll(frame, { x: -halfWidth, y: -halfHeight, width: 2 * halfWidth, height: 2 * halfHeight });
  level.setAttribute("y", String(halfHeight - 7));
  handle?.setAttribute("transform", `translate(${halfWidth},0)`);
  // A space ends each line but the last, so that the lines are not read as one word.
  const last = lines.length - 1;
  const spans = lines.map((words, i) =>
    shape("tspan", { x: 0, y: (i - last / 2) * LINE_HEIGHT }, i < last ? `${words} ` : words),
  );
  text.replaceChildren(...spans);
}

/** @param {Record<string, any>} parts @param {Curve} curve */
function placeArrow({ path, head, sign, delay, reach }, curve) {
  const { points, headAngle, middle, middleAngle, sign: beside } = curve;
  const turned = (/** @type {number[]} */ at, /** @type {number} */ angle) =>
    `translate(${at}) rotate(${(angle * 180) / Math.PI})`;
  for (const each of [path, reach]) each?.setAttribute("d", pathOf(points));
  head.setAttribute("transform", turned(points[points.length - 1], headAngle));
  delay.setAttribute("transform", turned(middle, middleAngle));
  sign.setAttribute("transform", `translate(${beside})`);
}

/**
 * The pushes under way, each where it is on its curve, half-way for who wants no motion; and how far each
 * variable is from where it was.
 * @param {Ink} ink @param {import("./pulses.js").Wave} wave @param {boolean} still
 */
export function showWave(ink, wave, still) {
  const made = wave.pulses.flatMap(({ arrow, push, done }) => {
    const points = curveOf(ink, arrow)?.points;
    if (!points) return [];
    const at = points[Math.min(points.length - 1, Math.floor((still ? 0.5 : done) * points.length))];
    const [way, d] = push > 0 ? ["up", "M0,-10L9,7H-9Z"] : ["down", "M0,10L9,-7H-9Z"];
    const transform = `translate(${at}) scale(${0.55 + 0.6 * Math.min(1, Math.abs(push))})`;
    return [shape("path", { class: `fwc-pulse fwc-${way}`, d, transform })];
  });
  ink.layers.pulses.replaceChildren(...made);
  for (const [name, { halfWidth }] of ink.boxes) {
    const value = wave.levels.get(name) ?? 0;
    const width = Math.abs(value) * (halfWidth - 10);
    const way = value < 0 ? "down" : "up";
    setAll(boxOf(ink, name).level, { x: value < 0 ? -width : 0, width, class: `fwc-level fwc-${way}` });
  }
}
