/**
 * Watches the page's own widgets. They change at once, but the page learns of it only with its next run, on a slow
 * network much later; in between only the document shows that the picture no longer belongs to them.
 */

const CONTAINERS = "[class*='st-key-controls'], [class*='-presets'], [data-testid=stPopoverBody]";
const VALUES = "input:not([type=file]), [aria-checked], [aria-valuenow], [data-testid=stMultiSelectTagsContainer]";
const CHECK_AFTER = [40, 350]; // ms after a gesture at which the widgets are compared; some change late
const SILENT_RUNS = 3; // runs that may end without another wanted setting, before a change counts as one that matters to no picture

/** @typedef {HTMLInputElement} Part of a widget; the properties of one that is no input are undefined */

/** What a part of a widget shows; null while the user types in it. @param {Part} part @param {boolean} [entered] */
function valueOf(part, entered) {
  const typing = ["text", "number"].includes(part.type) && part === document.activeElement && !entered;
  if (typing || part.getAttribute("aria-expanded") === "true") return null;
  return [part.value ?? part.textContent, part.checked, part.getAttribute("aria-checked"), part.getAttribute("aria-valuenow")].join();
}

/** @returns {Part[]} */
const parts = () => [...document.querySelectorAll(CONTAINERS)].flatMap((container) => /** @type {Part[]} */ ([...container.querySelectorAll(VALUES)]));

export class Widgets {
  /** @param {(ahead: boolean, stamp?: number) => void} onChange called when they are ahead of the page, and when no longer */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {Map<Part, string | null>} */
    this.known = new Map(); // what they showed before the first change that the page has not processed
    this.ahead = false;
    this.stamp = 0; // ms, of the last gesture that made a difference
    this.acknowledgedAt = 0; // ms, when the page last wanted another setting
    this.runBeganAt = 0; // ms, when the page's last run began
    this.ends = 0; // runs that ended since that gesture
    /** @param {string[]} names @param {(event: Event) => void} act */
    const listen = (names, act) => names.forEach((name) => document.addEventListener(name, act, true));
    listen(["pointerdown", "keydown", "focusin"], ({ type }) => this.note(type === "focusin"));
    listen(["click", "keydown", "change"], (event) => this.look(event));
    const app = /** @type {HTMLElement | null} */ (document.querySelector("[data-test-script-state]"));
    if (app) new MutationObserver(() => this.run(app.dataset.testScriptState ?? "")).observe(app, { attributeFilter: ["data-test-script-state"] });
  }

  /** Something is about to be done. @param {boolean} fresh whether a field that has the focus is still as it was */
  note(fresh) {
    if (!this.ahead) this.known = new Map(parts().map((part) => [part, valueOf(part, fresh) ?? this.known.get(part) ?? null]));
  }

  /** Something was done. @param {Event & {key?: string}} event */
  look({ type, key, target, timeStamp }) {
    if (target instanceof Element && target.closest(".stage, .stage-side-panel")) return;
    const entered = key === "Enter" || type === "change";
    for (const delay of CHECK_AFTER) setTimeout(() => this.acknowledgedAt < timeStamp && this.compare(timeStamp, entered), delay);
  }

  /** @param {number} stamp of the gesture @param {boolean} [entered] whether what is typed counts */
  compare(stamp, entered) {
    /** @param {Part} part */
    const now = (part) => valueOf(part, entered || this.ahead);
    /** @param {[Part, string | null]} entry */
    const changed = ([part, known]) => known !== null && part.isConnected && ![known, null].includes(now(part)); // null: unknown
    this.setAhead([...this.known].some(changed), stamp);
  }

  /** @param {boolean} ahead @param {number} [stamp] of the gesture that made the difference */
  setAhead(ahead, stamp) {
    if (ahead && stamp !== undefined && stamp > this.stamp) [this.stamp, this.ends] = [stamp, 0];
    this.ahead = ahead;
    this.onChange(ahead, stamp);
  }

  /** The page wants another setting: it has processed a change, and the last one too if its run began after that. */
  acknowledge() {
    this.acknowledgedAt = performance.now();
    if (this.runBeganAt > this.stamp) this.setAhead(false);
  }

  /** The page begins or ends a run. @param {string} state */
  run(state) {
    if (state === "running") this.runBeganAt = performance.now();
    else if (this.ahead && (this.acknowledgedAt > this.stamp || (this.ends += 1) >= SILENT_RUNS)) this.setAhead(false);
    else if (this.ahead) this.compare(this.stamp);
  }
}
