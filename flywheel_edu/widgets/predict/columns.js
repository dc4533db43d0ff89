// @ts-check
// A drawing as a hand makes it: a value for each column of the chart, null where none is drawn yet.

import { atMoments } from "./shapes.js";

/** @typedef {[number, number]} Point time and value */
/** @typedef {{ columns: (number | null)[], last: number }} Hand last: the column that the pen is in */

/** @param {{ start: number, stop: number, columns: number }} given @param {number} column */
export function timeOf({ start, stop, columns }, column) {
  return column === columns ? stop : start + ((stop - start) * column) / columns;
}

/** A drawing of however many points, by columns. @param {any} given @param {Point[]} drawn */
export function toColumns(given, drawn) {
  const { start, stop, columns: count, first } = given;
  /** @type {(number | null)[]} */
  const columns = Array.from({ length: count + 1 }, () => null);
  columns[0] = drawn.length ? drawn[0][1] : first;
  if (drawn.length < 2) return columns;
  const [times, values] = [drawn.map(point => point[0]), drawn.map(point => point[1])];
  const end = times[times.length - 1];
  const read = atMoments(times, values, start, stop, count + 1);
  for (let i = 1; i <= count; i += 1)
    if (timeOf(given, i) <= end + 1e-9 * Math.abs(end)) columns[i] = read[i];
  return columns;
}

/** @param {any} given @param {Hand["columns"]} columns @returns {Point[]} */
export function toPoints(given, columns) {
  /** @type {Point[]} */
  const points = columns.flatMap((value, i) => (value === null ? [] : [[timeOf(given, i), value]]));
  return points.length > 1 ? points : [];
}

/** On the drawing, else level with its end. @param {Hand} hand @param {number} column */
export function levelAt({ columns }, column) {
  return /** @type {number} */ (columns[lastDrawn(columns, column)]);
}

/** The pen comes down. @param {Hand} hand @param {number} column @param {number} value */
export function put(hand, column, value) {
  const { columns, last } = hand;
  // From where the pen was, or from the last column that is drawn, a straight line to here.
  let from = last;
  if (columns[column] === null) {
    from = lastDrawn(columns, column);
    if (last > from && columns[last] !== null) from = last;
  }
  between(columns, from, /** @type {number} */ (columns[from]), column, value);
  columns[column] = value;
  hand.last = column;
}

/** The last column up to this one that is drawn; the first always is. @param {Hand["columns"]} columns */
function lastDrawn(columns, column) {
  while (columns[column] === null) column -= 1;
  return column;
}

/**
 * A straight line through the columns from one to another; the first one stays.
 * @param {Hand["columns"]} columns
 */
function between(columns, from, begin, to, end) {
  const step = to < from ? -1 : 1;
  for (let i = from; i !== to; i += step)
    if (i > 0) columns[i] = begin + ((end - begin) * (i - from)) / (to - from);
}

/**
 * A handle takes the curve with it, as far as the handles beside it.
 * @param {Hand} hand @param {number} column @param {number} value @param {number} reach
 */
export function carry(hand, column, value, reach) {
  const { columns } = hand;
  const [left, right] = [Math.max(0, column - reach), column + reach];
  hand.last = left;
  if (columns[left] === null) put(hand, left, levelAt(hand, left));
  hand.last = left;
  columns[column] ??= value;
  put(hand, column, value);
  const end = columns[right] ?? null;
  if (end !== null) between(columns, column, value, right, end);
}
