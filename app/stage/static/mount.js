/**
 * Entry: Streamlit calls these for every new payload and every change of theme, with the same parent element, and
 * calls what they return when the element goes. A later call may overtake an earlier one; only the latest cleans up.
 */

import { loadPlotly, loadStyles } from "./plot.js";
import { showWanted } from "./receiving.js";
import { unpack } from "./safetensors.js";
import { offerSlot, withdrawSlot } from "./side_panel.js";
import { Stage } from "./stage.js";
import { Widgets } from "./widgets.js";

const ready = Promise.all([loadPlotly(), loadStyles()]);

/** @import { Report, Wanted, Work } from "./types.d.ts" */
/** @typedef {{generation: number, stage?: Stage}} Mount of an element; `generation` counts the calls for it */
/** @typedef {{stage: Stage, owner: HTMLElement, unmountTimer?: ReturnType<typeof setTimeout>}} Mounted */

/** @type {WeakMap<HTMLElement, Mount>} */
const mounts = new WeakMap();

/**
 * Stages by key. One whose element goes waits a moment: an element that appears above it on the page makes Streamlit
 * mount everything below anew, and the picture, the camera and the playback should not notice.
 * @type {Map<string, Mounted>}
 */
const stages = new Map();
const GRACE = 1000; // ms

/** @type {Map<string, Work>} how the work of a page stands, by the key of its stage, which may come later */
const works = new Map();

/** @type {Map<string, string>} the setting that a page wanted last, by the key of its stage */
const queries = new Map();
/** @type {Widgets | undefined} the page's own */
let widgets;

/** Count a call for an element, to know later whether it is still the latest. @param {HTMLElement} parent */
function claim(parent) {
  /** @type {Mount} */
  const mount = mounts.get(parent) ?? { generation: 0 };
  mounts.set(parent, mount);
  const generation = (mount.generation += 1);
  return { mount, isLatest: () => mount.generation === generation };
}

/** Where the component's HTML has left room. @param {HTMLElement} parent @param {string} selector */
const slotIn = (parent, selector) => /** @type {HTMLElement} */ (parent.querySelector(selector));

/** The stage of this key, in this element from now on. @param {string} key @param {HTMLElement} parent */
function adopt(key, parent) {
  const mounted = stages.get(key);
  clearTimeout(mounted?.unmountTimer);
  const stage = mounted?.stage ?? new Stage(key);
  stages.set(key, { stage, owner: parent });
  const work = works.get(key);
  if (work) stage.mark.setWork(work);
  const slot = slotIn(parent, ".stage-slot");
  for (const other of [...slot.children]) if (other !== stage.element) other.remove();
  stage.moveTo(slot);
  slot.style.minHeight = "";
  return stage;
}

/** Destroy the stage of an element that is gone, unless another element adopts it soon. @param {string} key @param {HTMLElement} parent */
function leave(key, parent) {
  mounts.delete(parent);
  const mounted = stages.get(key);
  if (mounted?.owner !== parent) return;
  mounted.unmountTimer = setTimeout(() => {
    stages.delete(key);
    mounted.stage.destroy();
  }, GRACE);
}

/** @param {{parentElement: HTMLElement, data: Uint8Array, setTriggerValue: (name: string, report: Report) => void}} component */
export async function mountStage({ parentElement, data, setTriggerValue }) {
  const { mount, isLatest } = claim(parentElement);
  await ready;
  const payload = unpack(data);
  const { key } = payload.view;
  mount.stage ??= adopt(key, parentElement);
  mount.stage.sync.send = setTriggerValue;
  mount.stage.receive(payload);
  widgets ??= new Widgets((ahead, stamp) => stages.forEach(({ stage }) => stage.mark.setAhead(ahead, stamp)));
  return () => {
    if (isLatest()) leave(key, parentElement);
  };
}

/** @param {{parentElement: HTMLElement, data: {key: string, wanted?: Wanted}}} component the slot for sliders and table, and what they show */
export async function mountSidePanel({ parentElement, data }) {
  const { isLatest } = claim(parentElement);
  await ready;
  const slot = slotIn(parentElement, ".stage-side-panel-slot");
  slot.style.minHeight = "";
  offerSlot(data.key, slot);
  if (data.wanted) updateWanted(data.key, data.wanted);
  return () => {
    if (!isLatest()) return;
    withdrawSlot(data.key, slot);
    mounts.delete(parentElement);
  };
}

/** @param {string} key @param {Wanted} wanted what the page's controls show */
function updateWanted(key, wanted) {
  const mounted = stages.get(key);
  if (mounted) showWanted(mounted.stage, wanted);
  // After the stage, which would show no mark for a moment between the two.
  const query = JSON.stringify(wanted.query);
  if (queries.get(key) !== query) widgets?.acknowledge();
  queries.set(key, query);
}

/** @param {{parentElement: HTMLElement, data: Work}} component how the work of the page stands */
export async function mountNotice({ parentElement, data }) {
  const { isLatest } = claim(parentElement);
  await ready;
  works.set(data.key, data);
  stages.get(data.key)?.stage.mark.setWork(data);
  return () => {
    if (!isLatest()) return;
    mounts.delete(parentElement);
    if (works.get(data.key) !== data) return;
    works.delete(data.key);
    stages.get(data.key)?.stage.mark.setWork(null);
  };
}
