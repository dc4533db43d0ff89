// @ts-check
// What can be done to a drawing. Every edit takes a drawing and gives a new one; none changes what
// it was given, so undo is keeping the old one.

/** @typedef {import("../shared/loops.js").Drawing} Drawing */

export const LONGEST_NAME = 200;

/** A name as it is kept: no line breaks, single spaces, not without end. @param {string} text */
export function tidyName(text) {
  return Array.from(text.replace(/\s+/g, " ").trim()).slice(0, LONGEST_NAME).join("");
}

/** A name that no variable has yet. @param {Drawing} drawing */
export function freshName(drawing) {
  for (let number = 1; ; number += 1) {
    const name = `variable ${number}`;
    if (!has(drawing, name)) return name;
  }
}

/** @param {Drawing} drawing @param {string} name */
export function has(drawing, name) {
  return drawing.variables.some(variable => variable.name === name);
}

/** @param {Drawing} drawing @param {string} from @param {string} to */
export function arrowBetween(drawing, from, to) {
  return drawing.arrows.find(arrow => arrow.from === from && arrow.to === to);
}

/** @param {Drawing} drawing @param {string} name @param {number} x @param {number} y @returns {Drawing} */
export function withVariable(drawing, name, x, y) {
  return { ...drawing, variables: [...drawing.variables, { name, x: within(x), y: within(y) }] };
}

/** @param {Drawing} drawing @param {string} name @returns {Drawing} */
export function withoutVariable(drawing, name) {
  return {
    variables: drawing.variables.filter(variable => variable.name !== name),
    arrows: drawing.arrows.filter(arrow => arrow.from !== name && arrow.to !== name),
    loops: (drawing.loops ?? []).filter(loop => !loop.quantities.includes(name)),
  };
}

/** @param {Drawing} drawing @param {string} name @param {string} newName @returns {Drawing} */
export function renamed(drawing, name, newName) {
  const changed = (/** @type {string} */ old) => (old === name ? newName : old);
  return {
    variables: drawing.variables.map(variable => ({ ...variable, name: changed(variable.name) })),
    arrows: drawing.arrows.map(arrow => ({ ...arrow, from: changed(arrow.from), to: changed(arrow.to) })),
    loops: (drawing.loops ?? []).map(loop => ({ ...loop, quantities: loop.quantities.map(changed) })),
  };
}

/** @param {Drawing} drawing @param {string} name @param {number} x @param {number} y @returns {Drawing} */
export function moved(drawing, name, x, y) {
  const put = (/** @type {import("../shared/loops.js").Variable} */ variable) =>
    variable.name === name ? { ...variable, x: within(x), y: within(y) } : variable;
  return { ...drawing, variables: drawing.variables.map(put) };
}

/**
 * A new arrow has no sign: whether more of the cause means more of the effect is for the person who
 * draws to say.
 * @param {Drawing} drawing @param {string} from @param {string} to @returns {Drawing}
 */
export function withArrow(drawing, from, to) {
  return { ...drawing, arrows: [...drawing.arrows, { from, to, sign: null, delay: false }] };
}

/**
 * @param {Drawing} drawing @param {string} from @param {string} to
 * @param {{ sign?: 1 | -1 | null, delay?: boolean }} change @returns {Drawing}
 */
export function withArrowChanged(drawing, from, to, change) {
  const changed = (/** @type {import("../shared/loops.js").Arrow} */ arrow) =>
    arrow.from === from && arrow.to === to ? { ...arrow, ...change } : arrow;
  return { ...drawing, arrows: drawing.arrows.map(changed) };
}

/** @param {Drawing} drawing @param {string} from @param {string} to @returns {Drawing} */
export function withoutArrow(drawing, from, to) {
  return { ...drawing, arrows: drawing.arrows.filter(arrow => arrow.from !== from || arrow.to !== to) };
}

/**
 * A loop by the name that its author gives it; without one it has only its letter.
 * @param {Drawing} drawing @param {import("../shared/loops.js").Loop} loop @param {string} name
 * @returns {Drawing}
 */
export function withLoopCalled(drawing, { title, quantities, doc }, name) {
  const old = drawing.loops ?? [];
  const called = { name, quantities, doc };
  const loops = title ? old.map(each => (each.name === title ? called : each)) : [...old, called];
  return { ...drawing, loops: loops.filter(each => each.name) };
}

/** @param {number} share */
function within(share) {
  return Math.round(Math.min(1, Math.max(0, share)) * 1000) / 1000;
}
