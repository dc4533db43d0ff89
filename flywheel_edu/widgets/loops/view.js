// @ts-check
// The causal-loop diagram of a run, played: pushes travel at the strengths of the run, a slider moves
// through time and the leading loop is lit. All numbers come with the page; no kernel is needed.
//
// Who writes what: Python writes given; the browser writes turned. See widget.py.

import {
  announcer,
  button,
  element,
  headOf,
  keepKeys,
  listen,
  prefersStill,
  roving,
  shortened,
} from "../shared/base.js";
import { keepsake, keptBar } from "../shared/keepsake.js";
import { travelling } from "../shared/pace.js";
import { Wave } from "../shared/pulses.js";
import { standing } from "../shared/standing.js";
import { goTo, layStrip, loopsOf, showMoment, whenWords } from "./player.js";
import { layAbout, nudge, stopWave } from "./pushes.js";
import { layList, layReveal, reveal } from "./told.js";
import { wheelView } from "./wheel.js";

/** @typedef {import("./player.js").Player} Player */

const PLAYED_IN = 9; // seconds for the whole run
const TELL_AFTER = 200; // ms without a move before Python is told
const PARTS = ["at", "loop", "revealed"];
const LABEL = "Causal-loop diagram. Arrow keys move; U nudges up, J nudges down.";

/** @param {{ model: import("../shared/base.js").WidgetModel, el: HTMLElement }} handed */
function render({ model, el }) {
  const given = () => model.get("given");
  const ledger = standing(model, "turned", PARTS);
  const { line, say } = announcer(true);
  const { title, drawing, moments } = given();
  const kept = keepsake("loops", { title, drawing, moments: moments.length });
  let telling = 0;
  const moved = () => PARTS.some(part => player.now[part] !== given()[part]);
  const tell = () => {
    telling = 0;
    ledger.tell(player.now);
    if (moved()) kept.keep(player.now);
    else kept.drop();
    offer.hidden = true;
  };
  const view = wheelView({
    label: LABEL,
    picked(name) {
      player.selected = name;
      layAbout(player);
    },
    pressed(key, name) {
      const push = { u: 1, U: 1, j: -1, J: -1 }[key];
      if (push) nudge(player, name, push);
      const stops = key === "Escape" && player.wave.moving; // else the cell gets the focus back
      if (stops) stopWave(player);
      return Boolean(push) || stops;
    },
  });
  /** @type {Player} */
  const player = {
    given,
    now: ledger.read(),
    parts: {},
    view,
    arrows: [],
    wave: new Wave([]),
    selected: "",
    pushes: /** @type {any} */ (null),
    playing: 0,
    say,
    changed() {
      clearTimeout(telling);
      telling = window.setTimeout(tell, TELL_AFTER);
    },
  };
  const show = () => view.pulses(player.wave, prefersStill());
  player.pushes = travelling(player, { lengthOf: view.lengthOf, speed: 190, least: 0.3, show });
  const offer = keptBar(kept, "You played", (/** @type {import("./player.js").Turned} */ work) => {
    player.now = { at: Number(work.at) || 0, loop: String(work.loop), revealed: Number(work.revealed) || 0 };
    refresh(player);
    player.changed();
    say(`As you left it: ${whenWords(player)}.`);
  });
  if (moved()) offer.hidden = true;
  const { stage, root } = layPlayer(player, offer, line);
  el.append(root);
  const room = () => stage.clientWidth || 600;
  const begin = () => {
    player.now = ledger.read();
    player.arrows = given().drawing.arrows.map((/** @type {any} */ arrow) => ({ ...arrow }));
    view.draw({ ...given().drawing, arrows: player.arrows }, loopsOf(player), room());
    stopWave(player);
    layStrip(player);
    layAbout(player);
    refresh(player);
  };
  const watch = new ResizeObserver(() => {
    view.place(room());
    show();
  });
  begin();
  watch.observe(stage);
  const stop = listen(model, {
    "change:given": begin,
    "change:turned": () => {
      if (!ledger.foreign()) return;
      player.now = ledger.read();
      refresh(player);
    },
  });
  return () => {
    player.pushes.stop();
    clearInterval(player.playing);
    if (telling) {
      clearTimeout(telling);
      tell();
    }
    watch.disconnect();
    stop();
  };
}

/** @param {Player} player @param {HTMLElement} offer @param {HTMLElement} line */
function layPlayer(player, offer, line) {
  const { title, moments } = player.given();
  const begin = "Loop by loop: begin with one loop and add the next";
  const settleWords = "Settle: stop every push";
  const parts = {
    step: button("Loop by loop", begin, () => reveal(player, 1)),
    settle: button("Settle", settleWords, () => stopWave(player), { hidden: true }),
    about: element("div", { class: "fwc-about", role: "group", "aria-label": "Selected" }),
    reveals: element("div", { class: "fwl-reveal" }),
    list: element("ol", { class: "fwc-loops fwl-loops" }),
    more: element("p", { class: "fwc-state" }),
    play: button("▶ Play", "Play: let time pass", () => (player.playing ? pause(player) : play(player))),
    slider: element("input", {
      type: "range",
      class: "fwl-time",
      min: 0,
      max: moments.length - 1,
      step: 1,
      "aria-label": "Time",
      input: () => goTo(player, parts.slider.valueAsNumber),
    }),
    clock: element("output", { class: "fwl-clock" }),
    strip: element("div", { class: "fwl-strip", "aria-hidden": true }),
    words: element("div", { class: "fwl-words" }),
  };
  const toolbar = { class: "fw-bar", role: "toolbar", "aria-label": "Loops" };
  const bar = element("div", toolbar, headOf(title), parts.settle, parts.step);
  player.parts = { ...parts, roving: roving(bar, () => [...bar.querySelectorAll("button")]) };
  const track = element("div", { class: "fwl-track" }, parts.slider, parts.strip);
  const row = element("div", { class: "fwl-row" }, parts.play, track, parts.clock);
  const time = element("div", { class: "fwl-when" }, row, parts.words);
  const stage = element("div", { class: "fwc-stage" }, player.view.root, parts.about, line);
  const side = element("div", { class: "fwc-side" }, element("h4", {}, "Loops"), parts.list, parts.more);
  const body = element("div", { class: "fwc-body" }, stage, side);
  const about = {
    class: "fw fw-panel fwc fwl",
    role: "group",
    "aria-label": `Loops: ${shortened(title, 120)}`,
  };
  const root = element("div", about, offer, bar, parts.reveals, time, body);
  keepKeys(root);
  return { stage, root };
}

/** @param {Player} player */
function refresh(player) {
  layReveal(player);
  layList(player);
  showMoment(player);
}

/** @param {Player} player */
function play(player) {
  const { parts, now } = player;
  const last = player.given().moments.length - 1;
  if (now.at >= last) goTo(player, 0);
  const each = ((prefersStill() ? 4 : 1) * 1000 * PLAYED_IN) / (last + 1);
  player.playing = window.setInterval(() => {
    if (player.now.at >= last) pause(player);
    else goTo(player, player.now.at + 1);
  }, each);
  parts.play.textContent = "❚❚ Pause";
  parts.play.setAttribute("aria-label", "Pause");
}

/** @param {Player} player */
function pause(player) {
  const { parts } = player;
  clearInterval(player.playing);
  player.playing = 0;
  parts.play.textContent = "▶ Play";
  parts.play.setAttribute("aria-label", "Play: let time pass");
  player.say(`${whenWords(player)}. ${parts.words.textContent}`);
}

export default { render };
