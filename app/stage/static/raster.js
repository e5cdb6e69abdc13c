/** An image over two axes of its own: a map to point at, a decision boundary, a confusion matrix. */

import { MapPanel } from "./map.js";

/** @extends {MapPanel<import("./types.d.ts").RasterPanelSpec>} */
export class RasterPanel extends MapPanel {}
