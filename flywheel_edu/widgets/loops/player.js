// @ts-check
// What one view of the played loops works on, and what it shows at a moment of the run.

import { element } from "../shared/base.js";
import { isStep } from "../shared/diagram.js";
import { signClass } from "../shared/ink.js";

/** @typedef {import("../shared/loops.js").Arrow & { strength?: number }} Arrow */
/** @typedef {import("./wheel.js").Told} Told */
/** @typedef {{ at: number, loop: string, revealed: number }} Turned loop: that is lit */
/**
 * @typedef {{ time: number, label: string, strengths: number[], widths: number[], shares: number[] }} Moment
 * @typedef {{
 *   given: () => any, now: Turned, parts: Record<string, any>,
 *   view: ReturnType<typeof import("./wheel.js").wheelView>,
 *   arrows: Arrow[], wave: import("../shared/pulses.js").Wave, selected: string,
 *   pushes: ReturnType<typeof import("../shared/pace.js").travelling>, playing: number,
 *   say: (text: string) => void, changed: () => void,
 * }} Player arrows: this view's own, with the strength of the moment; pushes: those under way, in their
 *   time; playing: of the run that plays; changed: tell Python soon
 */

const FAINTEST = 0.005; // of all that goes round: less is called nothing

/** @param {Player} player @returns {Told[]} */
export function loopsOf({ given }) {
  return given().loops;
}

/** @param {Player} player @returns {Moment} */
function momentOf({ given, now }) {
  const { moments } = given();
  return moments[Math.min(now.at, moments.length - 1)];
}

/** @param {Player} player */
export function whenWords(player) {
  return `${player.given().across} ${momentOf(player).label}`;
}

/** @param {{ name: string, title: string }} loop */
export function called({ name, title }) {
  return title ? `${title} (${name})` : name;
}

/**
 * The numbers of the listed loops that carry this moment: the strongest, until they have half.
 * @param {Player} player
 */
function leading(player) {
  const sizes = momentOf(player).shares.map(Math.abs);
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  /** @type {number[]} */
  const lead = [];
  if (whole < FAINTEST) return lead;
  const order = sizes.map((_, i) => i).sort((a, b) => sizes[b] - sizes[a] || a - b);
  for (let sum = 0; sum < whole / 2; sum += sizes[lead[lead.length - 1]]) lead.push(order[lead.length]);
  return lead;
}

/** @param {number} share */
function percent(share) {
  return `${Math.round(100 * Math.abs(share))}\u00a0%`;
}

/** The moment in words, in the list and in the diagram. @param {Player} player */
export function showMoment(player) {
  const { now, parts } = player;
  const { shares } = momentOf(player);
  const [lead, loops] = [leading(player), loopsOf(player)];
  const told = lead.map(i => `${called(loops[i])}, ${percent(shares[i])}`).join("; ");
  const words = lead.length
    ? `${lead.length > 1 ? "Together lead" : "Leads"}: ${told}`
    : "Nothing moves here, or what moves is on no listed loop.";
  parts.slider.value = String(now.at);
  parts.clock.textContent = whenWords(player);
  parts.words.textContent = words;
  parts.slider.setAttribute("aria-valuetext", `${whenWords(player)}. ${words}`);
  for (const item of parts.list.children) {
    const number = Number(item.getAttribute("data-loop"));
    item.querySelector(".fwl-share").style.width = `${Math.abs(shares[number]) * 100}%`;
    item.querySelector(".fwl-percent").textContent = percent(shares[number]);
    item.classList.toggle("fwl-leads", lead.includes(number));
  }
  markMoment(player, lead);
}

/** @param {Player} player @param {number[]} lead */
function markMoment(player, lead) {
  const { now, view, arrows } = player;
  const { widths, strengths } = momentOf(player);
  const loops = loopsOf(player);
  const chosen = loops.filter(loop => loop.name === now.loop);
  const open = now.revealed ? loops.slice(0, now.revealed) : null;
  const lit = chosen.length ? chosen : open ? open.slice(-1) : lead.map(i => loops[i]);
  view.mark({ shown: open, lit, pale: chosen.length > 0, widths });
  arrows.forEach((arrow, i) => {
    const out = open && !open.some(loop => isStep(loop.quantities, arrow));
    arrow.strength = out ? 0 : strengths[i];
  });
}

/** Who leads when, below the slider. @param {Player} player */
export function layStrip({ given, parts }) {
  const { moments, leads } = given();
  const [first, last] = [moments[0].time, moments[moments.length - 1].time];
  const share = (/** @type {number} */ t) => Math.max(0, Math.min(1, (t - first) / (last - first || 1)));
  parts.strip.replaceChildren(
    ...leads.map((/** @type {any} */ lead) => {
      const [from, to] = [share(lead.start), share(lead.stop)];
      const about = { class: `fwl-lead ${signClass(lead.sign)}`, title: `${called(lead)} leads` };
      const piece = element("span", about, to - from > 0.05 ? lead.name : "");
      piece.style.left = `${100 * from}%`;
      piece.style.width = `${100 * (to - from)}%`;
      return piece;
    }),
  );
}

/** @param {Player} player @param {number} at */
export function goTo(player, at) {
  const { given, now } = player;
  now.at = Math.max(0, Math.min(given().moments.length - 1, Math.round(at)));
  showMoment(player);
  player.changed();
}
