/** What stands on a map besides the paths: arrows, ellipses, axes, lines, points and spots out of arrays. */

import { mark, strokeCased, strokePlain } from "./canvas.js";
import { pretty } from "./dom.js";
import { between } from "./frames.js";
import { dart, halfAxes } from "./glyphs.js";
import { drawPoints, near } from "./points.js";
import { tint } from "./theme.js";
import { Words } from "./words.js";

/**
 * @import { ArrowsSpec, AxesSpec, EllipsesSpec, LinesSpec, MarkerSpec, PointsSpec, Search, SpotsSpec, Tensor } from "./types.d.ts"
 */
/** @typedef {(context: CanvasRenderingContext2D, spec: any, tensor: Tensor, t: number) => void} Draw any: of the kind that it draws */

const KINDS = ["minimum", "maximum", "saddle", "degenerate"]; // as in app/stage/markers.py
const SEGMENTS = 72; // of an ellipse
const DASHED = [5, 4];

export class Markers {
  /** @param {import("./map.js").AnyMap} panel */
  constructor(panel) {
    this.panel = panel;
    this.words = new Words();
    /** @type {Search[]} of what is drawn */
    this.spots = [];
  }

  /** Under the trails. @param {CanvasRenderingContext2D} context @param {number} t */
  below(context, t) {
    this.spots = [];
    this.each(context, t, { ellipses: this.ellipses, lines: this.lines, points: this.points });
  }

  /** Over the trails. @param {CanvasRenderingContext2D} context @param {number} t */
  above(context, t) {
    this.each(context, t, { axes: this.axes, arrows: this.arrows, spots: this.marks });
  }

  /** @param {CanvasRenderingContext2D} context @param {number} t @param {{[K in MarkerSpec["kind"]]?: Draw}} kinds */
  each(context, t, kinds) {
    for (const spec of this.panel.spec.markers) {
      const draw = kinds[spec.kind];
      const tensor = draw && this.panel.stage.tensor(spec.array);
      if (tensor) draw.call(this, context, spec, tensor, t);
    }
  }

  /**
   * Entries of a marker with the colour of each.
   * @param {Exclude<MarkerSpec, PointsSpec | SpotsSpec>} spec @param {Tensor} tensor @param {number} inner axes of one entry @param {number} t
   */
  *entries(spec, tensor, inner, t) {
    let entry = 0;
    for (const numbers of between(tensor, inner, 1, this.panel.stage.timeline.steps, t)) {
      yield { numbers, color: tint(spec, entry, tensor.shape[0], this.panel.stage), entry };
      entry += 1;
    }
  }

  /** @param {number} x @param {number} y @returns {[number, number]} */
  pixel(x, y) {
    return [this.panel.x.pixel(x), this.panel.y.pixel(y)];
  }

