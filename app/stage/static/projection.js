/** Where a point of a 3-D plot lands on the screen, and whether the terrain stands in front of it. */

/** @import { NumberArray, PlotlyScene } from "./types.d.ts" */

/** Product of 4x4 matrices in column order. @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
function times(a, b) {
  const product = new Float64Array(16);
  for (let column = 0; column < 4; column += 1) {
    for (let row = 0; row < 4; row += 1) {
      for (let k = 0; k < 4; k += 1) product[4 * column + row] += a[4 * k + row] * b[4 * column + k];
    }
  }
  return product;
}

/** Data coordinates to clip space, from a Plotly scene that was drawn. @param {PlotlyScene} scene */
export function projection(scene) {
  const { projection: lens, view, model } = scene.glplot.cameraParams;
  const [sx, sy, sz] = scene.dataScale ?? [1, 1, 1];
  const scale = [sx, 0, 0, 0, 0, sy, 0, 0, 0, 0, sz, 0, 0, 0, 0, 1];
  return times(lens, times(view, times(model, scale)));
}

/** Solve a 3x3 system by Cramer's rule. @param {number[][]} rows @param {number[]} right */
function solve([a, b, c], right) {
  /** @param {number[]} p @param {number[]} q @param {number[]} r */
  const det = (p, q, r) => p[0] * (q[1] * r[2] - q[2] * r[1]) - p[1] * (q[0] * r[2] - q[2] * r[0]) + p[2] * (q[0] * r[1] - q[1] * r[0]);
  const whole = det(a, b, c);
  return [0, 1, 2].map((column) => {
    const [p, q, r] = [a, b, c].map((row, index) => row.map((entry, at) => (at === column ? right[index] : entry)));
    return det(p, q, r) / whole;
  });
}

const SAMPLES = 48;

/** The height field under the paths. */
export class Ground {
  /** @param {{x: NumberArray, y: NumberArray, z: NumberArray[]}} surface */
  constructor({ x, y, z }) {
    this.z = z;
    this.columns = x.length;
    this.rows = y.length;
    this.x0 = x[0];
    this.x1 = x[x.length - 1];
    this.y0 = y[0];
    this.y1 = y[y.length - 1];
    this.low = Infinity;
    this.high = -Infinity;
    for (const row of z) {
      for (const height of row) {
        if (height < this.low) this.low = height;
        if (height > this.high) this.high = height;
      }
    }
    this.lift = 0.012 * (this.high - this.low || 1);
  }

  /** Nearest height of the grid. @param {number} x @param {number} y */
  at(x, y) {
    const column = Math.round(((x - this.x0) / (this.x1 - this.x0)) * (this.columns - 1));
    const row = Math.round(((y - this.y0) / (this.y1 - this.y0)) * (this.rows - 1));
    return this.z[row]?.[column];
  }

  /** Whether a point is above the grid and not far over its peaks. @param {number} x @param {number} y @param {number} z */
  covers(x, y, z) {
    /** @param {number} value @param {number} a @param {number} b */
    const within = (value, a, b) => value >= Math.min(a, b) && value <= Math.max(a, b);
    return within(x, this.x0, this.x1) && within(y, this.y0, this.y1) && z <= this.high + 3 * this.lift && Number.isFinite(z);
  }

  /** The eye in data coordinates: the point where the x, y and w rows of the projection vanish. @param {Float64Array} m */
  viewpoint(m) {
    const rows = [0, 1, 3].map((row) => [m[row], m[4 + row], m[8 + row]]);
    return solve(rows, [0, 1, 3].map((row) => -m[12 + row]));
  }

  /** Whether the terrain rises above the line of sight. @param {number} x @param {number} y @param {number} z @param {number[]} eye */
  hides(x, y, z, eye) {
    const [dx, dy, dz] = [eye[0] - x, eye[1] - y, eye[2] - z];
    const reach = Math.min(
      dx > 0 ? (Math.max(this.x0, this.x1) - x) / dx : dx < 0 ? (Math.min(this.x0, this.x1) - x) / dx : Infinity,
      dy > 0 ? (Math.max(this.y0, this.y1) - y) / dy : dy < 0 ? (Math.min(this.y0, this.y1) - y) / dy : Infinity,
      dz > 0 ? (this.high - z) / dz : 1,
      1,
    );
    for (let sample = 2; sample <= SAMPLES; sample += 1) {
      const part = (reach * sample) / SAMPLES;
      if (this.at(x + part * dx, y + part * dy) > z + part * dz + this.lift) return true;
    }
    return false;
  }
}
