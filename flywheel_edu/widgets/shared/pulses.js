// @ts-check
// A push that travels: nudge a variable and the change goes along its arrows, turned round by every
// minus, slower where an arrow is marked as delayed, weaker where it says how much it passes on. No
// clock and no page here: who shows it says how much time has passed.

/** @typedef {import("./loops.js").Arrow & { strength?: number }} Arrow strength: share that goes on */
/** @typedef {{ arrow: Arrow, push: number, done: number, seconds: number }} Pulse done runs from 0 to 1 */

const KEPT = 0.93; // of a push, from arrow to arrow, so that it ends one day
const FAINT = 0.12; // a push below this is not passed on
const MOST = 60;
const LATE = 2.5; // a delayed arrow takes so much longer

export class Wave {
  /** @param {Arrow[]} arrows */
  constructor(arrows) {
    this.arrows = arrows;
    /** @type {Pulse[]} */
    this.pulses = [];
    /** @type {Map<string, number>} how far each variable stands from where it was, -1 to 1 */
    this.levels = new Map();
    /** @type {Arrow[]} where a push stopped, since the arrow has no sign */
    this.stopped = [];
  }

  /** @param {string} name @param {number} push @param {(arrow: Arrow) => number} seconds */
  nudge(name, push, seconds) {
    this.levels.set(name, Math.max(-1, Math.min(1, (this.levels.get(name) ?? 0) + push / 2)));
    if (Math.abs(push) < FAINT) return;
    for (const arrow of this.arrows) {
      if (arrow.from !== name) continue;
      if (arrow.sign === null) this.stopped.push(arrow);
      else if (this.pulses.length < MOST && Math.abs(push) * (arrow.strength ?? 1) >= FAINT) {
        this.pulses.push({
          arrow,
          push: push * arrow.sign * (arrow.strength ?? 1),
          done: 0,
          seconds: seconds(arrow) * (arrow.delay ? LATE : 1),
        });
      }
    }
  }

  /**
   * Let time pass. What arrives is passed on.
   * @param {number} elapsed in seconds
   * @param {(arrow: Arrow) => number} seconds how long a push takes along an arrow
   */
  advance(elapsed, seconds) {
    for (const pulse of this.pulses) pulse.done += elapsed / pulse.seconds;
    const arrived = this.pulses.filter(pulse => pulse.done >= 1);
    this.pulses = this.pulses.filter(pulse => pulse.done < 1);
    for (const { arrow, push } of arrived) this.nudge(arrow.to, push * KEPT, seconds);
  }

  get moving() {
    return this.pulses.length > 0;
  }
}
