/** A quantity over the steps: lines of all runs, a playhead that can be dragged, exact values under the pointer. */

import { disc, strokePlain } from "./canvas.js";
import { ChartPanel } from "./chart.js";
import { clamp, pretty } from "./dom.js";
import { frameAt } from "./frames.js";
import { limits } from "./limits.js";
import { band, fillFaint, level, polyline } from "./lines.js";

/** @import { CurvesSpec, NumberArray, Theme } from "./types.d.ts" */

/**
 * The values of one component of a run: `end` of them, at the steps `step(index)`, of which `at` is the list if they are not
 * one a step. `full`: none is missing.
 * @typedef {{run: number, part: number, role: "line" | "overlay" | "edge", at: NumberArray | null, step: (index: number) => number, end: number, full: boolean, value: (index: number) => number}} Line
 */

const FEW = 10; // steps that each have their tick
const WIDTHS = [1, 0.62, 0.42];
const ALPHAS = [1, 0.8, 0.65];

/** @extends {ChartPanel<CurvesSpec>} */
export class CurvesPanel extends ChartPanel {
  /** @param {import("./stage.js").Stage} stage @param {CurvesSpec} spec */
  constructor(stage, spec) {
    super(stage, spec);
    /** @type {(Line & {path: Path2D})[] | null} */
    this.series = null;
    /** @type {{run: number, path: Path2D}[]} */
    this.bands = [];
    this.scrubbing = false;
    this.host.classList.add("is-scrubbed");
    /** @param {"pointerdown" | "pointermove" | "pointerup" | "pointercancel" | "pointerleave"} name @param {(event: PointerEvent) => void} act */
    const listen = (name, act) => this.host.addEventListener(name, act);
    listen("pointerdown", (event) => this.grab(event));
    listen("pointermove", (event) => this.move(event));
    listen("pointerup", () => this.drop());
    listen("pointercancel", () => this.drop());
    listen("pointerleave", () => this.hideReadout());
  }

  /** @param {Theme} theme */
  themed(theme) {
    const { data, layout } = super.themed(theme);
    const { scene: { ticks }, timeline: { steps } } = this.stage;
    layout.xaxis.range = [0, steps];
    if (steps <= FEW) layout.xaxis.dtick = 1;
    if (steps <= FEW && ticks.length) Object.assign(layout.xaxis, { tickvals: [...ticks.keys()], ticktext: ticks });
    return { data, layout };
  }

  /** The values of one array: a line per run and component. @param {string | null} name @param {Line["role"]} role @returns {Generator<Line>} */
  *lines(name, role) {
    const tensor = name && this.stage.tensor(name);
    if (!tensor) return;
    const { shape: [runs, n, parts = 1], data } = tensor;
    const { timeline } = this.stage;
    const at = this.spec.at ? this.stage.tensor(this.spec.at).data : null;
    const late = at ? 0 : Math.max(timeline.steps + 1 - n, 0);
    /** @type {Line["step"]} */
    const step = at ? (index) => at[index] : (index) => index + late;
    for (let run = 0; run < runs; run += 1) {
      const length = this.stage.lengthOf(run);
      const arrived = at ? [...at].filter((each) => each < length).length : length - late;
      const end = role === "line" ? clamp(arrived, 0, n) : n;
      for (let part = 0; part < parts; part += 1) {
        yield { run, part, role, at, step, end, full: end === n, value: (index) => data[(run * n + index) * parts + part] };
      }
    }
  }

  project() {
    const { curves, overlay, band: edges } = this.spec;
    const lines = [...this.lines(curves, "line"), ...this.lines(overlay, "overlay")];
    const [low, high] = (edges ?? []).map((name) => [...this.lines(name, "edge")]);
    this.fit({ yaxis: limits([...lines, ...(low ?? []), ...(high ?? [])], { log: Boolean(this.logs.yaxis), floor: this.spec.floor }) });
    /** @param {Line} line @returns {Line["value"]} */
    const x = (line) => (index) => this.x.pixel(line.step(index));
    /** @param {Line} line @returns {Line["value"]} */
    const y = (line) => (index) => level(this.y, line.value(index), this.spec.floor);
    this.series = lines.map((line) => ({ ...line, path: polyline(line.end, x(line), y(line)) }));
    this.bands = (low ?? []).map((line, index) => ({ run: line.run, path: band(line.end, x(line), y(line), y(high[index])) }));
  }

