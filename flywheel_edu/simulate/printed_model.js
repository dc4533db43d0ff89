// The fixed part of a printed model: how its equations are run, and what is said when a run fails.
// Above it stand, printed from the model: title, clock, quantities, givens, names, printed.

/** What a run throws when its numbers go wrong. */
export class SimulationError extends Error {
  /**
   * @param {string} message what is wrong, in the words of the model
   * @param {string} hint what to try next
   * @param {string} quantity the quantity that failed
   * @param {number} time when, in the model's time unit
   */
  constructor(message, hint, quantity, time) {
    super(message);
    this.name = "SimulationError";
    this.hint = hint;
    this.quantity = quantity;
    this.time = time;
  }
}

/**
 * Run the model from its start to its stop.
 *
 * @param {Object<string, number>} values new numbers for some of the givens, each in its own unit
 * @param {{method?: "euler" | "rk4"}} options the model's own method if not given
 * @returns {{time: Float64Array, series: Object<string, Float64Array>}}
 *   one array of shape (times,) for each stock and each computed quantity
 * @throws {SimulationError} as `simulate` does in Python
 */
export function run(values = {}, { method = clock.method } = {}) {
  if (method !== "euler" && method !== "rk4") {
    throw new Error(`there is no method '${method}'\n  hint: the methods are: euler, rk4`);
  }
  const g = givenValues(values);
  const times = clock.steps + 1;
  const time = Float64Array.from({ length: times }, (_, k) => clock.start + clock.step * k);
  const rows = names.map(() => new Float64Array(times));
  // Which row is being computed, and when: what an error needs to know.
  const now = { row: -1, time: clock.start, opening: true };
  const q = new Float64Array(names.length);
  let done = 0;
  let failed = null;
  try {
    printed.open(clock.start, clock.step, g, q, now);
    now.opening = false;
    const advance = method === "euler" ? euler : rungeKutta;
    advance(g, q, now, k => {
      for (let i = 0; i < rows.length; i += 1) rows[i][k] = q[i];
      done = k + 1;
    });
  } catch (problem) {
    if (!(problem instanceof Unanswered)) throw problem;
    const stand = now.stage ?? q;
    failed = cannotCompute(problem, now, g, stand);
    if (now.opening) throw failed;
    rows.forEach((row, i) => {
      row[done] = i < printed.stocks ? stand[i] : NaN;
    });
    done += 1;
  }
  check(rows, time, done, g, failed);
  return { time, series: Object.fromEntries(names.map((name, i) => [name, rows[i]])) };
}

function euler(g, q, now, keep) {
  const change = new Float64Array(printed.stocks);
  for (let k = 0; k <= clock.steps; k += 1) {
    now.time = clock.start + k * clock.step;
    printed.compute(now.time, clock.step, g, q, now);
    keep(k);
    printed.change(g, q, change);
    for (let i = 0; i < printed.stocks; i += 1) {
      if (printed.moves[i]) q[i] += clock.step * change[i];
    }
  }
}

/** The classical Runge-Kutta method: four looks at the rates for each step. */
function rungeKutta(g, q, now, keep) {
  const stocks = printed.stocks;
  const looks = [0, 1, 2, 3].map(() => new Float64Array(stocks));
  const stage = new Float64Array(q.length);
  const look = (number, time, ahead) => {
    const before = looks[number - 1];
    for (let i = 0; i < stocks; i += 1) stage[i] = q[i] + ahead * before[i];
    now.time = time;
    now.stage = stage;
    printed.compute(time, clock.step, g, stage, now);
    printed.change(g, stage, looks[number]);
  };
  for (let k = 0; k <= clock.steps; k += 1) {
    const time = clock.start + k * clock.step;
    now.time = time;
    now.stage = q;
    printed.compute(time, clock.step, g, q, now);
    keep(k);
    if (k === clock.steps) return;
    printed.change(g, q, looks[0]);
    const half = 0.5 * clock.step;
    look(1, time + half, half);
    look(2, time + half, half);
    look(3, time + clock.step, clock.step);
    const [a, b, c, d] = looks;
    for (let i = 0; i < stocks; i += 1) {
      q[i] += (clock.step / 6) * (a[i] + 2 * (b[i] + c[i]) + d[i]);
    }
  }
}

