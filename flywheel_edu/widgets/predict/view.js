// @ts-check
// Draw the curve you expect; only then is the run computed, here, from the model's own equations.
//
// Who writes what: Python writes given; the browser writes drew. See predict.py.

import { announcer, button, element, keepKeys, listen, prefersStill, shape } from "../shared/base.js";
import { axisText, marksBetween } from "../shared/curves.js";
import { keepsake, keptBar } from "../shared/keepsake.js";
import { programOf } from "../shared/program.js";
import { atMoments, judge } from "./shapes.js";

/** @typedef {[number, number]} Point time and value */
/** @typedef {{ of: number, drawn: Point[], shown: boolean, tries: Point[][] }} Drew */
/** @typedef {{ time: Float64Array, series: Record<string, Float64Array> }} Ran */

const HELP =
  "Draw with the mouse or a finger, or go to the points with Tab and move them with the arrow keys.";
const WIDE = { left: 62, right: 84, top: 14, bottom: 30 };
const NARROW = { left: 50, right: 68, top: 14, bottom: 30 };
const SHOWING = 900; // ms in which the run comes into sight

/** @param {{ model: import("../shared/base.js").WidgetModel, el: HTMLElement }} handed */
function render({ model, el }) {
  const given = () => model.get("given");
  const { line, say } = announcer();
  const question = element("strong", { class: "fwp-question", dir: "auto" });
  const show = button("Show the run", "Show the run: compare it with what you drew", reveal, {
    class: "fw-button fw-main",
  });
  const again = button("Start over", "Start over: clear the drawing", startOver);
  const bar = element("div", { class: "fw-bar" }, question, again, show);
  const grid = shape("g", { class: "fwk-grid" });
  const ground = shape("rect", { class: "fwp-ground" });
  const before = shape("path", { class: "fwp-before", fill: "none" });
  const curtain = shape("rect", { x: 0, y: 0 });
  const clip = `fwp-${Math.random().toString(36).slice(2)}`;
  const ran = shape("path", { class: "fwp-run", fill: "none", "clip-path": `url(#${clip})` });
  const drawn = shape("path", { class: "fwp-drawn", fill: "none" });
  const start = shape("circle", { class: "fwp-start", r: 5 });
  const names = shape("g", { class: "fwp-names" });
  const handles = shape("g", { class: "fwp-handles" });
  const clipPath = shape("clipPath", { id: clip }, curtain);
  const picture = shape(
    "svg",
    { class: "fwk fwp-chart", role: "group" },
    shape("defs", {}, clipPath),
    grid,
    ground,
    before,
    ran,
    drawn,
    start,
    names,
    handles,
  );
  const unit = element("div", { class: "fwk-unit" });
  const help = element("p", { class: "fwp-help" }, HELP);
  const verdictBox = element("div", { class: "fwp-verdict", tabindex: -1 });
  const problem = element("div", { class: "fwp-problem", role: "alert" });
  const root = element("div", { class: "fw fw-panel fwp", role: "group", "aria-label": "Predict" });
  /** @type {ReturnType<typeof keepsake>} */
  let kept;
  const offer = element("div");
  root.append(
    offer,
    bar,
    element("div", { class: "fwp-body" }, unit, picture, help, problem, verdictBox),
    line,
  );
  keepKeys(root);
  el.append(root);

  /** @type {Drew} */
  let now = standing();
  /** @type {(number | null)[]} the drawing by columns; null where nothing is drawn yet */
  let columns = [];
  /** @type {Ran | null} */
  let run = null;
  /** @type {Ran | null} */
  let unchanged = null;
  let [width, height, margin] = [640, 320, WIDE];
  let last = 0; // the column that the pen is in
  let drawing = false;
  let frame = 0;
  /** @type {string} */
  let told = "";

  /** @returns {Drew} */
  function standing() {
    const [from, by] = [given(), model.get("drew")];
    if (by.of === from.edition) return { ...by };
    return { of: from.edition, drawn: from.drawn, shown: from.shown, tries: from.tries };
  }

  function tell() {
    now.of = given().edition;
    told = JSON.stringify(now);
    model.set("drew", JSON.parse(told));
    model.save_changes();
    kept.keep({ drawn: now.drawn, shown: now.shown, tries: now.tries });
    offer.hidden = true;
  }

  // -- time and value, across and up

  const axis = () => {
    const [low, high] = given().axis;
    const values = now.drawn.map(point => point[1]);
    return [Math.min(low, ...values), Math.max(high, ...values)];
  };
  const across = (/** @type {number} */ time) =>
    margin.left +
    ((time - given().start) / (given().stop - given().start)) * (width - margin.left - margin.right);
  const up = (/** @type {number} */ value) => {
    const [low, high] = axis();
    return height - margin.bottom - ((value - low) / (high - low)) * (height - margin.top - margin.bottom);
  };
  const timeOf = (/** @type {number} */ column) =>
    given().start + ((given().stop - given().start) * column) / given().columns;
  const whole = () => columns.every(value => value !== null);
  const timeWords = (/** @type {number} */ time) => `${given().across} ${Number(time.toPrecision(6))}`;

  /** The drawing by columns, from points of whatever number. */
  function toColumns() {
    const { drawn: points } = now;
    columns = Array.from({ length: given().columns + 1 }, () => null);
    if (points.length > 1) {
      const end = points[points.length - 1][0];
      const read = atMoments(
        points.map(point => point[0]),
        points.map(point => point[1]),
        given().start,
        given().stop,
        columns.length,
      );
      columns = read.map((value, i) => (timeOf(i) <= end + 1e-9 * Math.abs(end) ? value : null));
    }
    columns[0] = points.length ? points[0][1] : given().first;
  }

  function fromColumns() {
    /** @type {Point[]} */
    const points = [];
    columns.forEach((value, i) => {
      if (value !== null) points.push([i === given().columns ? given().stop : timeOf(i), value]);
    });
    now.drawn = points.length > 1 ? points : [];
  }

  // -- the pen

  /** @param {number} column @param {number} value */
  function put(column, value) {
    // From where the pen was, or from the last column that is drawn, a straight line to here.
    let from = last;
    if (columns[column] === null) {
      from = column;
      while (columns[from] === null) from -= 1;
      if (last > from && columns[last] !== null) from = last;
    }
    const [step, begin] = [column < from ? -1 : 1, /** @type {number} */ (columns[from])];
    for (let i = from; i !== column; i += step) {
      if (i > 0) columns[i] = begin + ((value - begin) * (i - from)) / (column - from);
    }
    columns[column] = value;
    last = column;
  }

  /** @param {PointerEvent} event */
  function pen(event) {
    const box = picture.getBoundingClientRect();
    const [x, y] = [
      ((event.clientX - box.left) * width) / box.width,
      ((event.clientY - box.top) * height) / box.height,
    ];
    const share = (x - margin.left) / (width - margin.left - margin.right);
    const [low, high] = axis();
    const column = Math.max(1, Math.min(given().columns, Math.round(share * given().columns)));
    const value = low + ((height - margin.bottom - y) / (height - margin.top - margin.bottom)) * (high - low);
    return { column, value: Math.max(low, Math.min(high, value)) };
  }

  picture.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (now.shown || event.button !== 0 || /** @type {Element} */ (event.target).closest(".fwp-handle"))
      return;
    event.preventDefault();
    picture.setPointerCapture(event.pointerId);
    drawing = true;
    const { column, value } = pen(event);
    last = column;
    put(column, value);
    drawLines();
  });
  picture.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (!drawing) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) {
      const { column, value } = pen(each);
      put(column, value);
    }
    const { column, value } = pen(event);
    put(column, value);
    drawLines();
  });
  const lift = () => {
    if (!drawing) return;
    drawing = false;
    fromColumns();
    draw();
    tell();
    say(whole() ? "Your curve reaches the end. You can show the run." : "Go on to the end of the chart.");
  };
  picture.addEventListener("pointerup", lift);
  picture.addEventListener("pointercancel", lift);

  // -- the points that the keys move

  function layHandles() {
    handles.replaceChildren();
    if (now.shown) return;
    for (let column = given().handle; column <= given().columns; column += given().handle) {
      const handle = shape("g", { class: "fwp-handle", role: "slider", tabindex: 0, "data-column": column });
      handle.append(
        shape("circle", { class: "fwp-reach", r: 16 }),
        shape("circle", { class: "fwp-point", r: 6 }),
      );
      handle.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => press(event, column));
      handle.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
        event.preventDefault();
        handle.focus();
        picture.setPointerCapture(event.pointerId);
        drawing = true;
        last = column;
      });
      handles.append(handle);
    }
  }

  /** @param {KeyboardEvent} event @param {number} column */
  function press(event, column) {
    const [low, high] = axis();
    const step = (high - low) / 50;
    const by = { ArrowUp: step, ArrowDown: -step, PageUp: 5 * step, PageDown: -5 * step }[event.key];
    const to = {
      ArrowLeft: column - given().handle,
      ArrowRight: column + given().handle,
      Home: given().handle,
      End: given().columns,
    }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      moveHandle(column, Math.max(low, Math.min(high, level(column) + by)));
    } else if (to !== undefined) {
      event.preventDefault();
      handles.querySelector(`[data-column="${to}"]`)?.focus();
    } else if (event.key === "Enter" && whole()) reveal();
  }

  /** Where a handle stands: on the drawing, else level with its end. @param {number} column */
  function level(column) {
    for (let i = column; i >= 0; i -= 1) if (columns[i] !== null) return /** @type {number} */ (columns[i]);
    return given().first;
  }

  /** A handle takes the curve with it, as far as the handles beside it. @param {number} column @param {number} value */
  function moveHandle(column, value) {
    const reach = given().handle;
    const left = Math.max(0, column - reach);
    last = left;
    if (columns[left] === null) put(left, level(left));
    last = left;
    columns[column] ??= value;
    put(column, value);
    const right = column + reach;
    if (right <= given().columns && columns[right] !== null) {
      const end = /** @type {number} */ (columns[right]);
      for (let i = column + 1; i < right; i += 1) columns[i] = value + ((end - value) * (i - column)) / reach;
    }
    fromColumns();
    draw();
    tell();
  }

  // -- the run

  async function compute() {
    const program = await programOf(given().module);
    try {
      if (now.shown) run ??= program.run(given().change);
      if (Object.keys(given().change).length) unchanged ??= program.run({});
      problem.textContent = "";
    } catch (wrong) {
      problem.textContent = /** @type {Error} */ (wrong).message;
    }
  }

  async function reveal() {
    if (!whole() || now.shown) return;
    now.shown = true;
    tell();
    await compute();
    draw();
    unveil();
    verdictBox.focus({ preventScroll: true });
    say(verdictBox.textContent ?? "");
  }

  function startOver() {
    if (now.shown) now.tries = [...now.tries, now.drawn];
    now.shown = false;
    now.drawn = [];
    toColumns();
    draw();
    tell();
    say("The drawing is cleared.");
  }

  function unveil() {
    cancelAnimationFrame(frame);
    if (prefersStill()) return;
    const begun = performance.now();
    const step = () => {
      const share = Math.min(1, (performance.now() - begun) / SHOWING);
      curtain.setAttribute("width", String(margin.left + share * (width - margin.left)));
      if (share < 1) frame = requestAnimationFrame(step);
    };
    step();
  }

  /** The flows of a stock, as the rules want them: what flows in, and that less what flows out. @param {Ran} ran */
  function flowsOf(ran) {
    const sides = given().flows;
    if (!sides.in.length) return [];
    const sum = (/** @type {string[]} */ list) =>
      ran.time.map((_, i) => list.reduce((all, name) => all + (ran.series[name]?.[i] ?? 0), 0));
    const [filling, emptying] = [sum(sides.in), sum(sides.out)];
    return [filling, filling.map((value, i) => value - emptying[i])];
  }

  function verdict() {
    const { start: from, stop, moments, bounds, says } = given();
    const ran = /** @type {Ran} */ (run);
    const at = (/** @type {ArrayLike<number>} */ values) => atMoments(ran.time, values, from, stop, moments);
    const mine = atMoments(
      now.drawn.map(point => point[0]),
      now.drawn.map(point => point[1]),
      from,
      stop,
      moments,
    );
    const judged = judge(mine, at(ran.series[given().name]), flowsOf(ran).map(at), given().waits, bounds);
    const furthest = from + ((stop - from) * judged.furthest) / (moments - 1);
    const share = Math.floor(100 * judged.difference + 0.5);
    return {
      kind: judged.kind,
      ...says[judged.kind],
      measured: `On average your curve is ${share < 200 ? `${share} % of` : `${Math.floor(share / 100 + 0.5)} times`} the run's range away, most at ${timeWords(furthest)}.`,
    };
  }

  // -- drawing

  /** @param {ArrayLike<number>} time @param {ArrayLike<number>} values */
  function pathOf(time, values) {
    const stride = Math.max(1, Math.floor(time.length / 600));
    let text = "";
    for (
      let i = 0;
      i < time.length;
      i += i + stride >= time.length && i < time.length - 1 ? time.length - 1 - i : stride
    ) {
      text += `${text ? "L" : "M"}${across(time[i]).toFixed(1)} ${up(values[i]).toFixed(1)}`;
    }
    return text;
  }

  function drawGrid() {
    const [low, high] = axis();
    const made = [];
    for (const mark of marksBetween(low, high)) {
      made.push(shape("line", { x1: margin.left, x2: width - margin.right, y1: up(mark), y2: up(mark) }));
      made.push(shape("text", { x: margin.left - 8, y: up(mark) + 4, "text-anchor": "end" }, axisText(mark)));
    }
    for (const mark of marksBetween(given().start, given().stop, Math.max(3, Math.floor(width / 110)))) {
      made.push(
        shape(
          "text",
          { x: across(mark), y: height - 9, "text-anchor": "middle" },
          String(Number(mark.toPrecision(8))),
        ),
      );
    }
    made.push(shape("text", { x: width - 2, y: height - 9, "text-anchor": "end" }, given().across));
    grid.replaceChildren(...made);
    for (const [name, value] of Object.entries({
      x: margin.left,
      y: margin.top,
      width: width - margin.left - margin.right,
      height: height - margin.top - margin.bottom,
    })) {
      ground.setAttribute(name, String(value));
    }
  }

  function drawLines() {
    let text = "";
    columns.forEach((value, i) => {
      if (value !== null)
        text += `${text ? "L" : "M"}${across(timeOf(i)).toFixed(1)} ${up(value).toFixed(1)}`;
    });
    drawn.setAttribute("d", text);
    for (const handle of handles.children) {
      const column = Number(handle.getAttribute("data-column"));
      const value = level(column);
      const [low, high] = axis();
      handle.setAttribute(
        "transform",
        `translate(${across(timeOf(column)).toFixed(1)} ${up(value).toFixed(1)})`,
      );
      handle.classList.toggle("fwp-open", columns[column] === null);
      const spoken = {
        "aria-label": `${given().label} at ${timeWords(timeOf(column))}`,
        "aria-valuemin": low,
        "aria-valuemax": high,
        "aria-valuenow": value,
        "aria-valuetext": `${axisText(Number(value.toPrecision(3)))}${columns[column] === null ? ", not drawn yet" : ""}`,
      };
      for (const [name, told_] of Object.entries(spoken)) handle.setAttribute(name, String(told_));
    }
    show.disabled = now.shown || !whole();
  }

  function drawNames() {
    /** @type {{ text: string, at: number, tone: string }[]} */
    const ends = [];
    const end = columns.length - 1;
    if (columns[end] !== null && (now.shown || !drawing))
      ends.push({ text: "you", at: up(/** @type {number} */ (columns[end])), tone: "fwp-tone-you" });
    const lastOf = (/** @type {Ran} */ ran) => up(ran.series[given().name][ran.time.length - 1]);
    if (now.shown && run) ends.push({ text: "the run", at: lastOf(run), tone: "fwp-tone-run" });
    if (unchanged) ends.push({ text: "as it is", at: lastOf(unchanged), tone: "fwp-tone-before" });
    ends.sort((a, b) => a.at - b.at);
    for (let i = 1; i < ends.length; i += 1) ends[i].at = Math.max(ends[i].at, ends[i - 1].at + 16);
    names.replaceChildren(
      ...ends.map(each =>
        shape("text", { class: each.tone, x: width - margin.right + 9, y: each.at + 4 }, each.text),
      ),
    );
  }

  function drawVerdict() {
    verdictBox.hidden = !now.shown || !run;
    help.hidden = now.shown;
    if (verdictBox.hidden) return;
    const said = verdict();
    const right = said.kind === "right";
    const rows = [];
    const ran = /** @type {Ran} */ (run);
    for (let column = 0; column <= given().columns; column += given().handle) {
      const time = timeOf(column);
      const [truth] = atMoments(ran.time, ran.series[given().name], time, time, 2);
      rows.push(
        element(
          "tr",
          {},
          element("th", { scope: "row" }, String(Number(time.toPrecision(6)))),
          element("td", {}, axisText(Number((columns[column] ?? 0).toPrecision(3)))),
          element("td", {}, axisText(Number(truth.toPrecision(3)))),
        ),
      );
    }
    const head = [given().across, "you", "the run"].map(text => element("th", { scope: "col" }, text));
    verdictBox.replaceChildren(
      element(
        "div",
        { class: `fwp-title ${right ? "fwp-right" : "fwp-wrong"}` },
        element("span", { "aria-hidden": true }, right ? "✓ " : "→ "),
        `${said.title}.`,
      ),
      element("p", { dir: "auto" }, said.sentence),
      element("p", { class: "fwp-measured" }, said.measured),
      element(
        "details",
        {},
        element("summary", {}, "The same as a table"),
        element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)),
      ),
    );
  }

  function draw() {
    const room = Math.round(picture.parentElement?.clientWidth || width);
    if (room > 160) width = room;
    [height, margin] = width < 480 ? [270, NARROW] : [320, WIDE];
    for (const [name, value] of Object.entries({
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      "aria-label": `Chart of ${given().label} over ${given().across} ${given().start} to ${given().stop}`,
    })) {
      picture.setAttribute(name, String(value));
    }
    question.textContent = given().question;
    unit.textContent =
      given().unit === "1" ? `${given().label}, as a share or ratio` : `${given().label}, ${given().unit}`;
    picture.classList.toggle("fwp-done", now.shown);
    again.textContent = now.shown ? "Draw again" : "Start over";
    again.disabled = !now.shown && !now.drawn.length;
    const spoken = now.shown
      ? "Draw again: keep this try and clear the chart"
      : "Start over: clear the drawing";
    again.title = spoken;
    again.setAttribute("aria-label", spoken);
    show.hidden = now.shown;
    if (Boolean(handles.childElementCount) === now.shown) layHandles();
    drawGrid();
    start.setAttribute("cx", String(across(given().start)));
    start.setAttribute("cy", String(up(given().first)));
    const name = given().name;
    before.setAttribute("d", unchanged ? pathOf(unchanged.time, unchanged.series[name]) : "");
    ran.setAttribute("d", now.shown && run ? pathOf(run.time, run.series[name]) : "");
    curtain.setAttribute("width", String(width));
    curtain.setAttribute("height", String(height));
    drawLines();
    drawNames();
    drawVerdict();
  }

  async function begin() {
    now = standing();
    [run, unchanged] = [null, null];
    toColumns();
    draw();
    await compute();
    draw();
  }

  const { module, name, change } = given();
  kept = keepsake("predict", { module, name, change });
  if (!now.drawn.length && !now.tries.length) {
    offer.append(
      keptBar(kept, "You drew", async (/** @type {Drew} */ work) => {
        now = { ...now, ...work };
        toColumns();
        await compute();
        draw();
        tell();
      }),
    );
  }
  const watch = new ResizeObserver(() => {
    const room = Math.round(picture.parentElement?.clientWidth || width);
    if (Math.abs(room - width) > 1 && room > 160) draw();
  });
  watch.observe(root);
  begin();
  const stop = listen(model, {
    "change:given": begin,
    "change:drew": async () => {
      // Another view of the same widget wrote: follow it.
      if (JSON.stringify(model.get("drew")) === told) return;
      now = standing();
      toColumns();
      await compute();
      draw();
    },
  });
  return () => {
    cancelAnimationFrame(frame);
    watch.disconnect();
    stop();
  };
}

export default { render };
