/** What the mark says on a picture that is not that of the controls. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Mark, same } from "../../../../app/stage/static/mark.js";
import { element, install } from "./fake_dom.js";

install();
let clock; // ms
let timers;
mock.method(performance, "now", () => clock);
globalThis.setTimeout = (act, delay) => timers.push([clock + delay, act]);
globalThis.clearTimeout = () => (timers = []);

/** A stage whose controls show `wanted` while `recording` is drawn. */
function marked({ recording = { query: { lr: "1" } }, wanted = { query: { lr: "1" } }, ...more } = {}) {
  const stage = { recording, wanted, late: false, element: element(), sidePanel: { element: element() }, frozen: null, sync: { pendingReason: null, dragging: false, beforePreview: null }, ...more };
  stage.timeline = { freeze: (frozen) => (stage.frozen = frozen) };
  stage.mark = new Mark(stage);
  stage.text = () => stage.mark.element.textContent;
  stage.state = () => stage.element.dataset.stale;
  return stage;
}

beforeEach(() => {
  [clock, timers] = [0, []];
});

test("settings are the same if the URL has the same, in the same order", () => {
  assert.equal(same({ a: "1", b: "2" }, { a: "1", b: "2" }), true);
  assert.equal(same({ a: "1" }, { a: "1.0" }), false);
  assert.equal(same({ a: "1" }, {}), false);
  assert.equal(same(undefined, {}), false);
});

test("the picture of the controls has no mark", () => {
  const stage = marked();
  stage.mark.update();
  assert.deepEqual([stage.state(), stage.text(), stage.mark.element.hidden, stage.frozen], ["", "", true, false]);
});

test("a picture that comes within 250 ms is never marked, a later one is", () => {
  const stage = marked({ wanted: { query: { lr: "2" } } });
  stage.mark.update();
  assert.equal(stage.state(), "");
  assert.equal(timers[0][0], 250);
  clock = 250;
  timers[0][1]();
  assert.deepEqual([stage.state(), stage.text(), stage.frozen], ["computing", "Earlier setting. Computing this one.", true]);
  assert.equal(stage.sidePanel.element.dataset.stale, "computing");
  stage.recording = { query: { lr: "2" } };
  stage.mark.update();
  assert.deepEqual([stage.state(), stage.text(), stage.frozen], ["", "", false]);
});

test("what is known to take longer is marked at once, with its progress and the name of the picture", () => {
  const stage = marked({ wanted: { query: { lr: "2" } }, recording: { query: { lr: "1" }, called: "Earlier setting (All zeros)." } });
  stage.mark.setWork({ query: { lr: "2" }, state: "training", words: "Training", share: 0.426 });
  assert.deepEqual([stage.state(), stage.text()], ["training", "Earlier setting (All zeros). Training: 43%"]);
  stage.mark.setWork({ query: { lr: "3" }, state: "training", words: "Training", share: 0.9 }); // of another setting
  assert.equal(stage.text(), "Earlier setting (All zeros). Computing this one.");
});

test("a stopped training says so first", () => {
  const stage = marked({ wanted: { query: { lr: "2" } } });
  stage.mark.setWork({ query: { lr: "2" }, state: "stopped", words: "Stopped.", share: null });
  assert.equal(stage.text(), "Stopped. Earlier setting.");
});

test("a coarse picture of the setting is a preview, and the playback goes on", () => {
  const stage = marked({ recording: { query: { lr: "1" }, draft: true } });
  stage.mark.setWork({ query: { lr: "1" }, state: "refining", words: "Refining", share: 0 });
  assert.deepEqual([stage.state(), stage.text(), stage.frozen], ["draft", "Coarse preview. Refining: 0%", false]);
  stage.sync.dragging = true;
  stage.mark.setWork(null);
  assert.equal(stage.text(), "Coarse preview. Release to refine.");
});

test("widgets that are ahead of the page count from their gesture on", () => {
  const stage = marked();
  clock = 200;
  stage.mark.setAhead(true, 40);
  assert.equal(timers[0][0], 290); // 250 ms after the gesture
  stage.mark.setAhead(false);
  assert.equal(stage.state(), "");
});

test("a reason of the stage itself goes before those of the page", () => {
  const stage = marked({ wanted: { query: { lr: "2" } } });
  stage.sync.pendingReason = { state: "refused", words: "lr: too large" };
  stage.mark.setWork({ query: { lr: "2" }, state: "training", words: "Training", share: 0.5 });
  clock = 250;
  stage.mark.update();
  assert.deepEqual([stage.state(), stage.text()], ["refused", "Earlier setting. lr: too large"]);
});

test("a live picture that followed soon takes the mark away, a slow one does not", () => {
  const stage = marked({ wanted: { query: { lr: "2" } }, late: true });
  stage.mark.update();
  assert.equal(stage.state(), "computing");
  stage.late = false;
  stage.mark.caughtUp(400);
  assert.equal(stage.state(), "computing");
  stage.mark.caughtUp(100);
  assert.equal(stage.state(), "");
});
