/** Where the units and the connections of a layered network stand, and what lies under a pointer. */

const HEAD = 22; // px for the names of the layers
const MARGIN = 14;

/** @typedef {{x: number, y: number, layer: number, unit: number, index: number}} Unit */

/** A drawing of a network in a box; of large layers only the first units are drawn. */
export class Graph {
  /** @param {number[]} layers sizes @param {number} most units drawn a layer @param {number} width @param {number} height @param {number} side px for labels beside the first and the last layer */
  constructor(layers, most, width, height, side) {
    this.layers = layers;
    /** @type {number[]} */
    this.ends = []; // y of each layer's last unit
    this.shown = layers.map((size) => (size > most ? most - 1 : size));
    this.starts = layers.map((_, layer) => sum(layers.slice(0, layer)));
    this.joints = layers.map((_, layer) => sum(layers.slice(0, layer).map((size, index) => size * layers[index + 1])));
    const room = (height - HEAD - MARGIN) / Math.max(...layers.map((size) => Math.min(size, most)));
    this.radius = Math.min(Math.max(0.36 * room, 2.5), 14);
    const gap = (width - 2 * (side + MARGIN)) / Math.max(layers.length - 1, 1);
    this.across = layers.map((_, layer) => side + MARGIN + layer * gap);
    this.units = layers.map((size, layer) => this.column(layer, Math.min(size, most), room, (height + HEAD - MARGIN) / 2));
  }

  /** @param {number} layer @param {number} count @param {number} room px a unit @param {number} middle y @returns {Unit[]} */
  column(layer, count, room, middle) {
    const gap = Math.min(room, 3.2 * this.radius);
    const top = middle - ((count - 1) / 2) * gap;
    this.ends.push(top + (count - 1) * gap);
    return Array.from({ length: this.shown[layer] }, (_, unit) => ({ x: this.across[layer], y: top + unit * gap, layer, unit, index: this.starts[layer] + unit }));
  }

  /** Connections between drawn units, with their index in the array of all. @returns {Generator<{from: Unit, to: Unit, index: number}>} */
  *edges() {
    for (let layer = 0; layer + 1 < this.layers.length; layer += 1) {
      for (const from of this.units[layer]) {
        for (const to of this.units[layer + 1]) yield { from, to, index: this.joints[layer] + from.unit * this.layers[layer + 1] + to.unit };
      }
    }
  }

  /** @param {number} px @param {number} py @returns {Unit | undefined} */
  unitAt(px, py) {
    return this.units.flat().find(({ x, y }) => Math.hypot(x - px, y - py) <= this.radius + 3);
  }

  /** The nearest connection within a few pixels. @param {number} px @param {number} py @returns {{from: Unit, to: Unit, index: number} | null} */
  edgeAt(px, py) {
    let best = null;
    let nearest = 5; // px
    for (const edge of this.edges()) {
      const { from, to } = edge;
      if (px < from.x || px > to.x) continue;
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const distance = Math.abs(dx * (py - from.y) - dy * (px - from.x)) / Math.hypot(dx, dy);
      if (distance < nearest) [best, nearest] = [edge, distance];
    }
    return best;
  }
}

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
