/** How a picture begins to move: a first visit plays once by itself, a setting chosen on the page plays from the start. */

const PATIENCE = 3000; // ms that the first playback waits for slow panels

/** The user asked for stillness. */
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** The first picture. @param {import("./stage.js").Stage} stage @param {number | null} step where the page puts the playhead */
export function open(stage, step) {
  const { timeline } = stage;
  const given = step !== null && Number.isInteger(step);
  timeline.t = given ? Math.min(step, timeline.steps) : still() ? timeline.steps : 0;
  stage.draw(timeline.t);
  stage.settle();
  if (!given && !still()) begin(stage);
}

/** @param {import("./stage.js").Stage} stage */
async function begin({ panels, timeline, element }) {
  const slow = [...panels.values()].map((panel) => panel.ready);
  await Promise.race([Promise.all(slow), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  if (timeline.t === 0 && element.isConnected && !timeline.touched && !timeline.frozen) timeline.play();
}

/** Another setting was chosen on the page. @param {import("./stage.js").Stage} stage */
export function replay({ timeline }) {
  timeline.scrub(still() ? timeline.steps : 0);
  if (!still()) timeline.play();
}
