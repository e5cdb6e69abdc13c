/** The start of all runs on a contour: dragged, clicked to, or moved with the arrow keys. */

import { clamp, make, pretty } from "./dom.js";

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Handle {
  /** @param {import("./contour.js").ContourPanel} panel */
  constructor(panel) {
    this.panel = panel;
    this.element = make("div", {
      class: "stage-handle",
      role: "slider",
      tabindex: "0",
      "aria-label": panel.spec.handle.label,
      onpointerdown: (event) => this.grab(event),
      onpointermove: (event) => this.drag(event),
      onpointerup: (event) => this.drop(event),
      onpointercancel: (event) => this.drop(event),
      onkeydown: (event) => this.press(event),
      onkeyup: (event) => KEYS[event.key] && this.panel.stage.exchange.release(),
    });
    panel.host.append(this.element);
    this.held = null;
  }

  /** Stand where the recording starts, unless a finger holds the handle. @param {number} x @param {number} y */
  follow(x, y) {
    if (this.held || this.panel.spec.handle.x in this.panel.stage.exchange.wishes) return;
    [this.x, this.y] = [x, y];
    this.place();
  }

  place() {
    const { x, y, panel } = this;
    if (!panel.x || !Number.isFinite(x + y)) return;
    this.element.style.transform = `translate(${panel.x.pixel(x)}px, ${panel.y.pixel(y)}px)`;
    const { layout } = panel.figure;
    const [low, high] = this.span("xaxis");
    const attributes = {
      "aria-valuemin": low,
      "aria-valuemax": high,
      "aria-valuenow": x,
      "aria-valuetext": `${layout.xaxis?.title?.text ?? "x"} ${pretty(x)}, ${layout.yaxis?.title?.text ?? "y"} ${pretty(y)}`,
    };
    for (const [name, value] of Object.entries(attributes)) this.element.setAttribute(name, value);
  }

  /** @param {"xaxis" | "yaxis"} axis @returns {number[]} */
  span(axis) {
    return this.panel.plot._fullLayout[axis].range.map(Number).sort((a, b) => a - b);
  }

  grab(event) {
    if (event.button) return;
    event.preventDefault();
    this.element.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    const frame = this.panel.host.getBoundingClientRect();
    const [px, py] = [this.panel.x.pixel(this.x), this.panel.y.pixel(this.y)];
    this.held = { dx: px + frame.left - event.clientX, dy: py + frame.top - event.clientY };
    this.panel.stage.exchange.hold();
  }

  drag(event) {
    if (!this.held) return;
    const frame = this.panel.host.getBoundingClientRect();
    const x = this.panel.x.value(event.clientX + this.held.dx - frame.left);
    const y = this.panel.y.value(event.clientY + this.held.dy - frame.top);
    this.move(x, y, event.timeStamp);
  }

  drop() {
    if (!this.held) return;
    this.held = null;
    this.panel.stage.exchange.release();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const direction = KEYS[event.key];
    if (!direction) return;
    event.preventDefault();
    event.stopPropagation();
    const part = event.shiftKey ? 0.002 : 0.02;
    const [[x0, x1], [y0, y1]] = [this.span("xaxis"), this.span("yaxis")];
    this.panel.stage.exchange.hold();
    this.move(this.x + direction[0] * part * (x1 - x0), this.y + direction[1] * part * (y1 - y0), event.timeStamp);
  }

  /** A click beside the handle. @param {number} x @param {number} y @param {number} stamp */
  jump(x, y, stamp) {
    this.panel.stage.exchange.hold();
    this.move(x, y, stamp);
    this.panel.stage.exchange.release();
  }

  /** @param {number} x @param {number} y @param {number} stamp when the pointer moved */
  move(x, y, stamp) {
    const { spec, stage } = this.panel;
    [this.x, this.y] = [this.tidy(x, "xaxis"), this.tidy(y, "yaxis")];
    this.place();
    stage.exchange.ask({ [spec.handle.x]: this.x, [spec.handle.y]: this.y }, stamp);
  }

  /** Inside the axes, and no finer than a pixel. @param {number} value @param {"xaxis" | "yaxis"} axis */
  tidy(value, axis) {
    const [low, high] = this.span(axis);
    const digits = clamp(3 - Math.floor(Math.log10(high - low)), 0, 12);
    return Number(clamp(value, low, high).toFixed(digits));
  }
}
