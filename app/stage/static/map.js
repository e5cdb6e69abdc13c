/** What contour and raster panels share: two axes of data, an image under them, markers, handles, and a pointer that reads. */

import { mark } from "./canvas.js";
import { pretty } from "./dom.js";
import { Handle } from "./handle.js";
import { CellImage } from "./image.js";
import { legend } from "./legend.js";
import { Markers } from "./markers.js";
import { Panel } from "./panel.js";
import { Picker } from "./picker.js";
import { axisMap, flatLayout, logarithmic, merge } from "./plot.js";

/** @import { AxisMap, Box, Cell, Layout, MapSpec, NumberArray, ReadoutLine, Spot, Tensors, Theme, Trace } from "./types.d.ts" */

/** @typedef {MapPanel<MapSpec>} AnyMap */

/** @template {MapSpec} S @extends {Panel<S>} */
export class MapPanel extends Panel {
  /** @type {AxisMap} */
  x;

  /** @type {AxisMap} */
  y;

  /** @type {Box} of the axes, in pixels */
  box;

  /** @type {Picker | null} */
  picker = null;

  /** @param {import("./stage.js").Stage} stage @param {S} spec */
  constructor(stage, spec) {
    super(stage, spec);
    this.raster = new CellImage(this);
    this.markers = new Markers(this);
    /** @type {Handle[]} */
    this.handles = [];
    this.equipped = ""; // what handles and picker were made for
    this.projected = false;
    this.reads();
    this.host.addEventListener("click", (event) => this.click(event));
  }

  /** @param {S} spec @param {Tensors} tensors */
  dress(spec, tensors) {
    this.spec = spec;
    this.raster.dress(spec.raster ?? null, holes(spec, tensors));
    this.equip();
    super.dress(spec, tensors);
  }

  /** Handles and picker as the description asks for them. */
  equip() {
    const { handle, handles, pick } = this.spec;
    const wanted = [...(handle ? [handle] : []), ...handles];
    const text = JSON.stringify([wanted, pick]);
    if (text === this.equipped) return;
    this.equipped = text;
    for (const part of [...this.handles, this.picker]) part?.element.remove();
    this.picker = pick ? new Picker(this, pick) : null;
    this.handles = wanted.map((each) => new Handle(this, each));
    this.host.classList.toggle("is-clickable", Boolean(handle ?? pick));
  }

  /** @param {Theme} theme @returns {{data: Trace[], layout: Layout}} */
  themed(theme) {
    const layout = merge(flatLayout(theme, false), this.figure.layout);
    for (const axis of [layout.xaxis, layout.yaxis]) {
      axis.ticklabeloverflow = "allow"; // a number at the very end is worth more than a margin
      if (axis.type === "log" && axis.range) Object.assign(axis, logarithmic(axis.range));
    }
    return { data: [], layout };
  }

  axesMoved() {
    const { xaxis, yaxis } = this.plot._fullLayout;
    this.x = axisMap(xaxis);
    this.y = axisMap(yaxis);
    this.box = { left: this.x.from, right: this.x.to, top: this.y.from, bottom: this.y.to };
    for (const handle of this.handles) handle.reposition();
  }

  project() {
    this.raster.project();
    this.picker?.project();
    const { values } = this.stage;
    for (const handle of this.handles) handle.follow(values[handle.spec.x] ?? this.beginning()[0], values[handle.spec.y] ?? this.beginning()[1]);
    this.explain([this.spec.markers, this.stage.styles, this.raster.colors?.low, this.raster.colors?.high], () => legend(this));
    this.projected = true;
  }

  /** Where a handle stands that the recording gives no value. @returns {number[] | NumberArray} */
  beginning() {
    return [NaN, NaN];
  }

  /** @param {number} t */
  draw(t) {
    if (!this.projected) return;
    this.raster.draw(t);
    const context = this.overlay.clear();
    const { left, top, right, bottom } = this.box;
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    this.raster.texts(context);
    this.markers.below(context, t);
    this.trails(context, t);
    this.markers.above(context, t);
    this.picker?.draw(context);
    this.heads(context, t);
    context.restore();
  }

