/** Where panels stand. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { arrange, outline } from "../../../../app/stage/static/layout.js";
import { element, install } from "./fake_dom.js";

install();

const spec = (id, place, weight = 1) => ({ id, place, weight, title: id });

/** The grid after these panels were arranged, and their elements by id. */
function arranged(specs, grid = element()) {
  const panels = new Map(specs.map(({ id }) => [id, { element: element() }]));
  const player = element("player");
  arrange(grid, specs, panels, player);
  const name = (found) => [...panels].find((entry) => entry[1].element === found)?.[0] ?? (found === player ? "player" : [[...found.classes].join("."), ...found.children.map(name)]);
  return { grid, panels, player, tree: grid.children.map(name) };
}

test("main panels stand left, side ones beside them, strips in a row below", () => {
  const { tree, grid } = arranged([spec("a", "main"), spec("b", "side"), spec("c", "strip", 2), spec("d", "strip", 1)]);
  assert.deepEqual(tree, [["stage-top", ["stage-main", "a"], ["stage-side", "b"]], ["stage-strip", "c", "d"], "player"]);
  assert.equal(grid.properties["--columns"], "minmax(0, 2fr) minmax(0, 1fr)");
  assert.equal(grid.properties["--rows"], "1");
});

test("side panels without a main one are large", () => {
  const { tree, panels } = arranged([spec("a", "side"), spec("b", "side"), spec("c", "strip")]);
  assert.deepEqual(tree, [["stage-top", ["stage-main", "a", "b"]], ["stage-strip", "c"], "player"]);
  assert.equal(panels.get("a").element.dataset.place, "main");
});

test("up to three strips stand beside a single main panel", () => {
  const strips = ["b", "c", "d"].map((id) => spec(id, "strip"));
  assert.deepEqual(arranged([spec("a", "main"), ...strips]).tree, [["stage-top", ["stage-main", "a"], ["stage-side", "b", "c", "d"]], "player"]);
  const { tree } = arranged([spec("a", "main"), ...strips, spec("e", "strip")]);
  assert.deepEqual(tree, [["stage-top", ["stage-main", "a"]], ["stage-strip", "b", "c", "d", "e"], "player"]);
});

test("more than four strips are spread over rows of the same number", () => {
  const strips = Array.from({ length: 5 }, (_, index) => spec(`s${index}`, "strip"));
  const { grid } = arranged([spec("a", "main"), ...strips]);
  assert.equal(grid.properties["--columns"], "repeat(3, minmax(0, 1fr))");
  assert.equal(grid.properties["--rows"], "2");
});

test("strips alone stand in two columns at most", () => {
  const { tree, grid } = arranged(["a", "b", "c"].map((id) => spec(id, "strip")));
  assert.deepEqual(tree, [["stage-strip.is-alone", "a", "b", "c"], "player"]);
  assert.equal(grid.properties["--columns"], "repeat(2, minmax(0, 1fr))");
  assert.equal(grid.properties["--rows"], "2");
});

test("the same arrangement of the same elements is left as it stands", () => {
  const specs = [spec("a", "main"), spec("b", "side")];
  const { grid, panels, player } = arranged(specs);
  const [top] = grid.children;
  arrange(grid, specs, panels, player);
  assert.equal(grid.children[0], top);
  arrange(grid, specs, new Map(specs.map(({ id }) => [id, { element: element() }])), player);
  assert.notEqual(grid.children[0], top);
});

test("an outline has the titles, and a player that does nothing", () => {
  const [grid, player] = [element(), element("player")];
  outline(grid, [spec("Loss", "main"), spec("Map", "side")], player);
  assert.equal(grid.textContent, "LossMap");
  assert.equal(player.inert, true);
});
