/** Plotly: loading it once, and what every figure of the stage shares. */

/** @import { Theme, Layout, AxisMap, FullAxis, Plotly, PlotlyAxis } from "./types.d.ts" */

/** @type {Promise<Plotly> | undefined} */
let loading;

/**
 * The copy of Plotly inside the installed package, as a classic script beside this module. The head of a lesson's page
 * asks for it already; a stage on any other page asks for itself.
 * @returns {Promise<Plotly>}
 */
export function loadPlotly() {
  loading ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const source = new URL("plotly.min.js", import.meta.url).href;
    const script = [...document.scripts].find(({ src }) => src === source) ?? document.createElement("script");
    script.addEventListener("load", () => resolve(window.Plotly));
    script.addEventListener("error", () => reject(new Error("The plotting library could not be loaded.")));
    if (script.src === source) return;
    script.src = source;
    document.head.append(script);
  });
  return loading;
}

/** @type {Promise<void> | undefined} */
let styling;

/** The stylesheet beside this module, once per page. @returns {Promise<void>} */
export function loadStyles() {
  styling ??= new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL("stage.css", import.meta.url).href;
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
  return styling;
}

export const CONFIG = { displayModeBar: false, responsive: false, staticPlot: true };

/**
 * Deep merge; what is in `over` wins.
 * @template T
 * @param {T} base @param {object | undefined} over a part of the same structure
 * @returns {T}
 */
export const merge = (base, over) => /** @type {T} */ (merged(base, over));

/** Any: two pieces of JSON, of whose structure only the caller knows. @param {any} base @param {any} over @returns {any} */
function merged(base, over) {
  if (over === undefined) return base;
  if (base === null || over === null || typeof base !== "object" || typeof over !== "object") return over;
  if (Array.isArray(base) || Array.isArray(over) || ArrayBuffer.isView(over)) return over;
  const result = { ...base };
  for (const key of Object.keys(over)) result[key] = merged(base[key], over[key]);
  return result;
}

/** @param {Theme} theme */
const axisLook = (theme) => ({
  color: theme.ink,
  gridcolor: theme.grid,
  linecolor: theme.grid,
  zeroline: false,
  tickfont: { size: 12 },
  title: { font: { size: 13 } },
  exponentformat: "power",
  fixedrange: true,
});

/** @param {Theme} theme */
const sheet = (theme) => ({
  paper_bgcolor: "rgba(0,0,0,0)",
  plot_bgcolor: "rgba(0,0,0,0)",
  font: { family: theme.font, size: 13, color: theme.ink },
  showlegend: false,
  hovermode: false,
  dragmode: false,
  uirevision: "stage",
});

/** @param {Theme} theme @param {boolean} grid @returns {Layout & {xaxis: PlotlyAxis, yaxis: PlotlyAxis}} */
export function flatLayout(theme, grid) {
  const lines = { ...axisLook(theme), showgrid: grid, showline: !grid, ticks: "outside", ticklen: 4, tickcolor: theme.grid };
  const layout = {
    ...sheet(theme),
    margin: { l: 50, r: 12, t: 6, b: 40, pad: 0 },
    xaxis: { ...lines, nticks: 7, title: { font: { size: 13 }, standoff: 4 } },
    yaxis: { ...lines, nticks: 6, title: { font: { size: 13 }, standoff: 4 } },
  };
  return layout;
}

/** Ticks of a log axis: whole decades, five labels at most; within two decades Plotly's own. @param {number[]} range in log10 */
export const decades = ([low, high]) => (Math.abs(high - low) < 2 ? "D2" : Math.max(Math.ceil(Math.abs(high - low) / 5), 1));

/** How an axis looks that is logarithmic; Plotly enlarges powers by a quarter. @param {number[]} range in log10 */
export const logarithmic = (range) => ({ type: "log", tickfont: { size: 10 }, dtick: decades(range) });

/** @param {Theme} theme @returns {Layout & {scene: NonNullable<Layout["scene"]>}} */
export function solidLayout(theme) {
  const cage = { gridcolor: theme.cage, linecolor: theme.cage, gridwidth: 1 };
  const lines = { ...axisLook(theme), ...cage, fixedrange: undefined, nticks: 5, showbackground: false, showspikes: false };
  const layout = {
    ...sheet(theme),
    dragmode: "orbit",
    margin: { l: 0, r: 0, t: 0, b: 0 },
    scene: { xaxis: lines, yaxis: lines, zaxis: { ...lines, nticks: 4 }, bgcolor: "rgba(0,0,0,0)", dragmode: "orbit" },
  };
  return layout;
}

/**
 * The linear map from an axis to pixels of the plot, as Plotly drew it last.
 * @param {FullAxis} axis
 * @returns {AxisMap}
 */
export function axisMap(axis) {
  const log = axis.type === "log";
  const [low, high] = axis.range.map(Number);
  const vertical = axis._id.startsWith("y");
  const b = ((vertical ? -1 : 1) * axis._length) / (high - low);
  const a = (vertical ? axis._offset + axis._length : axis._offset) - b * low;
  return {
    from: axis._offset,
    to: axis._offset + axis._length,
    log,
    a,
    b,
    pixel: (value) => a + b * (log ? Math.log10(value) : value),
    value: (pixel) => (log ? 10 ** ((pixel - a) / b) : (pixel - a) / b),
  };
}
