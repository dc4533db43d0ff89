// @ts-check
// A causal-loop diagram to look at and to play with: boxes, signed arrows, letters of loops, pushes
// under way. It shows what it is told and knows no model.

import { setAll } from "../shared/axis.js";
import { isolated, shape, shortened } from "../shared/base.js";
import { boxesOf, curvesOf, isStep, nearestTowards, sheetFor } from "../shared/diagram.js";
import {
  arrowParts,
  boxParts,
  letterOf,
  placeArrow,
  placeBox,
  placeLetters,
  showLevel,
  showPulses,
  widthOf,
} from "../shared/ink.js";

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
    pulses: (/** @type {import("../shared/pulses.js").Wave} */ wave, /** @type {boolean} */ still) =>
      drawPulses(wheel, wave, still),
    lengthOf: (/** @type {Arrow} */ arrow) => curveFor(wheel, arrow)?.length ?? 100,
  };
}

// -- drawing

/** @param {Wheel} wheel @param {number} room */
function drawWheel(wheel, room) {
  const { root, layers, drawing, loops, items, arrows } = wheel;
  const focused = root.contains(document.activeElement);
  items.clear();
  arrows.clear();
  layers.variables.replaceChildren(...drawing.variables.map(variable => drawVariable(wheel, variable)));
  layers.arrows.replaceChildren(...drawing.arrows.map(arrow => drawArrow(wheel, arrow)));
  layers.loops.replaceChildren(...loops.map(letterOf));
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
function drawVariable(wheel, variable) {
  const { arrows } = wheel.drawing;
  const { name } = variable;
  const ins = arrows.filter(({ to }) => to === name).map(arrow => arrowWords(arrow, arrow.from));
  const outs = arrows.filter(({ from }) => from === name).map(arrow => arrowWords(arrow, arrow.to));
  const words = [isolated(shortened(name.replace(/_/g, " "), 120))];
  if (ins.length) words.push(`driven by ${ins.join(", ")}`);
  if (outs.length) words.push(`acts on ${outs.join(", ")}`);
  const parts = boxParts(variable, {
    "aria-label": words.join("; "),
    focus: () => {
      wheel.stop = name;
      rove(wheel);
      wheel.about.picked?.(name);
    },
    pointerdown: (/** @type {PointerEvent} */ event) => {
      event.preventDefault();
      parts.item.focus({ preventScroll: true });
    },
  });
  wheel.items.set(name, parts);
  return parts.item;
}

/** @param {Wheel} wheel @param {Arrow} arrow */
function drawArrow(wheel, arrow) {
  const parts = arrowParts(arrow);
  wheel.arrows.set(arrow, parts);
  return parts.item;
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
  for (const curve of wheel.curves) placeArrow(wheel.arrows.get(curve.arrow), curve);
  placeLetters(layers.loops, loops, wheel.boxes, wheel.curves, sheet);
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

/** @param {Wheel} wheel @param {import("../shared/pulses.js").Wave} wave @param {boolean} still */
function drawPulses(wheel, wave, still) {
  showPulses(wheel.layers.pulses, wave, arrow => curveFor(wheel, arrow), still);
  for (const [name, { level }] of wheel.items)
    showLevel(level, /** @type {any} */ (wheel.boxes.get(name)), wave.levels.get(name) ?? 0);
}

/** @param {Wheel} wheel @param {Arrow} arrow */
function curveFor({ curves }, arrow) {
  return curves.find(each => each.arrow === arrow);
}
