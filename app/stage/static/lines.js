/** Lines of charts: paths through points, bands between two of them, a point on the way. */

import { clamp } from "./dom.js";

/** @import { AxisMap } from "./types.d.ts" */

const FAR = 4000; // px beyond the axes that a line may go, so that no canvas has to draw a mile

/**
 * Pixel of a value on an axis; on a log axis what is not positive lies on the lower edge.
 * @param {AxisMap} axis @param {number} value @param {number} [floor]
 */
export function level(axis, value, floor = 0) {
  if (!Number.isFinite(value)) return NaN;
  if (axis.log && value <= floor) return axis.to;
  return clamp(axis.pixel(value), axis.from - FAR, axis.log ? axis.to : axis.to + FAR);
}

/**
 * @param {number} end number of points
 * @param {(index: number) => number} x @param {(index: number) => number} y in pixels; NaN is a gap
 */
export function polyline(end, x, y) {
  const path = new Path2D();
  for (let index = 0, pen = false; index < end; index += 1) {
    const [px, py] = [x(index), y(index)];
    if (!Number.isFinite(px + py)) {
      pen = false;
      continue;
    }
    if (pen) path.lineTo(px, py);
    else path.moveTo(px, py);
    pen = true;
  }
  return path;
}

/** The area between two lines. @param {number} end @param {(index: number) => number} x @param {(index: number) => number} low @param {(index: number) => number} high */
export function band(end, x, low, high) {
  const path = new Path2D();
  let from = 0;
  /** @param {number} to */
  const close = (to) => {
    for (let index = from; index < to; index += 1) path[index === from ? "moveTo" : "lineTo"](x(index), high(index));
    for (let index = to - 1; index >= from; index -= 1) path.lineTo(x(index), low(index));
    if (to > from) path.closePath();
  };
  for (let index = 0; index < end; index += 1) {
    if (Number.isFinite(x(index) + low(index) + high(index))) continue;
    close(index);
    from = index + 1;
  }
  close(end);
  return path;
}

/** @param {CanvasRenderingContext2D} context @param {Path2D} path @param {string} color @param {number} [opacity] */
export function fillFaint(context, path, color, opacity = 0.2) {
  const before = context.globalAlpha;
  context.globalAlpha = before * opacity;
  context.fillStyle = color;
  context.fill(path);
  context.globalAlpha = before;
}
