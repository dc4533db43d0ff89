// @ts-check
// A causal-loop diagram to look at and to play with: boxes, signed arrows, letters of loops, pushes
// under way. It shows what it is told and knows no model.

import { setAll } from "../shared/axis.js";
import { isolated, shape, shortened } from "../shared/base.js";
import {
  LINE_HEIGHT,
  boxesOf,
  curvesOf,
  isStep,
  nearestTowards,
  pathOf,
  sheetFor,
  spotFor,
} from "../shared/diagram.js";

/** @typedef {import("../shared/loops.js").Arrow} Arrow */
/** @typedef {import("../shared/loops.js").Drawing} Drawing */
/**
 * @typedef {{
 *   name: string, title: string, sign: 1 | -1 | null, quantities: string[], story: string, doc: string,
 * }} Told a loop
 * @typedef {{
 *   label: string, picked?: (name: string) => void, pressed?: (key: string, name: string) => boolean,
 * }} About picked: a variable has the focus; pressed: was this key of use to you?
 * @typedef {{
 *   about: About, root: any, layers: Record<string, any>, drawing: Drawing, loops: Told[], size: number,
 *   boxes: Map<string, import("../shared/diagram.js").Box>, curves: import("../shared/diagram.js").Curve[],
 *   items: Map<string, any>, arrows: Map<Arrow, any>, stop: string,
 * }} Wheel size: the variables the sheet has room for; items, arrows: the parts of each that is drawn;
 *   stop: the variable that Tab comes to
 */

const LETTER_FONT = "600 13.5px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
const WAYS = /** @type {Record<string, [number, number]>} */ ({
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
});

/** @param {About} about */
export function wheelView(about) {
  const hidden = { "aria-hidden": true };
  const layers = {
    loops: shape("g", hidden),
    arrows: shape("g", hidden),
    variables: shape("g"),
    pulses: shape("g", hidden),
  };
  const drawn = { class: "fwc-sheet fww", role: "group", "aria-label": about.label };
  /** @type {Wheel} */
  const wheel = {
    about,
    root: shape("svg", drawn, ...Object.values(layers)),
    layers,
    drawing: { variables: [], arrows: [] },
    loops: [],
    size: 1,
    boxes: new Map(),
    curves: [],
    items: new Map(),
    arrows: new Map(),
    stop: "",
  };
  wheel.root.addEventListener("keydown", event => pressOn(wheel, event));
  return {
    root: wheel.root,
    place: (/** @type {number} */ room) => placeAll(wheel, room),
    /**
     * Draw something else. `most` variables are still to come, so that the sheet keeps its size.
     * @param {Drawing} drawing @param {Told[]} loops @param {number} room @param {number} [most]
     */
    draw(drawing, loops, room, most = drawing.variables.length) {
      Object.assign(wheel, { drawing, loops, size: most });
      drawWheel(wheel, room);
    },
    mark: (/** @type {Marks} */ how) => markWheel(wheel, how),
    pulses: (/** @type {import("./pulses.js").Wave} */ wave, /** @type {boolean} */ still) =>
      drawPulses(wheel, wave, still),
    lengthOf: (/** @type {Arrow} */ arrow) => wheel.curves.find(each => each.arrow === arrow)?.length ?? 100,
  };
}

/** The class that colours what has this sign. @param {1 | -1 | null} sign */
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

// -- drawing

/** @param {Wheel} wheel @param {number} room */
function drawWheel(wheel, room) {
  const { root, layers, drawing, loops, items, arrows } = wheel;
  const focused = root.contains(document.activeElement);
  items.clear();
  arrows.clear();
  layers.variables.replaceChildren(...drawing.variables.map(variable => drawVariable(wheel, variable)));
  layers.arrows.replaceChildren(...drawing.arrows.map(arrow => drawArrow(wheel, arrow)));
  layers.loops.replaceChildren(...loops.map(drawLetter));
  layers.pulses.replaceChildren();
  placeAll(wheel, room);
  rove(wheel);
  if (focused) items.get(wheel.stop)?.item.focus({ preventScroll: true });
}

/** @param {Arrow} arrow @param {string} other */
function arrowWords(arrow, other) {
  const sign = arrow.sign === 1 ? "plus" : arrow.sign === -1 ? "minus" : "sign open";
  return `${isolated(shortened(other, 60))} (${sign}${arrow.delay ? ", delayed" : ""})`;
}

