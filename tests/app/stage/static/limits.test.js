/** Ranges of value axes, worked out by hand. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fits, limits } from "../../../../app/stage/static/limits.js";

const LINEAR = { log: false, floor: 0 };
const LOG = { log: true, floor: 1e-3 };

/** A line of these values; of a run that diverged, `full` is false. */
const line = (values, { full = true, role = "line" } = {}) => ({ value: (index) => values[index], end: values.length, full, role });

const near = (actual, expected) => {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, index) => assert.ok(Math.abs(value - expected[index]) < 1e-9 * Math.max(1, Math.abs(expected[index])), `${actual} is not ${expected}`));
};

test("5% of the span stay free on both sides", () => {
  near(limits([line([0, 4, 10])], LINEAR), [-0.5, 10.5]);
  near(limits([line([1, 2]), line([-3, 0])], LINEAR), [-3.25, 2.25]);
});

test("a constant has room around it", () => {
  near(limits([line([4, 4])], LINEAR), [3.8, 4.2]);
  near(limits([line([0, 0])], LINEAR), [-0.5, 0.5]);
});

test("nothing to show is from 0 to 1", () => {
  near(limits([], LINEAR), [-0.05, 1.05]);
  near(limits([line([NaN, Infinity, -Infinity])], LINEAR), [-0.05, 1.05]);
});

test("only the first `end` values count", () => {
  near(limits([{ ...line([0, 10, 1000]), end: 2 }], LINEAR), [-0.5, 10.5]);
});

test("a run that diverged stretches the axis by at most 60% on each side", () => {
  const calm = line([0, 10]);
  near(limits([calm, line([-100, 1000], { full: false })], LINEAR), [-6 - 1.1, 16 + 1.1]);
  near(limits([calm, line([2, 12], { full: false })], LINEAR), [-0.6, 12.6]); // and by no more than it needs
});

test("divergence alone is shown up to twelve decades", () => {
  near(limits([line([0, 1e30], { full: false })], LINEAR), [-5e10, 1.05e12]);
  near(limits([line([-1e30, 0], { full: false })], LINEAR), [-1.05e12, 5e10]);
});

test("an overlay counts only where there is nothing else", () => {
  near(limits([line([0, 10]), line([-50, 50], { role: "overlay" })], LINEAR), [-0.5, 10.5]);
  near(limits([line([0, 10]), line([-50, 50], { role: "overlay", full: false })], LINEAR), [-0.5, 10.5]);
  near(limits([line([0, 20], { role: "overlay" })], LINEAR), [-1, 21]);
});

test("a log axis counts in decades, from the floor on", () => {
  near(limits([line([10, 1000])], LOG), [0.9, 3.1]);
  near(limits([line([0, 1000])], LOG), [-3.3, 3.3]);
});

test("a log axis spans 1.2 decades at least", () => {
  near(limits([line([100, 100])], LOG), [2 - 0.66, 2 + 0.66]);
});

test("a drawn range fits while nothing is cut off and 55% of it are used", () => {
  assert.equal(fits([0, 10], [0, 10]), true);
  assert.equal(fits([0, 10], [-0.1, 10.1]), true); // 2% beyond count as inside
  assert.equal(fits([0, 10], [-0.3, 10]), false);
  assert.equal(fits([0, 10], [0, 10.3]), false);
  assert.equal(fits([0, 10], [2, 7.6]), true);
  assert.equal(fits([0, 10], [2, 7.4]), false);
  assert.equal(fits(undefined, [0, 1]), false);
});
