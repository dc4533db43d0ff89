// @ts-check
// Flights side by side: yours, those you kept and those of others that were pasted in, as curves and
// as a table for those who cannot see curves.

import { brief } from "../shared/axis.js";
import { button, element, numberText, refocused, shortened, tableOf } from "../shared/base.js";
import { curveChart } from "../shared/curves.js";
import { endsOf, fly, forecastError, readFlight } from "./engine.js";

const MOST = 5; // flights kept: each has a tone of its own beside yours

/** Lay the part out; it is drawn by drawPast. @param {import("./view.js").Desk} desk */
export function layPast(desk) {
  const { game, parts } = desk;
  const choices = game.sees.map(({ name, label }) => element("option", { value: name }, label));
  parts.which = element("select", { class: "fw-input", change: () => drawPast(desk) }, ...choices);
  parts.which.value = game.forecast;
  parts.pasted = element("textarea", {
    class: "fw-input",
    rows: 3,
    "aria-label": "A flight as text, to lay beside yours",
    placeholder: "flight 1 of …",
  });
  parts.kept = element("div", { class: "fwf-kept" });
  parts.curves = element("div", {}, element("label", { class: "fwf-which" }, "Compare ", parts.which));
  parts.rows = element("div", { class: "fwf-rows" });
  const table = element("details", {}, element("summary", {}, "The same as a table"), parts.rows);
  parts.curves.append(table);
  const paste = element(
    "details",
    {},
    element("summary", {}, "Lay another flight beside yours"),
    element("p", {}, "Paste the text of a flight: of a classmate, or an earlier one of yours."),
    parts.pasted,
    button("Lay it beside", "Lay it beside: fly the text again and keep it here", () => layBeside(desk)),
  );
  parts.past.append(parts.kept, parts.curves, paste);
}

/** A name that no kept flight has yet. @param {any[]} pins */
function fresh(pins, word) {
  let number = 1;
  while (pins.some(({ name }) => name === `${word} ${number}`)) number += 1;
  return `${word} ${number}`;
}

/** Keep a flight that was flown to its end. @param {import("./view.js").Desk} desk */
export function keep({ now }, hand, word) {
  const name = fresh(now.pins, word);
  now.pins = [...now.pins.slice(1 - MOST), { name, hand }];
  return name;
}

/** @param {import("./view.js").Desk} desk */
function layBeside(desk) {
  const { game, parts } = desk;
  try {
    const { hand, score } = readFlight(game, parts.pasted.value);
    const came = fly(game, desk.world, desk.rival, hand).score;
    if (!(Math.abs(came - score) <= 1e-12 * Math.max(1, Math.abs(came))))
      throw new Error(`The score in this flight is ${score}, and its decisions bring ${came}.`);
    const name = keep(desk, hand, "pasted");
    parts.pasted.value = "";
    desk.changed();
    drawPast(desk);
    desk.say(`It lies beside yours as ${name}, worth ${brief(came)} ${game.unit}.`);
  } catch (problem) {
    desk.say(/** @type {Error} */ (problem).message);
    parts.pasted.focus();
  }
}

/** @type {WeakMap<object, import("./engine.js").Flown>} */
const flights = new WeakMap();

/** A kept flight, flown again once. @param {import("./view.js").Desk} desk */
function flownOf({ game, world, rival }, { hand }) {
  const flown = flights.get(hand) ?? fly(game, world, rival, hand);
  flights.set(hand, flown);
  return flown;
}

/** @param {import("./view.js").Desk} desk */
export function drawPast(desk) {
  const { game, now, parts } = desk;
  const kept = now.pins.map(pin => ({ ...pin, flown: flownOf(desk, pin) }));
  parts.curves.hidden = !kept.length;
  desk.chart?.stop();
  desk.chart?.root.remove();
  desk.chart = null;
  refocused(parts.kept, () => drawKept(desk, kept));
  if (!kept.length) return;
  const all = now.hand.length ? [...kept, { name: "this flight", hand: now.hand, flown: desk.flown }] : kept;
  const seen = game.sees.find(({ name }) => name === parts.which.value);
  const rows = all.map(({ name, hand, flown }) => ({ name, values: endsOf(game, seen, flown, hand.length) }));
  const words = `${seen.label} by turn: ${rows
    .map(({ name, values }) => `${name} ends at ${brief(values.at(-1))}`)
    .join(", ")}`;
  desk.chart = curveChart({ unit: seen.unit, across: "turn", height: 210, title: seen.label });
  parts.curves.insertBefore(desk.chart.root, parts.curves.lastChild);
  desk.chart.draw(
    rows.map(({ name, values }, at) => ({
      label: name,
      time: values.map((_, turn) => turn),
      values,
      tone: at === kept.length ? 0 : at + 1,
      faint: at < kept.length,
    })),
    [],
    { words },
  );
  const turns = rows[0].values.map((_, turn) => [
    String(turn),
    ...rows.map(({ values }) => (turn < values.length ? brief(values[turn]) : "")),
  ]);
  const caption = element("caption", {}, `${seen.label}${seen.unit === "1" ? "" : `, ${seen.unit}`}`);
  parts.rows.replaceChildren(tableOf(["turn", ...rows.map(({ name }) => name)], turns, caption));
}

/** What was kept, with what it came to. @param {import("./view.js").Desk} desk */
function drawKept(desk, kept) {
  const { game, now, parts } = desk;
  const rows = kept.map(({ name, hand, flown }) => {
    const off = forecastError(game, flown, hand);
    const error = off === null ? "none" : `${numberText(Math.round(100 * off))} %`;
    return [shortened(name), flown.ruined ? "ruined" : brief(flown.score), error, ""];
  });
  if (!rows.length) return parts.kept.replaceChildren();
  const table = tableOf(["kept", game.worth, "forecasts off by", ""], rows);
  [...table.querySelectorAll("tbody tr")].forEach((row, at) => {
    const { name } = kept[at];
    const drop = () => {
      now.pins = now.pins.filter(pin => pin.name !== name);
      desk.changed();
      drawPast(desk);
      desk.say(`${name} is let go.`);
    };
    row.lastChild.append(button("Let go", `Let go of ${name}`, drop, { "data-part": `drop ${at}` }));
  });
  parts.kept.replaceChildren(table);
}
