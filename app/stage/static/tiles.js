/** A grid of small images: digits, filters, feature maps, the decision of each hidden unit, masks over steps. */

import { stripes } from "./canvas.js";
import { Colors } from "./colors.js";
import { make, pretty } from "./dom.js";
import { frameAt, size } from "./frames.js";
import { scale } from "./legend.js";
import { Panel } from "./panel.js";

const GAP = 8; // px between tiles
const CAPTION = 17; // px under a tile
const FRAME = 2; // px that the frames of the outermost tiles need
const VERDICTS = [null, { sign: "✓", color: "#009E73" }, { sign: "✕", color: "#D55E00" }];
const STEPS = { ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: (columns) => -columns, ArrowDown: (columns) => columns };

export class TilesPanel extends Panel {
  constructor(stage, spec) {
    super(stage, spec);
    this.sheet = make("canvas");
    this.pen = this.sheet.getContext("2d", { willReadFrequently: true });
    this.reads();
    const listen = (name, act) => this.host.addEventListener(name, act);
    listen("click", (event) => this.click(event));
    listen("keydown", (event) => this.press(event));
  }

  dress(spec, tensors) {
    const attributes = { role: "slider", tabindex: "0", "aria-label": spec.title };
    for (const [name, value] of Object.entries(attributes)) {
      if (spec.pick) this.host.setAttribute(name, value);
      else this.host.removeAttribute(name);
    }
    this.host.classList.toggle("is-clickable", Boolean(spec.pick));
    super.dress(spec, tensors);
  }

  /** Nothing here is Plotly's. */
  chart() {}

  project() {
    const { stage, spec } = this;
    this.tiles = stage.tensor(spec.tiles);
    [this.count, this.rows, this.columns] = this.tiles.shape.slice(-3);
    this.frames = this.tiles.shape.length > 3 ? this.tiles.shape[0] : 1;
    this.colors = Array.from({ length: spec.each ? this.count : 1 }, (_, tile) => new Colors(this.scaleOf(tile), stage.theme, this.tiles));
    this.place();
    this.drawn = null;
    this.explain([spec.scale, this.colors[0].low, this.colors[0].high], () => (spec.scale.legend ? scale(this.colors[0]) : []));
    if (spec.pick) this.announce();
  }

  /** The panel's scale, or the tile's own over all frames. @param {number} tile */
  scaleOf(tile) {
    const { scale: given } = this.spec;
    if (!this.spec.each) return given;
    const cells = this.rows * this.columns;
    let [low, high] = [Infinity, -Infinity];
    for (let frame = 0; frame < this.frames; frame += 1) {
      const from = (frame * this.count + tile) * cells;
      for (const value of this.tiles.data.subarray(from, from + cells)) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    const reach = Math.max(Math.abs(low - given.centre), Math.abs(high - given.centre)) || 1;
    return given.kind === "diverging" ? { ...given, low: given.centre - reach, high: given.centre + reach } : { ...given, low, high };
  }

  /** As many columns as make the tiles largest. */
  place() {
    const { width, height, count, spec } = this;
    const caption = spec.captions.length || spec.words || spec.verdicts ? CAPTION : 0;
    const fit = (across) => {
      const down = Math.ceil(count / across);
      return Math.min((width - 2 * FRAME - (across - 1) * GAP) / across / this.columns, (height - 2 * FRAME - (down - 1) * GAP - down * caption) / down / this.rows);
    };
    const choices = Array.from({ length: count }, (_, index) => index + 1);
    this.across = spec.columns ?? choices.reduce((best, each) => (fit(each) > fit(best) ? each : best), 1);
    const unit = Math.max(fit(this.across), 0.5);
    [this.wide, this.tall] = [unit * this.columns, unit * this.rows];
    const left = (width - this.across * (this.wide + GAP) + GAP) / 2;
    this.corner = (tile) => [left + (tile % this.across) * (this.wide + GAP), FRAME + Math.floor(tile / this.across) * (this.tall + GAP + caption)];
  }

  /** @param {number} t */
  draw(t) {
    if (!this.tiles) return;
    this.frame = frameAt(this.frames, this.stage.timeline.steps, t, this.spec.at && this.stage.tensor(this.spec.at).data).index;
    const place = Math.floor(t); // captions may change with every step
    if (this.drawn === place) return;
    this.drawn = place;
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

  colorsOf(tile) {
    return this.colors[this.spec.each ? tile : 0];
  }

  tile(context, tile) {
    const { wide, tall, rows, columns, stage: { theme } } = this;
    const [x, y] = this.corner(tile);
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
    const { index } = frameAt(frames, this.stage.timeline.steps, this.stage.timeline.t, this.spec.at && this.stage.tensor(this.spec.at).data);
    return tensor.data[index * this.count + tile];
  }

  caption(tile) {
    const { words, vocabulary, captions } = this.spec;
    return words ? (vocabulary[this.code(words, tile)] ?? "") : (captions[tile] ?? "");
  }

  /** The tile and the cell under the pointer, or null. @param {PointerEvent | MouseEvent} event */
  under(event) {
    const { px, py } = this.point(event);
    for (let tile = 0; tile < (this.tiles ? this.count : 0); tile += 1) {
      const [x, y] = this.corner(tile);
      if (px < x || py < y || px >= x + this.wide || py >= y + this.tall) continue;
      return { px, py, tile, row: Math.floor(((py - y) / this.tall) * this.rows), column: Math.floor(((px - x) / this.wide) * this.columns) };
    }
    return null;
  }

  hover(event) {
    const at = this.under(event);
    if (!at) return this.hush();
    const colors = this.colorsOf(at.tile);
    const value = colors.value(((this.frame * this.count + at.tile) * this.rows + at.row) * this.columns + at.column);
    return this.tell(at.px, at.py, [this.caption(at.tile) || `image ${at.tile + 1}`, { text: `row ${at.row + 1}, column ${at.column + 1}: ${colors.text(value)}`, color: Number.isNaN(value) ? undefined : colors.css(value) }]);
  }

  click(event) {
    const at = this.spec.pick && this.under(event);
    if (at) this.choose(at.tile, event.timeStamp);
  }

  press(event) {
    if (!this.spec.pick || !STEPS[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (this.stage.values[this.spec.pick] ?? 0) + STEPS[event.key](this.across);
    if (next >= 0 && next < this.count) this.choose(next, event.timeStamp);
  }

  choose(tile, stamp) {
    this.stage.exchange.accept({ [this.spec.pick]: tile }, stamp);
  }

  announce() {
    const now = this.stage.values[this.spec.pick] ?? 0;
    for (const [name, value] of [["min", 0], ["max", this.count - 1], ["now", now], ["text", this.caption(now) || `image ${now + 1}`]]) this.host.setAttribute(`aria-value${name}`, String(value));
  }

  describe() {
    if (!this.tiles) return "";
    const marked = Array.from({ length: this.count }, (_, tile) => this.code(this.spec.verdicts, tile));
    const wrong = marked.filter((code) => code === 2).length;
    return [`${this.count} images`, this.spec.verdicts && `${wrong} wrong`].filter(Boolean).join(", ") + (this.frames > 1 ? `, frame ${pretty(this.frame + 1)} of ${this.frames}` : "");
  }
}
