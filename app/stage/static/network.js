/** A layered network: weights as lines, values as fill, what is switched off hollow and faint. */

import { strokePlain } from "./canvas.js";
import { Colors } from "./colors.js";
import { pretty } from "./dom.js";
import { extent, frameAt } from "./frames.js";
import { Graph } from "./graph.js";
import { Panel } from "./panel.js";
import { tint } from "./theme.js";

const LEVELS = 7; // of width and opacity, by the size of a weight
const WIDEST = 4.5; // px
const DASHED = [5, 3]; // negative weights
const SIDE = 44; // px for labels beside the first and the last layer

/** @import { NetworkSpec, NumberArray } from "./types.d.ts" */
/** @typedef {import("./graph.js").Unit} Unit */
/** @typedef {{from: Unit, to: Unit, index: number}} Edge */

/** @extends {Panel<NetworkSpec>} */
export class NetworkPanel extends Panel {
  /** @type {Graph | null} */
  graph = null;

  /** @type {Colors | null} of the units' values */
  colors = null;

  /** @type {number | null} step that is drawn */
  drawn = null;

  heaviest = 1; // largest weight of all frames

  // At the playhead; null where the description names no array.
  /** @type {NumberArray | null} */ weights = null;
  /** @type {NumberArray | null} */ values = null;
  /** @type {NumberArray | null} */ groups = null;
  /** @type {NumberArray | null} */ nodesOn = null;
  /** @type {NumberArray | null} */ edgesOn = null;

  /** @param {import("./stage.js").Stage} stage @param {NetworkSpec} spec */
  constructor(stage, spec) {
    super(stage, spec);
    this.reads();
  }

  /** Nothing here is Plotly's. */
  chart() {}

  project() {
    const { spec, stage } = this;
    const labelled = spec.units.length && (spec.units[0].length || spec.units[spec.units.length - 1].length);
    this.graph = new Graph(spec.layers, spec.most, this.width, this.height, labelled ? SIDE : 0);
    const weights = stage.tensor(spec.weights);
    this.heaviest = Math.max(...extent(weights).map(Math.abs)) || 1;
    const values = spec.values && stage.tensor(spec.values);
    this.colors = values ? new Colors(spec.scale, stage.theme, values) : null;
    this.drawn = null;
  }

  /** An array `[n]` or `[frames, n]` at the playhead. @param {string | null} name */
  now(name) {
    const tensor = name && this.stage.tensor(name);
    if (!tensor) return null;
    const { shape, data } = tensor;
    const n = shape[shape.length - 1];
    const { index } = frameAt(shape.length > 1 ? shape[0] : 1, this.stage.timeline.steps, this.stage.timeline.t, this.spec.at ? this.stage.tensor(this.spec.at).data : null);
    return data.subarray(index * n, (index + 1) * n);
  }

  /** @param {number} t */
  draw(t) {
    const { graph } = this;
    if (!graph || this.drawn === Math.floor(t)) return;
    this.drawn = Math.floor(t);
    const { spec } = this;
    [this.weights, this.values, this.groups, this.nodesOn, this.edgesOn] = [spec.weights, spec.values, spec.groups, spec.nodes_on, spec.edges_on].map((name) => this.now(name));
    const context = this.overlay.clear();
    this.edges(context, graph);
    for (const unit of graph.units.flat()) this.unit(context, unit, graph.radius);
    this.words(context, graph);
  }

  /** Whether a connection takes part: it and both of its units are on. @param {Edge} edge */
  alive({ from, to, index }) {
    return !(this.edgesOn && !this.edgesOn[index]) && !(this.nodesOn && !(this.nodesOn[from.index] && this.nodesOn[to.index]));
  }

