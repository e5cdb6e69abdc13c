/** From numbers to colours: tables for the pixels of rasters and tiles, CSS colours for legends and texts. */

import { pretty } from "./dom.js";
import { extent } from "./frames.js";
import { rgb } from "./theme.js";

/** @import { NumberArray, ScaleSpec, Tensor, Theme } from "./types.d.ts" */

const LEVELS = 32; // of paleness of a category
const PALEST = 0.8; // part of the page's colour in the palest
const SHADES = 255;

/** @param {number[]} a @param {number[]} b @param {number} part */
const blend = (a, b, part) => a.map((value, channel) => value + part * (b[channel] - value));

/** One pixel as a canvas stores it. @param {number[]} color */
const pixel = ([red, green, blue]) => ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0;

/** @param {number[]} color */
const css = (color) => `rgb(${color.map(Math.round).join(", ")})`;

/** @param {number[][]} stops evenly spaced @param {number} part 0 to 1 */
function along(stops, part) {
  const position = part * (stops.length - 1);
  const index = Math.min(Math.floor(position), stops.length - 2);
  return blend(stops[index], stops[index + 1], position - index);
}

/** Code of an integer type that stands for "undefined", and with it the greatest that does not. @param {Tensor} tensor */
const undefinedCode = ({ data }) => (data instanceof Uint8Array ? 255 : data instanceof Uint16Array ? 65535 : NaN);

/** A scale of app/stage/raster.py in a theme, for one tensor. */
export class Colors {
  /**
   * @param {ScaleSpec} scale @param {Theme} theme @param {Tensor} tensor
   * @param {number} [strength] below 1 the colours are mixed with the page's
   */
  constructor(scale, theme, tensor, strength = 1) {
    this.scale = scale;
    this.theme = theme;
    this.tensor = tensor;
    this.none = undefinedCode(tensor);
    this.paper = rgb(theme.background);
    this.categorical = scale.kind === "categorical";
    const [low, high] = this.range();
    this.low = low;
    this.high = high;
    this.stops = (scale.kind === "categorical" ? this.categories() : theme[scale.kind].map(rgb)).map((color) => blend(this.paper, color, strength));
    this.table = this.categorical ? this.pale() : Uint32Array.from({ length: SHADES + 1 }, (_, shade) => pixel(along(this.stops, shade / SHADES)));
  }

  /** @returns {[number, number]} */
  range() {
    const { low, high, centre, kind } = this.scale;
    const [least, most] = low !== null && high !== null ? [low, high] : Number.isNaN(this.none) ? extent(this.tensor) : [0, 1];
    if (kind === "diverging" && low === null && high === null) {
      const reach = Math.max(Math.abs(least - centre), Math.abs(most - centre)) || 1;
      return [centre - reach, centre + reach];
    }
    return [low ?? least, high ?? most];
  }

  categories() {
    const { colors, labels } = this.scale;
    const given = colors.length ? colors : this.theme.categories;
    return Array.from({ length: Math.max(labels.length, colors.length, 1) }, (_, index) => rgb(this.theme.swap[given[index % given.length].toUpperCase()] ?? given[index % given.length]));
  }

  /** Each category in all its levels of paleness. */
  pale() {
    return Uint32Array.from({ length: this.stops.length * LEVELS }, (_, entry) =>
      pixel(blend(this.stops[Math.floor(entry / LEVELS)], this.paper, (PALEST * (entry % LEVELS)) / (LEVELS - 1))));
  }

  /** The number of a cell, NaN if it is undefined. @param {number} index */
  value(index) {
    const code = this.tensor.data[index];
    if (code === this.none) return NaN;
    if (this.categorical || Number.isNaN(this.none)) return code;
    return this.low + ((this.high - this.low) * code) / (this.none - 1);
  }

  /** Position on the scale, 0 to 1. @param {number} value */
  part(value) {
    const { low, high } = this;
    const { kind, centre } = this.scale;
    const part = kind !== "diverging" ? (value - low) / (high - low || 1) : value < centre ? (0.5 * (value - low)) / (centre - low || 1) : 0.5 + (0.5 * (value - centre)) / (high - centre || 1);
    return Math.min(Math.max(part, 0), 1);
  }

  /** @param {number} value @returns {number[]} */
  rgb(value) {
    return this.categorical ? (this.stops[value] ?? this.paper) : along(this.stops, this.part(value));
  }

  /** @param {number} value */
  css(value) {
    return css(this.rgb(value));
  }

  /** A number or a category in words. @param {number} value */
  text(value) {
    if (Number.isNaN(value)) return "undefined";
    return this.categorical ? (this.scale.labels[value] ?? String(value)) : pretty(value, 4);
  }

  /** Ink that reads on the colour of a value. @param {number} value */
  ink(value) {
    const [red, green, blue] = this.rgb(value);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 140 ? "#10171e" : "#ffffff";
  }

  /**
   * Colour the pixels of an image; what is undefined stays transparent.
   * @param {Uint32Array} pixels @param {number} from index of the first cell
   * @param {{tensor: Tensor, most: number} | null} [fade] the larger its number, the paler the cell
   */
  paint(pixels, from, fade = null) {
    const { data } = this.tensor;
    const look = this.lookup(fade);
    for (let index = 0; index < pixels.length; index += 1) pixels[index] = look(data[from + index], from + index);
  }

  /**
   * @param {{tensor: Tensor, most: number} | null} fade
   * @returns {(code: number, index: number) => number} the pixel of a cell
   */
  lookup(fade) {
    const { table, none, low, high, scale } = this;
    if (this.categorical) {
      if (!fade) return (code) => (code === none ? 0 : table[code * LEVELS]);
      const [shades, slope] = [fade.tensor.data, (LEVELS - 1) / (fade.most || 1)];
      return (code, index) => (code === none ? 0 : table[code * LEVELS + Math.min(Math.round(slope * shades[index]), LEVELS - 1)]);
    }
    if (!Number.isNaN(none)) {
      const whole = Uint32Array.from({ length: none + 1 }, (_, code) => (code === none ? 0 : table[Math.round(SHADES * this.part(low + ((high - low) * code) / (none - 1)))]));
      return (code) => whole[code];
    }
    if (scale.kind === "diverging") return (value) => (Number.isNaN(value) ? 0 : table[Math.round(SHADES * this.part(value))]);
    const slope = SHADES / (high - low || 1);
    return (value) => (Number.isNaN(value) ? 0 : table[Math.min(Math.max(Math.round((value - low) * slope), 0), SHADES)]);
  }
}
