// @ts-check
// A causal-loop diagram to look at and to play with: boxes, signed arrows, letters of loops, pushes
// under way. It shows what it is told and knows no model.

import { isolated, shape, shortened } from "../shared/base.js";
import {
  LINE_HEIGHT,
  boxesOf,
  curvesOf,
  isStep,
  nearestTowards,
  pathOf,
  sheetFor,
  spotFor,
} from "../shared/diagram.js";

/** @typedef {import("../shared/loops.js").Arrow} Arrow */
/** @typedef {{ name: string, title: string, sign: 1 | -1 | null, quantities: string[], story: string, doc: string }} Told */

const LETTER_FONT = "600 13.5px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** The class that colours what has this sign. @param {1 | -1 | null} sign */
export function signClass(sign) {
  return sign === 1 ? "fwc-plus" : sign === -1 ? "fwc-minus" : "fwc-open";
}

/** @param {Arrow} arrow @param {string} other */
function arrowWords(arrow, other) {
  const sign = arrow.sign === 1 ? "plus" : arrow.sign === -1 ? "minus" : "sign open";
  return `${isolated(shortened(other, 60))} (${sign}${arrow.delay ? ", delayed" : ""})`;
}

/**
 * `picked` is called when a variable gets the focus, `pressed` for keys that the diagram does not need
 * itself; it says whether it took the key.
 * @param {{ label: string, picked?: (name: string) => void, pressed?: (key: string, name: string) => boolean }} about
 */
