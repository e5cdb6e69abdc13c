/**
 * A label on the picture while it does not belong to the settings that the controls show. It is current if and only if it
 * is the recording of those settings; a coarser recording of the same settings is labelled as a preview.
 */

import { make } from "./dom.js";

/** @import { Work } from "./types.d.ts" */

const PATIENCE = 250; // ms; a picture that comes sooner is never labelled
const COMPUTING = { state: "computing", words: "Computing this one." };

/** @param {Record<string, string> | undefined} one @param {Record<string, string>} other settings as the URL has them */
export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * What `data-stale` says: computing (no answer yet), release (trained after the control is released), refused, silent (no
 * answer came), draft (a coarse preview), and of the work of a page what app/state/pending.py says: waiting, preparing, training,
 * refining, full, failed, stopped.
 * @typedef {{state?: string, words: string, share?: number | null, soon?: boolean, coarse?: boolean}} Reason
 *   soon: known to take longer; coarse: a preview of the setting itself
 */

export class Mark {
  /** @param {import("./stage.js").Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.words = make("p", { class: "stage-mark-words", role: "status" });
    this.share = make("span", { class: "stage-mark-share", "aria-hidden": "true" }); // a screen reader would read each percent
    this.element = make("div", { class: "stage-mark", hidden: true }, this.words, this.share);
    /** @type {Work | null} */
    this.work = null;
    /** @type {Reason | null} */
    this.shown = null;
    /** @type {number | null} ms, since when the picture is not that of the controls */
    this.since = null;
    /** @type {boolean | undefined} whether the picture is of another setting; undefined before the first update */
    this.earlier = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.ahead = false; // whether the page's own widgets show what the page has not processed
    stage.element.append(make("div", { class: "stage-board" }, make("div", { class: "stage-board-top" }, this.element)));
    this.show(null);
  }

  /** Progress of the page's work for a setting; null if there is none. @param {Work | null} work */
  setWork(work) {
    this.work = work;
    this.update();
  }

  /** The page's own widgets are ahead of the page, or no longer. @param {boolean} ahead @param {number} [stamp] ms, since when */
  setAhead(ahead, stamp) {
    if (ahead && !this.ahead) this.since ??= stamp ?? null;
    this.ahead = ahead;
    this.update();
  }

  /** @returns {Reason | null} why the picture is not that of the controls */
  reason() {
    const { recording, wanted, sync } = this.stage;
    if (sync.pendingReason) return sync.pendingReason;
    if (this.ahead) return COMPUTING;
    if (!wanted) return null;
    const work = this.work && same(this.work.query, wanted.query) ? { ...this.work, soon: true } : null;
    if (!recording) return work ?? { ...COMPUTING, soon: true };
    if (!same(recording.query, wanted.query)) return work ?? { ...COMPUTING, soon: this.stage.late };
    if (!recording.draft) return null;
    return { ...(work ?? { words: sync.dragging ? "Release to refine." : sync.beforePreview ? "Click to refine." : "Refining." }), coarse: true };
  }

  /** Show or hide the mark, at once or when the picture has been late for long enough. */
  update() {
    clearTimeout(this.timer);
    const reason = this.reason();
    if (!reason) this.since = null;
    else this.since ??= performance.now();
    const left = (this.since ?? 0) + PATIENCE - performance.now();
    if (!reason || reason.soon || this.shown || left <= 0) return this.show(reason);
    this.timer = setTimeout(() => this.update(), left);
  }

  /** A live picture was drawn; the pointer may have moved on since. @param {number} lag ms from the pointer's move to the picture */
  caughtUp(lag) {
    if (lag < PATIENCE) this.since = this.shown = null;
    this.update();
    if (!this.shown) this.show(null);
  }

  /** @param {Reason | null} reason */
  show(reason) {
    const { element, sidePanel, timeline } = this.stage;
    const state = !reason ? "" : reason.coarse ? "draft" : reason.state;
    const earlier = reason !== null && !reason.coarse;
    if (earlier !== this.earlier) timeline.freeze(earlier);
    [this.shown, this.earlier] = [reason, earlier];
    for (const part of [element, sidePanel.element]) if (part.dataset.stale !== state) part.dataset.stale = state;
    this.element.hidden = !reason;
    const [words, share] = reason ? this.texts(reason) : ["", ""];
    if (this.words.textContent !== words) this.words.textContent = words;
    if (this.share.textContent !== share) this.share.textContent = share;
    this.element.classList.toggle("has-share", share !== "");
    this.element.style.setProperty("--part", `${100 * (reason?.share ?? 0)}%`);
  }

  /** @param {Reason} reason @returns {[string, string]} what is read aloud, and the percent */
  texts({ state, words, share, coarse }) {
    const { recording } = this.stage;
    const what = !recording ? "" : coarse ? "Coarse preview." : recording.called || "Earlier setting.";
    const parts = state === "stopped" ? [words, what] : [what, words];
    return [parts.filter(Boolean).join(" "), typeof share === "number" && Number.isFinite(share) ? `: ${Math.round(100 * share)}%` : ""];
  }

  destroy() {
    clearTimeout(this.timer);
  }
}
