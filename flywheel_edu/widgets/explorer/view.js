// @ts-check
// Sliders beside the curves they move. The model itself runs here, printed from its equations, so a
// curve follows the slider at the screen's own rate, with a kernel far away or with none.
//
// Who writes what: Python writes given; the browser writes played. See widget.py.

import { unitWords } from "../shared/axis.js";
import { announcer, element, keepKeys, listen } from "../shared/base.js";
import { keepsake, keptBar } from "../shared/keepsake.js";
import { programOf } from "../shared/program.js";
import { standing } from "../shared/standing.js";
import { layBar, layPins, layStage, toggleLarge } from "./bar.js";
import { quantity, simulate } from "./desk.js";
import { drawCurves, drawTable, layCharts, pointAt } from "./plots.js";
import { laySliders, showValues } from "./sliders.js";
import { smallGraphs } from "./small.js";

const QUIET_FOR = 150; // ms between messages to Python while a slider moves
const PARTS = ["values", "pins", "log", "table", "small", "stage", "tried", "extra"];

/** @param {{ model: import("../shared/base.js").WidgetModel, el: HTMLElement }} handed */
function render({ model, el }) {
  const given = () => model.get("given");
  const ledger = standing(model, "played", PARTS);
  const { line, say } = announcer();
  const small = smallGraphs({
    chosen: name => toggleLarge(desk, name),
    pointed: time => pointAt(desk, time),
  });
  const { module, shown, title } = given();
  const kept = keepsake("explorer", { module, shown });
  let timer = 0;
  const tell = () => {
    timer = 0;
    ledger.tell(desk.now);
    kept.keep(desk.now);
    offer.hidden = true;
  };
  /** @type {import("./desk.js").Desk} */
  const desk = {
    given,
    now: ledger.read(),
    program: null,
    run: null,
    parts: layParts(title, small.root, line),
    small,
    controls: new Map(),
    charts: [],
    grouped: [],
    pinned: new Map(),
    moved: "",
    cursor: null,
    say,
    changed(atOnce = true) {
      if (atOnce) {
        clearTimeout(timer);
        tell();
      } else if (!timer) timer = window.setTimeout(tell, QUIET_FOR);
    },
    refresh: () => refresh(desk),
  };
  const offer = keptBar(kept, "You explored", work => {
    Object.assign(desk.now, work);
    refresh(desk);
    tell();
    say("Sliders and pins are back.");
  });
  desk.parts.root.prepend(offer);
  el.append(desk.parts.root);
  const begin = async () => {
    desk.now = ledger.read();
    const { values, pins, stage } = desk.now;
    if (Object.keys(values).length || pins.length || stage) offer.hidden = true;
    await load(desk);
  };
  begin();
  const stop = listen(model, {
    "change:given": begin,
    "change:played": () => {
      if (!ledger.foreign()) return;
      desk.now = ledger.read();
      refresh(desk);
    },
  });
  return () => {
    clearTimeout(timer);
    if (timer) tell();
    for (const chart of desk.charts) chart.stop();
    small.stop();
    stop();
  };
}

/** @param {string} title @param {HTMLElement} small @param {HTMLElement} line */
function layParts(title, small, line) {
  /** @type {Record<string, any>} */
  const parts = {
    bar: element("div", { class: "fw-bar", role: "toolbar", "aria-label": "What is shown" }),
    readout: element("div", { class: "fwe-readout", "aria-live": "off" }),
  };
  for (const name of ["stage", "sliders", "charts", "table", "pins"])
    parts[name] = element("div", { class: `fwe-${name}` });
  const side = element("div", { class: "fwe-side" }, parts.readout, parts.charts, parts.table, parts.pins);
  const body = element("div", { class: "fwe-body" }, parts.sliders, side, small);
  const about = { class: "fw fw-panel fwe", role: "group", "aria-label": `Explorer: ${title}` };
  parts.root = element("div", about, parts.bar, parts.stage, body, line);
  keepKeys(parts.root);
  return parts;
}

/** Everything anew, for a program that may be another one. @param {import("./desk.js").Desk} desk */
async function load(desk) {
  const { given, small } = desk;
  desk.program = await programOf(given().module);
  laySliders(desk);
  small.lay(given().every, name => {
    const said = quantity(desk, name);
    return { ...said, unit: unitWords(said.unit) };
  });
  refresh(desk);
}

/** @param {import("./desk.js").Desk} desk */
function refresh(desk) {
  layBar(desk);
  layStage(desk);
  layCharts(desk);
  showValues(desk);
  simulate(desk);
  layPins(desk);
  drawCurves(desk);
  drawTable(desk);
}

export default { render };
