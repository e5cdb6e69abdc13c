/** Large arrays of the last recordings by their digests: the live route leaves out what the browser has. */

/** @import { Payload, Tensor } from "./types.d.ts" */

const MOST = 16;

export class Store {
  constructor() {
    /** @type {Map<string, Tensor>} */
    this.arrays = new Map();
  }

  /**
   * Put in what was left out of a payload, and remember what came.
   * @param {Pick<Payload, "large" | "tensors">} payload
   * @returns {boolean} false if something is missing; then all is forgotten, so that the next answer is whole
   */
  complete({ large, tensors }) {
    for (const [name, digest] of Object.entries(large)) {
      const tensor = tensors[name] ?? this.arrays.get(digest);
      if (!tensor) {
        this.arrays.clear();
        return false;
      }
      tensors[name] = tensor;
      this.arrays.delete(digest);
      this.arrays.set(digest, tensor);
    }
    for (const digest of [...this.arrays.keys()].slice(0, -MOST)) this.arrays.delete(digest);
    return true;
  }
}
