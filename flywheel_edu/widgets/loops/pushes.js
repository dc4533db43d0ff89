// @ts-check
// A push through the diagram: from the nudge until nothing moves any more.

import { button, element, isolated, prefersStill, shortened } from "../shared/base.js";
import { whenWords } from "./player.js";
import { Wave } from "./pulses.js";

/** @typedef {import("./player.js").Player} Player */

const PACE = 190; // pixels a second, of a push
const STILL_STEP = 0.9; // seconds between steps for who wants no motion
const SILENT = ": at this moment nothing carries the push on. Move the time.";

/** How long a push takes along an arrow. @param {Player} player */
function secondsIn({ view }) {
  return (/** @type {import("./player.js").Arrow} */ arrow) =>
    prefersStill() ? STILL_STEP : Math.max(0.3, view.lengthOf(arrow) / PACE);
}

/** @param {string} name */
function nameWords(name) {
  return shortened(name.replace(/_/g, " "), 60);
}

/** What can be done with the quantity that is picked. @param {Player} player */
export function layAbout(player) {
  const { parts, selected } = player;
  const hint = "Pick a quantity, nudge it, and watch the push come round.";
  parts.about.replaceChildren(
    ...(selected
      ? [
          element("span", { class: "fwc-which fw-name" }, nameWords(selected)),
          button("▲ Nudge up", "Nudge up (U)", () => nudge(player, selected, 1)),
          button("▼ Nudge down", "Nudge down (J)", () => nudge(player, selected, -1)),
        ]
      : [element("span", { class: "fwc-hint" }, hint)]),
  );
}

/** @param {Player} player @param {string} name @param {number} push */
export function nudge(player, name, push) {
  const { wave, view, parts } = player;
  wave.nudge(name, push, secondsIn(player));
  const way = push > 0 ? "up" : "down";
  const end = wave.moving ? "" : SILENT;
  player.say(`${isolated(nameWords(name))} nudged ${way} at ${whenWords(player)}${end}`);
  view.pulses(wave, prefersStill());
  parts.settle.hidden = false;
  parts.roving.refresh();
  if (player.frame || player.timer || !wave.moving) return;
  player.before = performance.now();
  next(player);
}

/** @param {Player} player */
function next(player) {
  const pause = 1000 * STILL_STEP;
  if (prefersStill()) player.timer = window.setTimeout(() => tick(player, player.before + pause), pause);
  else player.frame = requestAnimationFrame(at => tick(player, at));
}

/** @param {Player} player @param {number} at */
function tick(player, at) {
  const { wave, view, before } = player;
  player.frame = player.timer = 0;
  const elapsed = prefersStill() ? STILL_STEP : Math.min(0.05, Math.max(0, at - before) / 1000);
  wave.advance(elapsed, secondsIn(player));
  player.before = at;
  view.pulses(wave, prefersStill());
  if (wave.moving) next(player);
}

/** @param {Player} player */
export function stopWave(player) {
  const { parts, arrows, view } = player;
  cancelAnimationFrame(player.frame);
  clearTimeout(player.timer);
  player.frame = player.timer = 0;
  player.wave = new Wave(arrows);
  if (parts.settle === document.activeElement) parts.step.focus();
  parts.settle.hidden = true;
  parts.roving.refresh();
  view.pulses(player.wave, true);
}
