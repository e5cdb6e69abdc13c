/** Geometry of the markers of a map: the half axes of an ellipse, an arrow. */

import { strokeCased, strokePlain } from "./canvas.js";

/** @import { LineStyle } from "./types.d.ts" */

/** Half axes of the ellipse of a symmetric matrix: the columns of its Cholesky factor. @param {ArrayLike<number> & Iterable<number>} matrix c11, c12, c22 */
export function halfAxes([c11, c12, c22]) {
  const l11 = Math.sqrt(c11);
  const l21 = l11 ? c12 / l11 : 0;
  return [l11, l21, 0, Math.sqrt(Math.max(c22 - l21 * l21, 0))];
}

/** An arrow along the x axis. @param {CanvasRenderingContext2D} context @param {number} length @param {boolean} cut shorter than it should be @param {LineStyle} style @param {string} casing */
export function dart(context, length, cut, style, casing) {
  const head = Math.min(5 + 2.2 * style.width, length);
  const wing = 0.42 * head;
  const shaft = new Path2D();
  shaft.moveTo(0, 0);
  shaft.lineTo(length - 0.8 * head, 0);
  const tip = new Path2D();
  for (const at of cut ? [length, length - 0.8 * head] : [length]) {
    tip.moveTo(at, 0);
    tip.lineTo(at - head, wing);
    tip.lineTo(at - 0.75 * head, 0);
    tip.lineTo(at - head, -wing);
    tip.closePath();
  }
  strokePlain(context, tip, { color: casing, width: 2, dash: [] });
  strokeCased(context, shaft, style, casing);
  context.fillStyle = style.color;
  context.fill(tip);
}
