// The IDX files in which MNIST and its successors are published.
import { expect } from './mlds.mjs';

const PICTURES = 0x803;
const LABELS = 0x801;

/** @param {Buffer} images @param {Buffer} labels */
export function readIdx(images, labels) {
  expect(images.readUInt32BE(0) === PICTURES, 'the picture file is not IDX with three axes of u8');
  expect(labels.readUInt32BE(0) === LABELS, 'the label file is not IDX with one axis of u8');
  const [count, height, width] = [4, 8, 12].map((at) => images.readUInt32BE(at));
  expect(labels.readUInt32BE(4) === count, `${count} pictures, but ${labels.readUInt32BE(4)} labels`);
  return {
    count,
    height,
    width,
    pixels: images.subarray(16, 16 + count * height * width),
    labels: Uint16Array.from(labels.subarray(8, 8 + count)),
  };
}