/** @param {Wheel} wheel @param {import("../shared/loops.js").Variable} variable */
function drawVariable(wheel, { name, doc }) {
  const { arrows } = wheel.drawing;
  const ins = arrows.filter(({ to }) => to === name).map(arrow => arrowWords(arrow, arrow.from));
  const outs = arrows.filter(({ from }) => from === name).map(arrow => arrowWords(arrow, arrow.to));
  const words = [isolated(shortened(name.replace(/_/g, " "), 120))];
  if (ins.length) words.push(`driven by ${ins.join(", ")}`);
  if (outs.length) words.push(`acts on ${outs.join(", ")}`);
  const frame = shape("rect", { class: "fwc-frame", rx: 13 });
  const level = shape("rect", { class: "fwc-level", height: 4, rx: 2 });
  const text = shape("text", { class: "fwc-label fw-name" });
  const title = shape("title", {}, shortened(doc ? `${name}: ${doc}` : name, 300));
  const about = {
    class: "fwc-variable",
    role: "button",
    tabindex: -1,
    "aria-label": words.join("; "),
    focus: () => {
      wheel.stop = name;
      rove(wheel);
      wheel.about.picked?.(name);
    },
    pointerdown: (/** @type {PointerEvent} */ event) => {
      event.preventDefault();
      item.focus({ preventScroll: true });
    },
  };
  const item = shape("g", about, title, frame, level, text);
  wheel.items.set(name, { item, frame, level, text });
  return item;
}

/** @param {Wheel} wheel @param {Arrow} arrow */
function drawArrow(wheel, arrow) {
  const path = shape("path", { class: "fwc-path" });
  const head = shape("path", { class: "fwc-head", d: "M3,0L-10,-6.5L-7,0L-10,6.5Z" });
  const letter = shape("text", {}, arrow.sign === 1 ? "+" : arrow.sign === -1 ? "−" : "?");
  const sign = shape("g", { class: "fwc-sign" }, shape("circle", { r: 9.5 }), letter);
  const gap = shape("path", { class: "fwc-gap-line", d: "M0,-8V8" });
  const bars = shape("path", { class: "fwc-delay", d: "M-3.5,-9V9M3.5,-9V9" });
  const delay = shape("g", {}, ...(arrow.delay ? [gap, bars] : []));
  const item = shape("g", { class: `fwc-arrow ${signClass(arrow.sign)}` }, path, head, delay, sign);
  wheel.arrows.set(arrow, { item, path, head, sign, delay });
  return item;
}

