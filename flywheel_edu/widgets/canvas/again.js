// @ts-check
// What the browser keeps of the work, and what becomes of it when the page or Python begins anew.
// Work that Python never saw goes on by itself if nobody has written to the file since; if somebody
// has, or there is no file, it is offered, and Python is asked to put it among the copies.

import { element } from "../shared/base.js";
import { keptBar, timeText } from "../shared/keepsake.js";
import { draw, focusDrawing, put, remember } from "./acts.js";
import { isAlone, isKept, onReading, onText, request, sendRows, sendText, workOf } from "./talk.js";

/** @typedef {import("./view.js").View} View */

/**
 * Where earlier work belongs: "seen" if the file has it, "unseen" if it goes on, "offered" if the
 * student is to decide.
 * @param {View["model"]} model @param {any} work
 */
function standOf(model, work) {
  const { file, stamp } = model.get("keeping") ?? {};
  if (!work || model.get("drawn").turn || (file && work.safe)) return "seen";
  return file && work.safe === false && work.base === stamp ? "unseen" : "offered";
}

/** @param {View["model"]} model @param {View["kept"]} kept @param {() => View} view */
export function offerBar(model, kept, view) {
  if (standOf(model, kept.find()?.work) !== "offered") return element("div", { hidden: true });
  const drop = () => {
    kept.drop();
    view().earlier = [];
  };
  return keptBar({ ...kept, drop }, "You drew", work => bringBack(view(), work));
}

/** Begin where an earlier session ended. @param {View} view */
export function beginAgain(view) {
  const { model, kept } = view;
  const found = kept.find();
  const work = found?.work;
  const stand = standOf(model, work);
  view.earlier = [...(stand === "offered" ? [work] : []), ...(work?.earlier ?? [])].slice(0, 5);
  if (view.earlier.length && !isAlone(view)) request(model, "aside", { works: view.earlier });
  if (!found || stand !== "unseen") return;
  bringBack(view, work);
  view.say(
    `what you did ${timeText(found.when)}, which Python had not taken, is here again; run the cells below`,
  );
}

/** @param {View} view @param {any} work */
function bringBack(view, work) {
  if (!Array.isArray(work?.drawing?.variables) || !Array.isArray(work.drawing.arrows))
    return view.say("what was kept is no drawing");
  remember(view, view.text, work.text || view.text);
  if (work.text && work.text !== view.text) {
    sendText(view.model, work.text);
    onText(view);
  }
  view.panel.table.fill(work.rows ?? []);
  put(view, work.drawing, "brought back");
  sendRows(view);
  focusDrawing(view);
}

/** Python tells where the work is kept. @param {View} view */
export function onKeeping(view) {
  const { model, kept } = view;
  const { file, aside } = model.get("keeping");
  if (file && aside && aside === model.get("request").aside) view.earlier = []; // among the copies now
  if (isKept(model)) {
    view.silent = false;
    clearTimeout(view.timers.reading);
    if (file && kept.find()) kept.keep(workOf(view));
  }
  onReading(view);
  view.drawShelf();
}

/** Another view, or Python, changed the drawing. @param {View} view @param {View["drawing"]} next */
export function takeOver(view, next) {
  const told = (/** @type {View["drawing"]} */ { variables, arrows, loops }) =>
    JSON.stringify([variables, arrows, loops ?? []]);
  if (told(next) === told(view.drawing)) return false;
  const [text, given] = [view.model.get("model_given"), view.model.get("given")];
  if (text.follows !== given.edition) remember(view); // else it is one step with its text
  view.drawing = next;
  draw(view);
  return true;
}
