// @ts-check
// Draw a flywheel: variables, signed arrows, delays. Loops are lettered as they close, a nudge
// travels round, and "Spin it" asks Python for a first model. Without Python, drawing, loops and
// nudges still work.
//
// Who writes what: Python writes given, reading, model_given, model_reading; the browser writes
// drawn, model_written, request. See canvas.py.

import {
  announcer,
  button,
  element,
  isolated,
  keepKeys,
  listen,
  prefersStill,
  roving,
  shape,
  shortened,
} from "../shared/base.js";
import { findLoops } from "../shared/loops.js";
import {
  LINE_HEIGHT,
  boxesOf,
  curvesOf,
  distance,
  inside,
  isStep,
  nearestTowards,
  pathOf,
  sheetFor,
  spotFor,
  toShares,
} from "../shared/diagram.js";
import {
  LONGEST_NAME,
  arrowBetween,
  freshName,
  has,
  moved,
  renamed,
  tidyName,
  withArrow,
  withArrowChanged,
  withVariable,
  withoutArrow,
  withoutVariable,
} from "./edits.js";
import { arranged } from "./arrange.js";
import { Wave } from "../loops/pulses.js";
import { keepsake, keptBar } from "../shared/keepsake.js";
import { spinPanel } from "./spin.js";

/** @typedef {import("../shared/loops.js").Drawing} Drawing */
/** @typedef {import("../shared/loops.js").Arrow} Arrow */
/** @typedef {{ kind: "variable", name: string } | { kind: "arrow", from: string, to: string } | null} Selection */

const MOST_UNDOS = 100;
const MOST_LETTERS = 9; // in the drawing
const MOST_TOLD = 40; // in the list beside it
const SPEED = 150; // pixels a second that a push travels
const STEP_SECONDS = 0.9; // for readers who asked for less motion
const ARRANGES_WITHIN = 1200; // milliseconds
const PATIENCE = 4000; // milliseconds to wait for Python's answer before saying that none came

const SIGN_WORDS = new Map([
  [1, "same way (plus)"],
  [-1, "opposite way (minus)"],
  [null, "no sign yet"],
]);

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
  ["Escape", "stop what you began"],
];

