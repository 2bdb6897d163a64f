import type { PackedDataset } from 'metriclab';
import type { Size, View } from '../geometry/camera';
import type { Rgb } from './palette';
import { CanvasPointMap } from './point-map-canvas';
import { GlPointMap } from './point-map-gl';

/** Bytes a point has in `marks`: colour, shape, visible, hollow. */
export const MARK_BYTES = 4;
/** Where a point goes that has no place yet: out of every view. */
export const NOWHERE = 1e9;

export interface DrawRequest {
  readonly view: View;
  readonly size: Size;
  /** How far from the old positions to the new ones. */
  readonly t: number;
  /** Diameter of a mark in CSS pixels. */
  readonly dot: number;
  /** Side of a picture in CSS pixels; 0 for marks only. */
  readonly picture: number;
  /** The ground that hollow marks are filled with. */
  readonly ground: Rgb;
}

/** Draws many points that move from old positions to new ones. */
export interface PointMap {
  readonly kind: 'webgl2' | 'canvas2d';
  readonly element: HTMLCanvasElement;
  setPositions(from: Float32Array, to: Float32Array): void;
  setMarks(marks: Uint8Array): void;
  setPictures(data: PackedDataset): void;
  draw(request: DrawRequest): void;
  destroy(): void;
}

/** WebGL2 where there is one, a plain canvas otherwise. `changed` asks for another drawing. */
export function createPointMap(changed: () => void): PointMap {
  return GlPointMap.create(changed) ?? new CanvasPointMap();
}
