// @ts-check
// The feedback loops of a drawing, found and told as flywheel_edu.causal does it: same order, same
// letters, same words. A test runs both on the same drawings.

/**
 * A drawing as it travels between Python and the browser. Positions run from 0 to 1, x to the right
 * and y upwards.
 * @typedef {{ name: string, x: number, y: number, doc?: string }} Variable
 * @typedef {{ from: string, to: string, sign: 1 | -1 | null, delay: boolean }} Arrow
 * @typedef {{ name: string, quantities: string[], doc: string }} NamedLoop
 * @typedef {{ variables: Variable[], arrows: Arrow[], loops?: NamedLoop[] }} Drawing
 * @typedef {{ name: string, title: string, doc: string, sign: 1 | -1 | null, quantities: string[],
 *   arrows: Arrow[], story: string }} Loop
 */

const MOST_STEPS = 200_000; // partial paths looked at before the search gives up and says so

/**
 * Every feedback loop, lettered R1, R2, ..., B1, B2, ..., U1, ...: loops that the author named first, then
 * short before long, then in the order of the variables.
 * @param {Drawing} drawing @param {number} [most] @returns {{ loops: Loop[], truncated: boolean }}
 */
export function findLoops(drawing, most = 1000) {
  const names = drawing.variables.map(variable => variable.name);
  const number = new Map(names.map((name, place) => [name, place]));
  /** @type {Map<number, Arrow>[]} */
  const after = names.map(() => new Map());
  for (const arrow of drawing.arrows) {
    const [cause, effect] = [number.get(arrow.from), number.get(arrow.to)];
    if (cause !== undefined && effect !== undefined) after[cause].set(effect, arrow);
  }
  const { cycles, truncated } = shortestCycles(after, most);

  const claimed = new Set();
  const found = [];
  for (const named of drawing.loops ?? []) {
    const stops = named.quantities.map(name => number.get(name)).filter(stop => stop !== undefined);
    const cycle = cycles.find(each => !claimed.has(each) && passes(each, stops));
    if (cycle) {
      claimed.add(cycle);
      found.push({ cycle: turned(cycle, stops[0]), title: named.name, doc: named.doc });
    }
  }
  for (const cycle of cycles) if (!claimed.has(cycle)) found.push({ cycle, title: "", doc: "" });

  const count = { R: 0, B: 0, U: 0 };
  const loops = found.slice(0, most).map(({ cycle, title, doc }) => {
    const arrows = cycle.map(
      (cause, step) => /** @type {Arrow} */ (after[cause].get(cycle[(step + 1) % cycle.length])),
    );
    const sign = signOf(arrows);
    const letter = sign === 1 ? "R" : sign === -1 ? "B" : "U";
    count[letter] += 1;
    const quantities = cycle.map(place => names[place]);
    return {
      name: `${letter}${count[letter]}`,
      title,
      doc,
      sign,
      quantities,
      arrows,
      story: story(quantities, arrows),
    };
  });
  return { loops, truncated };
}

/**
 * Cycles in order of length, then of their places: partial paths wait for their turn, by the length that they
 * need at least to close.
 * @param {Map<number, Arrow>[]} after @param {number} most
 */
function shortestCycles(after, most) {
  const before = after.map(() => /** @type {number[]} */ ([]));
  for (const [cause, effects] of after.entries()) {
    for (const effect of effects.keys()) before[effect].push(cause);
  }
  const toStart = after.map((_, start) => stepsTo(start, before));
  /** @type {number[][][]} */
  const waiting = [];
  const wait = (/** @type {number} */ length, /** @type {number[]} */ path) => {
    waiting[length] ??= [];
    waiting[length].push(path);
  };
  after.forEach((effects, start) => {
    for (const step of effects.keys()) {
      if (step === start) wait(1, [start]);
      else if (step > start && toStart[start][step] < Infinity) wait(1 + toStart[start][step], [start, step]);
    }
  });
  /** @type {number[][]} */
  const cycles = [];
  let [steps, length] = [0, 1];
  for (; length < waiting.length && cycles.length < most && steps < MOST_STEPS; length += 1) {
    for (const path of waiting[length] ?? []) {
      steps += 1;
      if (steps >= MOST_STEPS) break;
      const [start, end] = [path[0], path[path.length - 1]];
      if (after[end].has(start)) cycles.push(path);
      if (path.length < 2) continue;
      for (const step of after[end].keys()) {
        const back = toStart[start][step];
        if (step > start && back < Infinity && !path.includes(step))
          wait(path.length + back, [...path, step]);
      }
    }
  }
  const truncated = steps >= MOST_STEPS || cycles.length > most || length < waiting.length;
  cycles.sort((one, other) => one.length - other.length || compared(one, other));
  return { cycles: cycles.slice(0, most), truncated };
}

/**
 * For each variable the fewest arrows from it to the start, by way of later variables only.
 * @param {number} start @param {number[][]} before
 */
function stepsTo(start, before) {
  const steps = before.map(() => Infinity);
  steps[start] = 0;
  let edge = [start];
  while (edge.length) {
    const reached = [];
    for (const effect of edge) {
      for (const cause of before[effect]) {
        if (cause > start && steps[cause] === Infinity) {
          steps[cause] = steps[effect] + 1;
          reached.push(cause);
        }
      }
    }
    edge = reached;
  }
  return steps;
}

/** @param {number[]} one @param {number[]} other */
function compared(one, other) {
  for (let i = 0; i < Math.min(one.length, other.length); i += 1) {
    if (one[i] !== other[i]) return one[i] - other[i];
  }
  return one.length - other.length;
}

/** Does the cycle meet two or more stops in their order? @param {number[]} cycle @param {number[]} stops */
function passes(cycle, stops) {
  if (stops.length < 2 || !stops.every(stop => cycle.includes(stop))) return false;
  const met = turned(cycle, stops[0]).filter(place => stops.includes(place));
  return met.length === stops.length && met.every((place, i) => place === stops[i]);
}

/** The same cycle, told from another variable. @param {number[]} cycle @param {number} start */
function turned(cycle, start) {
  const at = cycle.indexOf(start);
  return [...cycle.slice(at), ...cycle.slice(0, at)];
}

/** @param {Arrow[]} arrows @returns {1 | -1 | null} */
function signOf(arrows) {
  let product = 1;
  for (const { sign } of arrows) {
    if (sign === null) return null;
    product *= sign;
  }
  return /** @type {1 | -1} */ (product);
}

/** @param {string} name */
function inWords(name) {
  return name.replaceAll("_", " ");
}

/** One push on its way round, in a sentence. @param {string[]} quantities @param {Arrow[]} arrows */
function story(quantities, arrows) {
  const told = [`${inWords(quantities[0])} up`];
  let going = 1;
  let end = "";
  for (const [step, arrow] of arrows.entries()) {
    const effect = inWords(quantities[(step + 1) % quantities.length]);
    if (arrow.sign === null) {
      end = `whether ${effect} then rises or falls is open, and with it what the loop does.`;
      break;
    }
    going *= arrow.sign;
    told.push(`${arrow.delay ? "so, after a delay," : "so"} ${effect} ${going > 0 ? "up" : "down"}`);
  }
  end ||=
    signOf(arrows) === 1
      ? "the push comes back the same way, and the loop reinforces it."
      : "the push comes back reversed, and the loop resists it.";
  const sentence = `${told.join(", ")}: ${end}`;
  return sentence[0].toUpperCase() + sentence.slice(1);
}
