/** Words are outlined once and painted from memory. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Words } from "../../../../app/stage/static/words.js";

const THEME = { ink: "#111111", halo: "#eeeeee" };
let outlined; // texts that were outlined on a canvas of their own

/** A canvas on which every letter is 8 px wide. */
function canvas() {
  const context = { measureText: (text) => ({ width: 8 * text.length }), setTransform() {}, fillText() {}, strokeText: (text) => outlined.push(text) };
  return { getContext: () => context };
}

globalThis.window = { devicePixelRatio: 1 };
globalThis.document = { createElement: canvas };

/** A sheet that notes where the left edge of a word's image was painted. */
const sheet = (font = "600 12px sans") => ({
  font,
  painted: [],
  drawImage(_image, left, top) {
    this.painted.push([left, top]);
  },
});

beforeEach(() => {
  outlined = [];
});

test("a word stands right of its place, left of it, or about it", () => {
  const [words, context] = [new Words(), sheet()];
  for (const align of [0, 1, 0.5]) words.paint(context, "loss", 100, 50, THEME, align);
  // Four letters are 32 px wide; the image has an edge of 4 px, and 15 px above the baseline.
  assert.deepEqual(context.painted, [[96, 35], [64, 35], [80, 35]]);
});

test("it is outlined once for each text, font and ink", () => {
  const words = new Words();
  for (let frame = 0; frame < 3; frame += 1) words.paint(sheet(), "a", 0, 0, THEME);
  assert.deepEqual(outlined, ["a"]);
  words.paint(sheet("10px serif"), "a", 0, 0, THEME);
  words.paint(sheet(), "a", 0, 0, { ...THEME, ink: "#ffffff" });
  words.paint(sheet(), "b", 0, 0, THEME);
  assert.deepEqual(outlined, ["a", "a", "a", "b"]);
});

test("numbers that change with every frame do not fill the memory", () => {
  const words = new Words();
  for (let number = 0; number < 1000; number += 1) words.paint(sheet(), String(number), 0, 0, THEME);
  assert.ok(words.words.size <= 201);
  assert.equal(outlined.length, 1000);
});
