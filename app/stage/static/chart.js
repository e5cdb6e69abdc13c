/** What panels with lines and bars share: axes that follow the data unless the figure fixes them, and few rescalings. */

import { Panel } from "./panel.js";
import { axisMap, flatLayout, logarithmic, merge } from "./plot.js";

/** @import { AxisKey, AxisMap, ChartSpec, OfAxes, Tensors, Theme } from "./types.d.ts" */

const NARROW = 240; // px

/** @typedef {OfAxes<[number, number]>} Ranges of axes by their key in the layout, in log10 on a log axis */

/** @param {object} axes by their key @returns {[AxisKey, [number, number]][]} */
const ranges = (axes) => /** @type {[AxisKey, [number, number]][]} */ (Object.entries(axes));

/** The key of a facet's x axis. @param {number} facet @returns {AxisKey} */
export const facetAxis = (facet) => (facet ? `xaxis${facet + 1}` : "xaxis");

/** @template {ChartSpec} S @extends {Panel<S>} */
export class ChartPanel extends Panel {
  /** @type {AxisMap} */
  x;

  /** @type {AxisMap} */
  y;

  /** @param {import("./stage.js").Stage} stage @param {S} spec */
  constructor(stage, spec) {
    super(stage, spec);
    /** @type {AxisKey[]} */
    this.axes = [];
    /** @type {OfAxes<boolean>} whether an axis is logarithmic */
    this.logs = {};
    /** @type {OfAxes<boolean>} whether the figure says what an axis shows */
    this.fixed = {};
    /** @type {Ranges} what the axes show */
    this.ranges = {};
    /** @type {Ranges} what the recording needs */
    this.wanted = {};
  }

  /** @param {S} spec @param {Tensors} tensors */
  dress(spec, tensors) {
    const { layout } = spec.figure;
    const more = Object.keys(layout).filter((key) => /^[xy]axis\d+$/.test(key));
    this.axes = /** @type {AxisKey[]} */ ([...new Set(["xaxis", "yaxis", ...more])]);
    this.logs = Object.fromEntries(this.axes.map((key) => [key, layout[key]?.type === "log" || (key === "yaxis" && spec.log === true)]));
    this.fixed = Object.fromEntries(this.axes.filter((key) => layout[key]?.range).map((key) => [key, true]));
    super.dress(spec, tensors);
  }

  /** @param {Theme} theme */
  themed(theme) {
    const base = flatLayout(theme, true);
    const layout = merge(base, this.figure.layout);
    for (const key of this.axes) {
      const axis = merge(base[key[0] === "x" ? "xaxis" : "yaxis"], this.figure.layout[key]);
      if (key[0] === "x" && this.width < NARROW) axis.nticks = Math.min(axis.nticks ?? NaN, 4);
      if (!this.fixed[key]) axis.range = this.ranges[key] ?? [0, 1];
      if (this.logs[key] && axis.range) Object.assign(axis, logarithmic(axis.range));
      layout[key] = axis;
    }
    return { data: this.figure.data, layout };
  }

  axesMoved() {
    const layout = this.plot._fullLayout;
    this.x = axisMap(layout.xaxis);
    this.y = axisMap(layout.yaxis);
  }

  /** Show what the recording needs, if this is a moment for it. @param {Ranges} wanted */
  fit(wanted) {
    this.wanted = Object.fromEntries(ranges(wanted).filter(([key]) => !this.fixed[key]));
    const due = ranges(this.wanted).filter(([key, range]) => this.stage.mayRescale(this.ranges[key], range));
    if (due.length) this.rescale(due);
  }

  /** @param {[AxisKey, [number, number]][]} due */
  rescale(due) {
    /** @type {Record<string, number[] | number | string>} */
    const update = {};
    for (const [key, range] of due) {
      this.ranges[key] = range;
      update[`${key}.range`] = [...range];
      if (this.logs[key]) update[`${key}.dtick`] = logarithmic(range).dtick;
    }
    window.Plotly.relayout(this.plot, update);
    this.axesMoved();
  }

  settle() {
    const due = ranges(this.wanted).filter(([key, range]) => range.some((edge, index) => edge !== this.ranges[key]?.[index]));
    if (!due.length) return;
    this.rescale(due);
    this.refresh();
  }
}
