// @ts-check
// Beside the drawing: its loops, each with its story, the notes on it, the keys.

import { button, element, shortened } from "../shared/base.js";
import { signClass } from "../shared/ink.js";

const MOST_TOLD = 40;

const KEYS = [
  ["N", "a new variable"],
  ["arrow keys", "go to the next variable or arrow"],
  ["Shift and arrow keys", "move the variable"],
  ["Enter or F2", "rename the variable"],
  ["L", "begin an arrow; go to its end and press Enter"],
  ["+  −  ?", "the sign of the arrow"],
  ["D", "delay on or off"],
  ["U  J", "nudge up, nudge down"],
  ["Delete", "delete"],
  ["Ctrl Z, Ctrl Y", "undo, redo"],
  ["Escape", "stop what you began; once more, back to the cell"],
];

/**
 * @param {(letter: string) => void} light called with the letter of a loop that was pressed
 * @param {(field: HTMLInputElement) => void} call called where a loop was given another name
 */
export function sidePanel(light, call) {
  const loops = element("ol", { class: "fwc-loops" });
  const notes = element("ul", { class: "fwc-notes" });
  const state = element("p", { class: "fwc-state" });
  const keys = KEYS.flatMap(([key, what]) => [element("dt", {}, key), element("dd", {}, what)]);
  loops.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const pressed = /** @type {Element} */ (event.target).closest("button");
    if (pressed) light(pressed.textContent ?? "");
  });
  loops.addEventListener("change", event => call(/** @type {HTMLInputElement} */ (event.target)));
  loops.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (event.key !== "Enter" || !field.matches("input")) return;
    event.preventDefault();
    call(field);
  });
  loops.addEventListener("focusout", ({ relatedTarget }) => {
    if (loops.contains(/** @type {Node | null} */ (relatedTarget))) return;
    const place = (/** @type {Element} */ item) => Number(item.getAttribute("data-place"));
    const sorted = [...loops.children].sort((one, other) => place(one) - place(other));
    if (sorted.some((item, at) => item !== loops.children[at])) loops.append(...sorted);
  });
  const root = element(
    "div",
    { class: "fwc-side" },
    element("h4", {}, "Loops"),
    loops,
    element("h4", {}, "Notes on the drawing"),
    state,
    notes,
    element("details", { class: "fwc-keys" }, element("summary", {}, "Keys"), element("dl", {}, ...keys)),
  );
  return { root, loops, notes, state };
}

/** @param {HTMLElement} list @param {import("./scene.js").Scene["found"]} found @param {string} lit */
export function drawLoops(list, { loops, truncated }, lit) {
  const last = !loops.length
    ? "None yet. A loop closes when arrows lead back to where they began."
    : truncated
      ? "... and more than can be counted."
      : loops.length > MOST_TOLD
        ? `... and ${loops.length - MOST_TOLD} more.`
        : "";
  const items = [
    ...loops.slice(0, MOST_TOLD).map(loop => drawLoop(loop, lit)),
    ...(last ? [element("li", { class: "fwc-none", "data-goes": "" }, last)] : []),
  ];
  for (const [place, item] of items.entries()) item.setAttribute("data-place", String(place));
  const before = [...list.children];
  const there = items.map(item => before.find(each => goes(each) === goes(item)));
  // A name leads its loop to the front. While names are typed, each stays where the next press aims at.
  if (before.length !== items.length || !there.every(Boolean)) return list.replaceChildren(...items);
  for (const [at, item] of items.entries()) takeOn(/** @type {Element} */ (there[at]), item);
}

/** Through what the loop of an item goes. @param {Element} item */
const goes = item => item.getAttribute("data-goes");

/**
 * What stands there says what a new one would; the focus, and a press under way, stay.
 * @param {Element} old @param {Element} fresh
 */
function takeOn(old, fresh) {
  for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
  if (old instanceof HTMLInputElement) {
    if (old !== document.activeElement) old.value = fresh.getAttribute("value") ?? "";
  } else if (!fresh.children.length && old.textContent !== fresh.textContent)
    old.textContent = fresh.textContent;
  for (const [at, child] of [...fresh.children].entries()) takeOn(old.children[at], child);
}

/** @param {import("../shared/loops.js").Loop} loop @param {string} lit */
function drawLoop(loop, lit) {
  const kind = loop.sign === 1 ? "reinforcing" : loop.sign === -1 ? "balancing" : "sign open";
  const light = button(loop.name, `${loop.name}: show this loop in the drawing`, undefined, {
    class: `fw-button fwc-name ${signClass(loop.sign)}`,
    "aria-pressed": lit === loop.name,
  });
  const field = element("input", {
    class: "fw-input fwc-title",
    type: "text",
    value: loop.title,
    placeholder: "its name",
    maxlength: 60,
    dir: "auto",
    "aria-label": `Name of ${loop.name}`,
    "data-loop": loop.name,
  });
  const story = element("p", {}, element("bdi", {}, shortened(loop.story, 600)));
  const first = loop.quantities.indexOf([...loop.quantities].sort()[0]);
  const way = JSON.stringify([...loop.quantities.slice(first), ...loop.quantities.slice(0, first)]);
  return element(
    "li",
    { "data-goes": way },
    light,
    element("div", {}, element("strong", {}, kind), field, story),
  );
}

/** Only what is pressed changes, so that the focus stays. @param {HTMLElement} list @param {string} lit */
export function markLoops(list, lit) {
  for (const each of list.querySelectorAll("button")) {
    each.setAttribute("aria-pressed", String(each.textContent === lit));
  }
}

/** @param {HTMLElement} list @param {{ message: string, hint: string }[]} notes */
export function drawNotes(list, notes) {
  list.replaceChildren(
    ...notes.map(({ message, hint }) =>
      element(
        "li",
        {},
        element("bdi", {}, shortened(message, 400)),
        hint ? element("span", { class: "fwc-try" }, shortened(hint, 400)) : "",
      ),
    ),
  );
}
