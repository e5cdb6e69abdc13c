/** A grid of small images: digits, filters, feature maps, the decision of each hidden unit, masks over steps. */

import { contextOf, stripes } from "./canvas.js";
import { Colors } from "./colors.js";
import { make, pretty } from "./dom.js";
import { frameAt, size, tileExtent } from "./frames.js";
import { scale } from "./legend.js";
import { Panel } from "./panel.js";
import { GAP, tileGrid } from "./tile_grid.js";

/** @import { NumberArray, ScaleSpec, Tensor, Tensors, TilesSpec } from "./types.d.ts" */

const VERDICTS = [null, { sign: "✓", color: "#009E73" }, { sign: "✕", color: "#D55E00" }];
/** @type {Record<string, (columns: number) => number>} tiles that an arrow key moves by */
const STEPS = { ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: (columns) => -columns, ArrowDown: (columns) => columns };

/** @extends {Panel<TilesSpec>} */
export class TilesPanel extends Panel {
  /** @type {Tensor | null} `[tiles, rows, columns]` or `[frames, tiles, rows, columns]` */ tiles = null;
  /** @type {Colors[]} of all tiles, or of each */ colors = [];
  /** @type {number | null} step that is drawn */ drawn = null;
  /** @type {import("./tile_grid.js").TileGrid} */ grid;

  /** @param {import("./stage.js").Stage} stage @param {TilesSpec} spec */
  constructor(stage, spec) {
    super(stage, spec);
    this.count = 0; // of tiles
    this.rows = 0; // of a tile
    this.columns = 0;
    this.frames = 1;
    this.frame = 0;
    this.sheet = make("canvas");
    this.pen = contextOf(this.sheet);
    this.reads();
    this.host.addEventListener("click", (event) => this.click(event));
    this.host.addEventListener("keydown", (event) => this.press(event));
  }

  /** @param {TilesSpec} spec @param {Tensors} tensors */
  dress(spec, tensors) {
    const attributes = { role: "slider", tabindex: "0", "aria-label": spec.title };
    for (const [name, value] of Object.entries(attributes)) {
      if (spec.pick) this.host.setAttribute(name, value);
      else this.host.removeAttribute(name);
    }
    this.host.classList.toggle("is-clickable", Boolean(spec.pick));
    super.dress(spec, tensors);
  }

  chart() {} // nothing here is Plotly's

  project() {
    const { stage, spec } = this;
    const tiles = stage.tensor(spec.tiles);
    this.tiles = tiles;
    [this.count, this.rows, this.columns] = tiles.shape.slice(-3);
    this.frames = tiles.shape.length > 3 ? tiles.shape[0] : 1;
    this.colors = Array.from({ length: spec.each ? this.count : 1 }, (_, tile) => new Colors(this.scaleOf(tile, tiles), stage.theme, tiles));
    const captioned = Boolean(spec.captions.length || spec.words || spec.verdicts);
    this.grid = tileGrid(this, this, spec.columns, captioned);
    this.drawn = null;
    this.explain([spec.scale, this.colors[0].low, this.colors[0].high], () => (spec.scale.legend ? scale(this.colors[0]) : []));
    if (spec.pick) this.announce(spec.pick);
  }

  /** The panel's scale, or the tile's own over all frames. @param {number} tile @param {Tensor} tiles @returns {ScaleSpec} */
  scaleOf(tile, { data }) {
    const { scale: given } = this.spec;
    if (!this.spec.each) return given;
    const [low, high] = tileExtent(data, tile, this.count, this.rows * this.columns);
    const reach = Math.max(Math.abs(low - given.centre), Math.abs(high - given.centre)) || 1;
    return given.kind === "diverging" ? { ...given, low: given.centre - reach, high: given.centre + reach } : { ...given, low, high };
  }

  /** @param {number} t */
  draw(t) {
    if (!this.tiles) return;
    this.frame = frameAt(this.frames, this.stage.timeline.steps, t, this.at()).index;
    const step = Math.floor(t); // captions may change with every step
    if (this.drawn === step) return;
    this.drawn = step;
    this.paint();
    const context = this.overlay.clear();
    context.imageSmoothingEnabled = this.spec.smooth;
    context.textAlign = "center";
    for (let tile = 0; tile < this.count; tile += 1) this.tile(context, tile);
    context.textAlign = "start";
  }

  /** All tiles of the frame, one under the other, a pixel a cell. */
  paint() {
    const cells = this.rows * this.columns;
    [this.sheet.width, this.sheet.height] = [this.columns, this.rows * this.count];
    const image = this.pen.createImageData(this.columns, this.rows * this.count);
    const pixels = new Uint32Array(image.data.buffer);
    for (let tile = 0; tile < this.count; tile += 1) {
      this.colorsOf(tile).paint(pixels.subarray(tile * cells, (tile + 1) * cells), (this.frame * this.count + tile) * cells);
    }
    this.pen.putImageData(image, 0, 0);
  }

