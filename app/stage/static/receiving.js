/** Payloads of the page: which setting its controls show, and the picture of that setting or of what there is already. */

import { outline } from "./layout.js";
import { same } from "./mark.js";
import { open, replay } from "./opening.js";

/** @typedef {import("./stage.js").Stage} Stage */
/** @import { Payload, Wanted } from "./types.d.ts" */

/** Handle a payload, unless it is outdated. @param {Stage} stage @param {Payload} payload */
export function receive(stage, payload) {
  const { sync } = stage;
  if (payload.view.absent) return showOutline(stage, payload);
  if (!payload.scene && payload.digest !== stage.digest) return sync.fetchScene(payload);
  stage.dress();
  sync.endPreview();
  if (!sync.accepts(payload)) return;
  stage.store.complete(payload);
  apply(stage, payload);
}

/** Draw what is new in a payload, and put the playhead where the page wants it. @param {Stage} stage @param {Payload} payload */
function apply(stage, payload) {
  const { step, announce, wanted = payload } = payload.view;
  const { recording, timeline } = stage;
  const sameSetting = Boolean(recording) && same(recording.query, payload.query);
  const drawn = sameSetting && recording.digest === payload.digest && !(recording.draft && !payload.draft);
  const changed = acknowledge(stage, wanted, !same(wanted.query, payload.query));
  // While the wanted picture is late, the last live picture stays: another earlier setting is no better.
  if (!drawn && !(stage.late && recording)) stage.show(payload);
  else if (changed) stage.refresh();
  stage.mark.update();
  if (!recording && announce) stage.sync.report("drawn", {});
  if (!recording) open(stage, step);
  else if (!sameSetting && !stage.late && !Number.isInteger(step)) replay(stage); // not for a finer picture of the same setting
  else if (step !== null && Number.isInteger(step) && step !== stage.asked && !timeline.playing) timeline.scrub(step);
  stage.asked = step;
}

/** The page has no picture yet: an outline of the panels, and the setting that is computed. @param {Stage} stage @param {Payload} payload */
function showOutline(stage, { scene, view }) {
  stage.dress();
  if (!stage.recording && scene) outline(stage.grid, scene.panels, stage.player.element);
  if (view.wanted) showWanted(stage, view.wanted);
}

/** The page's controls show a setting whose picture is still to come. @param {Stage} stage @param {Wanted} wanted */
export function showWanted(stage, wanted) {
  if (!stage.sync.isCurrent(wanted.serial)) return;
  if (acknowledge(stage, wanted, false) && stage.recording) stage.refresh();
  stage.mark.update();
}

/**
 * The page's answer covers every report of the stage: its setting is the wanted one, and nothing is pending.
 * @param {Stage} stage @param {Wanted} wanted @param {boolean} late whether the page could not draw it at once
 * @returns {boolean} whether sliders and handles stand elsewhere now
 */
function acknowledge(stage, { query, values }, late) {
  const changed = !same(stage.wanted?.query, query) || Object.keys(stage.sync.pending).length > 0;
  [stage.wanted, stage.late] = [{ query, values }, late];
  stage.sync.acknowledge();
  return changed;
}
