/**
 * The terrain in three dimensions. Plotly draws the surface and turns it; the paths are projected with its camera and
 * drawn on the canvas, thin where the terrain hides them. So they follow every frame and cost no redraw of the surface.
 */

import { clamp } from "./dom.js";
import { Panel } from "./panel.js";
import { merge, solidLayout } from "./plot.js";
import { Ground, projection } from "./projection.js";
import { drawHeads, drawTrails } from "./trails.js";

const TALL = 1.15; // height over width up to which the terrain fits
const WATCH = 700; // ms that the camera is watched after the last sign of movement

/** @import { ReliefSpec, Theme, Trace } from "./types.d.ts" */
/** @typedef {import("./trails.js").Track & {hidden: Uint8Array}} Track */

/** @type {boolean | undefined} */
let known;

/** @returns {boolean} asked once, and not before the other panels are drawn */
function hasWebGL() {
  if (known !== undefined) return known;
  const context = document.createElement("canvas").getContext("webgl");
  known = context !== null;
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return known;
}

/** @extends {Panel<ReliefSpec>} */
export class ReliefPanel extends Panel {
  /** @type {Ground} */
  ground;

  /** @param {import("./stage.js").Stage} stage @param {ReliefSpec} spec */
  constructor(stage, spec) {
    super(stage, spec);
    /** @type {Float64Array | null} projection that the paths were drawn with */
    this.camera = null;
    /** @type {Track[] | null} */
    this.tracks = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.later = undefined;
    this.absent = false; // no WebGL
    this.gone = false;
    this.watching = false;
    this.until = 0; // ms
    this.shown = () => {};
    this.config = { displayModeBar: false, responsive: false, scrollZoom: false };
    for (const name of ["pointerdown", "pointermove", "pointerup", "wheel", "touchmove"]) {
      this.host.addEventListener(name, () => this.watch(), { passive: true });
    }
    /** @type {Promise<void>} */
    this.ready = new Promise((resolve) => {
      this.shown = resolve;
    });
    this.host.setAttribute("role", "img");
    this.host.setAttribute("aria-label", "The terrain in three dimensions; the same paths as on the contour");
  }

  react() {
    if (this.absent) return;
    if (this.plot._fullLayout) this.render();
    else this.later ??= setTimeout(() => this.render(), 60); // compiling shaders takes long: the other panels come first
  }

  render() {
    if (this.gone) return;
    this.absent = !hasWebGL();
    if (this.absent) return this.excuse();
    super.react();
    this.watch();
  }

  excuse() {
    this.plot.className = "stage-absent";
    this.plot.textContent = "The three-dimensional view needs WebGL, which this browser does not offer.";
    this.shown();
  }

  /** @param {Theme} theme */
  themed(theme) {
    const surface = {
      colorscale: theme.relief,
      lighting: { ambient: 0.72, diffuse: 0.62, specular: 0.06, roughness: 0.9, fresnel: 0.05 },
      lightposition: { x: -2000, y: -1500, z: 4000 },
      contours: { x: { highlight: false }, y: { highlight: false }, z: { highlight: false, color: theme.ink } },
    };
    this.ground = new Ground(/** @type {Required<Trace>} */ (this.figure.data[0]));
    const layout = merge(solidLayout(theme), this.figure.layout);
    // Plotly fits the height; in a panel taller than that the box would stand out on both sides.
    const back = Math.max(this.height / this.width / TALL, 1);
    const camera = /** @type {{eye: {x: number, y: number, z: number}}} */ (layout.scene.camera);
    layout.scene.camera = { ...camera, eye: { x: back * camera.eye.x, y: back * camera.eye.y, z: back * camera.eye.z } };
    return {
      data: this.figure.data.map((trace) => merge(/** @type {Trace} */ (surface), trace)),
      layout,
    };
  }

  /** Follow the camera until it rests. */
  watch() {
    this.until = performance.now() + WATCH;
    if (this.watching) return;
    this.watching = true;
    const look = () => {
      if (this.gone) return;
      const matrix = this.matrix();
      if (matrix?.some((entry, index) => entry !== this.camera?.[index])) {
        this.until = performance.now() + WATCH;
        this.refresh();
        this.shown();
      }
      this.watching = performance.now() < this.until;
      if (this.watching) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }

  /** From data coordinates to clip space, as the surface was drawn last; null before the first time. */
  matrix() {
    const scene = this.plot._fullLayout?.scene?._scene;
    return scene?.glplot?.cameraParams ? projection(scene) : null;
  }

  project() {
    const matrix = this.matrix();
    if (!matrix || !this.width) return;
    this.camera = matrix;
    const { tensors } = this.stage.recording;
    const [paths, heights] = [tensors[this.spec.paths], tensors[this.spec.heights]];
    const [runs, points] = heights.shape;
    const viewpoint = this.ground.viewpoint(matrix);
    this.tracks = Array.from({ length: runs }, (_, run) => {
      const length = clamp(this.stage.lengthOf(run), 0, points);
      const track = { xy: new Float32Array(2 * length).fill(NaN), hidden: new Uint8Array(length), length };
      for (let index = 0; index < length; index += 1) {
        const entry = run * points + index;
        const [x, y, z] = [paths.data[2 * entry], paths.data[2 * entry + 1], heights.data[entry] + this.ground.lift];
        if (!this.ground.covers(x, y, z)) continue;
        this.set(matrix, track, index, x, y, z);
        track.hidden[index] = this.ground.hides(x, y, z, viewpoint) ? 1 : 0;
      }
      return track;
    });
  }

  /** Pixel coordinates of a point. @param {Float64Array} m @param {Track} track @param {number} index @param {number} x @param {number} y @param {number} z */
  set(m, { xy }, index, x, y, z) {
    const w = m[3] * x + m[7] * y + m[11] * z + m[15];
    xy[2 * index] = (0.5 + (0.5 * (m[0] * x + m[4] * y + m[8] * z + m[12])) / w) * this.width;
    xy[2 * index + 1] = (0.5 - (0.5 * (m[1] * x + m[5] * y + m[9] * z + m[13])) / w) * this.height;
  }

  /** @param {number} t */
  draw(t) {
    if (!this.tracks) return;
    const { theme, styles } = this.stage;
    const context = this.overlay.clear();
    drawTrails(context, this.tracks, styles, t, theme);
    drawHeads(context, this.tracks, styles, t, theme, { left: 0, top: 0, right: this.width, bottom: this.height });
  }

  destroy() {
    this.gone = true;
    super.destroy();
  }
}
