// @ts-check
// A small live graph of every quantity: how far a slider reaches, at a glance. Only what is in sight
// is drawn, and never longer at a stretch than a frame allows.

import { brief, dashesOf, nearest, toneClass } from "../shared/axis.js";
import { element, roving, shape, shortened } from "../shared/base.js";
import { HIGH, WIDE, graphWords, heights, short, tenth, thinPath, thinned } from "./thin.js";

/**
 * @typedef {{ title: string, names: string[] }} Group
 * @typedef {{ label: string, unit: string, doc: string }} Said unit: "" where there is none
 * @typedef {{ time: ArrayLike<number>, series: Record<string, ArrayLike<number>> }} Ran
 * @typedef {{
 *   run: Ran, pinned: Ran[], began: Ran | null, moved: boolean, log: boolean,
 *   tone: (name: string) => number, givens: (name: string) => { text: string, moved: boolean },
 * }} Shown began: the run with no slider moved; moved: is it another one? tone: below 0 if not large
 * @typedef {{
 *   name: string, unit: string, button: any, parts: Record<string, any>, inSight: boolean,
 *   drawn: number, pointed: number | null | undefined,
 * }} Card drawn: the edition it shows; pointed: the time it points at
 * @typedef {{
 *   heard: { chosen: (name: string) => void, pointed: (time: number | null) => void },
 *   note: HTMLElement, box: HTMLElement, root: HTMLElement,
 *   cards: Map<string, Card>, cardOf: Map<Element, Card>, waiting: Set<Card>,
 *   givens: Map<string, { row: any, number: any }>,
 *   thin: WeakMap<Ran, Map<string, import("./thin.js").Thin>>,
 *   shown: Shown | null, time: number | null, edition: number, frame: number, speech: number,
 * }} Panel waiting: the cards still to be drawn; time: what is pointed at
 */

const STRETCH = 5; // ms of drawing before the next frame gets its turn
const SPOKEN_AFTER = 200; // ms at rest before the words for screen readers follow
const SPOKEN = "Small graphs of every quantity. Arrow keys move, Enter shows one large.";

/**
 * The panel. `draw` may be called at every move of a slider, `point` at every move of the mouse.
 * @param {Panel["heard"]} heard
 */
export function smallGraphs(heard) {
  const [note, box] = [element("p", { class: "fwm-note" }), element("div")];
  const about = { class: "fwm", role: "group", "aria-label": SPOKEN, hidden: true };
  /** @type {Panel} */
  const panel = {
    heard,
    note,
    box,
    root: element("div", about, note, box),
    cards: new Map(),
    cardOf: new Map(),
    waiting: new Set(),
    givens: new Map(),
    thin: new WeakMap(),
    shown: null,
    time: null,
    edition: 0,
    frame: 0,
    speech: 0,
  };
  const watch = new IntersectionObserver(seen => {
    for (const { target, isIntersecting } of seen) {
      const card = panel.cardOf.get(target);
      if (!card) continue;
      card.inSight = isIntersecting;
      if (isIntersecting) panel.waiting.add(card);
    }
    drawWaiting(panel);
  });
  panel.root.addEventListener("keydown", event => goUpOrDown(panel, event));
  const stop = roving(panel.root, () => buttonsOf(panel));
  return {
    root: panel.root,
    /** @param {Group[]} groups @param {(name: string) => Said} saidOf */
    lay(groups, saidOf) {
      watch.disconnect();
      for (const each of [panel.cards, panel.cardOf, panel.givens, panel.waiting]) each.clear();
      box.replaceChildren(...groups.flatMap(group => layGroup(panel, group, saidOf)));
      for (const button of buttonsOf(panel)) watch.observe(button);
      stop.refresh();
    },
    /** @param {Shown} now */
    draw(now) {
      panel.shown = now;
      panel.edition += 1;
      drawAll(panel);
      drawGivens(panel);
      explain(panel);
      if (!panel.cards.size) return;
      clearTimeout(panel.speech);
      panel.speech = window.setTimeout(() => speak(panel), SPOKEN_AFTER);
    },
    /** @param {number | null} at */
    point(at) {
      panel.time = at;
      if (!panel.root.hidden) drawAll(panel);
    },
    stop() {
      watch.disconnect();
      cancelAnimationFrame(panel.frame);
      clearTimeout(panel.speech);
    },
  };
}

/** @param {Panel} panel */
function buttonsOf({ cards }) {
  return [...cards.values()].map(card => card.button);
}

