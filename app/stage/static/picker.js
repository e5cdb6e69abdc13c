/** The cell under the pointer sets two settings: shown at once, kept by a click, moved with the arrow keys. */

import { make } from "./dom.js";

/** @import { Cell, PickSpec } from "./types.d.ts" */

/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const LEAST = 9; // px of the frame around the picked cell, however small the cell

export class Picker {
  /** @param {import("./map.js").AnyMap} panel @param {PickSpec} spec */
  constructor(panel, spec) {
    this.panel = panel;
    this.spec = spec;
    /** @type {Cell | null} of the recording */
    this.cell = null;
    /** @type {Cell | null} under the pointer, or where the arrow keys are */
    this.aim = null;
    this.held = false;
    this.element = make("div", {
      class: "stage-picker",
      role: "slider",
      tabindex: "0",
      "aria-label": panel.spec.title,
      onpointerdown: (event) => this.grab(event),
      onpointermove: (event) => this.move(event),
      onpointerup: (event) => this.drop(event),
      onpointercancel: () => this.leave(),
      onpointerleave: () => this.leave(),
      onkeydown: (event) => this.press(event),
      onkeyup: (event) => KEYS[event.key] && this.keep(event.timeStamp),
      onblur: () => this.leave(),
    });
    panel.host.append(this.element);
  }

  /** Cover the axes, and stand where the recording was computed. */
  project() {
    const { box, raster, stage } = this.panel;
    Object.assign(this.element.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.right - box.left}px`, height: `${box.bottom - box.top}px` });
    const { [this.spec.x]: x, [this.spec.y]: y } = stage.values;
    this.cell = raster.cells && Number.isFinite(x + y) ? raster.nearest(x, y) : null;
    const last = raster.cells ? raster.rows * raster.columns - 1 : 0;
    const now = this.cell ? this.cell.row * raster.columns + this.cell.column : 0;
    const attributes = { min: 0, max: last, now, text: this.words() ?? "" };
    for (const [name, value] of Object.entries(attributes)) this.element.setAttribute(`aria-value${name}`, String(value));
  }

  /** The picked cell and what it says. */
  words() {
    if (!this.cell) return undefined;
    const { panel } = this;
    return [panel.whereabouts(panel.raster.centre(this.cell)), ...panel.raster.read(this.cell).map(({ text }) => text)].join(", ");
  }

  /** A frame around the picked cell. @param {CanvasRenderingContext2D} context */
  draw(context) {
    if (!this.cell) return;
    const { across, up } = this.panel.raster;
    const [x, y] = [across.centre(this.cell.column), up.centre(this.cell.row)];
    const [width, height] = [Math.max(Math.abs(across.step), LEAST), Math.max(Math.abs(up.step), LEAST)];
    for (const line of [{ color: this.panel.stage.theme.casing, width: 4.5 }, { color: "#ffffff", width: 2 }]) {
      context.strokeStyle = line.color;
      context.lineWidth = line.width;
      context.strokeRect(x - width / 2, y - height / 2, width, height);
    }
  }

  /** The cell under an event, or null. @param {PointerEvent} event */
  under(event) {
    const at = this.panel.under(event);
    return at && this.panel.raster.under(at.px, at.py);
  }

  /** @param {Cell | null} cell @param {number} stamp */
  show(cell, stamp) {
    if (!cell || (cell.row === this.aim?.row && cell.column === this.aim?.column)) return;
    this.aim = cell;
    this.panel.stage.sync.preview(this.settings(cell), stamp);
  }

  /** What a cell sets. @param {Cell} cell */
  settings(cell) {
    const { x, y } = this.panel.raster.centre(cell);
    return { [this.spec.x]: Number(x.toPrecision(6)), [this.spec.y]: Number(y.toPrecision(6)) };
  }

  /** @param {PointerEvent} event */
  grab(event) {
    if (event.button) return;
    this.element.setPointerCapture(event.pointerId);
    this.held = true;
    this.show(this.under(event), event.timeStamp);
    this.panel.hover(event);
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (this.held) this.panel.hover(event);
    if (this.held || (this.spec.on === "hover" && event.pointerType !== "touch")) this.show(this.under(event), event.timeStamp);
  }

  /** @param {PointerEvent} event */
  drop(event) {
    if (!this.held) return;
    this.held = false;
    this.keep(event.timeStamp);
  }

  /** The picture stays as it was shown. @param {number} stamp */
  keep(stamp) {
    if (this.aim) this.panel.stage.sync.accept(this.settings(this.aim), stamp);
    this.aim = null;
  }

  leave() {
    [this.held, this.aim] = [false, null];
    this.panel.stage.sync.endPreview();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const direction = KEYS[event.key];
    const { raster } = this.panel;
    if (!direction || !raster.cells) return;
    event.preventDefault();
    event.stopPropagation();
    const from = this.aim ?? this.cell ?? { row: 0, column: 0 };
    /** @param {number} step @param {number} sign */
    const side = (step, sign) => (Math.sign(step) === sign ? 1 : -1);
    /** @param {number} index @param {number} by @param {number} count */
    const move = (index, by, count) => Math.min(Math.max(index + by, 0), count - 1);
    const next = {
      column: move(from.column, direction[0] * side(raster.across.step, 1), raster.columns),
      row: move(from.row, direction[1] * side(raster.up.step, -1), raster.rows),
    };
    this.show(next, event.timeStamp);
  }
}
