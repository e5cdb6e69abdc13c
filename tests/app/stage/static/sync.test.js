/** Stage and page in step: what is reported, which payloads are outdated, what a drag, a preview and a refusal do. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { showWanted, receive } from "../../../../app/stage/static/receiving.js";
import { Sync } from "../../../../app/stage/static/sync.js";

let clock; // ms
let requests; // `{url, answer}` of every request to the live route

mock.method(performance, "now", () => clock);
globalThis.document = { baseURI: "http://site/" };
globalThis.matchMedia = () => ({ matches: true }); // no playback
globalThis.fetch = (url) => new Promise((resolve) => requests.push({ url: new URL(url), answer: (status, text) => resolve({ status, json: async () => text }) }));

/** A stage that notes what it is told to do. */
function fakeStage() {
  const stage = {
    calls: [],
    sent: [],
    wanted: { query: { lr: "0.1" }, values: { lr: 0.1 } },
    recording: { digest: "scene", query: { lr: "0.1" }, draft: false },
    digest: "scene",
    scene: { lesson: "race", panels: [] },
    late: false,
    element: { dataset: {} },
    store: { arrays: new Map([["large", {}]]), complete: () => true },
    timeline: { steps: 10, playing: false, scrub: (step) => stage.calls.push(["scrub", step]) },
    mark: { update() {}, caughtUp: (lag) => stage.calls.push(["caught up", lag]) },
    dress() {},
    settle: () => stage.calls.push(["settle"]),
    refresh: () => stage.calls.push(["refresh"]),
    say: (text) => (stage.message = text),
    show: (payload) => {
      stage.calls.push(["show", payload.query]);
      stage.recording = payload;
    },
    receive: (payload) => receive(stage, payload),
  };
  stage.sync = new Sync(stage);
  stage.sync.send = (name, report) => stage.sent.push([name, report]);
  return stage;
}

/** A payload of the page that had the report with this serial number. */
const payload = (lr, serial, more = {}) => ({ digest: "scene", query: { lr }, values: { lr: Number(lr) }, draft: false, scene: null, view: { serial, step: null }, ...more });

const did = (stage, name) => stage.calls.filter(([call]) => call === name);
const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  clock = 0;
  requests = [];
});

test("a live address has the wanted setting, what changed, and what the browser holds", () => {
  const stage = fakeStage();
  stage.sync.startDrag();
  stage.sync.request({ x: 1.5 }, 0);
  const { pathname, searchParams } = requests[0].url;
  assert.equal(pathname, "/live/race");
  assert.deepEqual(Object.fromEntries(searchParams), { lr: "0.1", x: "1.5", draft: "true", have: "scene,large" });
});

test("the commit comes after the last live answer", async () => {
  const stage = fakeStage();
  stage.sync.startDrag();
  stage.sync.request({ lr: 0.2 }, 0);
  stage.sync.endDrag();
  await settled();
  assert.deepEqual(stage.sent, []);
  requests[0].answer(202, { message: "takes longer" });
  await settled();
  assert.deepEqual(stage.sent, [["commit", { settings: { lr: 0.2 }, serial: 1 }]]);
  assert.equal(stage.sync.dragging, false);
});

test("another drag before that answer takes over the commit", async () => {
  const stage = fakeStage();
  stage.sync.startDrag();
  stage.sync.request({ lr: 0.2 }, 0);
  stage.sync.endDrag();
  stage.sync.startDrag();
  requests[0].answer(202, { message: "takes longer" });
  await settled();
  assert.deepEqual(stage.sent, []);
  stage.sync.endDrag();
  await settled();
  assert.deepEqual(stage.sent, [["commit", { settings: { lr: 0.2 }, serial: 1 }]]);
});

test("a commit has what changed since the last one", async () => {
  const stage = fakeStage();
  for (const [settings, serial] of [[{ lr: 0.2 }, 1], [{ x: 1 }, 2]]) {
    stage.sync.startDrag();
    stage.sync.request(settings, 0);
    requests.at(-1).answer(202, { message: "takes longer" });
    stage.sync.endDrag();
    await settled();
    assert.deepEqual(stage.sent.at(-1), ["commit", { settings, serial }]);
    stage.sync.isCurrent(serial); // the page's answer
  }
});

test("a message names its parameter once", () => {
  const stage = fakeStage();
  stage.sync.fail({ parameter: "lr", message: "must be positive" });
  assert.equal(stage.message, "lr: must be positive");
  stage.sync.fail({ parameter: "lr", message: "lr must be positive" });
  assert.equal(stage.message, "lr must be positive");
});

