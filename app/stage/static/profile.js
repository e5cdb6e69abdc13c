/** One quantity against another: depth, lag, cost, the size of a penalty. Lines may change with the playhead. */

import { disc, strokePlain } from "./canvas.js";
import { ChartPanel } from "./chart.js";
import { Cursor } from "./cursor.js";
import { pretty } from "./dom.js";
import { frameAt } from "./frames.js";
import { seriesKey } from "./legend.js";
import { limits } from "./limits.js";
import { band, fillFaint, level, polyline } from "./lines.js";
import { plainLine } from "./panel.js";

/** @import { NumberArray, ProfileSpec, ReadoutLine, Tensors } from "./types.d.ts" */

/**
 * A line of `end` points; `all` holds the values of all its frames.
 * @typedef {{run: number, role: string, frames: number, end: number, all: NumberArray, x: (index: number) => number, value: (index: number, frame?: number) => number}} Line
 */

/** @extends {ChartPanel<ProfileSpec>} */
export class ProfilePanel extends ChartPanel {
  /** @type {Cursor | null} */
  cursor = null;

  /** @type {Line[]} */
  low = [];

  /** @type {Line[]} */
  high = [];

  /** @type {Path2D[]} */
  paths = [];

  /** @type {{run: number, path: Path2D}[]} */
  bands = [];

  /** @param {import("./stage.js").Stage} stage @param {ProfileSpec} spec */
  constructor(stage, spec) {
    super(stage, spec);
    /** @type {Line[] | null} */
    this.lines = null;
    /** @type {number | null} that is drawn */
    this.frame = null;
    this.count = 0; // of lines
    this.reads();
  }

  /** @param {ProfileSpec} spec @param {Tensors} tensors */
  dress(spec, tensors) {
    if (spec.cursor !== this.cursor?.name) {
      this.cursor?.element.remove();
      this.cursor = spec.cursor ? new Cursor(Object.assign(this, { spec }), spec.cursor) : null;
    }
    super.dress(spec, tensors);
  }

  /** The lines of an array `[lines, n]` or `[lines, frames, n]`. @param {string | null} name @param {string} role @returns {Line[]} */
  read(name, role) {
    const tensor = name && this.stage.tensor(name);
    if (!tensor) return [];
    const { shape, data } = tensor;
    const [count, n] = [shape[0], shape[shape.length - 1]];
    const frames = shape.length > 2 ? shape[1] : 1;
    const xs = this.stage.tensor(this.spec.x);
    const rows = xs.shape.length > 1 ? xs.shape[0] : 1;
    return Array.from({ length: count }, (_, run) => {
      const all = data.subarray(run * frames * n, (run + 1) * frames * n);
      const from = (run % rows) * n;
      return { run, role, frames, end: n, all, x: (index) => xs.data[from + index], value: (index, frame = 0) => all[frame * n + index] };
    });
  }

  project() {
    const { lines, overlay, band: edges, floor } = this.spec;
    this.lines = [...this.read(lines, "line"), ...this.read(overlay, "overlay")];
    this.count = this.stage.tensor(lines).shape[0];
    this.low = edges ? this.read(edges[0], "edge") : [];
    this.high = edges ? this.read(edges[1], "edge") : [];
    this.fit(this.needs([...this.lines, ...this.low, ...this.high], floor));
    this.frame = null;
    this.cursor?.project();
    this.explain(this.spec.series, () => seriesKey(this));
  }

  /** Ranges over all frames, so that the axes stand still while the lines move. @param {Line[]} series @param {number} floor @returns {import("./chart.js").Ranges} */
  needs(series, floor) {
    const flat = series.map((line) => ({ ...line, end: line.all.length, full: line.all.every((value) => !Number.isNaN(value)), value: (/** @type {number} */ index) => line.all[index] }));
    const across = series.map((line) => ({ ...line, full: true, role: "line", value: line.x }));
    const [low, high] = limits(across, { log: Boolean(this.logs.xaxis), floor: 1e-30 });
    const room = (high - low) / 22; // what limits() adds: a profile begins and ends at its axes
    return { xaxis: [low + room, high - room], yaxis: limits(flat, { log: Boolean(this.logs.yaxis), floor }) };
  }

  /** Paths of the frame at the playhead; they are made anew only when it changes. @param {Line[]} lines @param {number} t */
  frameOf(lines, t) {
    const { steps } = this.stage.timeline;
    const frame = Math.max(...lines.map(({ frames }) => frameAt(frames, steps, t).index), 0);
    if (frame === this.frame) return;
    this.frame = frame;
    /** @param {Line} line @returns {Line["x"]} */
    const x = (line) => (index) => this.x.pixel(line.x(index));
    /** @param {Line} line @returns {Line["x"]} */
    const y = (line) => (index) => level(this.y, line.value(index, Math.min(frame, line.frames - 1)), this.spec.floor);
    this.paths = lines.map((line) => polyline(line.end, x(line), y(line)));
    this.bands = this.low.map((line, index) => ({ run: line.run, path: band(line.end, x(line), y(line), y(this.high[index])) }));
  }

