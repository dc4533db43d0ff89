// @ts-check
// The loops in words: the list beside the diagram, and one loop after another.

import { button, element, shortened } from "../shared/base.js";
import { signClass } from "../shared/ink.js";
import { called, loopsOf, showMoment } from "./player.js";
import { stopWave } from "./pushes.js";

/** @typedef {import("./player.js").Player} Player */

/** @param {Player} player */
export function layList(player) {
  const { parts, now, given } = player;
  const shown = loopsOf(player).slice(0, now.revealed || undefined);
  parts.list.replaceChildren(...shown.map((loop, number) => layLoop(player, loop, number)));
  const more = now.revealed ? 0 : given().more;
  parts.more.textContent = more ? `and ${more} more that carry less.` : "";
}

/** @param {Player} player @param {import("./player.js").Told} loop @param {number} number */
function layLoop(player, loop, number) {
  const { name, title, sign, doc, story } = loop;
  const here = player.now.loop === name;
  const press = () => light(player, loop, number);
  const about = { class: `fw-button fwc-name ${signClass(sign)}`, "aria-pressed": here };
  const kind = sign === 1 ? "reinforcing" : sign === -1 ? "balancing" : "sign open";
  const said = (/** @type {string} */ text, /** @type {number} */ limit) =>
    element("bdi", {}, shortened(text, limit));
  const share = element("span", { class: "fwl-percent" });
  const words = element(
    "div",
    { class: "fwl-told" },
    element("strong", {}, said(title || kind, 60)),
    element("span", { class: "fwl-kind" }, title ? ` ${kind}` : "", " ", share),
    element("div", { class: `fwl-room ${signClass(sign)}` }, element("div", { class: "fwl-share" })),
    element("p", {}, said(doc || story, 500)),
    ...(here && doc ? [element("p", { class: "fwl-story" }, said(story, 600))] : []),
  );
  return element(
    "li",
    { "data-loop": number },
    button(name, `${name}: light this loop`, press, about),
    words,
  );
}

/** @param {Player} player @param {import("./player.js").Told} loop @param {number} number */
function light(player, loop, number) {
  const { now, parts } = player;
  now.loop = now.loop === loop.name ? "" : loop.name;
  layList(player);
  showMoment(player);
  player.changed();
  parts.list.querySelector(`[data-loop="${number}"] button`)?.focus({ preventScroll: true });
  player.say(now.loop ? shortened(loop.story, 400) : "The loop that leads is lit.");
}

/** Show the first so many loops only; all of them if 0. @param {Player} player @param {number} count */
export function reveal(player, count) {
  const { now, parts } = player;
  now.revealed = Math.max(0, Math.min(count, loopsOf(player).length));
  now.loop = "";
  stopWave(player);
  layReveal(player);
  layList(player);
  showMoment(player);
  player.changed();
  const loop = loopsOf(player)[now.revealed - 1];
  player.say(loop ? `${called(loop)}. ${shortened(loop.story, 400)}` : "All loops are shown.");
  (count ? parts.reveals.querySelector(".fw-main") : parts.step)?.focus({ preventScroll: true });
}

/** @param {Player} player */
export function layReveal(player) {
  const { now, parts } = player;
  const [loops, count] = [loopsOf(player), now.revealed];
  parts.reveals.hidden = !count;
  parts.step.hidden = count > 0;
  parts.roving.refresh();
  const loop = loops[count - 1];
  if (!loop) return parts.reveals.replaceChildren();
  const head = element("strong", { dir: "auto" }, `${count} of ${loops.length}: ${called(loop)}`);
  const story = element("span", {}, element("bdi", {}, shortened(loop.story, 600)));
  const back = button("Back", "Back: one loop less", () => reveal(player, Math.max(1, count - 1)), {
    disabled: count < 2,
  });
  const [word, spoken, to] =
    count >= loops.length ? ["All", "All: the whole diagram", 0] : ["Next", "Next: one loop more", count + 1];
  const on = button(word, spoken, () => reveal(player, to), { class: "fw-button fw-main" });
  parts.reveals.replaceChildren(
    element("div", { class: "fwl-step" }, head, story),
    element("div", { class: "fwl-buttons" }, back, on),
  );
}
