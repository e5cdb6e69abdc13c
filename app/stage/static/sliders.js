/** Sliders that the picture follows while they move, with a field for exact values. */

import { clamp, icon, make } from "./dom.js";

const TRAVEL = 1000;

/** @type {Record<string, number>} */
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/** @typedef {import("./types.d.ts").SliderSpec} Spec */

/** @param {Spec} spec @param {number} value */
const toTravel = ({ low, high, log }, value) =>
  TRAVEL * clamp(log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low), 0, 1);

/** The value at a position of the slider, rounded to what the slider can resolve. @param {Spec} spec @param {number} travel */
function fromTravel({ low, high, log, integer }, travel) {
  const part = travel / TRAVEL;
  if (integer) return Math.round(log ? low * (high / low) ** part : low + part * (high - low));
  if (log) return clamp(Number((low * (high / low) ** part).toPrecision(3)), low, high);
  const digits = clamp(2 - Math.floor(Math.log10(high - low)), 0, 10);
  return clamp(Number((low + part * (high - low)).toFixed(digits)), low, high);
}

/** @param {number} value */
const plain = (value) => {
  const text = String(Number(value.toPrecision(6)));
  return Math.abs(value) < 1e-3 && value !== 0 ? value.toExponential().replace("e+", "e") : text;
};

class Slider {
  /** @param {Spec} spec @param {import("./stage.js").Stage} stage */
  constructor(spec, stage) {
    this.spec = spec;
    this.stage = stage;
    this.value = spec.default;
    const name = spec.group ? `${spec.group}: ${spec.label}` : spec.label;
    this.range = make("input", {
      type: "range", min: 0, max: TRAVEL, step: "any", "aria-label": name,
      onpointerdown: () => stage.sync.startDrag(),
      oninput: (event) => this.slide(event),
      onchange: () => stage.sync.endDrag(),
      onpointerup: () => stage.sync.endDrag(),
      onpointercancel: () => stage.sync.endDrag(),
      ondblclick: () => this.reset(),
      onkeydown: (event) => this.press(event),
    });
    this.field = make("input", {
      type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", "aria-label": `${name}, value`,
      onchange: () => this.type(),
      oninput: () => {
        this.field.classList.toggle("is-wrong", Number.isNaN(this.read()));
      },
    });
    this.back = make("button", { type: "button", class: "stage-reset", onclick: () => this.reset() }, icon("M12 5V1.5L6.5 6.5 12 11.5V8a5 5 0 1 1-5 5H4a8 8 0 1 0 8-8z"));
    const label = make("span", { class: "stage-slider-label" }, spec.label);
    if (spec.symbol) label.append("\u00a0", make("i", {}, spec.symbol));
    this.element = make("div", { class: "stage-slider" }, label, this.range, this.field, this.back);
  }

  /** @param {number} value */
  set(value) {
    this.value = value;
    const travel = toTravel(this.spec, value);
    if (Math.abs(Number(this.range.value) - travel) > 0.5 && !this.range.matches(":active")) this.range.value = String(travel);
    this.paint();
    if (document.activeElement !== this.field || !this.field.classList.contains("is-wrong")) this.field.value = plain(value);
  }

  paint() {
    this.range.style.setProperty("--part", `${toTravel(this.spec, this.value) / (TRAVEL / 100)}%`);
    this.range.setAttribute("aria-valuetext", plain(this.value));
    const away = Math.abs(this.value - this.spec.default) > 1e-9 * Math.abs(this.spec.default);
    this.back.classList.toggle("is-idle", !away);
    this.back.disabled = !away;
    const label = `Back to ${plain(this.spec.default)}`;
    this.back.title = label;
    this.back.setAttribute("aria-label", `${this.spec.label}: ${label.toLowerCase()}`);
  }

  /** @param {Event} event */
  slide(event) {
    this.stage.sync.startDrag();
    this.go(fromTravel(this.spec, Number(this.range.value)), event.timeStamp);
  }

  /** A slider with step "any" moves a tenth of its travel at each arrow key; a hundredth is more useful. @param {KeyboardEvent} event */
  press(event) {
    const direction = KEYS[event.key];
    if (!direction) return;
    event.preventDefault();
    const { spec } = this;
    const next = spec.integer ? this.value + direction : fromTravel(spec, clamp(toTravel(spec, this.value) + 10 * direction, 0, TRAVEL));
    this.jump(clamp(next, spec.low, spec.high));
  }

  /** The typed number, NaN if it is none or out of range. */
  read() {
    const value = Number(this.field.value.trim().replace("−", "-").replace(",", ".") || NaN);
    const { low, high, integer } = this.spec;
    return Number.isFinite(value) && value >= low && value <= high && !(integer && value % 1) ? value : NaN;
  }

  type() {
    const value = this.read();
    const wrong = Number.isNaN(value);
    this.field.classList.toggle("is-wrong", wrong);
    this.field.setAttribute("aria-invalid", String(wrong));
    const { low, high, integer } = this.spec;
    this.field.title = wrong ? `${integer ? "A whole number" : "A number"} from ${plain(low)} to ${plain(high)}` : "";
    if (!wrong) this.jump(value);
  }

  reset() {
    this.field.classList.remove("is-wrong");
    this.jump(this.spec.default);
  }

  /** @param {number} value */
  jump(value) {
    this.stage.sync.startDrag();
    this.range.value = String(toTravel(this.spec, value));
    this.go(value, performance.now());
    this.stage.sync.endDrag();
  }

  /** @param {number} value @param {number} stamp */
  go(value, stamp) {
    this.value = value;
    this.paint();
    this.field.value = plain(value);
    this.stage.sync.request({ [this.spec.name]: value }, stamp);
  }
}

export class Sliders {
  /** @param {import("./stage.js").Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.element = make("div", { class: "stage-sliders" });
    /** @type {Slider[]} */
    this.sliders = [];
    this.built = ""; // JSON of what they were made for
  }

  /** @param {Spec[]} specs */
  build(specs) {
    const text = JSON.stringify(specs);
    if (text === this.built) return;
    this.built = text;
    this.sliders = specs.map((spec) => new Slider(spec, this.stage));
    /** @type {Map<string, Slider[]>} */
    const groups = new Map();
    for (const slider of this.sliders) groups.set(slider.spec.group, [...(groups.get(slider.spec.group) ?? []), slider]);
    this.element.replaceChildren(...[...groups].map(([name, sliders]) => this.group(name, sliders)));
  }

  /** @param {string} name @param {Slider[]} sliders */
  group(name, sliders) {
    const rows = sliders.map((slider) => slider.element);
    if (!name) return make("div", { class: "stage-slider-group" }, ...rows);
    const { color } = sliders[0].spec;
    const chip = color ? [make("i", { class: "stage-chip", style: `background:${this.stage.theme.swap[color.toUpperCase()] ?? color}` })] : [];
    return make("div", { class: "stage-slider-group", role: "group", "aria-label": name }, make("div", { class: "stage-group-name" }, ...chip, name), ...rows);
  }

  /** @param {Record<string, number>} values by setting */
  update(values) {
    for (const slider of this.sliders) {
      if (slider.spec.name in this.stage.sync.pending) continue;
      slider.set(values[slider.spec.name] ?? slider.spec.default);
    }
  }
}
