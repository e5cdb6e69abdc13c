/** Points of a map: a few hundred training examples with shapes, or a swarm of thousands as plain squares. */

import { between } from "./frames.js";
import { tint } from "./theme.js";

/** @import { NumberArray, PointsSpec, Search, Tensor } from "./types.d.ts" */
/** @typedef {import("./stage.js").Stage} Stage */

const SMALL = 5; // px; below this a point is a square without a shape of its own

/** Outlines by number of the group, each within a circle of radius r. @type {((path: Path2D, x: number, y: number, r: number) => void)[]} */
const SHAPES = [
  (path, x, y, r) => {
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, 2 * Math.PI);
  },
  (path, x, y, r) => path.rect(x - 0.86 * r, y - 0.86 * r, 1.72 * r, 1.72 * r),
  (path, x, y, r) => corners(path, [[x, y - 1.15 * r], [x + 1.1 * r, y + 0.8 * r], [x - 1.1 * r, y + 0.8 * r]]),
  (path, x, y, r) => corners(path, [[x, y - 1.25 * r], [x + 1.25 * r, y], [x, y + 1.25 * r], [x - 1.25 * r, y]]),
  (path, x, y, r) => corners(path, [[x, y + 1.15 * r], [x + 1.1 * r, y - 0.8 * r], [x - 1.1 * r, y - 0.8 * r]]),
];

/** @param {Path2D} path @param {[number, number][]} points */
function corners(path, points) {
  path.moveTo(...points[0]);
  for (const point of points.slice(1)) path.lineTo(...point);
  path.closePath();
}

/** The colour of a group. @param {PointsSpec} spec @param {number} group @param {Stage} stage */
export function groupColor(spec, group, stage) {
  const { colors } = spec;
  if (!spec.groups) return tint({ color: colors[0] }, 0, 0, stage);
  return colors.length ? tint({ color: colors[group % colors.length] }, 0, 0, stage) : stage.styles[group % stage.styles.length].color;
}

/** The shape of a group's points. @param {Path2D} path @param {number} group @param {number} x @param {number} y @param {number} r */
export const shape = (path, group, x, y, r) => SHAPES[group % SHAPES.length](path, x, y, r);

/**
 * @param {CanvasRenderingContext2D} context @param {PointsSpec} spec
 * @param {Tensor} tensor @param {number} t @param {import("./map.js").AnyMap} panel
 * @returns {Search} a search for the point under the pointer
 */
export function drawPoints(context, spec, tensor, t, panel) {
  const { stage } = panel;
  const [numbers] = between(tensor, 2, 0, stage.timeline.steps, t);
  const groups = spec.groups ? stage.tensor(spec.groups)?.data : null;
  const count = numbers.length / 2;
  const pixels = new Float32Array(2 * count);
  for (let index = 0; index < count; index += 1) {
    pixels[2 * index] = panel.x.pixel(numbers[2 * index]);
    pixels[2 * index + 1] = panel.y.pixel(numbers[2 * index + 1]);
  }
  const draw = spec.size < SMALL ? squares : shapes;
  draw(context, spec, pixels, groups, stage);
  return { find: spec.size < SMALL ? () => null : (px, py) => find(spec, numbers, pixels, groups, px, py) };
}

/** @param {CanvasRenderingContext2D} context @param {PointsSpec} spec @param {Float32Array} pixels @param {NumberArray | null | undefined} groups @param {Stage} stage */
function squares(context, spec, pixels, groups, stage) {
  const last = groups ? Math.max(...groups) : 0;
  const [wide, half] = [spec.size + 1.2, spec.size / 2];
  context.fillStyle = stage.theme.casing;
  for (let at = 0; at < pixels.length; at += 2) context.fillRect(pixels[at] - wide / 2, pixels[at + 1] - wide / 2, wide, wide);
  for (let group = 0; group <= last; group += 1) {
    context.fillStyle = groupColor(spec, group, stage);
    for (let at = 0; at < pixels.length; at += 2) {
      if (!groups || groups[at / 2] === group) context.fillRect(pixels[at] - half, pixels[at + 1] - half, spec.size, spec.size);
    }
  }
}

/** @param {CanvasRenderingContext2D} context @param {PointsSpec} spec @param {Float32Array} pixels @param {NumberArray | null | undefined} groups @param {Stage} stage */
function shapes(context, spec, pixels, groups, stage) {
  /** @type {Map<number, Path2D>} */
  const paths = new Map();
  for (let at = 0; at < pixels.length; at += 2) {
    const group = groups ? groups[at / 2] : 0;
    const path = paths.get(group) ?? new Path2D();
    paths.set(group, path);
    if (!Number.isNaN(pixels[at] + pixels[at + 1])) shape(path, group, pixels[at], pixels[at + 1], spec.size / 2);
  }
  context.lineWidth = 1.6;
  context.strokeStyle = stage.theme.casing;
  for (const [group, path] of paths) {
    context.stroke(path);
    context.fillStyle = groupColor(spec, group, stage);
    context.fill(path);
  }
}

/** @param {PointsSpec} spec @param {NumberArray} numbers @param {Float32Array} pixels @param {NumberArray | null | undefined} groups @param {number} px @param {number} py */
function find(spec, numbers, pixels, groups, px, py) {
  for (let at = 0; at < pixels.length; at += 2) {
    if (Math.hypot(pixels[at] - px, pixels[at + 1] - py) > spec.size / 2 + 3) continue;
    const name = groups && spec.names[groups[at / 2]];
    return { x: numbers[at], y: numbers[at + 1], label: name ? `${spec.label}: ${name}` : spec.label, px: pixels[at], py: pixels[at + 1] };
  }
  return null;
}

/** The first hit among searches, the last drawn first. @param {Search[]} searches @param {number} px @param {number} py */
export function near(searches, px, py) {
  for (const { find: search } of [...searches].reverse()) {
    const hit = search(px, py);
    if (hit) return hit;
  }
  return null;
}
