// @ts-check
// A game flown turn by turn: expect, decide, fly, read. The model and the rival run here, printed
// from their equations; the browser writes played, Python writes given.

import { brief } from "../shared/axis.js";
import {
  announcer,
  button,
  element,
  headOf,
  keepKeys,
  listen,
  numberText,
  shape,
  tableOf,
} from "../shared/base.js";
import { keepsake, keptBar } from "../shared/keepsake.js";
import { programOf } from "../shared/program.js";
import { standing } from "../shared/standing.js";
import { wheelView } from "../loops/wheel.js";
import { endsOf, fly, forecastError, seenAt, textOf } from "./engine.js";
import { letter } from "./letters.js";
import { drawPast, keep, layPast } from "./past.js";

const PARTS = ["hand", "pins"];

/**
 * @typedef {{ game: any, now: { hand: import("./engine.js").Turn[], pins: any[] }, world: any, rival: any,
 *   flown: any, parts: Record<string, any>, controls: Map<string, HTMLInputElement>,
 *   chart: ReturnType<typeof import("../shared/curves.js").curveChart> | null,
 *   wheel: ReturnType<typeof wheelView>,
 *   say: (text: string) => void, changed: () => void }} Desk
 */

/** @param {{ model: import("../shared/base.js").WidgetModel, el: HTMLElement }} handed */
function render({ model, el }) {
  const ledger = standing(model, "played", PARTS);
  const read = () => {
    const now = ledger.read();
    // Python in the browser sends None as undefined.
    for (const each of [now, ...now.pins].flatMap(({ hand }) => hand)) each.forecast ??= null;
    return now;
  };
  const { line, say } = announcer(true);
  const game = model.get("given");
  const { key, digest, seed, rival } = game;
  const kept = keepsake("cockpit", [key, digest, seed, rival.text, rival.name]);
  /** @type {Desk} */
  const desk = {
    game,
    now: read(),
    world: null,
    rival: null,
    flown: null,
    parts: layParts(game, line),
    controls: new Map(),
    chart: null,
    wheel: wheelView({ label: "Causal-loop diagram of the named loops" }),
    say,
    changed() {
      ledger.tell(desk.now);
      offer.hidden = true;
      if (desk.now.hand.length || desk.now.pins.length) kept.keep(desk.now);
      else kept.drop();
    },
  };
  const offer = keptBar(kept, "You flew", work => {
    desk.now = work;
    show();
    desk.changed();
  });
  desk.parts.root.prepend(offer);
  layForm(desk);
  layPast(desk);
  el.append(desk.parts.root);
  const watch = new ResizeObserver(() => desk.wheel.place(roomIn(desk)));
  if (game.drawing.variables.length) {
    desk.parts.drawing.append(desk.wheel.root, desk.parts.note);
    desk.wheel.draw(game.drawing, [], roomIn(desk));
    watch.observe(desk.parts.drawing);
  }
  const show = () => {
    standControls(desk);
    refresh(desk);
  };
  const begin = async () => {
    desk.now = read();
    [desk.world, desk.rival] = await Promise.all([programOf(game.module), programOf(game.rival.module)]);
    if (desk.now.hand.length || desk.now.pins.length) offer.hidden = true;
    show();
  };
  begin();
  const stop = listen(model, {
    "change:given": begin,
    "change:played": () => {
      if (ledger.foreign()) begin();
    },
  });
  return () => {
    desk.chart?.stop();
    watch.disconnect();
    stop();
  };
}

/** @param {Desk} desk */
function roomIn({ parts }) {
  return parts.drawing.clientWidth || 600;
}

