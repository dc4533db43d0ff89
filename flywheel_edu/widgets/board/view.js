// @ts-check
// The head of a board (title, one part after another, larger, full screen) and its texts. The parts
// themselves are widgets of their own, which stand beside the head in the page.
//
// Python writes everything here; the browser writes at, which part is the last one shown.

import { announcer, button, element, keepKeys, listen, roving } from "../shared/base.js";

const SIZES = [1, 1.15, 1.3, 1.5, 1.75, 2];

/** @param {{ model: import("../shared/base.js").WidgetModel, el: HTMLElement }} handed */
function render({ model, el }) {
  return model.get("kind") === "text" ? renderText(model, el) : renderHead(model, el);
}

/** @param {import("../shared/base.js").WidgetModel} model @param {HTMLElement} el */
function renderText(model, el) {
  const root = element("div", { class: "fw fwb-text" });
  el.append(root);
  const draw = () => root.replaceChildren(...blocks(model.get("text")));
  draw();
  return listen(model, { "change:text": draw });
}

/** Headings (#), lists (-) and paragraphs, parted by empty lines. @param {string} text */
function blocks(text) {
  return text
    .split(/\n\s*\n/)
    .map(block => block.trim())
    .filter(Boolean)
    .flatMap(block => {
      const lines = block.split("\n").map(line => line.trim());
      if (lines.every(line => line.startsWith("- "))) {
        return [element("ul", { dir: "auto" }, ...lines.map(line => element("li", {}, line.slice(2))))];
      }
      const [first, ...rest] = lines;
      const head = first.startsWith("# ") ? [element("h3", { dir: "auto" }, first.slice(2))] : [];
      const body = (head.length ? rest : lines).join(" ");
      return body ? [...head, element("p", { dir: "auto" }, body)] : head;
    });
}

/** @param {import("../shared/base.js").WidgetModel} model @param {HTMLElement} el */
function renderHead(model, el) {
  const { line, say } = announcer();
  const title = element("h2", { class: "fwb-title", dir: "auto" });
  const count = element("span", { class: "fwb-count" });
  const back = button("Back", "Back: hide the last part", () => show(at() - 1));
  const next = button("Next", "Next: show one more part", () => show(at() + 1), {
    class: "fw-button fw-main",
  });
  const smaller = button("A−", "Smaller text", () => resize(-1));
  const larger = button("A+", "Larger text", () => resize(1));
  const full = button("Full screen", "Full screen, on and off", fullScreen);
  const tools = element(
    "div",
    { class: "fwb-tools", role: "toolbar", "aria-label": "Board" },
    back,
    count,
    next,
    smaller,
    larger,
    full,
  );
  const stop = roving(tools, () => [back, next, smaller, larger, full]);
  const root = element("div", { class: "fw fwb-head" }, title, tools, line);
  keepKeys(root);
  el.append(root);
  let size = 0;

  const board = () => /** @type {HTMLElement | null} */ (el.closest(".fw-board"));
  const grid = () => /** @type {HTMLElement | null} */ (board()?.querySelector(".fw-board-grid") ?? null);
  const parts = () => model.get("parts");
  const at = () => Math.min(parts(), Math.max(1, model.get("at")));

  /** @param {number} to */
  function show(to) {
    model.set("at", Math.min(parts(), Math.max(1, to)));
    model.save_changes();
    draw();
    say(`part ${at()} of ${parts()}`);
  }

  /** @param {number} by */
  function resize(by) {
    size = Math.min(SIZES.length - 1, Math.max(0, size + by));
    for (const each of [root, grid()]) each?.style.setProperty("zoom", String(SIZES[size]));
    draw();
    say(`text at ${Math.round(100 * SIZES[size])} percent`);
  }

  function fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else
      board()
        ?.requestFullscreen()
        .catch(() => say("the browser does not allow full screen here"));
  }

  function draw() {
    title.textContent = model.get("title");
    const unfolds = model.get("unfold") && parts() > 1;
    for (const each of [back, next, count]) each.hidden = !unfolds;
    count.textContent = `${at()} of ${parts()}`;
    back.disabled = at() <= 1;
    next.disabled = at() >= parts();
    smaller.disabled = size === 0;
    larger.disabled = size === SIZES.length - 1;
    stop.refresh();
    fold();
  }

  function fold() {
    const unfolds = model.get("unfold") && parts() > 1;
    [...(grid()?.children ?? [])].forEach((part, number) => {
      /** @type {HTMLElement} */ (part).style.display = unfolds && number >= at() ? "none" : "";
    });
  }

  // The parts come into the page one by one, some of them after this head, and the grid may come
  // last. What is watched must not be what fold() changes, or the two would never rest.
  const watcher = new MutationObserver(() => {
    watch();
    fold();
  });
  function watch() {
    for (const around of [board(), grid()]) if (around) watcher.observe(around, { childList: true });
  }
  const begin = requestAnimationFrame(() => {
    watch();
    fold();
  });
  draw();
  const unlisten = listen(model, { "change:at": draw, "change:title": draw, "change:parts": draw });
  return () => {
    unlisten();
    watcher.disconnect();
    cancelAnimationFrame(begin);
  };
}

export default { render };
