/** The module that app/stage/assets.py writes from app/stage/theme.py; it has no file. */
import type { Palette } from "./types.d.ts";

declare const palettes: { dark: Palette; light: Palette };
export default palettes;
