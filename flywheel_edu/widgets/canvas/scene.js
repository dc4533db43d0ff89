// @ts-check
// The drawing as it stands on the page: boxes, arrows, signs, letters of loops, pushes that travel.
// It draws what it is handed and decides nothing. Every item carries its key in data-key.

import { isolated, prefersStill, shape, shortened } from "../shared/base.js";
import {
  boxesOf,
  curvesOf,
  inside,
  LINE_HEIGHT,
  nearestTowards,
  pathOf,
  sheetFor,
  spotFor,
} from "../shared/diagram.js";
import { findLoops } from "../shared/loops.js";
import { Wave } from "../loops/pulses.js";

/** @typedef {import("../shared/loops.js").Drawing} Drawing */
/** @typedef {import("../shared/loops.js").Arrow} Arrow */
/** @typedef {import("../shared/diagram.js").Point} Point */
/**
 * @typedef {{ kind: "variable", name: string } | { kind: "arrow", from: string,
 *   to: string } | null} Selection
 */
/** @typedef {{ item: SVGGElement, place: () => void, level?: () => void }} Item */
/**
 * @typedef {{
 *   svg: SVGSVGElement,
 *   layers: Record<"loops" | "arrows" | "rubber" | "variables" | "pulses", any>,
 *   items: Map<string, Item>,
 *   room: number,
 *   sheet: import("../shared/diagram.js").Sheet,
 *   boxes: Map<string, any>,
 *   curves: import("../shared/diagram.js").Curve[],
 *   found: ReturnType<typeof findLoops>,
 *   wave: Wave,
 * }} Scene room: the width there is, in pixels; found: the loops; wave: the nudges under way
 */

const MOST_LETTERS = 9;

export const SIGN_WORDS = new Map([
  [1, "same way (plus)"],
  [-1, "opposite way (minus)"],
  [null, "no sign yet"],
]);

const pen = () => /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));

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
  return scene.items.get(keyOf(which))?.item;
}

/** Everything anew; the nudges end. @param {Scene} scene @param {Drawing} drawing */
export function drawScene(scene, drawing) {
  const { layers } = scene;
  scene.wave = new Wave(drawing.arrows);
  scene.found = findLoops(drawing);
  scene.items.clear();
  layers.variables.replaceChildren(...drawing.variables.map(each => drawVariable(scene, drawing, each)));
  layers.arrows.replaceChildren(...drawing.arrows.map(each => drawArrow(scene, each)));
  layers.loops.replaceChildren(...scene.found.loops.slice(0, MOST_LETTERS).map(drawLetter));
  placeScene(scene, drawing);
}

/** @param {Scene} scene @param {Drawing} drawing @param {import("../shared/loops.js").Variable} variable */
function drawVariable(scene, drawing, { name, doc }) {
  const frame = shape("rect", { class: "fwc-frame", rx: 13 });
  const level = shape("rect", { class: "fwc-level", height: 4, rx: 2 });
  const label = shape("text", { class: "fwc-label fw-name" });
  const handle = shape(
    "g",
    { class: "fwc-handle" },
    shape("circle", { r: 15, class: "fwc-reach" }),
    shape("circle", { r: 9 }),
    shape("path", { d: "M-4,0H4M1,-3.5L4.5,0L1,3.5" }),
  );
  const ins = counted(drawing.arrows.filter(arrow => arrow.to === name).length, "arrow");
  const outs = counted(drawing.arrows.filter(arrow => arrow.from === name).length, "arrow");
  const key = keyOf({ kind: "variable", name });
  const item = shape(
    "g",
    {
      class: "fwc-variable",
      role: "button",
      tabindex: -1,
      "data-key": key,
      "aria-label": `${isolated(shortened(name, 120))}, variable, ${ins} in, ${outs} out`,
    },
    shape("title", {}, shortened(doc ? `${name}: ${doc}` : name, 300)),
    frame,
    level,
    label,
    handle,
  );
  const showLevel = () => {
    const [box, value] = [scene.boxes.get(name), scene.wave.levels.get(name) ?? 0];
    const width = Math.abs(value) * (box.halfWidth - 10);
    level.setAttribute("x", String(value < 0 ? -width : 0));
    level.setAttribute("width", String(width));
    level.setAttribute("class", `fwc-level ${value < 0 ? "fwc-down" : "fwc-up"}`);
  };
  const place = () => {
    const { x, y, halfWidth, halfHeight, lines } = scene.boxes.get(name);
    item.setAttribute("transform", `translate(${x.toFixed(1)},${y.toFixed(1)})`);
    frame.setAttribute("x", String(-halfWidth));
    frame.setAttribute("y", String(-halfHeight));
    frame.setAttribute("width", String(2 * halfWidth));
    frame.setAttribute("height", String(2 * halfHeight));
    level.setAttribute("y", String(halfHeight - 7));
    handle.setAttribute("transform", `translate(${halfWidth},0)`);
    label.replaceChildren(
      ...lines.map((/** @type {string} */ text, /** @type {number} */ i) =>
        shape("tspan", { x: 0, y: (i - (lines.length - 1) / 2) * LINE_HEIGHT }, text),
      ),
    );
    showLevel();
  };
  scene.items.set(key, { item, place, level: showLevel });
  return item;
}

/** @param {number} number @param {string} noun */
function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** The class that colours what has this sign. @param {1 | -1 | null} sign */
export function toneOf(sign) {
  return sign === 1 ? "fwc-plus" : sign === -1 ? "fwc-minus" : "fwc-open";
}

