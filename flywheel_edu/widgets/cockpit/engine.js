// @ts-check
// A flight in the browser: the game's model as printed, the rival's policy as printed beside it. The
// same steps as in Python, turn by turn, so that both give the same flight.

/**
 * @typedef {import("../shared/program.js").Program} Program
 * @typedef {{ name: string, label: string, unit: string, doc: string, low: number, high: number,
 *   step: number, value: number }} Decision
 * @typedef {{ name: string, label: string, unit: string, doc: string, late: number, sided: string[],
 *   opening: number[] }} Seen
 * @typedef {{ decided: Record<string, number>, forecast: number | null, reason: string }} Turn
 * @typedef {{ key: string, digest: string, seed: string, turns: number, steps: number, sides: string[],
 *   decisions: Decision[], sees: Seen[], forecast: string, score: string[], ruin: string[],
 *   watched: Record<string, string>,
 *   luck: Record<string, number>, rival: { name: string, decides: string[], text: string } }} Game
 * @typedef {{ numbers: Record<string, number>, series: Record<string, Float64Array>,
 *   turns: number, score: number, rivalScore: number, ruined: boolean }} Flown
 */

/**
 * What was flown by hand, against the rival's policy; what comes after holds the last decisions.
 * @param {Game} game @param {Program} world @param {Program} rival @param {Turn[]} hand
 * @returns {Flown}
 */
export function fly(game, world, rival, hand) {
  const numbers = { ...game.luck };
  /** @type {Record<string, Float64Array>} */
  let series = {};
  let broken = false;
  for (let turn = 1; turn <= game.turns; turn += 1) {
    for (const side of [0, 1])
      for (const { name, value } of game.decisions)
        numbers[given(game, name, side, turn)] = numbers[given(game, name, side, turn - 1)] ?? value;
    broken = broken || !decide(game, rival, turn, numbers, series);
    for (const [name, value] of Object.entries(hand[turn - 1]?.decided ?? {}))
      numbers[given(game, name, 0, turn)] = value;
    if (turn <= hand.length || hand.length === game.turns) series = world.run(numbers).series;
    if (turn >= hand.length) break;
  }
  if (!hand.length) series = world.run(numbers).series;
  const end = (/** @type {string[]} */ names, /** @type {number} */ side) => series[names[side]].at(-1);
  return {
    numbers,
    series,
    turns: hand.length,
    score: Number(end(game.score, 0)),
    rivalScore: Number(end(game.score, 1)),
    ruined: series[game.ruin[0]][Math.max(0, hand.length * game.steps - 1)] > 0.5,
  };
}

/** What a player sees at the beginning of a turn. @param {Game} game @param {Seen} seen */
export function seenAt(game, seen, side, turn, series) {
  const ended = turn - 1 - seen.late;
  const values = series[seen.sided[side]];
  return ended < 1 || !values ? seen.opening[side] : values[ended * game.steps - 1];
}

/** The rival decides, within the ranges; false where it cannot. */
function decide(game, rival, turn, numbers, series) {
  const seen = Object.fromEntries(game.sees.map(each => [each.name, seenAt(game, each, 1, turn, series)]));
  for (const { name } of game.decisions) seen[`last_${name}`] = numbers[given(game, name, 1, turn)];
  seen.turn = turn;
  let wanted;
  try {
    wanted = rival.run(seen).series;
  } catch {
    return false; // what it decided last holds
  }
  for (const { name, low, high } of game.decisions)
    if (game.rival.decides.includes(name))
      numbers[given(game, name, 1, turn)] = Math.min(high, Math.max(low, wanted[name].at(-1)));
  return true;
}

/** What a decision of a turn is called in the model. */
function given(game, name, side, turn) {
  return `${name}_${game.sides[side]}_${turn}`;
}

/** A forecast's error as a share, on average; null without any. */
export function forecastError(game, flown, hand) {
  const of = game.sees.find(each => each.name === game.forecast);
  const errors = hand
    .map(({ forecast }, at) => [forecast, flown.series[of.sided[0]][(at + 1) * game.steps - 1]])
    .filter(([forecast]) => forecast !== null)
    .map(([forecast, came]) => Math.abs(forecast - came) / Math.max(Math.abs(came), 1e-9));
  return errors.length ? errors.reduce((sum, each) => sum + each, 0) / errors.length : null;
}

/** The flight as the text that `flywheel fly --replay` reads. */
export function textOf(game, flown, hand) {
  const lines = [
    `flight 1 of ${game.key} ${game.digest}`,
    `seed ${game.seed} against ${game.rival.name}`,
    ...game.rival.text
      .split("\n")
      .filter(line => line.trim())
      .map(line => `    ${line}`),
  ];
  hand.forEach(({ forecast, reason }, at) => {
    const told = game.decisions.map(({ name }) => `${name} = ${flown.numbers[given(game, name, 0, at + 1)]}`);
    lines.push(
      `turn ${at + 1}: ${told.join(", ")}${forecast === null ? "" : `; forecast ${forecast}`}` +
        (reason ? `  # ${reason}` : ""),
    );
  });
  return `${[...lines, `score ${flown.score}`].join("\n")}\n`;
}