test("a refused setting is not committed, and nothing is pending", async () => {
  const stage = fakeStage();
  stage.sync.startDrag();
  stage.sync.request({ lr: 99 }, 0);
  assert.equal(stage.sync.pendingReason.state, "computing");
  requests[0].answer(422, { parameter: "lr", message: "too large" });
  await settled();
  assert.deepEqual(stage.sync.pendingReason, { state: "refused", words: "lr: too large" });
  stage.sync.endDrag();
  await settled();
  assert.deepEqual(stage.sent, []);
  assert.equal(stage.sync.pendingReason, null);
  assert.equal(did(stage, "refresh").length, 1);
});

test("what takes longer says that it is trained after the release", async () => {
  const stage = fakeStage();
  stage.sync.startDrag();
  stage.sync.request({ lr: 0.2 }, 0);
  requests[0].answer(202, { message: "takes longer" });
  await settled();
  assert.equal(stage.sync.pendingReason.state, "release");
  stage.sync.endDrag();
  await settled();
  assert.equal(stage.sync.pendingReason.state, "computing"); // until the page answers
});

test("each report repeats what is not acknowledged, because the page may see only the last", () => {
  const { sync, sent } = fakeStage();
  sync.report("commit", { settings: { lr: 0.2 } });
  sync.report("playhead", { step: 7 });
  assert.deepEqual(sent[1], ["commit", { settings: { lr: 0.2 }, step: 7, serial: 2 }]);
  assert.equal(sync.isCurrent(2), true);
  sync.report("playhead", { step: 8 });
  assert.deepEqual(sent[2], ["playhead", { settings: undefined, step: 8, serial: 3 }]);
});

test("a payload made before the last report is outdated, for five seconds", () => {
  const { sync } = fakeStage();
  sync.report("commit", { settings: { lr: 0.2 } });
  clock = 4999;
  assert.equal(sync.isCurrent(0), false);
  assert.equal(sync.isCurrent(1), true);
  clock = 5000;
  assert.equal(sync.isCurrent(0), true);
});

test("a page that counts further, as after a reload of the stage, is believed", () => {
  const { sync, sent } = fakeStage();
  assert.equal(sync.isCurrent(41), true);
  sync.report("playhead", { step: 1 });
  assert.equal(sent[0][1].serial, 42);
});

test("a payload that comes during a drag is drawn at its end, if nothing was changed", async () => {
  const stage = fakeStage();
  stage.sync.startDrag();
  stage.receive(payload("0.3", 0));
  assert.deepEqual(did(stage, "show"), []);
  stage.sync.endDrag();
  await settled();
  assert.deepEqual(did(stage, "show"), [["show", { lr: "0.3" }]]);
});

test("and dropped if the drag ends in a commit, whose answer will be newer", async () => {
  const stage = fakeStage();
  stage.sync.startDrag();
  stage.sync.request({ lr: 0.2 }, 0);
  stage.receive(payload("0.3", 0));
  requests[0].answer(202, { message: "takes longer" });
  stage.sync.endDrag();
  await settled();
  assert.deepEqual(did(stage, "show"), []);
  assert.equal(stage.sync.queued, null);
});

test("a live picture is the wanted setting, and no longer pending unless it was changed since", () => {
  const stage = fakeStage();
  stage.sync.startDrag();
  stage.sync.request({ lr: 0.2 }, 0);
  stage.sync.request({ lr: 0.3, x: 1 }, 0);
  clock = 30;
  stage.sync.draw(payload("0.2", 0), { settings: { lr: 0.2 }, stamp: 10, preview: false });
  assert.deepEqual(stage.sync.pending, { lr: 0.3, x: 1 });
  assert.deepEqual(stage.wanted, { query: { lr: "0.2" }, values: { lr: 0.2 } });
  assert.deepEqual(did(stage, "caught up"), [["caught up", 20]]);
  assert.equal(stage.element.dataset.liveMs, "20.0");
  stage.sync.draw(payload("0.3", 0), { settings: { lr: 0.3, x: 1 }, stamp: 10, preview: false });
  assert.deepEqual(stage.sync.pending, {});
});

