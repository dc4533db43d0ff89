// @ts-check
// The curve of a small graph: thinned to what a narrow picture can show, as a path and in words.

import { axisText } from "../shared/axis.js";

/** @typedef {{ low: number, high: number, at: number[] }} Thin at: the moments that are drawn */

export const WIDE = 120; // of a small graph, before it is stretched to its card
export const HIGH = 44;
const EDGE = 3;
const COLUMNS = 66; // that a curve is thinned to: two points in each

/**
 * The moments that a narrow graph needs: of each column its lowest and its highest in their order, so that no
 * peak is lost, and the first and the last.
 * @param {ArrayLike<number>} values @param {number} [columns] @returns {Thin}
 */
export function thinned(values, columns = COLUMNS) {
  const count = values.length;
  const width = Math.min(columns, Math.max(1, count >> 1));
  const at = [0];
  let [low, high] = [values[0], values[0]];
  const put = (/** @type {number} */ k) => {
    if (k > at[at.length - 1]) at.push(k);
  };
  let k = 0;
  for (let column = 1; column <= width; column += 1) {
    const stop = Math.floor((column * count) / width);
    let [least, most] = [k, k];
    for (; k < stop; k += 1) {
      if (values[k] < values[least]) least = k;
      if (values[k] > values[most]) most = k;
    }
    if (values[least] < low) low = values[least];
    if (values[most] > high) high = values[most];
    put(Math.min(least, most));
    put(Math.max(least, most));
  }
  put(count - 1);
  return { low, high, at };
}

/**
 * Where a value stands in a small graph: from zero, or by its powers where all are above it.
 * @param {Thin[]} thins @param {boolean} log @returns {(value: number) => number}
 */
export function heights(thins, log) {
  const low = Math.min(...thins.map(each => each.low), ...(log ? [] : [0]));
  const high = Math.max(...thins.map(each => each.high), ...(log ? [] : [0]));
  const shareOf = log
    ? (/** @type {number} */ value) => Math.log(value / low) / (Math.log(high / low) || 1)
    : (/** @type {number} */ value) => (value - low) / (high - low || 1);
  return value => HIGH - EDGE - (HIGH - 2 * EDGE) * shareOf(value);
}

/** @param {ArrayLike<number>} values @param {number[]} at @param {(value: number) => number} y */
export function thinPath(values, at, y) {
  const across = WIDE / (values.length - 1 || 1);
  let text = "M";
  for (let i = 0; i < at.length; i += 1)
    text += `${i ? "L" : ""}${tenth(at[i] * across)} ${tenth(y(values[at[i]]))}`;
  return text;
}

/** @param {number} x */
export function tenth(x) {
  return Math.round(x * 10) / 10;
}

/**
 * What a screen reader says after the name of a small graph: "from 1,000 to 8,420 customer".
 * @param {string} unit "" where there is none to say
 * @param {ArrayLike<number>} values @param {number} low @param {number} high
 */
export function graphWords(unit, values, low, high) {
  const [first, last] = [short(values[0]), short(values[values.length - 1])];
  const tail = unit ? ` ${unit}` : "";
  if (short(low) === short(high)) return `steady at ${first}${tail}`;
  const [least, most] = [short(low), short(high)];
  const between = [
    ...(most === first || most === last ? [] : [`highest ${most}`]),
    ...(least === first || least === last ? [] : [`lowest ${least}`]),
  ];
  return [`from ${first} to ${last}${tail}`, ...between].join(", ");
}

/** A number beside a small graph. @param {number} value */
export function short(value) {
  return axisText(Number(value.toPrecision(Math.abs(value) >= 1000 && Math.abs(value) < 1e6 ? 4 : 3)));
}
