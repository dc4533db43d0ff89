// @ts-check
// The board writes every fourth turn: by rules from what was flown, with one question.

import { numberText } from "../shared/base.js";
import { forecastError } from "./engine.js";

const EVERY = 4; // turns

/**
 * The letter that is due after so many turns, or null. The first rule that fits speaks.
 * @param {import("./engine.js").Game} game @param {import("./engine.js").Flown} flown
 * @param {import("./engine.js").Turn[]} hand
 */
export function letter(game, flown, hand) {
  if (!hand.length || hand.length % EVERY || hand.length === game.turns) return null;
  const at = (/** @type {string} */ name, back = 0, side = 0) => {
    const seen = game.sees.find(each => each.name === name);
    const end = hand.length - back;
    return seen && (end < 1 ? seen.opening[side] : flown.series[seen.sided[side]][end * game.steps - 1]);
  };
  const decided = (/** @type {string} */ name) => hand.at(-1)?.decided[name];
  const { money, full, war, milk, milked } = game.watched;
  const words = (/** @type {string} */ name) => name.replaceAll("_", " ");
  const cash = at(money) ?? 0;
  const fall = (at(money, 1) ?? 0) - cash;
  const left = fall > 0 ? Math.floor((10 * cash) / fall) / 10 : Infinity;
  if (left < EVERY)
    return `At this rate the ${words(money)} lasts ${numberText(left)} turns more. What do you stop first?`;
  if ((at(full) ?? 0) > 1)
    return "More is wanted than we can serve, and customers tell others. What opens when?";
  const fee = game.decisions.find(each => each.name === milk);
  const [were, are] = [at(milked, EVERY) ?? 0, at(milked) ?? 0].map(Math.round);
  if (fee && (decided(milk) ?? fee.value) > 1.5 * fee.value && are < were)
    return `We had ${were} ${words(milked)} and have ${are}. What is the ${words(milk)} worth without them?`;
  const price = game.decisions.find(each => each.name === war);
  const cheap = 0.85 * (price?.value ?? 0);
  if (price && (decided(war) ?? price.value) < cheap && (at(`rival_${war}`) ?? Infinity) < cheap)
    return "Both of you are cheap now. Who of you two gains by it, and how would it end?";
  const off = Math.round(100 * (forecastError(game, flown, hand) ?? 0));
  if (off > 15) return `Your forecasts were off by ${off} per cent on average. What have you left out?`;
  const [was, is] = [at(game.forecast, EVERY) ?? 0, at(game.forecast) ?? 0];
  const moved = Math.round(100 * (is / was - 1)) || 0;
  const how = moved ? `${moved > 0 ? "rose" : "fell"} by ${Math.abs(moved)} per cent` : "hardly moved";
  return `In four turns, ${words(game.forecast)} ${how}. Which loop do you think did that?`;
}