export function wheelView({ label, picked, pressed }) {
  const loopLayer = shape("g", { "aria-hidden": true });
  const arrowLayer = shape("g", { "aria-hidden": true });
  const variableLayer = shape("g");
  const pulseLayer = shape("g", { "aria-hidden": true });
  const root = shape(
    "svg",
    { class: "fwc-sheet fww", role: "group", "aria-label": label },
    loopLayer,
    arrowLayer,
    variableLayer,
    pulseLayer,
  );
  /** @type {import("../shared/loops.js").Drawing} */
  let drawing = { variables: [], arrows: [] };
  /** @type {Told[]} */
  let loops = [];
  let sheet = sheetFor(600, 1);
  /** @type {Map<string, import("../shared/diagram.js").Box>} */
  let boxes = new Map();
  /** @type {import("../shared/diagram.js").Curve[]} */
  let curves = [];
  /** @type {Map<string, any>} */
  const items = new Map();
  /** @type {Map<Arrow, any>} */
  const drawnArrows = new Map();
  let stop = "";
  let size = 1; // how many variables the sheet has room for

  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  const measure = (/** @type {string} */ text) => {
    pen.font = LETTER_FONT;
    return pen.measureText(text).width;
  };

  /** @param {import("../shared/loops.js").Variable} variable */
  function drawVariable({ name, doc }) {
    const ins = drawing.arrows.filter(arrow => arrow.to === name).map(arrow => arrowWords(arrow, arrow.from));
    const outs = drawing.arrows
      .filter(arrow => arrow.from === name)
      .map(arrow => arrowWords(arrow, arrow.to));
    const words = [
      isolated(shortened(name.replace(/_/g, " "), 120)),
      ...(ins.length ? [`driven by ${ins.join(", ")}`] : []),
      ...(outs.length ? [`acts on ${outs.join(", ")}`] : []),
    ];
    const frame = shape("rect", { class: "fwc-frame" });
    const level = shape("rect", { class: "fwc-level", height: 4, rx: 2 });
    const text = shape("text", { class: "fwc-label fw-name" });
    const item = shape(
      "g",
      { class: "fwc-variable", role: "button", tabindex: -1, "aria-label": words.join("; ") },
      shape("title", {}, shortened(doc ? `${name}: ${doc}` : name, 300)),
      frame,
      level,
      text,
    );
    item.addEventListener("focus", () => {
      stop = name;
      rove();
      picked?.(name);
    });
    item.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      event.preventDefault();
      item.focus({ preventScroll: true });
    });
    items.set(name, { item, frame, level, text });
    return item;
  }

  /** @param {Arrow} arrow */
  function drawArrow(arrow) {
    const path = shape("path", { class: "fwc-path" });
    const head = shape("path", { class: "fwc-head", d: "M3,0L-10,-6.5L-7,0L-10,6.5Z" });
    const sign = shape(
      "g",
      { class: "fwc-sign" },
      shape("circle", { r: 9.5 }),
      shape("text", {}, arrow.sign === 1 ? "+" : arrow.sign === -1 ? "−" : "?"),
    );
    const delay = arrow.delay
      ? shape(
          "g",
          {},
          shape("path", { class: "fwc-gap-line", d: "M0,-8V8" }),
          shape("path", { class: "fwc-delay", d: "M-3.5,-9V9M3.5,-9V9" }),
        )
      : shape("g");
    const item = shape("g", { class: `fwc-arrow ${signClass(arrow.sign)}` }, path, head, delay, sign);
    drawnArrows.set(arrow, { item, path, head, sign, delay });
    return item;
  }

  /** @param {Told} loop */
  function drawLetter({ name, sign }) {
    const clockwise = sign !== -1;
    return shape(
      "g",
      { class: `fwc-letter ${signClass(sign)}`, "data-loop": name },
      shape("circle", { r: 19, class: "fwc-glow" }),
      shape("path", {
        class: "fwc-turn",
        d: clockwise ? "M-13,8A15.5,15.5 0 1 1 6,14.3" : "M13,8A15.5,15.5 0 1 0 -6,14.3",
      }),
      shape("path", {
        class: "fwc-turn-head",
        d: clockwise ? "M1,18.5L-0.5,10.5L9.5,11Z" : "M-1,18.5L0.5,10.5L-9.5,11Z",
      }),
      shape("text", {}, name),
    );
  }

  function rove() {
    if (!items.has(stop)) stop = items.keys().next().value ?? "";
    for (const [name, { item }] of items) item.setAttribute("tabindex", name === stop ? "0" : "-1");
  }

  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const name = [...items].find(([, { item }]) => item === event.target)?.[0];
    if (name === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = /** @type {Record<string, [number, number]>} */ ({
      ArrowRight: [1, 0],
      ArrowLeft: [-1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    })[event.key];
    if (direction) {
      event.preventDefault();
      const others = [...boxes.values()].filter(
        box => box.name !== name && !items.get(box.name).item.hasAttribute("hidden"),
      );
      const here = /** @type {import("../shared/diagram.js").Box} */ (boxes.get(name));
      const next = nearestTowards(
        [here.x, here.y],
        others.map(box => [box.x, box.y]),
        direction,
      );
      if (next >= 0) items.get(others[next].name).item.focus({ preventScroll: true });
    } else if (pressed?.(event.key, name)) event.preventDefault();
  });

  /** Everything where it belongs, for the room there is. @param {number} room */
  function place(room) {
    sheet = sheetFor(room, size);
    root.setAttribute("viewBox", `0 0 ${sheet.width} ${sheet.height}`);
    root.setAttribute("height", String(sheet.height));
    boxes = boxesOf(drawing, sheet, measure);
    curves = curvesOf(drawing, boxes, sheet);
    for (const [name, { item, frame, level, text }] of items) {
      const box = /** @type {import("../shared/diagram.js").Box} */ (boxes.get(name));
      item.setAttribute("transform", `translate(${box.x.toFixed(1)},${box.y.toFixed(1)})`);
      for (const [attribute, value] of Object.entries({
        x: -box.halfWidth,
        y: -box.halfHeight,
        width: 2 * box.halfWidth,
        height: 2 * box.halfHeight,
        rx: 13,
      })) {
        frame.setAttribute(attribute, String(value));
      }
      level.setAttribute("y", String(box.halfHeight - 7));
      // A space ends each line but the last, so that the lines are not read as one word.
      text.replaceChildren(
        ...box.lines.map((words, i) =>
          shape(
            "tspan",
            { x: 0, y: (i - (box.lines.length - 1) / 2) * LINE_HEIGHT },
            i < box.lines.length - 1 ? `${words} ` : words,
          ),
        ),
      );
    }
    for (const curve of curves) {
      const { path, head, sign, delay } = drawnArrows.get(curve.arrow);
      path.setAttribute("d", pathOf(curve.points));
      head.setAttribute(
        "transform",
        `translate(${curve.points[curve.points.length - 1]}) rotate(${(curve.headAngle * 180) / Math.PI})`,
      );
      delay.setAttribute(
        "transform",
        `translate(${curve.middle}) rotate(${(curve.middleAngle * 180) / Math.PI})`,
      );
      sign.setAttribute("transform", `translate(${curve.sign})`);
    }
    /** @type {import("../shared/diagram.js").Point[]} */
    const taken = [];
    [...loopLayer.children].forEach((letter, i) => {
      const spot = spotFor(loops[i].quantities, boxes, curves, taken, sheet);
      taken.push(spot);
      letter.setAttribute("transform", `translate(${spot[0].toFixed(1)},${spot[1].toFixed(1)})`);
    });
  }

  return {
    root,
    place,
    /**
     * Draw something else.
     * @param {import("../shared/loops.js").Drawing} next @param {Told[]} lettered @param {number} room
     * @param {number} [most] variables that are still to come, so that the sheet keeps its size
     */
    draw(next, lettered, room, most = next.variables.length) {
      const focused = root.contains(document.activeElement);
      [drawing, loops, size] = [next, lettered, most];
      items.clear();
      drawnArrows.clear();
      variableLayer.replaceChildren(...drawing.variables.map(drawVariable));
      arrowLayer.replaceChildren(...drawing.arrows.map(drawArrow));
      loopLayer.replaceChildren(...loops.map(drawLetter));
      pulseLayer.replaceChildren();
      place(room);
      rove();
      if (focused) items.get(stop)?.item.focus({ preventScroll: true });
    },
    /**
     * What is there, what is lit, what is pale, how wide the arrows are.
     * @param {{ shown?: Told[] | null, lit?: Told[], pale?: boolean, fresh?: string[], widths?: number[] }} how
     *   `shown`: only what lies on these loops; `lit`: stands out; `pale`: all else steps back
     */
    mark({ shown = null, lit = [], pale = false, fresh = [], widths = [] }) {
      drawing.arrows.forEach((arrow, i) => {
        const { item, path } = drawnArrows.get(arrow);
        const inLit = lit.some(loop => isStep(loop.quantities, arrow));
        item.toggleAttribute("hidden", shown !== null && !shown.some(loop => isStep(loop.quantities, arrow)));
        item.classList.toggle("fww-lit", inLit);
        item.classList.toggle("fwc-dim", pale && !inLit);
        path.style.strokeWidth = widths.length ? `${(1.4 + 5.4 * widths[i]).toFixed(2)}px` : "";
      });
      for (const [name, { item }] of items) {
        const inLit = lit.some(loop => loop.quantities.includes(name));
        item.toggleAttribute("hidden", shown !== null && !shown.some(loop => loop.quantities.includes(name)));
        item.classList.toggle("fwc-lit", inLit || fresh.includes(name));
        item.classList.toggle("fwc-dim", pale && !inLit);
      }
      loops.forEach((loop, i) => {
        const letter = loopLayer.children[i];
        letter.toggleAttribute("hidden", shown !== null && !shown.includes(loop));
        letter.classList.toggle("fwc-dim", pale && !lit.includes(loop));
        letter.classList.toggle("fww-leads", lit.includes(loop));
      });
      const first = [...items].find(([, { item }]) => !item.hasAttribute("hidden"));
      if (items.get(stop)?.item.hasAttribute("hidden") && first) [stop] = first;
      rove();
    },
    /** Pushes under way and how far each variable stands from where it was. @param {import("./pulses.js").Wave} wave @param {boolean} still */
    pulses(wave, still) {
      pulseLayer.replaceChildren(
        ...wave.pulses.flatMap(({ arrow, push, done }) => {
          const curve = curves.find(each => each.arrow === arrow);
          if (!curve) return [];
          const [x, y] =
            curve.points[
              Math.min(curve.points.length - 1, Math.floor((still ? 0.5 : done) * curve.points.length))
            ];
          const size = 0.55 + 0.6 * Math.min(1, Math.abs(push));
          return [
            shape("path", {
              class: push > 0 ? "fwc-pulse fwc-up" : "fwc-pulse fwc-down",
              d: push > 0 ? "M0,-10L9,7H-9Z" : "M0,10L9,-7H-9Z",
              transform: `translate(${x},${y}) scale(${size})`,
            }),
          ];
        }),
      );
      for (const [name, { level }] of items) {
        const [box, value] = [boxes.get(name), wave.levels.get(name) ?? 0];
        const width = Math.abs(value) * ((box?.halfWidth ?? 30) - 10);
        level.setAttribute("x", String(value < 0 ? -width : 0));
        level.setAttribute("width", String(width));
        level.setAttribute("class", `fwc-level ${value < 0 ? "fwc-down" : "fwc-up"}`);
      }
    },
    /** @param {Arrow} arrow */
    lengthOf: arrow => curves.find(each => each.arrow === arrow)?.length ?? 100,
    /** @param {string} name */
    focus: name => items.get(name)?.item.focus({ preventScroll: true }),
  };
}
