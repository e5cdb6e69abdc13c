/** A quantity over the steps: lines of all runs, a playhead that can be dragged, exact values under the pointer. */

import { disc, strokePlain } from "./canvas.js";
import { clamp, pretty } from "./dom.js";
import { Panel } from "./panel.js";
import { axisMap, decades, flatLayout, logarithmic, merge } from "./plot.js";
import { limits } from "./limits.js";

const WIDTHS = [1, 0.62, 0.42];
const ALPHAS = [1, 0.8, 0.65];

export class CurvesPanel extends Panel {
  constructor(stage, spec) {
    super(stage, spec);
    this.host.classList.add("is-scrubbed");
    const listen = (name, act) => this.host.addEventListener(name, act);
    listen("pointerdown", (event) => this.grab(event));
    listen("pointermove", (event) => this.move(event));
    listen("pointerup", () => this.drop());
    listen("pointercancel", () => this.drop());
    listen("pointerleave", () => this.hush());
  }

  dress(spec, tensors) {
    this.fixed = Boolean(spec.figure.layout.yaxis?.range);
    super.dress(spec, tensors);
  }

  /** @param {import("./theme.js").Theme} theme */
  themed(theme) {
    const layout = merge(flatLayout(theme, true), this.figure.layout);
    layout.xaxis.range = [0, this.stage.timeline.steps];
    if (!this.fixed) layout.yaxis.range = this.range ?? [0, 1];
    if (this.spec.log) Object.assign(layout.yaxis, logarithmic(layout.yaxis.range));
    return { data: [], layout };
  }

  placed() {
    const { xaxis, yaxis } = this.plot._fullLayout;
    [this.x, this.y] = [axisMap(xaxis), axisMap(yaxis)];
  }

  /** The values of one run: a line per component, then the closed form. */
  *lines() {
    const { tensors } = this.stage.recording;
    for (const name of [this.spec.curves, this.spec.overlay]) {
      if (!name || !tensors[name]) continue;
      const { shape: [runs, n, parts = 1], data } = tensors[name];
      const late = Math.max(this.stage.timeline.steps + 1 - n, 0);
      for (let run = 0; run < runs; run += 1) {
        const end = name === this.spec.overlay ? n : clamp(this.stage.lengthOf(run) - late, 0, n);
        for (let part = 0; part < parts; part += 1) {
          yield { run, part, overlay: name === this.spec.overlay, late, end, full: end === n, at: (index) => data[(run * n + index) * parts + part] };
        }
      }
    }
  }

  project() {
    const series = [...this.lines()];
    this.wanted = this.fixed ? null : limits(series, this.spec);
    if (this.wanted && this.stage.mayRescale(this.range, this.wanted)) this.rescale();
    this.series = series.map((line) => ({ ...line, path: this.trace(line) }));
  }

  rescale() {
    this.range = this.wanted;
    const ticks = this.spec.log ? { "yaxis.dtick": decades(this.range) } : {};
    window.Plotly.relayout(this.plot, { "yaxis.range": [...this.range], ...ticks });
    this.placed();
  }

  settle() {
    if (!this.wanted || (this.range && this.range.every((edge, index) => edge === this.wanted[index]))) return;
    this.rescale();
    this.refresh();
  }

  /** @param {any} line */
  trace({ at, end, late }) {
    const path = new Path2D();
    const { spec, x, y } = this;
    const [ceiling, ground] = [y.from - 4000, y.to + 4000];
    for (let index = 0, pen = false; index < end; index += 1) {
      const value = at(index);
      if (!Number.isFinite(value)) {
        pen = false;
        continue;
      }
      const height = spec.log && value <= spec.floor ? y.to : clamp(y.pixel(value), ceiling, spec.log ? y.to : ground);
      if (pen) path.lineTo(x.pixel(index + late), height);
      else path.moveTo(x.pixel(index + late), height);
      pen = true;
    }
    return path;
  }

  /** @param {number} t */
  draw(t) {
    if (!this.series) return;
    const context = this.overlay.clear();
    const { x, y } = this;
    const now = x.pixel(Math.min(t, this.stage.timeline.steps));
    if (t < this.stage.timeline.steps) this.stroke(context, now, x.to, 0.3);
    this.stroke(context, x.from - 2, now, 1);
    context.strokeStyle = this.stage.theme.ink;
    context.globalAlpha = 0.55;
    context.lineWidth = 1.25;
    context.beginPath();
    context.moveTo(now, y.from);
    context.lineTo(now, y.to);
    context.stroke();
    context.globalAlpha = 1;
    this.dots(context, t, now);
  }

  /** All lines between two verticals. */
  stroke(context, from, to, alpha) {
    const { styles } = this.stage;
    context.save();
    context.beginPath();
    context.rect(from, this.y.from - 2, to - from, this.y.to - this.y.from + 4);
    context.clip();
    for (const { run, part, overlay, path } of this.series) {
      const style = styles[run];
      const width = overlay ? 1.6 : (style.width - 0.3) * (WIDTHS[part] ?? 0.4);
      context.globalAlpha = alpha * (overlay ? 0.95 : (ALPHAS[part] ?? 0.6));
      strokePlain(context, path, { color: style.color, width, dash: overlay ? [1.6, 3.4] : style.dash });
    }
    context.restore();
    context.globalAlpha = 1;
  }

  dots(context, t, now) {
    const { theme, styles, timeline } = this.stage;
    if (t <= 0 || t >= timeline.steps) return;
    for (const { run, part, overlay, late, end, at } of this.series) {
      const index = Math.floor(t) - late;
      if (overlay || part || index < 0 || index >= end) continue;
      const [value, next] = [at(index), at(Math.min(index + 1, end - 1))];
      const height = this.y.pixel(value) + (t % 1) * (this.y.pixel(next) - this.y.pixel(value));
      if (height >= this.y.from - 1 && height <= this.y.to + 1) disc(context, now, height, 2.6, styles[run].color, theme);
    }
  }

  /** The step under the pointer. @param {PointerEvent} event */
  under(event) {
    const left = event.clientX - this.host.getBoundingClientRect().left;
    return clamp(Math.round(this.x.value(left)), 0, this.stage.timeline.steps);
  }

  grab(event) {
    if (event.button || !this.x) return;
    this.host.setPointerCapture(event.pointerId);
    this.scrubbing = true;
    this.stage.timeline.scrub(this.under(event));
  }

  move(event) {
    if (!this.x) return;
    if (this.scrubbing) this.stage.timeline.scrub(this.under(event));
    if (event.pointerType !== "touch" || this.scrubbing) this.hover(event);
  }

  drop() {
    if (!this.scrubbing) return;
    this.scrubbing = false;
    this.stage.timeline.rest();
  }

  hover(event) {
    if (!this.series) return;
    const step = this.under(event);
    const rows = this.series.filter((line) => !line.overlay && step >= line.late && step - line.late < line.end);
    const byRun = group(rows);
    const { styles, scene } = this.stage;
    const lines = [...byRun].map(([run, parts]) => ({
      color: styles[run].color,
      text: `${styles[run].label}  ${parts.map((line) => pretty(line.at(step - line.late), 5)).join(" , ")}`,
    }));
    this.tell(this.x.pixel(step), event.clientY - this.host.getBoundingClientRect().top, [`${scene.unit} ${step}`, ...lines]);
  }
}

/** @param {{run: number}[]} rows */
function group(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.run, [...(groups.get(row.run) ?? []), row]);
  return groups;
}