  /** The steps of the frames. @returns {NumberArray | null} */
  at() {
    return this.spec.at ? this.stage.tensor(this.spec.at).data : null;
  }

  /** @param {number} tile */
  colorsOf(tile) {
    return this.colors[this.spec.each ? tile : 0];
  }

  /** @param {CanvasRenderingContext2D} context @param {number} tile */
  tile(context, tile) {
    const { rows, columns, stage: { theme } } = this;
    const { wide, tall, corner } = this.grid;
    const [x, y] = corner(tile);
    stripes(context, x, y, wide, tall, theme.hatch);
    context.drawImage(this.sheet, 0, tile * rows, columns, rows, x, y, wide, tall);
    const verdict = VERDICTS[this.code(this.spec.verdicts, tile) ?? 0];
    const picked = this.spec.pick && this.stage.values[this.spec.pick] === tile;
    context.lineWidth = picked || verdict ? 3 : 1;
    context.strokeStyle = picked ? theme.ink : (verdict?.color ?? theme.grid);
    context.strokeRect(x - 0.5, y - 0.5, wide + 1, tall + 1);
    context.fillStyle = theme.ink;
    context.fillText([verdict?.sign, this.caption(tile)].filter(Boolean).join(" "), x + wide / 2, y + tall + 14, wide + GAP);
  }

  /** An entry of `[tiles]` or `[frames, tiles]`. @param {string | null} name @param {number} tile */
  code(name, tile) {
    const tensor = name && this.stage.tensor(name);
    if (!tensor) return undefined;
    const frames = size(tensor.shape) / this.count;
    const { index } = frameAt(frames, this.stage.timeline.steps, this.stage.timeline.t, this.at());
    return tensor.data[index * this.count + tile];
  }

  /** @param {number} tile */
  caption(tile) {
    const { words, vocabulary, captions } = this.spec;
    return words ? (vocabulary[this.code(words, tile) ?? -1] ?? "") : (captions[tile] ?? "");
  }

  /** The tile and the cell under the pointer, or null. @param {PointerEvent | MouseEvent} event */
  under(event) {
    const { px, py } = this.point(event);
    if (!this.tiles) return null;
    const { wide, tall, corner } = this.grid;
    for (let tile = 0; tile < this.count; tile += 1) {
      const [x, y] = corner(tile);
      if (px < x || py < y || px >= x + wide || py >= y + tall) continue;
      return { px, py, tile, row: Math.floor(((py - y) / tall) * this.rows), column: Math.floor(((px - x) / wide) * this.columns) };
    }
    return null;
  }

  /** @param {PointerEvent} event */
  hover(event) {
    const at = this.under(event);
    if (!at) return this.hideReadout();
    const colors = this.colorsOf(at.tile);
    const value = colors.value(((this.frame * this.count + at.tile) * this.rows + at.row) * this.columns + at.column);
    const cell = { text: `row ${at.row + 1}, column ${at.column + 1}: ${colors.text(value)}`, color: Number.isNaN(value) ? undefined : colors.css(value) };
    return this.showReadout(at.px, at.py, [this.caption(at.tile) || `image ${at.tile + 1}`, cell]);
  }

  /** @param {MouseEvent} event */
  click(event) {
    const at = this.under(event);
    if (at) this.choose(at.tile, event.timeStamp);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const { pick } = this.spec;
    if (!pick || !STEPS[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (this.stage.values[pick] ?? 0) + STEPS[event.key](this.grid.across);
    if (next >= 0 && next < this.count) this.choose(next, event.timeStamp);
  }

  /** @param {number} tile @param {number} stamp when the user chose it */
  choose(tile, stamp) {
    if (this.spec.pick) this.stage.sync.accept({ [this.spec.pick]: tile }, stamp);
  }

  /** What a screen reader says of the picked tile. @param {string} pick name of the setting */
  announce(pick) {
    const now = this.stage.values[pick] ?? 0;
    const attributes = { min: 0, max: this.count - 1, now, text: this.caption(now) || `image ${now + 1}` };
    for (const [name, value] of Object.entries(attributes)) this.host.setAttribute(`aria-value${name}`, String(value));
  }

  describe() {
    if (!this.tiles) return "";
    const marked = Array.from({ length: this.count }, (_, tile) => this.code(this.spec.verdicts, tile));
    const wrong = marked.filter((code) => code === 2).length;
    return [`${this.count} images`, this.spec.verdicts && `${wrong} wrong`].filter(Boolean).join(", ") + (this.frames > 1 ? `, frame ${pretty(this.frame + 1)} of ${this.frames}` : "");
  }
}