function layParts(game, line) {
  /** @type {Record<string, any>} */
  const parts = { status: element("span", { class: "fwf-status" }), line };
  parts.note = element("p", { class: "fwf-note" });
  for (const name of ["dials", "form", "letter", "drawing", "past", "end"])
    parts[name] = element("div", { class: `fwf-${name}` });
  const bar = element(
    "div",
    { class: "fw-bar" },
    headOf(`${game.title}, against ${game.rival.name}`),
    parts.status,
  );
  const rules = element("details", {}, element("summary", {}, "The rules"), element("p", {}, game.about));
  const equations = element(
    "details",
    { hidden: true },
    element("summary", {}, "The equations, yours and the rival's"),
    element("pre", { tabindex: 0 }, game.equations),
  );
  parts.equations = equations;
  const side = element("div", { class: "fwf-side" }, parts.letter, parts.form, line);
  const main = element("div", { class: "fwf-main" }, parts.dials, parts.drawing);
  const body = element("div", { class: "fwf-body" }, side, main);
  const about = { class: "fw fw-panel fwf", role: "group", "aria-label": `Cockpit: ${game.title}` };
  parts.root = element("div", about, bar, body, parts.end, parts.past, rules, equations);
  keepKeys(parts.root);
  return parts;
}

// -- expect and decide

/** @param {Desk} desk */
function layForm(desk) {
  const { game, parts } = desk;
  const unit = game.sees.find(each => each.name === game.forecast).unit;
  parts.forecast = element("input", { class: "fw-input", type: "number", step: "any", min: 0 });
  parts.reason = element("input", { class: "fw-input", type: "text", maxlength: 120 });
  const rows = game.decisions.map(each => sliderRow(desk, each));
  parts.fly = button(`Fly the ${game.turn_is}`, `Fly the ${game.turn_is}`, () => flyOne(desk), {
    class: "fw-button fw-main",
  });
  parts.hold = button("Hold to the end", "Hold to the end: these decisions in every turn that is left", () =>
    flyRest(desk),
  );
  const label = (/** @type {string} */ text, /** @type {Node} */ input) => element("label", {}, text, input);
  parts.form.append(
    label(
      `1. I expect, at the end of the turn: ${game.forecast.replaceAll("_", " ")} [${unit}]`,
      parts.forecast,
    ),
    element("fieldset", {}, element("legend", {}, "2. I decide"), ...rows),
    label("Because", parts.reason),
    element("div", { class: "fwf-do" }, parts.fly, parts.hold),
  );
}

function sliderRow(desk, { name, label, unit, doc, low, high, step }) {
  const told = element("output", {});
  const slider = element("input", {
    type: "range",
    min: low,
    max: high,
    step,
    "aria-label": `${label}, in ${unit}`,
    title: doc,
    input: () => tell(),
  });
  const tell = () => {
    told.textContent = numberText(Number(slider.value));
    slider.setAttribute("aria-valuetext", `${told.textContent} ${unit}`);
  };
  slider.addEventListener("told", tell);
  desk.controls.set(name, slider);
  return element("div", { class: "fwf-row" }, element("span", { title: doc }, label), slider, told);
}

/** Put the sliders to where the last turn left them. @param {Desk} desk */
function standControls({ game, now, controls }) {
  const last = now.hand.at(-1)?.decided ?? {};
  for (const { name, value } of game.decisions) {
    const slider = /** @type {HTMLInputElement} */ (controls.get(name));
    slider.value = String(last[name] ?? value);
    slider.dispatchEvent(new Event("told"));
  }
}

/** @param {Desk} desk */
function decided({ controls }) {
  return Object.fromEntries([...controls].map(([name, slider]) => [name, Number(slider.value)]));
}

