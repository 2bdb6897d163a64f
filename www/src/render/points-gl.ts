import { Atlas, type Pictures } from './atlas';
import { COLOURS } from './palette';
import { HALFWAY, MARK_BYTES, NEAREST, type DrawRequest, type PointLayer } from './point-map';
import { FRAGMENT, VERTEX } from './shaders';

const UNIFORMS = [
  't',
  'view',
  'size',
  'diameter',
  'ratio',
  'perPage',
  'columns',
  'colours',
  'pages',
  'tile',
  'side',
  'outline',
  'between',
  'grey',
  'atlas',
] as const;
type Uniform = (typeof UNIFORMS)[number];

/** Nearness of the points that are drawn at once. */
const WHOLE = [[1, NEAREST]] as const;
const HALVES = [
  [1, HALFWAY - 1],
  [HALFWAY, NEAREST],
] as const;

interface Program {
  readonly program: WebGLProgram;
  readonly vertices: WebGLVertexArrayObject;
  readonly buffers: { readonly from: WebGLBuffer; readonly to: WebGLBuffer; readonly marks: WebGLBuffer };
  readonly at: Readonly<Record<Uniform, WebGLUniformLocation | null>>;
}

function compile(gl: WebGL2RenderingContext, type: GLenum, source: string): WebGLShader | null {
  const shader = gl.createShader(type);
  if (!shader) return null;
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  return shader;
}

function build(gl: WebGL2RenderingContext): Program | null {
  const program = gl.createProgram();
  const vertex = compile(gl, gl.VERTEX_SHADER, VERTEX);
  const fragment = compile(gl, gl.FRAGMENT_SHADER, FRAGMENT);
  if (!vertex || !fragment) return null;
  gl.attachShader(program, vertex);
  gl.attachShader(program, fragment);
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true) return null;
  const at = Object.fromEntries(
    UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]),
  ) as Program['at'];
  const vertices = gl.createVertexArray();
  const buffers = { from: gl.createBuffer(), to: gl.createBuffer(), marks: gl.createBuffer() };
  gl.bindVertexArray(vertices);
  for (const [location, buffer] of [buffers.from, buffers.to].entries()) {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, 2, gl.FLOAT, false, 0, 0);
  }
  gl.bindBuffer(gl.ARRAY_BUFFER, buffers.marks);
  gl.enableVertexAttribArray(2);
  gl.vertexAttribIPointer(2, 4, gl.UNSIGNED_BYTE, 0, 0);
  gl.bindVertexArray(null);
  return { program, vertices, buffers, at };
}

/** Points by WebGL2, on a canvas of the page or of a Worker: the graphics card moves them, one only says how far. */
export class GlPoints implements PointLayer {
  readonly #canvas: HTMLCanvasElement | OffscreenCanvas;
  readonly #gl: WebGL2RenderingContext;
  readonly #changed: () => void;
  #program: Program | null;
  #from: Float32Array = new Float32Array();
  #to: Float32Array = new Float32Array();
  #marks: Uint8Array = new Uint8Array();
  #count = 0;
  /** Whether some points are farther than others. */
  #deep = false;
  #pictures: Pictures | null = null;
  #atlas: Atlas | null = null;
  #texture: WebGLTexture | null = null;
  #pagesReady = 0;
  #pageTimer: ReturnType<typeof setTimeout> | undefined;

  /** Null where there is no WebGL2. `changed` asks for another drawing. */
  static create(canvas: HTMLCanvasElement | OffscreenCanvas, changed: () => void): GlPoints | null {
    const options = { alpha: true, antialias: false, depth: false, stencil: false, premultipliedAlpha: true };
    const gl = canvas.getContext('webgl2', options) as WebGL2RenderingContext | null;
    const program = gl && build(gl);
    return program ? new GlPoints(canvas, gl, program, changed) : null;
  }

