/** Paths of the runs up to the playhead, with their heads: the same on the contour and on the relief. */

import { arrow, disc, haloText, strokeCased, strokePlain } from "./canvas.js";

/** @import { Box, RunStyle, Theme } from "./types.d.ts" */

/**
 * A run in pixels. Points behind the terrain are `hidden`; NaN is a gap.
 * @typedef {{xy: Float32Array, length: number, hidden?: Uint8Array}} Track
 */

/** @param {Track} track @param {number} t steps, with a fraction between two points @returns {[number, number]} */
export function headOf({ xy, length }, t) {
  const whole = Math.min(Math.floor(t), length - 1);
  const part = Math.min(t, length - 1) - whole;
  const [x, y] = [xy[2 * whole], xy[2 * whole + 1]];
  return part > 0 ? [x + part * (xy[2 * whole + 2] - x), y + part * (xy[2 * whole + 3] - y)] : [x, y];
}

/**
 * @param {Track} track
 * @param {number} from first point @param {number} to last step, with a fraction
 * @param {number | null} side 1 for the hidden stretches only, 0 for the visible ones, null for all
 */
function stretch(track, from, to, side) {
  const { xy, hidden } = track;
  const path = new Path2D();
  const last = Math.min(Math.floor(to), track.length - 1);
  let pen = false;
  /** @param {number} x @param {number} y @param {boolean} wanted @param {number} startX @param {number} startY */
  const line = (x, y, wanted, startX, startY) => {
    if (!wanted || Number.isNaN(x + y)) pen = false;
    else if (pen) path.lineTo(x, y);
    else if (Number.isNaN(startX + startY)) pen = false;
    else {
      path.moveTo(startX, startY);
      path.lineTo(x, y);
      pen = true;
    }
  };
  for (let index = from + 1; index <= last; index += 1) {
    const wanted = side === null || !hidden || hidden[index] === side;
    line(xy[2 * index], xy[2 * index + 1], wanted, xy[2 * index - 2], xy[2 * index - 1]);
  }
  if (to > last && last + 1 < track.length) {
    const wanted = side === null || !hidden || hidden[last + 1] === side;
    const [x, y] = headOf(track, to);
    line(x, y, wanted, xy[2 * last], xy[2 * last + 1]);
  }
  return path;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Track[]} tracks
 * @param {RunStyle[]} styles one per run, see runStyles
 * @param {number} t
 * @param {Theme} theme
 */
export function drawTrails(context, tracks, styles, t, theme) {
  for (const run of order(styles)) {
    const [track, style] = [tracks[run], styles[run]];
    if (!(track?.length > 0)) continue; // a map may have no paths
    if (t < track.length - 1) {
      context.globalAlpha = 0.45;
      strokePlain(context, stretch(track, Math.max(Math.floor(t), 0), track.length, null), { ...style, width: 1.1, dash: [] });
      context.globalAlpha = 1;
    }
    if (track.hidden) {
      context.globalAlpha = 0.5;
      strokePlain(context, stretch(track, 0, t, 1), { ...style, width: 1.4 });
      context.globalAlpha = 1;
    }
    strokeCased(context, stretch(track, 0, t, track.hidden ? 0 : null), style, theme.casing);
  }
}

/** Runs in the order they are painted: the one in focus on top. @param {RunStyle[]} styles */
const order = (styles) => [...styles.keys()].sort((a, b) => Number(styles[a].focused) - Number(styles[b].focused));

/**
 * Heads inside the box as discs; a run outside is an arrow at the edge it left through.
 * @param {CanvasRenderingContext2D} context
 * @param {Track[]} tracks @param {RunStyle[]} styles @param {number} t @param {Theme} theme @param {Box} box
 * @returns {{run: number, x: number, y: number}[]} the discs
 */
export function drawHeads(context, tracks, styles, t, theme, box) {
  const heads = [];
  for (const run of order(styles)) {
    if (!(tracks[run]?.length > 0)) continue;
    const [x, y] = headOf(tracks[run], t);
    if (Number.isNaN(x + y)) continue;
    if (x >= box.left - 1 && x <= box.right + 1 && y >= box.top - 1 && y <= box.bottom + 1) {
      disc(context, x, y, styles[run].focused ? 6 : 5, styles[run].color, theme);
      heads.push({ run, x, y });
    } else {
      const exit = leaves(tracks[run], t, box);
      if (exit) arrow(context, ...exit, styles[run].color, theme.casing);
    }
  }
  return heads;
}

