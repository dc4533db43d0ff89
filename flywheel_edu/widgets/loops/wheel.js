// @ts-check
// A causal-loop diagram to look at and to play with: boxes, signed arrows, letters of loops, pushes
// under way. It shows what it is told and knows no model.

import { isolated, shape, shortened } from "../shared/base.js";
import { DIRECTIONS, isStep, nearestTowards } from "../shared/diagram.js";
import {
  arrowOf,
  arrowParts,
  blankInk,
  boxOf,
  boxParts,
  curveOf,
  drawAnew,
  placeAll,
  showWave,
} from "../shared/ink.js";

/** @typedef {import("../shared/loops.js").Arrow} Arrow */
/** @typedef {import("../shared/loops.js").Drawing} Drawing */
/**
 * @typedef {{
 *   name: string, title: string, sign: 1 | -1 | null, quantities: string[], story: string, doc: string,
 * }} Told a loop
 * @typedef {{
 *   label: string, picked?: (name: string) => void, pressed?: (key: string, name: string) => boolean,
 * }} About picked: a variable has the focus; pressed: was this key of use to you?
 * @typedef {import("../shared/ink.js").Ink & { about: About, size: number, stop: string }} Wheel
 *   size: the variables the sheet has room for; stop: the variable that Tab comes to
 */

/** @param {About} about */
export function wheelView(about) {
  const drawn = { class: "fwc-sheet fww", role: "group", "aria-label": about.label };
  const ink = blankInk(drawn, { arrows: shape("g", { "aria-hidden": true }) });
  /** @type {Wheel} */
  const wheel = Object.assign(ink, { about, size: 1, stop: "" });
  wheel.svg.addEventListener("keydown", event => pressOn(wheel, event));
  return {
    root: wheel.svg,
    place: (/** @type {number} */ room) => placeAll(wheel, room, wheel),
    /**
     * Draw something else. `most` variables are still to come, so that the sheet keeps its size.
     * @param {Drawing} drawing @param {Told[]} loops @param {number} room @param {number} [most]
     */
    draw(drawing, loops, room, most = drawing.variables.length) {
      const focused = wheel.svg.contains(document.activeElement);
      wheel.size = most;
      drawAnew(
        wheel,
        drawing,
        loops,
        each => variableParts(wheel, drawing, each),
        each => arrowParts(each),
      );
      placeAll(wheel, room, wheel);
      rove(wheel);
      if (focused) boxOf(wheel, wheel.stop)?.item.focus({ preventScroll: true });
    },
    mark: (/** @type {Marks} */ how) => markWheel(wheel, how),
    pulses: (/** @type {import("../shared/pulses.js").Wave} */ wave, /** @type {boolean} */ still) =>
      showWave(wheel, wave, still),
    lengthOf: (/** @type {Arrow} */ arrow) => curveOf(wheel, arrow)?.length ?? 100,
  };
}

/** @param {Arrow} arrow @param {string} other */
function arrowWords(arrow, other) {
  const sign = arrow.sign === 1 ? "plus" : arrow.sign === -1 ? "minus" : "sign open";
  return `${isolated(shortened(other, 60))} (${sign}${arrow.delay ? ", delayed" : ""})`;
}

/** @param {Wheel} wheel @param {Drawing} drawing @param {import("../shared/loops.js").Variable} variable */
function variableParts(wheel, { arrows }, variable) {
  const { name } = variable;
  const ins = arrows.filter(({ to }) => to === name).map(arrow => arrowWords(arrow, arrow.from));
  const outs = arrows.filter(({ from }) => from === name).map(arrow => arrowWords(arrow, arrow.to));
  const words = [isolated(shortened(name.replace(/_/g, " "), 120))];
  if (ins.length) words.push(`driven by ${ins.join(", ")}`);
  if (outs.length) words.push(`acts on ${outs.join(", ")}`);
  const parts = boxParts(variable, {
    "aria-label": words.join("; "),
    focus: () => {
      wheel.stop = name;
      rove(wheel);
      wheel.about.picked?.(name);
    },
    pointerdown: (/** @type {PointerEvent} */ event) => {
      event.preventDefault();
      parts.item.focus({ preventScroll: true });
    },
  });
  return parts;
}

// -- focus and keys

/** @param {Wheel} wheel */
function rove(wheel) {
  const names = wheel.drawing.variables.map(({ name }) => name);
  if (!names.includes(wheel.stop)) wheel.stop = names[0] ?? "";
  for (const name of names)
    boxOf(wheel, name).item.setAttribute("tabindex", name === wheel.stop ? "0" : "-1");
}

/** @param {Wheel} wheel @param {KeyboardEvent} event */
function pressOn(wheel, event) {
  const all = [...wheel.boxes.values()].map(({ name, x, y }) => ({ name, x, y, ...boxOf(wheel, name) }));
  const here = all.find(({ item }) => item === event.target);
  if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
  const way = DIRECTIONS[event.key];
  if (!way) {
    if (wheel.about.pressed?.(event.key, here.name)) event.preventDefault();
    return;
  }
  event.preventDefault();
  const others = all.filter(each => each !== here && !each.item.hasAttribute("hidden"));
  const places = others.map(({ x, y }) => /** @type {[number, number]} */ ([x, y]));
  const next = nearestTowards([here.x, here.y], places, way);
  if (next >= 0) others[next].item.focus({ preventScroll: true });
}

// -- marks and pushes

/**
 * What is there, what is lit, what is pale, how wide the arrows are. `shown`: only what lies on these
 * loops; `lit`: stands out; `pale`: all else steps back; `fresh`: variables that stand out by themselves.
 * @typedef {{
 *   shown?: Told[] | null, lit?: Told[], pale?: boolean, fresh?: string[], widths?: number[],
 * }} Marks
 */

/** @param {Wheel} wheel @param {Marks} how */
function markWheel(wheel, { shown = null, lit = [], pale = false, fresh = [], widths = [] }) {
  const { drawing, loops, layers } = wheel;
  const put = (/** @type {any} */ item, /** @type {boolean} */ there, /** @type {boolean} */ inLit) => {
    item.toggleAttribute("hidden", !there);
    item.classList.toggle("fwc-dim", pale && !inLit);
  };
  drawing.arrows.forEach((arrow, i) => {
    const { item, path } = arrowOf(wheel, arrow);
    const on = (/** @type {Told} */ loop) => isStep(loop.quantities, arrow);
    put(item, !shown || shown.some(on), lit.some(on));
    item.classList.toggle("fww-lit", lit.some(on));
    path.style.strokeWidth = widths.length ? `${(1.4 + 5.4 * widths[i]).toFixed(2)}px` : "";
  });
  const hidden = (/** @type {string} */ name) => boxOf(wheel, name)?.item.hasAttribute("hidden");
  for (const { name } of drawing.variables) {
    const { item } = boxOf(wheel, name);
    const on = (/** @type {Told} */ loop) => loop.quantities.includes(name);
    put(item, !shown || shown.some(on), lit.some(on));
    item.classList.toggle("fwc-lit", lit.some(on) || fresh.includes(name));
  }
  loops.forEach((loop, i) => {
    const leads = lit.some(each => each === loop);
    put(layers.loops.children[i], !shown || shown.some(each => each === loop), leads);
    layers.loops.children[i].classList.toggle("fww-leads", leads);
  });
  const first = drawing.variables.find(({ name }) => !hidden(name));
  if (hidden(wheel.stop) && first) wheel.stop = first.name;
  rove(wheel);
}
