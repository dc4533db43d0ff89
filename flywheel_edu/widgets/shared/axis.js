// @ts-check
// Where a value stands on a chart and what is written at its edges: marks, numbers, grid, curves as
// paths. Charts that are drawn by hand and charts of runs stand on these alike.

import { numberText, shape } from "./base.js";

/**
 * A chart's size in pixels, the room at its edges, and the times and values that stand at them.
 * @typedef {{ left: number, right: number, top: number, bottom: number }} Edge
 * @typedef {{
 *   width: number, height: number, edge: Edge, log: boolean,
 *   x0: number, x1: number, y0: number, y1: number,
 * }} Frame
 */

/** A frame without edges yet. @param {number} width @param {number} height @returns {Frame} */
export function frameOf(width, height) {
  const edge = { left: 0, right: 0, top: 0, bottom: 0 };
  return { width, height, edge, log: false, x0: 0, x1: 1, y0: 0, y1: 1 };
}

const DASHES = ["", "7 3", "2 3", "9 3 2 3", "12 4", "4 2 1 2"];
const MOST_POINTS = 900; // of one curve: more cannot be told apart on a screen
const BETWEEN_NAMES = 15; // pixels from one line of letters to the next

/** The class that colours a curve by its number. @param {number} tone */
export function toneClass(tone) {
  return `fwk-tone-${(tone % 6) + 1}`;
}

/** A seventh has the first one's colour and the second one's dashes. @param {number} tone */
export function dashesOf(tone) {
  return DASHES[(tone + Math.floor(tone / 6)) % DASHES.length];
}

/** Where a time stands. @param {Frame} frame @param {number} time */
export function xOf({ width, edge, x0, x1 }, time) {
  return edge.left + ((time - x0) / (x1 - x0 || 1)) * (width - edge.left - edge.right);
}

/** The time that stands there, from the first to the last. @param {Frame} frame @param {number} x */
export function timeAt({ width, edge, x0, x1 }, x) {
  const share = (x - edge.left) / (width - edge.left - edge.right);
  return x0 + Math.max(0, Math.min(1, share)) * (x1 - x0);
}

/** Where a value stands. @param {Frame} frame @param {number} value */
export function yOf({ height, edge, log, y0, y1 }, value) {
  const share = log ? Math.log(Math.max(value, y0) / y0) / Math.log(y1 / y0) : (value - y0) / (y1 - y0);
  return height - edge.bottom - share * (height - edge.top - edge.bottom);
}

/** The value that stands there, on an axis of equal steps. @param {Frame} frame @param {number} y */
export function valueAt({ height, edge, y0, y1 }, y) {
  const share = (height - edge.bottom - y) / (height - edge.top - edge.bottom);
  return y0 + Math.max(0, Math.min(1, share)) * (y1 - y0);
}

/** In the frame's own pixels. @param {Frame} frame @param {Element} picture @param {PointerEvent} event */
export function pointerIn({ width, height }, picture, event) {
  const box = picture.getBoundingClientRect();
  return {
    x: ((event.clientX - box.left) * width) / (box.width || width),
    y: ((event.clientY - box.top) * height) / (box.height || height),
  };
}

/**
 * Round marks along an axis: about `wanted` of them, at 1, 2 or 5 times a power of ten.
 * @param {number} low @param {number} high @param {number} [wanted] @returns {number[]}
 */
export function marksBetween(low, high, wanted = 5) {
  if (!(high > low)) return [low];
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(each => each * power).find(each => each >= rough * 0.999) ?? rough;
  const marks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1) marks.push(k * step);
  return marks;
}

/**
 * Marks of a logarithmic axis: the powers of ten, with 2 and 5 between them where there is room.
 * @param {number} low @param {number} high @returns {number[]}
 */
function powersBetween(low, high) {
  const marks = [];
  const decades = Math.log10(high / low);
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    for (const each of decades < 2.5 ? [1, 2, 5] : [1]) {
      const mark = each * 10 ** power;
      if (mark >= low * 0.999 && mark <= high * 1.001) marks.push(mark);
    }
  }
  return marks.length > 1 ? marks : [low, high];
}

/**
 * Values rise from 0 or fall to it: the axis that holds them, with a mark at both ends.
 * @param {number} low @param {number} high @returns {[number, number]}
 */
