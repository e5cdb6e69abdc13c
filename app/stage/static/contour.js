/** The terrain from above: trails, heads, marks, and a start that can be dragged. */

import { mark, tame } from "./canvas.js";
import { clamp, pretty } from "./dom.js";
import { Handle } from "./handle.js";
import { Panel } from "./panel.js";
import { axisMap, flatLayout, merge } from "./plot.js";
import { drawHeads, drawTrails, Labels } from "./trails.js";

export class ContourPanel extends Panel {
  constructor(stage, spec) {
    super(stage, spec);
    this.labels = new Labels();
    this.host.addEventListener("pointermove", (event) => this.hover(event));
    this.host.addEventListener("pointerleave", () => this.hush());
    this.host.addEventListener("click", (event) => this.click(event));
  }

  dress(spec, tensors) {
    super.dress(spec, tensors);
    if (spec.handle && !this.handle) this.handle = new Handle(this);
    if (!spec.handle && this.handle) {
      this.handle.element.remove();
      this.handle = null;
    }
    this.host.classList.toggle("is-clickable", Boolean(spec.handle));
  }

  /** @param {import("./theme.js").Theme} theme */
  themed(theme) {
    const colors = { colorscale: theme.terrain, line: { color: theme.isoline } };
    return {
      data: this.figure.data.map((trace) => merge(trace, colors)),
      layout: merge(flatLayout(theme, false), this.figure.layout),
    };
  }

  placed() {
    const { xaxis, yaxis } = this.plot._fullLayout;
    [this.x, this.y] = [axisMap(xaxis), axisMap(yaxis)];
    this.box = { left: this.x.from, right: this.x.to, top: this.y.from, bottom: this.y.to };
    this.handle?.place();
  }

  project() {
    const { tensors } = this.stage.recording;
    const { shape: [runs, points], data } = tensors[this.spec.paths];
    const middleX = (this.box.left + this.box.right) / 2;
    const middleY = (this.box.top + this.box.bottom) / 2;
    this.tracks = Array.from({ length: runs }, (_, run) => {
      const length = clamp(this.stage.lengthOf(run), 0, points);
      const xy = new Float32Array(2 * length);
      for (let index = 0, from = 2 * run * points; index < length; index += 1) {
        const x = this.x.pixel(data[from + 2 * index]);
        const y = this.y.pixel(data[from + 2 * index + 1]);
        xy[2 * index] = tame(x, y, middleX, middleY);
        xy[2 * index + 1] = tame(y, x, middleY, middleX);
      }
      return { xy, length };
    });
    const { handle } = this.spec;
    if (handle) this.handle.follow(this.stage.recording.values[handle.x] ?? data[0], this.stage.recording.values[handle.y] ?? data[1]);
  }

  /** @param {number} t */
  draw(t) {
    if (!this.tracks || !this.box) return;
    const { theme, styles } = this.stage;
    const context = this.overlay.clear();
    const { left, top, right, bottom } = this.box;
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    drawTrails(context, this.tracks, styles, t, theme);
    const taken = this.spec.marks.map(({ kind, x, y }) => {
      const [atX, atY] = [this.x.pixel(x), this.y.pixel(y)];
      mark(context, kind, atX, atY, theme);
      return { left: atX - 9, top: atY - 9, right: atX + 9, bottom: atY + 9 };
    });
    if (this.handle) taken.push(this.handle.ring());
    const heads = drawHeads(context, this.tracks, styles, t, theme, this.box);
    this.labels.draw(context, heads, styles, theme, this.box, taken);
    context.restore();
  }

  /** Data coordinates under the pointer, or null outside the axes. @param {PointerEvent | MouseEvent} event */
  under(event) {
    const frame = this.host.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    const { left, top, right, bottom } = this.box ?? { left: 1, right: 0, top: 1, bottom: 0 };
    if (x < left || x > right || y < top || y > bottom) return null;
    return { px: x, py: y, x: this.x.value(x), y: this.y.value(y) };
  }

  click(event) {
    const at = this.spec.handle && !event.target.closest(".stage-handle") && this.under(event);
    if (at) this.handle.jump(at.x, at.y, event.timeStamp);
  }

  hover(event) {
    if (event.pointerType === "touch" || event.buttons || event.target.closest(".stage-handle")) return this.hush();
    const at = this.under(event);
    if (!at) return this.hush();
    const near = this.spec.marks.find((m) => Math.hypot(this.x.pixel(m.x) - at.px, this.y.pixel(m.y) - at.py) < 12);
    const names = ["xaxis", "yaxis"].map((axis) => this.figure.layout[axis]?.title?.text ?? axis[0]);
    const lines = near
      ? [near.label, `${names[0]} = ${pretty(near.x)}, ${names[1]} = ${pretty(near.y)}`]
      : [`${names[0]} = ${pretty(at.x, 3)}, ${names[1]} = ${pretty(at.y, 3)}`];
    const height = this.elevation(near?.x ?? at.x, near?.y ?? at.y);
    if (Number.isFinite(height)) lines.push(`height ${pretty(height, 3)}`);
    return this.tell(at.px, at.py, lines);
  }

  /** The terrain's value between the points of the grid. @param {number} x @param {number} y */
  elevation(x, y) {
    const { x: xs, y: ys, z } = this.figure.data[0] ?? {};
    if (!z?.length || !xs?.length) return NaN;
    const column = clamp(((x - xs[0]) / (xs[xs.length - 1] - xs[0])) * (xs.length - 1), 0, xs.length - 1.001);
    const row = clamp(((y - ys[0]) / (ys[ys.length - 1] - ys[0])) * (ys.length - 1), 0, ys.length - 1.001);
    const [i, j, u, v] = [Math.floor(row), Math.floor(column), row % 1, column % 1];
    const level = (1 - u) * ((1 - v) * z[i][j] + v * z[i][j + 1]) + u * ((1 - v) * z[i + 1][j] + v * z[i + 1][j + 1]);
    const offset = this.figure.layout.meta?.log_offset;
    return offset === undefined ? level : 10 ** level + offset;
  }
}
