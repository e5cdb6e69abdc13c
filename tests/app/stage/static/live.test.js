/** The live route, with a server whose answers the tests give. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Live } from "../../../../app/stage/static/live.js";

/** A payload without arrays: the length of its header, and the header. */
function empty() {
  const header = Buffer.from('{"__metadata__":{"digest":"scene"}}');
  return Uint8Array.of(header.length, 0, 0, 0, 0, 0, 0, 0, ...header);
}

let requests; // `{url, answer, fail}` of every request
let told;

globalThis.fetch = (url, { signal }) =>
  new Promise((answer, fail) => {
    requests.push({ url, answer, fail });
    signal.addEventListener("abort", () => fail(new Error("aborted")));
  });

console.debug = () => {}; // what went wrong is told to the stage too

const picture = { status: 200, arrayBuffer: async () => empty().buffer };
const said = (status, text) => ({ status, json: async () => text });

const live = () =>
  new Live({
    url: (settings) => `live?${new URLSearchParams(settings)}`,
    draw: (payload, request) => told.drawn.push([payload.digest, request]),
    fail: (problem) => told.failed.push(problem),
  });

/** Everything that is ready to run has run. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  requests = [];
  told = { drawn: [], failed: [] };
});

test("while one request is under way only the latest request waits", async () => {
  const route = live();
  route.request({ lr: 1 }, 10);
  route.request({ lr: 2 }, 20);
  route.request({ lr: 3 }, 30);
  assert.deepEqual(requests.map(({ url }) => url), ["live?lr=1"]);
  requests[0].answer(picture);
  await settled();
  assert.deepEqual(requests.map(({ url }) => url), ["live?lr=1", "live?lr=3"]);
  requests[1].answer(picture);
  await route.idle();
  assert.deepEqual(told.drawn.map(([, { settings, stamp }]) => [settings.lr, stamp]), [[1, 10], [3, 30]]);
});

test("idle waits for the answer to the last request", async () => {
  const route = live();
  await route.idle(); // nothing was asked for
  route.request({ lr: 1 }, 0);
  let idle = false;
  const waiting = route.idle().then(() => (idle = true));
  await settled();
  assert.equal(idle, false);
  requests[0].answer(picture);
  await waiting;
  assert.equal(told.drawn[0][0], "scene");
});

test("a wrong setting is refused, one that takes longer is not", async () => {
  const route = live();
  for (const [status, refused, later] of [[422, true, false], [500, true, false], [202, false, true]]) {
    route.request({ lr: 9 }, 0);
    requests.at(-1).answer(said(status, { parameter: "lr", message: "too large" }));
    await route.idle();
    assert.deepEqual(told.failed.pop(), { parameter: "lr", message: "too large", refused, later });
  }
  assert.deepEqual(told.drawn, []);
});

test("an answer of somebody else, or none, is no refusal", async () => {
  const route = live();
  for (const end of [({ answer }) => answer(said(502, {})), ({ answer }) => answer({ status: 502, json: () => Promise.reject(new Error("HTML")) }), ({ fail }) => fail(new Error("offline"))]) {
    route.request({ lr: 9 }, 0);
    end(requests.at(-1));
    await route.idle();
    assert.deepEqual(told.failed.pop(), { message: "No answer from the server." });
  }
});

test("after a failure the request that waits is sent", async () => {
  const route = live();
  route.request({ lr: 1 }, 0);
  route.request({ lr: 2 }, 0);
  requests[0].fail(new Error("offline"));
  await settled();
  requests[1].answer(picture);
  await route.idle();
  assert.equal(told.drawn.length, 1);
});

test("a stage that was destroyed gets no more answers", async () => {
  const route = live();
  route.request({ lr: 1 }, 0);
  route.request({ lr: 2 }, 0);
  route.destroy();
  await route.idle();
  assert.equal(requests.length, 1);
  assert.deepEqual(told, { drawn: [], failed: [] });
});

test("one answer with its scene, outside the queue", async () => {
  const route = live();
  const seen = [];
  const asked = route.fetchOnce("live?whole", (payload) => seen.push(payload.digest));
  requests[0].answer(picture);
  await asked;
  assert.deepEqual(seen, ["scene"]);
  const again = route.fetchOnce("live?whole", () => assert.fail("drawn"));
  requests[1].answer(said(422, { message: "no" }));
  await again;
  assert.equal(told.failed[0].message, "no");
});