/** @param {{ model: import("../shared/base.js").WidgetModel, el: HTMLElement }} handed */
function render({ model, el }) {
  /** @type {Drawing} */
  let drawing = current();
  /** @type {Selection} */
  let selected = null;
  /** @type {string | null} */
  let arrowFrom = null;
  /** @type {Drawing[]} */
  let past = [];
  /** @type {Drawing[]} */
  let future = [];
  let room = 680;
  let sheet = sheetFor(room, 0);
  let boxes = new Map();
  /** @type {import("../shared/diagram.js").Curve[]} */
  let curves = [];
  let found = findLoops(drawing);
  let wave = new Wave(drawing.arrows);
  let lit = ""; // the letter of the loop that the list points at
  const kept = keepsake("canvas", model.get("given").start);

  // --- what the widget is made of

  const { line: said, say } = announcer(true);
  said.textContent = "Loops get their letters as they close.";
  const undo = button("Undo", "Undo (Ctrl Z)", () => step(past, future, "undone"));
  const redo = button("Redo", "Redo (Ctrl Y)", () => step(future, past, "done again"));
  const settle = button("Settle", "Settle: stop every nudge", () => stopWave(), { hidden: true });
  const spin = button("Spin it", "Spin it: make a first model from the drawing", askToSpin, {
    class: "fw-button fw-main fwc-spin",
  });
  const bar = element(
    "div",
    { class: "fw-bar", role: "toolbar", "aria-label": "Drawing tools" },
    button("Add variable", "Add variable (N)", () => addVariable()),
    undo,
    redo,
    button("Arrange", "Arrange: put the main loop on a ring", askToArrange),
    settle,
    spin,
  );
  const barStop = roving(bar, () => [...bar.querySelectorAll("button")]);
  const offer = model.get("drawn").turn
    ? element("div", { hidden: true })
    : keptBar(kept, "You drew", bringBack);

  const loopLayer = shape("g", { "aria-hidden": true });
  const arrowLayer = shape("g");
  const variableLayer = shape("g");
  const pulseLayer = shape("g", { "aria-hidden": true });
  const rubber = shape("path", { class: "fwc-rubber", "aria-hidden": true });
  const svg = shape(
    "svg",
    {
      class: "fwc-sheet",
      role: "application",
      "aria-roledescription": "causal loop diagram",
      "aria-label": "Drawing",
    },
    loopLayer,
    arrowLayer,
    rubber,
    variableLayer,
    pulseLayer,
  );
  const empty = element(
    "p",
    { class: "fwc-empty" },
    "Double-click here, or press Add variable, to begin. What would you like to have more of?",
  );
  const about = element("div", { class: "fwc-about", role: "group", "aria-label": "Selected" });
  const loopList = element("ol", { class: "fwc-loops" });
  const noteList = element("ul", { class: "fwc-notes" });
  const noteState = element("p", { class: "fwc-state" });
  const keyHelp = element(
    "details",
    { class: "fwc-keys" },
    element("summary", {}, "Keys"),
    element("dl", {}, ...KEYS.flatMap(([keys, what]) => [element("dt", {}, keys), element("dd", {}, what)])),
  );
  const stage = element("div", { class: "fwc-stage" }, svg, empty, about, said);
  const side = element(
    "div",
    { class: "fwc-side" },
    element("h4", {}, "Loops"),
    loopList,
    element("h4", {}, "Notes on the drawing"),
    noteState,
    noteList,
    keyHelp,
  );
  const panel = spinPanel({
    written(text) {
      model.set("model_written", {
        of: model.get("model_given").edition,
        turn: turnOf("model_written") + 1,
        text,
      });
      model.save_changes();
      keep();
    },
  });
  const root = element(
    "div",
    { class: "fw fw-panel fwc" },
    bar,
    offer,
    element("div", { class: "fwc-body" }, stage, side),
    panel.root,
  );
  keepKeys(root);
  el.append(root);

  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  /** @param {string} text */
  function measure(text) {
    pen.font = `600 13.5px ${getComputedStyle(root).fontFamily}`;
    return pen.measureText(text).width;
  }

  // --- the drawing: who has the last word, and changing it

  /** Python's drawing, or the browser's if it was drawn on top of that. @returns {Drawing} */
  function current() {
    const [given, drawn] = [model.get("given"), model.get("drawn")];
    return drawn.of === given.edition ? drawn : given;
  }

  /** @param {string} trait */
  function turnOf(trait) {
    return model.get(trait).turn ?? 0;
  }

  /** @param {Drawing} next @param {string} words */
  function change(next, words) {
    past.push(drawing);
    if (past.length > MOST_UNDOS) past.shift();
    future = [];
    put(next, words);
  }

  /** @param {Drawing[]} from @param {Drawing[]} to @param {string} words */
  function step(from, to, words) {
    const next = from.pop();
    if (!next) return say("nothing left to undo or redo");
    to.push(drawing);
    put(next, words);
  }

  /** @param {Drawing} next @param {string} words */
  function put(next, words) {
    const before = found.loops.length;
    drawing = next;
    const { variables, arrows, loops } = drawing;
    model.set("drawn", {
      of: model.get("given").edition,
      turn: turnOf("drawn") + 1,
      variables,
      arrows,
      loops: loops ?? [],
    });
    model.save_changes();
    keep();
    draw();
    const closed = found.loops.length - before;
    say(closed > 0 ? `${words}; a loop closed: ${found.loops.map(loop => loop.name).join(", ")}` : words);
    awaitReading();
  }

  function keep() {
    kept.keep({ drawing, text: currentText() });
    offer.hidden = true;
  }

  /** @param {any} work */
  function bringBack(work) {
    if (!Array.isArray(work?.drawing?.variables) || !Array.isArray(work.drawing.arrows))
      return say("what was kept is no drawing");
    change(work.drawing, "brought back");
    if (work.text) {
      model.set("model_written", {
        of: model.get("model_given").edition,
        turn: turnOf("model_written") + 1,
        text: work.text,
      });
      model.save_changes();
      onText();
    }
    /** @type {SVGElement | null} */ (svg.querySelector("[tabindex='0']"))?.focus();
  }

  // --- edits

  /** @param {number} [x] @param {number} [y] */
  function addVariable(x, y) {
    const name = freshName(drawing);
    const [freeX, freeY] = x === undefined || y === undefined ? freePlace() : [x, y];
    change(withVariable(drawing, name, freeX, freeY), `${name} added: type its name`);
    select({ kind: "variable", name });
    editName();
  }

  /** A place with nothing near it. @returns {[number, number]} */
  function freePlace() {
    let best = /** @type {[number, number]} */ ([0.5, 0.5]);
    let most = -1;
    for (let i = 0; i < 80; i += 1) {
      const spot = /** @type {[number, number]} */ ([
        0.5 + 0.05 * Math.sqrt(i) * Math.cos(i * 2.4),
        0.5 + 0.05 * Math.sqrt(i) * Math.sin(i * 2.4),
      ]);
      const room = Math.min(
        0.36,
        ...drawing.variables.map(variable => distance([variable.x, variable.y], spot)),
      );
      if (room > most + 1e-9) [most, best] = [room, spot];
    }
    return best;
  }

  /** @param {string} from @param {string} to */
  function addArrow(from, to) {
    stopArrow();
    if (from === to) return say("an arrow needs two variables: draw what lies between");
    if (arrowBetween(drawing, from, to)) {
      select({ kind: "arrow", from, to });
      return say(`there is an arrow from ${isolated(from)} to ${isolated(to)} already`);
    }
    change(
      withArrow(drawing, from, to),
      `arrow from ${isolated(from)} to ${isolated(to)}: now its sign, plus or minus`,
    );
    select({ kind: "arrow", from, to });
    itemFor(selected)?.focus({ preventScroll: true });
  }

  /** @param {1 | -1 | null} sign */
  function setSign(sign) {
    if (selected?.kind !== "arrow") return;
    change(withArrowChanged(drawing, selected.from, selected.to, { sign }), SIGN_WORDS.get(sign) ?? "");
  }

  function toggleDelay() {
    if (selected?.kind !== "arrow") return;
    const arrow = arrowBetween(drawing, selected.from, selected.to);
    if (arrow)
      change(
        withArrowChanged(drawing, arrow.from, arrow.to, { delay: !arrow.delay }),
        arrow.delay ? "acts at once" : "acts late",
      );
  }

  function removeSelected() {
    if (!selected) return;
    const gone = selected;
    selected = null;
    if (gone.kind === "variable")
      change(withoutVariable(drawing, gone.name), `${isolated(gone.name)} deleted with its arrows`);
    else change(withoutArrow(drawing, gone.from, gone.to), "arrow deleted");
    svg.querySelector("[tabindex='0']")?.focus({ preventScroll: true });
  }

  function startArrow() {
    if (selected?.kind !== "variable") return say("select the variable where the arrow begins");
    arrowFrom = selected.name;
    mark();
    itemFor(selected)?.focus({ preventScroll: true });
    say(`arrow from ${isolated(arrowFrom)}: go to where it ends and press Enter, or click there`);
  }

  function stopArrow() {
    arrowFrom = null;
    rubber.setAttribute("d", "");
    mark();
  }

  function editName() {
    const field = about.querySelector("input");
    field?.focus({ preventScroll: true });
    field?.select();
  }

  /** @param {string} name @param {HTMLInputElement} field */
  function rename(name, field) {
    const wanted = tidyName(field.value);
    if (wanted === name) return;
    if (!wanted || has(drawing, wanted)) {
      field.value = name;
      return say(wanted ? `there is a variable ${isolated(wanted)} already` : "a variable needs a name");
    }
    if (selected?.kind === "variable" && selected.name === name)
      selected = { kind: "variable", name: wanted };
    change(renamed(drawing, name, wanted), `now called ${isolated(wanted)}`);
  }

  // --- showing it

  /** @type {Map<string, { item: SVGGElement, place: () => void, level?: () => void }>} */
  const items = new Map();

  /** @param {Selection} which */
  function keyFor(which) {
    return which?.kind === "variable"
      ? `variable\n${which.name}`
      : which
        ? `arrow\n${which.from}\n${which.to}`
        : "";
  }

  /** @param {Selection} which */
  function itemFor(which) {
    return items.get(keyFor(which))?.item;
  }

  function draw() {
    const focused = svg.contains(document.activeElement) || about.contains(document.activeElement);
    const inAbout = about.contains(document.activeElement)
      ? document.activeElement?.getAttribute("data-part")
      : null;
    wave = new Wave(drawing.arrows);
    stopWave();
    found = findLoops(drawing);
    if (selected && !exists(selected)) selected = null;
    if (arrowFrom !== null && !has(drawing, arrowFrom)) arrowFrom = null;
    items.clear();
    variableLayer.replaceChildren(...drawing.variables.map(drawVariable));
    arrowLayer.replaceChildren(...drawing.arrows.map(drawArrow));
    loopLayer.replaceChildren(...found.loops.slice(0, MOST_LETTERS).map(drawLetter));
    empty.hidden = drawing.variables.length > 0;
    place();
    drawAbout();
    drawLoops();
    mark();
    undo.disabled = past.length === 0;
    redo.disabled = future.length === 0;
    spin.disabled = drawing.variables.length === 0;
    barStop.refresh();
    if (focused && inAbout)
      /** @type {HTMLElement | null} */ (about.querySelector(`[data-part="${inAbout}"]`))?.focus({
        preventScroll: true,
      });
    else if (focused) itemFor(selected)?.focus({ preventScroll: true });
  }

  /** @param {NonNullable<Selection>} which */
  function exists(which) {
    return which.kind === "variable"
      ? has(drawing, which.name)
      : Boolean(arrowBetween(drawing, which.from, which.to));
  }

  /** @param {import("../shared/loops.js").Variable} variable */
  function drawVariable({ name, doc }) {
    const frame = shape("rect", { class: "fwc-frame" });
    const level = shape("rect", { class: "fwc-level", height: 4, rx: 2 });
    const label = shape("text", { class: "fwc-label fw-name" });
    const handle = shape(
      "g",
      { class: "fwc-handle" },
      shape("circle", { r: 15, class: "fwc-reach" }),
      shape("circle", { r: 9 }),
      shape("path", { d: "M-4,0H4M1,-3.5L4.5,0L1,3.5" }),
    );
    const ins = drawing.arrows.filter(arrow => arrow.to === name).length;
    const outs = drawing.arrows.filter(arrow => arrow.from === name).length;
    const which = /** @type {Selection} */ ({ kind: "variable", name });
    const item = shape(
      "g",
      {
        class: "fwc-variable",
        role: "button",
        tabindex: -1,
        "aria-label": `${isolated(shortened(name, 120))}, variable, ${counted(ins, "arrow")} in, ${counted(outs, "arrow")} out`,
      },
      shape("title", {}, shortened(doc ? `${name}: ${doc}` : name, 300)),
      frame,
      level,
      label,
      handle,
    );
    item.addEventListener("focus", () => select(which));
    item.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) =>
      dragVariable(event, name, item, handle.contains(event.target)),
    );
    items.set(keyFor(which), {
      item,
      place() {
        const box = boxes.get(name);
        item.setAttribute("transform", `translate(${box.x.toFixed(1)},${box.y.toFixed(1)})`);
        for (const [attribute, value] of Object.entries({
          x: -box.halfWidth,
          y: -box.halfHeight,
          width: 2 * box.halfWidth,
          height: 2 * box.halfHeight,
          rx: 13,
        })) {
          frame.setAttribute(attribute, String(value));
        }
        level.setAttribute("y", String(box.halfHeight - 7));
        handle.setAttribute("transform", `translate(${box.halfWidth},0)`);
        label.replaceChildren(
          ...box.lines.map((/** @type {string} */ text, /** @type {number} */ i) =>
            shape("tspan", { x: 0, y: (i - (box.lines.length - 1) / 2) * LINE_HEIGHT }, text),
          ),
        );
        this.level?.();
      },
      level() {
        const [box, value] = [boxes.get(name), wave.levels.get(name) ?? 0];
        const width = Math.abs(value) * (box.halfWidth - 10);
        level.setAttribute("x", String(value < 0 ? -width : 0));
        level.setAttribute("width", String(width));
        level.setAttribute("class", `fwc-level ${value < 0 ? "fwc-down" : "fwc-up"}`);
      },
    });
    return item;
  }

  /** @param {Arrow} arrow */
  function drawArrow(arrow) {
    const kind = arrow.sign === 1 ? "fwc-plus" : arrow.sign === -1 ? "fwc-minus" : "fwc-open";
    const [reach, path, head] = [
      shape("path", { class: "fwc-hit" }),
      shape("path", { class: "fwc-path" }),
      shape("path", { class: "fwc-head", d: "M3,0L-10,-6.5L-7,0L-10,6.5Z" }),
    ];
    const sign = shape(
      "g",
      { class: "fwc-sign" },
      shape("circle", { r: 9.5 }),
      shape("text", {}, arrow.sign === 1 ? "+" : arrow.sign === -1 ? "−" : "?"),
    );
    const delay = arrow.delay
      ? shape(
          "g",
          {},
          shape("path", { class: "fwc-gap-line", d: "M0,-8V8" }),
          shape("path", { class: "fwc-delay", d: "M-3.5,-9V9M3.5,-9V9" }),
        )
      : shape("g");
    const which = /** @type {Selection} */ ({ kind: "arrow", from: arrow.from, to: arrow.to });
    const words = `arrow from ${isolated(shortened(arrow.from, 120))} to ${isolated(shortened(arrow.to, 120))}, ${SIGN_WORDS.get(arrow.sign)}${arrow.delay ? ", delayed" : ""}`;
    const item = shape(
      "g",
      { class: `fwc-arrow ${kind}`, role: "button", tabindex: -1, "aria-label": words },
      reach,
      path,
      head,
      delay,
      sign,
    );
    item.addEventListener("focus", () => select(which));
    item.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      event.preventDefault();
      item.focus({ preventScroll: true });
    });
    items.set(keyFor(which), {
      item,
      place() {
        const curve = curveOf(arrow);
        if (!curve) return;
        reach.setAttribute("d", pathOf(curve.points));
        path.setAttribute("d", pathOf(curve.points));
        head.setAttribute(
          "transform",
          `translate(${curve.points[curve.points.length - 1]}) rotate(${(curve.headAngle * 180) / Math.PI})`,
        );
        delay.setAttribute(
          "transform",
          `translate(${curve.middle}) rotate(${(curve.middleAngle * 180) / Math.PI})`,
        );
        sign.setAttribute("transform", `translate(${curve.sign})`);
      },
    });
    return item;
  }

  /** @param {import("../shared/loops.js").Loop} loop */
  function drawLetter({ name, sign }) {
    const clockwise = sign !== -1;
    const kind = sign === 1 ? "fwc-plus" : sign === -1 ? "fwc-minus" : "fwc-open";
    return shape(
      "g",
      { class: `fwc-letter ${kind}`, "data-loop": name },
      shape("circle", { r: 19, class: "fwc-glow" }),
      shape("path", {
        class: "fwc-turn",
        d: clockwise ? "M-13,8A15.5,15.5 0 1 1 6,14.3" : "M13,8A15.5,15.5 0 1 0 -6,14.3",
      }),
      shape("path", {
        class: "fwc-turn-head",
        d: clockwise ? "M1,18.5L-0.5,10.5L9.5,11Z" : "M-1,18.5L0.5,10.5L-9.5,11Z",
      }),
      shape("text", {}, name),
    );
  }

  /** @param {Arrow} arrow */
  function curveOf(arrow) {
    return curves.find(curve => curve.arrow.from === arrow.from && curve.arrow.to === arrow.to);
  }

  /** Put everything where it belongs, for the drawing as it is or as it is being dragged. */
  function place(shown = drawing, held = "") {
    sheet = sheetFor(room, drawing.variables.length);
    svg.setAttribute("viewBox", `0 0 ${sheet.width} ${sheet.height}`);
    svg.setAttribute("height", String(sheet.height));
    boxes = boxesOf(shown, sheet, measure, held);
    curves = curvesOf(shown, boxes, sheet);
    for (const each of items.values()) each.place();
    /** @type {import("../shared/diagram.js").Point[]} */
    const taken = [];
    [...loopLayer.children].forEach((letter, i) => {
      const spot = spotFor(found.loops[i].quantities, boxes, curves, taken, sheet);
      taken.push(spot);
      letter.setAttribute("transform", `translate(${spot[0].toFixed(1)},${spot[1].toFixed(1)})`);
    });
    showPulses();
  }

  /** @param {Selection} which */
  function select(which) {
    if (keyFor(which) === keyFor(selected)) return;
    selected = which;
    drawAbout();
    mark();
  }

  /** Selection, focus order, the arrow being drawn, the loop pointed at. */
  function mark() {
    const all = [...items.entries()];
    const stop = keyFor(selected) || all[0]?.[0];
    const loop = found.loops.find(each => each.name === lit);
    for (const [key, { item }] of all) {
      const [kind, from, to] = key.split("\n");
      const inLoop =
        loop &&
        (kind === "variable"
          ? loop.quantities.includes(from)
          : loop.arrows.some(arrow => arrow.from === from && arrow.to === to));
      item.classList.toggle("fwc-selected", key === keyFor(selected));
      item.classList.toggle("fwc-begin", kind === "variable" && from === arrowFrom);
      item.classList.toggle("fwc-lit", Boolean(inLoop));
      item.classList.toggle("fwc-dim", Boolean(loop && !inLoop));
      item.setAttribute("tabindex", key === stop ? "0" : "-1");
    }
    for (const letter of loopLayer.children)
      letter.classList.toggle("fwc-dim", Boolean(loop && letter.getAttribute("data-loop") !== lit));
    svg.classList.toggle("fwc-drawing", arrowFrom !== null);
  }

  /** The row under the drawing: what can be done with what is selected. */
  function drawAbout() {
    /** @param {string} part @param {HTMLElement} made */
    const part = (part, made) => {
      made.setAttribute("data-part", part);
      return made;
    };
    if (selected?.kind === "variable") {
      const { name } = selected;
      const field = element("input", {
        class: "fw-input fwc-field",
        type: "text",
        value: name,
        maxlength: LONGEST_NAME,
        dir: "auto",
        "aria-label": "Name",
      });
      field.addEventListener("change", () => rename(name, field));
      field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Enter" || event.key === "Escape") {
          if (event.key === "Escape") field.value = name;
          else rename(name, field);
          event.preventDefault();
          itemFor(selected)?.focus({ preventScroll: true });
        }
      });
      about.replaceChildren(
        part("name", field),
        part("arrow", button("Arrow from here", "Arrow from here (L)", startArrow)),
        part(
          "up",
          button("▲ Nudge up", "Nudge up (U)", () => nudge(1)),
        ),
        part(
          "down",
          button("▼ Nudge down", "Nudge down (J)", () => nudge(-1)),
        ),
        part("delete", button("Delete", "Delete the variable and its arrows", removeSelected)),
      );
    } else if (selected?.kind === "arrow") {
      const arrow = arrowBetween(drawing, selected.from, selected.to);
      if (!arrow) return;
      about.replaceChildren(
        element(
          "span",
          { class: "fwc-which" },
          element("bdi", {}, shortened(arrow.from, 28)),
          " → ",
          element("bdi", {}, shortened(arrow.to, 28)),
        ),
        part(
          "plus",
          button("+ same way", "+ same way: more of the one, more of the other", () => setSign(1), {
            "aria-pressed": String(arrow.sign === 1),
          }),
        ),
        part(
          "minus",
          button("− opposite way", "− opposite way: more of the one, less of the other", () => setSign(-1), {
            "aria-pressed": String(arrow.sign === -1),
          }),
        ),
        part(
          "delay",
          button("‖ delay", "delay: the effect comes late (D)", toggleDelay, {
            "aria-pressed": String(arrow.delay),
          }),
        ),
        part("delete", button("Delete", "Delete the arrow", removeSelected)),
      );
    } else {
      about.replaceChildren(
        element(
          "span",
          { class: "fwc-hint" },
          drawing.variables.length
            ? "Select a variable or an arrow. Drag from a variable's edge to another to draw an arrow."
            : "A variable is a noun that can rise or fall: customers, price, trust.",
        ),
      );
    }
  }

  function drawLoops() {
    loopList.replaceChildren(
      ...found.loops.slice(0, MOST_TOLD).map(loop => {
        const kind = loop.sign === 1 ? "reinforcing" : loop.sign === -1 ? "balancing" : "sign open";
        const light = button(loop.name, `${loop.name}: show this loop in the drawing`, () => {
          lit = lit === loop.name ? "" : loop.name;
          for (const each of loopList.querySelectorAll("button"))
            each.setAttribute("aria-pressed", String(each === light && lit !== ""));
          mark();
        });
        light.setAttribute("aria-pressed", String(lit === loop.name));
        light.classList.add(
          "fwc-name",
          loop.sign === 1 ? "fwc-plus" : loop.sign === -1 ? "fwc-minus" : "fwc-open",
        );
        const title = loop.title ? ` “${shortened(loop.title, 60)}”` : "";
        return element(
          "li",
          {},
          light,
          element(
            "div",
            {},
            element("strong", {}, kind, element("bdi", {}, title)),
            element("p", {}, element("bdi", {}, shortened(loop.story, 600))),
          ),
        );
      }),
    );
    if (!found.loops.some(loop => loop.name === lit)) lit = "";
    if (!found.loops.length) {
      loopList.append(
        element(
          "li",
          { class: "fwc-none" },
          "None yet. A loop closes when arrows lead back to where they began.",
        ),
      );
    } else if (found.truncated || found.loops.length > MOST_TOLD) {
      const more = found.truncated
        ? "and more than can be counted"
        : `and ${found.loops.length - MOST_TOLD} more`;
      loopList.append(element("li", { class: "fwc-none" }, `... ${more}.`));
    }
  }

  // --- pointer

  /** @param {PointerEvent | MouseEvent} event @returns {import("../shared/diagram.js").Point} */
  function at(event) {
    const edge = svg.getBoundingClientRect();
    return [
      ((event.clientX - edge.left) * sheet.width) / edge.width,
      ((event.clientY - edge.top) * sheet.height) / edge.height,
    ];
  }

  /** @param {import("../shared/diagram.js").Point} point */
  function variableAt(point) {
    return [...boxes.values()].reverse().find(box => inside(box, point, 6))?.name;
  }

  /** @param {PointerEvent} event @param {string} name @param {SVGGElement} item @param {boolean} fromHandle */
  function dragVariable(event, name, item, fromHandle) {
    if (event.button !== 0) return;
    event.preventDefault();
    if (arrowFrom !== null && arrowFrom !== name) return addArrow(arrowFrom, name);
    item.focus({ preventScroll: true });
    const connects = fromHandle || event.altKey;
    const [begin, box] = [at(event), boxes.get(name)];
    /** @type {Drawing | null} */
    let dragged = null;
    /** @param {PointerEvent} moving */
    const move = moving => {
      const here = at(moving);
      if (connects) rubber.setAttribute("d", pathOf([[box.x, box.y], here]));
      else if (dragged || distance(begin, here) > 3) {
        dragged = moved(
          drawing,
          name,
          ...toShares(sheet, box.x + here[0] - begin[0], box.y + here[1] - begin[1]),
        );
        place(dragged, name);
      }
    };
    /** @param {PointerEvent} ended */
    const end = ended => {
      for (const kind of ["pointermove", "pointerup", "pointercancel"])
        item.removeEventListener(kind, /** @type {any} */ (kind === "pointermove" ? move : end));
      rubber.setAttribute("d", "");
      const target = variableAt(at(ended));
      if (ended.type === "pointercancel") place();
      else if (connects && target && target !== name) addArrow(name, target);
      else if (dragged) change(dragged, `${isolated(name)} moved`);
    };
    item.setPointerCapture(event.pointerId);
    item.addEventListener("pointermove", move);
    item.addEventListener("pointerup", end);
    item.addEventListener("pointercancel", end);
  }

  svg.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (event.target === svg) {
      stopArrow();
      select(null);
    }
  });
  svg.addEventListener("dblclick", (/** @type {MouseEvent} */ event) => {
    const point = at(event);
    if (variableAt(point)) editName();
    else if (event.target === svg) addVariable(...toShares(sheet, ...point));
  });

  // --- keys

  /** @type {Record<string, import("../shared/diagram.js").Point>} */
  const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const typing = /** @type {HTMLElement} */ (event.target).matches("input, textarea");
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && !typing && (key === "z" || key === "y")) {
      event.preventDefault();
      if (key === "y" || event.shiftKey) step(future, past, "done again");
      else step(past, future, "undone");
    }
  });

  svg.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = DIRECTIONS[event.key];
    const answer = direction
      ? () => (event.shiftKey ? shift(direction) : go(direction))
      : keyAnswers(event.key);
    if (!answer) return;
    event.preventDefault();
    answer();
  });

  /** @param {string} key @returns {(() => void) | undefined} */
  function keyAnswers(key) {
    const enter = () => {
      if (arrowFrom !== null && selected?.kind === "variable") addArrow(arrowFrom, selected.name);
      else if (selected?.kind === "variable") editName();
      /** @type {HTMLElement | null} */ else about.querySelector("button")?.focus();
    };
    /** @type {Record<string, () => void>} */
    const answers = {
      Enter: enter,
      " ": enter,
      F2: editName,
      n: () => addVariable(),
      l: startArrow,
      "+": () => setSign(1),
      "=": () => setSign(1),
      "-": () => setSign(-1),
      "−": () => setSign(-1),
      "?": () => setSign(null),
      d: toggleDelay,
      u: () => nudge(1),
      j: () => nudge(-1),
      Delete: removeSelected,
      Backspace: removeSelected,
      Escape: () => {
        stopArrow();
        stopWave();
        say("stopped");
      },
    };
    return answers[key.length === 1 ? key.toLowerCase() : key];
  }

  /** @param {import("../shared/diagram.js").Point} direction */
  function go(direction) {
    const stops = [
      ...drawing.variables.map(({ name }) => ({
        which: /** @type {Selection} */ ({ kind: "variable", name }),
        point: /** @type {import("../shared/diagram.js").Point} */ ([boxes.get(name).x, boxes.get(name).y]),
      })),
      ...curves.map(({ arrow, middle }) => ({
        which: /** @type {Selection} */ ({ kind: "arrow", from: arrow.from, to: arrow.to }),
        point: middle,
      })),
    ];
    const here = stops.find(each => keyFor(each.which) === keyFor(selected)) ?? stops[0];
    const others = stops.filter(each => each !== here);
    const next =
      others[
        nearestTowards(
          here.point,
          others.map(each => each.point),
          direction,
        )
      ];
    if (next) itemFor(next.which)?.focus({ preventScroll: true });
  }

  /** @param {import("../shared/diagram.js").Point} direction */
  function shift([dx, dy]) {
    if (selected?.kind !== "variable") return;
    const { name } = selected;
    const variable = drawing.variables.find(each => each.name === name);
    if (variable)
      change(moved(drawing, name, variable.x + 0.02 * dx, variable.y - 0.02 * dy), `${isolated(name)} moved`);
  }

  // --- nudges

  let frame = 0;
  let timer = 0;
  let before = 0;

  /** @param {Arrow} arrow */
  function secondsAlong(arrow) {
    return prefersStill() ? STEP_SECONDS : Math.max(0.25, (curveOf(arrow)?.length ?? 100) / SPEED);
  }

  /** @param {1 | -1} push */
  function nudge(push) {
    if (selected?.kind !== "variable") return say("select the variable to nudge");
    wave.nudge(selected.name, push, secondsAlong);
    say(
      `${isolated(selected.name)} nudged ${push > 0 ? "up" : "down"}${wave.moving ? "" : ": no signed arrow leaves it"}`,
    );
    showPulses();
    settle.hidden = false;
    barStop.refresh();
    if (frame || timer || !wave.moving) return;
    before = performance.now();
    next();
  }

  function next() {
    if (prefersStill())
      timer = window.setTimeout(() => tick(before + 1000 * STEP_SECONDS), 1000 * STEP_SECONDS);
    else frame = requestAnimationFrame(tick);
  }

  /** @param {number} now */
  function tick(now) {
    frame = timer = 0;
    const stopped = wave.stopped.length;
    // A frame may carry a time before the moment at which it was asked for.
    const passed = Math.min(0.05, Math.max(0, (now - before) / 1000));
    wave.advance(prefersStill() ? STEP_SECONDS : passed, secondsAlong);
    before = now;
    showPulses();
    const open = wave.stopped.at(-1);
    if (open && wave.stopped.length > stopped)
      say(`the push stops at the arrow from ${isolated(open.from)} to ${isolated(open.to)}: it has no sign`);
    if (wave.moving) next();
  }

  function showPulses() {
    const still = prefersStill();
    pulseLayer.replaceChildren(
      ...wave.pulses.flatMap(({ arrow, push, done }) => {
        const curve = curveOf(arrow);
        if (!curve) return [];
        const [x, y] =
          curve.points[
            Math.min(curve.points.length - 1, Math.floor((still ? 0.5 : done) * curve.points.length))
          ];
        const size = 0.55 + 0.6 * Math.min(1, Math.abs(push));
        return [
          shape("path", {
            class: push > 0 ? "fwc-pulse fwc-up" : "fwc-pulse fwc-down",
            d: push > 0 ? "M0,-10L9,7H-9Z" : "M0,10L9,-7H-9Z",
            transform: `translate(${x},${y}) scale(${size})`,
          }),
        ];
      }),
    );
    for (const each of items.values()) each.level?.();
  }

  function stopWave() {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = timer = 0;
    wave = new Wave(drawing.arrows);
    if (settle.contains(document.activeElement)) undo.focus();
    settle.hidden = true;
    barStop.refresh();
    pulseLayer.replaceChildren();
    for (const each of items.values()) if (boxes.size) each.level?.();
  }

  // --- what Python says: notes on the drawing, the first model

  let patience = 0;
  const alone = !model.send; // an exported page: no Python, now or later

  function awaitReading() {
    onReading();
    if (alone && !isFresh())
      noteState.textContent = "Notes on a drawing come from Python: open the notebook to read them.";
    if (alone) return;
    clearTimeout(patience);
    patience = window.setTimeout(() => {
      if (!isFresh())
        noteState.textContent =
          "No answer from Python: run the cell again for notes. Drawing, loops and nudges work without.";
    }, PATIENCE);
  }

  function isFresh() {
    const [reading, given] = [model.get("reading"), model.get("given")];
    return reading.edition === given.edition && (reading.turn ?? 0) === turnOf("drawn");
  }

  function onReading() {
    const notes = model.get("reading").notes ?? [];
    noteState.textContent = isFresh()
      ? notes.length
        ? ""
        : drawing.variables.length
          ? "Nothing to remark."
          : ""
      : "Reading the drawing …";
    noteList.replaceChildren(
      ...notes.map((/** @type {{ message: string, hint: string }} */ note) =>
        element(
          "li",
          {},
          element("bdi", {}, shortened(note.message, 400)),
          note.hint ? element("span", { class: "fwc-try" }, shortened(note.hint, 400)) : "",
        ),
      ),
    );
  }

  let asked = 0;
  let arranging = 0;

  /** @param {"spin" | "arrange"} what */
  function ask(what) {
    const before = model.get("request");
    model.set("request", { ...before, [what]: (before[what] ?? 0) + 1, latest: what });
    model.save_changes();
  }

  /** Python arranges better; if it does not answer soon, the browser does it. */
  function askToArrange() {
    if (alone) {
      change(arranged(drawing), "arranged");
      return;
    }
    const edition = model.get("given").edition;
    ask("arrange");
    clearTimeout(arranging);
    arranging = window.setTimeout(() => {
      if (model.get("given").edition === edition) change(arranged(drawing), "arranged");
    }, ARRANGES_WITHIN);
  }

  function askToSpin() {
    if (alone) {
      say("A first model comes from Python: open the notebook to spin this drawing.");
      return;
    }
    ask("spin");
    say("making a first model …");
    const edition = model.get("model_given").edition;
    clearTimeout(asked);
    asked = window.setTimeout(() => {
      if (model.get("model_given").edition === edition)
        say("no answer from Python: spinning needs it. Run the cell again.");
    }, PATIENCE);
  }

  function currentText() {
    const [given, written] = [model.get("model_given"), model.get("model_written")];
    return (written.of === given.edition ? written.text : given.text) ?? "";
  }

  function onText() {
    panel.show(currentText());
    onModelReading();
  }

  function onModelReading() {
    const [reading, given] = [model.get("model_reading"), model.get("model_given")];
    const fresh = reading.edition === given.edition && (reading.turn ?? 0) === turnOf("model_written");
    if (fresh) panel.answer(reading);
  }

  function onSpun() {
    clearTimeout(asked);
    onText();
    const refused = model.get("model_given").refused;
    if (refused) say(refused);
    else if (panel.open) say("the first model stands below the drawing");
  }

  /** Another view, or Python, changed the drawing. */
  function onDrawing() {
    const next = current();
    if (
      JSON.stringify([next.variables, next.arrows, next.loops ?? []]) ===
      JSON.stringify([drawing.variables, drawing.arrows, drawing.loops ?? []])
    )
      return;
    past.push(drawing);
    future = [];
    drawing = next;
    draw();
    awaitReading();
  }

  const unlisten = listen(model, {
    "change:given": onDrawing,
    "change:drawn": onDrawing,
    "change:reading": onReading,
    "change:model_given": onSpun,
    "change:model_written": onText,
    "change:model_reading": onModelReading,
  });

  const watcher = new ResizeObserver(() => {
    const width = stage.clientWidth;
    if (!width || Math.abs(width - room) < 2) return;
    room = width;
    place();
  });
  watcher.observe(stage);
  draw();
  onReading();
  onText();

  return () => {
    unlisten();
    watcher.disconnect();
    stopWave();
    panel.stop();
    clearTimeout(patience);
    clearTimeout(asked);
    clearTimeout(arranging);
  };
}

/** @param {number} number @param {string} noun */
function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

export default { render };
