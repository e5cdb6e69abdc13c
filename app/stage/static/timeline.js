/** Time on the stage: a step that plays, pauses, loops, or is set by the user. */

import { clamp } from "./dom.js";

/** 300 steps last this many seconds at 1x; longer runs a little more, shorter ones a little less. */
const SECONDS = 6;
const REST_BEFORE_LOOP = 0.7;

export class Timeline {
  /**
   * @param {object} listener
   * @param {(t: number) => void} listener.draw
   * @param {() => void} listener.changed playing, speed or loop changed
   * @param {(step: number) => void} listener.rested the user moved the playhead
   */
  constructor(listener) {
    this.listener = listener;
    this.steps = 1;
    this.seconds = SECONDS;
    this.t = 0;
    this.speed = 1;
    this.loop = false;
    this.playing = false;
    this.frozen = false;
    this.touched = false; // whether the user moved the playhead
    /** @type {number | null} ms of the last animation frame */
    this.before = null;
    this.frame = 0; // number of the animation frame that is asked for
  }

  get step() {
    return Math.floor(this.t + 1e-9);
  }

  /** A timeline of another length keeps the playhead's position, at the end if it was there. @param {number} steps @param {number | null} [seconds] of a playback at 1x */
  resize(steps, seconds = null) {
    this.t = this.t >= this.steps ? steps : Math.min(this.t, steps);
    this.steps = Math.max(steps, 1);
    this.seconds = seconds ?? SECONDS * Math.sqrt(this.steps / 300);
  }

  play() {
    if (this.playing) return;
    if (this.t >= this.steps) this.t = 0;
    this.playing = true;
    this.listener.changed();
    this.freeze(false);
    this.run();
  }

  run() {
    this.before = null;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  /** Stand still for a while without being paused, and go on from there. Play goes on at once. @param {boolean} frozen */
  freeze(frozen) {
    if (frozen === this.frozen) return;
    this.frozen = frozen;
    if (frozen) cancelAnimationFrame(this.frame);
    else if (this.playing) this.run();
  }

  /** @param {boolean} [report] whether the user asked for it */
  pause(report = true) {
    cancelAnimationFrame(this.frame);
    if (!this.playing) return;
    this.playing = false;
    this.t = this.step;
    this.listener.changed();
    this.listener.draw(this.t);
    if (report) this.rest();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** @param {number} now ms of the animation frame */
  tick(now) {
    const rate = this.steps / this.seconds;
    const passed = this.before === null ? 0 : Math.min(now - this.before, 250) / 1000;
    this.before = now;
    this.t += passed * rate * this.speed;
    const end = this.steps + (this.loop ? REST_BEFORE_LOOP * rate * this.speed : 0);
    if (this.t >= end && this.loop) this.t = 0;
    if (this.t >= end) {
      this.t = this.steps;
      this.pause(false);
      return;
    }
    this.listener.draw(Math.min(this.t, this.steps));
    this.frame = requestAnimationFrame((next) => this.tick(next));
  }

  /** Move the playhead during a drag. @param {number} step */
  scrub(step) {
    const was = this.playing;
    this.touched = true;
    cancelAnimationFrame(this.frame);
    this.playing = false;
    this.t = clamp(step, 0, this.steps);
    if (was) this.listener.changed();
    this.listener.draw(this.t);
  }

  /** The drag ended. */
  rest() {
    this.listener.rested(this.step);
  }

  /** @param {number} step */
  put(step) {
    this.scrub(step);
    this.rest();
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.speed = speed;
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.playing = false;
  }
}
