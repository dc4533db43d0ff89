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
 *   luck: Record<string, number>, rival: { word: string, decides: string[], text: string } }} Game
 * @typedef {{ numbers: Record<string, number>, series: Record<string, Float64Array>,
 *   turns: number, score: number, rivalScore: number, ruined: boolean }} Flown
 */

/**
 * Flights that go on: where each game stood last, so that one more turn is one more run.
 * @type {WeakMap<Game, { decided: object[], numbers: Record<string, number>,
 *   series: Record<string, Float64Array>, broken: boolean }>}
 */
const going = new WeakMap();

/**
 * What was flown by hand, against the rival's policy.
 * @param {Game} game @param {Program} world @param {Program} rival @param {Turn[]} hand @returns {Flown}
 */
export function fly(game, world, rival, hand) {
  const stood = going.get(game);
  const on = stood?.decided.every((each, at) => each === hand[at]?.decided) ? stood : null;
  const numbers = { ...(on?.numbers ?? game.luck) };
  let series = on?.series ?? null;
  let broken = on?.broken ?? false;
  for (let turn = (on?.decided.length ?? 0) + 1; turn <= hand.length; turn += 1) {
    for (const side of [0, 1])
      for (const { name, value } of game.decisions)
        numbers[given(game, name, side, turn)] = numbers[given(game, name, side, turn - 1)] ?? value;
    broken = broken || !decide(game, rival, turn, numbers, series ?? {});
    for (const [name, value] of Object.entries(hand[turn - 1].decided))
      numbers[given(game, name, 0, turn)] = value;
    series = world.run(numbers).series;
  }
  series ??= world.run(numbers).series;
  if (hand.length < game.turns)
    going.set(game, { decided: hand.map(({ decided }) => decided), numbers, series, broken });
  const end = (/** @type {string[]} */ names, /** @type {number} */ side) => series[names[side]].at(-1);
  return {
    numbers,
    series,
    turns: hand.length,
    score: Number(end(game.score, 0)),
    rivalScore: broken ? 0 : Number(end(game.score, 1)), // who cannot decide has lost
    // After the last turn it counts to the end, when the wheel was let go.
    ruined:
      (hand.length < game.turns
        ? series[game.ruin[0]][Math.max(0, hand.length * game.steps - 1)]
        : Number(end(game.ruin, 0))) > 0.5,
  };
}

/** What a player sees at the beginning of a turn. @param {Game} game @param {Seen} seen */
export function seenAt(game, seen, side, turn, series) {
  const ended = turn - 1 - seen.late;
  const values = series[seen.sided[side]];
  return ended < 1 || !values ? seen.opening[side] : values[ended * game.steps - 1];
}

/** What a player saw at the opening and at the end of each turn. @param {Game} game @param {Seen} seen */
export function endsOf(game, seen, flown, turns) {
  const ends = Array.from(
    { length: turns },
    (_, at) => flown.series[seen.sided[0]][(at + 1) * game.steps - 1],
  );
  return [seen.opening[0], ...ends];
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

/** How the text of a flight begins: the game, its luck, the rival. @param {Game} game */
function headOfText(game) {
  return [
    `flight 1 of ${game.key} ${game.digest}`,
    `seed ${game.seed} against ${game.rival.word}`,
    ...game.rival.text
      .split("\n")
      .filter(line => line.trim())
      .map(line => `    ${line}`.trimEnd()),
  ];
}

/** The flight as the text that `flywheel fly --replay` reads. */
export function textOf(game, flown, hand) {
  const lines = headOfText(game);
  hand.forEach(({ forecast, reason }, at) => {
    const told = game.decisions.map(({ name }) => `${name} = ${flown.numbers[given(game, name, 0, at + 1)]}`);
    lines.push(
      `turn ${at + 1}: ${told.join(", ")}${forecast === null ? "" : `; forecast ${forecast}`}` +
        (reason ? `  # ${reason}` : ""),
    );
  });
  return `${[...lines, `score ${flown.score}`].join("\n")}\n`;
}

const NUMBER = "-?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d{1,3})?";
const TURN = new RegExp(`^turn (\\d+): ([^;#]*?)(?:; forecast (${NUMBER}))?\\s*(?:# .*)?$`);
const SET = new RegExp(`^\\s*([A-Za-z]\\w*) = (${NUMBER})\\s*$`);

/**
 * What was flown, from the text of a flight in this game, against this rival, on this seed.
 * @param {Game} game @param {string} text @returns {{ hand: Turn[], score: number }}
 * @throws {Error} what is wrong, in a reader's words
 */
export function readFlight(game, text) {
  const lines = text
    .split(/\r?\n/)
    .map(line => line.trimEnd())
    .filter(Boolean);
  const head = headOfText(game);
  if (!/^flight \d+ of /.test(lines[0] ?? ""))
    throw new Error("This is no flight: take the whole text of one, from its first line.");
  if (lines[0] !== head[0]) throw new Error("This flight is of another game, or of another edition of it.");
  if (lines[1] !== head[1])
    throw new Error(`This flight has '${(lines[1] ?? "").slice(0, 80)}'; here it is '${head[1]}'.`);
  if (head.some((line, at) => line !== lines[at]))
    throw new Error("The rival of this flight has another policy.");
  const end = new RegExp(`^score (${NUMBER})$`).exec(lines.at(-1) ?? "");
  if (!end) throw new Error("The last line of this flight is not its score.");
  const told = lines.slice(head.length, -1);
  if (told.length > game.turns) throw new Error(`This game has ${game.turns} turns, not ${told.length}.`);
  const hand = told.map((line, at) => turnOf(game, line, at + 1));
  while (hand.length < game.turns) hand.push({ decided: {}, forecast: null, reason: "" });
  return { hand, score: Number(end[1]) };
}

/** One turn of a flight's text. @param {Game} game @returns {Turn} */
function turnOf(game, line, turn) {
  const read = TURN.exec(line);
  const sets = read ? read[2].split(",").map(part => SET.exec(part)) : [];
  const decided = Object.fromEntries(sets.map(each => [each?.[1] ?? "", Number(each?.[2])]));
  const known = ([name, value]) =>
    game.decisions.some(each => each.name === name && each.low <= value && value <= each.high);
  const told = Object.entries(decided);
  if (Number(read?.[1]) !== turn || told.length < sets.length || !told.every(known))
    throw new Error(`Turn ${turn} of this flight cannot be read, or decides what is not allowed.`);
  return { decided, forecast: read?.[3] ? Number(read[3]) : null, reason: "" };
}
