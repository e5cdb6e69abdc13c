/** Numbers to colours, with palettes of pure colours. */

import assert from "node:assert/strict";
import { register } from "node:module";
import { test } from "node:test";

// The server writes palette.js; no picture of these tests needs its colours.
const hooks = `export const resolve = (name, context, next) =>
  name.endsWith("/palette.js") ? { url: "data:text/javascript,export default {}", shortCircuit: true } : next(name, context);`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

/** A canvas of one pixel that understands #rrggbb. */
globalThis.document = {
  createElement: () => ({ getContext: () => ({ fillRect() {}, getImageData() { return { data: [1, 3, 5].map((at) => parseInt(this.fillStyle.slice(at, at + 2), 16)).concat(255) }; } }) }),
};

const { Colors } = await import("../../../../app/stage/static/colors.js");
const { runStyles, tint } = await import("../../../../app/stage/static/theme.js");

const THEME = {
  background: "#ffffff", ink: "#111111", sequential: ["#000000", "#640000", "#c80000"], diverging: ["#0000ff", "#ffffff", "#ff0000"], gray: ["#ffffff", "#000000"],
  categories: ["#ff0000", "#00ff00"], swap: { "#F0E442": "#dcc400" },
};

const scale = (kind, more = {}) => ({ kind, low: null, high: null, centre: 0, labels: [], colors: [], legend: false, ...more });
const floats = (...values) => ({ shape: [values.length], data: Float32Array.of(...values) });
const bytes = (...values) => ({ shape: [values.length], data: Uint8Array.of(...values) });

/** The pixels of a tensor as [red, green, blue, alpha]. */
function painted(colors, count, from = 0, fade = null) {
  const pixels = new Uint32Array(count);
  colors.paint(pixels, from, fade);
  return [...pixels].map((pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255, pixel >>> 24]);
}

test("a sequential scale runs over the finite numbers, and what is undefined is transparent", () => {
  const colors = new Colors(scale("sequential"), THEME, floats(10, 20, 30, NaN));
  assert.deepEqual([colors.low, colors.high], [10, 30]);
  assert.deepEqual(colors.rgb(15), [50, 0, 0]); // halfway between the first two stops
  assert.equal(colors.css(25), "rgb(150, 0, 0)");
  // One of 256 shades: the middle is shade 128 of 255, 200 * 128 / 255.
  assert.deepEqual(painted(colors, 4), [[0, 0, 0, 255], [100, 0, 0, 255], [200, 0, 0, 255], [0, 0, 0, 0]]);
  assert.equal(colors.text(NaN), "undefined");
});

test("given ends hold, and what is beyond them has their colour", () => {
  const colors = new Colors(scale("sequential", { low: 0, high: 1 }), THEME, floats(-5, 5));
  assert.deepEqual(painted(colors, 2), [[0, 0, 0, 255], [200, 0, 0, 255]]);
});

test("a diverging scale is as wide on both sides of its centre", () => {
  const colors = new Colors(scale("diverging", { centre: 1 }), THEME, floats(0, 5));
  assert.deepEqual([colors.low, colors.high], [-3, 5]);
  assert.deepEqual(colors.rgb(1), [255, 255, 255]);
  assert.deepEqual(colors.rgb(-1), [127.5, 127.5, 255]);
  assert.deepEqual(painted(colors, 2).at(1), [255, 0, 0, 255]);
});

test("codes of 8 bits are numbers between the ends, and 255 is none", () => {
  const colors = new Colors(scale("sequential", { low: 0, high: 127 }), THEME, bytes(0, 2, 254, 255));
  assert.deepEqual([0, 1, 2].map((index) => colors.value(index)), [0, 1, 127]);
  assert.ok(Number.isNaN(colors.value(3)));
  const pixels = painted(colors, 4);
  assert.deepEqual([pixels[0], pixels[2], pixels[3]], [[0, 0, 0, 255], [200, 0, 0, 255], [0, 0, 0, 0]]);
});

test("categories have their own colour and name, paler the more they fade", () => {
  const colors = new Colors(scale("categorical", { labels: ["no", "yes"] }), THEME, bytes(0, 1, 1));
  assert.equal(colors.text(1), "yes");
  assert.deepEqual(painted(colors, 3), [[255, 0, 0, 255], [0, 255, 0, 255], [0, 255, 0, 255]]);
  const fade = { tensor: floats(0, 0, 4), most: 4 };
  assert.deepEqual(painted(colors, 2, 1, fade), [[0, 255, 0, 255], [204, 255, 204, 255]]); // 80% of the page's white
});

test("with less strength a colour is mixed with the page's", () => {
  assert.deepEqual(new Colors(scale("sequential"), THEME, floats(0, 1), 0.5).rgb(0), [127.5, 127.5, 127.5]);
});

test("ink is dark on light cells and light on dark ones", () => {
  const colors = new Colors(scale("gray"), THEME, floats(0, 1));
  assert.equal(colors.ink(0), "#10171e");
  assert.equal(colors.ink(1), "#ffffff");
});

test("the run in focus is wider, and a colour that the page would swallow is swapped", () => {
  const runs = [{ name: "sgd", label: "SGD", color: "#f0e442", dash: [] }, { name: "adam", label: "Adam", color: "#0072B2", dash: [3] }];
  const styles = runStyles(runs, THEME, "adam");
  assert.deepEqual(styles.map(({ color, width, focused }) => [color, width, focused]), [["#dcc400", 2.5, false], ["#0072B2", 3.6, true]]);
  const stage = { theme: THEME, styles };
  assert.equal(tint({ color: "runs" }, 3, 9, stage), "#0072B2");
  assert.equal(tint({ color: "#F0E442" }, 0, 1, stage), "#dcc400");
  assert.equal(tint({ color: null, kind: "arrows" }, 1, 2, stage), "#0072B2"); // as many arrows as runs
  assert.equal(tint({ color: null, kind: "arrows" }, 1, 3, stage), "#111111");
  assert.equal(tint({ color: null, kind: "lines" }, 1, 2, stage), "#111111");
});
