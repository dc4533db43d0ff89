// @ts-check
// What a causal-loop diagram is drawn with: boxes, signed arrows, letters of loops, pushes under way.
// It puts them where diagram.js says and knows neither who draws nor who plays.

import { setAll } from "./axis.js";
import { shape, shortened } from "./base.js";
import { LINE_HEIGHT, pathOf, spotFor } from "./diagram.js";

/** @typedef {import("./base.js").Attributes} Attributes */
/** @typedef {import("./loops.js").Arrow} Arrow */
/** @typedef {import("./diagram.js").Box} Box */
/** @typedef {import("./diagram.js").Curve} Curve */
/** @typedef {import("./diagram.js").Sheet} Sheet */
/** @typedef {1 | -1 | null} Sign */

const LETTER_FONT = "600 13.5px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** The class that colours what has this sign. @param {Sign} sign */
export function signClass(sign) {
  return sign === 1 ? "fwc-plus" : sign === -1 ? "fwc-minus" : "fwc-open";
}

/** The width of letters. @type {(text: string) => number} */
export const widthOf = (() => {
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
export function letterOf({ name, sign }) {
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

/** @param {Record<string, any>} parts @param {Box} box */
export function placeBox({ item, frame, level, text }, { x, y, halfWidth, halfHeight, lines }) {
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

/** @param {Record<string, any>} parts @param {Curve} curve */
export function placeArrow({ path, head, sign, delay }, curve) {
  const { points, headAngle, middle, middleAngle, sign: beside } = curve;
  const turned = (/** @type {number[]} */ at, /** @type {number} */ angle) =>
    `translate(${at}) rotate(${(angle * 180) / Math.PI})`;
  path.setAttribute("d", pathOf(points));
  head.setAttribute("transform", turned(points[points.length - 1], headAngle));
  delay.setAttribute("transform", turned(middle, middleAngle));
  sign.setAttribute("transform", `translate(${beside})`);
}

/**
 * Each loop's letter where there is room for it.
 * @param {Element} layer of the letters @param {{ quantities: string[] }[]} loops in their order
 * @param {Map<string, Box>} boxes @param {Curve[]} curves @param {Sheet} sheet
 */
export function placeLetters(layer, loops, boxes, curves, sheet) {
  /** @type {import("./diagram.js").Point[]} */
  const taken = [];
  [...layer.children].forEach((letter, i) => {
    const spot = spotFor(loops[i].quantities, boxes, curves, taken, sheet);
    taken.push(spot);
    letter.setAttribute("transform", `translate(${spot[0].toFixed(1)},${spot[1].toFixed(1)})`);
  });
}

/** How far it is from where it was. @param {Element} level @param {Box} box @param {number} value */
export function showLevel(level, box, value) {
  const width = Math.abs(value) * (box.halfWidth - 10);
  setAll(level, { x: value < 0 ? -width : 0, width, class: `fwc-level fwc-${value < 0 ? "down" : "up"}` });
}

/**
 * The pushes under way, each where it is on its curve; half-way for who wants no motion.
 * @param {Element} layer @param {import("./pulses.js").Wave} wave
 * @param {(arrow: Arrow) => Curve | undefined} curveOf @param {boolean} still
 */
export function showPulses(layer, wave, curveOf, still) {
  const made = wave.pulses.flatMap(({ arrow, push, done }) => {
    const points = curveOf(arrow)?.points;
    if (!points) return [];
    const at = points[Math.min(points.length - 1, Math.floor((still ? 0.5 : done) * points.length))];
    const [way, d] = push > 0 ? ["up", "M0,-10L9,7H-9Z"] : ["down", "M0,10L9,-7H-9Z"];
    const transform = `translate(${at}) scale(${0.55 + 0.6 * Math.min(1, Math.abs(push))})`;
    return [shape("path", { class: `fwc-pulse fwc-${way}`, d, transform })];
  });
  layer.replaceChildren(...made);
}
