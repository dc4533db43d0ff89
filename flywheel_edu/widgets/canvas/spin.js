// @ts-check
// The first model under a drawing: its text to edit, what is wrong shown at the line, its curves.

import { announcer, button, element, numberText, shape, shortened } from "../shared/base.js";
import { atHand } from "./at_hand.js";

/** @typedef {{ message: string, line: number | null, start: number, end: number, hint: string }} Problem */
/** @typedef {{ name: string, unit: string, values: number[] }} CurveData */
/**
 * @typedef {{
 *   variable: string, unit: string, value: number | string, says: string, fixed?: boolean,
 * }} Row fixed: to be changed in the text alone
 */
/**
 * @typedef {{ rows?: Row[], problem: Problem | null, curves: CurveData[], span: string,
 *   differences: string[], listed?: string[], refused?: object, notes?: object,
 *   noted?: object }} ModelReading
 */

const HOW =
  "Numbers without a source are illustrative. Put yours into the table: it rewrites the text. " +
  "Or change the text itself: it is read again as you type.";
const KEYS =
  "With several lines selected, Tab indents them and Shift Tab takes that back. " +
  "Escape, then Tab, leaves the text.";
const UNREAD = "The table comes back when the text can be read again, with what you typed into it.";
const PAUSE = 350; // milliseconds without typing before the text is read

/**
 * @param {{ written: (text: string) => void, known: () => void }} tell called with the text after a
 *   pause in typing, and when a row was filled in
 * @param {import("./at_hand.js").Form[]} forms
 */
export function spinPanel(tell, forms) {
  const lines = element("div", { class: "fws-lines", "aria-hidden": true });
  const problem = element("div", { class: "fws-problem", id: freshId() });
  const keys = element("p", { class: "fws-hint", id: freshId() }, KEYS);
  const text = element("textarea", {
    class: "fws-text",
    spellcheck: "false",
    wrap: "off",
    rows: 16,
    "aria-label": "The model's text",
    "aria-describedby": `${problem.id} ${keys.id}`,
  });
  const table = rowTable(() => tell.known());
  const listed = element("div", { class: "fws-hint", role: "status" });
  const curves = element("div", { class: "fws-curves" });
  const differences = element("div", { class: "fws-differences" });
  const { line, say } = announcer();
  const { offers, sheet } = atHand(text, forms, say);
  const root = element(
    "section",
    { class: "fws", hidden: true, "aria-label": "First model" },
    element("h4", {}, "Your first model"),
    element("p", { class: "fws-hint" }, HOW),
    table.root,
    listed,
    element("div", { class: "fws-editor" }, lines, text),
    offers,
    problem,
    keys,
    sheet,
    curves,
    differences,
    line,
  );

  let timer = 0;
  let [ours, undone] = ["", 0]; // the text as it was last put there, and what the browser undid since
  /** @type {number | null} */
  let wrongLine = null;

  function drawLines() {
    const numbers = text.value.split("\n").map((_, i) => element("div", {}, String(i + 1)));
    lines.replaceChildren(...numbers);
    const wrong = numbers[(wrongLine ?? 0) - 1];
    wrong?.prepend("▸ ");
    wrong?.classList.add("fws-wrong");
    lines.scrollTop = text.scrollTop;
  }

  text.addEventListener("scroll", () => (lines.scrollTop = text.scrollTop));
  const tellNow = () => {
    if (timer) tell.written(text.value);
    clearTimeout(timer);
    timer = 0;
  };
  text.addEventListener("input", event => {
    const { inputType } = /** @type {InputEvent} */ (event);
    undone = inputType === "historyUndo" ? undone + 1 : inputType === "historyRedo" ? undone - 1 : 0;
    drawLines();
    clearTimeout(timer);
    timer = window.setTimeout(tellNow, PAUSE);
  });
  text.addEventListener("change", tellNow); // the focus leaves: perhaps to run a cell

  /** @param {Problem} wrong */
  function goTo(wrong) {
    const before = text.value.split("\n").slice(0, (wrong.line ?? 1) - 1);
    const start = before.reduce((sum, each) => sum + each.length + 1, 0);
    text.focus();
    text.setSelectionRange(start + wrong.start, start + Math.max(wrong.end, wrong.start + 1));
  }

  return {
    root,
    get open() {
      return !root.hidden;
    },
    /** @param {string} value */
    show(value) {
      root.hidden = value === "";
      if (text.value !== value) {
        clearTimeout(timer);
        timer = 0;
        replaceText(text, value);
        [ours, undone] = [text.value, 0];
      }
      drawLines();
    },
    ours: () => ours,
    /** Has the browser nothing of its own to undo or redo in the text? @param {"undo" | "redo"} way */
    isOurs: way => text.value === ours && (way === "undo" || undone === 0),
    stepped: () => (undone = 0), // what the canvas undid last is redone first
    /** @param {ModelReading | null} reading */
    answer(reading) {
      const wrong = reading?.problem ?? null;
      wrongLine = wrong?.line ?? null;
      drawLines();
      text.setAttribute("aria-invalid", String(Boolean(wrong)));
      problem.replaceChildren(...(wrong ? inWords(wrong, () => goTo(wrong)) : []));
      if (wrong) say(problem.firstChild.textContent);
      const run = wrong ? [] : (reading?.curves ?? []);
      curves.replaceChildren(...run.map(curve => small(curve, reading?.span ?? "")));
      if (!wrong && reading?.rows) table.show(reading);
      const below = !wrong ? (reading?.listed ?? []) : table.isEmpty() ? [UNREAD] : null;
      if (below) listed.replaceChildren(...below.map(each => element("p", {}, each)));
      const told = wrong ? [] : (reading?.differences ?? []);
      const list = element("ul", {}, ...told.map(each => element("li", {}, each)));
      const head = element("h4", {}, "Drawing and equations differ");
      differences.replaceChildren(...(told.length ? [head, list] : []));
    },
    /** @param {Record<string, string>} refused why a row was not taken, by its variable */
    refuse(refused) {
      const news = table.refuse(refused);
      if (news) say(news);
      return news;
    },
    table,
    stop: tellNow,
  };
}

