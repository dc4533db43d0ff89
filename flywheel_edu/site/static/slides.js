// @ts-check
// Cuts the page of a chapter into slides. A heading, a question, a picture and a widget are shown; the
// text on the way to them, and what is said once all have answered, are notes for the speaker.
// Keys: arrows, Page Up and Down, Home, End; N shows the notes, also on paper.

(() => {
  document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches
    ? "dark"
    : "light";

  /** @param {string} tag @param {string} kind */
  function made(tag, kind) {
    const element = document.createElement(tag);
    element.className = kind;
    return element;
  }

  /** @type {HTMLElement[]} */
  const slides = [];
  const deck = made("main", "fw-deck");

  /** @param {string} title */
  function slide(title) {
    const page = made("section", "fw-slide");
    const head = made("h2", "fw-title");
    head.textContent = title;
    const shown = made("div", "fw-shown");
    page.append(head, shown, made("aside", "fw-notes"));
    deck.append(page);
    slides.push(page);
    return shown;
  }

  /** What is worth a slide of its own, without the program that made it. @param {Element} part */
  function output(part) {
    return part.matches(".cell") ? part.querySelector(".cell_output") : null;
  }

  /** @param {Element} section */
  function cut(section) {
    const heading = section.querySelector(":scope > h1, :scope > h2, :scope > h3");
    const title = (heading?.textContent ?? "").replace(/#\s*$/, "").trim();
    /** @type {Element[]} */
    let waiting = [];
    let shown = slide(title);
    const notes = () => shown.parentElement?.querySelector(".fw-notes");
    const own = [...section.children].filter(part => part !== heading && !part.matches("section, span"));
    const opening = own.every(part => !output(part)) || section.parentElement === document.body;
    for (const part of own) {
      const out = output(part);
      if (out) {
        if (shown.childElementCount) shown = slide(title);
        notes()?.append(...waiting);
        waiting = [];
        shown.append(out);
      } else if (part.matches("details")) {
        part.setAttribute("open", "");
        notes()?.append(part);
      } else if (opening && part.matches("ul, ol, blockquote, p:has(> strong:only-child)"))
        shown.append(part);
      else if (!part.matches(".cell")) waiting.push(part);
    }
    notes()?.append(...waiting);
    for (const inner of section.querySelectorAll(":scope > section")) cut(inner);
  }

  for (const section of document.querySelectorAll("body > section")) cut(section);
  document.body.replaceChildren(deck, ...document.querySelectorAll("body > script"));

  const now = () => Math.round(deck.scrollTop / deck.clientHeight);
  const moves = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };
  /** @type {Record<string, (here: number) => number>} */
  const ways = { Home: () => 0, End: () => slides.length - 1 };
  for (const [key, by] of Object.entries(moves)) ways[key] = here => here + by;

  addEventListener("keydown", event => {
    const within = /** @type {Element} */ (event.target).closest?.(".fw-live");
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (within && !event.key.startsWith("Page")) return; // the arrows belong to the widget in focus
    if (event.key.toLowerCase() === "n") document.body.classList.toggle("fw-speaking");
    else if (ways[event.key]) {
      event.preventDefault();
      slides[Math.max(0, Math.min(slides.length - 1, ways[event.key](now())))].scrollIntoView();
    }
  });
  deck.addEventListener("scroll", () => history.replaceState(null, "", `#${now() + 1}`));
  addEventListener("load", () => slides[Number(location.hash.slice(1)) - 1]?.scrollIntoView());
})();
