// @ts-check
// Where things stand in a causal-loop diagram: labels in lines, curves between boxes, signs, marks
// for delays, a free spot for each loop's letter. Only numbers: nothing here touches the page.

import { unturned } from "./base.js";

/** @typedef {import("./loops.js").Drawing} Drawing */
/** @typedef {import("./loops.js").Arrow} Arrow */
/** @typedef {[number, number]} Point in pixels, y downwards */
/**
 * @typedef {{ name: string, lines: string[], x: number, y: number, halfWidth: number,
 *   halfHeight: number }} Box
 */
/**
 * @typedef {{ arrow: Arrow, points: Point[], length: number, headAngle: number, middle: Point,
 *   middleAngle: number, sign: Point }} Curve
 */
/** @typedef {{ width: number, height: number, narrow: boolean }} Sheet */

export const LINE_HEIGHT = 17;
const STEPS = 48; // points along a curve before trimming
const LONGEST_LINES = 3;

/**
 * The size of the drawing surface for the room there is: more variables make it higher, most of all where it
 * is narrow.
 * @param {number} room in pixels
 * @param {number} variables @returns {Sheet}
 */
export function sheetFor(room, variables) {
  const width = Math.max(260, Math.round(room));
  const narrow = width < 520;
  const high = narrow
    ? Math.max(340, 110 + 62 * Math.min(variables, 14))
    : Math.max(400, Math.min(560, width * 0.62), 36 * Math.min(variables, 24));
  return { width, narrow, height: Math.round(high) };
}

/**
 * Where a share of the sheet (0 to 1, y upwards) stands in pixels.
 * @param {Sheet} sheet @param {number} x @param {number} y @returns {Point}
 */
function toPixels(sheet, x, y) {
  const [left, top] = margins(sheet);
  return [left + x * (sheet.width - 2 * left), top + (1 - y) * (sheet.height - 2 * top)];
}

/** The other way round. @param {Sheet} sheet @param {number} px @param {number} py @returns {Point} */
export function toShares(sheet, px, py) {
  const [left, top] = margins(sheet);
  return [(px - left) / (sheet.width - 2 * left), 1 - (py - top) / (sheet.height - 2 * top)];
}

/** @param {Sheet} sheet @returns {Point} */
function margins(sheet) {
  return sheet.narrow ? [62, 52] : [96, 58];
}

/**
 * A name in at most three lines, broken at spaces where there are any.
 * @param {string} name @param {number} widest in pixels
 * @param {(text: string) => number} measure the width of a text in pixels
 */
export function linesOf(name, widest, measure) {
  const words = unturned(name).replace(/_/g, " ").split(/\s+/).filter(Boolean);
  /** @type {string[]} */
  const lines = [];
  for (let word of words.length ? words : [" "]) {
    const joined = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && measure(joined) <= widest) {
      lines[lines.length - 1] = joined;
      continue;
    }
    // A word that is a letter too wide stays whole.
    while (measure(word) > 1.15 * widest && lines.length < LONGEST_LINES) {
      const piece = longestStart(word, widest, measure);
      lines.push(piece);
      word = word.slice(piece.length);
    }
    if (lines.length > LONGEST_LINES) break;
    if (word) lines.push(word);
  }
  if (lines.length <= LONGEST_LINES) return lines;
  const kept = lines.slice(0, LONGEST_LINES);
  kept[LONGEST_LINES - 1] = `${longestStart(kept[LONGEST_LINES - 1], widest - measure("…"), measure)}…`;
  return kept;
}

/** @param {string} word @param {number} widest @param {(text: string) => number} measure */
function longestStart(word, widest, measure) {
  const letters = Array.from(word.slice(0, 80));
  let size = letters.length;
  while (size > 1 && measure(letters.slice(0, size).join("")) > widest) size -= 1;
  return letters.slice(0, size).join("");
}

/**
 * The box of every variable: at its place, or as near to it as keeps it clear of the others.
 * @param {Drawing} drawing @param {Sheet} sheet @param {(text: string) => number} measure
 * @param {string} [held] a variable that keeps its place, since it is being dragged
 * @returns {Map<string, Box>}
 */
export function boxesOf(drawing, sheet, measure, held) {
  const widest = sheet.narrow ? 100 : 132;
  const boxes = new Map(
    drawing.variables.map(({ name, x, y }) => {
      const lines = linesOf(name, widest, measure);
      const halfWidth = Math.max(30, Math.max(...lines.map(measure)) / 2 + 13);
      const halfHeight = (lines.length * LINE_HEIGHT) / 2 + 9;
      const [px, py] = toPixels(sheet, x, y);
      const box = { name, lines, halfWidth, halfHeight, x: px, y: py };
      keepOn(sheet, box);
      return [name, box];
    }),
  );
  pushApart([...boxes.values()], sheet, held);
  return boxes;
}

/** @param {Sheet} sheet @param {Box} box */
function keepOn(sheet, box) {
  box.x = Math.min(sheet.width - box.halfWidth - 3, Math.max(box.halfWidth + 3, box.x));
  box.y = Math.min(sheet.height - box.halfHeight - 3, Math.max(box.halfHeight + 3, box.y));
}