/** @param {Told} loop */
function drawLetter({ name, sign }) {
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

// -- places

/** Everything where it belongs, for the room there is. @param {Wheel} wheel @param {number} room */
function placeAll(wheel, room) {
  const { root, drawing, layers, loops, size } = wheel;
  const sheet = sheetFor(room, size);
  setAll(root, { viewBox: `0 0 ${sheet.width} ${sheet.height}`, height: sheet.height });
  wheel.boxes = boxesOf(drawing, sheet, widthOf);
  wheel.curves = curvesOf(drawing, wheel.boxes, sheet);
  for (const box of wheel.boxes.values()) placeBox(wheel.items.get(box.name), box);
  for (const curve of wheel.curves) placeCurve(wheel.arrows.get(curve.arrow), curve);
  /** @type {import("../shared/diagram.js").Point[]} */
  const taken = [];
  [...layers.loops.children].forEach((letter, i) => {
    const spot = spotFor(loops[i].quantities, wheel.boxes, wheel.curves, taken, sheet);
    taken.push(spot);
    letter.setAttribute("transform", `translate(${spot[0].toFixed(1)},${spot[1].toFixed(1)})`);
  });
}

/** @param {Record<string, any>} parts @param {import("../shared/diagram.js").Box} box */
function placeBox({ item, frame, level, text }, { x, y, halfWidth, halfHeight, lines }) {
  item.setAttribute("transform", `translate(${x.toFixed(1)},${y.toFixed(1)})`);
  setAll(frame, { x: -halfWidth, y: -halfHeight, width: 2 * halfWidth, height: 2 * halfHeight });
  level.setAttribute("y", String(halfHeight - 7));
  // A space ends each line but the last, so that the lines are not read as one word.
  const last = lines.length - 1;
  const spans = lines.map((words, i) =>
    shape("tspan", { x: 0, y: (i - last / 2) * LINE_HEIGHT }, i < last ? `${words} ` : words),
  );
  text.replaceChildren(...spans);
}

/** @param {Record<string, any>} parts @param {import("../shared/diagram.js").Curve} curve */
function placeCurve({ path, head, sign, delay }, { points, headAngle, middle, middleAngle, sign: beside }) {
  const turned = (/** @type {number[]} */ at, /** @type {number} */ angle) =>
    `translate(${at}) rotate(${(angle * 180) / Math.PI})`;
  path.setAttribute("d", pathOf(points));
  head.setAttribute("transform", turned(points[points.length - 1], headAngle));
  delay.setAttribute("transform", turned(middle, middleAngle));
  sign.setAttribute("transform", `translate(${beside})`);
}

// -- focus and keys

/** @param {Wheel} wheel */
function rove(wheel) {
  const { items } = wheel;
  if (!items.has(wheel.stop)) wheel.stop = items.keys().next().value ?? "";
  for (const [name, { item }] of items) item.setAttribute("tabindex", name === wheel.stop ? "0" : "-1");
}

/** @param {Wheel} wheel @param {KeyboardEvent} event */
function pressOn({ items, boxes, about }, event) {
  const name = [...items].find(([, { item }]) => item === event.target)?.[0];
  if (name === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const way = WAYS[event.key];
  if (!way) {
    if (about.pressed?.(event.key, name)) event.preventDefault();
    return;
  }
  event.preventDefault();
  const seen = [...boxes.values()].filter(box => !items.get(box.name).item.hasAttribute("hidden"));
  const others = seen.filter(box => box.name !== name);
  const here = /** @type {import("../shared/diagram.js").Box} */ (boxes.get(name));
  const places = others.map(box => /** @type {[number, number]} */ ([box.x, box.y]));
  const next = nearestTowards([here.x, here.y], places, way);
  if (next >= 0) items.get(others[next].name).item.focus({ preventScroll: true });
}

// -- marks and pushes

/**
 * What is there, what is lit, what is pale, how wide the arrows are. `shown`: only what lies on these
 * loops; `lit`: stands out; `pale`: all else steps back; `fresh`: variables that stand out by themselves.
 * @typedef {{
 *   shown?: Told[] | null, lit?: Told[], pale?: boolean, fresh?: string[], widths?: number[],
 * }} Marks
 */

/** @param {Wheel} wheel @param {Marks} how */
function markWheel(wheel, { shown = null, lit = [], pale = false, fresh = [], widths = [] }) {
  const { drawing, arrows, items, loops, layers } = wheel;
  const put = (/** @type {any} */ item, /** @type {boolean} */ there, /** @type {boolean} */ inLit) => {
    item.toggleAttribute("hidden", !there);
    item.classList.toggle("fwc-dim", pale && !inLit);
  };
  drawing.arrows.forEach((arrow, i) => {
    const { item, path } = arrows.get(arrow);
    const on = (/** @type {Told} */ loop) => isStep(loop.quantities, arrow);
    put(item, !shown || shown.some(on), lit.some(on));
    item.classList.toggle("fww-lit", lit.some(on));
    path.style.strokeWidth = widths.length ? `${(1.4 + 5.4 * widths[i]).toFixed(2)}px` : "";
  });
  for (const [name, { item }] of items) {
    const on = (/** @type {Told} */ loop) => loop.quantities.includes(name);
    put(item, !shown || shown.some(on), lit.some(on));
    item.classList.toggle("fwc-lit", lit.some(on) || fresh.includes(name));
  }
  loops.forEach((loop, i) => {
    put(layers.loops.children[i], !shown || shown.includes(loop), lit.includes(loop));
    layers.loops.children[i].classList.toggle("fww-leads", lit.includes(loop));
  });
  const first = [...items].find(([, { item }]) => !item.hasAttribute("hidden"));
  if (items.get(wheel.stop)?.item.hasAttribute("hidden") && first) [wheel.stop] = first;
  rove(wheel);
}

/**
 * Pushes under way and how far each variable stands from where it was.
 * @param {Wheel} wheel @param {import("./pulses.js").Wave} wave @param {boolean} still
 */
function drawPulses({ curves, layers, items, boxes }, wave, still) {
  const made = wave.pulses.flatMap(({ arrow, push, done }) => {
    const points = curves.find(each => each.arrow === arrow)?.points;
    if (!points) return [];
    const at = points[Math.min(points.length - 1, Math.floor((still ? 0.5 : done) * points.length))];
    const [way, d] = push > 0 ? ["up", "M0,-10L9,7H-9Z"] : ["down", "M0,10L9,-7H-9Z"];
    const transform = `translate(${at}) scale(${0.55 + 0.6 * Math.min(1, Math.abs(push))})`;
    return [shape("path", { class: `fwc-pulse fwc-${way}`, d, transform })];
  });
  layers.pulses.replaceChildren(...made);
  for (const [name, { level }] of items) {
    const value = wave.levels.get(name) ?? 0;
    const width = Math.abs(value) * ((boxes.get(name)?.halfWidth ?? 30) - 10);
    setAll(level, { x: value < 0 ? -width : 0, width, class: `fwc-level fwc-${value < 0 ? "down" : "up"}` });
  }
}
