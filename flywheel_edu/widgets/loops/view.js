// @ts-check
// The causal-loop diagram of a run, played: pushes travel at the strengths of the run, a slider moves
// through time and the leading loop is lit. All numbers come with the page; no kernel is needed.
//
// Who writes what: Python writes given; the browser writes turned. See loops.py.

import {
  announcer,
  button,
  element,
  isolated,
  keepKeys,
  listen,
  prefersStill,
  roving,
  shortened,
} from "../shared/base.js";
import { isStep } from "../shared/diagram.js";
import { keepsake, keptBar } from "../shared/keepsake.js";
import { Wave } from "./pulses.js";
import { signClass, wheelView } from "./wheel.js";

/** @typedef {{ time: number, label: string, strengths: number[], widths: number[], shares: number[] }} Moment */
/** @typedef {{ of: number, at: number, loop: string, revealed: number }} Turned */

const PACE = 190; // pixels a second, of a push
const STILL_STEP = 0.9; // seconds between steps for who wants no motion
const PLAYED_IN = 9; // seconds for the whole run
const TELL_AFTER = 200; // ms without a move before Python is told
const FAINTEST = 0.005; // of all that goes round: less is called nothing

/** @param {{ model: import("../shared/base.js").WidgetModel, el: HTMLElement }} handed */
function render({ model, el }) {
  const given = () => model.get("given");
  const { line, say } = announcer(true);
  /** @type {Turned} */
  let now = standing();
  let selected = "";
  let wave = new Wave([]);
  /** @type {(import("../shared/loops.js").Arrow & { strength?: number })[]} this view's own arrows */
  let arrows = [];
  let [frame, timer, telling, before, told] = [0, 0, 0, 0, ""];
  let playing = 0;

  const title = element("strong", { class: "fwl-title", dir: "auto" });
  const step = button("Loop by loop", "Loop by loop: begin with one loop and add the next", () => reveal(1));
  const settle = button("Settle", "Settle: stop every push", stopWave, { hidden: true });
  const bar = element(
    "div",
    { class: "fw-bar", role: "toolbar", "aria-label": "Loops" },
    title,
    settle,
    step,
  );
  const barStop = roving(bar, () => [...bar.querySelectorAll("button")]);

  const view = wheelView({
    label: "Causal-loop diagram. Arrow keys move; U nudges up, J nudges down.",
    picked(name) {
      selected = name;
      layAbout();
    },
    pressed(key, name) {
      const push = { u: 1, U: 1, j: -1, J: -1 }[key];
      if (push) nudge(name, push);
      else if (key === "Escape") stopWave();
      return Boolean(push) || key === "Escape";
    },
  });
  const about = element("div", { class: "fwc-about", role: "group", "aria-label": "Selected" });
  const reveals = element("div", { class: "fwl-reveal" });
  const stage = element("div", { class: "fwc-stage" }, view.root, about, line);
  const list = element("ol", { class: "fwc-loops fwl-loops" });
  const more = element("p", { class: "fwc-state" });
  const side = element("div", { class: "fwc-side" }, element("h4", {}, "Loops"), list, more);

  const play = button("▶ Play", "Play: let time pass", togglePlay);
  const slider = element("input", {
    type: "range",
    class: "fwl-time",
    min: 0,
    step: 1,
    "aria-label": "Time",
    input: () => goTo(slider.valueAsNumber),
  });
  const clock = element("output", { class: "fwl-clock" });
  const strip = element("div", { class: "fwl-strip", "aria-hidden": true });
  const leadWords = element("div", { class: "fwl-words" });
  const time = element(
    "div",
    { class: "fwl-when" },
    element("div", { class: "fwl-row" }, play, element("div", { class: "fwl-track" }, slider, strip), clock),
    leadWords,
  );
  const kept = keepsake("loops", {
    title: given().title,
    drawing: given().drawing,
    moments: given().moments.length,
  });
  const offer = keptBar(kept, "You played", (/** @type {Turned} */ work) => {
    now = { ...now, at: Number(work.at) || 0, loop: String(work.loop), revealed: Number(work.revealed) || 0 };
    layReveal();
    layList();
    showMoment();
    changed();
    say(`As you left it: ${when()}.`);
  });
  if (moved()) offer.hidden = true;
  const root = element(
    "div",
    { class: "fw fw-panel fwc fwl", role: "group", "aria-label": `Loops: ${shortened(given().title, 120)}` },
    offer,
    bar,
    reveals,
    time,
    element("div", { class: "fwc-body" }, stage, side),
  );
  keepKeys(root);
  el.append(root);

  /** @returns {Turned} */
  function standing() {
    const [from, by] = [given(), model.get("turned")];
    if (by.of === from.edition) return { ...by };
    return { of: from.edition, at: from.at, loop: from.loop, revealed: from.revealed };
  }

  /** Is anything otherwise than Python gave it? */
  function moved() {
    const { at, loop, revealed } = given();
    return now.at !== at || now.loop !== loop || now.revealed !== revealed;
  }

  function tell() {
    telling = 0;
    now.of = given().edition;
    told = JSON.stringify(now);
    model.set("turned", JSON.parse(told));
    model.save_changes();
    const { of: _of, ...work } = now;
    if (moved()) kept.keep(work);
    else kept.drop();
    offer.hidden = true;
  }

  function changed() {
    clearTimeout(telling);
    telling = window.setTimeout(tell, TELL_AFTER);
  }

  const loops = () => /** @type {import("./wheel.js").Told[]} */ (given().loops);
  const moment = () => /** @type {Moment} */ (given().moments[Math.min(now.at, given().moments.length - 1)]);
  const when = () => `${given().across} ${moment().label}`;
  const called = (/** @type {{ name: string, title: string }} */ loop) =>
    loop.title ? `${loop.title} (${loop.name})` : loop.name;
  const percent = (/** @type {number} */ share) => `${Math.round(100 * Math.abs(share))}\u00a0%`;

  /** The listed loops that carry this moment: the strongest, until they have half. */
  function leading() {
    const shares = moment().shares;
    const order = shares.map((_, i) => i).sort((a, b) => Math.abs(shares[b]) - Math.abs(shares[a]) || a - b);
    const whole = order.reduce((sum, i) => sum + Math.abs(shares[i]), 0);
    if (whole < FAINTEST) return [];
    const lead = [];
    let sum = 0;
    for (const i of order) {
      lead.push(loops()[i]);
      sum += Math.abs(shares[i]);
      if (sum >= whole / 2) break;
    }
    return lead;
  }

  // -- showing

  function mark() {
    const chosen = loops().filter(loop => loop.name === now.loop);
    const open = now.revealed ? loops().slice(0, now.revealed) : null;
    const lit = chosen.length ? chosen : open ? open.slice(-1) : leading();
    view.mark({ shown: open, lit, pale: chosen.length > 0, widths: moment().widths });
    arrows.forEach((arrow, i) => {
      arrow.strength = open && !open.some(loop => isStep(loop.quantities, arrow)) ? 0 : moment().strengths[i];
    });
  }

  function showMoment() {
    slider.value = String(now.at);
    clock.textContent = when();
    const lead = leading();
    const shares = moment().shares;
    const words = lead.length
      ? `${lead.length > 1 ? "Together lead" : "Leads"}: ${lead.map(loop => `${called(loop)}, ${percent(shares[loops().indexOf(loop)])}`).join("; ")}`
      : "Nothing moves here, or what moves is on no listed loop.";
    leadWords.textContent = words;
    slider.setAttribute("aria-valuetext", `${when()}. ${words}`);
    for (const item of list.children) {
      const share = shares[Number(item.getAttribute("data-loop"))] ?? 0;
      const bar_ = item.querySelector(".fwl-share");
      if (bar_) bar_.style.width = `${Math.abs(share) * 100}%`;
      const number = item.querySelector(".fwl-percent");
      if (number) number.textContent = percent(share);
      item.classList.toggle(
        "fwl-leads",
        lead.some(loop => loop === loops()[Number(item.getAttribute("data-loop"))]),
      );
    }
    mark();
  }

  function layStrip() {
    const [first, last] = [given().moments[0].time, given().moments[given().moments.length - 1].time];
    const share = (/** @type {number} */ t) => Math.max(0, Math.min(1, (t - first) / (last - first || 1)));
    strip.replaceChildren(
      ...given().leads.map((/** @type {any} */ lead) => {
        const [from, to] = [share(lead.start), share(lead.stop)];
        const piece = element(
          "span",
          { class: `fwl-lead ${signClass(lead.sign)}`, title: `${called(lead)} leads` },
          to - from > 0.05 ? lead.name : "",
        );
        piece.style.left = `${100 * from}%`;
        piece.style.width = `${100 * (to - from)}%`;
        return piece;
      }),
    );
  }

  function layList() {
    list.replaceChildren(
      ...loops().flatMap((loop, number) => {
        if (now.revealed && number >= now.revealed) return [];
        const light = button(
          loop.name,
          `${loop.name}: light this loop`,
          () => {
            now.loop = now.loop === loop.name ? "" : loop.name;
            layList();
            showMoment();
            changed();
            /** @type {HTMLElement | null} */ (list.querySelector(`[data-loop="${number}"] button`))?.focus({
              preventScroll: true,
            });
            say(now.loop ? shortened(loop.story, 400) : "The loop that leads is lit.");
          },
          { "aria-pressed": now.loop === loop.name },
        );
        light.classList.add("fwc-name", signClass(loop.sign));
        const kind = loop.sign === 1 ? "reinforcing" : loop.sign === -1 ? "balancing" : "sign open";
        const words = element(
          "div",
          { class: "fwl-told" },
          element("strong", {}, element("bdi", {}, shortened(loop.title || kind, 60))),
          element(
            "span",
            { class: "fwl-kind" },
            loop.title ? ` ${kind}` : "",
            " ",
            element("span", { class: "fwl-percent" }),
          ),
          element(
            "div",
            { class: `fwl-room ${signClass(loop.sign)}` },
            element("div", { class: "fwl-share" }),
          ),
          element("p", {}, element("bdi", {}, shortened(loop.doc || loop.story, 500))),
        );
        const tell_ = element("p", { class: "fwl-story" }, element("bdi", {}, shortened(loop.story, 600)));
        if (now.loop === loop.name && loop.doc) words.append(tell_);
        return [element("li", { "data-loop": number }, light, words)];
      }),
    );
    more.textContent = given().more && !now.revealed ? `and ${given().more} more that carry less.` : "";
  }

  function layAbout() {
    if (!selected) {
      about.replaceChildren(
        element("span", { class: "fwc-hint" }, "Pick a quantity, nudge it, and watch the push come round."),
      );
      return;
    }
    const up = button("▲ Nudge up", "Nudge up (U)", () => nudge(selected, 1));
    const down = button("▼ Nudge down", "Nudge down (J)", () => nudge(selected, -1));
    about.replaceChildren(
      element("span", { class: "fwc-which fw-name" }, shortened(selected.replace(/_/g, " "), 60)),
      up,
      down,
    );
  }

  // -- loop by loop

  /** @param {number} count */
  function reveal(count) {
    now.revealed = Math.max(0, Math.min(count, loops().length));
    now.loop = "";
    stopWave();
    layReveal();
    layList();
    showMoment();
    changed();
    const loop = loops()[now.revealed - 1];
    say(loop ? `${called(loop)}. ${shortened(loop.story, 400)}` : "All loops are shown.");
    const next = /** @type {HTMLElement | null} */ (reveals.querySelector(".fw-main"));
    (count ? next : step)?.focus({ preventScroll: true });
  }

  function layReveal() {
    reveals.hidden = !now.revealed;
    step.hidden = now.revealed > 0;
    barStop.refresh();
    const loop = loops()[now.revealed - 1];
    if (!loop) return reveals.replaceChildren();
    const last = now.revealed >= loops().length;
    reveals.replaceChildren(
      element(
        "div",
        { class: "fwl-step" },
        element("strong", { dir: "auto" }, `${now.revealed} of ${loops().length}: ${called(loop)}`),
        element("span", {}, element("bdi", {}, shortened(loop.story, 600))),
      ),
      element(
        "div",
        { class: "fwl-buttons" },
        button("Back", "Back: one loop less", () => reveal(Math.max(1, now.revealed - 1)), {
          disabled: now.revealed < 2,
        }),
        button(
          last ? "All" : "Next",
          last ? "All: the whole diagram" : "Next: one loop more",
          () => reveal(last ? 0 : now.revealed + 1),
          { class: "fw-button fw-main" },
        ),
      ),
    );
  }

  // -- pushes

  const seconds = (/** @type {import("../shared/loops.js").Arrow} */ arrow) =>
    prefersStill() ? STILL_STEP : Math.max(0.3, view.lengthOf(arrow) / PACE);

  /** @param {string} name @param {number} push */
  function nudge(name, push) {
    wave.nudge(name, push, seconds);
    const goes = wave.moving;
    say(
      `${isolated(shortened(name.replace(/_/g, " "), 60))} nudged ${push > 0 ? "up" : "down"} at ${when()}${goes ? "" : ": at this moment nothing carries the push on. Move the time."}`,
    );
    view.pulses(wave, prefersStill());
    settle.hidden = false;
    barStop.refresh();
    if (frame || timer || !goes) return;
    before = performance.now();
    next();
  }

  function next() {
    if (prefersStill()) timer = window.setTimeout(() => tick(before + 1000 * STILL_STEP), 1000 * STILL_STEP);
    else frame = requestAnimationFrame(tick);
  }

  /** @param {number} at */
  function tick(at) {
    frame = timer = 0;
    wave.advance(prefersStill() ? STILL_STEP : Math.min(0.05, Math.max(0, at - before) / 1000), seconds);
    before = at;
    view.pulses(wave, prefersStill());
    if (wave.moving) next();
  }

  function stopWave() {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = timer = 0;
    wave = new Wave(arrows);
    if (settle === document.activeElement) step.focus();
    settle.hidden = true;
    barStop.refresh();
    view.pulses(wave, true);
  }

  // -- time

  /** @param {number} at */
  function goTo(at) {
    now.at = Math.max(0, Math.min(given().moments.length - 1, Math.round(at)));
    showMoment();
    changed();
  }

  function togglePlay() {
    if (playing) return pause();
    if (now.at >= given().moments.length - 1) goTo(0);
    const each = (1000 * PLAYED_IN) / given().moments.length;
    playing = window.setInterval(
      () => {
        if (now.at >= given().moments.length - 1) pause();
        else goTo(now.at + 1);
      },
      prefersStill() ? 4 * each : each,
    );
    play.textContent = "❚❚ Pause";
    play.setAttribute("aria-label", "Pause");
  }

  function pause() {
    clearInterval(playing);
    playing = 0;
    play.textContent = "▶ Play";
    play.setAttribute("aria-label", "Play: let time pass");
    say(`${when()}. ${leadWords.textContent}`);
  }

  const roomFor = () => stage.clientWidth || 600;

  function begin() {
    now = standing();
    arrows = given().drawing.arrows.map((/** @type {any} */ arrow) => ({ ...arrow }));
    title.textContent = shortened(given().title, 90);
    title.setAttribute("title", given().title);
    slider.max = String(given().moments.length - 1);
    view.draw({ ...given().drawing, arrows }, loops(), roomFor());
    stopWave();
    layStrip();
    layReveal();
    layList();
    layAbout();
    showMoment();
  }

  const watch = new ResizeObserver(() => {
    view.place(roomFor());
    view.pulses(wave, prefersStill());
  });
  begin();
  watch.observe(stage);
  const stop = listen(model, {
    "change:given": begin,
    "change:turned": () => {
      // Another view of the same widget wrote: follow it.
      if (JSON.stringify(model.get("turned")) === told) return;
      now = standing();
      told = JSON.stringify(now);
      layReveal();
      layList();
      showMoment();
    },
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    clearInterval(playing);
    if (telling) {
      clearTimeout(telling);
      tell();
    }
    watch.disconnect();
    stop();
  };
}

export default { render };
