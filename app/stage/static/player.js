/** The bar under the panels: play, step, scrub, speed, loop. */

import { icon, make } from "./dom.js";

const ICONS = {
  play: () => icon("M7 4.5v15l12.5-7.5z"),
  pause: () => icon("M7 5h3.5v14H7zM13.5 5H17v14h-3.5z"),
  back: () => icon("M5 5h2.4v14H5zM19 5v14L8.6 12z"),
  forward: () => icon("M16.6 5H19v14h-2.4zM5 5v14l10.4-7z"),
  loop: () => icon("M17 3.5l4 4-4 4V9H8a3 3 0 0 0-3 3v1H2.6v-1A5.4 5.4 0 0 1 8 6.6h9zM7 20.5l-4-4 4-4V15h9a3 3 0 0 0 3-3v-1h2.4v1A5.4 5.4 0 0 1 16 17.4H7z"),
};

const SPEEDS = [0.25, 0.5, 1, 2, 4];

export class Player {
  /** @param {import("./timeline.js").Timeline} timeline */
  constructor(timeline) {
    this.timeline = timeline;
    this.shown = -1; // step
    this.total = -1; // steps
    /** @param {string} label @param {Node} picture @param {() => void} act */
    const button = (label, picture, act) => make("button", { type: "button", "aria-label": label, title: label, onclick: act }, picture);
    this.toggle = button("Play", ICONS.play(), () => timeline.toggle());
    this.toggle.classList.add("is-primary");
    this.scrubber = make("input", {
      type: "range", min: "0", value: "0", step: "1", "aria-label": "Step",
      oninput: () => {
        timeline.scrub(Number(this.scrubber.value));
      },
      onchange: () => timeline.rest(),
    });
    this.count = make("span", { class: "stage-count" });
    this.speed = make("select", { "aria-label": "Speed", title: "Speed" });
    this.speed.addEventListener("change", () => timeline.setSpeed(Number(this.speed.value)));
    for (const speed of SPEEDS) this.speed.append(make("option", { value: speed, selected: speed === 1 }, `${speed}×`));
    this.loop = button("Loop", ICONS.loop(), () => {
      timeline.loop = !timeline.loop;
      this.loop.setAttribute("aria-pressed", String(timeline.loop));
    });
    this.loop.setAttribute("aria-pressed", "false");
    this.element = make(
      "div",
      { class: "stage-player", role: "group", "aria-label": "Player" },
      button("Step back", ICONS.back(), () => timeline.put(timeline.step - 1)),
      this.toggle,
      button("Step forward", ICONS.forward(), () => timeline.put(timeline.step + 1)),
      this.scrubber,
      this.count,
      this.speed,
      this.loop,
    );
  }

  /** Show where the playhead stands. @param {{unit: string, ticks: string[]}} scene */
  update({ unit, ticks }) {
    const { step, steps } = this.timeline;
    const count = ticks[step] ?? `${step} / ${steps}`;
    if (this.shown === step && this.total === steps && this.count.textContent === count) return;
    [this.shown, this.total] = [step, steps];
    this.scrubber.max = String(steps);
    this.scrubber.value = String(step);
    this.scrubber.style.setProperty("--part", `${(100 * step) / steps}%`);
    this.scrubber.setAttribute("aria-valuetext", `${ticks[step] ? `${ticks[step]}, ` : ""}${unit} ${step} of ${steps}`);
    this.count.textContent = count;
  }

  changed() {
    const { playing } = this.timeline;
    const label = playing ? "Pause" : "Play";
    this.toggle.replaceChildren(playing ? ICONS.pause() : ICONS.play());
    this.toggle.setAttribute("aria-label", label);
    this.toggle.title = label;
  }
}

const TYPING = "input, textarea, select, [contenteditable], [role=slider]:not(.stage-handle), [role=textbox], [role=combobox], [role=listbox]";

/**
 * Keys work while the focus is on the stage or nowhere, never in a field.
 * @param {KeyboardEvent} event @param {HTMLElement} stage @param {import("./timeline.js").Timeline} timeline
 */
export function press(event, stage, timeline) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  if (target !== document.body && !stage.contains(target)) return;
  const scrubber = target.matches("input[type=range]") && target.closest(".stage-player");
  if (target.closest(TYPING) && !(scrubber && event.key === " ")) return;
  if (event.key === " " && target.closest("button, summary, a")) return;
  /** @type {Record<string, () => void>} */
  const acts = {
    " ": () => timeline.toggle(),
    ArrowLeft: () => timeline.put(timeline.step - 1),
    ArrowRight: () => timeline.put(timeline.step + 1),
    Home: () => timeline.put(0),
    End: () => timeline.put(timeline.steps),
  };
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}
