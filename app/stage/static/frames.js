/** Arrays with an axis of frames: which frame the playhead stands at, and what lies between two of them. */

/** @import { NumberArray, Tensor } from "./types.d.ts" */

/**
 * As many frames as steps belong to the steps themselves (a gradient), one more to the points between them; fewer are
 * spread evenly over the timeline, or stand at the steps that `at` lists.
 * @param {number} count @param {number} steps @param {number} t @param {ArrayLike<number> | null} [at]
 * @returns {{index: number, next: number, part: number}}
 */
export function frameAt(count, steps, t, at) {
  if (count < 2) return { index: 0, next: 0, part: 0 };
  let position = count === steps ? t : (t * (count - 1)) / steps;
  if (at) {
    let index = 0;
    while (index + 1 < count && at[index + 1] <= t) index += 1;
    const gap = index + 1 < count ? at[index + 1] - at[index] : 1;
    position = index + Math.min(Math.max((t - at[index]) / gap, 0), 1 - 1e-9);
  }
  const index = Math.min(Math.floor(position + 1e-9), count - 1);
  return { index, next: Math.min(index + 1, count - 1), part: Math.min(Math.max(position - index, 0), 1) };
}

/** @param {number[]} shape */
export const size = (shape) => shape.reduce((product, length) => product * length, 1);

/**
 * The arrays of a marker at the playhead: one for each entry of the leading axis, if there is one.
 * @param {Tensor} tensor `[k?, frames?, ...inner]`
 * @param {number} inner axes of one array @param {number} lead 1 with a leading axis, else 0
 * @param {number} steps @param {number} t
 * @returns {Generator<NumberArray>}
 */
export function* between({ shape, data }, inner, lead, steps, t) {
  const length = size(shape.slice(-inner));
  const frames = shape.length > inner + lead ? shape[lead] : 1;
  const { index, next, part } = frameAt(frames, steps, t);
  for (let entry = 0; entry < (lead ? shape[0] : 1); entry += 1) {
    const [from, to] = [(entry * frames + index) * length, (entry * frames + next) * length];
    const now = data.subarray(from, from + length);
    yield part > 1e-6 ? mix(now, data.subarray(to, to + length), part) : now;
  }
}

/** @param {NumberArray} a @param {NumberArray} b @param {number} part of b */
function mix(a, b, part) {
  const mixed = new Float32Array(a.length);
  for (let index = 0; index < a.length; index += 1) mixed[index] = a[index] + part * (b[index] - a[index]);
  return mixed;
}

/** @type {WeakMap<Tensor, [number, number]>} */
const extents = new WeakMap();

/** Least and greatest finite number of a tensor. @param {Tensor} tensor @returns {[number, number]} */
export function extent(tensor) {
  const known = extents.get(tensor);
  if (known) return known;
  let [low, high] = [Infinity, -Infinity];
  for (const value of tensor.data) {
    if (value < low && value > -Infinity) low = value;
    if (value > high && value < Infinity) high = value;
  }
  /** @type {[number, number]} */
  const found = low <= high ? [low, high] : [0, 1];
  extents.set(tensor, found);
  return found;
}

/**
 * Least and greatest number of one tile in all frames of `[frames?, count, cells]`.
 * @param {NumberArray} data @param {number} tile @param {number} count @param {number} cells
 * @returns {[number, number]}
 */
export function tileExtent(data, tile, count, cells) {
  let [low, high] = [Infinity, -Infinity];
  for (let from = tile * cells; from < data.length; from += count * cells) {
    for (const value of data.subarray(from, from + cells)) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high];
}
