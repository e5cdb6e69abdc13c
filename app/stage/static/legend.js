/** Beside the title: the line or shape of each marker with its name, and the colours of a raster with their numbers. */

import { contextOf } from "./canvas.js";
import { make, pretty, swatch } from "./dom.js";
import { groupColor, shape } from "./points.js";
import { runStyles, tint } from "./theme.js";

/** @import { MarkerSpec, SpotsSpec } from "./types.d.ts" */
/** @typedef {import("./stage.js").Stage} Stage */

/** @param {import("./map.js").AnyMap} panel @returns {HTMLElement[]} */
export function legend(panel) {
  const { spec, stage, raster } = panel;
  const items = spec.markers.flatMap((marker) => (marker.kind === "spots" || !marker.label ? [] : entries(marker, stage)));
  return [...items, ...(spec.raster?.scale.legend && raster.cells ? scale(raster.colors) : [])];
}

/** @param {Exclude<MarkerSpec, SpotsSpec>} marker @param {Stage} stage */
function entries(marker, stage) {
  if (marker.kind !== "points") {
    const shared = marker.color === "runs" || (!marker.color && stage.tensor(marker.array)?.shape[0] === stage.styles.length && stage.styles.length > 1);
    const color = shared ? stage.theme.ink : tint(marker, 0, stage.tensor(marker.array)?.shape[0], stage);
    return [item(swatch({ color, dash: "dash" in marker ? marker.dash : [] }), marker.label)];
  }
  const names = marker.names.length ? marker.names : [marker.label];
  return names.map((name, group) => item(dot(group, groupColor(marker, group, stage)), name));
}

/** The lines of a panel that are not the runs'. @param {{spec: {series: import("./types.d.ts").Run[]}, stage: Stage}} panel */
export const seriesKey = ({ spec, stage }) => runStyles(spec.series, stage.theme, null).map((style) => item(swatch(style), style.label));

/** @param {Node} picture @param {string} text */
const item = (picture, text) => make("span", { class: "stage-legend-item" }, picture, text);

/** @param {number} group @param {string} color */
function dot(group, color) {
  const canvas = make("canvas", { width: 28, height: 28, "aria-hidden": "true" });
  const context = contextOf(canvas);
  const path = new Path2D();
  shape(path, group, 14, 14, 9);
  context.fillStyle = color;
  context.fill(path);
  return canvas;
}

/** Chips of the categories, or a bar with its ends. @param {import("./colors.js").Colors} colors */
export function scale(colors) {
  if (colors.categorical) return colors.scale.labels.map((label, index) => item(chip(colors.css(index)), label));
  const ramp = Array.from({ length: 9 }, (_, index) => colors.css(colors.low + (index / 8) * (colors.high - colors.low)));
  const bar = make("i", { class: "stage-ramp", style: `background:linear-gradient(to right, ${ramp.join(", ")})` });
  return [make("span", { class: "stage-legend-item" }, pretty(colors.low, 3), bar, pretty(colors.high, 3))];
}

/** @param {string} color */
const chip = (color) => make("i", { class: "stage-square", style: `background:${color}` });
