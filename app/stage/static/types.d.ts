/**
 * The shapes of what travels between Python and the stage, and of the few calls of Plotly that it makes. Read by the type
 * checker only: the server sends no .ts files.
 */

import type { Panel } from "./panel.js";

export type NumberArray = Float32Array | Float64Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Uint8Array;

/** An array of a payload, in row-major order. */
export interface Tensor {
  shape: number[];
  data: NumberArray;
}

export type Tensors = Record<string, Tensor>;

// app/stage/scene.py

/** Values of settings as the live route and a commit take them, by the name of their URL parameter. */
export type Settings = Record<string, string | number>;

/** The setting that the controls of the page show. */
export interface Wanted {
  query: Record<string, string>;
  values: Record<string, number>;
  serial?: number; // of the last report that the page had
}

/** A line of the picture in its colour and dash. */
export interface Run {
  name: string;
  label: string;
  color: string;
  dash: number[];
}

/** How a run is drawn in the current theme. */
export interface RunStyle {
  label: string;
  color: string;
  dash: number[];
  width: number;
  focused?: boolean;
}

export interface LineStyle {
  color: string;
  width: number;
  dash: number[];
}

export interface SliderSpec {
  name: string;
  label: string;
  symbol: string;
  default: number;
  low: number;
  high: number;
  log: boolean;
  integer: boolean;
  group: string;
  color: string | null;
}

export interface Scene {
  lesson: string;
  steps: number;
  runs: Run[];
  panels: PanelSpec[];
  sliders: SliderSpec[];
  focus: string | null;
  selectable: string | null;
  unit: string;
  ticks: string[];
  seconds: number | null;
}

export type Tone = "good" | "busy" | "bad";

export interface Standings {
  columns: string[];
  rows: string[][];
  tones: Tone[];
  details: string[];
}

/** What was computed for one setting. */
export interface Recording {
  digest: string; // of the scene that it belongs to
  query: Record<string, string>;
  values: Record<string, number>;
  standings: Standings | null;
  caption: string;
  tensors: Tensors;
  draft: boolean;
  called?: string; // what the picture is called while it is not that of the controls
}

/** What the page adds to a recording. */
export interface View {
  key: string;
  step: number | null;
  serial: number;
  lesson: string;
  announce: boolean;
  called: string;
  wanted?: Wanted;
  absent?: boolean; // there is no recording yet
}

/** A message of app/stage/wire.py; the scene is left out if the browser has it, and `view` is empty in a live answer. */
export interface Payload extends Recording {
  large: Record<string, string>; // digests of large arrays by name
  scene: Scene | null;
  view: View;
}

/** How the work of a page for a setting stands. */
export interface Work {
  key: string;
  query: Record<string, string>;
  state: string;
  words: string;
  share: number | null;
}

/** What a stage reports to the page. */
export interface Report {
  settings?: Settings;
  step?: number;
  serial: number;
}

/** What the live route says instead of a picture. `refused`: it is not committed. `later`: it comes once it is. */
export interface Problem {
  parameter?: string;
  message: string;
  refused?: boolean;
  later?: boolean;
}

/** A setting that the live route is asked for. */
export interface LiveRequest {
  settings: Settings;
  stamp: number; // ms, when the pointer moved
  preview: boolean; // shown only while the pointer stays
}

// app/stage/raster.py

export interface ScaleSpec {
  kind: "sequential" | "diverging" | "gray" | "categorical";
  low: number | null;
  high: number | null;
  centre: number;
  labels: string[];
  colors: string[];
  legend: boolean;
}

export interface RasterSpec {
  cells: string;
  x: [number, number];
  y: [number, number];
  scale: ScaleSpec;
  at: string | null;
  fade: string | null;
  fade_label: string;
  label: string;
  strength: number;
  smooth: boolean;
  texts: boolean;
}

// app/stage/markers.py

export interface MarkSpec {
  x: number;
  y: number;
  kind: string;
  label: string;
}

export interface HandleSpec {
  x: string;
  y: string;
  label: string;
  look: "ring" | "cross";
}

export interface PickSpec {
  x: string;
  y: string;
  on: "hover" | "click";
}

interface MarkerBase {
  array: string;
  label: string;
}

interface StrokedMarker extends MarkerBase {
  color: string | null;
  width: number;
}

export interface ArrowsSpec extends StrokedMarker {
  kind: "arrows";
  dash: number[];
  scale: number;
  longest: number;
}

export interface EllipsesSpec extends StrokedMarker {
  kind: "ellipses";
  dash: number[];
  scale: number;
  filled: boolean;
}

export interface AxesSpec extends StrokedMarker {
  kind: "axes";
  values: string | null;
  symbol: string;
  scale: number;
}

export interface LinesSpec extends StrokedMarker {
  kind: "lines";
  names: string[];
  dash: number[];
}

export interface PointsSpec extends MarkerBase {
  kind: "points";
  groups: string | null;
  names: string[];
  colors: string[];
  size: number;
}

export interface SpotsSpec extends MarkerBase {
  kind: "spots";
}

export type MarkerSpec = ArrowsSpec | EllipsesSpec | AxesSpec | LinesSpec | PointsSpec | SpotsSpec;

// app/stage/panels.py

export type Place = "main" | "side" | "strip";

interface PanelBase {
  id: string;
  title: string;
  place: Place;
  weight: number;
  figure?: Figure; // its arrays are references until `hydrate` puts them in
  series?: Run[]; // lines that are not the runs'
}

interface MapBase extends PanelBase {
  figure: Figure;
  handle: HandleSpec | null;
  handles: HandleSpec[];
  marks: MarkSpec[];
  markers: MarkerSpec[];
  pick: PickSpec | null;
  raster: RasterSpec | null;
}

