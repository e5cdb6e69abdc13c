/** Words with a halo on a canvas, each drawn once and kept: outlining glyphs costs more than the trails of a frame. */

import { haloText } from "./canvas.js";

/** @import { Theme } from "./types.d.ts" */

const MOST = 200; // words kept; numbers that change with every frame would fill the memory

export class Words {
  constructor() {
    /** @type {Map<string, import("./canvas.js").HaloText>} */
    this.words = new Map();
  }

  /** @param {string} text @param {string} font @param {Theme} theme */
  word(text, font, theme) {
    const key = `${theme.ink} ${font} ${text}`;
    if (this.words.size > MOST) this.words.clear();
    const word = this.words.get(key) ?? haloText(text, font, theme);
    this.words.set(key, word);
    return word;
  }

  /**
   * @param {CanvasRenderingContext2D} context @param {string} text @param {number} x @param {number} y of the baseline
   * @param {Theme} theme @param {number} [align] 0 to the right of x, 0.5 about it, 1 to the left
   */
  paint(context, text, x, y, theme, align = 0) {
    const word = this.word(text, context.font, theme);
    word.paint(context, x - align * word.width, y);
  }
}
