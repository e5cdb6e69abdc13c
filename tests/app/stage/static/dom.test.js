/** Numbers for reading. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { clamp, pretty } from "../../../../app/stage/static/dom.js";

test("four significant digits, or as many as are asked for", () => {
  assert.equal(pretty(3.14159265), "3.142");
  assert.equal(pretty(3.14159265, 2), "3.1");
  assert.equal(pretty(12345.6), "12350");
  assert.equal(pretty(2.5), "2.5");
});

test("very large and very small numbers are powers of ten", () => {
  assert.equal(pretty(123456), "1.235×10⁵");
  assert.equal(pretty(0.0001), "1×10⁻⁴");
  assert.equal(pretty(99999), "100000");
  assert.equal(pretty(0.001), "0.001");
  assert.equal(pretty(-2.5e-12), "−2.5×10⁻¹²");
});

test("a minus is a minus, and what is no number a dash", () => {
  assert.equal(pretty(-1.5), "−1.5");
  assert.equal(pretty(0), "0");
  assert.equal(pretty(NaN), "–");
  assert.equal(pretty(Infinity), "–");
});

test("clamping keeps a number within bounds", () => {
  assert.deepEqual([-1, 0.5, 2].map((value) => clamp(value, 0, 1)), [0, 0.5, 1]);
});
