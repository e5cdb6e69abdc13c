/** Geometry without a canvas: networks, grids of tiles, ellipses, axes, heads of paths. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { tame } from "../../../../app/stage/static/canvas.js";
import { halfAxes } from "../../../../app/stage/static/glyphs.js";
import { Graph } from "../../../../app/stage/static/graph.js";
import { level } from "../../../../app/stage/static/lines.js";
import { axisMap, decades, merge } from "../../../../app/stage/static/plot.js";
import { tileGrid } from "../../../../app/stage/static/tile_grid.js";
import { headOf } from "../../../../app/stage/static/trails.js";

const close = (actual, expected) => actual.forEach((value, index) => assert.ok(Math.abs(value - expected[index]) < 1e-9, `${actual} is not ${expected}`));

test("units and weights of a network are numbered layer by layer", () => {
  const graph = new Graph([2, 3, 1], 16, 228, 200, 0);
  assert.deepEqual(graph.units.map((layer) => layer.map(({ index }) => index)), [[0, 1], [2, 3, 4], [5]]);
  const edges = [...graph.edges()];
  // The kernel of the first layer has 2 x 3 weights, row by row; that of the second begins behind it.
  assert.deepEqual(edges.map(({ from, to, index }) => [from.index, to.index, index]), [
    [0, 2, 0], [0, 3, 1], [0, 4, 2], [1, 2, 3], [1, 3, 4], [1, 4, 5], [2, 5, 6], [3, 5, 7], [4, 5, 8],
  ]);
  assert.deepEqual(graph.across, [14, 114, 214]);
});

test("of a large layer the first units are drawn, and the numbers of the others are left out", () => {
  const graph = new Graph([10, 2], 4, 400, 300, 0);
  assert.deepEqual(graph.shown, [3, 2]);
  assert.deepEqual([...graph.edges()].map(({ index }) => index), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(graph.units[1].map(({ index }) => index), [10, 11]);
});

test("a pointer finds a unit before a connection, and nothing far from both", () => {
  const graph = new Graph([1, 1], 16, 228, 200, 0);
  const [from, to] = [graph.units[0][0], graph.units[1][0]];
  assert.equal(from.y, (200 + 22 - 14) / 2);
  assert.equal(graph.unitAt(from.x + graph.radius, from.y), from);
  const middle = (from.x + to.x) / 2;
  assert.equal(graph.unitAt(middle, from.y), undefined);
  assert.equal(graph.edgeAt(middle, from.y + 4)?.index, 0);
  assert.equal(graph.edgeAt(middle, from.y + 6), null);
  assert.equal(graph.edgeAt(from.x - 1, from.y), null);
});

test("tiles are as large as the panel lets them be", () => {
  const four = { count: 4, rows: 10, columns: 10 };
  const wide = tileGrid({ width: 428, height: 104 }, four, null, false);
  assert.equal(wide.across, 4);
  assert.equal(wide.wide, 100); // (428 - 2 * 2 - 3 * 8) / 4
  assert.deepEqual([0, 1, 3].map(wide.corner), [[2, 2], [110, 2], [326, 2]]);
  const square = tileGrid({ width: 212, height: 212 }, four, null, false);
  assert.equal(square.across, 2);
  assert.deepEqual(square.corner(3), [110, 110]);
});

test("captions take their room, and the scene may say how many stand in a row", () => {
  const grid = tileGrid({ width: 1000, height: 246 }, { count: 2, rows: 10, columns: 20 }, 1, true);
  assert.equal(grid.tall, 100); // (246 - 2 * 2 - 8 - 2 * 17) / 2
  assert.equal(grid.wide, 200);
  assert.deepEqual(grid.corner(1), [400, 2 + 100 + 8 + 17]);
});

test("a cell is half a pixel at least", () => {
  assert.equal(tileGrid({ width: 50, height: 50 }, { count: 1, rows: 1000, columns: 1000 }, null, false).wide, 500);
});

test("the half axes of an ellipse are the Cholesky factor of its matrix", () => {
  close(halfAxes([4, 0, 9]), [2, 0, 0, 3]);
  const [ux, uy, vx, vy] = halfAxes([4, 2, 10]); // (2, 1) and (0, 3)
  close([ux, uy, vx, vy], [2, 1, 0, 3]);
  close([ux * ux + vx * vx, ux * uy + vx * vy, uy * uy + vy * vy], [4, 2, 10]);
  close(halfAxes([0, 0, 4]), [0, 0, 0, 2]);
});

test("an axis maps values to pixels and back; y runs upwards", () => {
  const x = axisMap({ _id: "x", _offset: 50, _length: 200, type: "linear", range: [0, 10] });
  assert.equal(x.pixel(5), 150);
  assert.equal(x.value(150), 5);
  const y = axisMap({ _id: "y2", _offset: 10, _length: 100, type: "linear", range: ["0", "10"] });
  assert.equal(y.pixel(0), 110);
  assert.equal(y.pixel(10), 10);
  const log = axisMap({ _id: "x", _offset: 0, _length: 300, type: "log", range: [-1, 2] });
  assert.equal(log.pixel(0.1), 0);
  assert.equal(log.pixel(10), 200);
  close([log.value(100)], [1]);
});

test("a chart's value on a log axis lies on the lower edge where it has no logarithm", () => {
  const log = axisMap({ _id: "y", _offset: 0, _length: 100, type: "log", range: [0, 1] });
  assert.equal(level(log, 0), 100);
  assert.equal(level(log, 1e-9, 1e-6), 100);
  assert.equal(level(log, 10), 0);
  assert.ok(Number.isNaN(level(log, NaN)));
  const linear = axisMap({ _id: "y", _offset: 0, _length: 100, type: "linear", range: [0, 1] });
  assert.equal(level(linear, -1e9), 4100); // 4000 px below the axes is far enough
});

test("ticks of a log axis are whole decades, five at most", () => {
  assert.equal(decades([0, 1.9]), "D2");
  assert.equal(decades([0, 5]), 1);
  assert.equal(decades([-6, 6]), 3);
  assert.equal(decades([6, -6]), 3);
});

test("merging goes into objects and replaces everything else", () => {
  const base = { a: { b: 1, c: [1, 2] }, d: 4 };
  const over = { a: { c: [3] }, d: null, e: { f: 5 } };
  assert.deepEqual(merge(base, over), { a: { b: 1, c: [3] }, d: null, e: { f: 5 } });
  assert.deepEqual(base, { a: { b: 1, c: [1, 2] }, d: 4 });
  assert.equal(merge(base, undefined), base);
  const z = Float32Array.of(1);
  assert.equal(merge({ z: { tensor: "z" } }, { z }).z, z);
});

test("a head is between its two points, and stays at the last one", () => {
  const track = { xy: Float32Array.of(0, 0, 10, 20, 30, 20), length: 3 };
  assert.deepEqual(headOf(track, 0), [0, 0]);
  assert.deepEqual(headOf(track, 0.5), [5, 10]);
  assert.deepEqual(headOf(track, 1.25), [15, 20]);
  assert.deepEqual(headOf(track, 99), [30, 20]);
});

test("a point far away stays on its ray from the middle", () => {
  assert.equal(tame(300, 5, 100, 5), 300);
  const [x, y] = [tame(1e9 + 100, 5e8 + 50, 100, 50), tame(5e8 + 50, 1e9 + 100, 50, 100)];
  close([x, y], [100 + 2e4, 50 + 1e4]);
});
