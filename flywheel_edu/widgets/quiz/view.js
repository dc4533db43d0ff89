// @ts-check
// Questions with an explanation for every answer. All of it is in the browser, so it works without
// Python; what was answered goes to Python as it happens.
//
// Who writes what: Python writes given; the browser writes answered. See quiz.py.

import { announcer, button, element, keepKeys, listen } from "../shared/base.js";
import { keepsake, keptBar } from "../shared/keepsake.js";

/** @typedef {{ letter: string, text: string, why: string, right: boolean }} Answer */
/** @typedef {{ name: string, ask: string, several: boolean, answers: Answer[] }} Question */

/** @param {{ model: import("../shared/base.js").WidgetModel, el: HTMLElement }} handed */
function render({ model, el }) {
  const { line, say } = announcer();
  const kept = keepsake("quiz", model.get("given").questions);
  const offer = Object.keys(answers()).length
    ? element("div", { hidden: true })
    : keptBar(kept, "You answered", write);
  const list = element("div", { class: "fwq-list" });
  const root = element("div", { class: "fw fw-panel fwq" }, offer, list, line);
  keepKeys(root);
  el.append(root);

  /** Python's answers, or the browser's if they were given on top of those. @returns {Record<string, string>} */
  function answers() {
    const [given, answered] = [model.get("given"), model.get("answered")];
    return answered.of === given.edition ? answered.answers : given.answers;
  }

  /** @param {Record<string, string>} now */
  function write(now) {
    model.set("answered", { of: model.get("given").edition, answers: now });
    model.save_changes();
    kept.keep(now);
    offer.hidden = true;
    draw();
  }

  /** @param {Question} question @param {string} letters */
  function answer(question, letters) {
    write({ ...answers(), [question.name]: letters });
    const chosen = question.answers.filter(each => letters.includes(each.letter));
    say(`${verdict(question, letters).words} ${chosen.map(each => each.why).join(" ")}`);
  }

  function draw() {
    const questions = /** @type {Question[]} */ (model.get("given").questions);
    const focused = list.contains(document.activeElement)
      ? document.activeElement?.getAttribute("data-part")
      : null;
    list.replaceChildren(
      ...questions.map((question, number) => drawQuestion(question, number, questions.length)),
    );
    if (focused) {
      const parts = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[data-part]")]);
      parts.find(part => part.getAttribute("data-part") === focused)?.focus({ preventScroll: true });
    }
  }

  /** @param {Question} question @param {number} number @param {number} of */
  function drawQuestion(question, number, of) {
    const letters = answers()[question.name] ?? "";
    const result = verdict(question, letters);
    const ask = element(
      "legend",
      { class: "fwq-ask", dir: "auto" },
      ...(of > 1 ? [element("span", { class: "fwq-number" }, String(number + 1))] : []),
      element("span", {}, question.ask),
    );
    const choices = element("div", { class: "fwq-choices" });
    /** @type {Set<string>} */
    const ticked = new Set(letters);
    for (const each of question.answers) {
      const chosen = letters.includes(each.letter);
      const mark = chosen ? (each.right ? "✓" : "✗") : each.letter;
      const spoken = chosen ? (each.right ? ", right" : ", not right") : "";
      const content = [
        element("span", { class: "fwq-letter", "aria-hidden": true }, mark),
        element("span", { class: "fwq-text", dir: "auto" }, each.text),
        element("span", { class: "fw-unseen" }, spoken),
      ];
      const part = `${number}${each.letter}`;
      if (question.several) {
        const box = element("input", { type: "checkbox", "data-part": part, checked: chosen });
        box.addEventListener("change", () =>
          box.checked ? ticked.add(each.letter) : ticked.delete(each.letter),
        );
        choices.append(
          element("label", { class: `fwq-choice fwq-tick ${state(chosen, each)}` }, box, ...content),
        );
      } else {
        choices.append(
          element(
            "button",
            {
              type: "button",
              class: `fwq-choice ${state(chosen, each)}`,
              "data-part": part,
              "aria-pressed": String(chosen),
              click: () => answer(question, each.letter),
            },
            ...content,
          ),
        );
      }
      if (chosen)
        choices.append(element("p", { class: `fwq-why ${state(chosen, each)}`, dir: "auto" }, each.why));
    }
    const check = question.several
      ? [
          element(
            "div",
            { class: "fwq-check" },
            button(
              "Check",
              "Check these answers",
              () =>
                ticked.size ? answer(question, [...ticked].sort().join("")) : say("tick at least one answer"),
              { "data-part": `${number}check` },
            ),
            element("span", { class: "fwq-several" }, "More than one is right."),
          ),
        ]
      : [];
    const said = letters
      ? [element("p", { class: `fwq-verdict ${result.right ? "fwq-right" : "fwq-wrong"}` }, result.words)]
      : [];
    return element("fieldset", { class: "fwq-question" }, ask, choices, ...check, ...said);
  }

  const stop = listen(model, { "change:given": draw, "change:answered": draw });
  draw();
  return stop;
}

/** @param {boolean} chosen @param {Answer} answer */
function state(chosen, answer) {
  return chosen ? (answer.right ? "fwq-right" : "fwq-wrong") : "";
}

/** @param {Question} question @param {string} letters */
function verdict(question, letters) {
  const wanted = question.answers
    .filter(each => each.right)
    .map(each => each.letter)
    .join("");
  const chosen = question.answers.filter(each => letters.includes(each.letter));
  if (letters === wanted) return { right: true, words: "Right." };
  if (chosen.every(each => each.right)) return { right: false, words: "Right so far, and there is more." };
  return {
    right: false,
    words: chosen.length === 1 ? "Not this one. Try another." : "Not all of these. Try again.",
  };
}

export default { render };
