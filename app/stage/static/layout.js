/** Where panels stand: main ones large on the left, side ones beside them, strips in rows below. */

import { make } from "./dom.js";

const MOST = 4; // strips in a row
const BESIDE = 3; // strips that a main panel takes beside it when nothing else stands there

/** @import { Place } from "./types.d.ts" */
/** @typedef {{id: string, place: Place, weight: number}} Spec of a panel */

/** @param {Spec[]} specs @returns {Record<Place, Spec[]>} */
function areas(specs) {
  let [main, side, strip] = ["main", "side", "strip"].map((place) => specs.filter((spec) => spec.place === place));
  if (!main.length) [main, side] = [side, []];
  if (main.length === 1 && !side.length && strip.length <= BESIDE) [side, strip] = [strip, []];
  return { main, side, strip };
}

/**
 * Put the panels on the grid; a phone shows them in one column instead, which is up to the stylesheet.
 * @param {HTMLElement} grid @param {Spec[]} specs @param {Map<string, {element: HTMLElement}>} panels @param {HTMLElement} player
 */
export function arrange(grid, specs, panels, player) {
  const { main, side, strip } = areas(specs);
  const alone = !main.length;
  const across = alone ? Math.min(strip.length, 2) : Math.ceil(strip.length / Math.ceil(strip.length / MOST));
  const rows = strip.length ? Math.ceil(strip.length / across) : 0;
  grid.style.setProperty("--rows", String(rows));
  grid.style.setProperty("--columns", strip.length === across ? strip.map(({ weight }) => `minmax(0, ${weight}fr)`).join(" ") : `repeat(${across}, minmax(0, 1fr))`);
  /** @param {Spec} spec */
  const elementOf = ({ id }) => /** @type {{element: HTMLElement}} */ (panels.get(id)).element;
  for (const spec of specs) {
    const element = elementOf(spec);
    element.style.setProperty("--weight", String(spec.weight));
    element.dataset.place = main.includes(spec) ? "main" : spec.place;
  }
  /** @param {string} name @param {HTMLElement[]} inside */
  const box = (name, inside) => make("div", { class: `stage-${name}` }, ...inside);
  /** @param {Spec[]} list */
  const elements = (list) => list.map(elementOf);
  const key = [alone, ...[main, side, strip].map((list) => list.map(({ id }) => id))].join(" / ");
  if (grid.dataset.arrangement === key && elements(specs).every((element) => grid.contains(element))) return;
  grid.dataset.arrangement = key;
  const top = box("top", [box("main", elements(main)), ...(side.length ? [box("side", elements(side))] : [])]);
  const below = box(alone ? "strip is-alone" : "strip", elements(strip));
  grid.replaceChildren(...(alone ? [] : [top]), ...(strip.length ? [below] : []), player);
}

/**
 * Where the panels will stand, before there is anything to draw in them.
 * @param {HTMLElement} grid @param {(Spec & {title: string})[]} specs @param {HTMLElement} player
 */
export function outline(grid, specs, player) {
  /** @param {{title: string}} spec */
  const empty = ({ title }) => {
    const heading = make("div", { class: "stage-heading" }, make("div", { class: "stage-title" }, title));
    return make("section", { class: "stage-panel is-empty" }, heading, make("div", { class: "stage-plot" }));
  };
  arrange(grid, specs, new Map(specs.map((spec) => [spec.id, { element: empty(spec) }])), player);
  player.inert = true;
}
