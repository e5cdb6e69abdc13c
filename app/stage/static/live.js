/** The live route: while something is dragged, one request is under way and the latest wish waits behind it. */

import { unpack } from "./safetensors.js";

/** @import { LiveRequest, Payload, Problem, Settings } from "./types.d.ts" */

const NO_ANSWER = "No answer from the server.";

/**
 * What the site says instead of a picture; null where it sent one. A refused setting is not committed, be it that the
 * setting is wrong (422) or that the site failed at it (500); one that only takes longer (202) is.
 * @param {Response} response @returns {Promise<Problem | null>} @throws where somebody else answered, like a proxy whose server is away
 */
async function said(response) {
  if (response.status === 200) return null;
  const { parameter, message } = await response.json();
  if (typeof message !== "string") throw new Error(`status ${response.status}`);
  const later = response.status === 202;
  return { parameter, message, refused: !later, later };
}

export class Live {
  /**
   * @param {object} listener
   * @param {(settings: Settings) => string} listener.address
   * @param {(payload: Payload, wish: LiveRequest) => void} listener.draw
   * @param {(problem: Problem) => void} listener.fail
   */
  constructor(listener) {
    this.listener = listener;
    /** @type {LiveRequest | null} */
    this.wish = null;
    /** @type {Promise<void> | null} */
    this.flight = null;
    this.abort = new AbortController();
  }

  /** @param {Settings} settings @param {number} stamp when the pointer moved @param {boolean} [preview] shown for a moment */
  ask(settings, stamp, preview = false) {
    this.wish = { settings, stamp, preview };
    this.flight ??= this.fly();
  }

  /** Resolves when nothing is asked for any more. */
  async idle() {
    while (this.flight) await this.flight;
  }

  async fly() {
    while (this.wish) {
      const wish = this.wish;
      this.wish = null;
      try {
        await this.fetch(wish);
      } catch (error) {
        if (this.abort.signal.aborted) break;
        console.debug("live request failed", error);
        this.listener.fail({ message: NO_ANSWER });
      }
    }
    this.flight = null;
  }

  /** @param {LiveRequest} wish */
  async fetch(wish) {
    const response = await fetch(this.listener.address(wish.settings), { signal: this.abort.signal });
    const problem = await said(response);
    if (problem) this.listener.fail(problem);
    else this.listener.draw(unpack(new Uint8Array(await response.arrayBuffer())), wish);
  }

  /** One answer, scene included. @param {string} address @param {(payload: Payload) => void} draw */
  async whole(address, draw) {
    try {
      const response = await fetch(address, { signal: this.abort.signal });
      const problem = await said(response);
      if (problem) this.listener.fail(problem);
      else draw(unpack(new Uint8Array(await response.arrayBuffer())));
    } catch {
      if (!this.abort.signal.aborted) this.listener.fail({ message: NO_ANSWER });
    }
  }

  destroy() {
    this.wish = null;
    this.abort.abort();
  }
}
