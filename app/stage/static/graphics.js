/** What draws here: a graphics card, a program that stands in for one, or nothing that knows WebGL. */

const STAND_INS = /swiftshader|llvmpipe|softpipe|software|basic render/i;

let known;

/** @returns {"hardware" | "software" | "none"} */
export function graphics() {
  known ??= ask();
  return known;
}

function ask() {
  const context = document.createElement("canvas").getContext("webgl");
  if (!context) return "none";
  const names = context.getExtension("WEBGL_debug_renderer_info");
  const renderer = String(context.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return STAND_INS.test(renderer) ? "software" : "hardware";
}
