// @ts-check
// The row that says where the drawing is kept, and hands it on: as a picture, as text, as a copy from
// before. What stands here comes from keeping, which Python writes; see widget.py.

import { button, element, shape } from "../shared/base.js";
import { timeText } from "../shared/keepsake.js";
import { isAlone, isKept, request } from "./talk.js";

/** @typedef {import("./view.js").View} View */

// What of a node's looks a picture needs, since it leaves the style sheet behind.
const LOOKS = [
  ...["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity"],
  ...["font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline"],
];
const SHARPNESS = 2; // pixels of the picture for one of the page

/** @param {{ picture: () => void, text: () => void, bring: (name: string) => void }} acts */
export function shelfRow(acts) {
  const state = element("span", { class: "fwc-kept" });
  const list = element("ul", { class: "fwc-copies" });
  const copies = element("details", { hidden: true }, element("summary", {}, "Copies"), list);
  list.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const name = /** @type {Element} */ (event.target).closest("button")?.getAttribute("data-part");
    if (name) acts.bring(name);
  });
  const text = element("textarea", { class: "fw-input", readonly: true, hidden: true, rows: 6 });
  text.setAttribute("aria-label", "The drawing as text");
  const root = element(
    "div",
    { class: "fwc-shelf" },
    state,
    button("Save as picture", "Save as picture: a PNG of the drawing", acts.picture),
    button("Copy as text", "Copy as text: the arrows, as Canvas reads them", acts.text),
    copies,
    text,
  );
  return { root, state, copies, list, text };
}

/** The row that asks whose work is to stay. @param {import("../shared/base.js").WidgetModel} model */
export function foreignBar(model) {
  const what = element("span");
  const keep = button("Keep mine", "Keep mine: theirs is put aside as a copy", () => request(model, "keep"));
  const take = button("Take theirs", "Take theirs: mine is put aside as a copy", () =>
    request(model, "take"),
  );
  const root = element("div", { class: "fw-kept", role: "alert", hidden: true }, what, keep, take);
  return { root, what };
}

/** @param {View} view */
export function drawShelf(view) {
  const { file = "", foreign, problem, copies = [] } = view.model.get("keeping") ?? {};
  view.foreign.root.hidden = !foreign;
  view.foreign.what.textContent = foreign ? `${file} was changed elsewhere meanwhile.` : "";
  view.shelf.state.textContent = stateOf(view, file, foreign, problem);
  view.shelf.copies.hidden = copies.length === 0;
  view.shelf.list.replaceChildren(
    ...copies.map((/** @type {{ name: string, when: string, about: string }} */ { name, when, about }) =>
      element(
        "li",
        {},
        button("Bring back", `Bring back ${name}`, undefined, { "data-part": name }),
        ` ${about}, put aside ${timeText(when)} (${name})`,
      ),
    ),
  );
}

/** @param {View} view @param {string} file @param {boolean} foreign @param {string} problem */
function stateOf(view, file, foreign, problem) {
  if (isAlone(view)) return "What you draw stays in this browser.";
  if (view.silent)
    return "Not kept yet: Python is not running. What you draw waits in this browser; run the cell again.";
  if (foreign) return `Not kept in ${file} yet: choose above.`;
  if (problem) return `Not kept in ${file}: ${problem}.`;
  if (!isKept(view.model)) return "Keeping …";
  return file ? `Kept in ${file}.` : 'In no file yet: Canvas(keep="wheel.json") keeps it in one.';
}

/** Save the drawing as it is shown. @param {View} view */
export async function savePicture(view) {
  const { svg, sheet } = view.scene;
  const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true));
  const [from, to] = [svg, copy].map(root => [...root.querySelectorAll("*")]);
  from.forEach((node, i) => {
    const looks = getComputedStyle(node);
    const { style } = /** @type {any} */ (to[i]);
    for (const name of LOOKS) style.setProperty(name, looks.getPropertyValue(name));
  });
  for (const left of copy.querySelectorAll(".fwc-handle, .fwc-hit, .fwc-rubber, .fwc-level")) left.remove();
  const paper = getComputedStyle(view.root).backgroundColor;
  copy.prepend(shape("rect", { width: sheet.width, height: sheet.height, style: `fill:${paper}` }));
  copy.setAttribute("width", String(sheet.width));
  const picture = new Image();
  picture.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await picture.decode();
  const canvas = element("canvas", { width: SHARPNESS * sheet.width, height: SHARPNESS * sheet.height });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  element("a", { href: canvas.toDataURL("image/png"), download: "flywheel.png" }).click();
  view.say("saved as flywheel.png");
}

/** Copy the arrows as text; where the browser forbids it, show them to be copied. @param {View} view */
export async function copyText(view) {
  const { sketch } = view.model.get("reading");
  const { text } = view.shelf;
  if (isAlone(view)) return view.say("The text comes from Python: open the notebook to copy it.");
  if (view.silent) return view.say("The text comes from Python: run the cell again.");
  if (!sketch) return view.say("there is no arrow to copy yet");
  try {
    await navigator.clipboard.writeText(sketch);
    view.say("copied: paste it between the quotes of Canvas('''...''')");
  } catch {
    text.hidden = false;
    text.value = sketch;
    text.select();
    view.say("copy the text below the drawing");
  }
}
