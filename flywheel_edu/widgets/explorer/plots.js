// @ts-check
// The curves of an explorer: a chart for each unit, the readout above them, the table below.

import { axisText, brief, momentText, nearest, unitHead, unitWords } from "../shared/axis.js";
import { element, numberText, tableOf } from "../shared/base.js";
import { curveChart } from "../shared/curves.js";
import { givenText, large, quantity, runWith } from "./desk.js";

/** @typedef {import("./desk.js").Desk} Desk */

const HEIGHTS = [360, 210, 170]; // of one chart, two, more
const BESIDE_SMALL = [230, 165, 140]; // where the small graphs stand below
const ON_A_PHONE = [200, 130, 100]; // all in sight above the sliders
const ROWS = 10; // of the table, after the first

/** @param {Desk} desk */
export function layCharts(desk) {
  for (const chart of desk.charts) chart.stop();
  /** @type {Map<string, string[]>} */
  const byUnit = new Map();
  for (const name of large(desk)) {
    const { unit } = quantity(desk, name);
    byUnit.set(unit, [...(byUnit.get(unit) ?? []), name]);
  }
  desk.grouped = [...byUnit.values()];
  const room = desk.parts.root.clientWidth || 1000;
  const heights = room < 640 ? ON_A_PHONE : desk.now.small ? BESIDE_SMALL : HEIGHTS;
  const height = heights[Math.min(desk.grouped.length, heights.length) - 1];
  const across = desk.program?.clock.unit ?? "";
  const moved = (/** @type {number | null} */ time) => pointAt(desk, time);
  desk.charts = [...byUnit.keys()].map(unit => curveChart({ unit: unitHead(unit), across, height, moved }));
  desk.parts.charts.replaceChildren(...desk.charts.map(chart => chart.root));
}

/** Everything that hangs on the run. @param {Desk} desk */
export function drawCurves(desk) {
  const { run, charts, grouped, given, now } = desk;
  if (!run) return;
  const numbers = new Map(large(desk).map((name, number) => [name, number]));
  const tone = (/** @type {string} */ name) => numbers.get(name) ?? -1;
  charts.forEach((chart, i) => {
    const names = grouped[i];
    const curvesOf = (/** @type {import("./desk.js").Ran} */ ran, /** @type {string} */ pin) =>
      names.map(name => ({
        label: pin || quantity(desk, name).label,
        time: ran.time,
        values: ran.series[name],
        tone: tone(name),
        faint: Boolean(pin),
      }));
    const pinned = now.pins.flatMap(pin => {
      const ran = runWith(desk, pin.values);
      return ran ? curvesOf(ran, pin.name) : [];
    });
    const data = given().data;
    const dots = names.filter(name => data[name]).map(name => ({ ...data[name], tone: tone(name) }));
    chart.draw([...pinned, ...curvesOf(run, "")], dots, { log: now.log, words: chartWords(desk, names) });
  });
  drawReadout(desk);
  if (now.table) drawTable(desk);
  drawSmall(desk, tone);
}

/** @param {Desk} desk @param {(name: string) => number} tone */
function drawSmall(desk, tone) {
  const { now, run, small, parts } = desk;
  small.root.hidden = !now.small;
  parts.root.classList.toggle("fwe-open", now.small);
  if (!now.small || !run) return;
  small.draw({
    run,
    pinned: now.pins.map(pin => runWith(desk, pin.values)).filter(ran => ran !== null),
    began: runWith(desk, {}),
    // What is pinned as it began need not be drawn twice.
    moved: Object.keys(now.values).length > 0 && now.pins.every(pin => Object.keys(pin.values).length > 0),
    log: now.log,
    tone,
    givens: name => ({ text: givenText(desk, name), moved: name in now.values }),
  });
}

/** @param {Desk} desk @param {string[]} names */
function chartWords(desk, names) {
  const { time, series } = /** @type {import("./desk.js").Ran} */ (desk.run);
  const last = time.length - 1;
  const each = names.map(name => {
    const [from, to] = [axisText(series[name][0]), axisText(series[name][last])];
    return `${quantity(desk, name).label} goes from ${from} to ${to}`;
  });
  const span = `${desk.program?.clock.unit} ${momentText(time[0])} to ${momentText(time[last])}`;
  return `Chart over ${span}: ${each.join("; ")}. Arrow keys read values.`;
}

/** @param {Desk} desk @param {number | null} time */
export function pointAt(desk, time) {
  desk.cursor = time;
  for (const chart of desk.charts) chart.point(time);
  desk.small.point(time);
  drawReadout(desk);
  const { charts, readout } = desk.parts;
  if (time !== null && charts.contains(document.activeElement)) desk.say(readout.textContent ?? "");
}

/** @param {Desk} desk */
function drawReadout(desk) {
  const { run, program, parts, cursor } = desk;
  if (!run || !program || parts.root.classList.contains("fwe-broken")) return;
  const at = cursor === null ? run.time.length - 1 : nearest(run.time, cursor);
  const values = large(desk).map(name => {
    const pace = desk.now.log ? paceWords(run, run.series[name], at, program.clock.unit) : "";
    return `${quantity(desk, name).label} ${brief(run.series[name][at])}${pace}`;
  });
  parts.readout.textContent = [
    `${program.clock.unit} ${momentText(run.time[at], run.time[run.time.length - 1] - run.time[0])}`,
    ...values,
  ].join("  ·  ");
}

/**
 * How fast a curve doubles there; nothing where it hardly moves.
 * @param {import("./desk.js").Ran} run @param {Float64Array} values @param {number} at @param {string} unit
 */
function paceWords({ time }, values, at, unit) {
  const doubling = doublingTime(time, values, at);
  if (Math.abs(doubling) >= 1e4 * (time[time.length - 1] - time[0])) return "";
  const size = numberText(Number(Math.abs(doubling).toPrecision(3)));
  return ` (${doubling > 0 ? "doubles" : "halves"} in ${size} ${unit})`;
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

/** @param {Desk} desk */
export function drawTable(desk) {
  const { run, program, parts, now } = desk;
  parts.table.hidden = !now.table;
  if (!now.table || !run || !program) return;
  const names = large(desk);
  const head = names.map(name => {
    const { label, unit } = quantity(desk, name);
    return unitWords(unit) ? `${label}, ${unit}` : label;
  });
  const rows = Array.from({ length: ROWS + 1 }, (_, k) => {
    const at = Math.round((k / ROWS) * (run.time.length - 1));
    return [momentText(run.time[at]), ...names.map(name => brief(run.series[name][at]))];
  });
  const caption = element("caption", {}, "The same as a table");
  parts.table.replaceChildren(tableOf([program.clock.unit, ...head], rows, caption));
}
