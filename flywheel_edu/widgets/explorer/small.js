// @ts-check
// A small live graph of every quantity: how far a slider reaches, at a glance. Only what is in sight
// is drawn, thinned to what a screen can show, and never longer at a stretch than a frame allows.

import { element, roving, shape, shortened } from "../shared/base.js";
import { axisText, DASHES, nearest } from "../shared/curves.js";

/**
 * @typedef {{ title: string, names: string[] }} Group
 * @typedef {{ label: string, unit: string, doc: string }} Said what is said of a quantity; the unit is "" where there is none to say
 * @typedef {{ time: ArrayLike<number>, series: Record<string, ArrayLike<number>> }} Ran
 * @typedef {{ low: number, high: number, at: number[] }} Thin
 * @typedef {{
 *   run: Ran, pinned: Ran[], began: Ran | null, moved: boolean, log: boolean,
 *   tone: (name: string) => number, givens: (name: string) => { text: string, moved: boolean },
 * }} Shown began: the run with no slider moved; moved: is it another one? tone: below 0 if not large
 * @typedef {{ name: string, button: any, unit: string, parts: Record<string, any>, drawn: number, pointed: number | null | undefined, inSight: boolean }} Card
 */

const [WIDE, HIGH, EDGE] = [120, 44, 3]; // of a small graph, before it is stretched to its card
const COLUMNS = 66; // that a curve is thinned to: two points in each
const STRETCH = 5; // ms of drawing before the next frame gets its turn
const SPOKEN_AFTER = 200; // ms at rest before the words for screen readers follow

/**
 * The moments that a narrow graph needs: of each column its lowest and its highest in their order,
 * so that no peak is lost, and the first and the last.
 * @param {ArrayLike<number>} values @param {number} [columns]
 * @returns {Thin}
 */
export function thinned(values, columns = COLUMNS) {
  const count = values.length;
  const width = Math.min(columns, Math.max(1, count >> 1));
  const at = [0];
  let [low, high] = [values[0], values[0]];
  const put = (/** @type {number} */ k) => {
    if (k > at[at.length - 1]) at.push(k);
  };
  let k = 0;
  for (let column = 1; column <= width; column += 1) {
    const stop = Math.floor((column * count) / width);
    let [least, most] = [k, k];
    for (; k < stop; k += 1) {
      if (values[k] < values[least]) least = k;
      if (values[k] > values[most]) most = k;
    }
    if (values[least] < low) low = values[least];
    if (values[most] > high) high = values[most];
    put(Math.min(least, most));
    put(Math.max(least, most));
  }
  put(count - 1);
  return { low, high, at };
}

/**
 * What a screen reader says after the name of a small graph: "from 1,000 to 8,420 customer".
 * @param {string} unit "" where there is none to say
 * @param {ArrayLike<number>} values @param {number} low @param {number} high
 */
export function graphWords(unit, values, low, high) {
  const [first, last] = [short(values[0]), short(values[values.length - 1])];
  const tail = unit ? ` ${unit}` : "";
  if (short(low) === short(high)) return `steady at ${first}${tail}`;
  const [least, most] = [short(low), short(high)];
  const between = [
    ...(most === first || most === last ? [] : [`highest ${most}`]),
    ...(least === first || least === last ? [] : [`lowest ${least}`]),
  ];
  return [`from ${first} to ${last}${tail}`, ...between].join(", ");
}

/** A number beside a small graph. @param {number} value */
function short(value) {
  return axisText(Number(value.toPrecision(Math.abs(value) >= 1000 && Math.abs(value) < 1e6 ? 4 : 3)));
}

/**
 * The panel. `draw` may be called at every move of a slider, `point` at every move of the mouse.
 * @param {{ chosen: (name: string) => void, pointed: (time: number | null) => void }} heard
 */
