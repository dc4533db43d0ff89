// @ts-check
// What a drawn curve and the run it was drawn for have in common. These are the rules of shapes.py,
// line for line; their bounds come from there, and a test under Node holds the two to one another.

/** @typedef {{ kind: string, difference: number, furthest: number }} Judgement */

/**
 * @param {number[]} drawn @param {number[]} run at as many even moments
 * @param {number[][]} flows @param {boolean} waits @param {Bounds} bound @returns {Judgement}
 */
export function judge(drawn, run, flows, waits, bound) {
  const size = Math.max(...run.map(Math.abs)) || 1;
  const still = rangeOf(run) <= 1e-6 * size;
  const scale = still ? size : rangeOf(run);
  const y = drawn.map(value => (value - run[0]) / scale);
  const z = run.map(value => (value - run[0]) / scale);
  const apart = y.map((value, i) => Math.abs(value - z[i]));
  const difference = total(apart) / apart.length;
  const near = difference <= bound.near && apart[apart.length - 1] <= bound.near_end;
  const kind = still ? "still" : kindOf({ y, z, run, flows, waits, difference, bound });
  return { kind: near ? "right" : kind, difference, furthest: apart.indexOf(Math.max(...apart)) };
}

/** @typedef {Record<string, number>} Bounds */
/**
 * Drawing and run in shares of the run's range.
 * @typedef {{
 *   y: number[], z: number[], run: number[], flows: number[][], waits: boolean, difference: number,
 *   bound: Bounds,
 * }} Case
 */

/** @param {Case} about */
function kindOf(about) {
  const { y, z, run, flows, waits, bound } = about;
  const [last, span] = [y.length - 1, rangeOf(y)];
  if (flows.some(flow => turnsWith(flow, y, z, bound) || endsWith(flow, y, z, bound))) return "inflow";
  if (Math.abs(z[last]) >= bound.turns && y[last] * Math.sign(z[last]) <= -bound.opposite) return "direction";
  // A little in the run's range may still be half as much again of what there was.
  if (span < bound.moves && span * rangeOf(run) < 0.5 * Math.abs(run[0] || Infinity)) return "flat";
  if (flows.some(flow => shapedLike(flow, y, z, bound))) return "inflow";
  if (waits && !growsAtOnce(run, bound)) {
    const woken = z.findIndex(value => Math.abs(value) > bound.asleep);
    if (woken >= bound.late * z.length && Math.abs(y[woken]) >= bound.early) return "wait";
  }
  const shares = y.map(value => value / span);
  if (turns(z, bound) >= 2 && turns(shares, bound) === 0) return "swing";
  if (levels(z, bound) && goesOn(y, z, span, bound)) return "limit";
  const straight = Math.min(bound.straight, bound.straighter * bend(z));
  if (bend(y) <= straight * span && bend(z) >= bound.bent) {
    if (compounds(run, bound)) return "compounds";
    return shrinks(z) ? "shrinks" : "straight";
  }
  // Where each step makes the next one larger, more and sooner look alike: people think of more.
  const rules = compounds(run, bound) ? [stretched, shifted] : [shifted, stretched];
  return rules[0](about) || rules[1](about) || "other";
}

/** @param {number[]} flow @param {number[]} y @param {number[]} z @param {Bounds} bound */
function turnsWith(flow, y, z, bound) {
  const [last, spread, most] = [y.length - 1, rangeOf(flow), Math.max(...flow)];
  let top = last;
  while (flow[top] < most - 0.05 * spread) top -= 1;
  if (spread < bound.changing * Math.max(...flow.map(Math.abs)) || top > last - 6) return false;
  const onwards = z.slice(top);
  if (z[last] - z[top] < bound.moves || onwards.some((value, i) => value < onwards[i - 1])) return false;
  for (let turn = Math.max(5, top - 6); turn <= Math.min(last - 6, top + 9); turn += 1) {
    const before = (y[turn] - y[0]) / turn;
    const after = (y[last] - y[turn]) / (last - turn);
    const onward = (z[last] - z[turn]) / (last - turn);
    const falls = y[turn] - y[last] > bound.opposite;
    const rests = after <= bound.rests * onward && y[turn] - y[turn - 5] >= 2.5 * before;
    const peak = Math.max(...y) - y[turn] <= 0.02;
    if (peak && (falls || rests) && last * (before - after) >= bound.corner) return true;
  }
  return false;
}

/** @param {number[]} flow @param {number[]} y @param {number[]} z @param {Bounds} bound */
function endsWith(flow, y, z, bound) {
  const least = 0.1 * Math.max(...flow.map(Math.abs));
  let late = flow.length - 1;
  while (late >= 0 && !(Math.abs(flow[late]) > least)) late -= 1;
  late = late < 0 ? flow.length : late + 11;
  if (late >= flow.length || Math.abs(z[late]) < bound.turns) return false;
  const rose = Math.max(...y.map(Math.abs));
  return rose >= bound.moves && Math.max(...y.slice(late).map(Math.abs)) <= bound.like * rose;
}

/** @param {number[]} flow @param {number[]} y @param {number[]} z @param {Bounds} bound */
function shapedLike(flow, y, z, bound) {
  if (rangeOf(flow) < bound.changing * Math.max(...flow.map(Math.abs))) return false;
  const likeness = misfit(y, flow);
  return likeness < bound.like && misfit(z, flow) > bound.like && misfit(y, z) > 2 * likeness;
}