/**
 * Up and down go to the graph above and below, as the eye does; the rest is as in any row.
 * @param {Panel} panel @param {KeyboardEvent} event
 */
function goUpOrDown(panel, event) {
  const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const here = panel.cardOf.get(/** @type {Element} */ (event.target))?.button;
  if (!way || !here) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const from = here.getBoundingClientRect();
  let [best, far] = [here, Infinity];
  for (const other of buttonsOf(panel)) {
    const to = other.getBoundingClientRect();
    const down = way * (to.top - from.top);
    const miss = 20 * down + Math.abs(to.left - from.left);
    if (down > 4 && miss < far) [best, far] = [other, miss];
  }
  best.focus();
}

/** @param {Panel} panel @param {Group} group @param {(name: string) => Said} saidOf */
function layGroup(panel, { title, names }, saidOf) {
  const [lay, tag, box] = title === "Given" ? [layGiven, "ul", "givens"] : [layCard, "div", "grid"];
  const inside = names.map(name => lay(panel, name, saidOf(name)));
  return [element("h4", { class: "fwm-title" }, title), element(tag, { class: `fwm-${box}` }, ...inside)];
}

/** @param {Panel} panel @param {string} name @param {Said} said */
function layCard(panel, name, { label, unit, doc }) {
  const parts = layCurve(panel);
  for (const part of ["number", "low", "high"]) parts[part] = document.createTextNode("");
  // The name and unseen words are what the button is called; the numbers would only be said twice.
  parts.words = element("span", { class: "fw-unseen fwm-words" });
  const unseen = (/** @type {string} */ part, ...inside) =>
    element("span", { class: `fwm-${part}`, "aria-hidden": true }, ...inside);
  const button = element(
    "button",
    {
      type: "button",
      class: "fwm-card",
      "aria-pressed": false,
      title: `${shortened(label, 200)}${unit ? `, ${unit}` : ""}${doc ? `: ${shortened(doc, 300)}` : ""}`,
      click: () => panel.heard.chosen(name),
    },
    element("span", { class: "fwm-head" }, nameOf(label, "fwm-name"), parts.words),
    parts.curve,
    unseen("value", parts.number, ...unitAfter(unit)),
    unseen("ends", element("span", {}, parts.low), element("span", {}, parts.high)),
  );
  const card = { name, unit, button, parts, inSight: false, drawn: -1, pointed: undefined };
  panel.cards.set(name, card);
  panel.cardOf.set(button, card);
  return button;
}

/** @param {string} label @param {string} [kind] */
function nameOf(label, kind = "") {
  return element("span", { class: kind, dir: "auto" }, shortened(label, 60));
}

/** @param {string} unit */
function unitAfter(unit) {
  return unit ? [" ", element("span", { class: "fwm-unit" }, unit)] : [];
}

/** The picture of a card, its lines by their names. @param {Panel} panel @returns {Record<string, any>} */
function layCurve(panel) {
  const names = ["floor", "began", "pinned", "now", "end", "cursor"];
  const lines = Object.fromEntries(names.map(name => [name, shape("path", { class: `fwm-${name}` })]));
  const about = { class: "fwm-curve", preserveAspectRatio: "none", "aria-hidden": true };
  const curve = shape("svg", { ...about, viewBox: `0 0 ${WIDE} ${HIGH}` }, ...Object.values(lines));
  curve.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (!panel.shown || event.pointerType === "touch") return; // a finger scrolls
    const { left, width } = curve.getBoundingClientRect();
    const { time } = panel.shown.run;
    const share = Math.max(0, Math.min(1, (event.clientX - left) / (width || 1)));
    panel.heard.pointed(time[0] + share * (time[time.length - 1] - time[0]));
  });
  curve.addEventListener("pointerleave", () => panel.heard.pointed(null));
  return { ...lines, curve };
}

/** @param {Panel} panel @param {string} name @param {Said} said */
function layGiven(panel, name, { label, unit, doc }) {
  const number = document.createTextNode("");
  const title = `${shortened(label, 200)}${doc ? `: ${shortened(doc, 300)}` : ""}`;
  const value = element("span", {}, number, ...unitAfter(unit));
  const row = element("li", { class: "fwm-given", title }, nameOf(label), value);
  panel.givens.set(name, { row, number });
  return row;
}

/** @param {Panel} panel @param {Ran} ran @param {string} name */
function thinOf({ thin }, ran, name) {
  const of = thin.get(ran) ?? new Map();
  const found = of.get(name) ?? thinned(ran.series[name]);
  thin.set(ran, of.set(name, found));
  return found;
}

