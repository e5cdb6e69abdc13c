/** Bars of categories or histograms, one picture or a row of small ones, growing and shrinking with the playhead. */

import { strokePlain } from "./canvas.js";
import { ChartPanel, facetAxis } from "./chart.js";
import { clamp, pretty } from "./dom.js";
import { frameAt } from "./frames.js";
import { seriesKey } from "./legend.js";
import { level } from "./lines.js";
import { plainLine } from "./panel.js";
import { axisMap } from "./plot.js";

/** @import { AxisMap, BarsSpec, NumberArray, ReadoutLine, Tensor } from "./types.d.ts" */

/**
 * An array of bars: its lengths, and the value at `(facet, group, frame, bin)`.
 * @typedef {{facets: number, groups: number, frames: number, bins: number, data: NumberArray, at: (facet: number, group: number, frame: number, bin: number) => number}} Bars
 */

/** The axes before the bins, by how many there are. @type {("facets" | "groups" | "frames")[][]} */
const WHOLE = [[], ["groups"], ["groups", "frames"]];

/** The same with facets. @type {("facets" | "groups" | "frames")[][]} */
const FACETED = [["facets"], ["facets", "frames"], ["facets", "groups", "frames"]];

const GAP = 0.24; // of a category's width between it and the next

/** @extends {ChartPanel<BarsSpec>} */
export class BarsPanel extends ChartPanel {
  /** @param {import("./stage.js").Stage} stage @param {BarsSpec} spec */
  constructor(stage, spec) {
    super(stage, spec);
    /** @type {AxisMap[]} of the facets */
    this.xs = [];
    /** @type {Bars | null} */
    this.bars = null;
    /** @type {Bars | null} what is predicted */
    this.line = null;
    /** @type {Tensor | null} `[bins + 1]` or `[facets, bins + 1]` of a histogram */
    this.edges = null;
    this.frame = 0;
    this.reads();
  }

  axesMoved() {
    super.axesMoved();
    const layout = this.plot._fullLayout;
    this.xs = Array.from({ length: Math.max(this.spec.facets.length, 1) }, (_, facet) => axisMap(layout[facetAxis(facet)]));
  }

  /** An array as `(facet, group, frame, bin)`, whichever of these axes it has. @param {string} name @returns {Bars} */
  read(name) {
    const { shape, data } = this.stage.tensor(name);
    const inner = shape.slice(0, -1);
    const names = this.spec.facets.length ? FACETED[inner.length - 1] : WHOLE[inner.length];
    const lengths = { facets: 1, groups: 1, frames: 1, bins: shape[shape.length - 1] };
    names.forEach((axis, index) => (lengths[axis] = inner[index]));
    const { facets, groups, frames, bins } = lengths;
    /** @type {Bars["at"]} */
    const at = (facet, group, frame, bin) => data[(((facet % facets) * groups + (group % groups)) * frames + Math.min(frame, frames - 1)) * bins + bin];
    return { ...lengths, data, at };
  }

  project() {
    const { bars, overlay, edges } = this.spec;
    this.bars = this.read(bars);
    this.line = overlay ? this.read(overlay) : null;
    this.edges = edges ? this.stage.tensor(edges) : null;
    this.fit(this.needs(this.bars));
    this.explain(this.spec.series, () => seriesKey(this));
  }

  /** What the axes must show. @param {Bars} bars @returns {import("./chart.js").Ranges} */
  needs({ bins, data }) {
    const across = this.edges ? this.edges.shape[this.edges.shape.length - 1] : 0;
    const xs = this.xs.map((_, facet) => {
      const row = this.edges && this.edges.data.subarray(this.edges.shape.length > 1 ? facet * across : 0);
      return [facetAxis(facet), row ? [row[0], row[across - 1]] : [-0.5, bins - 0.5]];
    });
    let [low, high] = [this.logs.yaxis ? Infinity : 0, this.logs.yaxis ? -Infinity : 0];
    for (const value of [...data, ...(this.line?.data ?? [])]) {
      if (!Number.isFinite(value) || (this.logs.yaxis && value <= this.spec.floor)) continue;
      const position = this.logs.yaxis ? Math.log10(value) : value;
      [low, high] = [Math.min(low, position), Math.max(high, position)];
    }
    if (low > high) [low, high] = [-1, 0];
    const room = 0.06 * (high - low) || 0.5;
    return { ...Object.fromEntries(xs), yaxis: [low < 0 || this.logs.yaxis ? low - room : 0, high + room] };
  }

  /** Left and right of a bin in pixels. @param {number} facet @param {number} bin */
  span(facet, bin) {
    const x = this.xs[facet];
    const row = this.edges && this.edges.shape.length > 1 ? facet * this.edges.shape[1] : 0;
    return this.edges ? [x.pixel(this.edges.data[row + bin]), x.pixel(this.edges.data[row + bin + 1])] : [x.pixel(bin - 0.5 + GAP / 2), x.pixel(bin + 0.5 - GAP / 2)];
  }

