/**
 * What the page's own widgets show. They change at once and the page hears of it later, on a slow network much later; in
 * between nobody but the document itself knows that the picture is not theirs any more.
 */

const PLACES = "[class*='st-key-controls'], [class*='-presets'], [data-testid=stPopoverBody]";
const SAYING = "input, [aria-checked], [aria-valuenow], [data-testid=stMultiSelectTagsContainer]";
const KEYS = /^(Enter|Tab| |Arrow.*|Delete|Backspace)$/;
const [SOON, LATER] = [40, 350]; // ms after a gesture at which the widgets are looked at; some take their time
const PATIENCE = 2000; // ms that a change is thought to be on its way behind a run that was under way before

/** What a part of a widget says, or null while somebody types. @param {HTMLInputElement} part @param {boolean} entered */
function says(part, entered) {
  if (part.getAttribute("aria-expanded") === "true" || (part.type === "text" && part === document.activeElement && !entered)) return null;
  return [part.value ?? part.textContent, part.checked, part.getAttribute("aria-checked"), part.getAttribute("aria-valuenow")].join();
}

const parts = () => [...document.querySelectorAll(PLACES)].flatMap((place) => [...place.querySelectorAll(SAYING)]);

export class Widgets {
  /** @param {(ahead: boolean, stamp?: number) => void} differ told when they show what the page has not heard, and when no more */
  constructor(differ) {
    this.differ = differ;
    this.stamp = this.begun = 0;
    for (const name of ["click", "keydown", "change"]) document.addEventListener(name, (event) => this.look(event), true);
    const app = document.querySelector("[data-test-script-state]");
    if (app) new MutationObserver(() => this.run(app.dataset.testScriptState)).observe(app, { attributeFilter: ["data-test-script-state"] });
    this.heard();
  }

  /** Somebody did something somewhere. @param {Event & {key?: string}} event */
  look({ key, target, timeStamp }) {
    if ((key && !KEYS.test(key)) || target.closest?.(".stage, .stage-desk")) return;
    const compare = () => this.compare(timeStamp, key === "Enter");
    setTimeout(compare, SOON);
    setTimeout(() => this.begun < timeStamp && compare(), LATER); // a run that has begun may have set the widgets itself
  }

  /** @param {number} stamp of the gesture @param {boolean} entered whether what is typed counts */
  compare(stamp, entered) {
    const changed = ([part, known]) => part.isConnected && ![known, null].includes(says(part, entered));
    if (![...this.known].some(changed)) return;
    this.stamp = stamp;
    this.differ(true, stamp);
  }

  /** The page begins or ends a run. One that was under way already knows nothing of a later change. @param {string} state */
  run(state) {
    clearTimeout(this.later);
    if (state === "running") this.begun = performance.now();
    else if (this.begun >= this.stamp) this.heard();
    else this.later = setTimeout(() => this.heard(), PATIENCE);
  }

  /** The page knows of all that they show, or shows itself what it wants. */
  heard() {
    this.known = new Map(parts().map((part) => [part, says(part, true)]));
    this.differ(false);
  }
}