  /** @param {CanvasRenderingContext2D} _context @param {number} _t */
  trails(_context, _t) {}

  /** @param {CanvasRenderingContext2D} context @param {number} _t @returns {Box[]} what no label may stand on */
  heads(context, _t) {
    const taken = this.spec.marks.map(({ kind, x, y }) => {
      const [atX, atY] = [this.x.pixel(x), this.y.pixel(y)];
      mark(context, kind, atX, atY, this.stage.theme);
      return { left: atX - 9, top: atY - 9, right: atX + 9, bottom: atY + 9 };
    });
    return [...taken, ...this.handles.map((handle) => handle.ring())];
  }

  /** Data coordinates under the pointer, or null outside the axes. @param {PointerEvent | MouseEvent} event @returns {Spot | null} */
  under(event) {
    const { px: x, py: y } = this.point(event);
    const { left, top, right, bottom } = this.box ?? { left: 1, right: 0, top: 1, bottom: 0 };
    if (x < left || x > right || y < top || y > bottom) return null;
    return { px: x, py: y, x: this.x.value(x), y: this.y.value(y) };
  }

  /** @param {MouseEvent} event */
  click(event) {
    const { handle, pick } = this.spec;
    const at = handle && !pick && !onHandle(event) && this.under(event);
    if (at) this.handles[0].jump(at.x, at.y, event.timeStamp);
  }

  /** @param {PointerEvent} event */
  hover(event) {
    // Where a press moves something the picture itself answers.
    if (onHandle(event) || (event.buttons && this.spec.handle && !this.picker)) return this.hideReadout();
    const at = this.under(event);
    if (!at) return this.hideReadout();
    const near = this.near(at);
    const cell = this.raster.under(at.px, at.py);
    const point = near ?? (cell && this.raster.centre(cell)) ?? at;
    return this.showReadout(at.px, at.py, [...(near ? [near.label] : []), this.whereabouts(point), ...this.reading(point, cell)]);
  }

  /** @param {Spot} at @returns {{label: string, x: number, y: number} | null} a marker close to the pointer */
  near(at) {
    const { marks } = this.spec;
    return marks.find((m) => Math.hypot(this.x.pixel(m.x) - at.px, this.y.pixel(m.y) - at.py) < 12) ?? this.markers.near(at.px, at.py);
  }

  /** @param {{x: number, y: number}} point */
  whereabouts({ x, y }) {
    return `${this.name("x", x)}, ${this.name("y", y)}`;
  }

  /** A coordinate in words: its name and number, or the name that its axis gives it. @param {"x" | "y"} letter @param {number} value */
  name(letter, value) {
    const { title, tickvals, ticktext } = this.figure.layout[`${letter}axis`] ?? {};
    const names = tickvals && ticktext?.[[...tickvals].indexOf(Math.round(value))];
    return names === undefined || names === null ? `${title?.text ?? letter} = ${pretty(value, 3)}` : `${title?.text ?? letter} ${names}`;
  }

  /** What the picture says about a point. @param {{x: number, y: number}} _point @param {Cell | null} cell @returns {ReadoutLine[]} */
  reading(_point, cell) {
    return cell ? this.raster.read(cell) : [];
  }

  describe() {
    return [super.describe(), this.picker?.words()].filter(Boolean).join(". ");
  }
}

/** Whether the pointer is on a handle. @param {MouseEvent} event */
const onHandle = ({ target }) => target instanceof Element && target.closest(".stage-handle") !== null;

/** Whether a figure's terrain is undefined somewhere. @param {MapSpec} spec @param {Tensors} tensors */
function holes(spec, tensors) {
  const z = /** @type {{tensor?: string} | undefined} */ (/** @type {unknown} */ (spec.figure.data?.[0]?.z));
  return z?.tensor !== undefined && tensors[z.tensor].data.some(Number.isNaN);
}
