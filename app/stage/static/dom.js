/** Small helpers for elements, numbers and text. */

/**
 * Attributes and listeners of an element.
 * @typedef {{[K in keyof GlobalEventHandlersEventMap as `on${K}`]?: (event: GlobalEventHandlersEventMap[K]) => unknown}} Listeners
 * @typedef {Record<string, unknown> & Listeners} Attributes
 */

/**
 * Create an element; attributes named on* become listeners.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} [attributes]
 * @param {...(Node|string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** @param {Element} element @param {Record<string, string>} attributes */
function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

/**
 * An icon of one or more SVG paths on a 24 by 24 grid.
 * @param {...string} paths
 */
export function icon(...paths) {
  const svg = document.createElementNS(SVG, "svg");
  set(svg, { viewBox: "0 0 24 24", width: "20", height: "20", "aria-hidden": "true" });
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/**
 * The line of a run as it is drawn in the panels.
 * @param {{color: string, dash: number[]}} style
 */
export function swatch(style) {
  const svg = document.createElementNS(SVG, "svg");
  set(svg, { viewBox: "0 0 30 12", width: "30", height: "12", "aria-hidden": "true" });
  const line = document.createElementNS(SVG, "path");
  set(line, { d: "M0 6H30", stroke: style.color, "stroke-width": "4", "stroke-dasharray": style.dash.join(" "), fill: "none" });
  svg.append(line);
  return svg;
}

/** @type {Record<string, string>} */
const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/**
 * A number for reading: four significant digits, powers of ten written out, a true minus sign.
 * @param {number} value
 * @param {number} [digits]
 */
export function pretty(value, digits = 4) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    const power = [...String(Number(exponent))].map((sign) => RAISED[sign]).join("");
    return `${Number(mantissa)}×10${power}`.replace("-", "−");
  }
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/**
 * A function that appends an element to a parent and restores the keyboard focus inside it, which the element loses when
 * it is moved or was removed before. If something else has the focus by then, it keeps it.
 * @param {HTMLElement} element @returns {(parent: Element) => void}
 */
export function movable(element) {
  /** @type {HTMLElement | null} */
  let focused = null;
  element.addEventListener("focusin", (event) => (focused = /** @type {HTMLElement} */ (event.target)));
  element.addEventListener("focusout", () =>
    queueMicrotask(() => {
      if (element.isConnected && !element.contains(document.activeElement)) focused = null;
    }),
  );
  return (parent) => {
    if (element.parentElement === parent) return;
    const last = focused;
    parent.append(element);
    if (last && document.activeElement === document.body) last.focus({ preventScroll: true });
  };
}
