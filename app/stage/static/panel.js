/** What the panels have in common: a titled section, a Plotly plot, a canvas over it, a readout under the pointer. */

import { Overlay } from "./canvas.js";
import { make } from "./dom.js";
import { CONFIG } from "./plot.js";
import { hydrate } from "./safetensors.js";
import { runStyles, tint } from "./theme.js";

/** @import { Figure, Layout, PanelSpec, PlotElement, ReadoutLine, RunStyle, Tensors, Theme, Trace } from "./types.d.ts" */

const TAPPED = 4000; // ms that the readout of a tap stays

/** A line of a readout without its colour. @param {ReadoutLine} line */
export const plainLine = (line) => (typeof line === "string" ? line : line.text);

/** @template {PanelSpec} S the description of its kind, app/stage/panels.py */
export class Panel {
  /** @type {Figure} with its arrays */
  figure;

  /** @type {Promise<void> | undefined} resolves when a slow panel is drawn */
  ready;

  /** @param {import("./stage.js").Stage} stage @param {S} spec */
  constructor(stage, spec) {
    this.stage = stage;
    this.spec = spec;
    this.title = make("div", { class: "stage-title" });
    this.legend = make("div", { class: "stage-legend" });
    this.heading = make("div", { class: "stage-heading" }, this.title, this.legend);
    this.plot = /** @type {PlotElement} */ (make("div", { class: "stage-plotly" }));
    /** @type {object} of Plotly */
    this.config = CONFIG;
    this.width = 0; // px of the drawn host
    this.height = 0;
    this.dressed = false; // whether it has a description
    this.laidOut = false; // whether it is drawn
    this.print = ""; // fingerprint of what it draws
    this.explained = "";
    this.host = make("div", { class: "stage-plot" }, this.plot);
    this.overlay = new Overlay(this.host);
    this.readout = make("div", { class: "stage-readout", hidden: true });
    this.host.append(this.readout);
    this.spoken = make("p", { class: "stage-unseen" });
    this.element = make("section", { class: `stage-panel stage-${spec.kind}`, "data-panel": spec.id }, this.heading, this.host, this.spoken);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.host);
  }

  /** Take a new description; its arrays come from the scene's tensors. @param {S} spec @param {Tensors} tensors */
  dress(spec, tensors) {
    this.spec = spec;
    this.figure = hydrate(/** @type {Figure} */ (spec.figure), tensors);
    this.dressed = true;
    this.title.textContent = spec.title;
    this.element.setAttribute("aria-label", spec.title);
    this.react();
  }

  /** Draw the static part, in the current theme. */
  react() {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (!this.dressed || width < 40 || height < 40) return;
    [this.width, this.height] = [width, height];
    this.chart();
    this.overlay.fit(width, height, this.stage.theme.font);
    this.laidOut = true;
    this.axesMoved();
  }

  /** The part of it that Plotly draws. */
  chart() {
    const { width, height } = this;
    const { data, layout } = this.themed(this.stage.theme);
    window.Plotly.react(this.plot, data, { ...layout, width, height, autosize: false }, this.config);
  }

  /** The figure in a theme. @param {Theme} _theme @returns {{data: Trace[], layout: Layout}} */
  themed(_theme) {
    return this.figure;
  }

  /** The host has another size. */
  resize() {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (width === this.width && height === this.height) return;
    this.react();
    this.refresh();
  }

  /** After Plotly moved the axes. */
  axesMoved() {}

  /** Take what is drawn from the recording, in pixels. */
  project() {}

  /** One frame. @param {number} _t */
  draw(_t) {}

  /** Say what is under the pointer. @param {PointerEvent} _event */
  hover(_event) {}

  /** Project the recording to pixels and draw it. */
  refresh() {
    if (!this.stage.recording || !this.laidOut) return;
    this.project();
    this.draw(this.stage.timeline.t);
  }

  /** After a drag or a playback came to rest. */
  settle() {}

  /** Put the key to the picture beside the title, if it changed. @param {unknown} content JSON @param {() => HTMLElement[]} items */
  explain(content, items) {
    const key = JSON.stringify([content, this.stage.theme.dark]);
    if (key !== this.explained) this.legend.replaceChildren(...items());
    this.explained = key;
  }

  /**
   * How one of several lines or groups is drawn: as the panel says, as the runs if there are as many, or plainly.
   * @param {number} index @param {number} count @returns {RunStyle}
   */
  style(index, count) {
    const { theme, styles } = this.stage;
    const { series } = this.spec;
    if (series?.length) return runStyles([series[index % series.length]], theme, null)[0];
    return count === styles.length ? styles[index] : { label: "", color: tint({ color: theme.categories[0] }, 0, 0, this.stage), dash: [], width: 2.5 };
  }

  /** The picture in words, as it stands now, for those who do not see it. */
  describe() {
    return "";
  }

  speak() {
    const words = this.laidOut && this.stage.recording ? this.describe() : "";
    if (this.spoken.textContent !== words) this.spoken.textContent = words;
  }

  /**
   * @param {number} x @param {number} y in pixels of the host
   * @param {ReadoutLine[]} lines
   */
  showReadout(x, y, lines) {
    this.readout.replaceChildren(
      ...lines.map((line) => {
        if (typeof line === "string") return make("div", {}, line);
        const chip = line.color ? [make("i", { style: `background:${line.color}` })] : [];
        return make("div", {}, ...chip, line.text);
      }),
    );
    this.readout.hidden = false;
    const { offsetWidth, offsetHeight } = this.readout;
    const left = x + 14 + offsetWidth > this.width ? x - 14 - offsetWidth : x + 14;
    const top = Math.min(Math.max(y - offsetHeight / 2, 0), this.height - offsetHeight);
    this.readout.style.transform = `translate(${Math.max(left, 0)}px, ${top}px)`;
  }

  /** Let `hover` describe what is under a mouse, and for a while what was tapped on. */
  reads() {
    /** @param {"pointermove" | "pointerleave" | "pointerdown"} name @param {boolean} touch @param {(event: PointerEvent) => void} act */
    const listen = (name, touch, act) => this.host.addEventListener(name, (event) => (event.pointerType === "touch") === touch && act(event));
    listen("pointermove", false, (event) => this.hover(event));
    listen("pointerleave", false, () => this.hideReadout());
    listen("pointerdown", true, (event) => {
      clearTimeout(this.tapped);
      this.hover(event);
      this.tapped = setTimeout(() => this.hideReadout(), TAPPED);
    });
  }

  /** Where the pointer is in the host. @param {PointerEvent | MouseEvent} event */
  point(event) {
    const frame = this.host.getBoundingClientRect();
    return { px: event.clientX - frame.left, py: event.clientY - frame.top };
  }

  hideReadout() {
    this.readout.hidden = true;
  }

  destroy() {
    this.observer.disconnect();
    if (this.plot._fullLayout) window.Plotly.purge(this.plot);
    this.element.remove();
  }
}
