/** Large arrays of the last recordings by their digests: the live route leaves out what the browser has. */

const MOST = 16;

export class Store {
  constructor() {
    /** @type {Map<string, import("./safetensors.js").Tensor>} */
    this.arrays = new Map();
  }

  /**
   * Put in what was left out of a payload, and remember what came.
   * @param {{large: Record<string, string>, tensors: Record<string, any>}} payload
   * @returns {boolean} false if something is missing; then all is forgotten, so that the next answer is whole
   */
  complete({ large, tensors }) {
    for (const [name, digest] of Object.entries(large)) {
      tensors[name] ??= this.arrays.get(digest);
      if (!tensors[name]) {
        this.arrays.clear();
        return false;
      }
      this.arrays.delete(digest);
      this.arrays.set(digest, tensors[name]);
    }
    for (const digest of [...this.arrays.keys()].slice(0, -MOST)) this.arrays.delete(digest);
    return true;
  }
}
