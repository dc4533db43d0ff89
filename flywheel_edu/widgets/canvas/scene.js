// @ts-check
// The drawing as it stands on the page: boxes, arrows, signs, letters of loops, pushes that travel.
// It draws what it is handed and decides nothing. Every item carries its key in data-key.

import { setAll } from "../shared/axis.js";
import { isolated, prefersStill, shape, shortened } from "../shared/base.js";
import { boxesOf, curvesOf, inside, nearestTowards, pathOf, sheetFor } from "../shared/diagram.js";
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
import { findLoops } from "../shared/loops.js";
import { Wave } from "../shared/pulses.js";

/** @typedef {import("../shared/loops.js").Drawing} Drawing */
/** @typedef {import("../shared/loops.js").Arrow} Arrow */
/** @typedef {import("../shared/diagram.js").Point} Point */
/**
 * @typedef {{ kind: "variable", name: string } | { kind: "arrow", from: string,
 *   to: string } | null} Selection
 */
/**
 * @typedef {{
 *   svg: SVGSVGElement,
 *   layers: Record<"loops" | "arrows" | "rubber" | "variables" | "pulses", any>,
 *   items: Map<string, any>,
 *   room: number,
 *   sheet: import("../shared/diagram.js").Sheet,
 *   boxes: Map<string, any>,
 *   curves: import("../shared/diagram.js").Curve[],
 *   found: ReturnType<typeof findLoops>,
 *   wave: Wave,
 * }} Scene items: the parts of each by its key; room: the width there is, in pixels; found: the loops;
 *   wave: the nudges under way
 */

const MOST_LETTERS = 9;

export const SIGN_WORDS = new Map([
  [1, "same way (plus)"],
  [-1, "opposite way (minus)"],
  [null, "no sign yet"],
]);

/** @returns {Scene} */
export function emptyScene() {
  const layers = {
    loops: shape("g", { "aria-hidden": true }),
    arrows: shape("g"),
    rubber: shape("path", { class: "fwc-rubber", "aria-hidden": true }),
    variables: shape("g"),
    pulses: shape("g", { "aria-hidden": true }),
  };
  const about = {
    class: "fwc-sheet",
    role: "application",
    "aria-roledescription": "causal loop diagram",
    "aria-label": "Drawing",
  };
  return {
    svg: shape("svg", about, ...Object.values(layers)),
    layers,
    items: new Map(),
    room: 680,
    sheet: sheetFor(680, 0),
    boxes: new Map(),
    curves: [],
    found: { loops: [], truncated: false },
    wave: new Wave([]),
  };
}

/** @param {Selection} which */
export function keyOf(which) {
  if (!which) return "";
  return which.kind === "variable" ? `variable\n${which.name}` : `arrow\n${which.from}\n${which.to}`;
}

/** What a node of the drawing belongs to. @param {EventTarget | null} node @returns {Selection} */
export function whichAt(node) {
  const key = /** @type {Element | null} */ (node)?.closest?.("[data-key]")?.getAttribute("data-key");
  if (!key) return null;
  const [kind, first, to] = key.split("\n");
  return kind === "variable" ? { kind, name: first } : { kind: "arrow", from: first, to };
}

/** @param {Scene} scene @param {Selection} which */
export function itemOf(scene, which) {
  return partsOf(scene, which)?.item;
}

/** @param {Scene} scene @param {Selection} which */
function partsOf(scene, which) {
  return scene.items.get(keyOf(which));
}

/** Everything anew; the nudges end. @param {Scene} scene @param {Drawing} drawing */
export function drawScene(scene, drawing) {
  const { layers } = scene;
  scene.wave = new Wave(drawing.arrows);
  scene.found = findLoops(drawing);
  scene.items.clear();
  layers.variables.replaceChildren(...drawing.variables.map(each => drawVariable(scene, drawing, each)));
  layers.arrows.replaceChildren(...drawing.arrows.map(each => drawArrow(scene, each)));
  layers.loops.replaceChildren(...scene.found.loops.slice(0, MOST_LETTERS).map(letterOf));
  placeScene(scene, drawing);
}

