/** The terrain from above: trails, heads and marks over isolines. */

import { tame } from "./canvas.js";
import { clamp, pretty } from "./dom.js";
import { MapPanel } from "./map.js";
import { merge } from "./plot.js";
import { drawHeads, drawTrails, headOf, Labels } from "./trails.js";

/** @import { Box, Cell, ContourSpec, Tensor, Theme, Trace } from "./types.d.ts" */
/** @typedef {import("./trails.js").Track} Track */

/** @extends {MapPanel<ContourSpec>} */
export class ContourPanel extends MapPanel {
  /** @type {Track[]} one for each run */
  tracks = [];

  /** @param {import("./stage.js").Stage} stage @param {ContourSpec} spec */
  constructor(stage, spec) {
    super(stage, spec);
    this.labels = new Labels();
  }

  /** @param {Theme} theme */
  themed(theme) {
    const colors = { colorscale: theme.terrain, line: { color: theme.isoline } };
    // Over an image the isolines stand alone, and stronger.
    const bare = this.spec.raster ? { contours: { coloring: "none" }, line: { color: theme.edge, width: 1 } } : {};
    const edge = { colorscale: theme.terrain, line: { color: theme.edge } };
    return {
      data: this.figure.data.map((trace) => merge(trace, trace.meta === "edge" ? edge : merge(colors, bare))),
      layout: super.themed(theme).layout,
    };
  }

  project() {
    const paths = this.spec.paths && this.stage.tensor(this.spec.paths);
    this.tracks = paths ? this.follow(paths) : this.stage.styles.map(() => ({ xy: new Float32Array(0), length: 0 }));
    super.project();
  }

  /** @param {Tensor} paths `[runs, points, 2]` @returns {Track[]} the paths in pixels */
  follow({ shape: [runs, points], data }) {
    const middleX = (this.box.left + this.box.right) / 2;
    const middleY = (this.box.top + this.box.bottom) / 2;
    return Array.from({ length: runs }, (_, run) => {
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
  }

  beginning() {
    return this.spec.paths ? this.stage.tensor(this.spec.paths).data : super.beginning();
  }

  /** @param {CanvasRenderingContext2D} context @param {number} t */
  trails(context, t) {
    drawTrails(context, this.tracks, this.stage.styles, t, this.stage.theme);
  }

  /** @param {CanvasRenderingContext2D} context @param {number} t @returns {Box[]} what no label may stand on */
  heads(context, t) {
    const { theme, styles } = this.stage;
    const taken = super.heads(context, t);
    const heads = drawHeads(context, this.tracks, styles, t, theme, this.box);
    this.labels.draw(context, heads, styles, theme, this.box, taken);
    return taken;
  }

  /** @param {{x: number, y: number}} point @param {Cell | null} cell */
  reading(point, cell) {
    const height = this.elevation(point.x, point.y);
    return [...(Number.isFinite(height) ? [`height ${pretty(height, 3)}`] : []), ...super.reading(point, cell)];
  }

  describe() {
    const { styles, timeline } = this.stage;
    const heads = this.tracks.map((track, run) => {
      const [x, y] = headOf(track, timeline.t);
      return track.length && !Number.isNaN(x + y) ? `${styles[run].label} at ${this.whereabouts({ x: this.x.value(x), y: this.y.value(y) })}` : "";
    });
    return [super.describe(), ...heads].filter(Boolean).join(". ");
  }

  /** The terrain's value between the points of the grid. @param {number} x @param {number} y */
  elevation(x, y) {
    const { x: xs, y: ys, z } = this.figure.data[0] ?? {};
    if (!z?.length || !xs?.length || !ys?.length) return NaN;
    const column = clamp(((x - xs[0]) / (xs[xs.length - 1] - xs[0])) * (xs.length - 1), 0, xs.length - 1.001);
    const row = clamp(((y - ys[0]) / (ys[ys.length - 1] - ys[0])) * (ys.length - 1), 0, ys.length - 1.001);
    const [i, j, u, v] = [Math.floor(row), Math.floor(column), row % 1, column % 1];
    const level = (1 - u) * ((1 - v) * z[i][j] + v * z[i][j + 1]) + u * ((1 - v) * z[i + 1][j] + v * z[i + 1][j + 1]);
    const offset = this.figure.layout.meta?.log_offset;
    return offset === undefined ? level : 10 ** level + offset;
  }
}