/**
 * Move boxes that lie on one another, each by half of what they share, along the shorter way.
 * @param {Box[]} boxes @param {Sheet} sheet @param {string} [held]
 */
function pushApart(boxes, sheet, held) {
  const room = 14;
  for (let pass = 0; pass < 60; pass += 1) {
    let moved = false;
    boxes.forEach((a, i) => {
      for (const b of boxes.slice(i + 1)) {
        const shareX = a.halfWidth + b.halfWidth + room - Math.abs(a.x - b.x);
        const shareY = a.halfHeight + b.halfHeight + room - Math.abs(a.y - b.y);
        if (shareX <= 0.5 || shareY <= 0.5) continue;
        moved = true;
        const [axis, share] =
          shareX < shareY ? /** @type {const} */ (["x", shareX]) : /** @type {const} */ (["y", shareY]);
        const way = a[axis] <= b[axis] ? -1 : 1;
        const [movesA, movesB] = a.name === held ? [0, 1] : b.name === held ? [1, 0] : [0.5, 0.5];
        a[axis] += way * share * movesA;
        b[axis] -= way * share * movesB;
        keepOn(sheet, a);
        keepOn(sheet, b);
      }
    });
    if (!moved) return;
  }
}

/** @param {Box} box @param {Point} point @param {number} room */
export function inside(box, [x, y], room) {
  return Math.abs(x - box.x) < box.halfWidth + room && Math.abs(y - box.y) < box.halfHeight + room;
}

/**
 * The curve of every arrow: bowed away from the middle of the drawing, as a wheel turns, unless that runs
 * over a box, leaves the sheet or hides its sign. Two opposite arrows keep apart.
 * @param {Drawing} drawing @param {Map<string, Box>} boxes @param {Sheet} sheet @returns {Curve[]}
 */
export function curvesOf(drawing, boxes, sheet) {
  const all = [...boxes.values()];
  const middle = /** @type {Point} */ ([mean(all.map(box => box.x)), mean(all.map(box => box.y))]);
  const there = new Set(drawing.arrows.map(arrow => `${arrow.from}\n${arrow.to}`));
  /** @type {Point[]} */
  const signs = [];
  return drawing.arrows.flatMap(arrow => {
    const [a, b] = [boxes.get(arrow.from), boxes.get(arrow.to)];
    if (!a || !b) return [];
    if (a === b) return [curveFrom(arrow, ownLoop(a), -1, sheet)];
    const outward =
      ((a.x + b.x) / 2 - middle[0]) * (a.y - b.y) + ((a.y + b.y) / 2 - middle[1]) * (b.x - a.x) >= 0 ? 1 : -1;
    // A pair of opposite arrows: each bows to its own left, so the two form a lens.
    const bows = there.has(`${arrow.to}\n${arrow.from}`)
      ? [0.2, 0.3, 0.42, 0.12, 0.08] // flatter where the lens would leave the sheet
      : [0.17, 0.06, 0.27, -0.17, 0.36, -0.28, 0.46, -0.4, 0.58].map(bow => bow * outward);
    let [best, least] = [/** @type {Curve | null} */ (null), Infinity];
    for (const [rank, bow] of bows.entries()) {
      const curve = curveFrom(arrow, trimmed(bowed(a, b, bow), a, b), bow >= 0 ? 1 : -1, sheet);
      const others = all.filter(box => box !== a && box !== b);
      const hit = others.filter(box => curve.points.some(point => inside(box, point, 7))).length;
      const out = curve.points.some(
        ([x, y]) => x < 14 || y < 14 || x > sheet.width - 14 || y > sheet.height - 14,
      );
      const hidden =
        all.some(box => inside(box, curve.sign, 8)) || signs.some(sign => distance(sign, curve.sign) < 20);
      const cost = rank + 12 * hit + (out ? 8 : 0) + (hidden ? 3 : 0);
      if (cost < least) [best, least] = [curve, cost];
    }
    if (best) signs.push(best.sign);
    return best ? [best] : [];
  });
}

/** From centre to centre. @param {Box} a @param {Box} b @param {number} bow @returns {Point[]} */
function bowed(a, b, bow) {
  const qx = (a.x + b.x) / 2 + (a.y - b.y) * bow * 2;
  const qy = (a.y + b.y) / 2 + (b.x - a.x) * bow * 2;
  return Array.from({ length: STEPS + 1 }, (_, i) => {
    const [t, u] = [i / STEPS, 1 - i / STEPS];
    return [u * u * a.x + 2 * u * t * qx + t * t * b.x, u * u * a.y + 2 * u * t * qy + t * t * b.y];
  });
}

/** @param {Point[]} points @param {Box} a @param {Box} b @returns {Point[]} */
function trimmed(points, a, b) {
  let [first, last] = [0, points.length - 1];
  while (first < last - 3 && inside(a, points[first], 3)) first += 1;
  while (last > first + 3 && inside(b, points[last], 6)) last -= 1;
  return points.slice(first, last + 1);
}

