// @ts-check
// The language at hand beside the text: names to complete what is typed, and a sheet of forms to insert.

import { button, element } from "../shared/base.js";

/** @typedef {{ name: string, says: string, write: string }} Form */

const HEAD = /^[ \t]*(?:(?:stock|given|data)[ \t]+)?([A-Za-z]\w*)[ \t]*\[/gm;
const MOST = 6;

/**
 * @param {HTMLTextAreaElement} text where names and forms are put, at the cursor
 * @param {Form[]} forms what the language has
 * @param {(words: string) => void} say
 */
export function atHand(text, forms, say) {
  const offers = element("div", { class: "fws-offers", role: "group", "aria-label": "Names that begin so" });
  const functions = forms.filter(({ write }) => !write.includes("\n"));
  let offered = "";

  /** @param {string[]} names */
  function offer(names) {
    if (names.join() === offered) return;
    offered = names.join();
    const take = (/** @type {string} */ name) => () => {
      const [start] = wordAt(text);
      text.setSelectionRange(start, text.selectionStart);
      put(text, name);
      offer([]);
    };
    offers.replaceChildren(...names.map(name => button(name, `${name}: write it here`, take(name))));
    if (names.length) say(`Tab, then Enter, writes ${names.join(", ")}`);
  }

  text.addEventListener("input", () => {
    const [start, word] = wordAt(text);
    const line = text.value.slice(text.value.lastIndexOf("\n", start - 1) + 1, start);
    const own = [...text.value.matchAll(HEAD)].map(found => found[1]);
    const known = [...new Set([...own, ...functions.map(({ name }) => `${name}(`)])];
    const longer = known.filter(name => name.startsWith(word) && name !== word);
    const fits = longer.sort((one, other) => one.length - other.length);
    offer(word.length < 2 || line.includes("#") || fits.includes(`${word}(`) ? [] : fits.slice(0, MOST));
  });
  text.addEventListener("keydown", event => {
    const { value, selectionStart, selectionEnd } = text;
    const several = value.slice(selectionStart, selectionEnd).includes("\n");
    if (event.key === "Tab" && several) indent(text, event.shiftKey);
    else if (event.key === "Escape" && offered) offer([]);
    else if (event.key === "Escape" && several) text.setSelectionRange(selectionEnd, selectionEnd);
    else return;
    event.preventDefault();
    event.stopPropagation(); // offers or selection go; once more, and the cell has the focus
  });

  // Tab goes through them, and so do the arrow keys; Escape, or an arrow past an end, is back in the text.
  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Escape: Infinity };
  offers.addEventListener("keydown", event => {
    const by = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
    if (!by) return;
    const all = /** @type {HTMLElement[]} */ ([...offers.children]);
    const next = all[all.indexOf(/** @type {HTMLElement} */ (event.target)) + by] ?? text;
    if (event.key === "Escape") offer([]);
    next.focus();
    event.preventDefault();
    event.stopPropagation();
  });

  const rows = forms.map(form => {
    const insert = () => put(text, form.write.includes("\n") ? onALine(text, form.write) : form.write);
    const spoken = `${form.name}: write it at the cursor`;
    return element("li", {}, button(form.name, spoken, insert), element("span", {}, form.says));
  });
  const sheet = element(
    "details",
    { class: "fws-sheet" },
    element("summary", {}, "The language on one page"),
    element("p", { class: "fws-hint" }, "A press writes it at the cursor. Put your own names in."),
    element("ul", { lang: "en" }, ...rows),
  );
  return { offers, sheet };
}

/**
 * Where the word before the cursor begins, and the word.
 * @param {HTMLTextAreaElement} text @returns {[number, string]}
 */
function wordAt({ value, selectionStart }) {
  const word = value.slice(0, selectionStart).match(/[A-Za-z]\w*$/)?.[0] ?? "";
  const ends = !/^\w/.test(value.slice(selectionStart));
  return [selectionStart - word.length, ends ? word : ""];
}

/** @param {HTMLTextAreaElement} text @param {string} lines */
function onALine(text, lines) {
  const end = text.value.indexOf("\n", text.selectionEnd);
  const at = end < 0 ? text.value.length : end;
  text.setSelectionRange(at, at);
  return `\n${lines.trimEnd()}`;
}

/** The selected lines a step in, or back. @param {HTMLTextAreaElement} text @param {boolean} back */
function indent(text, back) {
  const { value, selectionStart, selectionEnd } = text;
  const start = value.slice(0, selectionStart).lastIndexOf("\n") + 1;
  const end = value.indexOf("\n", selectionEnd - 1);
  const lines = value.slice(start, end < 0 ? value.length : end);
  const now = back ? lines.replace(/^(\t| {1,4})/gm, "") : lines.replace(/^(?=.)/gm, "    ");
  text.setSelectionRange(start, start + lines.length);
  if (now !== lines) put(text, now);
  text.setSelectionRange(start, start + now.length);
}

/**
 * Put in what a hand would type, so that Ctrl Z takes it out.
 * @param {HTMLTextAreaElement} text @param {string} words
 */
function put(text, words) {
  text.focus();
  if (document.execCommand("insertText", false, words)) return;
  text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input"));
}
