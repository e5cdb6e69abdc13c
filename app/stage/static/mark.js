/**
 * Says on the picture that it is not that of the settings which the controls show, and why. The picture is current if
 * and only if it is the recording of those settings; a coarser one of the same settings counts as a preview.
 */

import { make } from "./dom.js";

/** @import { Work } from "./types.d.ts" */

const PATIENCE = 250; // ms; an answer within them shows no mark
const COMPUTING = { state: "computing", words: "Computing this one." };

/** @param {Record<string, string> | undefined} one @param {Record<string, string>} other settings as the URL has them */
export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * What `data-stale` says: computing (no answer yet), release (to be trained once a hand lets go), refused, silent (no
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
    this.share = make("span", { class: "stage-mark-share", "aria-hidden": "true" }); // each percent read aloud would never end
    this.element = make("div", { class: "stage-mark", hidden: true }, this.words, this.share);
    /** @type {Work | null} */
    this.work = null;
    /** @type {Reason | null} */
    this.shown = null;
    /** @type {number | null} ms, since when the picture is not that of the controls */
    this.since = null;
    /** @type {boolean | undefined} whether the picture is of another setting; undefined before the first judgement */
    this.earlier = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.elsewhere = false; // whether other controls of the page show what it has not heard
    stage.element.append(make("div", { class: "stage-board" }, make("div", { class: "stage-board-top" }, this.element)));
    this.show(null);
  }

  /** How the work stands that a page does for a setting; null when it does none. @param {Work | null} work */
  tell(work) {
    this.work = work;
    this.judge();
  }

  /** Other controls of the page were changed, or are heard. @param {boolean} ahead @param {number} [stamp] when */
  differ(ahead, stamp) {
    if (ahead && !this.elsewhere) this.since ??= stamp ?? null;
    this.elsewhere = ahead;
    this.judge();
  }

  /** @returns {Reason | null} why the picture is not that of the controls */
  reason() {
    const { recording, wanted, exchange } = this.stage;
    if (exchange.lag) return exchange.lag;
    if (this.elsewhere) return COMPUTING;
    if (!wanted) return null;
    const work = this.work && same(this.work.query, wanted.query) ? { ...this.work, soon: true } : null;
    if (!recording) return work ?? { ...COMPUTING, soon: true };
    if (!same(recording.query, wanted.query)) return work ?? { ...COMPUTING, soon: this.stage.late };
    if (!recording.draft) return null;
    return { ...(work ?? { words: exchange.held ? "Release to refine." : exchange.kept ? "Click to refine." : "Refining." }), coarse: true };
  }

  /** Something changed on which the mark depends. */
  judge() {
    clearTimeout(this.timer);
    const reason = this.reason();
    if (!reason) this.since = null;
    else this.since ??= performance.now();
    const left = (this.since ?? 0) + PATIENCE - performance.now();
    if (!reason || reason.soon || this.shown || left <= 0) return this.show(reason);
    this.timer = setTimeout(() => this.judge(), left);
  }

  /** A picture has followed the hand, which may have moved on since. @param {number} lag in ms */
  followed(lag) {
    if (lag < PATIENCE) this.since = this.shown = null;
    this.judge();
    if (!this.shown) this.show(null);
  }

  /** @param {Reason | null} reason */
  show(reason) {
    const { element, desk, timeline } = this.stage;
    const state = !reason ? "" : reason.coarse ? "draft" : reason.state;
    const earlier = reason !== null && !reason.coarse;
    if (earlier !== this.earlier) timeline.freeze(earlier);
    [this.shown, this.earlier] = [reason, earlier];
    for (const part of [element, desk.element]) if (part.dataset.stale !== state) part.dataset.stale = state;
    this.element.hidden = !reason;
    const [words, share] = reason ? this.say(reason) : ["", ""];
    if (this.words.textContent !== words) this.words.textContent = words;
    if (this.share.textContent !== share) this.share.textContent = share;
    this.element.classList.toggle("has-share", share !== "");
    this.element.style.setProperty("--part", `${100 * (reason?.share ?? 0)}%`);
  }

  /** @param {Reason} reason @returns {[string, string]} what is read aloud, and the percent */
  say({ state, words, share, coarse }) {
    const { recording } = this.stage;
    const what = !recording ? "" : coarse ? "Coarse preview." : recording.called || "Earlier setting.";
    const parts = state === "stopped" ? [words, what] : [what, words];
    return [parts.filter(Boolean).join(" "), typeof share === "number" && Number.isFinite(share) ? `: ${Math.round(100 * share)}%` : ""];
  }

  destroy() {
    clearTimeout(this.timer);
  }
}
