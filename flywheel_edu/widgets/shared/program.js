// @ts-check
// The model's own program, printed by Python from its equations, made into something to call.

/**
 * @typedef {{
 *   title: string,
 *   clock: { unit: string, start: number, stop: number, step: number, steps: number, method: string },
 *   quantities: Record<string, { kind: string, unit: string, label: string, doc: string,
 *     part_of?: string, range?: [number, number], value?: number }>,
 *   givens: string[],
 *   names: string[],
 *   run(values: Record<string, number>, how?: { method?: string }): { time: Float64Array,
 *     series: Record<string, Float64Array> },
 * }} Program
 */

/** @type {Map<string, Promise<Program>>} */
const programs = new Map();

/**
 * The program of a module's text. The text comes from the package's own printer; quantities stand in it as
 * slots and their names as quoted text.
 * @param {string} text @returns {Promise<Program>}
 */
export function programOf(text) {
  let made = programs.get(text);
  if (!made) {
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    made = import(/* @vite-ignore */ address).finally(() => URL.revokeObjectURL(address));
    programs.set(text, made);
  }
  return made;
}