/** @param {Scene} scene @param {Arrow} arrow */
function drawArrow(scene, arrow) {
  const reach = shape("path", { class: "fwc-hit" });
  const path = shape("path", { class: "fwc-path" });
  const head = shape("path", { class: "fwc-head", d: "M3,0L-10,-6.5L-7,0L-10,6.5Z" });
  const mark = arrow.sign === 1 ? "+" : arrow.sign === -1 ? "−" : "?";
  const sign = shape("g", { class: "fwc-sign" }, shape("circle", { r: 9.5 }), shape("text", {}, mark));
  const delay = shape("g");
  if (arrow.delay) {
    delay.append(
      shape("path", { class: "fwc-gap-line", d: "M0,-8V8" }),
      shape("path", { class: "fwc-delay", d: "M-3.5,-9V9M3.5,-9V9" }),
    );
  }
  const key = keyOf({ kind: "arrow", from: arrow.from, to: arrow.to });
  const [from, to] = [arrow.from, arrow.to].map(name => isolated(shortened(name, 120)));
  const words = `arrow from ${from} to ${to}, ${SIGN_WORDS.get(arrow.sign)}${arrow.delay ? ", delayed" : ""}`;
  const item = shape(
    "g",
    {
      class: `fwc-arrow ${toneOf(arrow.sign)}`,
      role: "button",
      tabindex: -1,
      "data-key": key,
      "aria-label": words,
    },
    reach,
    path,
    head,
    delay,
    sign,
  );
  const place = () => {
    const curve = curveOf(scene, arrow);
    if (!curve) return;
    const turned = (/** @type {number} */ angle) => `rotate(${(angle * 180) / Math.PI})`;
    reach.setAttribute("d", pathOf(curve.points));
    path.setAttribute("d", pathOf(curve.points));
    head.setAttribute("transform", `translate(${curve.points.at(-1)}) ${turned(curve.headAngle)}`);
    delay.setAttribute("transform", `translate(${curve.middle}) ${turned(curve.middleAngle)}`);
    sign.setAttribute("transform", `translate(${curve.sign})`);
  };
  scene.items.set(key, { item, place });
  return item;
}

/** @param {import("../shared/loops.js").Loop} loop */
function drawLetter({ name, sign }) {
  const clockwise = sign !== -1;
  const turn = clockwise ? "M-13,8A15.5,15.5 0 1 1 6,14.3" : "M13,8A15.5,15.5 0 1 0 -6,14.3";
  const head = clockwise ? "M1,18.5L-0.5,10.5L9.5,11Z" : "M-1,18.5L0.5,10.5L-9.5,11Z";
  return shape(
    "g",
    { class: `fwc-letter ${toneOf(sign)}`, "data-loop": name },
    shape("circle", { r: 19, class: "fwc-glow" }),
    shape("path", { class: "fwc-turn", d: turn }),
    shape("path", { class: "fwc-turn-head", d: head }),
    shape("text", {}, name),
  );
}

/** @param {Scene} scene @param {Arrow} arrow */
export function curveOf(scene, arrow) {
  return scene.curves.find(curve => curve.arrow.from === arrow.from && curve.arrow.to === arrow.to);
}

/**
 * Put everything where it belongs, for the drawing as it is or as it is being dragged.
 * @param {Scene} scene @param {Drawing} drawing
 * @param {string} [held] the variable that is being dragged
 */
export function placeScene(scene, drawing, held = "") {
  const { svg, layers } = scene;
  const sheet = sheetFor(scene.room, drawing.variables.length);
  svg.setAttribute("viewBox", `0 0 ${sheet.width} ${sheet.height}`);
  svg.setAttribute("height", String(sheet.height));
  const ink = pen();
  ink.font = `600 13.5px ${getComputedStyle(svg).fontFamily}`;
  const boxes = boxesOf(drawing, sheet, text => ink.measureText(text).width, held);
  Object.assign(scene, { sheet, boxes, curves: curvesOf(drawing, boxes, sheet) });
  for (const each of scene.items.values()) each.place();
  /** @type {Point[]} */
  const taken = [];
  [...layers.loops.children].forEach((letter, i) => {
    const spot = spotFor(scene.found.loops[i].quantities, boxes, scene.curves, taken, sheet);
    taken.push(spot);
    letter.setAttribute("transform", `translate(${spot[0].toFixed(1)},${spot[1].toFixed(1)})`);
  });
  showPulses(scene);
}

/**
 * Selection, focus order, the arrow being drawn, the loop pointed at.
 * @param {Scene} scene
 * @param {{ selected: Selection, arrowFrom: string | null, lit: string }} chosen
 */
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
export function showPulses(scene) {
  const still = prefersStill();
  const drawn = scene.wave.pulses.flatMap(({ arrow, push, done }) => {
    const points = curveOf(scene, arrow)?.points;
    if (!points) return [];
    const [x, y] = points[Math.min(points.length - 1, Math.floor((still ? 0.5 : done) * points.length))];
    const size = 0.55 + 0.6 * Math.min(1, Math.abs(push));
    const up = push > 0;
    return [
      shape("path", {
        class: up ? "fwc-pulse fwc-up" : "fwc-pulse fwc-down",
        d: up ? "M0,-10L9,7H-9Z" : "M0,10L9,-7H-9Z",
        transform: `translate(${x},${y}) scale(${size})`,
      }),
    ];
  });
  scene.layers.pulses.replaceChildren(...drawn);
  for (const each of scene.items.values()) each.level?.();
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

/**
 * What an arrow key goes to from here.
 * @param {Scene} scene
 * @param {Selection} from
 * @param {Point} direction
 */
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
