/** Caption, standings and sliders: in the page's own slot for them, or under the plots if the page has none. */

import { make, movable } from "./dom.js";
import { Sliders } from "./sliders.js";
import { Standings } from "./standings.js";

/** @typedef {ReturnType<typeof setTimeout>} Timer */

const PATIENCE = 400; // ms that a stage waits for the page's slot

/** @type {Map<string, HTMLElement>} slots by the key of their stage */
const slots = new Map();

/** @type {Map<string, SidePanel>} */
const sidePanels = new Map();

export class SidePanel {
  /** @param {import("./stage.js").Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {Timer | undefined} */
    this.timer = undefined;
    this.sliders = new Sliders(stage);
    this.standings = new Standings(stage);
    this.caption = make("p", { class: "stage-caption", "aria-live": "polite" });
    const scroller = make("div", { class: "stage-scroller", tabindex: "-1" }, this.standings.element);
    this.element = make("div", { class: "stage-side-panel" }, this.caption, scroller, this.sliders.element);
    this.moveTo = movable(this.element);
    sidePanels.set(stage.key, this);
    this.moveToSlot();
  }

  /** Move to the page's slot now, or under the plots if none comes soon. */
  moveToSlot() {
    clearTimeout(this.timer);
    const slot = slots.get(this.stage.key);
    if (slot) this.moveTo(slot);
    else this.timer = setTimeout(() => this.moveTo(this.stage.element), PATIENCE);
  }

  build() {
    this.sliders.build(this.stage.scene.sliders);
    this.element.classList.toggle("is-empty", !this.stage.scene.sliders.length && !this.stage.scene.runs.length);
  }

  /** The theme changed. */
  repaint() {
    this.sliders.built = "";
    this.build();
  }

  update() {
    this.sliders.update(this.stage.values);
    this.caption.textContent = this.stage.recording.caption;
    this.standings.update(this.stage.recording.standings);
  }

  destroy() {
    clearTimeout(this.timer);
    if (sidePanels.get(this.stage.key) === this) sidePanels.delete(this.stage.key);
    this.element.remove();
  }
}

/** @param {string} key @param {HTMLElement} slot */
export function offerSlot(key, slot) {
  if (slots.get(key) === slot) return;
  slots.set(key, slot);
  sidePanels.get(key)?.moveToSlot();
}

/** @param {string} key @param {HTMLElement} slot */
export function withdrawSlot(key, slot) {
  if (slots.get(key) !== slot) return;
  slots.delete(key);
  sidePanels.get(key)?.moveToSlot();
}