/** Where and in which direction a path left the box for the last time. @param {Track} track @param {number} t @param {Box} box @returns {[number, number, number] | null} x, y, angle */
function leaves({ xy, length }, t, box) {
  for (let index = Math.min(Math.ceil(t), length - 1) - 1; index >= 0; index -= 1) {
    const [x, y] = [xy[2 * index], xy[2 * index + 1]];
    const [dx, dy] = [xy[2 * index + 2] - x, xy[2 * index + 3] - y];
    const [enterX, exitX] = crossing(x, dx, box.left + 2, box.right - 2);
    const [enterY, exitY] = crossing(y, dy, box.top + 2, box.bottom - 2);
    const [enter, exit] = [Math.max(enterX, enterY, 0), Math.min(exitX, exitY, 1)];
    if (enter <= exit) return [x + exit * dx, y + exit * dy, Math.atan2(dy, dx)];
  }
  return null;
}

/**
 * The parts of a step at which one coordinate comes between two bounds and leaves them.
 * @param {number} from @param {number} step @param {number} low @param {number} high @returns {[number, number]}
 */
function crossing(from, step, low, high) {
  if (step === 0) return from >= low && from <= high ? [-Infinity, Infinity] : [Infinity, -Infinity];
  const [a, b] = [(low - from) / step, (high - from) / step];
  return a < b ? [a, b] : [b, a];
}

const CLOSE = 9; // px between heads that share a label: the name of the one on top, and how many are under it
/** @type {[number, number, "left" | "right" | "center"][]} */
const SIDES = [[12, 4, "left"], [-12, 4, "right"], [0, -13, "center"], [0, 22, "center"], [8, -10, "left"], [8, 19, "left"], [-8, -10, "right"], [-8, 19, "right"]];

/** Names beside the heads, where there is room; a name keeps its side while it can, so that it does not flicker. */
export class Labels {
  constructor() {
    /** @type {Map<string, import("./canvas.js").HaloText>} */
    this.words = new Map();
    /** @type {Map<number, number | undefined>} */
    this.sides = new Map();
  }

  /** @param {CanvasRenderingContext2D} context @param {{run: number, x: number, y: number}[]} heads @param {RunStyle[]} styles @param {Theme} theme @param {Box} box @param {Box[]} [taken] */
  draw(context, heads, styles, theme, box, taken = []) {
    /** @type {Box[]} */
    const spots = [];
    /** @type {{x: number, y: number}[]} */
    const named = [];
    for (const { run, x, y } of [...heads].reverse()) {
      if (named.some((head) => Math.hypot(head.x - x, head.y - y) < CLOSE)) continue;
      named.push({ x, y });
      const apart = heads.filter((head) => Math.hypot(head.x - x, head.y - y) >= CLOSE);
      const others = heads.length - apart.length - 1;
      const text = others ? `${styles[run].label} +${others}` : styles[run].label;
      const discs = apart.map((head) => ({ left: head.x - 8, top: head.y - 8, right: head.x + 8, bottom: head.y + 8 }));
      const word = this.word(text, context.font, theme);
      const free = this.choose(run, x, y, word.width, box, [...taken, ...discs, ...spots]);
      this.sides.set(run, free?.index);
      if (!free) continue;
      spots.push(free.spot);
      word.paint(context, free.spot.left, y + SIDES[free.index][1]);
    }
  }

  /** @param {string} text @param {string} font @param {Theme} theme */
  word(text, font, theme) {
    const key = `${theme.ink} ${text}`;
    const word = this.words.get(key) ?? haloText(text, font, theme);
    this.words.set(key, word);
    return word;
  }

  /**
   * @param {number} run @param {number} x @param {number} y @param {number} width @param {Box} box @param {Box[]} blocked
   * @returns {{index: number, spot: Box} | undefined} the first free side; the one that it has is tried first
   */
  choose(run, x, y, width, box, blocked) {
    const before = this.sides.get(run) ?? 0;
    for (const index of [before, ...SIDES.keys()]) {
      const [dx, dy, align] = SIDES[index];
      const left = x + dx - (align === "left" ? 0 : align === "right" ? width : width / 2);
      const spot = { left, top: y + dy - 12, right: left + width, bottom: y + dy + 4 };
      const inside = spot.left > box.left && spot.right < box.right && spot.top > box.top && spot.bottom < box.bottom;
      if (inside && !blocked.some((other) => overlap(spot, other))) return { index, spot };
    }
    return undefined;
  }
}

/** @param {Box} a @param {Box} b */
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
