import { sampleRgba, type PackedDataset } from 'metriclab';
import { html } from './element';

/** A sample's pixels as ink on paper: pictures of one channel hold the ink, and are turned to be dark on white. */
export function paperPixels(data: PackedDataset, index: number): Uint8ClampedArray<ArrayBuffer> {
  const rgba = sampleRgba(data, index);
  if (data.channels > 1) return rgba;
  for (let i = 0; i < rgba.length; i += 4) {
    const paper = 255 - (rgba[i] ?? 0);
    rgba[i] = paper;
    rgba[i + 1] = paper;
    rgba[i + 2] = paper;
  }
  return rgba;
}

/** A small canvas with one sample; the style sheet scales it, and dims its paper in the dark. */
export function sampleCanvas(data: PackedDataset, index: number): HTMLCanvasElement {
  const canvas = html('canvas', {
    class: 'sample on-paper',
    width: data.width,
    height: data.height,
    'aria-hidden': 'true',
  });
  canvas
    .getContext('2d', { willReadFrequently: true })
    ?.putImageData(new ImageData(paperPixels(data, index), data.width, data.height), 0, 0);
  return canvas;
}
