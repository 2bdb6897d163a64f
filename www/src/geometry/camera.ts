/** Where the picture's own coordinates lie: its centre and half of its larger side. */
export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly half: number;
}

/** The part of the frame that a person looks at, in half-widths of the frame. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** screen = scale * point + offset, in CSS pixels with y down. */
export interface View {
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const MIN_ZOOM = 0.5;
export const MAX_ZOOM = 60;
const MARGIN = 1.08;

function quantiles(values: Float64Array, low: number, high: number): readonly [number, number] {
  values.sort();
  const last = values.length - 1;
  return [values[Math.round(low * last)] ?? 0, values[Math.round(high * last)] ?? 0];
}

/** A frame around nearly all points: a few far ones must not shrink the rest to a dot. */
export function frameOf(xy: Float32Array): Frame | null {
  const stride = Math.max(1, Math.floor(xy.length / 2 / 4000)) * 2;
  const xs: number[] = [];
  const ys: number[] = [];
  for (let i = 0; i < xy.length; i += stride) {
    const x = xy[i] ?? NaN;
    const y = xy[i + 1] ?? NaN;
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    xs.push(x);
    ys.push(y);
  }
  if (xs.length === 0) return null;
  const [left, right] = quantiles(Float64Array.from(xs), 0.002, 0.998);
  const [bottom, top] = quantiles(Float64Array.from(ys), 0.002, 0.998);
  const half = Math.max(right - left, top - bottom, 1e-6) / 2;
  return { x: (left + right) / 2, y: (bottom + top) / 2, half };
}

export function blend(from: Frame, to: Frame, t: number): Frame {
  const mix = (a: number, b: number): number => a + (b - a) * t;
  return { x: mix(from.x, to.x), y: mix(from.y, to.y), half: mix(from.half, to.half) };
}

export function viewOf(frame: Frame, camera: Camera, { width, height }: Size): View {
  const scale = (Math.min(width, height) / 2 / (frame.half * MARGIN)) * camera.zoom;
  const centreX = frame.x + camera.x * frame.half;
  const centreY = frame.y + camera.y * frame.half;
  return { scale, offsetX: width / 2 - scale * centreX, offsetY: height / 2 + scale * centreY };
}

/** The camera after a zoom by `factor` that keeps the screen point (x, y) where it is. */
export function zoomAt(
  camera: Camera,
  { width, height }: Size,
  x: number,
  y: number,
  factor: number,
): Camera {
  const zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, camera.zoom * factor));
  const unit = Math.min(width, height) / 2 / MARGIN;
  const dx = (x - width / 2) / unit;
  const dy = (height / 2 - y) / unit;
  const shift = 1 / camera.zoom - 1 / zoom;
  return { x: camera.x + dx * shift, y: camera.y + dy * shift, zoom };
}

/** The camera after the picture was dragged by (dx, dy) pixels. */
export function panBy(camera: Camera, { width, height }: Size, dx: number, dy: number): Camera {
  const unit = (Math.min(width, height) / 2 / MARGIN) * camera.zoom;
  return { ...camera, x: camera.x - dx / unit, y: camera.y + dy / unit };
}