export function smallGraphs({ chosen, pointed }) {
  const note = element("p", { class: "fwm-note" });
  const box = element("div", {});
  const root = element(
    "div",
    {
      class: "fwm",
      role: "group",
      "aria-label": "Small graphs of every quantity. Arrow keys move, Enter shows one large.",
      hidden: true,
    },
    note,
    box,
  );
  /** @type {Map<string, Card>} */
  const cards = new Map();
  /** @type {Map<Element, Card>} */
  const cardOf = new Map();
  /** @type {Map<string, { row: any, number: any, unit: string, text: string }>} */
  const givens = new Map();
  /** @type {Map<string, Said>} */
  const said = new Map();
  /** @type {Shown | null} */
  let shown = null;
  /** @type {number | null} */
  let time = null;
  let version = 0;
  /** @type {Set<Card>} */
  const waiting = new Set();
  let [frame, speech] = [0, 0];
  /** @type {WeakMap<Ran, Map<string, Thin>>} */
  const thin = new WeakMap();

  const buttons = () => [...cards.values()].map(card => card.button);
  const watch = new IntersectionObserver(seen => {
    for (const { target, isIntersecting } of seen) {
      const card = cardOf.get(target);
      if (!card) continue;
      card.inSight = isIntersecting;
      if (isIntersecting) waiting.add(card);
    }
    work();
  });

  // Up and down go to the graph above and below, as the eye does; the rest is as in any row.
  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const here = cardOf.get(/** @type {Element} */ (event.target))?.button;
    if (!way || !here) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const from = here.getBoundingClientRect();
    let [best, far] = [here, Infinity];
    for (const other of buttons()) {
      const to = other.getBoundingClientRect();
      const down = way * (to.top - from.top);
      const miss = 20 * down + Math.abs(to.left - from.left);
      if (down > 4 && miss < far) [best, far] = [other, miss];
    }
    best.focus();
  });
  const stop = roving(root, buttons);

  /** @param {Group[]} groups @param {(name: string) => Said} saidOf */
  function lay(groups, saidOf) {
    watch.disconnect();
    for (const each of [cards, cardOf, givens, said, waiting]) each.clear();
    box.replaceChildren(
      ...groups.flatMap(({ title, names }) => {
        for (const name of names) said.set(name, saidOf(name));
        const inside =
          title === "Given"
            ? element("ul", { class: "fwm-givens" }, ...names.map(layGiven))
            : element("div", { class: "fwm-grid" }, ...names.map(layCard));
        return [element("h4", { class: "fwm-title" }, title), inside];
      }),
    );
    for (const { button } of cards.values()) watch.observe(button);
    stop.refresh();
  }

  /** @param {string} name */
  function layCard(name) {
    const { label, unit, doc } = /** @type {Said} */ (said.get(name));
    /** @type {Record<string, any>} */
    const parts = {};
    for (const part of ["floor", "began", "pinned", "now", "end", "cursor"])
      parts[part] = shape("path", { class: `fwm-${part}` });
    parts.curve = shape(
      "svg",
      {
        class: "fwm-curve",
        viewBox: `0 0 ${WIDE} ${HIGH}`,
        preserveAspectRatio: "none",
        "aria-hidden": true,
      },
      ...Object.values(parts),
    );
    for (const part of ["number", "low", "high"]) parts[part] = document.createTextNode("");
    // The name and unseen words are what the button is called; the numbers would only be said twice.
    parts.words = element("span", { class: "fw-unseen fwm-words" });
    const head = element(
      "span",
      { class: "fwm-head" },
      element("span", { class: "fwm-name", dir: "auto" }, shortened(label, 60)),
      parts.words,
    );
    const value = element(
      "span",
      { class: "fwm-value", "aria-hidden": true },
      parts.number,
      ...(unit ? [" ", element("span", { class: "fwm-unit" }, unit)] : []),
    );
    const ends = element(
      "span",
      { class: "fwm-ends", "aria-hidden": true },
      element("span", {}, parts.low),
      element("span", {}, parts.high),
    );
    const button = element(
      "button",
      {
        type: "button",
        class: "fwm-card",
        "aria-pressed": false,
        title: `${shortened(label, 200)}${unit ? `, ${unit}` : ""}${doc ? `: ${shortened(doc, 300)}` : ""}`,
        click: () => chosen(name),
      },
      head,
      parts.curve,
      value,
      ends,
    );
    parts.curve.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
      if (!shown || event.pointerType === "touch") return; // a finger scrolls
      const { left, width } = parts.curve.getBoundingClientRect();
      const all = shown.run.time;
      const share = Math.max(0, Math.min(1, (event.clientX - left) / (width || 1)));
      pointed(all[0] + share * (all[all.length - 1] - all[0]));
    });
    parts.curve.addEventListener("pointerleave", () => pointed(null));
    const card = { name, button, unit, parts, drawn: -1, pointed: undefined, inSight: false };
    cards.set(name, card);
    cardOf.set(button, card);
    return button;
  }

  /** @param {string} name */
  function layGiven(name) {
    const { label, unit, doc } = /** @type {Said} */ (said.get(name));
    const number = document.createTextNode("");
    const row = element(
      "li",
      { class: "fwm-given", title: `${shortened(label, 200)}${doc ? `: ${shortened(doc, 300)}` : ""}` },
      element("span", { dir: "auto" }, shortened(label, 60)),
      element("span", {}, number, ...(unit ? [" ", element("span", { class: "fwm-unit" }, unit)] : [])),
    );
    givens.set(name, { row, number, unit, text: "" });
    return row;
  }

  /** @param {Ran} ran @param {string} name */
  function thinOf(ran, name) {
    let of = thin.get(ran);
    if (!of) thin.set(ran, (of = new Map()));
    let found = of.get(name);
    if (!found) of.set(name, (found = thinned(ran.series[name])));
    return found;
  }

  /** @param {Card} card */
  function drawCard(card) {
    if (!shown) return;
    const { run } = shown;
    const { name, parts } = card;
    const values = run.series[name];
    if (card.drawn !== version) {
      card.drawn = version;
      const { low, high } = thinOf(run, name);
      const others = shown.began ? [...shown.pinned, shown.began] : shown.pinned;
      const thins = [run, ...others].map(ran => thinOf(ran, name));
      const log = shown.log && thins.every(each => each.low > 0);
      const y = heights(thins, log);
      const path = (/** @type {Ran} */ ran) => pathOf(ran.series[name], thinOf(ran, name).at, y);
      const tone = shown.tone(name);
      set(parts.now, "d", path(run));
      set(parts.now, "stroke-dasharray", tone < 0 ? "" : DASHES[tone % DASHES.length]);
      set(parts.pinned, "d", shown.pinned.map(path).join(""));
      set(parts.began, "d", shown.began && shown.moved ? path(shown.began) : "");
      set(parts.floor, "d", log ? "" : `M0 ${place(y(0))}H${WIDE}`);
      set(parts.end, "d", `M${WIDE} ${place(y(values[values.length - 1]))}h0.01`);
      set(parts.curve, "class", `fwm-curve${tone < 0 ? "" : ` fwk-tone-${(tone % 6) + 1}`}`);
      set(card.button, "aria-pressed", String(tone >= 0));
      write(parts.low, `low ${short(low)}`);
      write(parts.high, `high ${short(high)}`);
    } else if (card.pointed === time) return;
    card.pointed = time;
    const last = run.time.length - 1;
    const at = time === null ? last : nearest(run.time, time);
    set(parts.cursor, "d", time === null ? "" : `M${place((at / (last || 1)) * WIDE)} 0V${HIGH}`);
    write(parts.number, axisText(Number(values[at].toPrecision(4))));
  }

  /** Draw what waits, oldest first, as long as the frame allows; the rest in the next one. */
  function work() {
    frame = 0;
    const until = performance.now() + STRETCH;
    for (const card of waiting) {
      waiting.delete(card);
      if (card.inSight || card.drawn < 0) drawCard(card); // once each, so that none changes its size later
      if (performance.now() > until) break;
    }
    if (waiting.size && !frame) frame = requestAnimationFrame(work);
  }

  function all() {
    for (const card of cards.values()) if (card.inSight || card.drawn < 0) waiting.add(card);
    cancelAnimationFrame(frame);
    work();
  }

  function drawGivens() {
    if (!shown) return;
    for (const [name, each] of givens) {
      const { text, moved } = shown.givens(name);
      if (text !== each.text) write(each.number, (each.text = text));
      if (moved !== each.row.classList.contains("fwm-moved")) each.row.classList.toggle("fwm-moved", moved);
    }
  }

  /** Words for screen readers, of what is out of sight too; and what the lines mean. */
  function speak() {
    speech = 0;
    if (!shown) return;
    for (const { name, button, unit, parts } of cards.values()) {
      const { low, high } = thinOf(shown.run, name);
      write(parts.words, ` ${graphWords(unit, shown.run.series[name], low, high)}`);
      set(button, "aria-pressed", String(shown.tone(name) >= 0));
    }
  }

  function explain() {
    if (!shown) return;
    const told = [
      "Choose a graph to see it large. Grey line: zero.",
      ...(shown.log ? ["Without one: equal growth, equal height."] : []),
      ...(shown.pinned.length ? ["Thin: pinned."] : []),
      ...(shown.began && shown.moved ? ["Dotted: as it began."] : []),
    ];
    write(note, told.join(" "));
  }

  return {
    root,
    lay,
    /** @param {Shown} now */
    draw(now) {
      shown = now;
      version += 1;
      all();
      drawGivens();
      explain();
      if (!cards.size) return;
      clearTimeout(speech);
      speech = window.setTimeout(speak, SPOKEN_AFTER);
    },
    /** @param {number | null} at */
    point(at) {
      time = at;
      if (!root.hidden) all();
    },
    stop() {
      watch.disconnect();
      cancelAnimationFrame(frame);
      clearTimeout(speech);
    },
  };
}