test("a live answer that lacks an array is asked for again, whole", () => {
  const stage = fakeStage();
  stage.store.complete = () => false;
  stage.sync.draw(payload("0.2", 0), { settings: { lr: 0.2 }, stamp: 0, preview: false });
  assert.deepEqual(did(stage, "show"), []);
  assert.equal(requests[0].url.searchParams.get("lr"), "0.2");
});

test("a preview comes and goes without a commit", async () => {
  const stage = fakeStage();
  const before = stage.recording;
  stage.sync.preview({ lr: 0.5 }, 0);
  stage.sync.draw(payload("0.5", 0), { settings: { lr: 0.5 }, stamp: 0, preview: true });
  stage.sync.preview({ lr: 0.6 }, 0); // is still computed from the setting before the preview
  assert.equal(stage.sync.busy, true);
  stage.sync.endPreview();
  assert.equal(stage.recording, before);
  assert.deepEqual(stage.wanted.query, { lr: "0.1" });
  stage.sync.draw(payload("0.6", 0), { settings: { lr: 0.6 }, stamp: 0, preview: true }); // too late
  assert.equal(stage.recording, before);
  assert.deepEqual(stage.sent, []);
});

test("each preview starts from the setting before all of them", () => {
  const stage = fakeStage();
  stage.sync.preview({ lr: 0.5 }, 0);
  stage.sync.draw(payload("0.5", 0), { settings: { lr: 0.5 }, stamp: 0, preview: true });
  const { searchParams } = new URL(stage.sync.url({ x: 1 }));
  assert.deepEqual([searchParams.get("lr"), searchParams.get("x")], ["0.1", "1"]);
});

test("an accepted preview stays and is committed", async () => {
  const stage = fakeStage();
  stage.sync.preview({ lr: 0.5 }, 0);
  stage.sync.draw(payload("0.5", 0), { settings: { lr: 0.5 }, stamp: 0, preview: true });
  stage.sync.accept({ lr: 0.5 }, 0);
  requests[0].answer(202, { message: "takes longer" });
  await settled();
  requests[1].answer(202, { message: "takes longer" });
  await settled();
  assert.deepEqual(stage.recording.query, { lr: "0.5" });
  assert.deepEqual(stage.sent, [["commit", { settings: { lr: 0.5 }, serial: 1 }]]);
});

test("a payload of the same picture is not drawn again, a finer one is", () => {
  const stage = fakeStage();
  stage.receive(payload("0.1", 0));
  assert.deepEqual(did(stage, "show"), []);
  stage.recording.draft = true;
  stage.receive(payload("0.1", 0));
  assert.equal(did(stage, "show").length, 1);
});

test("while the wanted picture is late an earlier one does not replace what is shown", () => {
  const stage = fakeStage();
  stage.receive(payload("0.3", 0, { view: { serial: 0, step: null, wanted: { query: { lr: "0.2" }, values: { lr: 0.2 } } } }));
  assert.deepEqual(did(stage, "show"), []);
  assert.equal(did(stage, "refresh").length, 1); // sliders stand at the wanted setting
  assert.equal(stage.late, true);
  stage.receive(payload("0.2", 0));
  assert.deepEqual(did(stage, "show"), [["show", { lr: "0.2" }]]);
  assert.equal(stage.late, false);
});

test("the playhead follows the page once for each step that it asks for", () => {
  const stage = fakeStage();
  const view = { serial: 0, step: 4 };
  stage.receive(payload("0.1", 0, { view }));
  stage.receive(payload("0.1", 0, { view }));
  assert.deepEqual(did(stage, "scrub"), [["scrub", 4]]);
});

test("the setting that the controls show is taken over, unless the page is behind", () => {
  const stage = fakeStage();
  stage.sync.report("commit", { settings: { lr: 0.9 } });
  showWanted(stage, { query: { lr: "0.2" }, values: { lr: 0.2 }, serial: 0 });
  assert.deepEqual(stage.wanted.query, { lr: "0.1" });
  showWanted(stage, { query: { lr: "0.9" }, values: { lr: 0.9 }, serial: 1 });
  assert.deepEqual(stage.wanted, { query: { lr: "0.9" }, values: { lr: 0.9 } });
});

test("a payload without a scene that the stage does not have is asked for whole", () => {
  const stage = fakeStage();
  stage.receive(payload("0.2", 0, { digest: "other", view: { serial: 0, lesson: "race" } }));
  assert.equal(requests[0].url.href, "http://site/live/race?lr=0.2");
  assert.deepEqual(did(stage, "show"), []);
});
