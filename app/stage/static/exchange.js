/** What the user changes: asked for live while it moves, committed to the page when it is released. */

import { Live } from "./live.js";

const OUTSTANDING = 5000; // ms after which an unanswered report no longer holds back the page's payloads

export class Exchange {
  /** @param {import("./stage.js").Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.wishes = {}; // settings that no drawn recording holds yet
    this.dragged = {}; // settings changed since the last commit
    this.unheard = {}; // settings committed, to which the page has not answered
    this.held = false;
    [this.turn, this.serial, this.reported] = [0, 0, -Infinity];
    this.live = new Live({
      address: (settings) => this.address(settings),
      draw: (payload, wish) => this.draw(payload, wish),
      fail: (problem) => this.fail(problem),
    });
  }

  /** @param {Record<string, any>} settings */
  address(settings) {
    const { scene, recording, digest, store } = this.stage;
    const query = new URLSearchParams(recording.query);
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

  /** @param {Record<string, any>} settings @param {number} stamp when the pointer moved */
  ask(settings, stamp) {
    Object.assign(this.wishes, settings);
    Object.assign(this.dragged, settings);
    this.refused = false;
    this.live.ask({ ...this.wishes }, stamp);
  }

  /** Show a setting for as long as the pointer stays; nothing is committed. @param {Record<string, any>} settings @param {number} stamp */
  preview(settings, stamp) {
    if (this.held) return;
    this.kept ??= this.stage.recording;
    this.live.ask(settings, stamp, true);
  }

  /** The pointer left: back to the picture before the preview. */
  restore() {
    const { kept, live, stage } = this;
    if (!kept) return;
    this.kept = live.wish = null;
    stage.say("");
    if (kept !== stage.recording) stage.show(kept);
    stage.settle();
  }

  /** What was previewed is wanted. @param {Record<string, any>} settings @param {number} stamp */
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
    if (this.refused) [this.wishes, this.dragged] = [{}, {}];
    const settings = this.dragged;
    this.dragged = {};
    if (Object.keys(settings).length) this.tell("commit", { settings });
    else if (this.deferred) this.stage.receive(this.deferred);
    this.deferred = null;
    if (this.refused) this.stage.refresh();
    this.stage.settle();
  }

  /**
   * Tell the page, with a number that its answer will carry. While a page is busy, Streamlit keeps but the last report
   * for it: so each one holds all settings that are still without an answer.
   * @param {"commit" | "playhead" | "drawn"} name @param {{settings?: Record<string, any>, step?: number}} value
   */
  tell(name, value) {
    this.serial += 1;
    this.reported = performance.now();
    Object.assign(this.unheard, value.settings);
    const settings = Object.keys(this.unheard).length ? { ...this.unheard } : undefined;
    this.report(settings ? "commit" : name, { ...value, settings, serial: this.serial });
  }

  /**
   * Whether a payload from the page may be drawn: not while something is dragged, and not when the page had not yet
   * heard the last report.
   * @param {any} payload
   */
  admits(payload) {
    const serial = payload.view.serial ?? 0;
    const older = serial < this.serial && performance.now() - this.reported < OUTSTANDING;
    if (serial >= this.serial) [this.serial, this.unheard] = [serial, {}];
    if (this.held) this.deferred = payload;
    return !older && !this.held;
  }

  /** The page left the scene out, because it sent it before; a stage that no longer has it asks the live route. */
  complete({ query, view }) {
    const address = `live/${encodeURIComponent(view.lesson)}?${new URLSearchParams(query)}`;
    this.live.whole(new URL(address, document.baseURI).href, (payload) => this.stage.receive({ ...payload, view }));
  }

  /** @param {any} payload @param {{settings: Record<string, any>, stamp: number, preview: boolean}} wish */
  draw(payload, wish) {
    if (this.gone || (wish.preview && !this.kept)) return;
    for (const [name, value] of Object.entries(wish.settings)) if (this.wishes[name] === value) delete this.wishes[name];
    this.stage.say("");
    if (!this.stage.store.complete(payload)) return this.live.ask(wish.settings, wish.stamp, wish.preview);
    this.stage.show(payload);
    this.stage.element.dataset.liveMs = (performance.now() - wish.stamp).toFixed(1);
  }

  /** @param {{parameter?: string, message: string, refused: boolean}} problem */
  fail({ parameter, message, refused }) {
    this.refused = refused;
    this.stage.say(parameter && !message.includes(parameter) ? `${parameter}: ${message}` : message);
  }

  destroy() {
    this.gone = true;
    this.live.destroy();
  }
}
