// Scenarios of a printed model, run in arrays that Python lends: the fast engine of its browser's
// edition. Below the printed equations and the fixed part of every model.

/**
 * Run one scenario after another. Where a value is lost, `lost` is made no number: Python looks.
 *
 * @param {"euler" | "rk4"} method
 * @param {object[]} arrays as Python's buffers, each number in its place: the rows to keep and to
 *   watch, for each moment its slot or -1, givens (givens, scenarios), what is kept (rows, moments,
 *   scenarios), lows and highs (watched, scenarios), lost (scenarios)
 */
export function runLent(method, ...arrays) {
  const lent = arrays.map(array => array.getBuffer());
  try {
    runScenarios(method === "rk4" ? rungeKutta : euler, lent);
  } finally {
    for (const array of lent) array.release();
  }
}

function runScenarios(advance, [kept, watched, slots, givens, out, lows, highs, lost]) {
  const g = new Float64Array(givens.shape[0]);
  const q = new Float64Array(rows);
  const now = { row: -1, time: clock.start };
  const [layer, pitch, next] = out.strides;
  for (let one = 0; one < lost.shape[0]; one += 1) {
    for (let i = 0; i < g.length; i += 1) g[i] = givens.data[at(givens, i, one)];
    let sum = 0; // of all values: finite if each of them is
    const keep = k => {
      for (let i = 0; i < q.length; i += 1) sum += q[i];
      for (let i = 0; i < watched.data.length; i += 1) {
        const value = q[watched.data[i]];
        const low = at(lows, i, one);
        const high = at(highs, i, one);
        if (value < lows.data[low]) lows.data[low] = value;
        if (value > highs.data[high]) highs.data[high] = value;
      }
      const slot = slots.data[k];
      if (slot < 0) return;
      const place = out.offset + slot * pitch + one * next;
      for (let i = 0; i < kept.data.length; i += 1) out.data[place + i * layer] = q[kept.data[i]];
    };
    try {
      printed.open(clock.start, clock.step, g, q, now);
      advance(g, q, now, keep);
    } catch (problem) {
      if (!(problem instanceof Unanswered)) throw problem;
      sum = NaN;
    }
    lost.data[lost.offset + one * lost.strides[0]] = sum;
  }
}

function at({ offset, strides }, row, column) {
  return offset + row * strides[0] + column * strides[1];
}
