/** What the user changes: asked for live while it moves, committed to the page when it is released. */

import { Live } from "./live.js";

/** @import { LiveRequest, Payload, Problem, Recording, Report, Settings, Wanted } from "./types.d.ts" */

const OUTSTANDING = 5000; // ms after which an unanswered report no longer holds back the page's payloads

export class Exchange {
  /** Sends a report to the page; set by whoever mounts the stage. @type {(name: string, report: Report) => void} */
  report;

  /** @param {import("./stage.js").Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {Settings} that no drawn recording holds yet */
    this.wishes = {};
    /** @type {Settings} changed since the last commit */
    this.dragged = {};
    /** @type {Settings} committed, to which the page has not answered */
    this.unheard = {};
    /** @type {{recording: Recording, wanted: Wanted} | null} what was shown before the preview */
    this.kept = null;
    /** @type {Payload | null} that came during a drag */
    this.deferred = null;
    /** @type {{text: string, later: boolean} | null} what went wrong last */
    this.problem = null;
    this.held = false;
    this.refused = false;
    this.gone = false;
    this.turn = 0;
    this.serial = 0;
    this.reported = -Infinity; // ms, when the page was told last
    this.live = new Live({
      address: (settings) => this.address(settings),
      draw: (payload, wish) => this.draw(payload, wish),
      fail: (problem) => this.fail(problem),
    });
  }

  /** @param {Settings} settings */
  address(settings) {
    const { scene, wanted, digest, store } = this.stage;
    const query = new URLSearchParams((this.kept?.wanted ?? wanted).query);
    for (const [name, value] of Object.entries(settings)) query.set(name, String(value));
    query.set("draft", "true");
    query.set("have", [digest, ...store.arrays.keys()].join(","));
    return new URL(`live/${encodeURIComponent(scene.lesson)}?${query}`, document.baseURI).href;
  }

  /** A finger took hold of something. */
  hold() {
    this.restore();
    this.held = true;
    this.turn += 1;
  }

  /** @param {Settings} settings @param {number} stamp when the pointer moved */
  ask(settings, stamp) {
    Object.assign(this.wishes, settings);
    Object.assign(this.dragged, settings);
    this.refused = false;
    this.live.ask({ ...this.wishes }, stamp);
    this.stage.mark.judge();
  }

  /** Show a setting for as long as the pointer stays; nothing is committed. @param {Settings} settings @param {number} stamp */
  preview(settings, stamp) {
    if (this.held) return;
    this.kept ??= { recording: this.stage.recording, wanted: this.stage.wanted };
    this.live.ask(settings, stamp, true);
  }

  /** The pointer left: back to the picture before the preview. */
  restore() {
    const { kept, live, stage } = this;
    if (!kept) return;
    this.kept = live.wish = null;
    this.answered();
    stage.wanted = kept.wanted;
    if (kept.recording !== stage.recording) stage.show(kept.recording);
    stage.settle();
  }

  /** What was previewed is wanted. @param {Settings} settings @param {number} stamp */
  accept(settings, stamp) {
    this.kept = null;
    this.hold();
    this.ask(settings, stamp);
    this.release();
  }

  /** Whether the picture may change again in a moment. */
  get busy() {
    return this.held || Boolean(this.kept);
  }

  /** The finger let go: the last live picture first, then the commit. */
  async release() {
    if (!this.held) return;
    const turn = (this.turn += 1);
    await this.live.idle();
    if (turn !== this.turn || this.gone) return;
    this.held = false;
    if (this.refused) [this.wishes, this.dragged, this.problem] = [{}, {}, null];
    const settings = this.dragged;
    this.dragged = {};
    if (Object.keys(settings).length) this.tell("commit", { settings });
    else if (this.deferred) this.stage.receive(this.deferred);
    this.deferred = null;
    if (this.refused) this.stage.refresh();
    this.stage.mark.judge();
    this.stage.settle();
  }

  /**
   * Tell the page, with a number that its answer will carry. While a page is busy, Streamlit keeps but the last report
   * for it: so each one holds all settings that are still without an answer.
   * @param {"commit" | "playhead" | "drawn"} name @param {{settings?: Settings, step?: number}} value
   */
  tell(name, value) {
    this.serial += 1;
    this.reported = performance.now();
    Object.assign(this.unheard, value.settings);
    const settings = Object.keys(this.unheard).length ? { ...this.unheard } : undefined;
    this.report(settings ? "commit" : name, { ...value, settings, serial: this.serial });
  }

  /** Whether a payload from the page may be drawn, which waits while something is dragged. @param {Payload} payload */
  admits(payload) {
    if (this.held) this.deferred = payload;
    return this.hears(payload.view.serial);
  }

  /**
   * Whether the page may have its say: not while something is dragged, and not when it had not yet heard the last report.
   * @param {number} [serial] of the last report that it had heard
   */
  hears(serial = 0) {
    const older = serial < this.serial && performance.now() - this.reported < OUTSTANDING;
    if (serial >= this.serial) [this.serial, this.unheard] = [serial, {}];
    return !older && !this.held;
  }

  /** The page has heard all wishes. */
  settle() {
    this.wishes = {};
    this.answered();
  }

  /** What went wrong last is past. */
  answered() {
    this.problem = null;
    this.stage.say("");
  }

  /** Why the picture is behind the hand, if it is. @returns {import("./mark.js").Reason | null} */
  get lag() {
    if (!Object.keys(this.wishes).length) return null;
    if (this.problem?.later && this.held) return { state: "release", words: "Release to train this one." };
    if (this.problem && !this.problem.later) return { state: this.refused ? "refused" : "silent", words: this.problem.text };
    return { state: "computing", words: "Computing this one." };
  }

  /** The page left the scene out, because it sent it before; a stage that no longer has it asks the live route. @param {Payload} payload */
  complete({ query, view }) {
    const address = `live/${encodeURIComponent(view.lesson)}?${new URLSearchParams(query)}`;
    this.live.whole(new URL(address, document.baseURI).href, (payload) => this.stage.receive({ ...payload, view }));
  }

  /** @param {Payload} payload @param {LiveRequest} wish */
  draw(payload, wish) {
    if (this.gone || (wish.preview && !this.kept)) return;
    for (const [name, value] of Object.entries(wish.settings)) if (this.wishes[name] === value) delete this.wishes[name];
    this.answered();
    if (!this.stage.store.complete(payload)) return this.live.ask(wish.settings, wish.stamp, wish.preview);
    this.stage.wanted = { query: payload.query, values: payload.values };
    this.stage.show(payload);
    const lag = performance.now() - wish.stamp;
    this.stage.element.dataset.liveMs = lag.toFixed(1);
    this.stage.mark.followed(lag);
  }

  /** @param {Problem} problem */
  fail({ parameter, message, refused = false, later = false }) {
    const text = parameter && !message.includes(parameter) ? `${parameter}: ${message}` : message;
    this.refused = refused;
    this.problem = { text, later };
    this.stage.say(text);
    this.stage.mark.judge();
  }

  destroy() {
    this.gone = true;
    this.live.destroy();
  }
}