  /** Lines of one sign, size and state are one path: a graph has hundreds of them. @param {CanvasRenderingContext2D} context @param {Graph} graph */
  edges(context, graph) {
    const { theme } = this.stage;
    /** @type {Map<number | "off", Path2D>} */
    const paths = new Map();
    for (const edge of graph.edges()) {
      const weight = this.weights?.[edge.index] ?? NaN;
      if (Number.isNaN(weight)) continue;
      const level = Math.round((LEVELS * Math.abs(weight)) / this.heaviest);
      const key = this.alive(edge) ? level * Math.sign(weight) : "off";
      const path = paths.get(key) ?? new Path2D();
      paths.set(key, path);
      path.moveTo(edge.from.x, edge.from.y);
      path.lineTo(edge.to.x, edge.to.y);
    }
    const sorted = [...paths].sort(([a], [b]) => (a === "off" ? -1 : b === "off" ? 1 : Math.abs(a) - Math.abs(b)));
    for (const [key, path] of sorted) {
      const part = key === "off" ? 0 : Math.abs(key) / LEVELS;
      context.globalAlpha = key === "off" ? 0.5 : 0.3 + 0.7 * part;
      const color = key === "off" || key === 0 ? theme.grid : theme.diverging[key > 0 ? theme.diverging.length - 2 : 1];
      strokePlain(context, path, { color, width: Math.max(WIDEST * part, 0.8), dash: key !== "off" && key < 0 ? DASHED : [] });
    }
    context.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} context @param {Unit} unit @param {number} radius px */
  unit(context, { x, y, index }, radius) {
    const { theme } = this.stage;
    const off = this.nodesOn && !this.nodesOn[index];
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = off ? theme.background : this.fill(index);
    context.fill();
    context.strokeStyle = off ? theme.edge : theme.ink;
    context.lineWidth = off ? 1 : 1.5;
    context.setLineDash(off ? [2, 2] : []);
    context.stroke();
    context.setLineDash([]);
    if (!off) return;
    const cross = new Path2D();
    for (const sign of [1, -1]) {
      cross.moveTo(x - 0.6 * radius, y - sign * 0.6 * radius);
      cross.lineTo(x + 0.6 * radius, y + sign * 0.6 * radius);
    }
    strokePlain(context, cross, { color: theme.edge, width: 1.4, dash: [] });
  }

  /** Colour of a unit: of its group, of its value, or the page's. @param {number} index */
  fill(index) {
    const { theme } = this.stage;
    if (this.groups) return tint({ color: theme.categories[this.groups[index] % theme.categories.length] }, 0, 0, this.stage);
    return this.colors && this.values ? this.colors.css(this.values[index]) : theme.background;
  }

  /** Names of layers and units. @param {CanvasRenderingContext2D} context @param {Graph} graph */
  words(context, graph) {
    const { spec, stage: { theme } } = this;
    context.fillStyle = theme.ink;
    context.textAlign = "center";
    spec.layers.forEach((size, layer) => {
      context.fillText(spec.names[layer] ?? "", graph.across[layer], 14);
      if (size > graph.shown[layer]) context.fillText(`+${size - graph.shown[layer]}`, graph.across[layer], graph.ends[layer] + 4);
    });
    for (const layer of [0, spec.layers.length - 1]) {
      context.textAlign = layer ? "left" : "right";
      for (const { x, y, unit } of graph.units[layer]) context.fillText(spec.units[layer]?.[unit] ?? "", x + (layer ? 1 : -1) * (graph.radius + 6), y + 4.5);
    }
    context.textAlign = "start";
  }

  /** What a unit is called. @param {Unit} unit */
  name({ layer, unit }) {
    return [this.spec.names[layer] ?? `layer ${layer + 1}`, this.spec.units[layer]?.[unit] ?? `unit ${unit + 1}`].join(", ");
  }

  /** @param {PointerEvent} event */
  hover(event) {
    if (!this.graph || !this.weights) return this.hideReadout();
    const { px, py } = this.point(event);
    const unit = this.graph.unitAt(px, py);
    if (unit) {
      const value = this.values ? [`value ${pretty(this.values[unit.index])}`] : [];
      const off = this.nodesOn && !this.nodesOn[unit.index] ? ["off"] : [];
      return this.showReadout(px, py, [this.name(unit), ...value, ...off]);
    }
    const edge = this.graph.edgeAt(px, py);
    if (!edge) return this.hideReadout();
    return this.showReadout(px, py, [`${this.name(edge.from)} → ${this.name(edge.to)}`, `weight ${pretty(this.weights[edge.index])}`, ...(this.alive(edge) ? [] : ["off"])]);
  }

  describe() {
    const { layers, names } = this.spec;
    const off = this.nodesOn ? [...this.nodesOn].filter((on) => !on).length : 0;
    const cut = this.edgesOn ? [...this.edgesOn].filter((on) => !on).length : 0;
    return [layers.map((size, layer) => `${names[layer] ?? `layer ${layer + 1}`}: ${size} units`).join(", "), off && `${off} units off`, cut && `${cut} connections off`].filter(Boolean).join("; ");
  }
}