  /** @param {number} t */
  draw(t) {
    if (!this.series) return;
    const context = this.overlay.clear();
    const { x, y } = this;
    const now = x.pixel(Math.min(t, this.stage.timeline.steps));
    if (t < this.stage.timeline.steps) this.stroke(context, now, x.to, 0.3);
    this.stroke(context, x.from - 2, now, 1);
    context.strokeStyle = this.stage.theme.ink;
    context.globalAlpha = 0.55;
    context.lineWidth = 1.25;
    context.beginPath();
    context.moveTo(now, y.from);
    context.lineTo(now, y.to);
    context.stroke();
    context.globalAlpha = 1;
    this.dots(context, t, now);
  }

  /** All lines between two verticals. @param {CanvasRenderingContext2D} context @param {number} from @param {number} to @param {number} alpha */
  stroke(context, from, to, alpha) {
    const { styles } = this.stage;
    context.save();
    context.beginPath();
    context.rect(from, this.y.from - 2, to - from, this.y.to - this.y.from + 4);
    context.clip();
    context.globalAlpha = alpha;
    for (const { run, path } of this.bands) fillFaint(context, path, styles[run].color);
    for (const { run, part, role, path } of this.series ?? []) {
      const style = styles[run];
      const overlay = role === "overlay";
      const width = overlay ? 1.6 : (style.width - 0.3) * (WIDTHS[part] ?? 0.4);
      context.globalAlpha = alpha * (overlay ? 0.95 : (ALPHAS[part] ?? 0.6));
      strokePlain(context, path, { color: style.color, width, dash: overlay ? [1.6, 3.4] : style.dash });
    }
    context.restore();
    context.globalAlpha = 1;
  }

  /** Position of a step among the values of a line: the one before it, the one after it, and the part between. @param {Line} line @param {number} t */
  positionOf(line, t) {
    if (line.at) return frameAt(line.end, this.stage.timeline.steps, t, line.at);
    const index = Math.floor(t) - line.step(0);
    return { index, next: Math.min(index + 1, line.end - 1), part: t % 1 };
  }

  /** The values at the playhead. @param {CanvasRenderingContext2D} context @param {number} t @param {number} now its pixel */
  dots(context, t, now) {
    const { theme, styles, timeline } = this.stage;
    if (t <= 0 || t >= timeline.steps) return;
    for (const line of this.series ?? []) {
      const { index, next, part } = this.positionOf(line, t);
      if (line.role !== "line" || line.part || index < 0 || index >= line.end) continue;
      const [height, then] = [this.y.pixel(line.value(index)), this.y.pixel(line.value(next))];
      const middle = height + part * (then - height);
      if (middle >= this.y.from - 1 && middle <= this.y.to + 1) disc(context, now, middle, 2.6, styles[line.run].color, theme);
    }
  }

  /** The step under the pointer. @param {PointerEvent} event */
  under(event) {
    return clamp(Math.round(this.x.value(this.point(event).px)), 0, this.stage.timeline.steps);
  }

  /** @param {PointerEvent} event */
  grab(event) {
    if (event.button || !this.x) return;
    this.host.setPointerCapture(event.pointerId);
    this.scrubbing = true;
    this.stage.timeline.scrub(this.under(event));
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.x) return;
    if (this.scrubbing) this.stage.timeline.scrub(this.under(event));
    if (event.pointerType !== "touch" || this.scrubbing) this.hover(event);
  }

  drop() {
    if (!this.scrubbing) return;
    this.scrubbing = false;
    this.stage.timeline.rest();
  }

  /** @param {PointerEvent} event */
  hover(event) {
    if (!this.series) return;
    const step = this.under(event);
    const { scene } = this.stage;
    const head = scene.ticks[step] ?? `${scene.unit} ${step}`;
    this.showReadout(this.x.pixel(step), this.point(event).py, [head, ...this.values(step)]);
  }

  /** The values of all runs at a step. @param {number} step */
  values(step) {
    const { styles } = this.stage;
    const rows = (this.series ?? []).map((line) => ({ line, index: this.positionOf(line, step).index }));
    const known = rows.filter(({ line, index }) => line.role === "line" && index >= 0 && index < line.end);
    return [...group(known)].map(([run, parts]) => ({
      color: styles[run].color,
      text: `${styles[run].label}  ${parts.map(({ line, index }) => pretty(line.value(index), 5)).join(" , ")}`,
    }));
  }

  describe() {
    return this.values(this.stage.timeline.step).map(({ text }) => text).join(". ");
  }
}

/** The components of each run. @template {{line: Line}} R @param {R[]} rows @returns {Map<number, R[]>} */
function group(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.line.run, [...(groups.get(row.line.run) ?? []), row]);
  return groups;
}
