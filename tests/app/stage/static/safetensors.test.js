/** Reading payloads whose bytes are put together here. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fingerprint, hydrate, parse, unpack } from "../../../../app/stage/static/safetensors.js";

/** A file of these arrays, `[name, dtype, shape, typed array]` each. */
function file(arrays, metadata = undefined) {
  const header = metadata ? { __metadata__: metadata } : {};
  const parts = [];
  let end = 0;
  for (const [name, dtype, shape, data] of arrays) {
    header[name] = { dtype, shape, data_offsets: [end, end + data.byteLength] };
    parts.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    end += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return new Uint8Array(Buffer.concat([length, text, ...parts]));
}

test("arrays come back with their type, shape and numbers", () => {
  const { tensors, metadata } = parse(
    file([
      ["path", "F32", [2, 2], Float32Array.of(1, 2, 3, NaN)],
      ["length", "I32", [1], Int32Array.of(-7)],
      ["code", "U8", [3], Uint8Array.of(0, 254, 255)],
      ["on", "BOOL", [2], Uint8Array.of(1, 0)],
      ["wide", "F64", [1], Float64Array.of(0.1)],
      ["short", "U16", [2], Uint16Array.of(65535, 1)],
    ]),
  );
  assert.deepEqual(tensors.path, { shape: [2, 2], data: Float32Array.of(1, 2, 3, NaN) });
  assert.deepEqual(tensors.length, { shape: [1], data: Int32Array.of(-7) });
  assert.deepEqual(tensors.code.data, Uint8Array.of(0, 254, 255));
  assert.deepEqual(tensors.on.data, Uint8Array.of(1, 0));
  assert.deepEqual(tensors.wide.data, Float64Array.of(0.1));
  assert.deepEqual(tensors.short.data, Uint16Array.of(65535, 1));
  assert.deepEqual(metadata, {});
});

test("the bytes may lie anywhere in their buffer", () => {
  const bytes = file([["a", "F32", [1], Float32Array.of(2.5)]]);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  assert.deepEqual(parse(shifted.subarray(3)).tensors.a.data, Float32Array.of(2.5));
});

test("a type that is not read is named with its array", () => {
  assert.throws(() => parse(file([["half", "F16", [1], Uint16Array.of(1)]])), /half.*F16/);
});

test("a payload is its metadata, with a default for what is left out", () => {
  const payload = unpack(file([], { digest: "d", query: '{"lr":"0.1"}', values: '{"lr":0.1}', draft: "true", large: '{"path":"p"}', scene: "null" }));
  assert.deepEqual(payload, {
    digest: "d", query: { lr: "0.1" }, values: { lr: 0.1 }, standings: null, caption: "", view: {}, scene: null, draft: true, large: { path: "p" }, tensors: {},
  });
});

test("a figure gets its arrays back: a vector whole, a matrix by rows", () => {
  const tensors = { x: { shape: [2], data: Float32Array.of(1, 2) }, z: { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) } };
  const figure = { data: [{ x: { tensor: "x" }, z: { tensor: "z" }, name: "a" }], layout: { title: null, width: 3 } };
  assert.deepEqual(hydrate(figure, tensors), {
    data: [{ x: Float32Array.of(1, 2), z: [Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6)], name: "a" }],
    layout: { title: null, width: 3 },
  });
  assert.deepEqual(figure.data[0].x, { tensor: "x" }); // the description itself is left alone
  assert.equal(hydrate(undefined, tensors), undefined); // of a panel without a figure
});

test("a fingerprint changes with the panel and its own arrays, and with nothing else", () => {
  const tensors = (own, other) => ({
    "figure.map.data.0.z": { shape: [2], data: Float32Array.of(0, own) },
    "figure.maps.data.0.z": { shape: [1], data: Float32Array.of(other) },
    path: { shape: [1], data: Float32Array.of(other) },
  });
  const panel = { id: "map", title: "Map" };
  const print = fingerprint(panel, tensors(1, 1));
  assert.equal(fingerprint({ ...panel }, tensors(1, 1)), print);
  assert.equal(fingerprint(panel, tensors(1, 2)), print);
  assert.notEqual(fingerprint(panel, tensors(2, 1)), print);
  assert.notEqual(fingerprint({ ...panel, title: "Other" }, tensors(1, 1)), print);
});
