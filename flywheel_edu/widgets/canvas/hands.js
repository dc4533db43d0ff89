// @ts-check
// Pointer and keys: what they mean on the drawing and in the row under it.

import { follow, isolated } from "../shared/base.js";
import { DIRECTIONS, distance, pathOf, toShares } from "../shared/diagram.js";
import {
  addArrow,
  addVariable,
  change,
  editName,
  focusSelected,
  giveUpArrow,
  nudge,
  removeSelected,
  rename,
  select,
  setSign,
  shift,
  startArrow,
  step,
  stopNudges,
  toggleDelay,
} from "./acts.js";
import { moved } from "./edits.js";
import { itemOf, nextTowards, placeScene, pointOf, variableAt, whichAt } from "./scene.js";

/** @typedef {import("./view.js").View} View */

/** @type {Record<string, (view: View) => void>} what the controls in the row do, by their data-part */
const CONTROLS = {
  arrow: startArrow,
  up: view => nudge(view, 1),
  down: view => nudge(view, -1),
  plus: view => setSign(view, 1),
  minus: view => setSign(view, -1),
  delay: toggleDelay,
  delete: removeSelected,
};

/** @type {Record<string, (view: View) => void>} */
const KEYS = {
  Enter: enter,
  " ": enter,
  F2: editName,
  n: view => addVariable(view),
  l: startArrow,
  "+": CONTROLS.plus,
  "=": CONTROLS.plus,
  "-": CONTROLS.minus,
  "−": CONTROLS.minus,
  "?": view => setSign(view, null),
  d: toggleDelay,
  u: CONTROLS.up,
  j: CONTROLS.down,
  Home: view => goTo(view, 0),
  End: view => goTo(view, -1),
  Delete: removeSelected,
  Backspace: removeSelected,
};

/** Begin to listen. @param {View} view */
export function useHands(view) {
  const { root, row } = view;
  const { svg } = view.scene;
  svg.addEventListener("pointerdown", event => pressed(view, event));
  svg.addEventListener("dblclick", event => pressedTwice(view, event));
  svg.addEventListener("keydown", event => keyInDrawing(view, event));
  svg.addEventListener("focusin", event => {
    const which = whichAt(event.target);
    if (which) select(view, which);
  });
  row.addEventListener("click", event => {
    const part = /** @type {Element} */ (event.target).closest("[data-part]")?.getAttribute("data-part");
    CONTROLS[part ?? ""]?.(view);
  });
  row.addEventListener("change", event => rename(view, /** @type {any} */ (event.target)));
  row.addEventListener("keydown", event => keyInName(view, event));
  root.addEventListener("keydown", event => undoKeys(view, event));
  for (const leaving of ["pointerdown", "focusin"])
    root.addEventListener(leaving, ({ target }) => {
      const still = svg.contains(/** @type {Node} */ (target)) || target === view.buttons.undo;
      if (!still) giveUpArrow(view);
    });
  const left = () => root.contains(document.activeElement) || giveUpArrow(view);
  root.addEventListener("focusout", () => setTimeout(left)); // what is drawn anew loses it for a moment
}

// --- pointer

/** @param {View} view @param {PointerEvent} event */
function pressed(view, event) {
  const target = /** @type {Element} */ (event.target);
  // A sign is meant, and not an arrow whose wide reach lies over it.
  const under = target.matches(".fwc-hit") ? document.elementsFromPoint(event.clientX, event.clientY) : [];
  const which = whichAt(under.find(each => each.closest(".fwc-sign")) ?? target);
  const item = itemOf(view.scene, which);
  if (!which || !item) {
    giveUpArrow(view);
    return select(view, null);
  }
  if (event.button !== 0) return;
  event.preventDefault();
  if (which.kind === "variable" && view.arrowFrom !== null && view.arrowFrom !== which.name)
    return addArrow(view, view.arrowFrom, which.name);
  item.focus({ preventScroll: true });
  if (which.kind !== "variable") return;
  const onHandle = Boolean(target.closest(".fwc-handle"));
  if (onHandle || event.altKey) pullArrow(view, event, which.name, item);
  else dragVariable(view, event, which.name, item);
}

