// @ts-check
// A widget's words in the reader's language: what words.py does, on the page. Views are written in
// English; what they put on the page is looked up as it appears. What a student or an author wrote
// stands in [dir=auto], on a drawing's item or in a field, and stays as it is.

const LABELS = ["aria-label", "aria-roledescription", "title", "placeholder"];
const OWN = "[dir=auto], [data-key] text, [data-key] title, .fwc-which, .fw-name, textarea, style";

/** From English to the language of the table. @param {Record<string, string>} table */
export function sayer(table) {
  const place = /\{(\w+)\}/g;
  const bare = (/** @type {string} */ key) => key.replace(place, "").length;
  const patterns = Object.entries(table)
    .filter(([key]) => key.search(place) >= 0)
    .sort(([one], [other]) => bare(other) - bare(one))
    .map(([key, to]) => {
      const plain = key.replace(/[^\w\s{}]/g, "\\$&").replace(place, "(?<$1>.+?)");
      return /** @type {const} */ ([new RegExp(`^${plain}$`, "s"), to]);
    });
  /** @param {string} text @returns {string} */
  const say = text => {
    if (Object.hasOwn(table, text)) return table[text];
    for (const [pattern, to] of patterns) {
      const places = pattern.exec(text)?.groups;
      if (places)
        return to.replace(place, (_all, name) => (/^[A-Z]/.test(name) ? say(places[name]) : places[name]));
    }
    return text;
  };
  return say;
}

/**
 * The same widget, speaking the language of the table.
 * @param {(handed: { model: any, el: HTMLElement }) => any} render @param {Record<string, string>} table
 */
export function inWords(render, table) {
  const say = sayer(table);
  /** @param {Node} node */
  const translate = node => {
    if (node instanceof Text) {
      const [, before, text, after] = /^(\s*)(.*?)(\s*)$/s.exec(node.data) ?? [];
      const told = text && !node.parentElement?.closest(OWN) ? before + say(text) + after : node.data;
      if (told !== node.data) node.data = told;
    } else if (node instanceof Element) {
      for (const label of node.matches(".fw-head") ? [] : LABELS) {
        const text = node.getAttribute(label);
        if (text && say(text) !== text) node.setAttribute(label, say(text));
      }
      node.childNodes.forEach(translate);
    }
  };
  return (/** @type {{ model: any, el: HTMLElement }} */ handed) => {
    const end = render(handed);
    translate(handed.el);
    const watcher = new MutationObserver(changes => {
      for (const { type, target, addedNodes } of changes)
        for (const node of type === "childList" ? addedNodes : [target]) translate(node);
    });
    watcher.observe(handed.el, {
      ...{ subtree: true, childList: true, characterData: true },
      attributeFilter: LABELS,
    });
    return () => {
      watcher.disconnect();
      end?.();
    };
  };
}
