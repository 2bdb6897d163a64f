import type { Random } from '../random';

/** Random changes of a picture; 0 switches one off. The names are those of a session's `augment`. */
export interface Augmentation {
  /** In pixels, each way. */
  readonly shift: number;
  /** In degrees, each way. */
  readonly rotate: number;
  /** Largest share of the side cut off. */
  readonly crop: number;
  /** Standard deviation, of 1. */
  readonly noise: number;
  /** Largest share of the area covered. */
  readonly erase: number;
  readonly flip: boolean;
}

/** The changes that keep a digit's name: those of the chapter's experiment and of its pictures. */
export const GENTLE: Augmentation = { shift: 2, rotate: 12, crop: 0.12, noise: 0, erase: 0, flip: false };

/** A picture of one channel, its pixels from 0 to 1. */
export interface Plane {
  readonly pixels: Float32Array;
  readonly height: number;
  readonly width: number;
}

/** The changes that chance chose for one view. */
export interface Drawn {
  down: number;
  across: number;
  flipped: boolean;
  angle: number;
  /** The share of the side that is left. */
  side: number;
  /** Rows and columns of the covered rectangle. */
  erased: readonly [rows: number, columns: number];
}

/**
 * One augmented view, as the core makes it for training (`src/datasets/augment.rs`): the same draws in the same order, so
 * that equal streams give equal views.
 */
export function view(
  picture: Plane,
  how: Augmentation,
  random: Random,
): { readonly pixels: Float32Array; readonly drawn: Drawn } {
  const { height, width } = picture;
  const paper = paperOf(picture);
  const drawn: Drawn = { down: 0, across: 0, flipped: false, angle: 0, side: 1, erased: [0, 0] };
  let pixels = picture.pixels;
  if (how.shift > 0) {
    drawn.down = random.below(2 * how.shift + 1) - how.shift;
    drawn.across = random.below(2 * how.shift + 1) - how.shift;
    pixels = shifted({ pixels, height, width }, drawn.down, drawn.across, paper);
  }
  if (how.flip && random.below(2) === 1) {
    drawn.flipped = true;
    pixels = pixels.map((_, at) => pixels[at - (at % width) + width - 1 - (at % width)] ?? paper);
  }
  if (how.rotate > 0 || how.crop > 0) {
    drawn.angle = how.rotate > 0 ? how.rotate * (2 * random.uniform() - 1) : 0;
    let [down, across] = [0, 0];
    if (how.crop > 0) {
      const cut = how.crop * random.uniform();
      drawn.side = 1 - cut;
      down = cut * (random.uniform() - 0.5) * height;
      across = cut * (random.uniform() - 0.5) * width;
    }
    pixels = turned({ pixels, height, width }, drawn.angle, drawn.side, [down, across], paper);
  }
  if (how.erase > 0) {
    const [next, size] = erased({ pixels, height, width }, how.erase, paper, random);
    pixels = next;
    drawn.erased = size;
  }
  if (how.noise > 0)
    pixels = pixels.map((value) => Math.max(0, Math.min(1, value + how.noise * random.normal())));
  return { pixels, drawn };
}

/** The background: the second smallest of the four corners. */
function paperOf({ pixels, width }: Plane): number {
  const last = pixels.length - 1;
  const corners = [0, width - 1, last + 1 - width, last].map((at) => pixels[at] ?? 0);
  return corners.sort((a, b) => a - b)[1] ?? 0;
}

/** Reads a pixel; outside is paper. */
const reader =
  ({ pixels, height, width }: Plane, paper: number) =>
  (row: number, column: number): number =>
    row >= 0 && row < height && column >= 0 && column < width
      ? (pixels[row * width + column] ?? paper)
      : paper;

export function shifted(plane: Plane, down: number, across: number, paper: number): Float32Array {
  const at = reader(plane, paper);
  const { width } = plane;
  return plane.pixels.map((_, k) => at(Math.floor(k / width) - down, (k % width) - across));
}

/** Turns by `angle` degrees and resizes the share `side` around a moved centre to full size, bilinearly. */
export function turned(
  plane: Plane,
  angle: number,
  side: number,
  [down, across]: readonly [number, number],
  paper: number,
): Float32Array {
  const { height, width } = plane;
  const at = reader(plane, paper);
  const [sin, cos] = [Math.sin((angle * Math.PI) / 180), Math.cos((angle * Math.PI) / 180)];
  const [middleY, middleX] = [0.5 * (height - 1), 0.5 * (width - 1)];
  return plane.pixels.map((_, k) => {
    const [y, x] = [(Math.floor(k / width) - middleY) * side, ((k % width) - middleX) * side];
    const [fromY, fromX] = [cos * y - sin * x + middleY + down, sin * y + cos * x + middleX + across];
    const [top, left] = [Math.floor(fromY), Math.floor(fromX)];
    const [partY, partX] = [fromY - top, fromX - left];
    const above = at(top, left) * (1 - partX) + at(top, left + 1) * partX;
    const below = at(top + 1, left) * (1 - partX) + at(top + 1, left + 1) * partX;
    return above * (1 - partY) + below * partY;
  });
}

function erased(
  { pixels, height, width }: Plane,
  share: number,
  paper: number,
  random: Random,
): [Float32Array, readonly [number, number]] {
  const area = share * random.uniform() * height * width;
  const shape = 0.5 + 1.5 * random.uniform();
  const rows = Math.max(1, Math.min(height, Math.floor(Math.sqrt(area * shape))));
  const columns = Math.min(width, Math.floor(area / rows));
  const [top, left] = [random.below(height - rows + 1), random.below(width - columns + 1)];
  const covered = pixels.map((value, k) => {
    const [row, column] = [Math.floor(k / width) - top, (k % width) - left];
    return row >= 0 && row < rows && column >= 0 && column < columns ? paper : value;
  });
  return [covered, [rows, columns]];
}
