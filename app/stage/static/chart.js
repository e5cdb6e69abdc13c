/** What panels with lines and bars share: axes that follow the data unless the figure fixes them, and few rescalings. */

import { Panel } from "./panel.js";
import { axisMap, flatLayout, logarithmic, merge } from "./plot.js";

const NARROW = 240; // px

/** @typedef {Record<string, [number, number]>} Ranges of axes by their key in the layout, in log10 on a log axis */

export class ChartPanel extends Panel {
  constructor(stage, spec) {
    super(stage, spec);
    /** @type {Ranges} what the axes show */
    this.ranges = {};
    /** @type {Ranges} what the recording needs */
    this.wanted = {};
  }

  dress(spec, tensors) {
    const { layout } = spec.figure;
    this.axes = [...new Set(["xaxis", "yaxis", ...Object.keys(layout).filter((key) => /^[xy]axis\d+$/.test(key))])];
    this.logs = Object.fromEntries(this.axes.map((key) => [key, layout[key]?.type === "log" || (key === "yaxis" && spec.log === true)]));
    this.fixed = Object.fromEntries(this.axes.filter((key) => layout[key]?.range).map((key) => [key, true]));
    super.dress(spec, tensors);
  }

  /** @param {import("./theme.js").Theme} theme */
  themed(theme) {
    const base = flatLayout(theme, true);
    const layout = merge(base, this.figure.layout);
    for (const key of this.axes) {
      layout[key] = merge(base[`${key[0]}axis`], this.figure.layout[key]);
      if (key[0] === "x" && this.width < NARROW) layout[key].nticks = Math.min(layout[key].nticks, 4);
      if (!this.fixed[key]) layout[key].range = this.ranges[key] ?? [0, 1];
      if (this.logs[key]) Object.assign(layout[key], logarithmic(layout[key].range));
    }
    return { data: this.figure.data, layout };
  }

  placed() {
    const layout = this.plot._fullLayout;
    [this.x, this.y] = [axisMap(layout.xaxis), axisMap(layout.yaxis)];
  }

  /** Show what the recording needs, if this is a moment for it. @param {Ranges} wanted */
  fit(wanted) {
    this.wanted = Object.fromEntries(Object.entries(wanted).filter(([key]) => !this.fixed[key]));
    const due = Object.entries(this.wanted).filter(([key, range]) => this.stage.mayRescale(this.ranges[key], range));
    if (due.length) this.rescale(due);
  }

  /** @param {[string, [number, number]][]} due */
  rescale(due) {
    const update = {};
    for (const [key, range] of due) {
      this.ranges[key] = range;
      update[`${key}.range`] = [...range];
      if (this.logs[key]) update[`${key}.dtick`] = logarithmic(range).dtick;
    }
    window.Plotly.relayout(this.plot, update);
    this.placed();
  }

  settle() {
    const due = Object.entries(this.wanted).filter(([key, range]) => range.some((edge, index) => edge !== this.ranges[key]?.[index]));
    if (!due.length) return;
    this.rescale(due);
    this.refresh();
  }
}