function givenValues(values) {
  const g = Float64Array.from(givens, name => quantities[name].value);
  for (const [name, value] of Object.entries(values)) {
    const at = givens.indexOf(name);
    if (at < 0) {
      throw new Error(
        `'${name}' is not a given of this model` +
          `\n  hint: ${givens.length ? `its givens are: ${givens.join(", ")}` : "it has no givens"}`,
      );
    }
    const { unit, range = [-Infinity, Infinity] } = quantities[name];
    if (typeof value !== "number") {
      throw new Error(`'${name}' takes one number in [${unit}], not '${String(value).slice(0, 40)}'`);
    }
    if (!Number.isFinite(value)) {
      throw new Error(`'${name}' takes a finite number in [${unit}], not ${short(value)}`);
    }
    if (!(range[0] <= value && value <= range[1])) {
      const [low, high] = range.map(exactly);
      throw new Error(
        `'${name}' = ${exactly(value)} is outside its range ${low} .. ${high}` +
          `\n  hint: choose a value from ${low} to ${high}, in [${unit}]`,
      );
    }
    g[at] = value;
  }
  return g;
}

// -- what a printed equation calls; each fails where Python does

/** An operation without an answer; kind is how Python calls it. */
class Unanswered {
  constructor(kind) {
    this.kind = kind;
  }
}

function divided(a, b) {
  if (b === 0) throw new Unanswered("zero division");
  return a / b;
}

function power(a, b) {
  if (a === 1) return 1;
  const result = a ** b;
  if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b)) {
    throw new Unanswered(a === 0 || Number.isNaN(result) ? "value" : "overflow");
  }
  return a === -1 && Math.abs(b) === Infinity ? 1 : result;
}

/** What a function gives for x, unless it refuses x or has no answer; what is no number passes. */
function answer(x, refused, result) {
  if (refused || (Number.isNaN(result) && !Number.isNaN(x))) throw new Unanswered("value");
  if (Math.abs(result) === Infinity && Math.abs(x) !== Infinity) throw new Unanswered("overflow");
  return result;
}

function whole(x) {
  if (!Number.isFinite(x)) throw new Unanswered(Number.isNaN(x) ? "value" : "overflow");
  return Math.floor(x);
}

/** A function through points by straight lines, held beyond its ends. */
function table(xs, ys) {
  const last = xs.length - 1;
  const slopes = xs.slice(1).map((x, i) => (ys[i + 1] - ys[i]) / (x - xs[i]));
  return x => {
    if (x <= xs[0]) return ys[0];
    if (x >= xs[last]) return ys[last];
    let low = 0;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (xs[middle] > x) high = middle;
      else low = middle;
    }
    return ys[low] + slopes[low] * (x - xs[low]);
  };
}

// -- what is checked when a run is over, and the sentences

/**
 * Throws what broke first, which explains the rest: a promise, or a value that is lost. At one
 * moment the stocks come first, since all else is computed from them. What failed ended the run at
 * the last moment there is.
 */
function check(rows, time, done, g, failed) {
  const lost = firstLost(rows, done);
  if (lost === null) {
    checkPromises(rows, time, done, g);
    return;
  }
  const [k, i] = lost;
  const error = failed !== null && k === done - 1 ? failed : growsBeyond(names[i], time[k]);
  time[k] = error.time;
  rows.forEach((row, j) => {
    if (j >= printed.stocks || !Number.isFinite(row[k])) row[k] = NaN;
  });
  checkPromises(rows, time, k + 1, g);
  throw error;
}

/** The first moment with a value that is no number, or none that can be held, and its row. */
function firstLost(rows, done) {
  for (let k = 0; k < done; k += 1) {
    for (let i = 0; i < rows.length; i += 1) {
      if (!Number.isFinite(rows[i][k])) return [k, i];
    }
  }
  return null;
}

