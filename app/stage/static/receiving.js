/** What the page says: which setting its controls show, and the picture of that setting or of what there is already. */

import { outline } from "./layout.js";
import { same } from "./mark.js";
import { open, replay } from "./opening.js";

/** @typedef {import("./stage.js").Stage} Stage */
/** @import { Payload, Wanted } from "./types.d.ts" */

/** A payload. @param {Stage} stage @param {Payload} payload */
export function receive(stage, payload) {
  const { exchange } = stage;
  if (payload.view.absent) return expect(stage, payload);
  if (!payload.scene && payload.digest !== stage.digest) return exchange.complete(payload);
  stage.dress();
  exchange.restore();
  if (!exchange.admits(payload)) return;
  stage.store.complete(payload);
  take(stage, payload);
}

/** @param {Stage} stage @param {Payload} payload */
function take(stage, payload) {
  const { step, announce, wanted = payload } = payload.view;
  const { recording, timeline } = stage;
  const setting = Boolean(recording) && same(recording.query, payload.query);
  const drawn = setting && recording.digest === payload.digest && !(recording.draft && !payload.draft);
  const changed = heard(stage, wanted, !same(wanted.query, payload.query));
  // One earlier setting is no reason to leave another one, at which the hand was last.
  if (!drawn && !(stage.late && recording)) stage.show(payload);
  else if (changed) stage.refresh();
  stage.mark.judge();
  if (!recording && announce) stage.exchange.tell("drawn", {});
  if (!recording) open(stage, step);
  else if (!setting && !stage.late && !Number.isInteger(step)) replay(stage); // a finer picture of the same is no reason to
  else if (step !== null && Number.isInteger(step) && step !== stage.asked && !timeline.playing) timeline.scrub(step);
  stage.asked = step;
}

/** The page has no picture yet: the places of the panels, and what it waits for. @param {Stage} stage @param {Payload} payload */
function expect(stage, { scene, view }) {
  stage.dress();
  if (!stage.recording && scene) outline(stage.grid, scene.panels, stage.player.element);
  if (view.wanted) want(stage, view.wanted);
}

/** The page's controls show a setting of which the picture will come. @param {Stage} stage @param {Wanted} wanted */
export function want(stage, wanted) {
  if (!stage.exchange.hears(wanted.serial)) return;
  if (heard(stage, wanted, false) && stage.recording) stage.refresh();
  stage.mark.judge();
}

/**
 * The page has heard all that was done on the stage.
 * @param {Stage} stage @param {Wanted} wanted @param {boolean} late whether the page could not draw it at once
 * @returns {boolean} whether knobs and handles stand elsewhere now
 */
function heard(stage, { query, values }, late) {
  const changed = !same(stage.wanted?.query, query) || Object.keys(stage.exchange.wishes).length > 0;
  [stage.wanted, stage.late] = [{ query, values }, late];
  stage.exchange.settle();
  return changed;
}
