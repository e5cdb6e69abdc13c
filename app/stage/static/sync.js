/** Keeps stage and page in step: settings are requested live during a drag and committed to the page at its end. */

import { Live } from "./live.js";

/** @import { LiveRequest, Payload, Problem, Recording, Report, Settings, Wanted } from "./types.d.ts" */

const OUTSTANDING = 5000; // ms after which a report without an answer no longer makes the page's payloads outdated

export class Sync {
  /** Sends a report to the page; set by whoever mounts the stage. @type {(name: string, report: Report) => void} */
  send;

  /** @param {import("./stage.js").Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {Settings} requested, and not yet in a drawn recording */
    this.pending = {};
    /** @type {Settings} changed since the last commit */
    this.uncommitted = {};
    /** @type {Settings} committed, and not yet acknowledged by the page */
    this.unacknowledged = {};
    /** @type {{recording: Recording, wanted: Wanted} | null} what was shown before the preview */
    this.beforePreview = null;
    /** @type {Payload | null} of the page, which came during a drag and is drawn after it */
    this.queued = null;
    /** @type {{text: string, later: boolean} | null} what went wrong last */
    this.problem = null;
    this.dragging = false;
    this.refused = false;
    this.destroyed = false;
    this.generation = 0; // grows with each begin and end of a drag
    this.serial = 0; // of the last report
    this.reportedAt = -Infinity; // ms, when the last report was sent
    this.live = new Live({
      url: (settings) => this.url(settings),
      draw: (payload, request) => this.draw(payload, request),
      fail: (problem) => this.fail(problem),
    });
  }

  /** Address of the live route for the wanted setting with these changes. @param {Settings} settings */
  url(settings) {
    const { scene, wanted, digest, store } = this.stage;
    const query = new URLSearchParams((this.beforePreview?.wanted ?? wanted).query);
    for (const [name, value] of Object.entries(settings)) query.set(name, String(value));
    query.set("draft", "true");
    query.set("have", [digest, ...store.arrays.keys()].join(","));
    return new URL(`live/${encodeURIComponent(scene.lesson)}?${query}`, document.baseURI).href;
  }

  /** A control is pressed: from now on payloads of the page wait. */
  startDrag() {
    this.endPreview();
    this.dragging = true;
    this.generation += 1;
  }

  /** Ask the live route for a picture with these settings. @param {Settings} settings @param {number} stamp ms, when the pointer moved */
  request(settings, stamp) {
    Object.assign(this.pending, settings);
    Object.assign(this.uncommitted, settings);
    this.refused = false;
    this.live.request({ ...this.pending }, stamp);
    this.stage.mark.update();
  }

  /** Show a setting for as long as the pointer stays; nothing is committed. @param {Settings} settings @param {number} stamp */
  preview(settings, stamp) {
    if (this.dragging) return;
    this.beforePreview ??= { recording: this.stage.recording, wanted: this.stage.wanted };
    this.live.request(settings, stamp, true);
  }

  /** Show again what was shown before the preview. */
  endPreview() {
    const { beforePreview, live, stage } = this;
    if (!beforePreview) return;
    this.beforePreview = live.next = null;
    this.clearProblem();
    stage.wanted = beforePreview.wanted;
    if (beforePreview.recording !== stage.recording) stage.show(beforePreview.recording);
    stage.settle();
  }

  /** Commit what was previewed. @param {Settings} settings @param {number} stamp */
  accept(settings, stamp) {
    this.beforePreview = null;
    this.startDrag();
    this.request(settings, stamp);
    this.endDrag();
  }

  /** Whether the picture may change again in a moment. */
  get busy() {
    return this.dragging || Boolean(this.beforePreview);
  }

  /** The control is released: the last live picture first, then the commit. Another drag meanwhile takes over both. */
  async endDrag() {
    if (!this.dragging) return;
    const generation = (this.generation += 1);
    await this.live.idle();
    if (generation !== this.generation || this.destroyed) return;
    this.dragging = false;
    if (this.refused) [this.pending, this.uncommitted, this.problem] = [{}, {}, null];
    const settings = this.uncommitted;
    this.uncommitted = {};
    if (Object.keys(settings).length) this.report("commit", { settings });
    else if (this.queued) this.stage.receive(this.queued);
    this.queued = null;
    if (this.refused) this.stage.refresh();
    this.stage.mark.update();
    this.stage.settle();
  }

  /**
   * Send a report with a serial number, which the page's next payload repeats. Streamlit keeps only the last report for a
   * busy page, so each one repeats all settings that are not acknowledged.
   * @param {"commit" | "playhead" | "drawn"} name @param {{settings?: Settings, step?: number}} value
   */
  report(name, value) {
    this.serial += 1;
    this.reportedAt = performance.now();
    Object.assign(this.unacknowledged, value.settings);
    const settings = Object.keys(this.unacknowledged).length ? { ...this.unacknowledged } : undefined;
    this.send(settings ? "commit" : name, { ...value, settings, serial: this.serial });
  }

  /** Whether a payload of the page may be drawn; during a drag it is queued. @param {Payload} payload */
  accepts(payload) {
    if (this.dragging) this.queued = payload;
    return this.isCurrent(payload.view.serial);
  }

  /**
   * Whether a payload is up to date: nothing is dragged, and it was made after the page had the last report.
   * @param {number} [serial] of the last report that the page had when it made the payload
   */
  isCurrent(serial = 0) {
    const older = serial < this.serial && performance.now() - this.reportedAt < OUTSTANDING;
    if (serial >= this.serial) [this.serial, this.unacknowledged] = [serial, {}];
    return !older && !this.dragging;
  }

  /** The page has every pending setting. */
  acknowledge() {
    this.pending = {};
    this.clearProblem();
  }

  clearProblem() {
    this.problem = null;
    this.stage.say("");
  }

  /** Why the picture is not yet that of the pending settings; null if there are none. @returns {import("./mark.js").Reason | null} */
  get pendingReason() {
    if (!Object.keys(this.pending).length) return null;
    if (this.problem?.later && this.dragging) return { state: "release", words: "Release to train this one." };
    if (this.problem && !this.problem.later) return { state: this.refused ? "refused" : "silent", words: this.problem.text };
    return { state: "computing", words: "Computing this one." };
  }

  /** Fetch a scene that the page left out because it sent it before, and that this stage no longer has. @param {Payload} payload */
  fetchScene({ query, view }) {
    const url = `live/${encodeURIComponent(view.lesson)}?${new URLSearchParams(query)}`;
    this.live.fetchOnce(new URL(url, document.baseURI).href, (payload) => this.stage.receive({ ...payload, view }));
  }

  /** An answer of the live route. @param {Payload} payload @param {LiveRequest} request */
  draw(payload, request) {
    if (this.destroyed || (request.preview && !this.beforePreview)) return;
    for (const [name, value] of Object.entries(request.settings)) if (this.pending[name] === value) delete this.pending[name];
    this.clearProblem();
    if (!this.stage.store.complete(payload)) return this.live.request(request.settings, request.stamp, request.preview);
    this.stage.wanted = { query: payload.query, values: payload.values };
    this.stage.show(payload);
    const lag = performance.now() - request.stamp;
    this.stage.element.dataset.liveMs = lag.toFixed(1);
    this.stage.mark.caughtUp(lag);
  }

  /** The live route has no picture. @param {Problem} problem */
  fail({ parameter, message, refused = false, later = false }) {
    const text = parameter && !message.includes(parameter) ? `${parameter}: ${message}` : message;
    this.refused = refused;
    this.problem = { text, later };
    this.stage.say(text);
    this.stage.mark.update();
  }

  destroy() {
    this.destroyed = true;
    this.live.destroy();
  }
}