/** Where a value stands in a small graph: from zero, or by its powers where all are above it. @param {Thin[]} thins @param {boolean} log @returns {(value: number) => number} */
function heights(thins, log) {
  let low = Math.min(...thins.map(each => each.low));
  let high = Math.max(...thins.map(each => each.high));
  const room = HIGH - 2 * EDGE;
  if (log) {
    const span = Math.log(high / low) || 1;
    return value => HIGH - EDGE - (room * Math.log(value / low)) / span;
  }
  low = Math.min(0, low);
  high = Math.max(0, high);
  const span = high - low || 1;
  return value => HIGH - EDGE - (room * (value - low)) / span;
}

/** @param {ArrayLike<number>} values @param {number[]} at @param {(value: number) => number} y */
function pathOf(values, at, y) {
  const across = WIDE / (values.length - 1 || 1);
  let text = "M";
  for (let i = 0; i < at.length; i += 1)
    text += `${i ? "L" : ""}${place(at[i] * across)} ${place(y(values[at[i]]))}`;
  return text;
}

/** @param {number} x */
function place(x) {
  return Math.round(x * 10) / 10;
}

/** @param {Element} part @param {string} name @param {string} value */
function set(part, name, value) {
  if (part.getAttribute(name) !== value) part.setAttribute(name, value);
}

/** @param {Node} text @param {string} words */
function write(text, words) {
  if (text.textContent !== words) text.textContent = words;
}
