/** The stage: panels over one timeline, fed by the page and, while something is dragged, by the live route. */

import { build } from "./building.js";
import { SidePanel } from "./side_panel.js";
import { make, movable } from "./dom.js";
import { Sync } from "./sync.js";
import { fits } from "./limits.js";
import { Mark } from "./mark.js";
import { Player, press } from "./player.js";
import { receive } from "./receiving.js";
import { Store } from "./store.js";
import { publish, readTheme, runStyles } from "./theme.js";
import { Timeline } from "./timeline.js";

/**
 * For tests the element has attributes that tell what it shows: `data-run` counts the recordings drawn, `data-query` is the setting of the
 * last one, `data-stale` why it is not that of the controls ("" if it is, see mark.js), `data-step` and `data-steps` the
 * playhead, `data-playing` whether it moves, `data-live-ms` from the last pointer move to its picture, `data-frame-ms`
 * the script's time for the last frame.
 */

/** @import { AnyPanel, Payload, Recording, RunStyle, Scene, Tensor, Tensors, Theme, Wanted } from "./types.d.ts" */

const RESCALE_EVERY = 160; // ms between two redrawn axes while something is dragged

export class Stage {
  // Set by the first payload, and read by nobody before.
  /** @type {Scene} */ scene;
  /** @type {Wanted} the setting that the controls show */ wanted;
  /** @type {Theme} */ theme;
  /** @type {RunStyle[]} one for each run */ styles;
  /** @type {Tensors} the scene's */ fixed;
  /** @type {Recording} that is drawn */ recording;
  /** @type {string} of the scene */ digest;
  /** @type {boolean} whether the page could not draw the wanted setting at once */ late;
  /** @type {number | null} step that the page asked for last */ asked;

  /** @param {string} key */
  constructor(key) {
    this.key = key;
    /** @type {Map<string, AnyPanel>} */
    this.panels = new Map();
    this.runs = 0; // recordings drawn
    this.lastRescale = 0; // ms
    this.timeline = new Timeline({ draw: (t) => this.draw(t), changed: () => this.changed(), rested: (step) => this.rested(step) });
    this.player = new Player(this.timeline);
    this.grid = make("div", { class: "stage-grid" });
    this.message = make("p", { class: "stage-message", role: "status" });
    this.voice = make("p", { class: "stage-unseen", "aria-live": "polite" });
    this.element = make("div", { class: "stage", "data-testid": "stage", role: "region", "aria-label": "Animated picture" }, this.grid, this.message, this.voice);
    this.element.dataset.playing = "false";
    this.moveTo = movable(this.element);
    this.store = new Store();
    this.sync = new Sync(this);
    this.sidePanel = new SidePanel(this);
    this.mark = new Mark(this);
    /** @param {KeyboardEvent} event */
    this.keys = (event) => this.recording && press(event, this.element, this.timeline);
    document.addEventListener("keydown", this.keys);
  }

  /** A payload from the page. @param {Payload} payload */
  receive(payload) {
    receive(this, payload);
  }

  /** Follow the page's theme. */
  dress() {
    const theme = readTheme(this.element);
    if (JSON.stringify(theme) === JSON.stringify(this.theme)) return;
    this.theme = theme;
    for (const element of [this.element, this.sidePanel.element]) publish(element, theme);
    if (!this.recording) return;
    for (const panel of this.panels.values()) panel.react();
    this.sidePanel.repaint();
    this.refresh();
  }

  /** Draw a recording, and the scene if a new one came with it. @param {Recording & Partial<Payload>} payload */
  show(payload) {
    if (payload.scene && payload.digest !== this.digest) build(this, payload.scene, payload);
    const { digest, query, values, standings, caption, tensors, draft, view } = payload;
    this.recording = { digest, query, values, standings, caption, tensors, draft, called: view?.called ?? payload.called };
    this.refresh();
    this.element.dataset.query = String(new URLSearchParams(query));
    this.element.dataset.run = String((this.runs += 1));
    if (this.runs === 1) performance.mark("stage: first picture");
  }

  refresh() {
    this.styles = runStyles(this.scene.runs, this.theme, this.focus());
    for (const panel of this.panels.values()) if (panel.laidOut) panel.project();
    this.sidePanel.update();
    this.draw(this.timeline.t);
    this.mark.update();
  }

  /** One frame. @param {number} t */
  draw(t) {
    if (!this.recording) return;
    const begin = performance.now();
    for (const panel of this.panels.values()) panel.draw(t);
    this.player.update(this.scene);
    this.element.dataset.step = String(this.timeline.step);
    this.element.dataset.steps = String(this.timeline.steps);
    this.element.dataset.frameMs = (performance.now() - begin).toFixed(2);
  }

  changed() {
    const { playing, step, steps } = this.timeline;
    this.element.dataset.playing = String(playing);
    this.player.changed();
    if (!playing) for (const panel of this.panels.values()) panel.speak();
    this.voice.textContent = playing ? "Playing" : `Paused at ${this.scene.unit} ${step} of ${steps}`;
  }

  /** @param {number} step */
  rested(step) {
    for (const panel of this.panels.values()) panel.speak();
    this.sync.report("playhead", { step });
  }

  /** Everything exact, now that nothing moves. */
  settle() {
    for (const panel of this.panels.values()) {
      panel.settle();
      panel.speak();
    }
  }

  /** Whether an axis may be redrawn now: exactly when at rest, seldom and only if need be during a drag. @param {number[] | undefined} drawn @param {number[]} wanted */
  mayRescale(drawn, wanted) {
    if (!drawn) return true;
    if (drawn.every((edge, index) => edge === wanted[index])) return false;
    if (!this.sync.busy) return true;
    if (fits(drawn, wanted) || performance.now() - this.lastRescale < RESCALE_EVERY) return false;
    this.lastRescale = performance.now();
    return true;
  }

  /** An array by its name: the recording's, or one that no drag changes. @param {string} name @returns {Tensor} */
  tensor(name) {
    return this.recording.tensors[name] ?? this.fixed[name];
  }

  /** What sliders and handles stand at, without pending settings. @returns {Record<string, number>} */
  get values() {
    return this.wanted.values;
  }

  /** Points of a run that are drawn. @param {number} run */
  lengthOf(run) {
    return this.recording.tensors.length?.data[run] ?? Infinity;
  }

  /** Name of the run in focus. */
  focus() {
    const { selectable, focus } = this.scene;
    const chosen = selectable && (this.sync.pending[selectable] ?? this.wanted.query[selectable]);
    return chosen ? String(chosen) : focus;
  }

  /** A row of the standings. @param {string} name */
  select(name) {
    this.sync.startDrag();
    if (this.scene.selectable) this.sync.request({ [this.scene.selectable]: name }, performance.now());
    this.refresh();
    this.sync.endDrag();
  }

  /** @param {string} text */
  say(text) {
    if (this.message.textContent !== text) this.message.textContent = text;
  }

  destroy() {
    document.removeEventListener("keydown", this.keys);
    this.timeline.destroy();
    this.sync.destroy();
    this.sidePanel.destroy();
    this.mark.destroy();
    for (const panel of this.panels.values()) panel.destroy();
    this.element.remove();
  }
}
