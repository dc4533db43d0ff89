// @ts-check
// The row under the drawing: what can be done with what is selected. Its controls carry in data-part
// what they do; who listens is in hands.js.

import { button, element, shortened } from "../shared/base.js";
import { arrowBetween, LONGEST_NAME } from "./edits.js";

/**
 * @param {HTMLElement} row @param {import("../shared/loops.js").Drawing} drawing
 * @param {import("./scene.js").Selection} selected
 */
export function drawRow(row, drawing, selected) {
  if (selected?.kind === "variable") row.replaceChildren(...forVariable(selected.name));
  else if (selected?.kind === "arrow") row.replaceChildren(...forArrow(drawing, selected));
  else {
    const hint = drawing.variables.length
      ? "Select a variable or an arrow. Drag from a variable's edge to another to draw an arrow."
      : "A variable is a noun that can rise or fall: customers, price, trust.";
    row.replaceChildren(element("span", { class: "fwc-hint" }, hint));
  }
}

/** @param {string} part @param {string} text @param {string} spoken @param {boolean} [pressed] */
function control(part, text, spoken, pressed) {
  return button(text, spoken, undefined, { "data-part": part, "aria-pressed": pressed });
}

/** @param {string} name */
function forVariable(name) {
  const field = element("input", {
    class: "fw-input fwc-field",
    type: "text",
    value: name,
    maxlength: LONGEST_NAME,
    dir: "auto",
    "aria-label": "Name",
    "data-part": "name",
  });
  return [
    field,
    control("arrow", "Arrow from here", "Arrow from here (L)"),
    control("up", "▲ Nudge up", "Nudge up (U)"),
    control("down", "▼ Nudge down", "Nudge down (J)"),
    control("delete", "Delete", "Delete the variable and its arrows"),
  ];
}

/** @param {import("../shared/loops.js").Drawing} drawing @param {{ from: string, to: string }} ends */
function forArrow(drawing, { from, to }) {
  const arrow = arrowBetween(drawing, from, to);
  const end = (/** @type {string} */ name) => element("bdi", {}, shortened(name, 28));
  return [
    element("span", { class: "fwc-which" }, end(from), " → ", end(to)),
    control("plus", "+ same way", "+ same way: more of the one, more of the other", arrow?.sign === 1),
    control(
      "minus",
      "− opposite way",
      "− opposite way: more of the one, less of the other",
      arrow?.sign === -1,
    ),
    control("delay", "‖ delay", "delay: the effect comes late (D)", Boolean(arrow?.delay)),
    control("delete", "Delete", "Delete the arrow"),
    element("code", { class: "fwc-equation" }),
  ];
}
