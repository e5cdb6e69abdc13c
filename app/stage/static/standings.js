/** The table of the runs; it is the legend too. */

import { make, swatch } from "./dom.js";

/** Colour never stands alone: each tone has a sign and a word. */
const TONES = { good: ["✓", "arrived"], busy: ["→", "under way"], bad: ["✕", "failed"] };

export class Standings {
  /** @param {import("./stage.js").Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.element = make("table", { class: "stage-standings", onclick: (event) => this.click(event) });
  }

  /** @param {{columns: string[], rows: string[][], tones: string[], details: string[]} | null} standings */
  update(standings) {
    const { scene, styles } = this.stage;
    const text = JSON.stringify([standings, styles.map(({ color, focused, label }) => [color, focused, label]), scene.selectable]);
    if (text === this.drawn) return;
    this.drawn = text;
    this.element.classList.toggle("is-selectable", Boolean(scene.selectable));
    const held = this.element.contains(document.activeElement) ? document.activeElement.closest("tr")?.dataset.run : null;
    const columns = standings?.columns ?? ["Run"];
    const head = make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, name)));
    const rows = scene.runs.map((_, run) => this.row(run, standings, columns.length));
    this.element.replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows));
    if (held) this.element.querySelector(`tr[data-run="${held}"] button`)?.focus();
  }

  row(run, standings, width) {
    const { scene, styles } = this.stage;
    const style = styles[run];
    const cells = (standings?.rows[run] ?? []).slice(-(width - 1) || Infinity);
    const tone = standings?.tones[run];
    const detail = standings?.details?.[run];
    const name = scene.selectable ? make("button", { type: "button", "aria-pressed": String(style.focused) }, style.label) : make("span", {}, style.label);
    const header = make("th", { scope: "row" }, make("div", {}, swatch(style), name));
    if (tone === "bad" && detail) header.append(make("small", {}, detail));
    const attributes = { "data-run": run, title: detail || undefined, class: [style.focused ? "is-focused" : "", tone ? `is-${tone}` : ""].join(" ").trim() };
    const values = cells.map((cell, index) => {
      const last = index === cells.length - 1 && tone;
      const sign = last ? [make("span", { class: "stage-tone", "aria-hidden": "true" }, TONES[tone][0]), make("span", { class: "stage-unseen" }, `${TONES[tone][1]}: `)] : [];
      return make("td", {}, ...sign, cell);
    });
    return make("tr", attributes, header, ...values);
  }

  click(event) {
    const run = event.target.closest("tr[data-run]")?.dataset.run;
    const { scene } = this.stage;
    if (run === undefined || !scene.selectable) return;
    this.stage.select(scene.runs[run].name);
  }
}