/** From a box's top back to its top, to the left of the middle. @param {Box} box @returns {Point[]} */
function ownLoop(box) {
  const radius = 21;
  const [x, y] = [box.x - box.halfWidth * 0.35, box.y - box.halfHeight - radius * 0.7];
  return Array.from({ length: 25 }, (_, i) => {
    const angle = Math.PI * (0.86 + (1.34 * i) / 24);
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });
}

/**
 * What would leave the sheet goes along its edge.
 * @param {Arrow} arrow @param {Point[]} way @param {1 | -1} side @param {Sheet} sheet @returns {Curve}
 */
function curveFrom(arrow, way, side, sheet) {
  const points = way.map(
    ([x, y]) =>
      /** @type {Point} */ ([
        Math.min(sheet.width - 5, Math.max(5, x)),
        Math.min(sheet.height - 5, Math.max(5, y)),
      ]),
  );
  const at = (/** @type {number} */ share) => Math.round(share * (points.length - 1));
  const angleAt = (/** @type {number} */ i) => {
    const [from, to] = [points[Math.max(0, i - 2)], points[Math.min(points.length - 1, i + 1)]];
    return Math.atan2(to[1] - from[1], to[0] - from[0]);
  };
  let length = 0;
  for (let i = 1; i < points.length; i += 1) length += distance(points[i], points[i - 1]);
  const near = at(length > 90 ? 1 - 34 / length : 0.6);
  const out = angleAt(near) + (side * Math.PI) / 2;
  const middle = at(0.46);
  return {
    arrow,
    points,
    length,
    headAngle: angleAt(points.length - 1),
    middle: points[middle],
    middleAngle: angleAt(middle),
    sign: [
      Math.min(sheet.width - 12, Math.max(12, points[near][0] + 15 * Math.cos(out))),
      Math.min(sheet.height - 12, Math.max(12, points[near][1] + 15 * Math.sin(out))),
    ],
  };
}

/** A curve as the d of an SVG path. @param {Point[]} points */
export function pathOf(points) {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`).join("");
}

/**
 * A spot for a loop's letter: as near as can be to the middle of the loop, clear of boxes, curves, signs and
 * other letters.
 * @param {string[]} quantities @param {Map<string, Box>} boxes @param {Curve[]} curves @param {Point[]} taken
 * @param {Sheet} sheet @returns {Point}
 */
export function spotFor(quantities, boxes, curves, taken, sheet) {
  const own = quantities.map(name => boxes.get(name)).filter(box => box !== undefined);
  const around = curves.filter(({ arrow }) => isStep(quantities, arrow)).map(curve => curve.middle);
  const anchors = [...around, ...own.map(box => /** @type {Point} */ ([box.x, box.y]))];
  const centre = /** @type {Point} */ ([mean(anchors.map(p => p[0])), mean(anchors.map(p => p[1]))]);
  const free = (/** @type {Point} */ spot, /** @type {number} */ room) =>
    spot[0] > 22 &&
    spot[1] > 22 &&
    spot[0] < sheet.width - 22 &&
    spot[1] < sheet.height - 22 &&
    ![...boxes.values()].some(box => inside(box, spot, room)) &&
    !taken.some(other => distance(other, spot) < room + 22) &&
    !curves.some(
      curve => distance(curve.sign, spot) < room + 10 || curve.points.some(p => distance(p, spot) < room + 1),
    );
  for (const room of [22, 15]) {
    for (let i = 0; i < 500; i += 1) {
      // A sunflower's spiral: even, from the middle out.
      const [radius, angle] = [6 * Math.sqrt(i), i * 2.39996];
      const spot = /** @type {Point} */ ([
        centre[0] + radius * Math.cos(angle),
        centre[1] + radius * Math.sin(angle),
      ]);
      if (free(spot, room)) return spot;
    }
  }
  return centre;
}

/** @type {Record<string, Point>} where an arrow key leads, y downwards */
export const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {string[]} quantities @param {Arrow} arrow */
export function isStep(quantities, arrow) {
  const at = quantities.indexOf(arrow.from);
  return at >= 0 && quantities[(at + 1) % quantities.length] === arrow.to;
}

/**
 * The nearest of several points in a direction, or -1: what an arrow key moves to.
 * @param {Point} from @param {Point[]} points @param {Point} direction
 */
export function nearestTowards(from, points, direction) {
  let best = -1;
  let least = Infinity;
  points.forEach((point, i) => {
    const [dx, dy] = [point[0] - from[0], point[1] - from[1]];
    const ahead = dx * direction[0] + dy * direction[1];
    const aside = Math.abs(dx * direction[1] - dy * direction[0]);
    const far = ahead + 2 * aside + (aside > ahead ? 1e6 : 0); // what lies mostly aside comes last
    if (ahead > 1 && far < least) [least, best] = [far, i];
  });
  return best;
}

/** @param {Point} one @param {Point} other */
export function distance(one, other) {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}

/** @param {number[]} values */
function mean(values) {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
}