  private constructor(
    canvas: HTMLCanvasElement | OffscreenCanvas,
    gl: WebGL2RenderingContext,
    program: Program,
    changed: () => void,
  ) {
    this.#canvas = canvas;
    this.#gl = gl;
    this.#program = program;
    this.#changed = changed;
    canvas.addEventListener('webglcontextlost', this.#lost);
    canvas.addEventListener('webglcontextrestored', this.#restored);
  }

  setPositions(from: Float32Array, to: Float32Array): void {
    this.#from = from;
    this.#to = to;
    if (!this.#program) return;
    this.#upload(this.#program.buffers.from, from);
    this.#upload(this.#program.buffers.to, to);
  }

  setMarks(marks: Uint8Array): void {
    this.#marks = marks;
    this.#count = marks.length / MARK_BYTES;
    this.#deep = marks.some((value, at) => at % MARK_BYTES === 2 && value > 0 && value < NEAREST);
    if (this.#program) this.#upload(this.#program.buffers.marks, marks);
  }

  /** Loads the pictures a page at a time; until then their points stay marks. */
  setPictures(pictures: Pictures): void {
    clearTimeout(this.#pageTimer);
    const gl = this.#gl;
    gl.deleteTexture(this.#texture);
    this.#pictures = pictures;
    this.#pagesReady = 0;
    const atlas = new Atlas(pictures);
    this.#atlas = atlas;
    const layers = Math.min(atlas.pages, gl.getParameter(gl.MAX_ARRAY_TEXTURE_LAYERS) as number);
    this.#texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, this.#texture);
    gl.texStorage3D(
      gl.TEXTURE_2D_ARRAY,
      1,
      atlas.channels === 1 ? gl.R8 : gl.RGB8,
      atlas.side,
      atlas.side,
      layers,
    );
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    this.#nextPage(atlas, layers);
  }

  draw({ view, size, ratio, t, dot, picture, ground }: DrawRequest): void {
    const gl = this.#gl;
    const canvas = this.#canvas;
    const [width, height] = [size.width, size.height].map((length) =>
      Math.max(1, Math.round(length * ratio)),
    ) as [number, number];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!this.#program || this.#count === 0 || this.#to.length !== 2 * this.#count) return;
    const { program, vertices, at } = this.#program;
    const atlas = this.#atlas;
    gl.useProgram(program);
    gl.bindVertexArray(vertices);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.uniform1f(at.t, t);
    gl.uniform3f(at.view, view.scale, view.offsetX, view.offsetY);
    gl.uniform2f(at.size, size.width, size.height);
    gl.uniform1f(at.diameter, picture > 0 ? picture : dot);
    gl.uniform1f(at.ratio, ratio);
    gl.uniform3fv(
      at.colours,
      COLOURS.flatMap((colours) => colours.map((value) => value / 255)),
    );
    gl.uniform3f(at.outline, ground[0] / 255, ground[1] / 255, ground[2] / 255);
    gl.uniform1i(at.pages, picture > 0 ? this.#pagesReady : 0);
    gl.uniform1i(at.perPage, atlas?.perPage ?? 1);
    gl.uniform1i(at.columns, atlas?.columns ?? 1);
    gl.uniform2f(at.tile, ...(atlas?.tile ?? [1, 1]));
    gl.uniform1f(at.side, atlas?.side ?? 1);
    gl.uniform1i(at.grey, atlas?.channels === 1 ? 1 : 0);
    gl.uniform1i(at.atlas, 0);
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, this.#texture);
    for (const [from, to] of this.#deep ? HALVES : WHOLE) {
      gl.uniform2ui(at.between, from, to);
      gl.drawArrays(gl.POINTS, 0, this.#count);
    }
    gl.bindVertexArray(null);
  }

  destroy(): void {
    clearTimeout(this.#pageTimer);
    this.#canvas.removeEventListener('webglcontextlost', this.#lost);
    this.#canvas.removeEventListener('webglcontextrestored', this.#restored);
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  readonly #lost = (event: Event): void => {
    event.preventDefault();
    clearTimeout(this.#pageTimer);
    this.#program = null;
    this.#texture = null;
  };

  readonly #restored = (): void => {
    this.#program = build(this.#gl);
    this.setPositions(this.#from, this.#to);
    this.setMarks(this.#marks);
    if (this.#pictures) this.setPictures(this.#pictures);
    this.#changed();
  };

  #upload(buffer: WebGLBuffer, values: Float32Array | Uint8Array): void {
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, buffer);
    this.#gl.bufferData(this.#gl.ARRAY_BUFFER, values, this.#gl.DYNAMIC_DRAW);
  }

  #nextPage(atlas: Atlas, layers: number): void {
    if (this.#pagesReady >= layers) return;
    this.#pageTimer = setTimeout(() => {
      const gl = this.#gl;
      const format = atlas.channels === 1 ? gl.RED : gl.RGB;
      gl.bindTexture(gl.TEXTURE_2D_ARRAY, this.#texture);
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
      gl.texSubImage3D(
        gl.TEXTURE_2D_ARRAY,
        0,
        0,
        0,
        this.#pagesReady,
        atlas.side,
        atlas.side,
        1,
        format,
        gl.UNSIGNED_BYTE,
        atlas.page(this.#pagesReady),
      );
      this.#pagesReady += 1;
      this.#changed();
      this.#nextPage(atlas, layers);
    }, 0);
  }
}