/**
 * Another text in place of what is there. The browser would undo what was typed before in places that
 * are no longer so; taken out and put back, the field has nothing of it left.
 * @param {HTMLTextAreaElement} text @param {string} value
 */
function replaceText(text, value) {
  const { parentElement, selectionStart, selectionEnd, scrollTop } = text;
  const active = text.matches(":focus");
  text.remove();
  text.value = value;
  text.rows = Math.min(24, Math.max(8, value.split("\n").length + 1));
  parentElement?.append(text);
  text.setSelectionRange(selectionStart, selectionEnd);
  if (active) text.focus({ preventScroll: true });
  text.scrollTop = scrollTop;
}

/** What is wrong, what to try, and the way there. @param {Problem} wrong @param {() => void} go */
function inWords({ message, hint, line }, go) {
  const place = line === null ? "" : `Line ${line}: `;
  const said = [element("strong", {}, `${place}${message}`)];
  if (hint) said.push(element("span", { class: "fws-try" }, `Try: ${hint}`));
  if (line !== null) said.push(button(`Go to line ${line}`, `Go to line ${line} in the text`, go));
  return said;
}

const PARTS = /** @type {const} */ (["value", "unit", "says"]);
const HEADS = ["quantity", "today", "unit", "how sure"];

/** A row of the table. @param {Row} row @param {() => void} tell */
function line(row, tell) {
  const words = row.variable.replace(/_/g, " ");
  const why = element("td", { class: "fws-why", id: freshId(), colspan: HEADS.length });
  const fields = PARTS.map(part => {
    const label = `${HEADS[PARTS.indexOf(part) + 1]}, ${words}`;
    const said = { "aria-label": label, "aria-describedby": why.id };
    return element("input", { type: "text", value: String(row[part]), ...said });
  });
  for (const field of fields) field.addEventListener("change", tell);
  const head = element("th", { scope: "row", class: "fw-name" }, shortened(words, 32));
  const root = element("tr", {}, head, ...fields.map(field => element("td", {}, field)));
  // Until its row is left, a number is of the unit that is written after it.
  const entered = (/** @type {boolean} */ is) => root.toggleAttribute("data-entered", is);
  fields[0].addEventListener("input", () => entered(true));
  root.addEventListener("focusout", event => {
    if (!root.contains(/** @type {Node | null} */ (event.relatedTarget))) entered(false);
  });
  return { root, fields, why };
}

