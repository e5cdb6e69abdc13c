/** Which large arrays the browser keeps, and what happens if one is missing. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Store } from "../../../../app/stage/static/store.js";

const tensor = (value) => ({ shape: [1], data: Float32Array.of(value) });

test("an array that was left out is put in again", () => {
  const store = new Store();
  const map = tensor(1);
  assert.equal(store.complete({ large: { map: "d1" }, tensors: { map } }), true);
  const later = { large: { map: "d1" }, tensors: { path: tensor(2) } };
  assert.equal(store.complete(later), true);
  assert.equal(later.tensors.map, map);
});

test("one that came anew is remembered under its own digest", () => {
  const store = new Store();
  store.complete({ large: { map: "d1" }, tensors: { map: tensor(1) } });
  store.complete({ large: { map: "d2" }, tensors: { map: tensor(2) } });
  const old = { large: { map: "d1" }, tensors: {} };
  store.complete(old);
  assert.equal(old.tensors.map.data[0], 1);
});

test("if one is missing all are forgotten, so that the next answer is whole", () => {
  const store = new Store();
  store.complete({ large: { map: "d1" }, tensors: { map: tensor(1) } });
  assert.equal(store.complete({ large: { map: "unknown" }, tensors: {} }), false);
  assert.equal(store.arrays.size, 0);
});

test("the sixteen that were used last are kept", () => {
  const store = new Store();
  for (let index = 0; index < 16; index += 1) store.complete({ large: { map: `d${index}` }, tensors: { map: tensor(index) } });
  store.complete({ large: { map: "d0" }, tensors: {} }); // used again
  store.complete({ large: { map: "new" }, tensors: { map: tensor(99) } });
  assert.equal(store.arrays.size, 16);
  assert.ok(store.arrays.has("d0"));
  assert.ok(!store.arrays.has("d1"));
});
