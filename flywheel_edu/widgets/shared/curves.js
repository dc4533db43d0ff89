// @ts-check
// A chart of curves over time that keeps up with a moving slider: axes, lines, dots, a cursor.
// Everything is SVG, so it is sharp on every screen, follows the theme, and says itself in words.

import {
  curvePath,
  dashesOf,
  frameOf,
  gridOf,
  pointerIn,
  roundAxis,
  setAll,
  spreadNames,
  timeAt,
  toneClass,
  xOf,
  yOf,
} from "./axis.js";
import { element, shape, shortened } from "./base.js";

/**
 * @typedef {ArrayLike<number>} Row
 * @typedef {{ label: string, time: Row, values: Row, tone: number, faint?: boolean }} Curve
 * @typedef {{ label: string, points: [number, number][], tone: number }} Dots
 * @typedef {(time: number | null) => void} Moved
 * @typedef {{ unit: string, across: string, height?: number, title?: string, moved?: Moved }} About
 * @typedef {{
 *   about: About, parts: Record<string, any>, root: HTMLElement, frame: import("./axis.js").Frame,
 *   curves: Curve[], dots: Dots[], lines: any[], pointed: number | null,
 * }} Chart what one chart is drawn from; lines: the path of each curve
 */

const ROOMY = { left: 66, right: 126, top: 12, bottom: 24 };
const TIGHT = { left: 60, right: 88, top: 12, bottom: 24 }; // on a phone

/** A chart. `draw` may be called at every move of the mouse. @param {About} about */
export function curveChart(about) {
  const { root, parts } = sheetParts(about);
  /** @type {Chart} */
  const chart = {
    about,
    parts,
    root,
    frame: frameOf(560, about.height ?? 230),
    curves: [],
    dots: [],
    lines: [],
    pointed: null,
  };
  hear(chart);
  const watch = new ResizeObserver(() => {
    if (Math.abs(root.clientWidth - chart.frame.width) > 1 && root.clientWidth > 120) redraw(chart);
  });
  watch.observe(root);
  return {
    root,
    point: (/** @type {number | null} */ time) => pointChart(chart, time),
    /** @param {Curve[]} curves @param {Dots[]} dots @param {{ log?: boolean, words?: string }} [how] */
    draw(curves, dots, how = {}) {
      Object.assign(chart, { curves, dots });
      chart.frame.log = how.log ?? false;
      if (how.words !== undefined) parts.picture.setAttribute("aria-label", how.words);
      redraw(chart);
    },
    stop: () => watch.disconnect(),
  };
}

/** @param {About} about */
function sheetParts({ title, unit, height = 230 }) {
  /** @type {Record<string, any>} */
  const parts = { cursor: shape("line", { class: "fwk-cursor", visibility: "hidden" }) };
  for (const name of ["grid", "lines", "dots", "names"]) parts[name] = shape("g", { class: `fwk-${name}` });
  const { grid, lines, dots, cursor, names } = parts;
  const about = { class: "fwk", role: "img", tabindex: 0, height };
  parts.picture = shape("svg", about, grid, lines, dots, cursor, names);
  const heading = element("div", { class: "fwk-unit" }, title ? `${title}, ${unit}` : unit);
  return { root: element("div", { class: "fwk-chart" }, heading, parts.picture), parts };
}

/** The pointer and the arrow keys move the cursor. @param {Chart} chart */
function hear(chart) {
  const { picture } = chart.parts;
  const to = (/** @type {number | null} */ time) => {
    pointChart(chart, time);
    chart.about.moved?.(time);
  };
  picture.addEventListener("pointermove", (/** @type {PointerEvent} */ event) =>
    to(timeAt(chart.frame, pointerIn(chart.frame, picture, event).x)),
  );
  for (const leaving of ["pointerleave", "blur"]) picture.addEventListener(leaving, () => to(null));
  picture.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const { x0, x1 } = chart.frame;
    const step = (x1 - x0) / 40;
    const here = chart.pointed ?? x0;
    const next = { ArrowRight: here + step, ArrowLeft: here - step, Home: x0, End: x1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    to(Math.max(x0, Math.min(x1, next)));
  });
}

