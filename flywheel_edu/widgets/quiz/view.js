// @ts-check
// Questions with an explanation for every answer. All of it is in the browser, so it works without
// Python; what was answered goes to Python as it happens.
//
// Who writes what: Python writes given; the browser writes answered. See widget.py.

import { announcer, button, element, keepKeys, listen, refocused } from "../shared/base.js";
import { keepsake, keptBar } from "../shared/keepsake.js";
import { standing } from "../shared/standing.js";

/** @typedef {{ letter: string, text: string, why: string, right: boolean }} Answer */
/** @typedef {{ name: string, ask: string, several: boolean, answers: Answer[] }} Question */
/**
 * @typedef {{
 *   questions: Question[],
 *   ledger: ReturnType<typeof standing>,
 *   kept: ReturnType<typeof keepsake>,
 *   say: (text: string) => void,
 *   offer: HTMLElement,
 *   list: HTMLElement,
 * }} View what one view of the quiz holds
 */

/** @param {{ model: import("../shared/base.js").WidgetModel, el: HTMLElement }} handed */
function render({ model, el }) {
  const { line, say } = announcer();
  const { questions } = model.get("given");
  const ledger = standing(model, "answered", ["answers"]);
  const kept = keepsake("quiz", questions);
  const offer = Object.keys(ledger.read().answers).length
    ? element("div", { hidden: true })
    : keptBar(kept, "You answered", work => write(view, work));
  const list = element("div", { class: "fwq-list" });
  /** @type {View} */
  const view = { questions, ledger, kept, say, offer, list };
  const root = element("div", { class: "fw fw-panel fwq" }, offer, list, line);
  keepKeys(root);
  el.append(root);
  draw(view);
  return listen(model, { "change:given": () => draw(view), "change:answered": () => draw(view) });
}

/** @param {View} view @param {Record<string, string>} now */
function write(view, now) {
  view.ledger.tell({ answers: now });
  view.kept.keep(now);
  view.offer.hidden = true;
  draw(view);
}

/** @param {View} view @param {Question} question @param {string} letters */
function answer(view, question, letters) {
  write(view, { ...view.ledger.read().answers, [question.name]: letters });
  const chosen = question.answers.filter(each => letters.includes(each.letter));
  view.say(`${verdict(question, letters).words} ${chosen.map(each => each.why).join(" ")}`);
}

/** @param {View} view */
function draw(view) {
  const { questions } = view;
  const drawn = () => questions.map((each, number) => drawQuestion(view, each, number, questions.length));
  refocused(view.list, () => view.list.replaceChildren(...drawn()));
}

/** @param {View} view @param {Question} question @param {number} number @param {number} of */
function drawQuestion(view, question, number, of) {
  const letters = view.ledger.read().answers[question.name] ?? "";
  const ask = element(
    "legend",
    { class: "fwq-ask", dir: "auto" },
    ...(of > 1 ? [element("span", { class: "fwq-number" }, String(number + 1))] : []),
    element("span", {}, question.ask),
  );
  /** @type {Set<string>} */
  const ticked = new Set(letters);
  const choices = question.answers.flatMap(each => {
    const chosen = letters.includes(each.letter);
    const tone = chosen ? (each.right ? "fwq-right" : "fwq-wrong") : "";
    const part = `${number}${each.letter}`;
    const made = question.several
      ? tickBox(each, chosen, tone, part, ticked)
      : element(
          "button",
          {
            type: "button",
            class: `fwq-choice ${tone}`,
            "data-part": part,
            "aria-pressed": chosen,
            click: () => answer(view, question, each.letter),
          },
          ...content(each, chosen),
        );
    return chosen ? [made, element("p", { class: `fwq-why ${tone}`, dir: "auto" }, each.why)] : [made];
  });
  const { right, words } = verdict(question, letters);
  const said = element("p", { class: `fwq-verdict ${right ? "fwq-right" : "fwq-wrong"}` }, words);
  return element(
    "fieldset",
    { class: "fwq-question" },
    ask,
    element("div", { class: "fwq-choices" }, ...choices),
    ...(question.several ? [checkRow(view, question, number, ticked)] : []),
    ...(letters ? [said] : []),
  );
}

/** @param {Answer} answer @param {boolean} chosen */
function content({ letter, text, right }, chosen) {
  return [
    element("span", { class: "fwq-letter", "aria-hidden": true }, chosen ? (right ? "✓" : "✗") : letter),
    element("span", { class: "fwq-text", dir: "auto" }, text),
    element("span", { class: "fw-unseen" }, chosen ? (right ? ", right" : ", not right") : ""),
  ];
}

/**
 * @param {Answer} each @param {boolean} chosen @param {string} tone @param {string} part
 * @param {Set<string>} ticked
 */
function tickBox(each, chosen, tone, part, ticked) {
  const box = element("input", { type: "checkbox", "data-part": part, checked: chosen });
  box.addEventListener("change", () => (box.checked ? ticked.add(each.letter) : ticked.delete(each.letter)));
  return element("label", { class: `fwq-choice fwq-tick ${tone}` }, box, ...content(each, chosen));
}

/** @param {View} view @param {Question} question @param {number} number @param {Set<string>} ticked */
function checkRow(view, question, number, ticked) {
  const check = () =>
    ticked.size ? answer(view, question, [...ticked].sort().join("")) : view.say("tick at least one answer");
  return element(
    "div",
    { class: "fwq-check" },
    button("Check", "Check these answers", check, { "data-part": `${number}check` }),
    element("span", { class: "fwq-several" }, "More than one is right."),
  );
}

/** @param {Question} question @param {string} letters */
export function verdict(question, letters) {
  const wanted = question.answers.filter(each => each.right).map(each => each.letter);
  const chosen = question.answers.filter(each => letters.includes(each.letter));
  if (letters === wanted.join("")) return { right: true, words: "Right." };
  if (chosen.every(each => each.right)) return { right: false, words: "Right so far, and there is more." };
  const again = chosen.length === 1 ? "Not this one. Try another." : "Not all of these. Try again.";
  return { right: false, words: again };
}

export default { render };
