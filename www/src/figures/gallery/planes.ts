import type { PackedDataset } from 'metriclab';

type Shape = Pick<PackedDataset, 'channels' | 'height' | 'width'>;

/** Fits a picture into the shape of a data set, centred on white: its bytes, channel after channel. */
export function fitted(
  source: CanvasImageSource,
  [width, height]: readonly [number, number],
  shape: Shape,
): Uint8Array {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [shape.width, shape.height];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context || width === 0 || height === 0)
    return new Uint8Array(shape.channels * shape.width * shape.height);
  context.fillStyle = 'white';
  context.fillRect(0, 0, shape.width, shape.height);
  const scale = Math.min(shape.width / width, shape.height / height);
  const [w, h] = [width * scale, height * scale];
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, (shape.width - w) / 2, (shape.height - h) / 2, w, h);
  return planesOf(context.getImageData(0, 0, shape.width, shape.height).data, shape.channels);
}

/** RGBA bytes as planes: red, green and blue, or one of luminance. */
export function planesOf(rgba: ArrayLike<number>, channels: number): Uint8Array {
  const area = rgba.length / 4;
  const at = (pixel: number, channel: number): number => rgba[4 * pixel + channel] ?? 0;
  // Weights of ITU-R BT.601.
  const grey = (pixel: number): number =>
    Math.round(0.299 * at(pixel, 0) + 0.587 * at(pixel, 1) + 0.114 * at(pixel, 2));
  return Uint8Array.from({ length: channels * area }, (_, k) =>
    channels === 1 ? grey(k) : at(k % area, Math.floor(k / area)),
  );
}

/** The middle square of a camera's picture. */
export function square(video: HTMLVideoElement): HTMLCanvasElement {
  const side = Math.min(video.videoWidth, video.videoHeight);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [side, side];
  canvas
    .getContext('2d')
    ?.drawImage(
      video,
      (video.videoWidth - side) / 2,
      (video.videoHeight - side) / 2,
      side,
      side,
      0,
      0,
      side,
      side,
    );
  return canvas;
}