/** @param {Panel} panel @param {Card} card */
function drawCard(panel, card) {
  if (!panel.shown) return;
  if (card.drawn !== panel.edition) drawCardCurves(panel, card, panel.shown);
  else if (card.pointed === panel.time) return;
  card.pointed = panel.time;
  const { time, series } = panel.shown.run;
  const last = time.length - 1;
  const at = panel.time === null ? last : nearest(time, panel.time);
  const cursor = panel.time === null ? "" : `M${tenth((at / (last || 1)) * WIDE)} 0V${HIGH}`;
  set(card.parts.cursor, "d", cursor);
  write(card.parts.number, brief(series[card.name][at]));
}

/** @param {Panel} panel @param {Card} card @param {Shown} shown */
function drawCardCurves(panel, card, { run, pinned, began, moved, log: wanted, tone: toneOf }) {
  const { name, parts, button } = card;
  card.drawn = panel.edition;
  const others = began ? [...pinned, began] : pinned;
  const thins = [run, ...others].map(ran => thinOf(panel, ran, name));
  const log = wanted && thins.every(each => each.low > 0);
  const y = heights(thins, log);
  const path = (/** @type {Ran} */ ran) => thinPath(ran.series[name], thinOf(panel, ran, name).at, y);
  const tone = toneOf(name);
  const values = run.series[name];
  set(parts.now, "d", path(run));
  set(parts.now, "stroke-dasharray", tone < 0 ? "" : dashesOf(tone));
  set(parts.pinned, "d", pinned.map(path).join(""));
  set(parts.began, "d", began && moved ? path(began) : "");
  set(parts.floor, "d", log ? "" : `M0 ${tenth(y(0))}H${WIDE}`);
  set(parts.end, "d", `M${WIDE} ${tenth(y(values[values.length - 1]))}h0.01`);
  set(parts.curve, "class", `fwm-curve${tone < 0 ? "" : ` ${toneClass(tone)}`}`);
  set(button, "aria-pressed", String(tone >= 0));
  write(parts.low, `low ${short(thins[0].low)}`);
  write(parts.high, `high ${short(thins[0].high)}`);
}

/** Oldest first, as long as the frame allows; the rest in the next one. @param {Panel} panel */
function drawWaiting(panel) {
  panel.frame = 0;
  const until = performance.now() + STRETCH;
  for (const card of panel.waiting) {
    panel.waiting.delete(card);
    // Each at least once, so that none changes its size later.
    if (card.inSight || card.drawn < 0) drawCard(panel, card);
    if (performance.now() > until) break;
  }
  if (panel.waiting.size && !panel.frame) panel.frame = requestAnimationFrame(() => drawWaiting(panel));
}

/** @param {Panel} panel */
function drawAll(panel) {
  for (const card of panel.cards.values()) if (card.inSight || card.drawn < 0) panel.waiting.add(card);
  cancelAnimationFrame(panel.frame);
  drawWaiting(panel);
}

/** @param {Panel} panel */
function drawGivens({ givens, shown }) {
  for (const [name, each] of givens) {
    const { text, moved } = /** @type {Shown} */ (shown).givens(name);
    write(each.number, text);
    if (moved !== each.row.classList.contains("fwm-moved")) each.row.classList.toggle("fwm-moved", moved);
  }
}

/** Words for screen readers, of what is out of sight too. @param {Panel} panel */
function speak(panel) {
  panel.speech = 0;
  const { run, tone } = /** @type {Shown} */ (panel.shown);
  for (const { name, button, unit, parts } of panel.cards.values()) {
    const { low, high } = thinOf(panel, run, name);
    write(parts.words, ` ${graphWords(unit, run.series[name], low, high)}`);
    set(button, "aria-pressed", String(tone(name) >= 0));
  }
}

/** What the lines mean. @param {Panel} panel */
function explain({ note, shown }) {
  const { log, pinned, began, moved } = /** @type {Shown} */ (shown);
  const told = ["Choose a graph to see it large. Grey line: zero."];
  if (log) told.push("Without one: equal growth, equal height.");
  if (pinned.length) told.push("Thin: pinned.");
  if (began && moved) told.push("Dotted: as it began.");
  write(note, told.join(" "));
}

/** @param {Element} part @param {string} name @param {string} value */
function set(part, name, value) {
  if (part.getAttribute(name) !== value) part.setAttribute(name, value);
}

/** @param {Node} text @param {string} words */
function write(text, words) {
  if (text.textContent !== words) text.textContent = words;
}
