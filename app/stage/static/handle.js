/** A point of a map, as the start of all runs: dragged, clicked to, or moved with the arrow keys. */

import { clamp, make, pretty } from "./dom.js";

/** @import { HandleSpec } from "./types.d.ts" */

/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Handle {
  /** @param {import("./map.js").AnyMap} panel @param {HandleSpec} spec */
  constructor(panel, spec) {
    this.panel = panel;
    this.spec = spec;
    this.x = NaN;
    this.y = NaN;
    /** @type {{dx: number, dy: number} | null} px from the pointer to the point, while it is held */
    this.held = null;
    this.element = make("div", {
      class: "stage-handle",
      "data-look": spec.look,
      role: "slider",
      tabindex: "0",
      "aria-label": spec.label,
      onpointerdown: (event) => this.grab(event),
      // Raw updates come at once, moves with the next frame; browsers without the first have the second.
      onpointerrawupdate: (event) => this.drag(/** @type {PointerEvent} */ (event)),
      onpointermove: (event) => ("onpointerrawupdate" in window ? this.reposition() : this.drag(event)),
      onpointerup: () => this.drop(),
      onpointercancel: () => this.drop(),
      onkeydown: (event) => this.press(event),
      onkeyup: (event) => KEYS[event.key] && this.panel.stage.sync.endDrag(),
      // A key released elsewhere sends no event here, and the setting would never be committed.
      onblur: () => this.held || this.panel.stage.sync.endDrag(),
    });
    panel.host.append(this.element);
  }

  /** Move to where the recording starts, unless the handle is dragged. @param {number} x @param {number} y */
  follow(x, y) {
    if (this.held || this.spec.x in this.panel.stage.sync.pending) return;
    [this.x, this.y] = [x, y];
    this.reposition();
  }

  reposition() {
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
    for (const [name, value] of Object.entries(attributes)) this.element.setAttribute(name, String(value));
  }

  /** What the ring covers, so that no label stands on it. */
  ring() {
    const [x, y] = [this.panel.x.pixel(this.x), this.panel.y.pixel(this.y)];
    return { left: x - 13, top: y - 13, right: x + 13, bottom: y + 13 };
  }

  /** @param {"xaxis" | "yaxis"} axis @returns {number[]} */
  span(axis) {
    return this.panel.plot._fullLayout[axis].range.map(Number).sort((a, b) => a - b);
  }

  /** @param {PointerEvent} event */
  grab(event) {
    if (event.button) return;
    event.preventDefault();
    this.element.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    this.held = { dx: this.panel.x.pixel(this.x) - event.clientX, dy: this.panel.y.pixel(this.y) - event.clientY };
    this.panel.stage.sync.startDrag();
  }

  /** @param {PointerEvent} event */
  drag(event) {
    if (!this.held) return;
    const { x, y } = this.panel;
    this.move(x.value(event.clientX + this.held.dx), y.value(event.clientY + this.held.dy), event.timeStamp);
  }

  drop() {
    if (!this.held) return;
    this.held = null;
    this.panel.stage.sync.endDrag();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const direction = KEYS[event.key];
    if (!direction) return;
    event.preventDefault();
    event.stopPropagation();
    const part = event.shiftKey ? 0.002 : 0.02;
    const [[x0, x1], [y0, y1]] = [this.span("xaxis"), this.span("yaxis")];
    this.panel.stage.sync.startDrag();
    this.move(this.x + direction[0] * part * (x1 - x0), this.y + direction[1] * part * (y1 - y0), event.timeStamp);
  }

  /** A click beside the handle. @param {number} x @param {number} y @param {number} stamp */
  jump(x, y, stamp) {
    this.panel.stage.sync.startDrag();
    this.move(x, y, stamp);
    this.panel.stage.sync.endDrag();
  }

  /** @param {number} x @param {number} y @param {number} stamp when the pointer moved */
  move(x, y, stamp) {
    const { spec, panel: { stage } } = this;
    const before = [this.x, this.y];
    [this.x, this.y] = [this.tidy(x, "xaxis"), this.tidy(y, "yaxis")];
    if (this.x === before[0] && this.y === before[1]) return;
    if (!this.held || !("onpointerrawupdate" in window)) this.reposition();
    stage.sync.request({ [spec.x]: this.x, [spec.y]: this.y }, stamp);
  }

  /** Inside the axes, and no finer than a pixel. @param {number} value @param {"xaxis" | "yaxis"} axis */
  tidy(value, axis) {
    const [low, high] = this.span(axis);
    const digits = clamp(3 - Math.floor(Math.log10(high - low)), 0, 12);
    return Number(clamp(value, low, high).toFixed(digits));
  }
}
