import type { Pictures } from './atlas';
import type { DrawRequest } from './point-map';

/** Messages from the page to the Worker that draws its points. */
export type PointMessage =
  | { readonly type: 'canvas'; readonly canvas: OffscreenCanvas }
  | { readonly type: 'positions'; readonly from: Float32Array; readonly to: Float32Array }
  | { readonly type: 'marks'; readonly marks: Uint8Array }
  | { readonly type: 'pictures'; readonly pictures: Pictures }
  | { readonly type: 'draw'; readonly request: DrawRequest };

/** The one thing that the Worker ever says: that it cannot draw. */
export const CANNOT_DRAW = 'cannot draw';
