/** What the panels have in common: a titled section, a Plotly plot, a canvas over it, a readout under the pointer. */

import { Overlay } from "./canvas.js";
import { make } from "./dom.js";
import { CONFIG } from "./plot.js";
import { hydrate } from "./safetensors.js";
import { runStyles, tint } from "./theme.js";

const TAPPED = 4000; // ms that a finger's readout stays

export class Panel {
  /** @param {import("./stage.js").Stage} stage @param {any} spec a panel of app/stage/scene.py */
  constructor(stage, spec) {
    this.stage = stage;
    this.spec = spec;
    this.title = make("div", { class: "stage-title" });
    this.legend = make("div", { class: "stage-legend" });
    this.heading = make("div", { class: "stage-heading" }, this.title, this.legend);
    this.plot = make("div", { class: "stage-plotly" });
    this.host = make("div", { class: "stage-plot" }, this.plot);
    this.overlay = new Overlay(this.host);
    this.readout = make("div", { class: "stage-readout", hidden: true });
    this.host.append(this.readout);
    this.spoken = make("p", { class: "stage-unseen" });
    this.element = make("section", { class: `stage-panel stage-${spec.kind}`, "data-panel": spec.id }, this.heading, this.host, this.spoken);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.host);
  }

  /** Take a new description; its arrays come from the scene's tensors. @param {any} spec @param {Record<string, any>} tensors */
  dress(spec, tensors) {
    this.spec = spec;
    this.figure = hydrate(spec.figure, tensors);
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
    this.laid = true;
    this.placed();
  }

  /** The part of it that Plotly draws. */
  chart() {
    const { width, height } = this;
    const { data, layout } = this.themed(this.stage.theme);
    window.Plotly.react(this.plot, data, { ...layout, width, height, autosize: false }, this.config ?? CONFIG);
  }

  /** The host has another size. */
  resize() {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (width === this.width && height === this.height) return;
    this.react();
    this.refresh();
  }

  /** After Plotly moved the axes. */
  placed() {}

  /** Project the recording to pixels and draw it. */
  refresh() {
    if (!this.stage.recording || !this.laid) return;
    this.project();
    this.draw(this.stage.timeline.t);
  }

  /** After a drag or a playback came to rest. */
  settle() {}

  /** Put the key to the picture beside the title, if it changed. @param {any} content @param {() => HTMLElement[]} items */
  explain(content, items) {
    const key = JSON.stringify([content, this.stage.theme.dark]);
    if (key !== this.explained) this.legend.replaceChildren(...items());
    this.explained = key;
  }

  /** How one of several lines or groups is drawn: as the panel says, as the runs if there are as many, or plainly. */
  style(place, count) {
    const { theme, styles } = this.stage;
    const { series } = this.spec;
    if (series.length) return runStyles([series[place % series.length]], theme, null)[0];
    return count === styles.length ? styles[place] : { label: "", color: tint({ color: theme.categories[0] }, 0, 0, this.stage), dash: [], width: 2.5 };
  }

  /** The picture in words, as it stands now, for those who do not see it. */
  describe() {
    return "";
  }

  speak() {
    const words = this.laid && this.stage.recording ? this.describe() : "";
    if (this.spoken.textContent !== words) this.spoken.textContent = words;
  }

  /**
   * @param {number} x @param {number} y in pixels of the host
   * @param {(string | {text: string, color?: string})[]} lines
   */
  tell(x, y, lines) {
    this.readout.replaceChildren(
      ...lines.map((line) => {
        const chip = line.color ? [make("i", { style: `background:${line.color}` })] : [];
        return make("div", {}, ...chip, line.text ?? line);
      }),
    );
    this.readout.hidden = false;
    const { offsetWidth, offsetHeight } = this.readout;
    const left = x + 14 + offsetWidth > this.width ? x - 14 - offsetWidth : x + 14;
    const top = Math.min(Math.max(y - offsetHeight / 2, 0), this.height - offsetHeight);
    this.readout.style.transform = `translate(${Math.max(left, 0)}px, ${top}px)`;
  }

  /** Let `hover` say what is under a mouse, and for a while what a finger tapped on. */
  reads() {
    const listen = (name, touch, act) => this.host.addEventListener(name, (event) => (event.pointerType === "touch") === touch && act(event));
    listen("pointermove", false, (event) => this.hover(event));
    listen("pointerleave", false, () => this.hush());
    listen("pointerdown", true, (event) => {
      clearTimeout(this.tapped);
      this.hover(event);
      this.tapped = setTimeout(() => this.hush(), TAPPED);
    });
  }

  /** Where the pointer is in the host. @param {PointerEvent | MouseEvent} event */
  point(event) {
    const frame = this.host.getBoundingClientRect();
    return { px: event.clientX - frame.left, py: event.clientY - frame.top };
  }

  hush() {
    this.readout.hidden = true;
  }

  destroy() {
    this.observer.disconnect();
    if (this.plot._fullLayout) window.Plotly.purge(this.plot);
    this.element.remove();
  }
}
