// @ts-check
// The sliders of an explorer: a row for each given that may be moved, in groups.

import { unitWords } from "../shared/axis.js";
import { element, shortened } from "../shared/base.js";
import { simulate } from "./desk.js";
import { drawCurves } from "./plots.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./desk.js").Slider} Slider */

/** @param {Desk} desk */
export function laySliders(desk) {
  const sliders = /** @type {Slider[]} */ (desk.given().sliders);
  desk.controls.clear();
  desk.parts.root.classList.toggle("fwe-alone", !sliders.length);
  desk.parts.sliders.replaceChildren(
    ...sliders.flatMap((slider, i) => {
      const row = laySlider(desk, slider);
      const heads = slider.group && slider.group !== sliders[i - 1]?.group;
      return heads ? [element("h4", { class: "fwe-group" }, slider.group), row] : [row];
    }),
  );
  showValues(desk);
}

/** @param {Desk} desk @param {Slider} slider */
function laySlider(desk, slider) {
  const { label, doc, low: min, high: max } = slider;
  const unit = unitWords(slider.unit);
  const move = (/** @type {number} */ value) => {
    if (Number.isFinite(value)) moveTo(desk, slider, Math.max(min, Math.min(max, value)));
  };
  const range = element("input", {
    type: "range",
    class: "fwe-range",
    min,
    max,
    step: slider.step,
    "aria-label": `${label}${unit ? `, in ${unit}` : ""}${doc ? `: ${doc}` : ""}`,
    input: () => move(range.valueAsNumber),
    change: () => desk.changed(),
  });
  const typed = () => {
    move(box.valueAsNumber);
    desk.changed();
  };
  const about = { type: "number", class: "fw-input fwe-box", min, max, step: "any", change: typed };
  const box = element("input", { ...about, "aria-label": `${label}, as a number` });
  const problem = element("div", { class: "fwe-problem", role: "alert" });
  const name = element("span", { class: "fwe-label", title: label, dir: "auto" }, shortened(label, 40));
  const row = element(
    "div",
    { class: "fwe-row" },
    element("div", { class: "fwe-head" }, name, element("span", { class: "fwe-unit" }, unit)),
    element("div", { class: "fwe-move" }, range, box),
    doc ? element("div", { class: "fwe-doc", dir: "auto" }, doc) : "",
    problem,
  );
  desk.controls.set(slider.name, { range, box, problem, row });
  return row;
}

/** @param {Desk} desk @param {Slider} slider @param {number} value */
function moveTo(desk, slider, value) {
  if (value === slider.value) delete desk.now.values[slider.name];
  else desk.now.values[slider.name] = value;
  desk.moved = slider.name;
  tryStage(desk, [slider.name]);
  showValue(desk, slider);
  simulate(desk);
  drawCurves(desk);
  desk.changed(false);
}

/** The next stage opens once a slider of this one has moved. @param {Desk} desk @param {string[]} names */
function tryStage({ given, now, parts }, names) {
  const free = given().stages[now.stage]?.sliders ?? [];
  if (now.tried || !names.some(name => free.includes(name))) return;
  now.tried = true;
  parts.stage.querySelector("button")?.removeAttribute("disabled");
  parts.stage.querySelector(".fwe-first")?.remove();
}

/** @param {Desk} desk @param {Slider} slider */
function showValue({ controls, now }, slider) {
  const control = controls.get(slider.name);
  if (!control) return;
  const value = now.values[slider.name] ?? slider.value;
  const text = String(Number(value.toPrecision(6)));
  const { range, box, row } = control;
  if (range.valueAsNumber !== value) range.value = String(value);
  if (box !== document.activeElement || box.valueAsNumber !== value) box.value = text;
  range.setAttribute("aria-valuetext", `${text} ${unitWords(slider.unit)}`.trim());
  row.classList.toggle("fwe-moved", value !== slider.value);
}

/** Every slider where it stands, those of later stages locked. @param {Desk} desk */
export function showValues(desk) {
  const stages = /** @type {import("./desk.js").Stage[]} */ (desk.given().stages);
  const free = new Set(stages.slice(0, desk.now.stage + 1).flatMap(stage => stage.sliders));
  for (const slider of /** @type {Slider[]} */ (desk.given().sliders)) {
    showValue(desk, slider);
    const locked = stages.length > 0 && !free.has(slider.name);
    const control = desk.controls.get(slider.name);
    for (const input of [control?.range, control?.box]) input.disabled = locked;
    control?.row.classList.toggle("fwe-locked", locked);
  }
}

/** Other values for all sliders at once. @param {Desk} desk @param {Record<string, number>} values */
export function putValues(desk, values) {
  desk.now.values = { ...values };
  tryStage(desk, Object.keys(values));
  showValues(desk);
  simulate(desk);
  drawCurves(desk);
  desk.changed();
}
