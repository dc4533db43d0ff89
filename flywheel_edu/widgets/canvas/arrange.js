// @ts-check
// A tidy arrangement of a drawing where no Python is there to make a better one: the main loop on a
// ring, clockwise from the top, the rest around it near what they touch. The same drawing always gets
// the same arrangement.

import { findLoops } from "../shared/loops.js";

/** @typedef {import("../shared/loops.js").Drawing} Drawing */

const RING = 0.52; // radius of the ring, as a share of that of what stands around it
const LEAST_AROUND = 10; // places around the ring
const LONGEST_RING = 8;

/** @param {Drawing} drawing @returns {Drawing} */
export function arranged(drawing) {
  const names = drawing.variables.map(variable => variable.name);
  const ring = ringOf(drawing) ?? names;
  const angles = new Map(evenly(ring.length).map((angle, place) => [ring[place], angle]));
  const free = evenly(Math.max(LEAST_AROUND, names.length - ring.length));
  /** The angles of what is placed and touches a variable. @param {string} name */
  const placed = name =>
    drawing.arrows.flatMap(({ from, to }) => angles.get(from === name ? to : to === name ? from : "") ?? []);
  // What is not on the ring takes the place nearest to what it touches, told outwards step by step.
  const left = names.filter(name => !angles.has(name));
  while (left.length) {
    const next = left.findIndex(name => placed(name).length);
    const [name] = left.splice(Math.max(0, next), 1);
    let [x, y] = [0, 0];
    for (const angle of placed(name)) [x, y] = [x + Math.cos(angle), y + Math.sin(angle)];
    const wanted = Math.atan2(y, x);
    free.sort((one, other) => Math.cos(other - wanted) - Math.cos(one - wanted));
    angles.set(name, free.shift() ?? 0);
  }
  const spots = drawing.variables.map(({ name }) => {
    const [angle, radius] = [angles.get(name) ?? 0, ring.includes(name) ? RING : 1];
    return [radius * Math.sin(angle), radius * Math.cos(angle)];
  });
  const [xs, ys] = [0, 1].map(axis => filled(spots.map(spot => spot[axis])));
  return { ...drawing, variables: drawing.variables.map((each, at) => ({ ...each, x: xs[at], y: ys[at] })) };
}

/** Angles all the way round. @param {number} count */
function evenly(count) {
  return Array.from({ length: count }, (_, place) => (2 * Math.PI * place) / count);
}

/** Spread over the whole sheet. @param {number[]} values */
function filled(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low;
  return values.map(value => (span < 0.01 ? 0.5 : Math.round((1000 * (value - low)) / span) / 1000));
}

/** The loop its author named, or the longest reinforcing one, or the longest. @param {Drawing} drawing */
function ringOf(drawing) {
  const { loops } = findLoops(drawing, 300);
  const fit = loops.filter(loop => loop.quantities.length > 2 && loop.quantities.length <= LONGEST_RING);
  const rank = (/** @type {import("../shared/loops.js").Loop} */ loop) =>
    (loop.title ? 200 : 0) + (loop.sign === 1 ? 100 : 0) + loop.quantities.length;
  fit.sort((one, other) => rank(other) - rank(one));
  return fit[0]?.quantities;
}