/** @param {number[]} values */
function rangeOf(values) {
  return Math.max(...values) - Math.min(...values);
}

/** @param {number[]} values */
function total(values) {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** @param {number[]} curve @param {number[]} form */
function misfit(curve, form) {
  const count = curve.length;
  const [mean, middle] = [total(curve) / count, total(form) / count];
  const both = total(curve.map((c, i) => (c - mean) * (form[i] - middle)));
  const square = total(form.map(s => (s - middle) ** 2));
  const slope = square ? Math.max(0, both / square) : 0;
  const rest = total(curve.map((c, i) => (c - mean - slope * (form[i] - middle)) ** 2));
  return Math.sqrt(rest / count) / (Math.max(...curve) - Math.min(...curve) || 1);
}

/** @param {number[]} curve */
function bend(curve) {
  const count = curve.length;
  const [middle, mean] = [(count - 1) / 2, total(curve) / count];
  const both = total(curve.map((value, i) => (i - middle) * (value - mean)));
  const slope = both / total(curve.map((_, i) => (i - middle) ** 2));
  return Math.sqrt(total(curve.map((value, i) => (value - mean - slope * (i - middle)) ** 2)) / count);
}

/** @param {number[]} run */
function ratesOf(run) {
  if (Math.min(...run) <= 0 || run[run.length - 1] < 1.5 * run[0]) return [];
  return run.slice(10).map((value, i) => Math.log(value / run[i]));
}

/** @param {number[]} run @param {Bounds} bound */
function growsAtOnce(run, bound) {
  const rates = ratesOf(run);
  return rates.length > 0 && rates[0] >= bound.compounding * Math.max(...rates);
}

/** @param {number[]} run @param {Bounds} bound */
function compounds(run, bound) {
  const rates = ratesOf(run);
  return rates.length > 0 && Math.min(...rates) >= bound.compounding * Math.max(...rates);
}

/** @param {number[]} z */
function shrinks(z) {
  const thirds = [z[20] - z[0], z[40] - z[20], z[60] - z[40]];
  return thirds[0] < thirds[1] && thirds[1] <= thirds[2] && thirds[2] <= 0;
}

/** @param {number[]} curve @param {Bounds} bound */
function turns(curve, bound) {
  let [count, way, extreme] = [0, 0, curve[0]];
  for (const value of curve) {
    if (way === 0) {
      if (Math.abs(value - curve[0]) > bound.swing) [way, extreme] = [Math.sign(value - curve[0]), value];
    } else if ((value - extreme) * way > 0) extreme = value;
    else if ((extreme - value) * way > bound.swing) [count, way, extreme] = [count + 1, -way, value];
  }
  return count;
}

/** @param {number[]} curve @param {number} end */
function pace(curve, end) {
  return curve[end] - curve[end - 15];
}

/** @param {number[]} values the first of the largest in size */
function farthest(values) {
  let best = values[0];
  for (const value of values) if (Math.abs(value) > Math.abs(best)) best = value;
  return best;
}

/** @param {number[]} z @param {Bounds} bound */
function levels(z, bound) {
  const fastest = farthest(z.slice(15).map((_, i) => pace(z, i + 15)));
  return pace(z, z.length - 1) * Math.sign(fastest) < bound.slower * Math.abs(fastest);
}

/** @param {number[]} y @param {number[]} z @param {number} span @param {Bounds} bound */
function goesOn(y, z, span, bound) {
  const last = y.length - 1;
  const way = Math.sign(farthest(z));
  return way * pace(y, last) >= (bound.onward * span) / 4 && way * (y[last] - z[last]) >= bound.beyond;
}

/** @param {Case} about */
function shifted({ y, z, difference, bound }) {
  let [best, by] = [difference, 0];
  for (let shift = -30; shift <= 30; shift += 1) {
    const mine = y.slice(Math.max(0, -shift), z.length - Math.max(0, shift));
    const apart = total(mine.map((value, i) => Math.abs(value - z[i + Math.max(0, shift)]))) / mine.length;
    if (apart < best - 1e-12) [best, by] = [apart, shift];
  }
  if (Math.abs(by) < bound.shift || best > Math.min(bound.near, bound.better * difference)) return "";
  return by > 0 ? "later" : "sooner";
}

/** @param {Case} about */
function stretched({ y, z, difference, bound }) {
  const by = total(y.map((value, i) => value * z[i])) / total(z.map(value => value ** 2));
  if (by <= 0 || Math.abs(by - 1) < bound.stretch) return "";
  const apart = total(y.map((value, i) => Math.abs(value - by * z[i]))) / y.length;
  if (apart > bound.near * Math.max(by, 0.5) || apart > bound.better * difference) return "";
  return by < 1 ? "larger" : "smaller";
}

/**
 * A curve through points, in order of time, read at even moments.
 * @param {ArrayLike<number>} time @param {ArrayLike<number>} values
 * @param {number} start @param {number} stop @param {number} moments
 */
export function atMoments(time, values, start, stop, moments) {
  const read = [];
  let k = 0;
  for (let i = 0; i < moments; i += 1) {
    const at = start + ((stop - start) * i) / (moments - 1);
    while (k < time.length - 2 && time[k + 1] < at) k += 1;
    const share = (at - time[k]) / (time[k + 1] - time[k]);
    read.push(values[k] + (values[k + 1] - values[k]) * Math.max(0, Math.min(1, share)));
  }
  return read;
}
