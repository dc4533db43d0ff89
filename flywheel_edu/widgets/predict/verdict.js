// @ts-check
// What is said to a drawing once the run is shown: the rules' word, how far apart, a table.

import { axisText, momentText } from "../shared/axis.js";
import { element, tableOf } from "../shared/base.js";
import { timeOf } from "./columns.js";
import { atMoments, judge } from "./shapes.js";

/**
 * The flows of a stock, as the rules want them: what flows in, and that less what flows out.
 * @param {{ in: string[], out: string[] }} flows @param {import("./sheet.js").Ran} run
 */
function flowsOf(flows, { time, series }) {
  if (!flows.in.length) return [];
  const sum = (/** @type {string[]} */ names) =>
    time.map((_, i) => names.reduce((all, name) => all + (series[name]?.[i] ?? 0), 0));
  const [filling, emptying] = [sum(flows.in), sum(flows.out)];
  return [filling, filling.map((value, i) => value - emptying[i])];
}

/** @param {any} given @param {import("./columns.js").Point[]} drawn @param {import("./sheet.js").Ran} run */
function verdictOn(given, drawn, run) {
  const { start, stop, moments, bounds, says, name, flows, waits, across } = given;
  const at = (/** @type {ArrayLike<number>} */ time, /** @type {ArrayLike<number>} */ values) =>
    atMoments(time, values, start, stop, moments);
  const mine = at(
    drawn.map(point => point[0]),
    drawn.map(point => point[1]),
  );
  const flowing = flowsOf(flows, run).map(flow => at(run.time, flow));
  const judged = judge(mine, at(run.time, run.series[name]), flowing, waits, bounds);
  const furthest = start + ((stop - start) * judged.furthest) / (moments - 1);
  const share = Math.floor(100 * judged.difference + 0.5);
  const far = share < 200 ? `${share} % of` : `${Math.floor(share / 100 + 0.5)} times`;
  const most = `most at ${across} ${momentText(furthest, stop - start)}`;
  const measured = `On average your curve is ${far} the run's range away, ${most}.`;
  return { kind: judged.kind, ...says[judged.kind], measured };
}

/** @param {import("./sheet.js").Sheet} sheet */
export function drawVerdict({ given, now, run, hand, parts }) {
  parts.verdict.hidden = !now.shown || !run;
  parts.help.hidden = now.shown;
  if (!now.shown || !run) return;
  const about = given();
  const { kind, title, sentence, measured } = verdictOn(about, now.drawn, run);
  const right = kind === "right";
  const rows = [];
  const text = (/** @type {number} */ value) => axisText(Number(value.toPrecision(3)));
  for (let column = 0; column <= about.columns; column += about.handle) {
    const time = timeOf(about, column);
    const [truth] = atMoments(run.time, run.series[about.name], time, time, 2);
    rows.push([momentText(time), text(hand.columns[column] ?? 0), text(truth)]);
  }
  const mark = element("span", { "aria-hidden": true }, right ? "✓ " : "→ ");
  const summary = element("summary", {}, "The same as a table");
  parts.verdict.replaceChildren(
    element("div", { class: `fwp-title ${right ? "fwp-right" : "fwp-wrong"}` }, mark, `${title}.`),
    element("p", { dir: "auto" }, sentence),
    element("p", { class: "fwp-measured" }, measured),
    element("details", {}, summary, tableOf([about.across, "you", "the run"], rows)),
  );
}
