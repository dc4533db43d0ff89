// @ts-check
// Where a widget stands, between Python and the browser: Python writes `given`, with an edition; the
// browser writes one trait of its own, which counts as long as it is "of" that edition.

/**
 * @param {import("./base.js").WidgetModel} model @param {string} trait that the browser writes
 * @param {string[]} parts of where it stands
 */
export function standing(model, trait, parts) {
  let told = "";
  return {
    /** What the browser wrote if it began from Python's present edition, else what Python gave. */
    read() {
      const [from, by] = [model.get("given"), model.get(trait)];
      const source = by.of === from.edition ? by : from;
      return /** @type {any} */ (
        structuredClone(Object.fromEntries(parts.map(part => [part, source[part]])))
      );
    },
    /** @param {object} now */
    tell(now) {
      const sent = { ...structuredClone(now), of: model.get("given").edition };
      told = JSON.stringify(sent);
      model.set(trait, sent);
      model.save_changes();
    },
    /** Has another view of the same widget written since? */
    foreign() {
      const holds = JSON.stringify(model.get(trait));
      if (holds === told) return false;
      told = holds;
      return true;
    },
  };
}
