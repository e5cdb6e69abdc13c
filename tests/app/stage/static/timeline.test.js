/** Playback with a clock that the tests turn. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Timeline } from "../../../../app/stage/static/timeline.js";

let frames; // animation frames that are asked for, by number
let asked;
let told;

globalThis.requestAnimationFrame = (callback) => {
  asked += 1;
  frames.set(asked, callback);
  return asked;
};
globalThis.cancelAnimationFrame = (number) => frames.delete(number);

/** Run the animation frames that wait, at this time in ms. */
function at(now) {
  const waiting = [...frames.values()];
  frames.clear();
  for (const callback of waiting) callback(now);
}

/** 300 steps last 6 s: 50 steps a second. */
function timeline(steps = 300, seconds = null) {
  const made = new Timeline({ draw: (t) => told.draws.push(t), changed: () => (told.changes += 1), rested: (step) => told.rests.push(step) });
  made.resize(steps, seconds);
  return made;
}

beforeEach(() => {
  frames = new Map();
  asked = 0;
  told = { draws: [], rests: [], changes: 0 };
});

test("a playback moves with the clock, by the speed", () => {
  const line = timeline();
  line.play();
  at(1000);
  assert.equal(line.t, 0); // the first frame only tells the time
  at(1100);
  assert.equal(line.t, 5);
  line.setSpeed(2);
  at(1200);
  assert.equal(line.t, 15);
  assert.deepEqual(told.draws, [0, 5, 15]);
});

test("a frame that comes late moves a quarter of a second at most", () => {
  const line = timeline();
  line.play();
  at(0);
  at(60_000);
  assert.equal(line.t, 12.5);
});

test("four times as many steps last twice as long, unless the scene says how long", () => {
  assert.equal(timeline(300).seconds, 6);
  assert.equal(timeline(1200).seconds, 12);
  assert.equal(timeline(300, 3).seconds, 3);
});

test("a playback ends at the last step, and the page is not told", () => {
  const line = timeline(10, 1);
  line.play();
  at(0);
  for (const now of [250, 500, 750, 1001]) at(now);
  assert.equal(line.t, 10);
  assert.equal(line.playing, false);
  assert.equal(told.draws.at(-1), 10);
  assert.deepEqual(told.rests, []);
  assert.equal(told.changes, 2); // it began, it ended
  assert.equal(frames.size, 0);
});

test("played again at its end it begins anew", () => {
  const line = timeline(10, 1);
  line.scrub(10);
  line.play();
  assert.equal(line.t, 0);
});

test("a loop rests for 0.7 s at the end and begins anew", () => {
  const line = timeline(10, 1);
  line.loop = true;
  line.scrub(9);
  line.play();
  at(0);
  at(200);
  assert.equal(told.draws.at(-1), 10); // stands at the end
  at(400);
  at(600);
  assert.equal(told.draws.at(-1), 10);
  at(800); // 9 + 8 = 17 = 10 + 0.7 s
  assert.equal(line.t, 0);
  assert.equal(line.playing, true);
});

test("a pause stands at a whole step and tells the page", () => {
  const line = timeline();
  line.play();
  at(0);
  at(50); // 2.5 steps
  line.toggle();
  assert.equal(line.t, 2);
  assert.deepEqual(told.rests, [2]);
  assert.equal(frames.size, 0);
  line.pause();
  assert.deepEqual(told.rests, [2]); // a pause of what does not play is none
});

test("scrubbing stops a playback and stays inside; the page is told at the end of the drag", () => {
  const line = timeline();
  line.play();
  line.scrub(400);
  assert.equal(line.t, 300);
  assert.equal(line.playing, false);
  assert.equal(line.touched, true);
  line.scrub(-1);
  assert.equal(line.t, 0);
  assert.deepEqual(told.rests, []);
  line.put(7);
  assert.deepEqual(told.rests, [7]);
});

test("a step is whole, also just below it", () => {
  const line = timeline();
  line.t = 3 - 1e-12;
  assert.equal(line.step, 3);
  line.t = 2.99;
  assert.equal(line.step, 2);
});

test("frozen it stands still without being paused, and goes on from there", () => {
  const line = timeline();
  line.play();
  at(0);
  at(100);
  line.freeze(true);
  assert.equal(frames.size, 0);
  assert.equal(line.playing, true);
  line.freeze(false);
  at(9000); // the time that it stood still does not count
  assert.equal(line.t, 5);
  at(9100);
  assert.equal(line.t, 10);
});

test("a frozen timeline that is paused does not move when it thaws", () => {
  const line = timeline();
  line.freeze(true);
  line.freeze(false);
  assert.equal(frames.size, 0);
});

test("another length keeps the playhead, at the end if it was there", () => {
  const line = timeline(300);
  line.scrub(50);
  line.resize(40);
  assert.equal(line.t, 40);
  line.resize(100); // it stood at the end
  assert.equal(line.t, 100);
  line.scrub(30);
  line.resize(200);
  assert.equal(line.t, 30);
  line.resize(0);
  assert.equal(line.steps, 1);
});

test("destroyed it asks for no more frames", () => {
  const line = timeline();
  line.play();
  line.destroy();
  assert.equal(frames.size, 0);
  assert.equal(line.playing, false);
});
