/**
 * What the page's own widgets show. They change at once and the page hears of it later, on a slow network much later; in
 * between nobody but the document itself knows that the picture is not theirs any more.
 */

const PLACES = "[class*='st-key-controls'], [class*='-presets'], [data-testid=stPopoverBody]";
const SAYING = "input:not([type=file]), [aria-checked], [aria-valuenow], [data-testid=stMultiSelectTagsContainer]";
const SOON = [40, 350]; // ms after a gesture at which the widgets are looked at; some take their time
const MOST = 3; // runs that end after a change and say nothing of it: it is none that matters

/** @typedef {HTMLInputElement} Part of a widget; the properties of one that is no input are undefined */

/** What a part of a widget says, or null while somebody types. @param {Part} part @param {boolean} [entered] */
function says(part, entered) {
  const typing = ["text", "number"].includes(part.type) && part === document.activeElement && !entered;
  if (typing || part.getAttribute("aria-expanded") === "true") return null;
  return [part.value ?? part.textContent, part.checked, part.getAttribute("aria-checked"), part.getAttribute("aria-valuenow")].join();
}

/** @returns {Part[]} */
const parts = () => [...document.querySelectorAll(PLACES)].flatMap((place) => /** @type {Part[]} */ ([...place.querySelectorAll(SAYING)]));

export class Widgets {
  /** @param {(ahead: boolean, stamp?: number) => void} differ told when they show what the page has not heard, and when no more */
  constructor(differ) {
    this.differ = differ;
    /** @type {Map<Part, string | null>} */
    this.known = new Map(); // what they showed before the first change that the page has not heard
    this.ahead = false;
    this.stamp = 0; // ms, of the last gesture that made a difference
    this.answered = 0; // ms, when the page last wanted another setting
    this.begun = 0; // ms, when the page's last run began
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
    if (!this.ahead) this.known = new Map(parts().map((part) => [part, says(part, fresh) ?? this.known.get(part) ?? null]));
  }

  /** Something was done. @param {Event & {key?: string}} event */
  look({ type, key, target, timeStamp }) {
    if (target instanceof Element && target.closest(".stage, .stage-desk")) return;
    const entered = key === "Enter" || type === "change";
    for (const delay of SOON) setTimeout(() => this.answered < timeStamp && this.compare(timeStamp, entered), delay);
  }

  /** @param {number} stamp of the gesture @param {boolean} [entered] whether what is typed counts */
  compare(stamp, entered) {
    /** @param {Part} part */
    const now = (part) => says(part, entered || this.ahead);
    /** @param {[Part, string | null]} entry */
    const changed = ([part, known]) => known !== null && part.isConnected && ![known, null].includes(now(part)); // null: unknown
    this.turn([...this.known].some(changed), stamp);
  }

  /** @param {boolean} ahead @param {number} [stamp] of the gesture that made the difference */
  turn(ahead, stamp) {
    if (ahead && stamp !== undefined && stamp > this.stamp) [this.stamp, this.ends] = [stamp, 0];
    this.ahead = ahead;
    this.differ(ahead, stamp);
  }

  /** The page wants another setting than before: it has heard of a change, of the last one if its run began later. */
  answer() {
    this.answered = performance.now();
    if (this.begun > this.stamp) this.turn(false);
  }

  /** The page begins or ends a run. @param {string} state */
  run(state) {
    if (state === "running") this.begun = performance.now();
    else if (this.ahead && (this.answered > this.stamp || (this.ends += 1) >= MOST)) this.turn(false);
    else if (this.ahead) this.compare(this.stamp);
  }
}
