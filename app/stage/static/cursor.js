/** The value of a setting as a vertical line on a chart: dragged, clicked to, or moved with the arrow keys. */

import { clamp, make, pretty } from "./dom.js";

/** @type {Record<string, number>} */
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

export class Cursor {
  /** @param {import("./profile.js").ProfilePanel} panel @param {string} name of the setting */
  constructor(panel, name) {
    this.panel = panel;
    this.name = name;
    this.held = false;
    this.value = NaN;
    this.element = make("div", {
      class: "stage-cursor",
      role: "slider",
      tabindex: "0",
      "aria-label": panel.spec.figure.layout.xaxis?.title?.text ?? name,
      onpointerdown: (event) => this.grab(event),
      onpointermove: (event) => this.held && this.go(event),
      onpointerup: () => this.drop(),
      onpointercancel: () => this.drop(),
      onkeydown: (event) => this.press(event),
      onkeyup: (event) => KEYS[event.key] && this.panel.stage.sync.endDrag(),
      // A key released elsewhere sends no event here, and the setting would never be committed.
      onblur: () => this.held || this.panel.stage.sync.endDrag(),
    });
    panel.host.append(this.element);
  }

  /** Cover the axes; the line itself is drawn by the panel. */
  project() {
    const { x, y, stage } = this.panel;
    Object.assign(this.element.style, { left: `${x.from}px`, top: `${y.from}px`, width: `${x.to - x.from}px`, height: `${y.to - y.from}px` });
    if (!this.held && !(this.name in stage.sync.pending)) this.value = stage.values[this.name];
    const [low, high] = this.ends();
    const now = Number.isFinite(this.value) ? this.value : low;
    const attributes = { "aria-valuemin": low, "aria-valuemax": high, "aria-valuenow": now, "aria-valuetext": pretty(now) };
    for (const [attribute, value] of Object.entries(attributes)) this.element.setAttribute(attribute, String(value));
  }

  /** The least and the greatest value; an axis may run from right to left. */
  ends() {
    const { x } = this.panel;
    return [x.value(x.from), x.value(x.to)].sort((one, other) => one - other);
  }

  /** @param {PointerEvent} event */
  grab(event) {
    if (event.button) return;
    this.element.setPointerCapture(event.pointerId);
    this.held = true;
    this.panel.stage.sync.startDrag();
    this.go(event);
  }

  /** @param {PointerEvent} event */
  go(event) {
    this.move(this.panel.x.value(this.panel.point(event).px), event.timeStamp);
  }

  drop() {
    if (!this.held) return;
    this.held = false;
    this.panel.stage.sync.endDrag();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const direction = KEYS[event.key];
    if (!direction) return;
    event.preventDefault();
    event.stopPropagation();
    const { x, stage } = this.panel;
    stage.sync.startDrag();
    this.move(x.value(x.pixel(this.value) + direction * 0.02 * (x.to - x.from)), event.timeStamp);
  }

  /** @param {number} value @param {number} stamp when the pointer moved */
  move(value, stamp) {
    const [low, high] = this.ends();
    this.value = Number(clamp(value, low, high).toPrecision(4));
    this.panel.stage.sync.request({ [this.name]: this.value }, stamp);
    this.panel.draw(this.panel.stage.timeline.t);
  }
}
