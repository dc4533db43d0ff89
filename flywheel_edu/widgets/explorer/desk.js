// @ts-check
// What one view of an explorer works on: where it stands, its model's program and run, its parts.

import { axisText, momentText } from "../shared/axis.js";

/**
 * @typedef {{
 *   name: string, label: string, unit: string, doc: string, group: string,
 *   low: number, high: number, step: number, value: number,
 * }} Slider
 * @typedef {{ title: string, task: string, sliders: string[] }} Stage
 * @typedef {{ name: string, values: Record<string, number> }} Pin
 * @typedef {{
 *   values: Record<string, number>, pins: Pin[], stage: number, tried: boolean, extra: string[],
 *   log: boolean, table: boolean, small: boolean,
 * }} Played extra: what was called up to be large; tried: was a slider of this stage moved?
 * @typedef {{ time: Float64Array, series: Record<string, Float64Array> }} Ran
 * @typedef {{ range: any, box: any, problem: any, row: any }} Control
 * @typedef {ReturnType<typeof import("../shared/curves.js").curveChart>} CurveChart
 * @typedef {{
 *   given: () => any,
 *   now: Played,
 *   program: import("../shared/program.js").Program | null,
 *   run: Ran | null,
 *   parts: Record<string, any>,
 *   small: ReturnType<typeof import("./small.js").smallGraphs>,
 *   controls: Map<string, Control>,
 *   charts: CurveChart[],
 *   grouped: string[][],
 *   pinned: Map<string, Ran | null>,
 *   moved: string,
 *   cursor: number | null,
 *   say: (text: string) => void,
 *   changed: (atOnce?: boolean) => void,
 *   refresh: () => void,
 * }} Desk
 *   grouped: the names in each chart; pinned: runs by their values, null for one that does not run;
 *   moved: the slider that moved last; changed: tell Python, soon or at once; refresh: lay all anew
 */

/** What is said of a quantity. @param {Desk} desk @param {string} name */
export function quantity({ program }, name) {
  return program?.quantities[name] ?? { label: name, unit: "", doc: "", value: 0 };
}

/** The names that are drawn large, in the order of their colours. @param {Desk} desk @returns {string[]} */
export function large({ given, now }) {
  return [...given().shown, ...now.extra];
}

/** Run the model as the sliders stand; say what is wrong if it does not run. @param {Desk} desk */
export function simulate(desk) {
  if (!desk.program) return;
  for (const { problem } of desk.controls.values()) if (problem.textContent) problem.textContent = "";
  try {
    desk.run = desk.program.run(desk.now.values);
    desk.parts.root.classList.remove("fwe-broken");
  } catch (wrong) {
    const { message, hint } = /** @type {{ message: string, hint?: string }} */ (wrong);
    const text = hint ? `${message}. ${hint[0].toUpperCase()}${hint.slice(1)}.` : message;
    desk.parts.root.classList.add("fwe-broken");
    (desk.controls.get(desk.moved)?.problem ?? desk.parts.readout).textContent = text;
    desk.say(text);
  }
}

/** Made once; null if it does not run. @param {Desk} desk @param {Record<string, number>} values */
export function runWith({ pinned, program }, values) {
  const key = JSON.stringify(values);
  if (!pinned.has(key)) {
    try {
      pinned.set(key, program?.run(values) ?? null);
    } catch {
      pinned.set(key, null); // it no longer runs: the list says so
    }
  }
  return pinned.get(key) ?? null;
}

/** A moment, such as 2005, has no mark of thousands. @param {Desk} desk @param {string} name */
export function givenText(desk, name) {
  const { unit, value = 0 } = quantity(desk, name);
  const here = desk.now.values[name] ?? value;
  return unit === desk.program?.clock.unit ? momentText(here) : axisText(here);
}
