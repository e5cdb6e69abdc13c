/** The table of the runs; it is the legend too. While something is dragged only the words that change are written. */

import { make, swatch } from "./dom.js";

/** @import { Standings as Table, Tone } from "./types.d.ts" */
/** @typedef {{element: HTMLElement, detail: HTMLElement, sign: HTMLElement, word: HTMLElement, values: HTMLElement[]}} Row */

/** Colour never stands alone: each tone has a sign and a word. @type {Record<Tone, [string, string]>} */
const TONES = { good: ["✓", "arrived: "], busy: ["→", "under way: "], bad: ["✕", "failed: "] };

/** @param {Node} node @param {string} text */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export class Standings {
  /** @param {import("./stage.js").Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.element = make("table", { class: "stage-standings", onclick: (event) => this.click(event) });
    /** @type {Row[]} */
    this.rows = [];
    this.frame = ""; // JSON of what the table was built for
  }

  /** @param {Table | null} standings */
  update(standings) {
    const { scene, styles } = this.stage;
    const columns = standings?.columns ?? ["Run"];
    const frame = JSON.stringify([columns, styles, scene.selectable]);
    if (frame !== this.frame) this.build(columns);
    this.frame = frame;
    this.rows.forEach((row, run) => this.fill(row, standings?.rows[run] ?? [], standings?.tones[run], standings?.details?.[run]));
  }

  /** @param {string[]} columns */
  build(columns) {
    const { scene } = this.stage;
    this.element.classList.toggle("is-selectable", Boolean(scene.selectable));
    const held = this.element.contains(document.activeElement) ? document.activeElement?.closest("tr")?.dataset.run : undefined;
    this.rows = scene.runs.map((_, run) => this.row(run, columns.length - 1));
    const head = make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, name)));
    this.element.replaceChildren(make("thead", {}, head), make("tbody", {}, ...this.rows.map((row) => row.element)));
    if (held !== undefined) /** @type {HTMLElement | null} */ (this.element.querySelector(`tr[data-run="${held}"] button`))?.focus();
  }

  /** @param {number} run @param {number} width columns besides the run @returns {Row} */
  row(run, width) {
    const style = this.stage.styles[run];
    const pressed = { type: "button", "aria-pressed": String(style.focused) };
    const name = this.stage.scene.selectable ? make("button", pressed, style.label) : make("span", {}, style.label);
    const detail = make("small");
    const header = make("th", { scope: "row" }, make("div", {}, swatch(style), name), detail);
    const [sign, word] = [make("span", { class: "stage-tone", "aria-hidden": "true" }), make("span", { class: "stage-unseen" })];
    const values = Array.from({ length: width }, () => make("span"));
    const cells = values.map((value, index) => make("td", {}, ...(index ? [] : [sign, word]), value));
    const element = make("tr", { "data-run": run, class: style.focused && "is-focused" }, header, ...cells);
    return { element, detail, sign, word, values };
  }

  /** @param {Row} row @param {string[]} cells the first one is the run itself @param {Tone} [tone] @param {string} [detail] */
  fill({ element, detail: line, sign, word, values }, cells, tone, detail = "") {
    values.forEach((value, index) => write(value, cells[index + 1] ?? ""));
    const [mark, meaning] = tone ? TONES[tone] : ["", ""];
    write(sign, mark);
    write(word, meaning);
    write(line, tone === "bad" ? detail : "");
    if (element.dataset.tone !== tone) element.dataset.tone = tone ?? "";
    if (element.title !== detail) element.title = detail;
  }

  /** @param {MouseEvent} event */
  click({ target }) {
    const row = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("tr[data-run]")) : null;
    const run = row?.dataset.run;
    const { scene } = this.stage;
    if (run === undefined || !scene.selectable) return;
    this.stage.select(scene.runs[Number(run)].name);
  }
}
