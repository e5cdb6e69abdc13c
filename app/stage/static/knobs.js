/** Sliders that the picture follows while they move, with a field for exact values. */

import { clamp, icon, make } from "./dom.js";

const TRAVEL = 1000;

/** @type {Record<string, number>} */
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/** @typedef {import("./types.d.ts").KnobSpec} Spec */

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

class Knob {
  /** @param {Spec} spec @param {import("./stage.js").Stage} stage */
  constructor(spec, stage) {
    this.spec = spec;
    this.stage = stage;
    this.value = spec.default;
    const name = spec.group ? `${spec.group}: ${spec.label}` : spec.label;
    this.slider = make("input", {
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
    const label = make("span", { class: "stage-knob-label" }, spec.label);
    if (spec.symbol) label.append("\u00a0", make("i", {}, spec.symbol));
    this.element = make("div", { class: "stage-knob" }, label, this.slider, this.field, this.back);
  }

  /** @param {number} value */
  set(value) {
    this.value = value;
    const travel = toTravel(this.spec, value);
    if (Math.abs(Number(this.slider.value) - travel) > 0.5 && !this.slider.matches(":active")) this.slider.value = String(travel);
    this.paint();
    if (document.activeElement !== this.field || !this.field.classList.contains("is-wrong")) this.field.value = plain(value);
  }

  paint() {
    this.slider.style.setProperty("--part", `${toTravel(this.spec, this.value) / (TRAVEL / 100)}%`);
    this.slider.setAttribute("aria-valuetext", plain(this.value));
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
    this.go(fromTravel(this.spec, Number(this.slider.value)), event.timeStamp);
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
    this.slider.value = String(toTravel(this.spec, value));
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

export class Knobs {
  /** @param {import("./stage.js").Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.element = make("div", { class: "stage-knobs" });
    /** @type {Knob[]} */
    this.knobs = [];
    this.built = ""; // JSON of what they were made for
  }

  /** @param {Spec[]} specs */
  build(specs) {
    const text = JSON.stringify(specs);
    if (text === this.built) return;
    this.built = text;
    this.knobs = specs.map((spec) => new Knob(spec, this.stage));
    /** @type {Map<string, Knob[]>} */
    const groups = new Map();
    for (const knob of this.knobs) groups.set(knob.spec.group, [...(groups.get(knob.spec.group) ?? []), knob]);
    this.element.replaceChildren(...[...groups].map(([name, knobs]) => this.group(name, knobs)));
  }

  /** @param {string} name @param {Knob[]} knobs */
  group(name, knobs) {
    const rows = knobs.map((knob) => knob.element);
    if (!name) return make("div", { class: "stage-knob-group" }, ...rows);
    const { color } = knobs[0].spec;
    const chip = color ? [make("i", { class: "stage-chip", style: `background:${this.stage.theme.swap[color.toUpperCase()] ?? color}` })] : [];
    return make("div", { class: "stage-knob-group", role: "group", "aria-label": name }, make("div", { class: "stage-group-name" }, ...chip, name), ...rows);
  }

  /** @param {Record<string, number>} values by setting */
  update(values) {
    for (const knob of this.knobs) {
      if (knob.spec.name in this.stage.sync.pending) continue;
      knob.set(values[knob.spec.name] ?? knob.spec.default);
    }
  }
}
