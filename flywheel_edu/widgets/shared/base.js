// @ts-check
// What every widget needs: making elements, keys, speech, numbers. Nothing here knows a flywheel.

const SVG = "http://www.w3.org/2000/svg";

/**
 * What anywidget hands to render().
 * @typedef {{
 *   get(name: string): any,
 *   set(name: string, value: any): void,
 *   save_changes(): void,
 *   on(event: string, heard: (...args: any[]) => void): void,
 *   off(event: string, heard: (...args: any[]) => void): void,
 *   send?(content: any): void,
 * }} WidgetModel
 */

/**
 * @typedef {Record<string,
 *   string | number | boolean | ((event: any) => void) | null | undefined>} Attributes
 */

/**
 * Set attributes and children. A function becomes a listener for the event it is named after; true
 * is an attribute without a value; false, null and undefined leave the attribute out; those of ARIA
 * say "true" and "false". Strings among the children become text nodes, so a name with markup in it
 * is shown, never run.
 * @template {Element} E
 * @param {E} made
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 * @returns {E}
 */
function dressed(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (typeof value === "boolean" && name.startsWith("aria-")) made.setAttribute(name, String(value));
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

/**
 * An HTML element: element("button", { type: "button", click: add }, "Add").
 * @param {string} tag @param {Attributes} [attributes] @param {...(Node | string)} children @returns {any}
 */
export function element(tag, attributes = {}, ...children) {
  return dressed(document.createElement(tag), attributes, children);
}

/**
 * An SVG element, in the same way.
 * @param {string} tag @param {Attributes} [attributes] @param {...(Node | string)} children @returns {any}
 */
export function shape(tag, attributes = {}, ...children) {
  return dressed(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * A button. `spoken` is what a screen reader says and what the mouse pointer shows on resting; it begins with
 * the visible text wherever that is a word, so that voice control finds it.
 * @param {string} text @param {string} spoken
 * @param {((event: Event) => void) | undefined} pressed undefined where somebody else listens
 * @param {Attributes} [attributes] @returns {HTMLButtonElement}
 */
export function button(text, spoken, pressed, attributes = {}) {
  return element(
    "button",
    {
      type: "button",
      class: "fw-button",
      title: spoken,
      "aria-label": spoken,
      click: pressed,
      ...attributes,
    },
    text,
  );
}

/** What a text field does with Ctrl or Cmd held down, and JupyterLab would do to cells. */
const EDITING = new Set(["a", "c", "v", "x", "y", "z", "Backspace", "Delete", "Home", "End"]);
const MOVING = new Set([
  "ArrowLeft",
  "ArrowRight",
  "ArrowUp",
  "ArrowDown",
  "Home",
  "End",
  "PageUp",
  "PageDown",
]);

/**
 * Keep from JupyterLab the keys that the widget needs, and no other: in command mode it would take the arrows
 * of a slider, a letter or "dd" for its own. Chords that nothing here uses go on to it, and Escape hands the
 * focus back to the cell. What the widget used itself is known by preventDefault().
 * @param {Element} root
 */
export function keepKeys(root) {
  const heard = (/** @type {any} */ event) => {
    if (takes(event)) event.stopPropagation();
    else if (event.key === "Escape" || (event.key === "Enter" && isText(event.target))) handBack(root, event);
  };
  // After the widget's own listeners on the same element, which render() adds before it returns.
  queueMicrotask(() => root.addEventListener("keydown", heard));
  // JupyterLab listens on what has the focus, and forbids an undo there for its own.
  root.addEventListener("beforeinput", event => event.stopPropagation(), true);
  window.addEventListener("keydown", hearFirst, true); // added twice, it is there once
}

/**
 * A lab in the browser's own Python hears keys before any widget: there it is told by this mark, on
 * what has the focus, which of them are not for it.
 * @param {KeyboardEvent} event
 */
function hearFirst(event) {
  const target = /** @type {Element} */ (event.target);
  if (!target.closest?.(".fw")) return;
  const inBar = MOVING.has(event.key) && target.closest("[role=toolbar]") !== null;
  target.toggleAttribute("data-lm-suppress-shortcuts", inBar || takes(event));
}

/** @param {any} target */
function isText(target) {
  return target.matches("textarea, select, input:not([type=range], [type=checkbox], [type=radio])");
}

/** Does the element in focus need this key? @param {KeyboardEvent} event */
function takes(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const chord = event.ctrlKey || event.metaKey || event.altKey;
  if (event.defaultPrevented) return true;
  if (event.key === "Escape" || (event.key === "Enter" && (chord || event.shiftKey))) return false;
  if (isText(target))
    return !chord || EDITING.has(event.key) || (!event.altKey && event.key.startsWith("Arrow"));
  if (chord) return false;
  if (target.closest("[role=application]")) return true;
  if (target.matches("input[type=range], input[type=radio]")) return MOVING.has(event.key);
  return (
    (event.key === "Enter" || event.key === " ") && target.matches("button, summary, input, a, [role=button]")
  );
}

/** As if the cell had had both focus and key before. @param {Element} root @param {KeyboardEvent} event */
function handBack(root, event) {
  const cell = /** @type {HTMLElement | null} */ (root.closest(".jp-Cell"));
  if (!cell) return;
  event.stopPropagation();
  event.preventDefault();
  cell.focus({ preventScroll: true });
  const { key, code, keyCode, ctrlKey, shiftKey, altKey, metaKey } = event;
  const again = { key, code, keyCode, ctrlKey, shiftKey, altKey, metaKey, bubbles: true, cancelable: true };
  cell.dispatchEvent(new KeyboardEvent("keydown", again));
}

/**
 * Draw a list anew with the focus on the same data-part, or on another that begins alike where that one can
 * no longer be used.
 * @param {HTMLElement} list @param {() => void} draw
 */
export function refocused(list, draw) {
  const active = document.activeElement;
  const held = list.contains(active) && active?.getAttribute("data-part");
  draw();
  if (!held) return;
  const parts = /** @type {HTMLButtonElement[]} */ ([...list.querySelectorAll("[data-part]")]);
  const usable = (/** @type {string} */ start) =>
    parts.find(part => part.dataset.part?.startsWith(start) && !part.disabled);
  (usable(held) ?? usable(held[0]))?.focus({ preventScroll: true });
}

/**
 * A line that screen readers speak when it changes. The same words twice are spoken twice.
 * @param {boolean} [visible] @returns {{ line: HTMLElement, say: (text: string) => void }}
 */
export function announcer(visible = false) {
  const line = element("div", {
    role: "status",
    "aria-live": "polite",
    class: visible ? "fw-said" : "fw-unseen",
  });
  let odd = false;
  return {
    line,
    say(text) {
      odd = !odd;
      line.textContent = odd ? text : `${text}\u00a0`;
    },
  };
}

/**
 * One Tab stop for a row, column or set of controls: arrow keys, Home and End move between them and the one
 * last used keeps the stop. `items` is asked each time, so controls may come and go.
 * @param {Element} group @param {() => HTMLElement[]} items
 * @returns {{ refresh: () => void }} call refresh after controls came or went
 */
export function roving(group, items) {
  /** @type {HTMLElement | null} */
  let current = null;
  const usable = () => items().filter(item => !(/** @type {any} */ (item).disabled) && !item.hidden);
  const refresh = () => {
    const all = usable();
    if (!current || !all.includes(current)) current = all[0] ?? null;
    for (const item of items()) item.tabIndex = item === current ? 0 : -1;
  };
  group.addEventListener("focusin", event => {
    const reached = /** @type {HTMLElement} */ (event.target);
    if (items().includes(reached)) {
      current = reached;
      refresh();
    }
  });
  group.addEventListener("keydown", event => {
    const pressed = /** @type {KeyboardEvent} */ (event);
    const all = usable();
    const here = all.indexOf(/** @type {HTMLElement} */ (pressed.target));
    if (here < 0) return;
    const to = {
      ArrowRight: here + 1,
      ArrowDown: here + 1,
      ArrowLeft: here - 1,
      ArrowUp: here - 1,
      Home: 0,
      End: -1,
    }[pressed.key];
    if (to === undefined) return;
    pressed.preventDefault();
    all.at(to % all.length)?.focus();
  });
  refresh();
  return { refresh };
}

/**
 * Follow a pointer until it lets go.
 * @param {PointerEvent} event @param {HTMLElement | SVGElement} item
 * @param {(moving: PointerEvent) => void} move @param {(ended: PointerEvent) => void} end
 */
export function follow(event, item, move, end) {
  const part = /** @type {HTMLElement} */ (item);
  const ends = /** @type {const} */ (["pointerup", "pointercancel"]);
  const stop = (/** @type {PointerEvent} */ ended) => {
    part.removeEventListener("pointermove", move);
    for (const each of ends) part.removeEventListener(each, stop);
    end(ended);
  };
  part.setPointerCapture(event.pointerId);
  part.addEventListener("pointermove", move);
  for (const each of ends) part.addEventListener(each, stop);
}

/**
 * Listen to the widget's model; the returned function stops listening.
 * @param {WidgetModel} model
 * @param {Record<string, (...args: any[]) => void>} heard by event: { "change:given": redraw }
 * @returns {() => void}
 */
export function listen(model, heard) {
  for (const [event, answer] of Object.entries(heard)) model.on(event, answer);
  return () => {
    for (const [event, answer] of Object.entries(heard)) model.off(event, answer);
  };
}

/** Has the reader asked the system for less motion? Then show steps instead of movement. */
export function prefersStill() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * A text without the unseen marks that turn the text after them round. Letters that are written from
 * right to left need none of them.
 * @param {string} text
 */
export function unturned(text) {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "");
}

/**
 * A name cut to a length that fits on the screen; the whole of it belongs in a title or a label.
 * @param {string} text @param {number} [limit] in characters as a reader counts them
 */
export function shortened(text, limit = 36) {
  const letters = Array.from(unturned(text).replace(/\s+/g, " ").trim());
  return letters.length <= limit ? letters.join("") : `${letters.slice(0, limit - 1).join("")}…`;
}

/**
 * A name set apart from the sentence around it, so that a name written from right to left cannot turn
 * the rest of the sentence round.
 * @param {string} text
 */
export function isolated(text) {
  return `\u2068${unturned(text)}\u2069`;
}

/** Four figures at most, thousands marked, very large and small ones as powers. @param {number} value */
export function numberText(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text =
    size !== 0 && (size >= 1e9 || size < 1e-4)
      ? value.toExponential(2).replace("e+", "e")
      : value.toLocaleString("en-GB", {
          maximumSignificantDigits: Math.max(4, Math.ceil(Math.log10(size || 1))),
        });
  return text.replace("-", "−");
}

/**
 * A table whose rows begin with their heads.
 * @param {string[]} head @param {string[][]} rows @param {...Node} before such as a caption
 */
export function tableOf(head, rows, ...before) {
  const heads = head.map(text => element("th", { scope: "col" }, text));
  const lines = rows.map(([first, ...rest]) =>
    element("tr", {}, element("th", { scope: "row" }, first), ...rest.map(text => element("td", {}, text))),
  );
  const top = element("thead", {}, element("tr", {}, ...heads));
  return element("table", {}, ...before, top, element("tbody", {}, ...lines));
}

/** What a widget shows, at its head: whole, unless it is very long. @param {string} title */
export function headOf(title) {
  return element("strong", { class: "fw-head", dir: "auto", title }, shortened(title, 200));
}