  /** @param {number} t */
  draw(t) {
    const { bars, line } = this;
    if (!bars) return;
    const context = this.overlay.clear();
    const { frames, groups } = bars;
    this.frame = frameAt(frames, this.stage.timeline.steps, t, this.spec.at ? this.stage.tensor(this.spec.at).data : null).index;
    this.xs.forEach((x, facet) => {
      context.save();
      context.beginPath();
      context.rect(x.from - 2, this.y.from, x.to - x.from + 4, this.y.to - this.y.from + 1);
      context.clip();
      for (let group = 0; group < groups; group += 1) this.group(context, bars, facet, group);
      for (let group = 0; line && group < line.groups; group += 1) this.predicted(context, line, facet, group);
      context.restore();
    });
  }

  /**
   * The bars of one group: side by side for categories, over one another with an outline for a histogram.
   * @param {CanvasRenderingContext2D} context @param {Bars} bars @param {number} facet @param {number} group
   */
  group(context, { bins, groups, at }, facet, group) {
    const style = this.style(group, groups);
    const ground = level(this.y, 0, this.spec.floor);
    const [area, outline] = [new Path2D(), new Path2D()];
    for (let bin = 0; bin < bins; bin += 1) {
      let [left, right] = this.span(facet, bin);
      if (!this.edges) [left, right] = [left + ((right - left) * group) / groups, left + ((right - left) * (group + 1)) / groups];
      const top = level(this.y, at(facet, group, this.frame, bin), this.spec.floor);
      if (Number.isNaN(top)) continue;
      area.rect(left, Math.min(top, ground), right - left - (this.edges ? 0 : 1), Math.abs(ground - top));
      if (this.edges && bin) outline.lineTo(left, top);
      else outline.moveTo(left, top);
      outline.lineTo(right - (this.edges ? 0 : 1), top);
    }
    context.globalAlpha = this.edges ? 0.34 : 0.78;
    context.fillStyle = style.color;
    context.fill(area);
    context.globalAlpha = 1;
    strokePlain(context, outline, { color: style.color, width: 2, dash: groups > 1 ? style.dash : [] });
  }

  /** @param {CanvasRenderingContext2D} context @param {Bars} line @param {number} facet @param {number} group */
  predicted(context, { bins, at }, facet, group) {
    const path = new Path2D();
    for (let bin = 0; bin < bins; bin += 1) {
      const [left, right] = this.span(facet, bin);
      const height = level(this.y, at(facet, group, this.frame, bin), this.spec.floor);
      if (Number.isNaN(height)) continue;
      if (this.edges) path.lineTo((left + right) / 2, height);
      else {
        path.moveTo(left - 2, height);
        path.lineTo(right + 2, height);
      }
    }
    strokePlain(context, path, { color: this.stage.theme.ink, width: 2, dash: [2, 3] });
  }

  /** A bin in words: its category or its edges. @param {number} facet @param {number} bin */
  bin(facet, bin) {
    if (!this.edges) return this.spec.categories[bin] ?? String(bin);
    const row = this.edges.shape.length > 1 ? facet * this.edges.shape[1] : 0;
    return `${pretty(this.edges.data[row + bin], 3)} to ${pretty(this.edges.data[row + bin + 1], 3)}`;
  }

  /** @param {PointerEvent} event */
  hover(event) {
    const { bars } = this;
    if (!bars) return this.hideReadout();
    const { px, py } = this.point(event);
    const facet = this.xs.findIndex((x) => px >= x.from && px <= x.to);
    if (facet < 0) return this.hideReadout();
    let bin = 0;
    while (bin + 1 < bars.bins && this.span(facet, bin)[1] < px) bin += 1;
    return this.showReadout(px, py, [[this.spec.facets[facet], this.bin(facet, bin)].filter(Boolean).join(": "), ...this.values(bars, facet, clamp(bin, 0, bars.bins - 1))]);
  }

  /** @param {Bars} bars @param {number} facet @param {number} bin @returns {ReadoutLine[]} */
  values({ groups, at }, facet, bin) {
    const rows = Array.from({ length: groups }, (_, group) => {
      const style = this.style(group, groups);
      const value = pretty(at(facet, group, this.frame, bin));
      return { color: style.color, text: groups > 1 ? `${style.label}  ${value}` : value };
    });
    return [...rows, ...(this.line ? [`predicted ${pretty(this.line.at(facet, 0, this.frame, bin))}`] : [])];
  }

  describe() {
    const { bars } = this;
    if (!bars) return "";
    const facets = this.spec.facets.length ? this.spec.facets : [""];
    /** @param {number} facet */
    const largest = (facet) => Array.from({ length: bars.bins }, (_, bin) => bin).reduce((best, bin) => (bars.at(facet, 0, this.frame, bin) > bars.at(facet, 0, this.frame, best) ? bin : best), 0);
    return facets.map((name, facet) => `${name ? `${name}: ` : ""}largest at ${this.bin(facet, largest(facet))}, ${this.values(bars, facet, largest(facet)).map(plainLine).join(", ")}`).join(". ");
  }
}
