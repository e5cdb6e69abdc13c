/** Builds the panels of a scene; those that it has in common with the scene before it stay as they are. */

import { KINDS } from "./kinds.js";
import { arrange } from "./layout.js";
import { fingerprint } from "./safetensors.js";

/** @import { AnyPanel, PanelSpec, Scene, Tensors } from "./types.d.ts" */
/** @typedef {import("./stage.js").Stage} Stage */

/** A panel of the kind that its description names. @param {Stage} stage @param {PanelSpec} spec @returns {AnyPanel} */
function makePanel(stage, spec) {
  const Kind = /** @type {new (stage: Stage, spec: PanelSpec) => AnyPanel} */ (KINDS[spec.kind]);
  return new Kind(stage, spec);
}

/** @param {Stage} stage @param {Scene} scene @returns {Map<string, AnyPanel>} panels by id; those that are not needed any more are gone */
function panelsOf(stage, scene) {
  /** @type {Map<string, AnyPanel>} */
  const panels = new Map();
  for (const spec of scene.panels) {
    const old = stage.panels.get(spec.id);
    panels.set(spec.id, old?.spec.kind === spec.kind ? old : makePanel(stage, spec));
  }
  for (const [id, panel] of stage.panels) if (panels.get(id) !== panel) panel.destroy();
  return panels;
}

/** @param {Stage} stage @param {Scene} scene @param {{tensors: Tensors, digest: string}} payload */
export function build(stage, scene, { tensors, digest }) {
  [stage.scene, stage.digest, stage.fixed] = [scene, digest, tensors];
  stage.timeline.resize(scene.steps, scene.seconds);
  stage.panels = panelsOf(stage, scene);
  stage.player.element.inert = false;
  arrange(stage.grid, scene.panels, stage.panels, stage.player.element);
  for (const spec of scene.panels) {
    const panel = /** @type {AnyPanel} */ (stage.panels.get(spec.id));
    const print = `${fingerprint(spec, tensors)} ${scene.steps}`;
    if (panel.print !== print) panel.dress(spec, tensors);
    panel.print = print;
  }
  stage.sidePanel.build();
}
