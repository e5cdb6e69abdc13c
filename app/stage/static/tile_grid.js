/** Where the images of a tiles panel stand, and how large they are. */

export const GAP = 8; // px between tiles
const CAPTION = 17; // px under a tile
const FRAME = 2; // px that the frames of the outermost tiles need

/**
 * Tiles of `wide` by `tall` px, `across` of them in a row; `corner` gives the left and the top of one.
 * @typedef {{across: number, wide: number, tall: number, corner: (tile: number) => [number, number]}} TileGrid
 */

/**
 * @param {{width: number, height: number}} box in px
 * @param {{count: number, rows: number, columns: number}} tiles how many, and the cells of each
 * @param {number | null} columns tiles in a row; null for as many as make the tiles largest
 * @param {boolean} captioned whether a line of text stands under each tile
 * @returns {TileGrid}
 */
export function tileGrid({ width, height }, tiles, columns, captioned) {
  const caption = captioned ? CAPTION : 0;
  /** Pixels of a cell. @param {number} inRow tiles */
  const fit = (inRow) => {
    const down = Math.ceil(tiles.count / inRow);
    return Math.min((width - 2 * FRAME - (inRow - 1) * GAP) / inRow / tiles.columns, (height - 2 * FRAME - (down - 1) * GAP - down * caption) / down / tiles.rows);
  };
  const choices = Array.from({ length: tiles.count }, (_, index) => index + 1);
  const across = columns ?? choices.reduce((best, each) => (fit(each) > fit(best) ? each : best), 1);
  const cell = Math.max(fit(across), 0.5);
  const [wide, tall] = [cell * tiles.columns, cell * tiles.rows];
  const left = (width - across * (wide + GAP) + GAP) / 2;
  return { across, wide, tall, corner: (tile) => [left + (tile % across) * (wide + GAP), FRAME + Math.floor(tile / across) * (tall + GAP + caption)] };
}
