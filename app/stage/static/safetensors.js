/**
 * Reads safetensors: eight bytes with the length of a JSON header, the header, the raw arrays.
 * https://github.com/huggingface/safetensors
 */

/** @import { NumberArray, PanelSpec, Payload, Tensor, Tensors } from "./types.d.ts" */

/** @type {Record<string, new (buffer: ArrayBuffer) => NumberArray>} */
const KINDS = { F64: Float64Array, F32: Float32Array, I32: Int32Array, U32: Uint32Array, I16: Int16Array, U16: Uint16Array, U8: Uint8Array, BOOL: Uint8Array };

/** An entry of the header. @typedef {{dtype: string, shape: number[], data_offsets: [number, number]}} Entry */

/**
 * @param {Uint8Array} bytes at any offset of its buffer
 * @returns {{metadata: Record<string, string>, tensors: Tensors}}
 */
export function parse(bytes) {
  const buffer = bytes.slice().buffer;
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const { __metadata__: metadata = {}, ...rest } = header;
  const entries = /** @type {Record<string, Entry>} */ (rest);
  /** @type {Tensors} */
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: [from, to] }] of Object.entries(entries)) {
    const Kind = KINDS[dtype];
    if (!Kind) throw new TypeError(`${name}: arrays of type ${dtype} are not read here`);
    tensors[name] = { shape, data: new Kind(buffer.slice(8 + length + from, 8 + length + to)) };
  }
  return { metadata, tensors };
}

/**
 * A payload of app/stage/wire.py.
 * @param {Uint8Array} bytes
 * @returns {Payload}
 */
export function unpack(bytes) {
  const { metadata, tensors } = parse(bytes);
  /** @param {string} name */
  const read = (name) => (metadata[name] ? JSON.parse(metadata[name]) : null);
  return {
    digest: metadata.digest,
    query: read("query") ?? {},
    values: read("values") ?? {},
    standings: read("standings"),
    caption: read("caption") ?? "",
    view: read("view") ?? {},
    scene: read("scene"),
    draft: read("draft") ?? false,
    large: read("large") ?? {},
    tensors,
  };
}

/**
 * Put the arrays back into a figure: a vector as one typed array, a matrix as rows of it.
 * @template T a figure, or a part of one
 * @param {T} value
 * @param {Tensors} tensors
 * @returns {T} of the same structure; what was a reference is an array, as the type of the figure says
 */
export function hydrate(value, tensors) {
  return /** @type {T} */ (restored(value, tensors));
}

/** @param {unknown} value @param {Tensors} tensors @returns {unknown} */
function restored(value, tensors) {
  if (Array.isArray(value)) return value.map((item) => restored(item, tensors));
  if (value === null || typeof value !== "object") return value;
  if ("tensor" in value && typeof value.tensor === "string") return rows(tensors[value.tensor]);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restored(item, tensors)]));
}

/** @param {Tensor} tensor @returns {NumberArray | NumberArray[]} */
function rows({ shape, data }) {
  if (shape.length < 2) return data;
  return Array.from({ length: shape[0] }, (_, row) => data.subarray(row * shape[1], (row + 1) * shape[1]));
}

/**
 * A fingerprint of one panel with its arrays, to see which panels a new scene really changes.
 * @param {PanelSpec} panel
 * @param {Tensors} tensors
 */
export function fingerprint(panel, tensors) {
  let hash = 2166136261;
  for (const [name, { data }] of Object.entries(tensors)) {
    if (!name.startsWith(`figure.${panel.id}.`)) continue;
    for (const byte of new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) hash = Math.imul(hash ^ byte, 16777619);
  }
  return `${hash} ${JSON.stringify(panel)}`;
}
