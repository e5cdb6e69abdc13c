/** The table of the runs; it is the legend too. While something is dragged only the words that change are written. */

import { make, swatch } from "./dom.js";

/** Colour never stands alone: each tone has a sign and a word. */
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
    this.rows = [];
  }

  /** @param {{columns: string[], rows: string[][], tones: string[], details: string[]} | null} standings */
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
    const held = this.element.contains(document.activeElement) ? document.activeElement.closest("tr")?.dataset.run : undefined;
    this.rows = scene.runs.map((_, run) => this.row(run, columns.length - 1));
    const head = make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, name)));
    this.element.replaceChildren(make("thead", {}, head), make("tbody", {}, ...this.rows.map((row) => row.element)));
    if (held !== undefined) this.element.querySelector(`tr[data-run="${held}"] button`)?.focus();
  }

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

  /** @param {any} row @param {string[]} cells the first one is the run itself @param {string} [tone] @param {string} [detail] */
  fill({ element, detail: line, sign, word, values }, cells, tone, detail = "") {
    values.forEach((value, index) => write(value, cells[index + 1] ?? ""));
    write(sign, TONES[tone]?.[0] ?? "");
    write(word, TONES[tone]?.[1] ?? "");
    write(line, tone === "bad" ? detail : "");
    if (element.dataset.tone !== tone) element.dataset.tone = tone ?? "";
    if (element.title !== detail) element.title = detail;
  }

  click(event) {
    const run = event.target.closest("tr[data-run]")?.dataset.run;
    const { scene } = this.stage;
    if (run === undefined || !scene.selectable) return;
    this.stage.select(scene.runs[run].name);
  }
}