/** @param {View} view @param {PointerEvent} event @param {string} name @param {SVGGElement} item */
function pullArrow(view, event, name, item) {
  const { scene } = view;
  const { x, y } = scene.boxes.get(name);
  const move = (/** @type {PointerEvent} */ moving) =>
    scene.layers.rubber.setAttribute("d", pathOf([[x, y], pointOf(scene, moving)]));
  follow(event, item, move, ended => {
    scene.layers.rubber.setAttribute("d", "");
    const target = variableAt(scene, pointOf(scene, ended));
    if (ended.type === "pointercancel" || target === name) return;
    if (target) addArrow(view, name, target);
    else view.say(`the arrow from ${isolated(name)} is given up`);
  });
}

/** @param {View} view @param {PointerEvent} event @param {string} name @param {SVGGElement} item */
function dragVariable(view, event, name, item) {
  const { scene } = view;
  const { x, y } = scene.boxes.get(name);
  const begin = pointOf(scene, event);
  /** @type {import("../shared/loops.js").Drawing | null} */
  let dragged = null;
  const move = (/** @type {PointerEvent} */ moving) => {
    const here = pointOf(scene, moving);
    if (!dragged && distance(begin, here) <= 3) return;
    const place = toShares(scene.sheet, x + here[0] - begin[0], y + here[1] - begin[1]);
    dragged = moved(view.drawing, name, ...place);
    placeScene(scene, dragged, name);
  };
  follow(event, item, move, ended => {
    if (ended.type === "pointercancel") placeScene(scene, view.drawing);
    else if (dragged) change(view, dragged, `${isolated(name)} moved`);
  });
}

/** @param {View} view @param {MouseEvent} event */
function pressedTwice(view, event) {
  const point = pointOf(view.scene, event);
  if (variableAt(view.scene, point)) editName(view);
  else if (event.target === view.scene.svg) addVariable(view, toShares(view.scene.sheet, ...point));
}

// --- keys

/** @param {View} view @param {KeyboardEvent} event */
function undoKeys(view, event) {
  const field = /** @type {HTMLElement} */ (event.target);
  const key = event.key.toLowerCase();
  if (!(event.ctrlKey || event.metaKey) || (key !== "z" && key !== "y")) return;
  const way = key === "y" || event.shiftKey ? "redo" : "undo";
  if (field.matches("textarea") ? !view.panel.isOurs(way) : field.matches("input")) return;
  event.preventDefault();
  step(view, way);
}

/** @param {View} view @param {KeyboardEvent} event */
function keyInDrawing(view, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const direction = DIRECTIONS[event.key];
  const { arrowFrom, scene } = view;
  if (direction && event.shiftKey) {
    giveUpArrow(view);
    shift(view, [0.02 * direction[0], -0.02 * direction[1]]);
  } else if (direction)
    nextTowards(scene, view.selected, direction, arrowFrom !== null)?.focus({ preventScroll: true });
  else if (event.key === "Escape") {
    if (arrowFrom === null && !scene.wave.moving) return; // nothing to stop: back to the cell
    stopNudges(view);
    if (!giveUpArrow(view)) view.say("stopped");
  } else if (event.key === "Enter" && event.shiftKey) return;
  else {
    const answer = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!answer) return;
    if (answer !== enter) giveUpArrow(view);
    answer(view);
  }
  event.preventDefault();
}

/** @param {View} view */
function enter(view) {
  const { arrowFrom, selected } = view;
  if (arrowFrom !== null && selected?.kind === "variable") addArrow(view, arrowFrom, selected.name);
  else if (selected?.kind === "variable") editName(view);
  else view.row.querySelector("button")?.focus();
}

/** To the first or the last variable drawn. @param {View} view @param {0 | -1} at */
function goTo({ scene, drawing }, at) {
  const name = drawing.variables.at(at)?.name;
  if (name !== undefined) itemOf(scene, { kind: "variable", name })?.focus({ preventScroll: true });
}

/** @param {View} view @param {KeyboardEvent} event */
function keyInName(view, event) {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if (field.tagName !== "INPUT" || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.key !== "Enter" && event.key !== "Escape") return;
  event.preventDefault();
  if (event.key === "Escape" && field.dataset.new !== undefined) {
    const chosen = JSON.parse(field.dataset.new);
    step(view, "undo");
    return itemOf(view.scene, chosen)?.focus({ preventScroll: true });
  }
  field.removeAttribute("data-new");
  if (event.key === "Enter") rename(view, field);
  else if (view.selected?.kind === "variable") field.value = view.selected.name;
  focusSelected(view);
}
