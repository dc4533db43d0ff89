// @ts-check
// What the browser keeps of a student's work, so that a restarted kernel or a page loaded again does
// not lose it. It stays in this browser and is offered, never put back unasked.

import { button, element } from "./base.js";

/**
 * The row that offers what was kept; empty and hidden if there is nothing.
 * @param {ReturnType<typeof keepsake>} kept @param {string} did what the student did here: "You drew"
 * @param {(work: any) => void} bringBack @returns {HTMLElement}
 */
export function keptBar(kept, did, bringBack) {
  const found = kept.find();
  const bar = element("div", { class: "fw-kept", hidden: !found });
  /** Close the row; the focus, if it was here, goes on to what follows. @param {() => void} act */
  const close = act => {
    const held = bar.contains(document.activeElement);
    bar.hidden = true;
    act();
    if (!held) return;
    const stops = /** @type {HTMLElement[]} */ ([
      ...(bar.parentElement?.querySelectorAll("button, input, select, textarea, [tabindex='0']") ?? []),
    ]);
    const next = stops.find(
      stop =>
        !bar.contains(stop) &&
        stop.tabIndex >= 0 &&
        !(/** @type {any} */ (stop).disabled) &&
        stop.getClientRects().length,
    );
    next?.focus({ preventScroll: true });
  };
  if (found) {
    bar.append(
      element("span", {}, `${did} here ${timeText(found.when)}.`),
      button("Bring it back", "Bring it back: put what was kept here", () =>
        close(() => bringBack(found.work)),
      ),
      button("Let it go", "Let it go: forget what was kept", () => close(kept.drop)),
    );
  }
  return bar;
}

/**
 * @param {string} kind of widget
 * @param {unknown} start what the widget began with: the same cell finds its own work again
 */
export function keepsake(kind, start) {
  const key = `flywheel_edu:${kind}:${location.pathname}:${digest(JSON.stringify(start))}`;
  return {
    /** @returns {{ when: string, work: any } | null} */
    find() {
      try {
        const found = JSON.parse(localStorage.getItem(key) ?? "null");
        return found && typeof found.when === "string" ? found : null;
      } catch {
        return null; // storage is closed to us, or holds something else
      }
    },
    /** @param {unknown} work */
    keep(work) {
      try {
        localStorage.setItem(key, JSON.stringify({ when: new Date().toISOString(), work }));
      } catch {
        // Full or closed: the notebook itself still holds the work.
      }
    },
    drop() {
      try {
        localStorage.removeItem(key);
      } catch {
        // Closed: there was nothing to drop.
      }
    },
  };
}

/** A short fingerprint of a text (FNV-1a), to tell one cell's widget from another's. @param {string} text */
function digest(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16);
}

/** @type {Intl.DateTimeFormatOptions} */
const DAY = { day: "numeric", month: "short" };
/** @type {Intl.DateTimeFormatOptions} */
const CLOCK = { hour: "2-digit", minute: "2-digit" };

/** A time as a person says it: "on 21 Nov at 14:32". @param {string} iso */
export function timeText(iso) {
  const when = new Date(iso);
  return Number.isNaN(when.getTime())
    ? "earlier"
    : `on ${when.toLocaleDateString("en-GB", DAY)} at ${when.toLocaleTimeString("en-GB", CLOCK)}`;
}
