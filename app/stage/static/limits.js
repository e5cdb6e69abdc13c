/** The range of a value axis: what the runs that arrived need, with a limited view of those that diverged. */

/** @typedef {{value: (index: number) => number, end: number, full: boolean, role: string}} Line values 0 to `end`; `full` if none is missing */
/** @typedef {{log: boolean, floor: number}} Axis */

/** A run that diverged may stretch the axis by this part of what the others need. */
const PATIENCE = 0.6;

/** A log axis spans at least this many decades, or a constant would stand between two ticks. */
const DECADES = 1.2;

/**
 * @param {Line[]} series
 * @param {Axis} spec
 * @returns {[number, number]} in log10 on a log axis
 */
export function limits(series, spec) {
  const calm = extent(series.filter((line) => line.full && line.role !== "overlay"), spec);
  const wild = extent(series.filter((line) => !line.full && line.role !== "overlay"), spec);
  let [low, high] = calm ?? tamed(wild) ?? extent(series, spec) ?? [0, 1];
  if (calm && wild) {
    const patience = PATIENCE * (high - low || Math.abs(high) || 1);
    low = Math.min(low, Math.max(wild[0], low - patience));
    high = Math.max(high, Math.min(wild[1], high + patience));
  }
  if (spec.log && high - low < DECADES) {
    const middle = (low + high) / 2;
    [low, high] = [middle - DECADES / 2, middle + DECADES / 2];
  }
  const room = 0.05 * (high - low) || 0.05 * Math.abs(high) || 0.5;
  return [low - room, high + room];
}

/** Nothing but divergence: at most twelve decades of it. @param {[number, number] | null} wild @returns {[number, number] | null} */
const tamed = (wild) => wild && [Math.max(wild[0], -1e12), Math.min(wild[1], 1e12)];

/** @param {Line[]} series @param {Axis} axis @returns {[number, number] | null} */
function extent(series, { log, floor }) {
  let [low, high] = [Infinity, -Infinity];
  for (const { value: at, end } of series) {
    for (let index = 0; index < end; index += 1) {
      let value = at(index);
      if (log) value = Math.log10(Math.max(value, floor));
      if (value < low && value > -Infinity) low = value;
      if (value > high && value < Infinity) high = value;
    }
  }
  return low <= high ? [low, high] : null;
}

/**
 * Whether a drawn range still shows what is wanted: nothing cut off, at least half of the height used.
 * @param {ArrayLike<number> | undefined} drawn @param {ArrayLike<number>} wanted
 */
export function fits(drawn, wanted) {
  if (!drawn) return false;
  const [span, need] = [drawn[1] - drawn[0], wanted[1] - wanted[0]];
  return wanted[0] >= drawn[0] - 0.02 * span && wanted[1] <= drawn[1] + 0.02 * span && need >= 0.55 * span;
}
