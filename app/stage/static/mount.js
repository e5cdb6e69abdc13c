/**
 * Entry: Streamlit calls these for every new payload and every change of theme, with the same parent element, and
 * calls what they return when the element goes. A call may be overtaken by a later one; only the last one cleans up.
 */

import { offerPlace, withdrawPlace } from "./desk.js";
import { loadPlotly, loadStyles } from "./plot.js";
import { unpack } from "./safetensors.js";
import { Stage } from "./stage.js";

const ready = Promise.all([loadPlotly(), loadStyles()]);

/** @type {WeakMap<HTMLElement, {turn: number, stage?: Stage, data?: Uint8Array}>} */
const mounts = new WeakMap();

/** @param {HTMLElement} parent */
function claim(parent) {
  if (!mounts.has(parent)) mounts.set(parent, { turn: 0 });
  const mount = mounts.get(parent);
  const turn = (mount.turn += 1);
  return { mount, last: () => mount.turn === turn };
}

/** @param {{parentElement: HTMLElement, data: Uint8Array, setTriggerValue: (name: string, value: any) => void}} component */
export async function mountStage({ parentElement, data, setTriggerValue }) {
  const { mount, last } = claim(parentElement);
  await ready;
  const payload = unpack(data);
  if (!mount.stage) {
    const slot = parentElement.querySelector(".stage-slot");
    mount.stage = new Stage(payload.view.key);
    slot.replaceChildren(mount.stage.element);
    slot.style.minHeight = "";
  }
  mount.stage.exchange.report = setTriggerValue;
  mount.stage.receive(payload);
  return () => {
    if (!last()) return;
    mount.stage.destroy();
    mounts.delete(parentElement);
  };
}

/** @param {{parentElement: HTMLElement, data: {key: string}}} component */
export async function mountDesk({ parentElement, data }) {
  const { last } = claim(parentElement);
  await ready;
  const slot = parentElement.querySelector(".stage-desk-slot");
  slot.style.minHeight = "";
  offerPlace(data.key, slot);
  return () => {
    if (!last()) return;
    withdrawPlace(data.key, slot);
    mounts.delete(parentElement);
  };
}