export interface ContourSpec extends MapBase {
  kind: "contour";
  paths: string | null;
}

export interface RasterPanelSpec extends MapBase {
  kind: "raster";
}

export type MapSpec = ContourSpec | RasterPanelSpec;

export interface ReliefSpec extends PanelBase {
  kind: "relief";
  figure: Figure;
  paths: string;
  heights: string;
}

interface ChartBase extends PanelBase {
  figure: Figure;
  floor: number;
  log?: boolean; // of curves; the other charts' scales are the figure's
}

export interface CurvesSpec extends ChartBase {
  kind: "curves";
  curves: string;
  components: string[];
  overlay: string | null;
  band: [string, string] | null;
  at: string | null;
}

export interface ProfileSpec extends ChartBase {
  kind: "profile";
  x: string;
  lines: string;
  overlay: string | null;
  band: [string, string] | null;
  series: Run[];
  follow: boolean;
  dots: boolean;
  cursor: string | null;
}

export interface BarsSpec extends ChartBase {
  kind: "bars";
  bars: string;
  categories: string[];
  edges: string | null;
  facets: string[];
  overlay: string | null;
  series: Run[];
  at: string | null;
}

export type ChartSpec = CurvesSpec | ProfileSpec | BarsSpec;

export interface TilesSpec extends PanelBase {
  kind: "tiles";
  tiles: string;
  scale: ScaleSpec;
  each: boolean;
  captions: string[];
  words: string | null;
  vocabulary: string[];
  verdicts: string | null;
  columns: number | null;
  smooth: boolean;
  pick: string | null;
  at: string | null;
}

export interface NetworkSpec extends PanelBase {
  kind: "network";
  layers: number[];
  weights: string;
  values: string | null;
  scale: ScaleSpec;
  groups: string | null;
  nodes_on: string | null;
  edges_on: string | null;
  names: string[];
  units: string[][];
  most: number;
  at: string | null;
}

export type PanelSpec = MapSpec | ReliefSpec | ChartSpec | TilesSpec | NetworkSpec;

/** A panel of any kind. */
export type AnyPanel = Panel<PanelSpec>;

// Geometry on the screen, in CSS pixels

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A cell of a raster. */
export interface Cell {
  row: number;
  column: number;
}

/** A point in pixels of the panel (px, py) and in data coordinates (x, y). */
export interface Spot {
  px: number;
  py: number;
  x: number;
  y: number;
}

/** A line of a readout, with a chip of a colour. */
export type ReadoutLine = string | { text: string; color?: string };

/** A function that finds what lies under the pointer, if anything does. */
export interface Search {
  find: (px: number, py: number) => (Spot & { label: string }) | null;
}

/** An axis as Plotly drew it last: a linear map from values (log10 on a log axis) to pixels. */
export interface AxisMap {
  from: number;
  to: number;
  log: boolean;
  a: number;
  b: number;
  pixel: (value: number) => number;
  value: (pixel: number) => number;
}

// app/stage/theme.py

/** A palette, as in app/stage/theme.py. */
export interface Palette {
  ink: string;
  casing: string;
  halo: string;
  grid: string;
  cage: string;
  isoline: string;
  edge: string;
  hatch: string;
  terrain: [number, string][];
  relief: [number, string][];
  sequential: string[];
  diverging: string[];
  gray: string[];
  categories: string[];
  swap: Record<string, string>;
}

/** A palette with what Streamlit's theme adds. */
export interface Theme extends Palette {
  dark: boolean;
  background: string;
  font: string;
  primary: string;
}

// Plotly

export type AxisKey = "xaxis" | "yaxis" | `xaxis${number}` | `yaxis${number}`;

/** Something of each axis of a layout. */
export type OfAxes<T> = { [K in AxisKey]?: T };

/** An axis of a layout, as far as the stage reads or writes it. */
export interface PlotlyAxis {
  type?: string;
  range?: number[];
  title?: { text?: string; font?: object };
  nticks?: number;
  dtick?: number | string;
  tickvals?: number[] | NumberArray;
  ticktext?: string[];
  ticklabeloverflow?: string;
}

export interface Layout extends OfAxes<PlotlyAxis> {
  meta?: { log_offset?: number };
  scene?: { camera?: { eye: { x: number; y: number; z: number } }; dragmode?: string };
}

export interface Trace {
  x?: NumberArray;
  y?: NumberArray;
  z?: NumberArray[];
  meta?: string;
}

export interface Figure {
  data: Trace[];
  layout: Layout;
}

/** An axis with what Plotly worked out for it. */
export interface FullAxis {
  _id: string;
  _length: number;
  _offset: number;
  type: string;
  range: (number | string)[];
}

/** A 4x4 matrix in column order. */
export type Matrix = ArrayLike<number>;

/** A 3-D scene as gl-plot3d draws it. */
export interface PlotlyScene {
  glplot: { cameraParams: { projection: Matrix; view: Matrix; model: Matrix } };
  dataScale?: [number, number, number];
}

export interface FullLayout extends Record<AxisKey, FullAxis> {
  scene?: { _scene?: PlotlyScene };
}

export interface PlotElement extends HTMLDivElement {
  _fullLayout: FullLayout; // missing until the first drawing
}

export interface Plotly {
  react(element: HTMLElement, data: Trace[], layout: object, config: object): Promise<unknown>;
  relayout(element: HTMLElement, update: Record<string, number[] | number | string>): Promise<unknown>;
  purge(element: HTMLElement): void;
}

declare global {
  interface Window {
    Plotly: Plotly;
  }
}
