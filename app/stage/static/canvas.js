/** Drawing on a transparent canvas over a plot: outlined lines, heads, text with a halo. */

/** @import { LineStyle, Theme } from "./types.d.ts" */

/**
 * A canvas in main memory: without a graphics card several times faster than one that a program draws in its stead, and
 * with one as good, for so few lines. Asking which of the two is there would cost the first picture a third of a second.
 */
const IN_MEMORY = { willReadFrequently: true };

/** @param {HTMLCanvasElement} canvas @returns {CanvasRenderingContext2D} which only a canvas with a context of another kind lacks */
export const contextOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", IN_MEMORY));

/** A canvas that covers its parent, sharp on any screen. */
export class Overlay {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.canvas = document.createElement("canvas");
    this.canvas.className = "stage-overlay";
    this.canvas.setAttribute("aria-hidden", "true");
    parent.append(this.canvas);
    this.context = contextOf(this.canvas);
    this.width = 0;
    this.height = 0;
  }

  /** @param {number} width @param {number} height CSS pixels @param {string} font family, set here because setting it costs a style pass */
  fit(width, height, font) {
    const ratio = window.devicePixelRatio || 1;
    this.width = width;
    this.height = height;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.lineJoin = "round";
    this.context.font = `600 12.5px ${font}`;
  }

  /** @returns {CanvasRenderingContext2D} a clean sheet */
  clear() {
    this.context.clearRect(0, 0, this.width, this.height);
    return this.context;
  }
}

/**
 * A line with an outline in the theme's casing.
 * @param {CanvasRenderingContext2D} context
 * @param {Path2D} path
 * @param {LineStyle} style
 * @param {string} casing
 */
export function strokeCased(context, path, style, casing) {
  strokePlain(context, path, { color: casing, width: style.width + 1.7, dash: style.dash });
  strokePlain(context, path, style);
}

/** @param {CanvasRenderingContext2D} context @param {Path2D} path @param {LineStyle} style */
export function strokePlain(context, path, style) {
  context.lineCap = style.dash.length ? "butt" : "round";
  context.setLineDash(style.dash);
  context.strokeStyle = style.color;
  context.lineWidth = style.width;
  context.stroke(path);
  context.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius @param {string} color @param {Theme} theme */
export function disc(context, x, y, radius, color, theme) {
  context.beginPath();
  context.arc(x, y, radius + 2.4, 0, 2 * Math.PI);
  context.fillStyle = theme.casing;
  context.fill();
  context.beginPath();
  context.arc(x, y, radius + 1.2, 0, 2 * Math.PI);
  context.fillStyle = "#ffffff";
  context.fill();
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
}

/** Where a run left the picture. @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} angle @param {string} color @param {string} casing */
export function arrow(context, x, y, angle, color, casing) {
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.beginPath();
  context.moveTo(-1, 0);
  context.lineTo(-13, -7);
  context.lineTo(-9, 0);
  context.lineTo(-13, 7);
  context.closePath();
  context.strokeStyle = casing;
  context.lineWidth = 2.5;
  context.stroke();
  context.fillStyle = color;
  context.fill();
  context.restore();
}

const EDGE = 4;
const HEIGHT = 22;

/** @typedef {{width: number, paint: (sheet: CanvasRenderingContext2D, left: number, baseline: number) => void}} HaloText */

/**
 * A word with a halo, drawn once: outlining glyphs costs more than all trails of a frame.
 * @param {string} text @param {string} font @param {Theme} theme @returns {HaloText}
 */
export function haloText(text, font, theme) {
  const ratio = 2 * Math.ceil((window.devicePixelRatio || 1) / 2);
  const image = document.createElement("canvas");
  const context = contextOf(image);
  context.font = font;
  const width = context.measureText(text).width;
  image.width = Math.ceil((width + 2 * EDGE) * ratio);
  image.height = HEIGHT * ratio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = font;
  context.lineJoin = "round";
  context.strokeStyle = theme.halo;
  context.lineWidth = 4;
  context.strokeText(text, EDGE, 15);
  context.fillStyle = theme.ink;
  context.fillText(text, EDGE, 15);
  return { width, paint: (sheet, left, baseline) => sheet.drawImage(image, left - EDGE, baseline - 15, image.width / ratio, HEIGHT) };
}

/** @type {Record<string, (path: Path2D) => void>} */
const SHAPES = {
  minimum: (path) => {
    for (let corner = 0; corner < 10; corner += 1) {
      const radius = corner % 2 ? 3.4 : 8;
      const angle = (corner * Math.PI) / 5 - Math.PI / 2;
      path.lineTo(radius * Math.cos(angle), radius * Math.sin(angle));
    }
  },
  saddle: (path) => [[0, -7], [7, 0], [0, 7], [-7, 0]].forEach(([x, y]) => path.lineTo(x, y)),
  maximum: (path) => [[0, -7], [7, 6], [-7, 6]].forEach(([x, y]) => path.lineTo(x, y)),
  degenerate: (path) => [[-5.5, -5.5], [5.5, -5.5], [5.5, 5.5], [-5.5, 5.5]].forEach(([x, y]) => path.lineTo(x, y)),
};

/** A fixed point of the terrain; each kind has its own shape. @param {CanvasRenderingContext2D} context @param {string} kind @param {number} x @param {number} y @param {Theme} theme */
export function mark(context, kind, x, y, theme) {
  const path = new Path2D();
  (SHAPES[kind] ?? SHAPES.degenerate)(path);
  path.closePath();
  context.save();
  context.translate(x, y);
  context.strokeStyle = theme.ink;
  context.lineWidth = 1.6;
  context.fillStyle = kind === "minimum" ? "#ffffff" : theme.halo;
  if (kind === "minimum" && theme.dark) context.strokeStyle = "#0b0f14";
  context.fill(path);
  context.stroke(path);
  context.restore();
}

/**
 * Keep a far away point on its ray from the middle, near enough for a canvas.
 * @param {number} value @param {number} other the point's other coordinate @param {number} middle @param {number} otherMiddle
 */
export function tame(value, other, middle, otherMiddle) {
  const far = Math.max(Math.abs(value - middle), Math.abs(other - otherMiddle));
  return far < 2e4 ? value : middle + ((value - middle) * 2e4) / far;
}

/** What is undefined. @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} width @param {number} height @param {string} color */
export function stripes(context, x, y, width, height, color) {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.beginPath();
  for (let at = -height; at < width; at += 7) {
    context.moveTo(x + at, y + height);
    context.lineTo(x + at + height, y);
  }
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.stroke();
  context.restore();
}
