// @ts-check
// Sliders beside the curves they move. The model itself runs here, printed from its equations, so a
// curve follows the slider at the screen's own rate, with a kernel far away or with none.
//
// Who writes what: Python writes given; the browser writes played. See explorer.py.

import { announcer, button, element, keepKeys, listen, numberText, shortened } from "../shared/base.js";
import { axisText, curveChart, doublingTime, nearest } from "../shared/curves.js";
import { keepsake, keptBar } from "../shared/keepsake.js";
import { programOf } from "../shared/program.js";
import { smallGraphs } from "./small.js";

/**
 * @typedef {{ name: string, label: string, unit: string, doc: string, low: number, high: number, step: number, value: number, group: string }} Slider
 * @typedef {{ title: string, task: string, sliders: string[] }} Stage
 * @typedef {{ name: string, values: Record<string, number> }} Pin
 * @typedef {{ of: number, values: Record<string, number>, pins: Pin[], log: boolean, table: boolean, small: boolean, stage: number, extra: string[] }} Played
 */

const QUIET_FOR = 150; // ms between messages to Python while a slider moves

/** @param {{ model: import("../shared/base.js").WidgetModel, el: HTMLElement }} handed */
function render({ model, el }) {
  const given = () => model.get("given");
  const { line, say } = announcer();
  const root = element("div", {
    class: "fw fw-panel fwe",
    role: "group",
    "aria-label": `Explorer: ${given().title}`,
  });
  const bar = element("div", { class: "fw-bar", role: "toolbar", "aria-label": "What is shown" });
  const stageBox = element("div", { class: "fwe-stage" });
  const sliders = element("div", { class: "fwe-sliders" });
  const charts = element("div", { class: "fwe-charts" });
  const readout = element("div", { class: "fwe-readout", "aria-live": "off" });
  const tableBox = element("div", { class: "fwe-table" });
  const pinBox = element("div", { class: "fwe-pins" });
  const side = element("div", { class: "fwe-side" }, readout, charts, tableBox, pinBox);
  const small = smallGraphs({ chosen: toggleLarge, pointed: pointAt });
  const { module, shown } = given();
  const kept = keepsake("explorer", { module, shown });
  const offer = keptBar(kept, "You explored", (/** @type {Played} */ work) => {
    now = { ...now, ...work };
    refresh();
    tell();
    say("Sliders and pins are back.");
  });
  root.append(offer, bar, stageBox, element("div", { class: "fwe-body" }, sliders, side, small.root), line);
  keepKeys(root);
  el.append(root);

  /** @type {Played} */
  let now = played();
  /** @type {import("../shared/program.js").Program | null} */
  let program = null;
  /** @type {{ time: Float64Array, series: Record<string, Float64Array> } | null} */
  let run = null;
  /** @type {Map<string, any>} */
  const pinned = new Map();
  /** @type {ReturnType<typeof curveChart>[]} */
  let drawn = [];
  /** @type {string[][]} */
  let grouped = [];
  /** @type {Map<string, { range: any, box: any, problem: any, row: any }>} */
  const controls = new Map();
  let moved = "";
  /** @type {number | null} */
  let cursor = null;
  let timer = 0;
  let told = "";

  /** What the browser wrote if it started from Python's present edition, else what Python gave. @returns {Played} */
  function played() {
    const [from, by] = [given(), model.get("played")];
    if (by.of === from.edition) return { ...by, values: { ...by.values } };
    const { values, pins, log, stage, extra, table, small: opened } = from;
    return { of: from.edition, values: { ...values }, pins, log, stage, extra, table, small: opened };
  }

  function tell() {
    timer = 0;
    now.of = given().edition;
    told = JSON.stringify(now);
    model.set("played", JSON.parse(told));
    model.save_changes();
    const { of: _of, ...work } = now;
    kept.keep(work);
    offer.hidden = true;
  }

  function changed(atOnce = true) {
    if (atOnce) {
      clearTimeout(timer);
      tell();
    } else if (!timer) timer = window.setTimeout(tell, QUIET_FOR);
  }

  const quantity = (/** @type {string} */ name) =>
    program?.quantities[name] ?? { label: name, unit: "", doc: "" };
  const large = () => /** @type {string[]} */ ([...given().shown, ...now.extra]);
  const tone = (/** @type {string} */ name) => large().indexOf(name);
  const valueOf = (/** @type {Slider} */ slider) => now.values[slider.name] ?? slider.value;
  const open = (/** @type {Slider} */ slider) => {
    const stages = /** @type {Stage[]} */ (given().stages);
    if (!stages.length) return true;
    return stages.slice(0, now.stage + 1).some(stage => stage.sliders.includes(slider.name));
  };

  // -- the model

  function simulate() {
    if (!program) return;
    for (const { problem } of controls.values()) if (problem.textContent) problem.textContent = "";
    try {
      run = program.run(now.values);
      root.classList.remove("fwe-broken");
    } catch (wrong) {
      const { message, hint } = /** @type {{ message: string, hint?: string }} */ (wrong);
      const text = hint ? `${message}. ${hint[0].toUpperCase()}${hint.slice(1)}.` : message;
      root.classList.add("fwe-broken");
      (controls.get(moved)?.problem ?? readout).textContent = text;
      say(text);
    }
  }

  /** @param {Pin} pin */
  function pinnedRun(pin) {
    const key = JSON.stringify(pin.values);
    if (!pinned.has(key)) {
      try {
        pinned.set(key, program?.run(pin.values));
      } catch {
        pinned.set(key, null); // it no longer runs: the list says so
      }
    }
    return pinned.get(key);
  }

  // -- curves

  function layCharts() {
    for (const chart of drawn) chart.stop();
    const byUnit = new Map();
    for (const name of large()) {
      const unit = quantity(name).unit;
      byUnit.set(unit, [...(byUnit.get(unit) ?? []), name]);
    }
    grouped = [...byUnit.values()];
    const heights = now.small ? [230, 165, 140] : [360, 210, 170];
    const height = heights[Math.min(grouped.length, heights.length) - 1];
    drawn = [...byUnit.keys()].map(unit =>
      curveChart({
        unit: unit === "1" ? "as a share or ratio" : unitWords(unit),
        across: program?.clock.unit ?? "",
        height,
        moved: pointAt,
      }),
    );
    charts.replaceChildren(...drawn.map(chart => chart.root));
  }

  function drawCurves() {
    if (!run || !program) return;
    const { time } = run;
    drawn.forEach((chart, i) => {
      const curves = [];
      for (const pin of now.pins) {
        const old = pinnedRun(pin);
        if (!old) continue;
        for (const name of grouped[i])
          curves.push({
            label: pin.name,
            time: old.time,
            values: old.series[name],
            tone: tone(name),
            faint: true,
          });
      }
      for (const name of grouped[i])
        curves.push({
          label: quantity(name).label,
          time,
          values: /** @type {any} */ (run).series[name],
          tone: tone(name),
        });
      const dots = grouped[i]
        .filter(name => given().data[name])
        .map(name => ({
          label: given().data[name].label,
          points: given().data[name].points,
          tone: tone(name),
        }));
      chart.draw(curves, dots, { log: now.log, words: chartWords(grouped[i]) });
    });
    drawReadout();
    if (now.table) drawTable();
    drawSmall();
  }

  function drawSmall() {
    small.root.hidden = !now.small;
    root.classList.toggle("fwe-open", now.small);
    if (!now.small || !run) return;
    small.draw({
      run,
      pinned: now.pins.map(pinnedRun).filter(Boolean),
      began: pinnedRun({ name: "", values: {} }),
      // What is pinned as it began need not be drawn twice.
      moved: Object.keys(now.values).length > 0 && now.pins.every(pin => Object.keys(pin.values).length > 0),
      log: now.log,
      tone,
      givens: name => ({ text: givenText(name), moved: name in now.values }),
    });
  }

  /** A given as it stands; a moment, such as the year 2005, without the mark of thousands. @param {string} name */
  function givenText(name) {
    const value = now.values[name] ?? program?.quantities[name].value ?? 0;
    return quantity(name).unit === program?.clock.unit
      ? String(Number(value.toPrecision(6)))
      : axisText(value);
  }

  /** Show a quantity large, or no longer. @param {string} name */
  function toggleLarge(name) {
    const label = shortened(quantity(name).label, 120);
    if (given().shown.includes(name)) {
      say(`${label} is always shown large here.`);
      return;
    }
    const here = now.extra.includes(name);
    now.extra = here ? now.extra.filter(each => each !== name) : [...now.extra, name];
    refresh();
    changed();
    say(here ? `${label} is no longer shown large.` : `${label} is shown large.`);
    if (!here)
      drawn[grouped.findIndex(names => names.includes(name))]?.root.scrollIntoView({ block: "nearest" });
  }

  /** @param {string[]} names */
  function chartWords(names) {
    if (!run) return "";
    const last = run.time.length - 1;
    const each = names.map(name => {
      const values = /** @type {any} */ (run).series[name];
      return `${quantity(name).label} goes from ${axisText(values[0])} to ${axisText(values[last])}`;
    });
    return `Chart over ${program?.clock.unit} ${run.time[0]} to ${run.time[last]}: ${each.join("; ")}. Arrow keys read values.`;
  }

  /** @param {number | null} time */
  function pointAt(time) {
    cursor = time;
    for (const chart of drawn) chart.point(time);
    small.point(time);
    drawReadout();
    if (time !== null && charts.contains(document.activeElement)) say(readout.textContent ?? "");
  }

  function drawReadout() {
    if (!run || !program || root.classList.contains("fwe-broken")) return;
    const at = cursor === null ? run.time.length - 1 : nearest(run.time, cursor);
    const parts = [`${program.clock.unit} ${Number(run.time[at].toPrecision(6))}`];
    for (const name of large()) {
      const values = run.series[name];
      const doubling = doublingTime(run.time, values, at);
      const pace = Math.abs(doubling) < 1e4 * (run.time[run.time.length - 1] - run.time[0]);
      const growth =
        now.log && pace
          ? ` (${doubling > 0 ? "doubles" : "halves"} in ${numberText(Number(Math.abs(doubling).toPrecision(3)))} ${program.clock.unit})`
          : "";
      parts.push(`${quantity(name).label} ${axisText(Number(values[at].toPrecision(4)))}${growth}`);
    }
    readout.textContent = parts.join("  ·  ");
  }

  function drawTable() {
    tableBox.hidden = !now.table;
    if (!now.table || !run || !program) return;
    const names = large();
    const rows = [];
    for (let k = 0; k <= 10; k += 1) {
      const at = Math.round((k / 10) * (run.time.length - 1));
      const cells = names.map(name =>
        element("td", {}, axisText(Number(/** @type {any} */ (run).series[name][at].toPrecision(4)))),
      );
      rows.push(
        element(
          "tr",
          {},
          element("th", { scope: "row" }, String(Number(run.time[at].toPrecision(6)))),
          ...cells,
        ),
      );
    }
    const head = names.map(name =>
      element(
        "th",
        { scope: "col" },
        `${quantity(name).label}${unitWords(quantity(name).unit) ? `, ${unitWords(quantity(name).unit)}` : ""}`,
      ),
    );
    tableBox.replaceChildren(
      element(
        "table",
        {},
        element("caption", {}, "The same as a table"),
        element("thead", {}, element("tr", {}, element("th", { scope: "col" }, program.clock.unit), ...head)),
        element("tbody", {}, ...rows),
      ),
    );
  }

  // -- sliders

  function laySliders() {
    controls.clear();
    root.classList.toggle("fwe-alone", !given().sliders.length);
    const made = [];
    let group = null;
    for (const slider of /** @type {Slider[]} */ (given().sliders)) {
      if (slider.group !== group) {
        group = slider.group;
        if (group) made.push(element("h4", { class: "fwe-group" }, group));
      }
      made.push(laySlider(slider));
    }
    sliders.replaceChildren(...made);
    showValues();
  }

  /** @param {Slider} slider */
  function laySlider(slider) {
    const unit = unitWords(slider.unit);
    const spoken = `${slider.label}${unit ? `, in ${unit}` : ""}${slider.doc ? `: ${slider.doc}` : ""}`;
    const set = (/** @type {number} */ value) => {
      if (!Number.isFinite(value)) return;
      move(slider, Math.max(slider.low, Math.min(slider.high, value)));
    };
    const range = element("input", {
      type: "range",
      class: "fwe-range",
      min: slider.low,
      max: slider.high,
      step: slider.step,
      "aria-label": spoken,
      input: () => set(range.valueAsNumber),
      change: () => changed(),
    });
    const box = element("input", {
      type: "number",
      class: "fw-input fwe-box",
      min: slider.low,
      max: slider.high,
      step: "any",
      "aria-label": `${slider.label}, as a number`,
      change: () => {
        set(box.valueAsNumber);
        changed();
      },
    });
    const problem = element("div", { class: "fwe-problem", role: "alert" });
    const name = element(
      "span",
      { class: "fwe-label", title: slider.label, dir: "auto" },
      shortened(slider.label, 40),
    );
    const about = slider.doc ? element("div", { class: "fwe-doc", dir: "auto" }, slider.doc) : "";
    const row = element(
      "div",
      { class: "fwe-row" },
      element("div", { class: "fwe-head" }, name, element("span", { class: "fwe-unit" }, unit)),
      element("div", { class: "fwe-move" }, range, box),
      about,
      problem,
    );
    controls.set(slider.name, { range, box, problem, row });
    return row;
  }

  /** @param {Slider} slider @param {number} value */
  function move(slider, value) {
    now.values[slider.name] = value;
    if (value === slider.value) delete now.values[slider.name];
    moved = slider.name;
    showValue(slider);
    simulate();
    drawCurves();
    changed(false);
  }

  /** @param {Slider} slider */
  function showValue(slider) {
    const control = controls.get(slider.name);
    if (!control) return;
    const value = valueOf(slider);
    const text = String(Number(value.toPrecision(6)));
    if (control.range.valueAsNumber !== value) control.range.value = String(value);
    if (control.box !== document.activeElement || control.box.valueAsNumber !== value)
      control.box.value = text;
    control.range.setAttribute("aria-valuetext", `${text} ${unitWords(slider.unit)}`.trim());
    control.row.classList.toggle("fwe-moved", value !== slider.value);
  }

  function showValues() {
    for (const slider of /** @type {Slider[]} */ (given().sliders)) {
      showValue(slider);
      const control = controls.get(slider.name);
      if (control) for (const input of [control.range, control.box]) input.disabled = !open(slider);
      control?.row.classList.toggle("fwe-locked", !open(slider));
    }
  }

  // -- the bar, the stages, the pins

  function layBar() {
    const log = button(
      "Equal growth, equal height",
      "Equal growth, equal height: a logarithmic axis, with doubling times",
      () => {
        now.log = !now.log;
        log.setAttribute("aria-pressed", String(now.log));
        drawCurves();
        changed();
      },
      { "aria-pressed": now.log },
    );
    const table = button(
      "Table",
      "Table: the curves as numbers",
      () => {
        now.table = !now.table;
        table.setAttribute("aria-pressed", String(now.table));
        drawTable();
        changed();
      },
      { "aria-pressed": now.table },
    );
    const graphs = button(
      "Small graphs",
      "Small graphs: every quantity of the model at once",
      () => {
        now.small = !now.small;
        graphs.setAttribute("aria-pressed", String(now.small));
        layCharts();
        drawCurves();
        changed();
        say(
          now.small
            ? "A small graph of every quantity, below the large ones."
            : "The small graphs are closed.",
        );
      },
      { "aria-pressed": Boolean(now.small) },
    );
    const pin = button("Pin", "Pin: keep these curves to compare with", () => {
      now.pins = [...now.pins, { name: `scenario ${now.pins.length + 1}`, values: { ...now.values } }];
      layPins();
      drawCurves();
      changed();
      say(`Pinned as scenario ${now.pins.length}.`);
    });
    const reset = button("Reset", "Reset: every slider back to where it began", () => {
      now.values = {};
      showValues();
      simulate();
      drawCurves();
      changed();
      say("Every slider is back where it began.");
    });
    const more = element("select", {
      class: "fw-input fwe-more",
      "aria-label": "Show one more quantity",
      change: () => {
        if (!more.value) return;
        toggleLarge(more.value);
        bar.querySelector("select")?.focus({ preventScroll: true });
      },
    });
    more.append(element("option", { value: "" }, "Show also…"));
    for (const name of program?.names ?? []) {
      if (given().shown.includes(name)) continue;
      const here = now.extra.includes(name);
      more.append(
        element("option", { value: name }, `${here ? "✓ " : ""}${shortened(quantity(name).label, 40)}`),
      );
    }
    bar.replaceChildren(
      element(
        "strong",
        { class: "fwe-title", dir: "auto", title: given().title },
        shortened(given().title, 100),
      ),
      more,
      graphs,
      log,
      table,
      pin,
      reset,
    );
  }

  function layStage() {
    const stages = /** @type {Stage[]} */ (given().stages);
    stageBox.hidden = !stages.length;
    if (!stages.length) return;
    const stage = stages[Math.min(now.stage, stages.length - 1)];
    const last = now.stage >= stages.length - 1;
    // The sliders that this stage frees, in sight.
    const free = controls.get(stage.sliders[0])?.row;
    if (free) sliders.scrollTop = free.offsetTop - sliders.offsetTop - 8;
    stageBox.replaceChildren(
      element(
        "div",
        { class: "fwe-task" },
        element("strong", {}, `${now.stage + 1} of ${stages.length}: ${stage.title}`),
        element("span", { dir: "auto" }, stage.task),
      ),
      ...(last
        ? []
        : [
            button(
              "Next",
              "Next: unlock the next stage",
              () => {
                now.stage += 1;
                layStage();
                showValues();
                changed();
                say(`${stages[now.stage].title}. ${stages[now.stage].task}`);
              },
              { class: "fw-button fw-main" },
            ),
          ]),
    );
  }

  function layPins() {
    pinBox.hidden = !now.pins.length;
    pinBox.replaceChildren(
      ...(now.pins.length ? [element("h4", {}, "Pinned, drawn thin")] : []),
      ...now.pins.map((pin, number) => {
        const name = element("input", {
          class: "fw-input fwe-pin-name",
          value: pin.name,
          maxlength: 40,
          "aria-label": `Name of scenario ${number + 1}`,
          change: () => {
            now.pins = now.pins.map((each, i) =>
              i === number ? { ...each, name: name.value || each.name } : each,
            );
            drawCurves();
            changed();
          },
        });
        const differs = Object.entries(pin.values)
          .map(([given_name, value]) => `${quantity(given_name).label} ${numberText(value)}`)
          .join(", ");
        return element(
          "div",
          { class: "fwe-pin" },
          name,
          element(
            "span",
            { class: "fwe-differs", dir: "auto" },
            pinnedRun(pin) ? differs || "as it began" : "this one does not run",
          ),
          button("Use", `Use: put the sliders as in ${pin.name}`, () => {
            now.values = { ...pin.values };
            showValues();
            simulate();
            drawCurves();
            changed();
          }),
          button("Drop", `Drop: forget ${pin.name}`, () => {
            now.pins = now.pins.filter((_, i) => i !== number);
            layPins();
            drawCurves();
            changed();
          }),
        );
      }),
    );
  }

  function refresh() {
    layBar();
    layStage();
    layCharts();
    showValues();
    simulate();
    layPins();
    drawCurves();
    drawTable();
  }

  async function begin() {
    now = played();
    if (Object.keys(now.values).length || now.pins.length || now.stage) offer.hidden = true;
    program = await programOf(given().module);
    laySliders();
    small.lay(given().every, name => ({ ...quantity(name), unit: unitWords(quantity(name).unit) }));
    refresh();
  }

  begin();
  const stop = listen(model, {
    "change:given": () => begin(),
    "change:played": () => {
      // Another view of the same widget wrote: follow it.
      if (JSON.stringify(model.get("played")) === told) return;
      now = played();
      told = JSON.stringify(now);
      refresh();
    },
  });
  return () => {
    clearTimeout(timer);
    if (timer) tell();
    for (const chart of drawn) chart.stop();
    small.stop();
    stop();
  };
}

/** A unit beside a number; nothing for plain numbers and where units are not checked. @param {string} unit */
function unitWords(unit) {
  return unit === "1" || unit === "?" ? "" : unit;
}

export default { render };
