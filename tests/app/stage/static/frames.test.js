/** Which frame of an array the playhead stands at, and ranges of tensors. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { between, extent, frameAt, size, tileExtent } from "../../../../app/stage/static/frames.js";

test("an array without frames does not move", () => {
  assert.deepEqual(frameAt(1, 300, 150.5), { index: 0, next: 0, part: 0 });
});

test("steps + 1 frames are those of the points, with what lies between two", () => {
  assert.deepEqual(frameAt(5, 4, 0), { index: 0, next: 1, part: 0 });
  assert.deepEqual(frameAt(5, 4, 2.25), { index: 2, next: 3, part: 0.25 });
  assert.deepEqual(frameAt(5, 4, 4), { index: 4, next: 4, part: 0 });
});

test("as many frames as steps belong to the steps themselves", () => {
  assert.deepEqual(frameAt(4, 4, 1), { index: 1, next: 2, part: 0 });
  assert.deepEqual(frameAt(4, 4, 4), { index: 3, next: 3, part: 1 });
});

test("fewer frames are spread evenly", () => {
  assert.deepEqual(frameAt(3, 10, 5), { index: 1, next: 2, part: 0 });
  assert.deepEqual(frameAt(3, 10, 2.5), { index: 0, next: 1, part: 0.5 });
});

test("or they stand at the steps that are listed", () => {
  const steps = [0, 1, 10, 100];
  assert.equal(frameAt(4, 100, 9.99, steps).index, 1);
  assert.deepEqual(frameAt(4, 100, 10, steps), { index: 2, next: 3, part: 0 });
  const half = frameAt(4, 100, 55, steps);
  assert.deepEqual([half.index, half.next], [2, 3]);
  assert.ok(Math.abs(half.part - 0.5) < 1e-9);
  assert.ok(Math.abs(frameAt(4, 100, 10.9, steps).part - 0.01) < 1e-9);
  assert.equal(frameAt(4, 100, 100, steps).index, 3);
});

test("a size is the product of the lengths", () => {
  assert.equal(size([]), 1);
  assert.equal(size([2, 3, 4]), 24);
});

const numbers = (count) => Float32Array.from({ length: count }, (_, index) => index);

test("markers move evenly between two frames", () => {
  const arrows = { shape: [2, 3, 4], data: numbers(24) }; // 2 arrows, 3 frames
  const still = [...between(arrows, 1, 1, 2, 1)].map((entry) => [...entry]);
  assert.deepEqual(still, [[4, 5, 6, 7], [16, 17, 18, 19]]);
  const moving = [...between(arrows, 1, 1, 2, 1.5)].map((entry) => [...entry]);
  assert.deepEqual(moving, [[6, 7, 8, 9], [18, 19, 20, 21]]);
});

test("an array without frames, and one without a leading axis", () => {
  assert.deepEqual([...between({ shape: [2, 4], data: numbers(8) }, 1, 1, 9, 4.5)].map((entry) => [...entry]), [[0, 1, 2, 3], [4, 5, 6, 7]]);
  const points = { shape: [2, 3, 2], data: numbers(12) }; // 2 frames of 3 points
  assert.deepEqual([...between(points, 2, 0, 1, 0.5)].map((entry) => [...entry]), [[3, 4, 5, 6, 7, 8]]);
});

test("an extent is that of the finite numbers", () => {
  assert.deepEqual(extent({ shape: [5], data: Float32Array.of(3, NaN, -2, Infinity, -Infinity) }), [-2, 3]);
  assert.deepEqual(extent({ shape: [1], data: Float32Array.of(NaN) }), [0, 1]);
});

test("a tile's extent is over all frames, and its own", () => {
  const data = Float32Array.of(1, 2, 90, 91, 5, -3, 92, 93); // 2 frames, 2 tiles, 2 cells
  assert.deepEqual(tileExtent(data, 0, 2, 2), [-3, 5]);
  assert.deepEqual(tileExtent(data, 1, 2, 2), [90, 93]);
});