  /** @param {number} t */
  draw(t) {
    if (!this.lines) return;
    this.frameOf(this.lines, t);
    const context = this.overlay.clear();
    const { x, y } = this;
    context.save();
    context.beginPath();
    context.rect(x.from - 3, y.from - 3, x.to - x.from + 6, y.to - y.from + 6);
    context.clip();
    for (const { run, path } of this.bands) fillFaint(context, path, this.style(run, this.count).color);
    this.lines.forEach((line, index) => this.line(context, line, this.paths[index], t));
    this.upright(context);
    context.restore();
  }

  /** @param {CanvasRenderingContext2D} context @param {Line} line @param {Path2D} path @param {number} t */
  line(context, line, path, t) {
    const style = this.style(line.run, this.count);
    if (line.role === "overlay") return strokePlain(context, path, { color: style.color, width: 1.6, dash: [1.6, 3.4] });
    const drawn = { ...style, width: style.width - 0.3 };
    if (!this.spec.follow) {
      strokePlain(context, path, drawn);
      if (this.spec.dots) this.dots(context, line, style.color);
      return undefined;
    }
    const { index, next, part } = frameAt(line.end, this.stage.timeline.steps, t);
    const now = this.x.pixel(line.x(index)) + part * (this.x.pixel(line.x(next)) - this.x.pixel(line.x(index)));
    const height = level(this.y, line.value(index) + part * (line.value(next) - line.value(index)), this.spec.floor);
    context.globalAlpha = 0.3;
    strokePlain(context, path, drawn);
    context.globalAlpha = 1;
    context.save();
    context.beginPath();
    context.rect(this.x.from - 3, this.y.from - 3, now - this.x.from + 3, this.y.to - this.y.from + 6);
    context.clip();
    strokePlain(context, path, drawn);
    context.restore();
    if (Number.isFinite(now + height)) disc(context, now, height, 2.6, style.color, this.stage.theme);
    return undefined;
  }

  /** A disc at each point of a line that has few. @param {CanvasRenderingContext2D} context @param {Line} line @param {string} color */
  dots(context, line, color) {
    for (let index = 0; index < line.end; index += 1) {
      const height = level(this.y, line.value(index, Math.min(this.frame ?? 0, line.frames - 1)), this.spec.floor);
      if (Number.isFinite(height)) disc(context, this.x.pixel(line.x(index)), height, 2.6, color, this.stage.theme);
    }
  }

  /** The setting that the cursor stands for. @param {CanvasRenderingContext2D} context */
  upright(context) {
    const at = this.cursor ? this.x.pixel(this.cursor.value) : NaN;
    if (!Number.isFinite(at)) return;
    const path = new Path2D();
    path.moveTo(at, this.y.from);
    path.lineTo(at, this.y.to);
    strokePlain(context, path, { color: this.stage.theme.ink, width: 2, dash: [] });
    disc(context, at, this.y.from + 7, 4.5, this.stage.theme.ink, this.stage.theme);
  }

  /** The values at the point of the lines that is nearest to a position on the x axis. @param {number} px @returns {ReadoutLine[]} */
  values(px) {
    const rows = (this.lines ?? []).filter(({ role }) => role === "line").map((line) => {
      let index = 0;
      for (let each = 1; each < line.end; each += 1) {
        if (Math.abs(this.x.pixel(line.x(each)) - px) < Math.abs(this.x.pixel(line.x(index)) - px)) index = each;
      }
      return { line, index };
    });
    /** @param {{line: Line, index: number}} row */
    const value = ({ line, index }) => pretty(line.value(index, Math.min(this.frame ?? 0, line.frames - 1)), 5);
    const named = rows.map((row) => ({ color: this.style(row.line.run, this.count).color, text: `${this.style(row.line.run, this.count).label}  ${value(row)}` }));
    return rows.length ? [`${this.spec.figure.layout.xaxis?.title?.text ?? "x"} = ${pretty(rows[0].line.x(rows[0].index))}`, ...named] : [];
  }

  /** @param {PointerEvent} event */
  hover(event) {
    if (!this.lines) return undefined;
    const { px, py } = this.point(event);
    if (px < this.x.from - 4 || px > this.x.to + 4) return this.hideReadout();
    return this.showReadout(px, py, this.values(px));
  }

  describe() {
    return (this.lines ? this.values(this.cursor ? this.x.pixel(this.cursor.value) : this.x.to) : []).map(plainLine).join(". ");
  }
}
