/** Renderers that are programs. */
const PROGRAMS = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** Whether a graphics card would do what WebGL2 is told on such a canvas, which is of no other use afterwards. */
export function hasCard(canvas: HTMLCanvasElement | OffscreenCanvas): boolean {
  const options = { failIfMajorPerformanceCaveat: true };
  const gl = canvas.getContext('webgl2', options) as WebGL2RenderingContext | null;
  if (!gl) return false;
  let name = String(gl.getParameter(gl.RENDERER));
  // Where this names the browser, an extension has the name. Firefox has it here, and warns of the extension.
  const more = /^webkit/i.test(name) ? gl.getExtension('WEBGL_debug_renderer_info') : null;
  if (more) name = String(gl.getParameter(more.UNMASKED_RENDERER_WEBGL));
  return !PROGRAMS.test(name);
}