/** @param {Scene} scene @param {Drawing} drawing @param {import("../shared/loops.js").Variable} variable */
function drawVariable(scene, drawing, variable) {
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
  const key = keyOf({ kind: "variable", name });
  const parts = boxParts(variable, { "data-key": key, "aria-label": words }, handle);
  scene.items.set(key, { ...parts, handle });
  return parts.item;
}

/** @param {number} number @param {string} noun */
function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** @param {Scene} scene @param {Arrow} arrow */
function drawArrow(scene, arrow) {
  const reach = shape("path", { class: "fwc-hit" });
  const key = keyOf({ kind: "arrow", from: arrow.from, to: arrow.to });
  const [from, to] = [arrow.from, arrow.to].map(name => isolated(shortened(name, 120)));
  const words = `arrow from ${from} to ${to}, ${SIGN_WORDS.get(arrow.sign)}${arrow.delay ? ", delayed" : ""}`;
  const about = { role: "button", tabindex: -1, "data-key": key, "aria-label": words };
  const title = shape("title");
  const parts = arrowParts(arrow, about, title, reach);
  scene.items.set(key, { ...parts, reach, title });
  return parts.item;
}

/** @param {Scene} scene @param {Arrow} arrow */
export function curveOf(scene, arrow) {
  return scene.curves.find(curve => curve.arrow.from === arrow.from && curve.arrow.to === arrow.to);
}

/**
 * Put everything where it belongs, for the drawing as it is or as it is being dragged.
 * @param {Scene} scene @param {Drawing} drawing @param {string} [held] the variable that is being dragged
 */
export function placeScene(scene, drawing, held = "") {
  const { svg, layers } = scene;
  const sheet = sheetFor(scene.room, drawing.variables.length);
  setAll(svg, { viewBox: `0 0 ${sheet.width} ${sheet.height}`, height: sheet.height });
  const boxes = boxesOf(drawing, sheet, widthOf, held);
  const curves = curvesOf(drawing, boxes, sheet);
  Object.assign(scene, { sheet, boxes, curves });
  for (const box of boxes.values()) {
    const parts = partsOf(scene, { kind: "variable", name: box.name });
    placeBox(parts, box);
    parts.handle.setAttribute("transform", `translate(${box.halfWidth},0)`);
  }
  for (const curve of curves) {
    const { from, to } = curve.arrow;
    const parts = partsOf(scene, { kind: "arrow", from, to });
    placeArrow(parts, curve);
    parts.reach.setAttribute("d", pathOf(curve.points));
  }
  placeLetters(layers.loops, scene.found.loops, boxes, curves, sheet);
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

/** Where the pushes are, and how far each variable stands from where it was. @param {Scene} scene */
export function drawPulses(scene) {
  const { layers, wave, boxes } = scene;
  showPulses(layers.pulses, wave, arrow => curveOf(scene, arrow), prefersStill());
  for (const [name, box] of boxes)
    showLevel(partsOf(scene, { kind: "variable", name }).level, box, wave.levels.get(name) ?? 0);
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
export function nextTowards(scene, from, direction) {
  /** @type {Map<string, Point>} */
  const points = new Map();
  for (const [name, { x, y }] of scene.boxes) points.set(keyOf({ kind: "variable", name }), [x, y]);
  for (const { arrow, middle } of scene.curves) {
    points.set(keyOf({ kind: "arrow", from: arrow.from, to: arrow.to }), middle);
  }
  const here = points.has(keyOf(from)) ? keyOf(from) : points.keys().next().value;
  const start = points.get(here ?? "");
  if (here === undefined || !start) return undefined;
  points.delete(here);
  const best = nearestTowards(start, [...points.values()], direction);
  return scene.items.get([...points.keys()][best])?.item;
}