export function roundAxis(low, high) {
  [low, high] = [Math.min(0, low), Math.max(0, high)];
  if (!(high > low)) high = low + 1;
  const marks = marksBetween(low, high);
  const step = marks.length > 1 ? marks[1] - marks[0] : 1;
  return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
}

const LARGE = /** @type {[number, string][]} */ ([
  [1e12, "tn"],
  [1e9, "bn"],
  [1e6, "m"],
]);

/** A number on an axis: 1,200 or 3.4 m, never longer than it must be. @param {number} value */
export function axisText(value) {
  const size = Math.abs(value);
  // In powers of ten beyond: thousands of trillions tell nobody anything.
  const [unit, word] = (size < 1e16 && LARGE.find(([least]) => size >= least)) || [1, ""];
  if (word) return `${numberText(Number((value / unit).toPrecision(4)))} ${word}`;
  return numberText(Number(value.toPrecision(6)));
}

/** A number as a reader can take it in: four figures. @param {number} value */
export function brief(value) {
  return axisText(Number(value.toPrecision(4)));
}

/**
 * A moment: the year 2005 has no mark of thousands, and no digit that tells nothing in a run so long.
 * @param {number} time @param {number} [span]
 */
export function momentText(time, span = 0) {
  const digits = span > 0 ? Math.max(0, Math.ceil(-Math.log10(span / 60))) : 6;
  return String(Number(time.toFixed(Math.min(6, digits))));
}

/** A unit above an axis. @param {string} unit */
export function unitHead(unit) {
  return unit === "1" ? "as a share or ratio" : unitWords(unit);
}

/** A unit beside a number; nothing for plain numbers and where units are not checked. @param {string} unit */
export function unitWords(unit) {
  return unit === "1" || unit === "?" ? "" : unit;
}

/** @param {Frame} frame @param {string} across what runs along the lower one */
export function gridOf(frame, across) {
  const { edge, width, height, x0, x1, y0, y1 } = frame;
  const foot = height - 6;
  const text = (/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ anchor, words) =>
    shape("text", { x, y, "text-anchor": anchor }, words);
  const made = [];
  for (const mark of frame.log ? powersBetween(y0, y1) : marksBetween(y0, y1)) {
    const y = yOf(frame, mark);
    made.push(shape("line", { x1: edge.left, x2: width - edge.right, y1: y, y2: y }));
    made.push(text(edge.left - 6, y + 4, "end", axisText(mark)));
  }
  for (const mark of marksBetween(x0, x1, Math.max(3, Math.floor(width / 110))))
    made.push(text(xOf(frame, mark), foot, "middle", String(Number(mark.toPrecision(8)))));
  made.push(text(width - 2, foot, "end", across));
  return made;
}

/** The d of a path. @param {Frame} frame @param {ArrayLike<number>} time @param {ArrayLike<number>} values */
export function curvePath(frame, time, values) {
  const stride = Math.max(1, Math.ceil(values.length / MOST_POINTS));
  const last = values.length - 1;
  let text = "";
  for (let i = 0; i <= last; i += i + stride > last && i < last ? last - i : stride)
    text += `${text ? "L" : "M"}${xOf(frame, time[i]).toFixed(1)} ${yOf(frame, values[i]).toFixed(1)}`;
  return text;
}

/**
 * Heights of names that stand where lines end, pushed apart until none covers another.
 * @template {{ at: number }} Name
 * @param {Name[]} names @param {Frame} frame
 * @returns {Name[]} from the top
 */
export function spreadNames(names, { height, edge }) {
  const ends = [...names].sort((a, b) => a.at - b.at);
  let floor = edge.top;
  for (const end of ends) {
    end.at = Math.max(end.at, floor);
    floor = end.at + BETWEEN_NAMES;
  }
  let roof = height - edge.bottom + 4;
  for (const end of [...ends].reverse()) {
    end.at = Math.min(end.at, roof);
    roof = end.at - BETWEEN_NAMES;
  }
  return ends;
}

/** Set many attributes. @param {Element} part @param {Record<string, string | number>} attributes */
export function setAll(part, attributes) {
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, String(value));
}

/** The index of the moment nearest to a time. @param {ArrayLike<number>} time @param {number} wanted */
export function nearest(time, wanted) {
  let [low, high] = [0, time.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low > 0 && wanted - time[low - 1] < time[low] - wanted ? low - 1 : low;
}
