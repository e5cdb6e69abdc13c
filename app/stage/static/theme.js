/** Colours and type: the page's own from Streamlit's variables, the terrain's from app/theme.py. */

import palettes from "./palette.js";

const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** Relative lightness of any CSS colour, 0 to 1. @param {string} color */
function lightness(color) {
  probe.fillStyle = "#ffffff";
  probe.fillStyle = color;
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/**
 * @typedef {object} Theme
 * @property {boolean} dark
 * @property {string} ink @property {string} casing @property {string} halo @property {string} grid @property {string} isoline
 * @property {[number, string][]} terrain @property {[number, string][]} relief
 * @property {Record<string, string>} swap
 * @property {string} background @property {string} font @property {string} primary
 */

/**
 * @param {Element} element inside the component, where the variables are set
 * @returns {Theme}
 */
export function readTheme(element) {
  const style = getComputedStyle(element);
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
 * @param {{name: string, color: string, dash: number[]}[]} runs
 * @param {Theme} theme
 * @param {string | null} focus
 */
export function runStyles(runs, theme, focus) {
  return runs.map((run) => ({
    ...run,
    color: theme.swap[run.color.toUpperCase()] ?? run.color,
    focused: run.name === focus,
    width: run.name === focus ? 3.6 : 2.5,
  }));
}

/** Publish the theme's colours to the stylesheet. @param {HTMLElement} element @param {Theme} theme */
export function publish(element, theme) {
  for (const name of ["ink", "casing", "halo", "grid"]) element.style.setProperty(`--stage-${name}`, theme[name]);
  element.style.setProperty("color-scheme", theme.dark ? "dark" : "light");
  element.dataset.theme = theme.dark ? "dark" : "light";
}