function growsBeyond(name, time) {
  const message = `'${name}' grows beyond all bounds ${moment(time)}`;
  return new SimulationError(message, printed.untold.overflow[1], name, time);
}

// A stock that should stop at zero may miss it by rounding, as a share of its largest value so far.
const ROUNDING = 1e-9;

function checkPromises(rows, time, done, g) {
  let first = null;
  for (const promise of printed.promises) {
    const [low, high] = limitsOf(promise, g);
    const row = rows[promise.row];
    let largest = 1;
    for (let k = 0; k < done; k += 1) {
      if (Math.abs(row[k]) > largest) largest = Math.abs(row[k]); // what is no number is not
      const room = ROUNDING * largest;
      if (!(row[k] < low - room || row[k] > high + room)) continue;
      const name = names[promise.row];
      if (first === null || k < first.k || (k === first.k && name < names[first.promise.row])) {
        first = { k, promise, value: row[k] };
      }
      break;
    }
  }
  if (first !== null) throw left(first.promise, first.value, time[first.k]);
}

function limitsOf(promise, g) {
  // Limits of what is delayed rest on the signs of givens without a range: no sign, no limit.
  const turned = printed.signs.some(([at, sign]) => Math.sign(g[at]) !== sign);
  return promise.delayed && turned ? [-Infinity, Infinity] : [promise.low, promise.high];
}

function left({ told }, value, time) {
  const { message, hint, quantity } = told[time === clock.start ? 0 : 1];
  const said = { "{value}": short(value), "{when}": moment(time) };
  return new SimulationError(
    message.replace(/{value}|{when}/g, room => said[room]),
    hint,
    quantity,
    time,
  );
}

function cannotCompute(problem, now, g, q) {
  const name = names[now.row];
  const where = now.opening && now.row < printed.stocks ? "at its start" : moment(now.time);
  const [what, hint] = reason(problem, now, g, q);
  return new SimulationError(`'${name}' cannot be computed ${where}: ${what}`, hint, name, now.time);
}

/** What went wrong in an equation, and what to try: found by looking at its parts. */
function reason(problem, now, g, q) {
  for (const [worth, refused, what, hint, only] of printed.suspects[now.row] ?? []) {
    const value = worth(now.time, g, q);
    if (value === null || (only && only !== problem.kind) || !refused(value)) continue;
    return [what.replace("{}", short(value)), hint];
  }
  return printed.untold[problem.kind];
}

/** The value of a sum or product of two known parts; null where a part is not known. */
function part(op, a, b) {
  if (a === null || b === null) return null;
  if (op === "/") return b === 0 ? null : a / b;
  return op === "+"
    ? a + b
    : op === "-"
      ? a - b
      : op === "*"
        ? a * b
        : op === "min"
          ? Math.min(a, b)
          : Math.max(a, b);
}

function moment(time) {
  return `at ${clock.unit} ${short(time)}`;
}

/** The shortest text that reads back as the same number, as a model's text has it. */
function exactly(x) {
  if (!Number.isFinite(x) || x === 0) return short(x);
  const [digits, power10] = x.toExponential().split("e");
  const size = Number(power10);
  if (size >= -4 && size < 16) {
    return size < 0 ? x.toFixed(digits.replace(/[-.]/g, "").length - 1 - size) : String(x);
  }
  return `${digits}e${size < 0 ? "-" : "+"}${String(Math.abs(size)).padStart(2, "0")}`;
}

/** A number with six digits, as Python's format "g" writes it. */
function short(x) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  let text = x.toExponential(5);
  const exact = x.toExponential(60);
  // A tie goes up here, and to the even digit in Python.
  if (/\.\d{5}50*e/.test(exact) && /[13579]e/.test(text)) text = exact.replace(/(\.\d{5})\d*/, "$1");
  const [digits, power10] = text.split("e");
  const size = Math.abs(Number(power10));
  if (Number(power10) >= -4 && Number(power10) < 6) return String(Number(text));
  return `${digits.replace(/\.?0+$/, "")}e${power10[0]}${String(size).padStart(2, "0")}`;
}
