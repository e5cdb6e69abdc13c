/** Where a point of a 3-D plot lands, and what hides it: against matrices multiplied and lines of sight drawn by hand. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Ground, projection } from "../../../../app/stage/static/projection.js";

const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const PERSPECTIVE = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, -1, 0, 0, 0, 0]; // w is -z
const QUARTER_TURN = [0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]; // about z: (x, y) to (-y, x)
const moved = (x, y, z) => [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, y, z, 1];

const scene = (lens, view, model, dataScale) => ({ glplot: { cameraParams: { projection: lens, view, model } }, dataScale });

/** Clip coordinates of a point. */
const clip = (m, [x, y, z]) => [0, 1, 2, 3].map((row) => m[row] * x + m[4 + row] * y + m[8 + row] * z + m[12 + row]);

test("scale, model, view and lens apply in this order", () => {
  const m = projection(scene(PERSPECTIVE, QUARTER_TURN, moved(1, 2, 3), [2, 3, 4]));
  // (1, 1, 1) scaled is (2, 3, 4), moved (3, 5, 7), turned (-5, 3, 7).
  assert.deepEqual(clip(m, [1, 1, 1]), [-5, 3, 7, -7]);
});

test("without a scale the data are as they are", () => {
  assert.deepEqual(clip(projection(scene(IDENTITY, IDENTITY, IDENTITY)), [2, 3, 5]), [2, 3, 5, 1]);
});

const axis = Float32Array.of(0, 1, 2, 3, 4);

/** A plain of height 0 with a ridge of height 10 along x = 2. */
const ridge = () => new Ground({ x: axis, y: axis, z: [...axis].map(() => Float32Array.of(0, 0, 10, 0, 0)) });

test("the eye is where the lines of sight meet", () => {
  const m = projection(scene(PERSPECTIVE, moved(-1, -2, -5), IDENTITY));
  assert.deepEqual(ridge().viewpoint(m), [1, 2, 5]);
});

test("a height is that of the nearest point of the grid", () => {
  const ground = ridge();
  assert.equal(ground.at(2.4, 0), 10);
  assert.equal(ground.at(2.6, 0), 0);
  assert.equal(ground.at(2, 5), undefined);
});

test("a grid may run from high to low", () => {
  const down = new Ground({ x: Float32Array.of(4, 2, 0), y: Float32Array.of(1, 0), z: [Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6)] });
  assert.equal(down.at(4, 1), 1);
  assert.equal(down.at(0, 0), 6);
  assert.equal(down.covers(3, 0.5, 0), true);
});

test("paths are lifted by 1.2% of the heights, and a flat ground by that of 1", () => {
  assert.ok(Math.abs(ridge().lift - 0.12) < 1e-12);
  assert.ok(Math.abs(new Ground({ x: axis, y: axis, z: [...axis].map(() => new Float32Array(5)) }).lift - 0.012) < 1e-12);
});

test("covered is what stands over the grid, up to a little above the peak", () => {
  const ground = ridge();
  assert.equal(ground.covers(0, 4, 10.35), true); // 10 + 3 * 0.12
  assert.equal(ground.covers(0, 4, 10.37), false);
  assert.equal(ground.covers(4.01, 0, 1), false);
  assert.equal(ground.covers(0, -0.01, 1), false);
  assert.equal(ground.covers(0, 0, NaN), false);
  assert.equal(ground.covers(0, 0, -Infinity), false);
});

test("a ridge hides what lies behind it from an eye that is low", () => {
  const ground = ridge();
  // At x = 1.5, where the ridge begins, the line from (0, 2, 0.5) has risen by 3/8 of the way to the eye.
  assert.equal(ground.hides(0, 2, 0.5, [4, 2, 15]), true); // 0.5 + 5.4 < 10
  assert.equal(ground.hides(0, 2, 0.5, [4, 2, 30]), false); // 0.5 + 11.1 > 10.12
});

test("nothing hides a point from above, from its own side, or beyond the grid", () => {
  const ground = ridge();
  assert.equal(ground.hides(0, 2, 0.5, [0, 2, 50]), false);
  assert.equal(ground.hides(1, 2, 0.5, [-4, 2, 1]), false);
  assert.equal(ground.hides(3, 2, 0.5, [9, 2, 1]), false);
});

test("what rises, but stays under the line of sight, hides nothing", () => {
  const ground = new Ground({ x: axis, y: axis, z: [...axis].map(() => Float32Array.of(0, 4, 10, 0, 0)) });
  // The step begins at x = 0.5, where the line from (0, 2, 0.5) has risen by 1/8 of the way to the eye.
  assert.equal(ground.hides(0, 2, 0.5, [4, 2, 30]), false); // 0.5 + 3.7 > 4.12
  assert.equal(ground.hides(0, 2, 0.5, [4, 2, 27]), true); // 0.5 + 3.3 < 4.12
});

test("a narrow ridge is not missed from an eye far above the terrain", () => {
  const x = Float32Array.from({ length: 101 }, (_, column) => column);
  const row = x.map((column) => (column === 5 ? 10 : 0));
  const ground = new Ground({ x, y: Float32Array.of(0, 1), z: [row, row] });
  assert.equal(ground.hides(0, 0, 0, [100, 0, 150]), true); // at x = 5 the line is 7.5 high
});
