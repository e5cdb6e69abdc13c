/** Requests to the live route, one at a time: of those that come while one is under way only the latest is sent. */

import { unpack } from "./safetensors.js";

/** @import { LiveRequest, Payload, Problem, Settings } from "./types.d.ts" */

const NO_ANSWER = "No answer from the server.";

/**
 * Why an answer has no picture; null if it has one. A setting that is wrong (422) or that the site failed to compute
 * (500) is refused and will not be committed; one that only takes longer (202) will be.
 * @param {Response} response @returns {Promise<Problem | null>}
 * @throws if the answer is not the site's own, as from a proxy whose server is down
 */
async function readProblem(response) {
  if (response.status === 200) return null;
  const { parameter, message } = await response.json();
  if (typeof message !== "string") throw new Error(`status ${response.status}`);
  const later = response.status === 202;
  return { parameter, message, refused: !later, later };
}

export class Live {
  /**
   * @param {object} listener
   * @param {(settings: Settings) => string} listener.url
   * @param {(payload: Payload, request: LiveRequest) => void} listener.draw
   * @param {(problem: Problem) => void} listener.fail
   */
  constructor(listener) {
    this.listener = listener;
    /** @type {LiveRequest | null} to be sent after the one under way */
    this.next = null;
    /** @type {Promise<void> | null} resolves when all requests are answered */
    this.running = null;
    this.abort = new AbortController();
  }

  /** @param {Settings} settings @param {number} stamp when the pointer moved @param {boolean} [preview] shown for a moment */
  request(settings, stamp, preview = false) {
    this.next = { settings, stamp, preview };
    this.running ??= this.drain();
  }

  /** Resolves when every request is answered. */
  async idle() {
    while (this.running) await this.running;
  }

  /** Send the next request until there is none. */
  async drain() {
    while (this.next) {
      const request = this.next;
      this.next = null;
      try {
        await this.fetch(request);
      } catch (error) {
        if (this.abort.signal.aborted) break;
        console.debug("live request failed", error);
        this.listener.fail({ message: NO_ANSWER });
      }
    }
    this.running = null;
  }

  /** @param {LiveRequest} request */
  async fetch(request) {
    const response = await fetch(this.listener.url(request.settings), { signal: this.abort.signal });
    const problem = await readProblem(response);
    if (problem) this.listener.fail(problem);
    else this.listener.draw(unpack(new Uint8Array(await response.arrayBuffer())), request);
  }

  /** One answer, scene included. @param {string} url @param {(payload: Payload) => void} draw */
  async fetchOnce(url, draw) {
    try {
      const response = await fetch(url, { signal: this.abort.signal });
      const problem = await readProblem(response);
      if (problem) this.listener.fail(problem);
      else draw(unpack(new Uint8Array(await response.arrayBuffer())));
    } catch {
      if (!this.abort.signal.aborted) this.listener.fail({ message: NO_ANSWER });
    }
  }

  destroy() {
    this.next = null;
    this.abort.abort();
  }
}
