// @ts-check
// A push through a diagram, from the nudge until nothing moves any more, at the pace that the reader's
// system asks for.

import { prefersStill } from "./base.js";
import { Wave } from "./pulses.js";

/** @typedef {import("./pulses.js").Arrow} Arrow */

const STILL_STEP = 0.9; // seconds between steps for who wants no motion

/**
 * @param {{ wave: Wave }} holder of the pushes under way
 * @param {{ lengthOf: (arrow: Arrow) => number, speed: number, least: number, show: () => void, stopped?:
 *   (arrow: Arrow) => void, }} how speed: in pixels a second; least: seconds along an arrow however short;
 *   stopped: called with an arrow that has no sign, where a push ended
 */
export function travelling(holder, { lengthOf, speed, least, show, stopped }) {
  let [frame, timer, before] = [0, 0, 0];
  const seconds = (/** @type {Arrow} */ arrow) =>
    prefersStill() ? STILL_STEP : Math.max(least, lengthOf(arrow) / speed);

  function next() {
    const pause = 1000 * STILL_STEP;
    if (prefersStill()) timer = window.setTimeout(() => tick(before + pause), pause);
    else frame = requestAnimationFrame(tick);
  }

  /** @param {number} now */
  function tick(now) {
    const { wave } = holder;
    const known = wave.stopped.length;
    frame = timer = 0;
    // A frame may carry a time before the moment at which it was asked for.
    const passed = Math.min(0.05, Math.max(0, (now - before) / 1000));
    wave.advance(prefersStill() ? STILL_STEP : passed, seconds);
    before = now;
    show();
    const open = wave.stopped.at(-1);
    if (open && wave.stopped.length > known) stopped?.(open);
    if (wave.moving) next();
  }

  return {
    /** @param {string} name @param {number} push */
    nudge(name, push) {
      const { wave } = holder;
      wave.nudge(name, push, seconds);
      show();
      if (frame || timer || !wave.moving) return;
      before = performance.now();
      next();
    },
    /** Everything goes back to where it was. @param {Arrow[]} [arrows] that pushes go along from now on */
    stop(arrows = holder.wave.arrows) {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      frame = timer = 0;
      holder.wave = new Wave(arrows);
      show();
    },
  };
}
