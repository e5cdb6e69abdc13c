/**
 * Entry: Streamlit calls these for every new payload and every change of theme, with the same parent element, and
 * calls what they return when the element goes. A call may be overtaken by a later one; only the last one cleans up.
 */

import { offerPlace, withdrawPlace } from "./desk.js";
import { loadPlotly, loadStyles } from "./plot.js";
import { want } from "./receiving.js";
import { unpack } from "./safetensors.js";
import { Stage } from "./stage.js";
import { Widgets } from "./widgets.js";

const ready = Promise.all([loadPlotly(), loadStyles()]);

/** @import { Report, Wanted, Work } from "./types.d.ts" */
/** @typedef {{turn: number, stage?: Stage}} Mount of an element; `turn` counts the calls for it */
/** @typedef {{stage: Stage, owner: HTMLElement, farewell?: ReturnType<typeof setTimeout>}} Mounted */

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

/** @type {Map<string, string>} settings that a page wanted last, by the key of its stage */
const queries = new Map();
/** @type {Widgets | undefined} the page's own */
let widgets;

/** @param {HTMLElement} parent */
function claim(parent) {
  /** @type {Mount} */
  const mount = mounts.get(parent) ?? { turn: 0 };
  mounts.set(parent, mount);
  const turn = (mount.turn += 1);
  return { mount, last: () => mount.turn === turn };
}

/** Where the component's HTML has left room. @param {HTMLElement} parent @param {string} selector */
const slotIn = (parent, selector) => /** @type {HTMLElement} */ (parent.querySelector(selector));

/** The stage of this key, in this element from now on. @param {string} key @param {HTMLElement} parent */
function adopt(key, parent) {
  const kept = stages.get(key);
  clearTimeout(kept?.farewell);
  const stage = kept?.stage ?? new Stage(key);
  stages.set(key, { stage, owner: parent });
  const work = works.get(key);
  if (work) stage.mark.tell(work);
  const slot = slotIn(parent, ".stage-slot");
  for (const other of [...slot.children]) if (other !== stage.element) other.remove();
  stage.moveTo(slot);
  slot.style.minHeight = "";
  return stage;
}

/** @param {string} key @param {HTMLElement} parent */
function leave(key, parent) {
  mounts.delete(parent);
  const kept = stages.get(key);
  if (kept?.owner !== parent) return;
  kept.farewell = setTimeout(() => {
    stages.delete(key);
    kept.stage.destroy();
  }, GRACE);
}

/** @param {{parentElement: HTMLElement, data: Uint8Array, setTriggerValue: (name: string, report: Report) => void}} component */
export async function mountStage({ parentElement, data, setTriggerValue }) {
  const { mount, last } = claim(parentElement);
  await ready;
  const payload = unpack(data);
  const { key } = payload.view;
  mount.stage ??= adopt(key, parentElement);
  mount.stage.exchange.report = setTriggerValue;
  mount.stage.receive(payload);
  widgets ??= new Widgets((ahead, stamp) => stages.forEach(({ stage }) => stage.mark.differ(ahead, stamp)));
  return () => {
    if (last()) leave(key, parentElement);
  };
}

/** @param {{parentElement: HTMLElement, data: {key: string, wanted?: Wanted}}} component the place of knobs and table, and what they show */
export async function mountDesk({ parentElement, data }) {
  const { last } = claim(parentElement);
  await ready;
  const slot = slotIn(parentElement, ".stage-desk-slot");
  slot.style.minHeight = "";
  offerPlace(data.key, slot);
  if (data.wanted) hear(data.key, data.wanted);
  return () => {
    if (!last()) return;
    withdrawPlace(data.key, slot);
    mounts.delete(parentElement);
  };
}

/** @param {string} key @param {Wanted} wanted what the page's controls show */
function hear(key, wanted) {
  const kept = stages.get(key);
  if (kept) want(kept.stage, wanted);
  // After the stage, which would show no mark for a moment between the two.
  const query = JSON.stringify(wanted.query);
  if (queries.get(key) !== query) widgets?.answer();
  queries.set(key, query);
}

/** @param {{parentElement: HTMLElement, data: Work}} component how the work of the page stands */
export async function mountNotice({ parentElement, data }) {
  const { last } = claim(parentElement);
  await ready;
  works.set(data.key, data);
  stages.get(data.key)?.stage.mark.tell(data);
  return () => {
    if (!last()) return;
    mounts.delete(parentElement);
    if (works.get(data.key) !== data) return;
    works.delete(data.key);
    stages.get(data.key)?.stage.mark.tell(null);
  };
}
