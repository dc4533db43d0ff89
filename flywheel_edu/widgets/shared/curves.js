// @ts-check
// A chart of curves over time that keeps up with a moving slider: axes, lines, dots, a cursor.
// Everything is SVG, so it is sharp on every screen, follows the theme, and says itself in words.

import { element, numberText, shape, shortened } from "./base.js";

/**
 * @typedef {{ label: string, time: ArrayLike<number>, values: ArrayLike<number>, tone: number, faint?: boolean }} Curve
 * @typedef {{ label: string, points: [number, number][], tone: number }} Dots
 */

export const DASHES = ["", "7 3", "2 3", "9 3 2 3", "12 4", "4 2 1 2"];
const MOST_POINTS = 900; // of one curve: more cannot be told apart on a screen
const ROOMY = { left: 66, right: 126, top: 12, bottom: 24 };
const TIGHT = { left: 60, right: 88, top: 12, bottom: 24 }; // on a phone

/**
 * Round marks along an axis: about `wanted` of them, at 1, 2 or 5 times a power of ten.
 * @param {number} low @param {number} high @param {number} [wanted]
 * @returns {number[]}
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
 * @param {number} low @param {number} high
 * @returns {number[]}
 */
export function powersBetween(low, high) {
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
 * A number on an axis: 1,200 or 3.4 million, never longer than it must be.
 * @param {number} value
 */
export function axisText(value) {
  const size = Math.abs(value);
  if (size >= 1e16) return numberText(value); // in powers of ten: thousands of trillions tell nobody anything
  for (const [unit, word] of /** @type {[number, string][]} */ ([
    [1e12, "tn"],
    [1e9, "bn"],
    [1e6, "m"],
  ])) {
    if (size >= unit) return `${numberText(Number((value / unit).toPrecision(4)))} ${word}`;
  }
  return numberText(Number(value.toPrecision(6)));
}

/**
 * How long the curve would take to double at the rate at which it grows here; infinite if it does
 * not grow, negative where it halves.
 * @param {ArrayLike<number>} time @param {ArrayLike<number>} values @param {number} at an index
 */
export function doublingTime(time, values, at) {
  const i = Math.max(1, Math.min(at, values.length - 1));
  const [before, now] = [values[i - 1], values[i]];
  if (!(before > 0 && now > 0) || before === now) return Infinity;
  return (Math.LN2 * (time[i] - time[i - 1])) / Math.log(now / before);
}

/**
 * A chart. `draw` may be called at every move of the mouse.
 * @param {{ unit: string, across: string, height?: number, title?: string, moved?: (time: number | null) => void }} about
 */
export function curveChart(about) {
  const height = about.height ?? 230;
  let width = 560;
  let edge = ROOMY;
  const grid = shape("g", { class: "fwk-grid" });
  const lines = shape("g", { class: "fwk-lines" });
  const dots = shape("g", { class: "fwk-dots" });
  const names = shape("g", { class: "fwk-names" });
  const cursor = shape("line", { class: "fwk-cursor", visibility: "hidden" });
  const picture = shape(
    "svg",
    { class: "fwk", role: "img", tabindex: 0, height },
    grid,
    lines,
    dots,
    cursor,
    names,
  );
  const heading = element(
    "div",
    { class: "fwk-unit" },
    about.title ? `${about.title}, ${about.unit}` : about.unit,
  );
  const root = element("div", { class: "fwk-chart" }, heading, picture);
  /** @type {Curve[]} */
  let curves = [];
  /** @type {Dots[]} */
  let series = [];
  let log = false;
  let span = { x0: 0, x1: 1, y0: 0, y1: 1 };
  /** @type {number | null} */
  let pointed = null;
  /** @type {Map<number, any>} */
  const kept = new Map();

  const x = (/** @type {number} */ t) =>
    edge.left + ((t - span.x0) / (span.x1 - span.x0 || 1)) * (width - edge.left - edge.right);
  const y = (/** @type {number} */ v) => {
    const share = log
      ? Math.log(Math.max(v, span.y0) / span.y0) / Math.log(span.y1 / span.y0)
      : (v - span.y0) / (span.y1 - span.y0);
    return height - edge.bottom - share * (height - edge.top - edge.bottom);
  };

  function measure() {
    let [low, high, least] = [Infinity, -Infinity, Infinity];
    const meet = (/** @type {number} */ v) => {
      if (v < low) low = v;
      if (v > high) high = v;
      if (v > 0 && v < least) least = v;
    };
    for (const curve of curves) for (let i = 0; i < curve.values.length; i += 1) meet(curve.values[i]);
    for (const each of series) for (const point of each.points) meet(point[1]);
    const time = curves[0]?.time ?? [0, 1];
    span.x0 = time[0];
    span.x1 = time[time.length - 1];
    if (log && least < Infinity && high > 0) {
      span.y0 = Math.max(least, high * 1e-6);
      span.y1 = high > span.y0 * 1.05 ? high : span.y0 * 2;
      return;
    }
    low = Math.min(0, low);
    high = Math.max(0, high);
    if (!(high > low)) high = low + 1;
    const marks = marksBetween(low, high);
    const step = marks.length > 1 ? marks[1] - marks[0] : 1;
    span.y0 = Math.floor(low / step + 1e-9) * step;
    span.y1 = Math.ceil(high / step - 1e-9) * step;
  }

  function drawGrid() {
    const made = [];
    for (const mark of log ? powersBetween(span.y0, span.y1) : marksBetween(span.y0, span.y1)) {
      made.push(shape("line", { x1: edge.left, x2: width - edge.right, y1: y(mark), y2: y(mark) }));
      made.push(shape("text", { x: edge.left - 6, y: y(mark) + 4, "text-anchor": "end" }, axisText(mark)));
    }
    for (const mark of marksBetween(span.x0, span.x1, Math.max(3, Math.floor(width / 110)))) {
      made.push(
        shape(
          "text",
          { x: x(mark), y: height - 6, "text-anchor": "middle" },
          String(Number(mark.toPrecision(8))),
        ),
      );
    }
    made.push(
      shape("text", { class: "fwk-across", x: width - 2, y: height - 6, "text-anchor": "end" }, about.across),
    );
    grid.replaceChildren(...made);
  }

  /** @param {Curve} curve */
  function path(curve) {
    const stride = Math.max(1, Math.ceil(curve.values.length / MOST_POINTS));
    const last = curve.values.length - 1;
    let text = "";
    for (let i = 0; i <= last; i += i + stride > last && i < last ? last - i : stride) {
      text += `${text ? "L" : "M"}${x(curve.time[i]).toFixed(1)} ${y(curve.values[i]).toFixed(1)}`;
    }
    return text;
  }

  function drawLines() {
    curves.forEach((curve, i) => {
      let line = kept.get(i);
      if (!line) {
        line = shape("path", { fill: "none" });
        kept.set(i, line);
        lines.append(line);
      }
      line.setAttribute("d", path(curve));
      line.setAttribute(
        "class",
        `fwk-line fwk-tone-${(curve.tone % 6) + 1}${curve.faint ? " fwk-faint" : ""}`,
      );
      line.setAttribute("stroke-dasharray", DASHES[curve.tone % DASHES.length]);
    });
    for (let i = curves.length; kept.has(i); i += 1) {
      kept.get(i).remove();
      kept.delete(i);
    }
    dots.replaceChildren(
      ...series.flatMap(each =>
        each.points
          .filter(([t]) => t >= span.x0 && t <= span.x1)
          .map(([t, v]) =>
            shape("circle", { class: `fwk-dot fwk-tone-${(each.tone % 6) + 1}`, cx: x(t), cy: y(v), r: 3.6 }),
          ),
      ),
    );
  }

  function drawNames() {
    // Names stand where the lines end, pushed apart until none covers another.
    const ends = curves
      .map(curve => ({ curve, at: y(curve.values[curve.values.length - 1]) }))
      .sort((a, b) => a.at - b.at);
    let floor = edge.top;
    for (const end of ends) {
      end.at = Math.max(end.at, floor);
      floor = end.at + 15;
    }
    let roof = height - edge.bottom + 4;
    for (const end of [...ends].reverse()) {
      end.at = Math.min(end.at, roof);
      roof = end.at - 15;
    }
    names.replaceChildren(
      ...ends.map(({ curve, at }) => {
        const cut = shortened(curve.label, edge === TIGHT ? 12 : 18);
        const name = shape(
          "text",
          { class: `fwk-name fwk-tone-${(curve.tone % 6) + 1}`, x: width - edge.right + 7, y: at + 4 },
          cut,
        );
        name.append(shape("title", {}, curve.label));
        return name;
      }),
    );
  }

  function drawCursor() {
    if (pointed === null) {
      cursor.setAttribute("visibility", "hidden");
      return;
    }
    for (const [name, value] of Object.entries({
      x1: x(pointed),
      x2: x(pointed),
      y1: edge.top,
      y2: height - edge.bottom,
      visibility: "visible",
    })) {
      cursor.setAttribute(name, String(value));
    }
  }

  function redraw() {
    const room = Math.round(root.clientWidth || width);
    if (room > 120) width = room;
    edge = width < 480 ? TIGHT : ROOMY;
    picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    picture.setAttribute("width", String(width));
    measure();
    drawGrid();
    drawLines();
    drawNames();
    drawCursor();
  }

  /** @param {number | null} time */
  function point(time) {
    pointed = time;
    drawCursor();
  }

  function say(/** @type {number | null} */ time) {
    point(time);
    about.moved?.(time);
  }

  picture.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    const box = picture.getBoundingClientRect();
    const share =
      ((event.clientX - box.left) * (width / (box.width || width)) - edge.left) /
      (width - edge.left - edge.right);
    say(span.x0 + Math.max(0, Math.min(1, share)) * (span.x1 - span.x0));
  });
  picture.addEventListener("pointerleave", () => say(null));
  picture.addEventListener("blur", () => say(null));
  picture.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const step = (span.x1 - span.x0) / 40;
    const here = pointed ?? span.x0;
    const to = { ArrowRight: here + step, ArrowLeft: here - step, Home: span.x0, End: span.x1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    say(Math.max(span.x0, Math.min(span.x1, to)));
  });
  const watch = new ResizeObserver(() => {
    if (Math.abs(root.clientWidth - width) > 1 && root.clientWidth > 120) redraw();
  });
  watch.observe(root);

  return {
    root,
    point,
    /**
     * @param {Curve[]} newCurves @param {Dots[]} newDots
     * @param {{ log?: boolean, words?: string }} [how]
     */
    draw(newCurves, newDots, how = {}) {
      [curves, series, log] = [newCurves, newDots, how.log ?? false];
      if (how.words !== undefined) picture.setAttribute("aria-label", how.words);
      redraw();
    },
    stop: () => watch.disconnect(),
  };
}

/**
 * The index of the moment nearest to a time.
 * @param {ArrayLike<number>} time @param {number} wanted
 */
export function nearest(time, wanted) {
  let [low, high] = [0, time.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low > 0 && wanted - time[low - 1] < time[low] - wanted ? low - 1 : low;
}
