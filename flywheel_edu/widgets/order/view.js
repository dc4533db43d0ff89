// @ts-check
// Lines to put in order, by pointer or by keys; the first line that stands too early says why.
//
// Who writes what: Python writes given; the browser writes ordered. See widget.py.

import {
  announcer,
  button,
  element,
  follow,
  isolated,
  keepKeys,
  listen,
  refocused,
  shortened,
} from "../shared/base.js";
import { keepsake, keptBar } from "../shared/keepsake.js";
import { standing } from "../shared/standing.js";

/** @typedef {{ letter: string, text: string, why: string, step: number }} Line */
/** @typedef {{ letters: string, checked: boolean }} Order */
/**
 * @typedef {{
 *   model: import("../shared/base.js").WidgetModel,
 *   ledger: ReturnType<typeof standing>,
 *   kept: ReturnType<typeof keepsake>,
 *   say: (text: string) => void,
 *   offer: HTMLElement,
 *   ask: HTMLElement,
 *   list: HTMLElement,
 *   result: HTMLElement,
 * }} View what one view of the task holds
 */

/** @param {{ model: import("../shared/base.js").WidgetModel, el: HTMLElement }} handed */
function render({ model, el }) {
  const { line: said, say } = announcer();
  const ledger = standing(model, "ordered", ["letters", "checked"]);
  const kept = keepsake("order", model.get("given").lines);
  const offer = current({ model, ledger }).checked
    ? element("div", { hidden: true })
    : keptBar(kept, "You put these in order", work => put(view, String(work), false));
  const ask = element("p", { class: "fwo-ask", dir: "auto" });
  const list = element("ol", { class: "fwo-list" });
  const result = element("p", { class: "fwq-verdict" });
  /** @type {View} */
  const view = { model, ledger, kept, say, offer, ask, list, result };
  const check = button("Check", "Check this order", () => checkOrder(view), { class: "fw-button fw-main" });
  const hint = element("p", { class: "fwo-hint" }, "Drag the lines, or use the buttons; then check.");
  const row = element("div", { class: "fwq-check" }, check);
  const root = element("div", { class: "fw fw-panel fwq fwo" }, offer, ask, hint, list, row, result, said);
  keepKeys(root);
  el.append(root);
  draw(view);
  return listen(model, { "change:given": () => draw(view), "change:ordered": () => draw(view) });
}

/** @param {View["model"]} model @returns {Line[]} */
function linesOf(model) {
  return model.get("given").lines.lines;
}

/** @param {Pick<View, "model" | "ledger">} view @returns {Order} */
function current({ model, ledger }) {
  const now = ledger.read();
  return fits(model, now.letters) ? now : model.get("given");
}

/** Does it name every line once? @param {View["model"]} model @param {unknown} letters */
function fits(model, letters) {
  const all = linesOf(model).map(line => line.letter);
  return typeof letters === "string" && [...letters].sort().join("") === all.join("");
}

/** @param {View} view @param {string} letters @param {boolean} checked */
function put(view, letters, checked) {
  if (!fits(view.model, letters)) return;
  view.ledger.tell({ letters, checked });
  view.kept.keep(letters);
  view.offer.hidden = true;
  draw(view);
}

/** @param {View} view @param {string} letter @param {number} to */
function move(view, letter, to) {
  const order = [...current(view).letters];
  const from = order.indexOf(letter);
  if (to < 0 || to >= order.length || to === from) return;
  order.splice(from, 1);
  order.splice(to, 0, letter);
  put(view, order.join(""), false);
  const moved = linesOf(view.model).find(line => line.letter === letter);
  view.say(`${isolated(shortened(moved?.text ?? "", 80))} is now line ${to + 1} of ${order.length}`);
}

/** @param {View} view */
function checkOrder(view) {
  put(view, current(view).letters, true);
  view.say(view.result.textContent ?? "");
}

/** @param {View} view */
function draw(view) {
  const { model, list, ask, result } = view;
  const { letters, checked } = current(view);
  const lines = linesOf(model);
  const order = [...letters].map(letter => /** @type {Line} */ (lines.find(line => line.letter === letter)));
  const wrong = checked ? misplaced(order) : -1;
  ask.textContent = model.get("given").lines.ask;
  refocused(list, () =>
    list.replaceChildren(
      ...order.map((line, place) => {
        const holds = checked && (wrong < 0 || place < wrong);
        return drawLine(view, line, place, holds ? "✓" : place === wrong ? "✗" : "⠿");
      }),
    ),
  );
  const held = wrong > 1 ? `The first ${wrong} hold. ` : wrong === 1 ? "The first holds. " : "";
  const early = `${held}Line ${wrong + 1} stands too early. ${order[wrong]?.why}`;
  result.hidden = !checked;
  result.className = `fwq-verdict ${wrong < 0 ? "fwq-right" : "fwq-wrong"}`;
  result.textContent = wrong < 0 ? "Right: this order holds." : early;
}

/** @param {View} view @param {Line} line @param {number} place @param {"✓" | "✗" | "⠿"} mark */
function drawLine(view, { letter, text }, place, mark) {
  const { lines, code } = view.model.get("given").lines;
  const spoken = shortened(text, 80);
  const tone = { "✓": "fwq-right", "✗": "fwq-wrong", "⠿": "" }[mark];
  const mover = (/** @type {string} */ sign, /** @type {"up" | "down"} */ way, /** @type {number} */ to) =>
    button(sign, `Move ${way}: ${spoken}`, () => move(view, letter, to), {
      disabled: to < 0 || to >= lines.length,
      "data-part": `${letter}${way}`,
    });
  const item = element(
    "li",
    { class: `fwo-line ${tone}` },
    element("span", { class: "fwo-grip", "aria-hidden": true }, mark),
    element("span", { class: "fwo-letter" }, letter),
    element("span", { class: code ? "fwo-text fwo-code" : "fwo-text", dir: "auto" }, text),
    element("span", { class: "fwo-moves" }, mover("↑", "up", place - 1), mover("↓", "down", place + 1)),
  );
  item.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (event.button === 0 && !(/** @type {Element} */ (event.target).closest("button")))
      drag(view, event, item, letter);
  });
  return item;
}

/** @param {View} view @param {PointerEvent} event @param {HTMLElement} item @param {string} letter */
function drag(view, event, item, letter) {
  event.preventDefault();
  item.classList.add("fwo-dragged");
  const start = event.clientY;
  const shift = (/** @type {PointerEvent} */ moving) => {
    item.style.transform = `translateY(${moving.clientY - start}px)`;
  };
  const drop = (/** @type {PointerEvent} */ ended) => {
    item.style.transform = "";
    item.classList.remove("fwo-dragged");
    if (ended.type === "pointercancel") return;
    const others = [...view.list.children].filter(each => each !== item);
    const middle = (/** @type {Element} */ each) => each.getBoundingClientRect().top + each.clientHeight / 2;
    move(view, letter, others.filter(each => ended.clientY > middle(each)).length);
  };
  follow(event, item, shift, drop);
}

/** The first line before which an earlier step's line is still to come, or -1. @param {Line[]} order */
export function misplaced(order) {
  return order.findIndex((line, place) => order.slice(place + 1).some(later => later.step < line.step));
}

export default { render };
