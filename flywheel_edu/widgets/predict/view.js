// @ts-check
// Draw the curve you expect; only then is the run computed, here, from the model's own equations.
//
// Who writes what: Python writes given; the browser writes drew. See widget.py.

import { frameOf, pointerIn, timeAt, valueAt } from "../shared/axis.js";
import { announcer, button, element, keepKeys, listen, shape } from "../shared/base.js";
import { keepsake, keptBar } from "../shared/keepsake.js";
import { programOf } from "../shared/program.js";
import { standing } from "../shared/standing.js";
import { carry, levelAt, put, toColumns, toPoints } from "./columns.js";
import { drawHand, drawSheet, isWhole, layPicture, roomOf, unveil } from "./sheet.js";
import { drawVerdict } from "./verdict.js";

/** @typedef {import("./sheet.js").Sheet} Sheet */

const HELP =
  "Draw with the mouse or a finger, or go to the points with Tab and move them with the arrow keys.";

/** @param {{ model: import("../shared/base.js").WidgetModel, el: HTMLElement }} handed */
function render({ model, el }) {
  const given = () => model.get("given");
  const ledger = standing(model, "drew", ["drawn", "shown", "tries"]);
  const { line, say } = announcer();
  const { module, name, change } = given();
  const kept = keepsake("predict", { module, name, change });
  /** @type {Sheet} */
  const sheet = {
    given,
    now: ledger.read(),
    hand: { columns: [], last: 0 },
    drawing: false,
    run: null,
    unchanged: null,
    parts: { ...layPicture(), ...layAround() },
    frame: frameOf(640, 320),
    unveiling: 0,
    say,
    tell() {
      ledger.tell(sheet.now);
      kept.keep(sheet.now);
      offer.hidden = true;
    },
  };
  const offer = keptBar(kept, "You drew", async work => {
    Object.assign(sheet.now, work);
    await compute(sheet);
    sheet.tell();
  });
  if (sheet.now.drawn.length || sheet.now.tries.length) offer.hidden = true;
  const root = layRoot(sheet, offer, line);
  el.append(root);
  hearPen(sheet);
  const read = () => {
    sheet.now = ledger.read();
    return compute(sheet);
  };
  const begin = () => {
    [sheet.run, sheet.unchanged] = [null, null];
    return read();
  };
  const watch = new ResizeObserver(() => {
    const room = roomOf(sheet);
    if (Math.abs(room - sheet.frame.width) > 1 && room > 160) draw(sheet);
  });
  watch.observe(root);
  begin();
  const stop = listen(model, { "change:given": begin, "change:drew": () => ledger.foreign() && read() });
  return () => {
    cancelAnimationFrame(sheet.unveiling);
    watch.disconnect();
    stop();
  };
}

/** What stands around the picture, by name. */
function layAround() {
  return {
    question: element("strong", { class: "fw-head fwp-question", dir: "auto" }),
    unit: element("div", { class: "fwk-unit" }),
    help: element("p", { class: "fwp-help" }, HELP),
    verdict: element("div", { class: "fwp-verdict", tabindex: -1 }),
    problem: element("div", { class: "fwp-problem", role: "alert" }),
  };
}

/** @param {Sheet} sheet @param {HTMLElement} offer @param {HTMLElement} line */
function layRoot(sheet, offer, line) {
  const { parts } = sheet;
  const main = { class: "fw-button fw-main" };
  parts.show = button(
    "Show the run",
    "Show the run: compare it with what you drew",
    () => reveal(sheet),
    main,
  );
  parts.again = button("Start over", "", () => startOver(sheet));
  const bar = element("div", { class: "fw-bar" }, parts.question, parts.again, parts.show);
  const { unit, picture, help, problem, verdict } = parts;
  const body = element("div", { class: "fwp-body" }, unit, picture, help, problem, verdict);
  const about = { class: "fw fw-panel fwp", role: "group", "aria-label": "Predict" };
  const root = element("div", about, offer, bar, body, line);
  keepKeys(root);
  return root;
}

/** @param {Sheet} sheet */
function draw(sheet) {
  const { parts, now } = sheet;
  const spoken = now.shown
    ? "Draw again: keep this try and clear the chart"
    : "Start over: clear the drawing";
  parts.again.textContent = spoken.split(":")[0];
  parts.again.title = spoken;
  parts.again.setAttribute("aria-label", spoken);
  parts.again.disabled = !now.shown && !now.drawn.length;
  parts.show.hidden = now.shown;
  if (Boolean(parts.handles.childElementCount) === now.shown) layHandles(sheet);
  drawSheet(sheet);
  drawVerdict(sheet);
}

