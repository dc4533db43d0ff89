// @ts-check
// What can be done with the quantity that is picked: nudge it, and settle again.

import { button, element, isolated, shortened } from "../shared/base.js";
import { whenWords } from "./player.js";

/** @typedef {import("./player.js").Player} Player */

const SILENT = ": at this moment nothing carries the push on. Move the time.";

/** @param {string} name */
function nameWords(name) {
  return shortened(name.replace(/_/g, " "), 60);
}

/** @param {Player} player */
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
  const { parts, pushes } = player;
  pushes.nudge(name, push);
  const way = push > 0 ? "up" : "down";
  const end = player.wave.moving ? "" : SILENT;
  player.say(`${isolated(nameWords(name))} nudged ${way} at ${whenWords(player)}${end}`);
  parts.settle.hidden = false;
  parts.roving.refresh();
}

/** @param {Player} player */
export function stopWave({ parts, pushes, arrows }) {
  pushes.stop(arrows);
  if (parts.settle === document.activeElement) parts.step.focus();
  parts.settle.hidden = true;
  parts.roving.refresh();
}