/** @param {Desk} desk */
function flyOne(desk) {
  const { parts, now, game } = desk;
  if (now.hand.length >= game.turns || !desk.world) return;
  const said = parts.forecast.value.trim();
  if (!said) {
    desk.say(`First say what you expect of ${game.forecast.replaceAll("_", " ")}.`);
    parts.forecast.focus();
    return;
  }
  now.hand.push({
    decided: decided(desk),
    forecast: Number(said),
    // What would end the line, or what is said after the sign, in the flight's text.
    reason: parts.reason.value.replace(/[#;]|\p{C}|\p{Zl}|\p{Zp}/gu, ",").trim(),
  });
  parts.forecast.value = "";
  parts.reason.value = "";
  goOn(desk);
}

/** @param {Desk} desk */
function flyRest(desk) {
  const { now, game } = desk;
  while (now.hand.length < game.turns) now.hand.push({ decided: decided(desk), forecast: null, reason: "" });
  goOn(desk);
}

/** Show it, and put the focus where one goes on: who has no mouse is not sent away. @param {Desk} desk */
function goOn(desk, words = "") {
  refresh(desk);
  desk.say(words || told(desk));
  desk.changed();
  (desk.parts.form.hidden ? desk.parts.end.firstChild : desk.parts.forecast).focus();
}

// -- read

/** The turn in a sentence. @param {Desk} desk */
function told({ game, now, flown }) {
  const turn = now.hand.length;
  const { forecast } = now.hand[turn - 1];
  const of = game.sees.find(each => each.name === game.forecast);
  const came = flown.series[of.sided[0]][turn * game.steps - 1];
  const off = forecast === null ? "" : ` You expected ${numberText(forecast)}.`;
  const end = flown.ruined ? ` You are ruined: ${game.ruined}.` : "";
  return `Turn ${turn} of ${game.turns}: ${of.label} ${numberText(Math.round(came))}.${off}${end}`;
}

/** @param {Desk} desk */
function refresh(desk) {
  const { game, now, parts } = desk;
  desk.flown = fly(game, desk.world, desk.rival, now.hand);
  const over = now.hand.length >= game.turns;
  parts.status.textContent = over ? "all turns flown" : `turn ${now.hand.length + 1} of ${game.turns}`;
  parts.form.hidden = over;
  parts.equations.hidden = !over && !now.pins.length;
  drawDials(desk);
  drawWheel(desk);
  const words = letter(game, desk.flown, now.hand);
  parts.letter.replaceChildren(
    ...(words ? [element("strong", {}, "From the board"), element("p", {}, words)] : []),
  );
  drawEnd(desk, over);
  drawPast(desk);
}

/** @param {Desk} desk */
function drawDials({ game, now, flown, parts }) {
  const turn = now.hand.length + 1;
  const dials = game.sees.slice(0, game.dials).map(seen => {
    const value = seenAt(game, seen, 0, turn, flown.series);
    const before = seenAt(game, seen, 0, turn - 1, flown.series);
    const change = value - before;
    const way = turn < 2 || !change ? "" : `${change > 0 ? "▲" : "▼"} ${brief(Math.abs(change))}`;
    return element(
      "div",
      { class: "fwf-dial", title: seen.doc },
      element("span", {}, `${seen.label}${seen.late ? " (late)" : ""}`),
      element("b", {}, brief(value)),
      element("small", {}, `${seen.unit === "1" ? "" : seen.unit} ${way}`),
      spark(endsOf(game, seen, flown, turn - 1), game.turns),
    );
  });
  const rows = game.sees
    .slice(game.dials)
    .map(seen => [
      seen.label + (seen.late ? ", a turn late" : ""),
      brief(seenAt(game, seen, 0, turn, flown.series)),
      seen.unit,
    ]);
  const more = element(
    "details",
    {},
    element("summary", {}, "What else you see"),
    tableOf(["", "", ""], rows),
  );
  parts.dials.replaceChildren(...dials, runway(game, turn, flown), more);
}

/** How long the money lasts if it goes on falling as it did. */
function runway(game, turn, flown) {
  const cash = game.sees.find(each => each.name === game.watched.money);
  if (!cash || turn < 2) return "";
  const [now, before] = [turn, turn - 1].map(at => seenAt(game, cash, 0, at, flown.series));
  const left = numberText(Math.max(0, Math.floor(now / (before - now))));
  const words = now >= before ? "does not fall." : `lasts ${left} turns more as it falls now.`;
  return element("p", { class: "fwf-runway" }, `The ${cash.label} ${words}`);
}

/** A small curve over the turns; its numbers stand beside it. */
function spark(points, turns) {
  const [low, high] = [Math.min(0, ...points), Math.max(...points, 1e-9)];
  const at = (/** @type {number} */ value, /** @type {number} */ n) =>
    `${(100 * n) / turns},${26 - (24 * (value - low)) / (high - low || 1)}`;
  const line = shape("polyline", {
    points: points.map(at).join(" "),
    fill: "none",
    stroke: "currentColor",
    "stroke-width": 2,
  });
  return shape("svg", { viewBox: "0 0 100 28", preserveAspectRatio: "none", "aria-hidden": true }, line);
}

/** The drawing: arrows as wide as what their causes have moved in the last turn. @param {Desk} desk */
function drawWheel({ game, now, flown, parts, wheel }) {
  const { variables, arrows } = game.drawing;
  if (!variables.length) return; // of a model that names no loops
  const last = Math.max(0, now.hand.length * game.steps - 1);
  const moved = new Map(
    variables.map(({ name, series }) => {
      const values = flown.series[series];
      if (!values || !now.hand.length) return [name, 0];
      const before = values[Math.max(0, last - game.steps)];
      return [name, Math.min(1, Math.abs(values[last] - before) / Math.max(Math.abs(before), 1e-9) / 0.25)];
    }),
  );
  wheel.mark({ widths: arrows.map(({ from }) => moved.get(from)) });
  const [most] = [...moved].sort((a, b) => b[1] - a[1])[0];
  const words = now.hand.length
    ? `The wheel. Most moved in this turn: ${most.replaceAll("_", " ")}.`
    : "The wheel, before the first turn.";
  parts.note.textContent = `${words} An arrow is as wide as its cause has moved.`;
}

/** @param {Desk} desk @param {boolean} over */
function drawEnd(desk, over) {
  const { game, now, flown, parts } = desk;
  if (!over) return parts.end.replaceChildren();
  const off = forecastError(game, flown, now.hand);
  const score = flown.ruined
    ? `You are ruined: ${game.ruined}.`
    : `Your ${game.worth}: ${brief(flown.score)} ${game.unit}; the rival's: ${brief(flown.rivalScore)}.`;
  const again = button("Keep it and fly again", "Keep it and fly again", () => {
    const name = keep(desk, now.hand, "flight");
    now.hand = [];
    standControls(desk);
    goOn(desk, `It is kept as ${name}.`);
  });
  const text = element("textarea", {
    readonly: true,
    rows: 6,
    class: "fw-input",
    "aria-label": "The flight as text",
  });
  text.value = textOf(game, flown, now.hand);
  const words =
    off === null ? "" : ` Your forecasts were off by ${numberText(Math.round(100 * off))} per cent.`;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      desk.say("Copied.");
    } catch {
      text.select(); // the browser forbids it
      desk.say("Press Ctrl+C, or Cmd+C on a Mac: the text is marked.");
    }
  };
  const save = () => {
    const name = `${game.key}_${game.seed}.flight`.replace(/[^\w.-]/g, "_");
    element("a", {
      href: `data:text/plain;charset=utf-8,${encodeURIComponent(text.value)}`,
      download: name,
    }).click();
    desk.say(`Saved as ${name}.`);
  };
  parts.end.replaceChildren(
    element("p", { tabindex: -1 }, score + words),
    again,
    element("p", {}, "The flight as text, to hand in or to fly again:"),
    text,
    element(
      "div",
      { class: "fwf-do" },
      button("Copy", "Copy the text of this flight", copy),
      button("Save", "Save the text of this flight as a file", save),
    ),
  );
}

export default { render };
