// @ts-check
// Nudges: a push goes on from arrow to arrow until it has faded, at the pace that the reader's system
// asks for.

import { isolated, prefersStill } from "../shared/base.js";
import { Wave } from "../loops/pulses.js";
import { curveOf, showPulses } from "./scene.js";

const SPEED = 150; // pixels a second that a push travels
const STEP_SECONDS = 0.9; // for readers who asked for less motion

/**
 * @param {import("./scene.js").Scene} scene
 * @param {(text: string) => void} say
 */
export function nudges(scene, say) {
  let frame = 0;
  let timer = 0;
  let before = 0;

  const secondsAlong = (/** @type {import("./scene.js").Arrow} */ arrow) =>
    prefersStill() ? STEP_SECONDS : Math.max(0.25, (curveOf(scene, arrow)?.length ?? 100) / SPEED);

  function next() {
    if (prefersStill()) {
      timer = window.setTimeout(() => tick(before + 1000 * STEP_SECONDS), 1000 * STEP_SECONDS);
    } else frame = requestAnimationFrame(tick);
  }

  /** @param {number} now */
  function tick(now) {
    frame = timer = 0;
    const stopped = scene.wave.stopped.length;
    // A frame may carry a time before the moment at which it was asked for.
    const passed = Math.min(0.05, Math.max(0, (now - before) / 1000));
    scene.wave.advance(prefersStill() ? STEP_SECONDS : passed, secondsAlong);
    before = now;
    showPulses(scene);
    const open = scene.wave.stopped.at(-1);
    if (open && scene.wave.stopped.length > stopped)
      say(`the push stops at the arrow from ${isolated(open.from)} to ${isolated(open.to)}: it has no sign`);
    if (scene.wave.moving) next();
  }

  return {
    /** @param {string} name @param {1 | -1} push */
    start(name, push) {
      const { wave } = scene;
      wave.nudge(name, push, secondsAlong);
      const nowhere = wave.moving ? "" : ": no signed arrow leaves it";
      say(`${isolated(name)} nudged ${push > 0 ? "up" : "down"}${nowhere}`);
      showPulses(scene);
      if (frame || timer || !wave.moving) return;
      before = performance.now();
      next();
    },
    /** Everything goes back to where it was. */
    stop() {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      frame = timer = 0;
      scene.wave = new Wave(scene.wave.arrows);
      if (scene.boxes.size) showPulses(scene);
    },
  };
}
