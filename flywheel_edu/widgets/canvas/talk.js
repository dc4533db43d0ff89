// @ts-check
// Between the browser and Python: who has the last word on drawing and text, what is sent, what has
// come back, and what the browser keeps meanwhile.
//
// Who writes what: Python writes given, reading, keeping, model_given, model_reading; the browser writes
// drawn, model_written, request. See widget.py.

import { drawNotes } from "./side.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("../shared/base.js").WidgetModel} WidgetModel */

export const PATIENCE = 4000; // milliseconds to wait for Python's answer before saying that none came

/** An exported page: no Python, now or later. @param {View} view */
export function isAlone(view) {
  return !view.model.send;
}

/** Python's drawing, or the browser's if it was drawn on top of that. @param {WidgetModel} model */
export function drawingIn(model) {
  const [given, drawn] = [model.get("given"), model.get("drawn")];
  return /** @type {import("../shared/loops.js").Drawing} */ (drawn.of === given.edition ? drawn : given);
}

/** The model's text, in the same way. @param {WidgetModel} model @returns {string} */
function textIn(model) {
  const [given, written] = [model.get("model_given"), model.get("model_written")];
  return (written.of === given.edition ? written.text : given.text) ?? "";
}

/** @param {WidgetModel} model @param {string} trait */
function turnOf(model, trait) {
  return model.get(trait).turn ?? 0;
}

/** Has Python put the drawing and the text as they are now where they are kept? @param {WidgetModel} model */
export function isKept(model) {
  const { of = [], of_text = [], foreign, problem } = model.get("keeping") ?? {};
  const now = [model.get("given").edition, turnOf(model, "drawn")];
  const text = [model.get("model_given").edition, turnOf(model, "model_written")];
  return !foreign && !problem && `${[of, of_text]}` === `${[now, text]}`;
}

/**
 * What the browser keeps. A later session asks: had Python seen it, and what did the file hold on
 * which it was drawn? `rows` of the table have no answer; `earlier` is work of before, undecided.
 * @param {View} view
 */
export function workOf({ model, drawing, earlier, panel }) {
  const base = model.get("keeping")?.stamp ?? "";
  const rows = panel.table.unanswered();
  return { drawing, text: textIn(model), rows, safe: isKept(model) && !rows.length, base, earlier };
}

/** @param {View} view */
export function sendDrawing({ model, drawing }) {
  const { variables, arrows, loops } = drawing;
  const turn = turnOf(model, "drawn") + 1;
  model.set("drawn", { of: model.get("given").edition, turn, variables, arrows, loops: loops ?? [] });
  model.save_changes();
}

/** @param {WidgetModel} model @param {string} text */
export function sendText(model, text) {
  const turn = turnOf(model, "model_written") + 1;
  model.set("model_written", { of: model.get("model_given").edition, turn, text });
  model.save_changes();
}

/** @param {WidgetModel} model @param {string} what @param {object} [more] */
export function request(model, what, more = {}) {
  const before = model.get("request");
  model.set("request", { ...before, ...more, [what]: (before[what] ?? 0) + 1, latest: what });
  model.save_changes();
}

/** What was typed into the table goes to Python; without an answer its rows say so. @param {View} view */
export function sendRows(view) {
  const { model, panel } = view;
  const rows = panel.table.unanswered();
  const edition = model.get("model_given").edition;
  if (rows.length) request(model, "know", { rows });
  clearTimeout(view.timers.knowing);
  view.timers.knowing = window.setTimeout(() => {
    if (!rows.length || model.get("model_given").edition !== edition) return;
    const why = isAlone(view)
      ? "Not in the model: that needs Python. Open the notebook."
      : "Not in the model yet: Python is not running. Run the cell again, and this row comes back.";
    panel.refuse(Object.fromEntries(rows.map(({ variable }) => [variable, why])));
  }, PATIENCE);
}

/** Has Python read the drawing as it is now? @param {WidgetModel} model */
function isRead(model) {
  const [reading, given] = [model.get("reading"), model.get("given")];
  return reading.edition === given.edition && (reading.turn ?? 0) === turnOf(model, "drawn");
}

/** The drawing has changed: wait for Python's notes on it. @param {View} view */
export function awaitReading(view) {
  onReading(view);
  if (isAlone(view)) return;
  clearTimeout(view.timers.reading);
  view.timers.reading = window.setTimeout(() => {
    if (!isKept(view.model) && !view.model.get("keeping")?.foreign) fallSilent(view);
  }, PATIENCE);
}

/** Python does not answer: say so until it does. @param {View} view */
export function fallSilent(view) {
  view.silent = true;
  onReading(view);
  view.drawShelf();
}

/** @param {View} view */
export function onReading(view) {
  const { model, side, drawing } = view;
  const notes = model.get("reading").notes ?? [];
  const clean = drawing.variables.length && !notes.length ? "Nothing to remark." : "";
  side.state.textContent = isRead(model)
    ? clean
    : isAlone(view)
      ? "Notes on a drawing come from Python: open the notebook to read them."
      : view.silent
        ? "Notes come when Python runs again. Drawing, loops and nudges work without."
        : "Reading the drawing …";
  drawNotes(side.notes, notes);
}

/** @param {View} view */
export function onModelReading({ model, panel }) {
  const [reading, given] = [model.get("model_reading"), model.get("model_given")];
  const fresh = reading.edition === given.edition && (reading.turn ?? 0) === turnOf(model, "model_written");
  if (fresh) panel.answer(reading);
}

/** @param {View} view */
export function onText(view) {
  view.text = textIn(view.model);
  view.panel.show(view.text);
  onModelReading(view);
}