/** Run what may be seen, and draw. @param {Sheet} sheet */
async function compute(sheet) {
  const { given, now, parts } = sheet;
  const { module, change } = given();
  sheet.hand.columns = toColumns(given(), now.drawn);
  draw(sheet);
  const program = await programOf(module);
  try {
    if (now.shown) sheet.run ??= program.run(change);
    if (Object.keys(change).length) sheet.unchanged ??= program.run({});
    parts.problem.textContent = "";
  } catch (wrong) {
    parts.problem.textContent = /** @type {Error} */ (wrong).message;
  }
  draw(sheet);
}

/** @param {Sheet} sheet */
async function reveal(sheet) {
  if (!isWhole(sheet) || sheet.now.shown) return;
  sheet.now.shown = true;
  sheet.tell();
  await compute(sheet);
  unveil(sheet);
  sheet.parts.verdict.focus({ preventScroll: true });
  sheet.say(sheet.parts.verdict.textContent ?? "");
}

/** @param {Sheet} sheet */
function startOver(sheet) {
  const { now } = sheet;
  if (now.shown) now.tries = [...now.tries, now.drawn];
  [now.shown, now.drawn] = [false, []];
  sheet.hand.columns = toColumns(sheet.given(), []);
  draw(sheet);
  sheet.tell();
  sheet.say("The drawing is cleared.");
}

/** The hand has drawn: keep it. @param {Sheet} sheet */
function keepHand(sheet) {
  sheet.now.drawn = toPoints(sheet.given(), sheet.hand.columns);
  draw(sheet);
  sheet.tell();
}

// -- the pen

/** @param {Sheet} sheet */
function hearPen(sheet) {
  const { picture } = sheet.parts;
  picture.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    const onHandle = /** @type {Element} */ (event.target).closest(".fwp-handle");
    if (sheet.now.shown || event.button !== 0 || onHandle) return;
    lower(sheet, event, columnAt(sheet, event));
    putPen(sheet, [event]);
  });
  picture.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (!sheet.drawing) return;
    putPen(sheet, [...(event.getCoalescedEvents?.() ?? []), event]);
  });
  const lift = () => {
    if (!sheet.drawing) return;
    sheet.drawing = false;
    keepHand(sheet);
    const done = "Your curve reaches the end. You can show the run.";
    sheet.say(isWhole(sheet) ? done : "Go on to the end of the chart.");
  };
  for (const end of ["pointerup", "pointercancel"]) picture.addEventListener(end, lift);
}

/** @param {Sheet} sheet @param {PointerEvent} event @param {number} column */
function lower(sheet, event, column) {
  event.preventDefault();
  sheet.parts.picture.setPointerCapture(event.pointerId);
  sheet.drawing = true;
  sheet.hand.last = column;
}

/** @param {Sheet} sheet @param {PointerEvent} event */
function columnAt({ frame, parts, given }, event) {
  const { start, stop, columns } = given();
  const time = timeAt(frame, pointerIn(frame, parts.picture, event).x);
  return Math.max(1, Math.round(((time - start) / (stop - start)) * columns));
}

/** @param {Sheet} sheet @param {PointerEvent[]} way */
function putPen(sheet, way) {
  const { frame, parts, hand } = sheet;
  for (const event of way)
    put(hand, columnAt(sheet, event), valueAt(frame, pointerIn(frame, parts.picture, event).y));
  drawHand(sheet);
}

// -- the points that the keys move

/** @param {Sheet} sheet */
function layHandles(sheet) {
  const { handle: reach, columns } = sheet.given();
  const made = [];
  for (let column = reach; column <= columns && !sheet.now.shown; column += reach) {
    const handle = shape(
      "g",
      {
        class: "fwp-handle",
        role: "slider",
        tabindex: 0,
        "data-column": column,
        keydown: (/** @type {KeyboardEvent} */ event) => press(sheet, event, column),
        pointerdown: (/** @type {PointerEvent} */ event) => {
          lower(sheet, event, column);
          handle.focus();
        },
      },
      shape("circle", { class: "fwp-reach", r: 16 }),
      shape("circle", { class: "fwp-point", r: 6 }),
    );
    made.push(handle);
  }
  sheet.parts.handles.replaceChildren(...made);
}

/** @param {Sheet} sheet @param {KeyboardEvent} event @param {number} column */
function press(sheet, event, column) {
  const { hand, frame, given, parts } = sheet;
  const { handle: reach, columns } = given();
  const step = (frame.y1 - frame.y0) / 50;
  const by = { ArrowUp: step, ArrowDown: -step, PageUp: 5 * step, PageDown: -5 * step }[event.key];
  const to = { ArrowLeft: column - reach, ArrowRight: column + reach, Home: reach, End: columns }[event.key];
  if (by !== undefined) {
    event.preventDefault();
    carry(hand, column, Math.max(frame.y0, Math.min(frame.y1, levelAt(hand, column) + by)), reach);
    keepHand(sheet);
  } else if (to !== undefined) {
    event.preventDefault();
    parts.handles.querySelector(`[data-column="${to}"]`)?.focus();
  } else if (event.key === "Enter") reveal(sheet);
}

export default { render };
