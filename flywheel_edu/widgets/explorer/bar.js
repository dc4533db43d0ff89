// @ts-check
// What stands around the curves of an explorer: the bar of buttons, the stage, the pinned scenarios.

import { button, element, headOf, numberText, shortened } from "../shared/base.js";
import { quantity, runWith } from "./desk.js";
import { drawCurves, drawTable, layCharts } from "./plots.js";
import { putValues, showValues } from "./sliders.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** @param {Desk} desk */
export function layBar(desk) {
  const pin = button("Pin", "Pin: keep these curves to compare with", () => pinNow(desk));
  const reset = button("Reset", "Reset: every slider back to where it began", () => {
    putValues(desk, {});
    desk.say("Every slider is back where it began.");
  });
  desk.parts.bar.replaceChildren(headOf(desk.given().title), chooser(desk), ...switches(desk), pin, reset);
}

/** Buttons that stay pressed. @param {Desk} desk */
function switches(desk) {
  const spoken = {
    small: "Small graphs: every quantity of the model at once",
    log: "Equal growth, equal height: a logarithmic axis, with doubling times",
    table: "Table: the curves as numbers",
  };
  return Object.entries(spoken).map(([part, words]) => {
    const key = /** @type {"small" | "log" | "table"} */ (part);
    const turn = () => {
      desk.now[key] = !desk.now[key];
      made.setAttribute("aria-pressed", String(desk.now[key]));
      if (key === "small") layCharts(desk);
      drawCurves(desk);
      drawTable(desk);
      desk.changed();
      const opened = "A small graph of every quantity, below the large ones.";
      if (key === "small") desk.say(desk.now.small ? opened : "The small graphs are closed.");
    };
    const made = button(words.split(":")[0], words, turn, { "aria-pressed": Boolean(desk.now[key]) });
    return made;
  });
}

/** @param {Desk} desk */
function chooser(desk) {
  const { given, now, program, parts } = desk;
  const choose = () => {
    if (!list.value) return;
    toggleLarge(desk, list.value);
    parts.bar.querySelector("select")?.focus({ preventScroll: true });
  };
  const about = { class: "fw-input fwe-more", "aria-label": "Show one more quantity", change: choose };
  const list = element("select", about, element("option", { value: "" }, "Show also…"));
  // What a smooth or an init unfolds into is the language's own.
  const own = given().every.flatMap((/** @type {import("./small.js").Group} */ group) => group.names);
  for (const name of program?.names ?? []) {
    if (given().shown.includes(name) || !own.includes(name)) continue;
    const label = shortened(quantity(desk, name).label, 40);
    list.append(element("option", { value: name }, `${now.extra.includes(name) ? "✓ " : ""}${label}`));
  }
  return list;
}

/** Show a quantity large, or no longer. @param {Desk} desk @param {string} name */
export function toggleLarge(desk, name) {
  const { given, now } = desk;
  const label = shortened(quantity(desk, name).label, 120);
  if (given().shown.includes(name)) return desk.say(`${label} is always shown large here.`);
  const here = now.extra.includes(name);
  now.extra = here ? now.extra.filter(each => each !== name) : [...now.extra, name];
  desk.refresh();
  desk.changed();
  desk.say(here ? `${label} is no longer shown large.` : `${label} is shown large.`);
  const at = desk.grouped.findIndex(names => names.includes(name));
  if (!here) desk.charts[at]?.root.scrollIntoView({ block: "nearest" });
}

/** @param {Desk} desk */
export function layStage(desk) {
  const { given, now, parts, controls } = desk;
  const stages = /** @type {import("./desk.js").Stage[]} */ (given().stages);
  parts.stage.hidden = !stages.length;
  if (!stages.length) return;
  const stage = stages[Math.min(now.stage, stages.length - 1)];
  // The sliders that this stage frees, in sight.
  const free = controls.get(stage.sliders[0])?.row;
  if (free) parts.sliders.scrollTop = free.offsetTop - parts.sliders.offsetTop - 8;
  const last = now.stage >= stages.length - 1;
  const head = element("strong", {}, `${now.stage + 1} of ${stages.length}: ${stage.title}`);
  const task = element("div", { class: "fwe-task" }, head, element("span", { dir: "auto" }, stage.task));
  const goOn = () => {
    now.stage += 1;
    now.tried = false;
    layStage(desk);
    showValues(desk);
    desk.changed();
    desk.say(`${stages[now.stage].title}. ${stages[now.stage].task}`);
  };
  const disabled = stage.sliders.length > 0 && !now.tried;
  const about = { class: "fw-button fw-main", disabled };
  const next = button("Next", "Next: unlock the next stage", goOn, about);
  const names = stage.sliders.map(name => quantity(desk, name).label).join(" or ");
  if (disabled && !last)
    task.append(element("span", { class: "fwe-first" }, `Next opens once you have moved ${names}.`));
  parts.stage.replaceChildren(task, ...(last ? [] : [next]));
}

/** @param {Desk} desk */
function pinNow(desk) {
  const { now } = desk;
  now.pins = [...now.pins, { name: `scenario ${now.pins.length + 1}`, values: { ...now.values } }];
  layPins(desk);
  drawCurves(desk);
  desk.changed();
  desk.say(`Pinned as scenario ${now.pins.length}.`);
}

/** @param {Desk} desk */
export function layPins(desk) {
  const { pins } = desk.now;
  desk.parts.pins.hidden = !pins.length;
  const head = pins.length ? [element("h4", {}, "Pinned, drawn thin")] : [];
  desk.parts.pins.replaceChildren(...head, ...pins.map((pin, number) => layPin(desk, pin, number)));
}

/** @param {Desk} desk @param {import("./desk.js").Pin} pin @param {number} number */
function layPin(desk, pin, number) {
  const { now } = desk;
  const name = element("input", {
    class: "fw-input fwe-pin-name",
    value: pin.name,
    maxlength: 40,
    "aria-label": `Name of scenario ${number + 1}`,
    change: () => {
      now.pins = now.pins.map((each, i) =>
        i === number ? { ...each, name: name.value || each.name } : each,
      );
      drawCurves(desk);
      desk.changed();
    },
  });
  const differs = Object.entries(pin.values)
    .map(([given, value]) => `${quantity(desk, given).label} ${numberText(value)}`)
    .join(", ");
  const words = runWith(desk, pin.values) ? differs || "as it began" : "this one does not run";
  const use = button("Use", `Use: put the sliders as in ${pin.name}`, () => putValues(desk, pin.values));
  const drop = button("Drop", `Drop: forget ${pin.name}`, () => {
    now.pins = now.pins.filter((_, i) => i !== number);
    layPins(desk);
    drawCurves(desk);
    desk.changed();
  });
  const about = element("span", { class: "fwe-differs", dir: "auto" }, words);
  return element("div", { class: "fwe-pin" }, name, about, use, drop);
}