/** The frame that holds all curves and dots. @param {Chart} chart */
function measure({ curves, dots, frame }) {
  let [low, high, least] = [Infinity, -Infinity, Infinity];
  const meet = (/** @type {number} */ v) => {
    if (v < low) low = v;
    if (v > high) high = v;
    if (v > 0 && v < least) least = v;
  };
  for (const curve of curves) for (let i = 0; i < curve.values.length; i += 1) meet(curve.values[i]);
  for (const each of dots) for (const point of each.points) meet(point[1]);
  const time = curves[0]?.time ?? [0, 1];
  [frame.x0, frame.x1] = [time[0], time[time.length - 1]];
  frame.log &&= least < Infinity && high > 0;
  if (frame.log) {
    frame.y0 = Math.max(least, high * 1e-6);
    frame.y1 = high > frame.y0 * 1.05 ? high : frame.y0 * 2;
  } else [frame.y0, frame.y1] = roundAxis(low, high);
}

/** @param {Chart} chart */
function drawLines({ curves, dots, frame, lines, parts }) {
  while (lines.length > curves.length) lines.pop().remove();
  curves.forEach(({ time, values, tone, faint }, i) => {
    lines[i] ??= parts.lines.appendChild(shape("path", { fill: "none" }));
    setAll(lines[i], {
      d: curvePath(frame, time, values),
      class: `fwk-line ${toneClass(tone)}${faint ? " fwk-faint" : ""}`,
      "stroke-dasharray": dashesOf(tone),
    });
  });
  const inSight = dots.flatMap(({ points, tone }) =>
    points
      .filter(([t]) => t >= frame.x0 && t <= frame.x1)
      .map(([t, v]) => ({
        class: `fwk-dot ${toneClass(tone)}`,
        cx: xOf(frame, t),
        cy: yOf(frame, v),
        r: 3.6,
      })),
  );
  parts.dots.replaceChildren(...inSight.map(dot => shape("circle", dot)));
}

/** Each curve's name where it ends. @param {Chart} chart */
function drawNames({ curves, frame, parts }) {
  const { edge, width } = frame;
  const ends = curves.map(curve => ({ curve, at: yOf(frame, curve.values[curve.values.length - 1]) }));
  parts.names.replaceChildren(
    ...spreadNames(ends, frame).map(({ curve, at }) => {
      const where = { class: `fwk-name ${toneClass(curve.tone)}`, x: width - edge.right + 7, y: at + 4 };
      const name = shape("text", where, shortened(curve.label, edge === TIGHT ? 12 : 18));
      name.append(shape("title", {}, curve.label));
      return name;
    }),
  );
}

/** @param {Chart} chart @param {number | null} time */
function pointChart(chart, time) {
  chart.pointed = time;
  const { frame, parts } = chart;
  parts.cursor.setAttribute("visibility", time === null ? "hidden" : "visible");
  if (time === null) return;
  const x = xOf(frame, time);
  setAll(parts.cursor, { x1: x, x2: x, y1: frame.edge.top, y2: frame.height - frame.edge.bottom });
}

/** @param {Chart} chart */
function redraw(chart) {
  const { root, frame, parts } = chart;
  const room = Math.round(root.clientWidth || frame.width);
  if (room > 120) frame.width = room;
  frame.edge = frame.width < 480 ? TIGHT : ROOMY;
  setAll(parts.picture, { viewBox: `0 0 ${frame.width} ${frame.height}`, width: frame.width });
  measure(chart);
  parts.grid.replaceChildren(...gridOf(frame, chart.about.across));
  drawLines(chart);
  drawNames(chart);
  pointChart(chart, chart.pointed);
}
