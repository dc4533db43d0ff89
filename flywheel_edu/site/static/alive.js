// @ts-check
// Brings the widgets of a page to life with no Python behind them. Each widget is an ES module with
// render({ model, el }); its model here holds the state that the notebook had at its end. Scripts
// beside the page have laid out both in window.flywheelSite: code by fingerprint, models by name.
// No module of its own and nothing fetched, so that a page opened from a disk works too.

(() => {
  /**
   * @typedef {{ code: string, classes: string[], state: Record<string, any> }} Living
   * @typedef {{ box: string, children: string[], classes: string[], layout: Record<string, string> }} Box
   */

  /** What anywidget hands to a widget: values, and who wants to hear of them. */
  class Model {
    /** @param {Record<string, any>} state */
    constructor(state) {
      this.state = state;
      /** @type {Map<string, Set<(...args: any[]) => void>>} */
      this.heard = new Map();
    }

    /** @param {string} name */
    get(name) {
      return this.state[name];
    }

    /** @param {string} name @param {any} value */
    set(name, value) {
      const changed = JSON.stringify(this.state[name]) !== JSON.stringify(value);
      this.state[name] = value;
      const heard = this.heard.get(`change:${name}`) ?? [];
      if (changed) for (const answer of [...heard]) answer(this, value);
    }

    /** What was set is there already. There is no send(): a widget sees that nobody would answer. */
    save_changes() {}

    /** @param {string} event @param {(...args: any[]) => void} answer */
    on(event, answer) {
      this.heard.set(event, (this.heard.get(event) ?? new Set()).add(answer));
    }

    /** @param {string} event @param {(...args: any[]) => void} answer */
    off(event, answer) {
      this.heard.get(event)?.delete(answer);
    }
  }

  /** @type {Map<string, Promise<any>>} */
  const modules = new Map();
  /** @type {Map<string, Model>} */
  const models = new Map();

  /** A widget's module, and its style in the page, once. @param {string} name */
  function widgetOf(name) {
    let made = modules.get(name);
    if (!made) {
      const { esm, css } = window.flywheelSite.code[name];
      const style = document.createElement("style");
      style.textContent = css;
      document.head.append(style);
      const address = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
      made = import(address).then(module => module.default).finally(() => URL.revokeObjectURL(address));
      modules.set(name, made);
    }
    return made;
  }

  /** Two views of one widget share its model. @param {string} id */
  function modelOf(id) {
    const model = models.get(id) ?? new Model(window.flywheelSite.models[id].state);
    models.set(id, model);
    return model;
  }

  /** Show a widget, or what a box holds, inside an element. @param {string} id @param {HTMLElement} el */
  async function show(id, el) {
    /** @type {Living | Box} */
    const about = window.flywheelSite.models[id];
    el.classList.add(...about.classes);
    if ("box" in about) {
      el.classList.add(`fw-${about.box.toLowerCase()}`);
      for (const [name, value] of Object.entries(about.layout)) {
        el.style.setProperty(name.replaceAll("_", "-"), value);
      }
      for (const child of about.children) {
        const part = document.createElement("div");
        el.append(part);
        await show(child, part);
      }
      return;
    }
    const widget = await widgetOf(about.code);
    await widget.render({ model: modelOf(id), el });
  }

  /** The still picture stays if the widget cannot be shown. @param {HTMLElement} place */
  async function enliven(place) {
    const stills = /** @type {HTMLElement[]} */ ([...place.children]);
    const el = document.createElement("div");
    const about = window.flywheelSite?.models?.[place.dataset.widget ?? ""];
    if (!about) return;
    try {
      if ("code" in about) await widgetOf(about.code); // while it loads, the picture is there
      for (const still of stills) still.hidden = true;
      place.append(el);
      await show(/** @type {string} */ (place.dataset.widget), el);
    } catch (problem) {
      el.remove();
      for (const still of stills) still.hidden = false;
      console.error(problem);
    }
  }

  document.addEventListener("DOMContentLoaded", async () => {
    for (const place of document.querySelectorAll(".fw-live")) {
      await enliven(/** @type {HTMLElement} */ (place));
    }
  });
})();
