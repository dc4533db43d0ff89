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
  const touching = neighboursOf(drawing);
  const placed = (/** @type {string} */ name) =>
    (touching.get(name) ?? []).flatMap(other => angles.get(other) ?? []);
  // What is not on the ring takes the place nearest to what it touches, told outwards step by step.
  const left = names.filter(name => !angles.has(name));
  while (left.length) {
    const next = left.findIndex(name => placed(name).length);
    const [name] = left.splice(Math.max(0, next), 1);
    const near = placed(name);
    const wanted = Math.atan2(total(near.map(Math.sin)), total(near.map(Math.cos)));
    free.sort((one, other) => Math.cos(other - wanted) - Math.cos(one - wanted));
    angles.set(name, free.shift() ?? 0);
  }
  const variables = drawing.variables.map(variable => {
    const angle = angles.get(variable.name) ?? 0;
    const radius = ring.includes(variable.name) ? RING : 1;
    return { ...variable, x: radius * Math.sin(angle), y: radius * Math.cos(angle) };
  });
  return filled({ ...drawing, variables });
}

/** Angles all the way round. @param {number} count */
function evenly(count) {
  return Array.from({ length: count }, (_, place) => (2 * Math.PI * place) / count);
}

/** @param {number[]} values */
function total(values) {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Spread over the whole sheet, in both directions. @param {Drawing} drawing @returns {Drawing} */
function filled(drawing) {
  const spans = /** @type {const} */ (["x", "y"]).map(axis => {
    const values = drawing.variables.map(variable => variable[axis]);
    return [Math.min(...values), Math.max(...values)];
  });
  const share = (/** @type {number} */ value, /** @type {number[]} */ [low, high]) =>
    high - low < 0.01 ? 0.5 : Math.round((1000 * (value - low)) / (high - low)) / 1000;
  const variables = drawing.variables.map(each => ({
    ...each,
    x: share(each.x, spans[0]),
    y: share(each.y, spans[1]),
  }));
  return { ...drawing, variables };
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

/** @param {Drawing} drawing @returns {Map<string, string[]>} */
function neighboursOf(drawing) {
  /** @type {Map<string, string[]>} */
  const touching = new Map(drawing.variables.map(variable => [variable.name, []]));
  for (const { from, to } of drawing.arrows) {
    touching.get(from)?.push(to);
    touching.get(to)?.push(from);
  }
  return touching;
}
