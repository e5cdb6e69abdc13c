/** The panels by their kind in app/stage/panels.py. */

import { BarsPanel } from "./bars.js";
import { ContourPanel } from "./contour.js";
import { CurvesPanel } from "./curves.js";
import { NetworkPanel } from "./network.js";
import { ProfilePanel } from "./profile.js";
import { RasterPanel } from "./raster.js";
import { ReliefPanel } from "./relief.js";
import { TilesPanel } from "./tiles.js";

export const KINDS = {
  bars: BarsPanel,
  contour: ContourPanel,
  curves: CurvesPanel,
  network: NetworkPanel,
  profile: ProfilePanel,
  raster: RasterPanel,
  relief: ReliefPanel,
  tiles: TilesPanel,
};
