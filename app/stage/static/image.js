/**
 * An image of cells under a plot. It is a canvas with one pixel for each cell, which the browser itself scales: a new
 * frame costs one pass over the cells, however large it is shown. What is undefined is transparent and shows stripes.
 */

import { contextOf } from "./canvas.js";
import { Colors } from "./colors.js";
import { clamp, make, pretty } from "./dom.js";
import { extent, frameAt } from "./frames.js";

/** @import { Cell, NumberArray, RasterSpec, Tensor } from "./types.d.ts" */
/** @typedef {{step: number, edge: number, centre: (index: number) => number, cell: (pixel: number) => number}} Lattice in pixels */

const MOST_TEXTS = 12; // cells a side

export class CellImage {
  // Of a recording with a raster.
  /** @type {Tensor | null} */ cells = null;
  /** @type {Colors} */ colors;
  /** @type {Lattice} of the columns */ across;
  /** @type {Lattice} of the rows */ up;
  /** @type {ImageData | null} */ image = null;

  /** @param {import("./map.js").AnyMap} panel */
  constructor(panel) {
    this.panel = panel;
    /** @type {RasterSpec | null} */
    this.spec = null;
    this.rows = 0;
    this.columns = 0;
    this.frames = 1;
    this.frame = 0;
    /** @type {{tensor: Tensor, most: number} | null} */
    this.fade = null;
    /** @type {NumberArray | null} the steps of the frames */
    this.at = null;
    /** @type {number | null} frame that is drawn */
    this.drawn = null;
    this.canvas = make("canvas", { "aria-hidden": "true" });
    this.context = contextOf(this.canvas);
    this.element = make("div", { class: "stage-image" }, this.canvas);
    panel.host.prepend(this.element);
  }

  /** @param {RasterSpec | null} spec @param {boolean} holes whether something else may be undefined */
  dress(spec, holes) {
    this.spec = spec;
    this.drawn = null;
    this.element.classList.toggle("has-holes", Boolean(spec) || holes);
    this.canvas.hidden = !spec;
    this.canvas.classList.toggle("is-smooth", Boolean(spec?.smooth));
  }

  /** Take the cells of the recording and put the image where the axes are. */
  project() {
    const { box, stage, spec } = this.panel;
    Object.assign(this.element.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.right - box.left}px`, height: `${box.bottom - box.top}px` });
    const { raster } = spec;
    this.cells = raster && stage.tensor(raster.cells);
    if (!raster || !this.cells) return;
    const { shape } = this.cells;
    [this.rows, this.columns] = shape.slice(-2);
    this.frames = shape.length > 2 ? shape[0] : 1;
    this.colors = new Colors(raster.scale, stage.theme, this.cells, raster.strength);
    const faint = raster.fade && stage.tensor(raster.fade);
    this.fade = faint ? { tensor: faint, most: extent(faint)[1] } : null;
    this.at = raster.at ? stage.tensor(raster.at).data : null;
    this.fitAxes(raster);
    this.drawn = null;
  }

  /** Cells lie evenly between the centres of the first and the last one, on a logarithmic axis too. @param {RasterSpec} raster */
  fitAxes(raster) {
    const { x, y, box } = this.panel;
    const across = lattice(raster.x.map(x.pixel), this.columns, [box.left, box.right]);
    const up = lattice(raster.y.map(y.pixel), this.rows, [box.bottom, box.top]);
    [this.across, this.up] = [across, up];
    const [width, height] = [across.step * this.columns, up.step * this.rows];
    Object.assign(this.canvas.style, {
      left: `${Math.min(across.edge, across.edge + width) - box.left}px`,
      top: `${Math.min(up.edge, up.edge + height) - box.top}px`,
      width: `${Math.abs(width)}px`,
      height: `${Math.abs(height)}px`,
      transform: `scale(${Math.sign(width)}, ${Math.sign(height)})`,
    });
  }

  /** @param {number} t */
  draw(t) {
    if (!this.cells) return;
    this.frame = frameAt(this.frames, this.panel.stage.timeline.steps, t, this.at).index;
    if (this.drawn === this.frame) return;
    this.drawn = this.frame;
    if (this.canvas.width !== this.columns || this.canvas.height !== this.rows || !this.image) {
      [this.canvas.width, this.canvas.height] = [this.columns, this.rows];
      this.image = this.context.createImageData(this.columns, this.rows);
    }
    this.colors.paint(new Uint32Array(this.image.data.buffer), this.frame * this.columns * this.rows, this.fade);
    this.context.putImageData(this.image, 0, 0);
  }

  /** Numbers in the cells. @param {CanvasRenderingContext2D} context */
  texts(context) {
    if (!this.spec?.texts || !this.cells || Math.max(this.rows, this.columns) > MOST_TEXTS) return;
    context.textAlign = "center";
    for (let row = 0; row < this.rows; row += 1) {
      for (let column = 0; column < this.columns; column += 1) {
        const value = this.value(row, column);
        if (Number.isNaN(value)) continue;
        context.fillStyle = this.colors.ink(value);
        context.fillText(this.colors.text(value), this.across.centre(column), this.up.centre(row) + 4.5);
      }
    }
    context.textAlign = "start";
  }

  /** The cell at a pixel, or null. @param {number} px @param {number} py @returns {Cell | null} */
  under(px, py) {
    if (!this.cells) return null;
    const [column, row] = [this.across.cell(px), this.up.cell(py)];
    return column < 0 || row < 0 || column >= this.columns || row >= this.rows ? null : { row, column };
  }

  /** The nearest cell of a point in data coordinates. @param {number} x @param {number} y */
  nearest(x, y) {
    /** @param {Lattice} side @param {number} pixel @param {number} count */
    const cell = (side, pixel, count) => clamp(side.cell(pixel), 0, count - 1);
    return { row: cell(this.up, this.panel.y.pixel(y), this.rows), column: cell(this.across, this.panel.x.pixel(x), this.columns) };
  }

  /** Data coordinates of a cell's centre. @param {Cell} cell */
  centre({ row, column }) {
    return { x: this.panel.x.value(this.across.centre(column)), y: this.panel.y.value(this.up.centre(row)) };
  }

  /** Index in the tensor. @param {number} row @param {number} column */
  index(row, column) {
    return (this.frame * this.rows + row) * this.columns + column;
  }

  /** @param {number} row @param {number} column */
  value(row, column) {
    return this.colors.value(this.index(row, column));
  }

  /** What a cell says. @param {Cell} cell @returns {{text: string, color?: string}[]} */
  read({ row, column }) {
    const value = this.value(row, column);
    const { label, fade_label: faded } = /** @type {RasterSpec} */ (this.spec);
    const text = this.colors.text(value);
    /** @type {{text: string, color?: string}[]} */
    const lines = [{ text: label ? `${label} ${text}` : text, color: Number.isNaN(value) ? undefined : this.colors.css(value) }];
    if (this.fade && faded) lines.push({ text: `${pretty(this.fade.tensor.data[this.index(row, column)])} ${faded}` });
    return lines;
  }
}

/** Cells along an axis, in pixels. @param {number[]} ends centres of the first and the last @param {number} count @param {number[]} edges of the axis, for a single cell @returns {Lattice} */
function lattice([first, last], count, [from, to]) {
  const step = count > 1 ? (last - first) / (count - 1) : to - from;
  const edge = count > 1 ? first - step / 2 : from;
  return { step, edge, centre: (index) => edge + (index + 0.5) * step, cell: (pixel) => Math.floor((pixel - edge) / step) };
}
