/** Colours and type: the page's own from Streamlit's variables, the terrain's from app/stage/theme.py. */

import { contextOf } from "./canvas.js";
import palettes from "./palette.js";

/** @import { Run, RunStyle, Theme } from "./types.d.ts" */

const probe = contextOf(document.createElement("canvas"));

/** @type {Map<string, number[]>} */
const seen = new Map();

/** Red, green and blue of any CSS colour, 0 to 255. @param {string} color @returns {number[]} */
export function rgb(color) {
  const known = seen.get(color);
  if (known) return known;
  probe.fillStyle = "#ffffff";
  probe.fillStyle = color;
  probe.fillRect(0, 0, 1, 1);
  const channels = [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3);
  seen.set(color, channels);
  return channels;
}

/** Relative lightness of any CSS colour, 0 to 1. @param {string} color */
function lightness(color) {
  const [red, green, blue] = rgb(color);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/**
 * @param {Element} element inside the component, where the variables are set
 * @returns {Theme}
 */
export function readTheme(element) {
  const style = getComputedStyle(element);
  /** @param {string} name @param {string} fallback */
  const read = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const background = read("--st-background-color", "#ffffff");
  const dark = lightness(background) < 0.45;
  return {
    ...palettes[dark ? "dark" : "light"],
    dark,
    background,
    primary: read("--st-primary-color", "#0072B2"),
    font: read("--st-font", "system-ui, sans-serif"),
  };
}

/**
 * How each run is drawn.
 * @param {Run[]} runs
 * @param {Theme} theme
 * @param {string | null} focus name of the run in focus
 * @returns {RunStyle[]}
 */
export function runStyles(runs, theme, focus) {
  return runs.map((run) => ({
    ...run,
    color: theme.swap[run.color.toUpperCase()] ?? run.color,
    focused: run.name === focus,
    width: run.name === focus ? 3.6 : 2.5,
  }));
}

const OF_RUNS = new Set(["arrows", "ellipses"]); // markers that belong to runs, if there are as many

/**
 * The colour of one entry of a marker's array: the given one, that of its run where runs have one each, or ink.
 * @param {{color?: string | null, kind?: string}} marker @param {number} entry @param {number | undefined} count entries of the array
 * @param {{theme: Theme, styles: RunStyle[]}} stage
 */
export function tint({ color, kind }, entry, count, { theme, styles }) {
  if (color === "runs") return styles[entry % styles.length].color;
  if (color) return theme.swap[color.toUpperCase()] ?? color;
  return kind && OF_RUNS.has(kind) && count === styles.length ? styles[entry].color : theme.ink;
}

/** Publish the theme's colours to the stylesheet. @param {HTMLElement} element @param {Theme} theme */
export function publish(element, theme) {
  for (const name of /** @type {const} */ (["ink", "casing", "halo", "grid", "hatch"])) element.style.setProperty(`--stage-${name}`, theme[name]);
  element.style.setProperty("color-scheme", theme.dark ? "dark" : "light");
  element.dataset.theme = theme.dark ? "dark" : "light";
}
