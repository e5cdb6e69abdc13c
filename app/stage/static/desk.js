/** Standings and knobs: on the page's own place for them, or under the panels if it has none. */

import { make, movable } from "./dom.js";
import { Knobs } from "./knobs.js";
import { Standings } from "./standings.js";

/** @typedef {ReturnType<typeof setTimeout>} Timer */

const PATIENCE = 400; // ms that a stage waits for the page's place

/** @type {Map<string, HTMLElement>} places by the key of their stage */
const places = new Map();

/** @type {Map<string, Desk>} */
const desks = new Map();

export class Desk {
  /** @param {import("./stage.js").Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {Timer | undefined} */
    this.timer = undefined;
    this.knobs = new Knobs(stage);
    this.standings = new Standings(stage);
    this.caption = make("p", { class: "stage-caption", "aria-live": "polite" });
    const scroller = make("div", { class: "stage-scroller", tabindex: "-1" }, this.standings.element);
    this.element = make("div", { class: "stage-desk" }, this.caption, scroller, this.knobs.element);
    this.moveTo = movable(this.element);
    desks.set(stage.key, this);
    this.settle();
  }

  /** Move to the page's place now, or under the panels after some patience. */
  settle() {
    clearTimeout(this.timer);
    const place = places.get(this.stage.key);
    if (place) this.moveTo(place);
    else this.timer = setTimeout(() => this.moveTo(this.stage.element), PATIENCE);
  }

  build() {
    this.knobs.build(this.stage.scene.knobs);
    this.element.classList.toggle("is-empty", !this.stage.scene.knobs.length && !this.stage.scene.runs.length);
  }

  /** The theme changed. */
  repaint() {
    this.knobs.built = "";
    this.build();
  }

  update() {
    this.knobs.update(this.stage.values);
    this.caption.textContent = this.stage.recording.caption;
    this.standings.update(this.stage.recording.standings);
  }

  destroy() {
    clearTimeout(this.timer);
    if (desks.get(this.stage.key) === this) desks.delete(this.stage.key);
    this.element.remove();
  }
}

/** @param {string} key @param {HTMLElement} place */
export function offerPlace(key, place) {
  if (places.get(key) === place) return;
  places.set(key, place);
  desks.get(key)?.settle();
}

/** @param {string} key @param {HTMLElement} place */
export function withdrawPlace(key, place) {
  if (places.get(key) !== place) return;
  places.delete(key);
  desks.get(key)?.settle();
}