/** What is known of each drawn variable, to be filled in. @param {() => void} tell */
function rowTable(tell) {
  const body = element("tbody");
  const heads = element("tr", {}, ...HEADS.map(head => element("th", { scope: "col" }, head)));
  const root = element("table", { class: "fws-table" }, element("thead", {}, heads), body);
  /** @type {Map<string, { root: HTMLElement, fields: HTMLInputElement[], why: HTMLElement }>} */
  const lines = new Map();
  let shown = "";
  /** @type {Row[]} */
  let waiting = []; // as typed before, of rows that a text with a mistake does not have
  /** @type {Record<string, string>} */
  let whys = {};
  /** @type {Record<string, string>} */
  let notes = {}; // what is to be said below a row that was taken

  function placeWhys() {
    for (const [variable, { root, why }] of lines) {
      why.parentElement?.remove();
      why.textContent = whys[variable] ?? notes[variable] ?? "";
      why.classList.toggle("fws-why", variable in whys);
      if (why.textContent) root.after(element("tr", {}, why));
    }
  }

  /** Every row that Python does not say back: while it is busy, only the last message reaches it. */
  function unanswered() {
    const typed = [...lines].flatMap(([variable, { root, fields }]) => {
      const [value, unit, says] = fields.map(field => field.value);
      const number = Number(value.replace(/(?<=\d)[,\s](?=\d{3}(?!\d))/g, "")); // 12,000 or 12 000
      // Whether 8.000 is eight or eight thousand, Python asks.
      const open = value !== fields[0].defaultValue && /^[1-9]\d{0,2}(\.\d{3})+(,\d+)?$/.test(value.trim());
      const entered = root.hasAttribute("data-entered") && { entered: true };
      const row = { variable, value: Number.isNaN(number) || open ? value : number, unit, says, ...entered };
      return PARTS.some((part, at) => String(row[part]) !== fields[at].defaultValue) ? [row] : [];
    });
    return [...waiting, ...typed];
  }

  /** What did not change is left as it was typed, and so is what is being typed. @param {Row} row */
  function renew(row) {
    const page = /** @type {Document | ShadowRoot} */ (body.getRootNode());
    const fields = lines.get(row.variable)?.fields ?? [];
    const [value, unit] = fields;
    // A share that was taken is a number now: said again, its % would divide it again.
    if (unit?.value.trim().startsWith("%") && value.defaultValue !== String(row.value))
      unit.value = unit.defaultValue;
    fields.forEach((field, at) => {
      const [before, now] = [field.defaultValue, String(row[PARTS[at]])];
      if (before === now) return;
      const typing = field === page.activeElement && field.value !== before;
      const typed = field.value;
      field.defaultValue = now;
      field.value = typing ? typed : now;
    });
  }

  /** As it was typed before. @param {Row[]} rows */
  function fill(rows) {
    waiting = rows.filter(row => !lines.has(row.variable));
    for (const row of rows) {
      const fields = lines.get(row.variable)?.fields ?? [];
      fields.forEach((field, at) => {
        field.value = String(row[PARTS[at]]);
      });
    }
  }

  return {
    root,
    unanswered,
    isEmpty: () => !lines.size,
    fill,
    /** @param {ModelReading} reading which of the rows refused still are so, by this text, it says too */
    show({ rows = [], refused = whys, ...told }) {
      notes = { ...told.notes, ...told.noted };
      for (const [variable, { root, fields }] of lines) {
        if (!whys[variable] || variable in refused || root.matches(":focus-within")) continue;
        for (const field of fields) field.value = field.defaultValue;
        delete whys[variable];
      }
      placeWhys();
      const names = rows.map(row => row.variable);
      const gone = [...lines.keys()].filter(name => !names.includes(name));
      const come = names.find(name => !lines.has(name));
      // Called otherwise; takings and costs are not, they leave.
      const renamed = gone.length === 1 && names.length === lines.size && !/^(takings|costs)$/.test(gone[0]);
      for (const row of rows) {
        if (lines.has(row.variable)) renew(row);
        else lines.set(row.variable, line(row, tell));
        for (const field of lines.get(row.variable)?.fields ?? []) field.readOnly = Boolean(row.fixed);
      }
      const [before, now] = [lines.get(gone[0])?.fields ?? [], lines.get(come ?? "")?.fields ?? []];
      for (const [at, { value, defaultValue }] of before.entries())
        if (now[at] && renamed && value !== defaultValue) now[at].value = value;
      for (const name of gone) lines.delete(name);
      if (rows.length && waiting.length) {
        fill(waiting);
        waiting = [];
        tell();
      }
      if (shown === JSON.stringify(names)) return;
      shown = JSON.stringify(names);
      body.replaceChildren(...names.flatMap(name => lines.get(name)?.root ?? []));
      placeWhys();
    },
    /** Say below a row why it was not taken. @param {Record<string, string>} refused */
    refuse(refused) {
      const [news] = Object.entries(refused).filter(([variable, why]) => whys[variable] !== why);
      whys = { ...refused };
      placeWhys();
      return news?.[1];
    },
  };
}

/** One small curve with its first and last value. @param {CurveData} curve @param {string} span */
function small({ name, unit, values }, span) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [first, last] = [values[0], values[values.length - 1]];
  const room = high - low || 1;
  const points = values.map((value, i) => {
    const x = 4 + (152 * i) / Math.max(1, values.length - 1);
    return `${i ? "L" : "M"}${x.toFixed(1)},${(58 - (52 * (value - low)) / room).toFixed(1)}`;
  });
  const words = `${name}: from ${numberText(first)} to ${numberText(last)} ${span}`;
  return element(
    "figure",
    { class: "fws-curve" },
    shape(
      "svg",
      { viewBox: "0 0 160 64", role: "img", "aria-label": words },
      shape("path", { class: "fws-base", d: "M4,60H156" }),
      shape("path", { d: points.join("") }),
    ),
    element(
      "figcaption",
      { title: words },
      element("span", { class: "fw-name" }, shortened(name.replace(/_/g, " "), 24)),
      element(
        "span",
        { class: "fws-ends" },
        `${numberText(first)} → ${numberText(last)}${unit === "1" ? "" : ` ${unit}`}`,
      ),
    ),
  );
}

let ids = 0;

function freshId() {
  ids += 1;
  return `fw-problem-${ids}-${Math.random().toString(36).slice(2, 8)}`;
}
