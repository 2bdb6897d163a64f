import { html } from '../dom/element';
import type { Size, View } from '../geometry/camera';
import type { Pictures } from './atlas';
import type { Rgb } from './palette';

/** Bytes a point has in `marks`: colour, shape, nearness, hollow. */
export const MARK_BYTES = 4;
/** The nearness of a point in the plane. In space, what is farther is smaller and paler; 0 is hidden. */
export const NEAREST = 255;
/** How large, and how strong, a point of that nearness is drawn. */
export const sizeAt = (nearness: number): number => 0.7 + (0.3 * nearness) / NEAREST;
export const opacityAt = (nearness: number): number => 0.4 + (0.6 * nearness) / NEAREST;
/** The farther half of them is drawn first. */
export const HALFWAY = 128;
/** Where a point goes that has no place yet: out of every view. */
export const NOWHERE = 1e9;

export interface DrawRequest {
  readonly view: View;
  readonly size: Size;
  /** Pixels of the screen in a CSS pixel. */
  readonly ratio: number;
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
export interface PointLayer {
  setPositions(from: Float32Array, to: Float32Array): void;
  setMarks(marks: Uint8Array): void;
  setPictures(pictures: Pictures): void;
  draw(request: DrawRequest): void;
  destroy(): void;
}

/** Such a layer with its element. */
export interface PointMap extends PointLayer {
  readonly kind: 'worker' | 'webgl2' | 'stamps';
  readonly element: HTMLCanvasElement;
}

export const pointCanvas = (): HTMLCanvasElement => html('canvas', { class: 'points' });
