// @ts-check
// The chart that is drawn on: axes, the drawing with its handles, the run once it may be seen.

import {
  axisText,
  curvePath,
  gridOf,
  momentText,
  setAll,
  spreadNames,
  unitHead,
  xOf,
  yOf,
} from "../shared/axis.js";
import { prefersStill, shape } from "../shared/base.js";
import { levelAt, timeOf } from "./columns.js";

/** @typedef {import("./columns.js").Point} Point */
/** @typedef {{ drawn: Point[], shown: boolean, tries: Point[][] }} Drew */
/** @typedef {{ time: Float64Array, series: Record<string, Float64Array> }} Ran */
/**
 * What one view of a prediction works on.
 * @typedef {{
 *   given: () => any, now: Drew, hand: import("./columns.js").Hand, drawing: boolean,
 *   run: Ran | null, unchanged: Ran | null, parts: Record<string, any>,
 *   frame: import("../shared/axis.js").Frame, unveiling: number,
 *   say: (text: string) => void, tell: () => void,
 * }} Sheet drawing: is the pen down? unchanged: the run without the change
 */

const WIDE = { left: 62, right: 84, top: 14, bottom: 30 };
const NARROW = { left: 62, right: 68, top: 14, bottom: 30 };
const SHOWING = 900; // ms in which the run comes into sight

/** The picture and its layers, by name. */
export function layPicture() {
  const clip = `fwp-${Math.random().toString(36).slice(2)}`;
  const line = (/** @type {string} */ name, more = {}) =>
    shape("path", { class: `fwp-${name}`, fill: "none", ...more });
  /** @type {Record<string, any>} */
  const parts = {
    grid: shape("g", { class: "fwk-grid" }),
    ground: shape("rect", { class: "fwp-ground" }),
    before: line("before"),
    ran: line("run", { "clip-path": `url(#${clip})` }),
    drawn: line("drawn"),
    start: shape("circle", { class: "fwp-start", r: 5 }),
    names: shape("g", { class: "fwp-names" }),
    handles: shape("g", { class: "fwp-handles" }),
  };
  const curtain = shape("rect", { x: 0, y: 0 });
  const hidden = shape("defs", {}, shape("clipPath", { id: clip }, curtain));
  const picture = shape("svg", { class: "fwk fwp-chart", role: "group" }, hidden, ...Object.values(parts));
  return { ...parts, curtain, picture };
}

/** Is the curve drawn to its end? @param {Sheet} sheet */
export function isWhole({ hand }) {
  return hand.columns.every(value => value !== null);
}

/** @param {Sheet} sheet */
export function roomOf({ parts, frame }) {
  return Math.round(parts.picture.parentElement?.clientWidth || frame.width);
}

/** The frame for the room there is; its height holds whatever was drawn in code. @param {Sheet} sheet */
function measureSheet(sheet) {
  const { frame, now } = sheet;
  const { start, stop, axis } = sheet.given();
  const room = roomOf(sheet);
  if (room > 160) frame.width = room;
  [frame.height, frame.edge] = frame.width < 480 ? [270, NARROW] : [320, WIDE];
  const values = now.drawn.map(point => point[1]);
  [frame.x0, frame.x1] = [start, stop];
  [frame.y0, frame.y1] = [Math.min(axis[0], ...values), Math.max(axis[1], ...values)];
}

/** Everything but the verdict. @param {Sheet} sheet */
export function drawSheet(sheet) {
  measureSheet(sheet);
  const { frame, parts, now, run, unchanged } = sheet;
  const { width, height, edge } = frame;
  const { label, unit, across, start, stop, first, name, question } = sheet.given();
  const said = `Chart of ${label} over ${across} ${start} to ${stop}`;
  setAll(parts.picture, { viewBox: `0 0 ${width} ${height}`, width, height, "aria-label": said });
  parts.picture.classList.toggle("fwp-done", now.shown);
  parts.question.textContent = question;
  const head = unitHead(unit);
  parts.unit.textContent = head ? `${label}, ${head}` : label;
  parts.grid.replaceChildren(...gridOf(frame, across));
  const [inWidth, inHeight] = [width - edge.left - edge.right, height - edge.top - edge.bottom];
  setAll(parts.ground, { x: edge.left, y: edge.top, width: inWidth, height: inHeight });
  setAll(parts.start, { cx: xOf(frame, start), cy: yOf(frame, first) });
  setAll(parts.curtain, { width, height });
  const path = (/** @type {Ran | null} */ ran) => (ran ? curvePath(frame, ran.time, ran.series[name]) : "");
  parts.before.setAttribute("d", path(unchanged));
  parts.ran.setAttribute("d", now.shown ? path(run) : "");
  drawHand(sheet);
  drawEnds(sheet);
}

/** What the pen has drawn, and the handles on it. @param {Sheet} sheet */
export function drawHand(sheet) {
  const { frame, hand, parts } = sheet;
  const given = sheet.given();
  const place = (/** @type {number} */ column, /** @type {number} */ value) =>
    `${xOf(frame, timeOf(given, column)).toFixed(1)} ${yOf(frame, value).toFixed(1)}`;
  const points = hand.columns.flatMap((value, i) => (value === null ? [] : [place(i, value)]));
  parts.drawn.setAttribute("d", `M${points.join("L")}`);
  for (const handle of parts.handles.children) {
    const column = Number(handle.getAttribute("data-column"));
    const value = levelAt(hand, column);
    const open = hand.columns[column] === null;
    handle.classList.toggle("fwp-open", open);
    setAll(handle, {
      transform: `translate(${place(column, value)})`,
      "aria-label": `${given.label} at ${given.across} ${momentText(timeOf(given, column))}`,
      "aria-valuemin": frame.y0,
      "aria-valuemax": frame.y1,
      "aria-valuenow": value,
      "aria-valuetext": `${axisText(Number(value.toPrecision(3)))}${open ? ", not drawn yet" : ""}`,
    });
  }
  parts.show.disabled = sheet.now.shown || !isWhole(sheet);
}

/** The names where the lines end. @param {Sheet} sheet */
function drawEnds({ frame, hand, now, drawing, run, unchanged, parts, given }) {
  const end = hand.columns[hand.columns.length - 1];
  const lastOf = (/** @type {Ran} */ ran) => ran.series[given().name][ran.time.length - 1];
  const ends = /** @type {[string, string, number | null][]} */ ([
    ["you", "you", now.shown || !drawing ? end : null],
    ["the run", "run", now.shown && run ? lastOf(run) : null],
    ["as it is", "before", unchanged ? lastOf(unchanged) : null],
  ]).flatMap(([text, tone, value]) => (value === null ? [] : [{ text, tone, at: yOf(frame, value) }]));
  const x = frame.width - frame.edge.right + 9;
  const named = spreadNames(ends, frame).map(({ text, tone, at }) =>
    shape("text", { class: `fwp-tone-${tone}`, x, y: at + 4 }, text),
  );
  parts.names.replaceChildren(...named);
}

/** The run comes into sight from the left. @param {Sheet} sheet */
export function unveil(sheet) {
  cancelAnimationFrame(sheet.unveiling);
  if (prefersStill()) return;
  const { frame, parts } = sheet;
  const begun = performance.now();
  const step = () => {
    const share = Math.min(1, (performance.now() - begun) / SHOWING);
    const left = frame.edge.left;
    parts.curtain.setAttribute("width", String(left + share * (frame.width - left)));
    if (share < 1) sheet.unveiling = requestAnimationFrame(step);
  };
  step();
}