  /** @param {CanvasRenderingContext2D} context @param {ArrowsSpec} spec @param {Tensor} tensor @param {number} t */
  arrows(context, spec, tensor, t) {
    const { casing } = this.panel.stage.theme;
    for (const { numbers: [x, y, dx, dy], color } of this.entries(spec, tensor, 1, t)) {
      const [fromX, fromY] = this.pixel(x, y);
      const [toX, toY] = this.pixel(x + spec.scale * dx, y + spec.scale * dy);
      const length = Math.hypot(toX - fromX, toY - fromY);
      if (!(length > 1)) continue;
      const [shown, angle] = [Math.min(length, spec.longest), Math.atan2(toY - fromY, toX - fromX)];
      context.save();
      context.translate(fromX, fromY);
      context.rotate(angle);
      dart(context, shown, length > shown, { color, width: spec.width, dash: spec.dash }, casing);
      context.restore();
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {EllipsesSpec} spec @param {Tensor} tensor @param {number} t */
  ellipses(context, spec, tensor, t) {
    for (const { numbers, color } of this.entries(spec, tensor, 1, t)) {
      const [cx, cy, ...half] = numbers;
      const [ux, uy, vx, vy] = half.length === 4 ? half : halfAxes(half);
      const path = new Path2D();
      for (let segment = 0; segment <= SEGMENTS; segment += 1) {
        const angle = (2 * Math.PI * segment) / SEGMENTS;
        const [c, s] = [spec.scale * Math.cos(angle), spec.scale * Math.sin(angle)];
        path.lineTo(...this.pixel(cx + c * ux + s * vx, cy + c * uy + s * vy));
      }
      if (Number.isNaN(cx + ux + vy)) continue;
      if (spec.filled) {
        context.globalAlpha = 0.16;
        context.fillStyle = color;
        context.fill(path);
        context.globalAlpha = 1;
      }
      strokeCased(context, path, { color, width: spec.width, dash: spec.dash }, this.panel.stage.theme.casing);
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {AxesSpec} spec @param {Tensor} tensor @param {number} t */
  axes(context, spec, tensor, t) {
    const { stage } = this.panel;
    const values = spec.values ? [...between(stage.tensor(spec.values), 1, 1, stage.timeline.steps, t)] : null;
    for (const { numbers: [cx, cy, ux, uy, vx, vy], color, entry } of this.entries(spec, tensor, 1, t)) {
      [[ux, uy], [vx, vy]].forEach(([dx, dy], axis) => {
        const [head, tail] = [1, -1].map((sign) => this.pixel(cx + sign * spec.scale * dx, cy + sign * spec.scale * dy));
        if (Number.isNaN(head[0] + head[1])) return;
        const path = new Path2D();
        path.moveTo(...tail);
        path.lineTo(...head);
        const value = values?.[entry][axis];
        strokeCased(context, path, { color, width: spec.width, dash: value !== undefined && value < 0 ? DASHED : [] }, stage.theme.casing);
        if (value === undefined) return;
        const right = head[0] >= tail[0];
        this.words.paint(context, `${spec.symbol}${"₁₂"[axis]} = ${pretty(value, 3)}`, head[0] + (right ? 7 : -7), head[1] + 4, stage.theme, right ? 0 : 1);
      });
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {LinesSpec} spec @param {Tensor} tensor @param {number} t */
  lines(context, spec, tensor, t) {
    const { box, stage } = this.panel;
    for (const { numbers, color, entry } of this.entries(spec, tensor, 2, t)) {
      const path = new Path2D();
      let pen = false;
      /** @type {[number, number] | null} */
      let last = null;
      for (let index = 0; index < numbers.length; index += 2) {
        const [x, y] = this.pixel(numbers[index], numbers[index + 1]);
        if (Number.isNaN(x + y)) pen = false;
        else {
          if (pen) path.lineTo(x, y);
          else path.moveTo(x, y);
          pen = true;
          if (x >= box.left && x <= box.right && y >= box.top && y <= box.bottom) last = [x, y];
        }
      }
      strokePlain(context, path, { color: stage.theme.halo, width: spec.width + 2, dash: [] });
      strokePlain(context, path, { color, width: spec.width, dash: spec.dash });
      const name = spec.names[entry];
      if (!last || !name) continue;
      const left = last[0] > (box.left + box.right) / 2;
      this.words.paint(context, name, last[0] + (left ? -8 : 8), Math.max(last[1] - 7, box.top + 14), stage.theme, left ? 1 : 0);
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {PointsSpec} spec @param {Tensor} tensor @param {number} t */
  points(context, spec, tensor, t) {
    this.spots.push(drawPoints(context, spec, tensor, t, this.panel));
  }

  /** @param {CanvasRenderingContext2D} context @param {SpotsSpec} spec @param {Tensor} tensor */
  marks(context, spec, { shape: [count, width], data }) {
    for (let index = 0; index < count; index += 1) {
      const [x, y, code, value] = data.subarray(index * width, (index + 1) * width);
      if (Number.isNaN(x + y)) continue;
      const [px, py] = this.pixel(x, y);
      mark(context, KINDS[code], px, py, this.panel.stage.theme);
      const worth = value === undefined || Number.isNaN(value) ? "" : `, ${spec.label} = ${pretty(value, 5)}`;
      this.spots.push({ find: (atX, atY) => (Math.hypot(px - atX, py - atY) < 12 ? { x, y, label: `${KINDS[code]}${worth}`, px, py } : null) });
    }
  }

  /** What the pointer is close to. @param {number} px @param {number} py */
  near(px, py) {
    return near(this.spots, px, py);
  }
}
