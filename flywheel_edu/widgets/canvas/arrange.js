// @ts-check
// A tidy arrangement of a drawing where no Python is there to make a better one: the main loop on a
// ring, clockwise from the top, the rest around it near what they touch. The same drawing always gets
// the same arrangement.

import { findLoops } from "../shared/loops.js";

/** @typedef {import("../shared/loops.js").Drawing} Drawing */

const RING = 0.26; // radius of the ring, as a share of the sheet
const AROUND = 0.5; // and of what stands around it
const LONGEST_RING = 8;

/** @param {Drawing} drawing @returns {Drawing} */
export function arranged(drawing) {
  const names = drawing.variables.map(variable => variable.name);
  const ring = ringOf(drawing) ?? names;
  const rest = names.filter(name => !ring.includes(name));
  const radius = rest.length ? RING : AROUND * 0.86;
  /** @type {Map<string, number>} */
  const angles = new Map(ring.map((name, place) => [name, (2 * Math.PI * place) / ring.length]));

  // What is not on the ring stands at the mean angle of what it touches, told outwards step by step.
  const touching = neighboursOf(drawing);
  let left = rest;
  while (left.length) {
    const placed = left.filter(name => touching.get(name)?.some(other => angles.has(other)));
    for (const name of placed.length ? placed : left.slice(0, 1)) {
      const near = (touching.get(name) ?? [])
        .filter(other => angles.has(other))
        .map(other => /** @type {number} */ (angles.get(other)));
      angles.set(name, near.length ? meanAngle(near) : 0);
    }
    left = left.filter(name => !angles.has(name));
  }
  const outside = spread(rest.map(name => ({ name, angle: /** @type {number} */ (angles.get(name)) })));

  const place = new Map([
    ...ring.map(name => /** @type {const} */ ([name, at(/** @type {number} */ (angles.get(name)), radius)])),
    ...outside.map(({ name, angle }) => /** @type {const} */ ([name, at(angle, AROUND)])),
  ]);
  return filled({
    ...drawing,
    variables: drawing.variables.map(variable => ({ ...variable, ...place.get(variable.name) })),
  });
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

/** Apart, until each has its share of the circle. @param {{ name: string, angle: number }[]} points */
function spread(points) {
  const apart = Math.min(0.62, (2 * Math.PI) / Math.max(1, points.length));
  const sorted = [...points].sort((one, other) => one.angle - other.angle);
  for (let pass = 0; pass < 60; pass += 1) {
    sorted.forEach((point, i) => {
      const next = sorted[(i + 1) % sorted.length];
      if (next === point) return;
      const gap = (((next.angle - point.angle) % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI);
      if (gap < apart) {
        point.angle -= (apart - gap) / 2;
        next.angle += (apart - gap) / 2;
      }
    });
  }
  return sorted;
}

/** @param {number[]} angles */
function meanAngle(angles) {
  const [x, y] = [
    angles.reduce((sum, a) => sum + Math.cos(a), 0),
    angles.reduce((sum, a) => sum + Math.sin(a), 0),
  ];
  return Math.hypot(x, y) < 1e-9 ? angles[0] + Math.PI / 2 : Math.atan2(y, x);
}

/** Clockwise from the top. @param {number} angle @param {number} radius */
function at(angle, radius) {
  const rounded = (/** @type {number} */ share) => Math.round(Math.min(1, Math.max(0, share)) * 1000) / 1000;
  return { x: rounded(0.5 + radius * Math.sin(angle)), y: rounded(0.5 + radius * Math.cos(angle)) };
}
