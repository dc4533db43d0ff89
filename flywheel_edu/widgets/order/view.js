// @ts-check
// Lines to put in order, by pointer or by keys; the first line that stands too early says why.
//
// Who writes what: Python writes given; the browser writes ordered. See order.py.

import { announcer, button, element, isolated, keepKeys, listen, shortened } from "../shared/base.js";
import { keepsake, keptBar } from "../shared/keepsake.js";

/** @typedef {{ letter: string, text: string, why: string, step: number }} Line */
/** @typedef {{ letters: string, checked: boolean }} Order */

/** @param {{ model: import("../shared/base.js").WidgetModel, el: HTMLElement }} handed */
function render({ model, el }) {
  const { line: said, say } = announcer();
  const kept = keepsake("order", model.get("given").lines);
  const offer = current().checked
    ? element("div", { hidden: true })
    : keptBar(kept, "You put these in order", work => put(String(work), false));
  const ask = element("p", { class: "fwo-ask", dir: "auto" });
  const list = element("ol", { class: "fwo-list" });
  const result = element("p", { class: "fwq-verdict" });
  const root = element(
    "div",
    { class: "fw fw-panel fwq fwo" },
    offer,
    ask,
    element("p", { class: "fwo-hint" }, "Drag the lines, or use the buttons; then check."),
    list,
    element(
      "div",
      { class: "fwq-check" },
      button("Check", "Check this order", check, { class: "fw-button fw-main" }),
    ),
    result,
    said,
  );
  keepKeys(root);
  el.append(root);

  /** @returns {Line[]} */
  function lines() {
    return model.get("given").lines.lines;
  }

  /** @returns {Order} */
  function current() {
    const [given, ordered] = [model.get("given"), model.get("ordered")];
    return ordered.of === given.edition && fits(ordered.letters)
      ? ordered
      : { letters: given.letters, checked: given.checked };
  }

  /** @param {unknown} letters */
  function fits(letters) {
    return (
      typeof letters === "string" &&
      [...letters].sort().join("") ===
        lines()
          .map(line => line.letter)
          .join("")
    );
  }

  /** @param {string} letters @param {boolean} checked */
  function put(letters, checked) {
    if (!fits(letters)) return;
    model.set("ordered", { of: model.get("given").edition, letters, checked });
    model.save_changes();
    kept.keep(letters);
    offer.hidden = true;
    draw();
  }

  /** @param {string} letter @param {number} to */
  function move(letter, to) {
    const order = [...current().letters];
    const from = order.indexOf(letter);
    if (to < 0 || to >= order.length || to === from) return;
    order.splice(from, 1);
    order.splice(to, 0, letter);
    put(order.join(""), false);
    const moved = lines().find(line => line.letter === letter);
    say(`${isolated(shortened(moved?.text ?? "", 80))} is now line ${to + 1} of ${order.length}`);
  }

  function check() {
    put(current().letters, true);
    say(result.textContent ?? "");
  }

  function draw() {
    const { letters, checked } = current();
    const order = [...letters].map(
      letter => /** @type {Line} */ (lines().find(line => line.letter === letter)),
    );
    const wrong = checked ? misplaced(order) : -1;
    const { ask: asked, code } = model.get("given").lines;
    const focused = list.contains(document.activeElement)
      ? document.activeElement?.getAttribute("data-part")
      : null;
    ask.textContent = asked;
    list.replaceChildren(
      ...order.map((line, place) =>
        drawLine(line, place, order.length, code, checked && (wrong < 0 || place < wrong), place === wrong),
      ),
    );
    const held = wrong > 1 ? `The first ${wrong} hold. ` : wrong === 1 ? "The first holds. " : "";
    result.hidden = !checked;
    result.className = `fwq-verdict ${wrong < 0 ? "fwq-right" : "fwq-wrong"}`;
    result.textContent =
      wrong < 0
        ? "Right: this order holds."
        : `${held}Line ${wrong + 1} stands too early. ${order[wrong].why}`;
    if (focused) {
      const parts = /** @type {HTMLButtonElement[]} */ ([...list.querySelectorAll("[data-part]")]);
      const same = parts.find(part => part.getAttribute("data-part") === focused);
      const usable =
        same && !same.disabled
          ? same
          : parts.find(part => part.getAttribute("data-part")?.[0] === focused[0] && !part.disabled);
      usable?.focus({ preventScroll: true });
    }
  }

  /** @param {Line} line @param {number} place @param {number} of @param {boolean} code @param {boolean} holds @param {boolean} wrong */
  function drawLine({ letter, text }, place, of, code, holds, wrong) {
    const spoken = shortened(text, 80);
    const item = element(
      "li",
      { class: `fwo-line ${holds ? "fwq-right" : ""} ${wrong ? "fwq-wrong" : ""}` },
      element("span", { class: "fwo-grip", "aria-hidden": true }, holds ? "✓" : wrong ? "✗" : "⠿"),
      element("span", { class: "fwo-letter" }, letter),
      element("span", { class: code ? "fwo-text fwo-code" : "fwo-text", dir: "auto" }, text),
      element(
        "span",
        { class: "fwo-moves" },
        button("↑", `Move up: ${spoken}`, () => move(letter, place - 1), {
          disabled: place === 0,
          "data-part": `${letter}up`,
        }),
        button("↓", `Move down: ${spoken}`, () => move(letter, place + 1), {
          disabled: place === of - 1,
          "data-part": `${letter}down`,
        }),
      ),
    );
    item.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      if (event.button === 0 && !(/** @type {Element} */ (event.target).closest("button")))
        drag(event, item, letter);
    });
    return item;
  }

  /** @param {PointerEvent} event @param {HTMLElement} item @param {string} letter */
  function drag(event, item, letter) {
    event.preventDefault();
    item.setPointerCapture(event.pointerId);
    item.classList.add("fwo-dragged");
    const start = event.clientY;
    /** @param {PointerEvent} moving */
    const follow = moving => {
      item.style.transform = `translateY(${moving.clientY - start}px)`;
    };
    /** @param {PointerEvent} ended */
    const drop = ended => {
      item.removeEventListener("pointermove", follow);
      item.removeEventListener("pointerup", drop);
      item.removeEventListener("pointercancel", drop);
      item.style.transform = "";
      item.classList.remove("fwo-dragged");
      if (ended.type === "pointercancel") return;
      const others = [...list.children].filter(each => each !== item);
      move(
        letter,
        others.filter(each => ended.clientY > each.getBoundingClientRect().top + each.clientHeight / 2)
          .length,
      );
    };
    item.addEventListener("pointermove", follow);
    item.addEventListener("pointerup", drop);
    item.addEventListener("pointercancel", drop);
  }

  const stop = listen(model, { "change:given": draw, "change:ordered": draw });
  draw();
  return stop;
}

/** The first line before which an earlier step's line is still to come, or -1. @param {Line[]} order */
function misplaced(order) {
  return order.findIndex((line, place) => order.slice(place + 1).some(later => later.step < line.step));
}

export default { render };
