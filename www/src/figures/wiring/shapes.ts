/** Ways to wire a network; a drawing shows one of them. */
export const WIRINGS = ['siamese', 'triplet', 'classifier', 'twoView'] as const;
export type Wiring = (typeof WIRINGS)[number];

/** A batch of pictures and the embedding that comes out. */
export interface Setup {
  readonly classes: number;
  readonly perClass: number;
  readonly channels: readonly number[];
  readonly side: number;
  readonly dim: number;
  /** Classes of the data set. */
  readonly known: number;
}

/** A tensor on the way: what it is called in the words, and its shape. */
export interface Tensor {
  readonly name: 'input' | 'layer' | 'embedding' | 'distances' | 'scores';
  readonly shape: readonly number[];
}

/** The tensors of a wiring, from the pictures to what the loss reads. */
export function tensorsOf(wiring: Wiring, setup: Setup): Tensor[] {
  const rows = rowsOf(wiring, setup);
  let side = setup.side;
  const layers = setup.channels.map((channels): Tensor => {
    side = Math.ceil(side / 2);
    return { name: 'layer', shape: [rows, channels, side, side] };
  });
  return [
    { name: 'input', shape: [rows, 1, setup.side, setup.side] },
    ...layers,
    { name: 'embedding', shape: [rows, setup.dim] },
    wiring === 'classifier'
      ? { name: 'scores', shape: [rows, setup.known] }
      : { name: 'distances', shape: [rows, rows] },
  ];
}

/** Rows of a batch: with two views each picture is in it twice. */
export function rowsOf(wiring: Wiring, { classes, perClass }: Setup): number {
  return classes * perClass * (wiring === 'twoView' ? 2 : 1);
}

/** How many comparisons the loss of a wiring makes in a batch: positive and negative ones. */
export function comparisons(
  wiring: Wiring,
  setup: Setup,
): { readonly positive: number; readonly negative: number; readonly all: number } {
  const rows = rowsOf(wiring, setup);
  if (wiring === 'classifier')
    return { positive: rows, negative: rows * (setup.known - 1), all: rows * setup.known };
  // With two views and no labels, the only positive of a row is its other view.
  const alike = wiring === 'twoView' ? 1 : setup.perClass - 1;
  const unlike = rows - 1 - alike;
  if (wiring === 'triplet')
    return { positive: rows * alike, negative: rows * unlike, all: rows * alike * unlike };
  return {
    positive: (rows * alike) / 2,
    negative: (rows * unlike) / 2,
    all: (rows * (rows - 1)) / 2,
  };
}

/** Learnable numbers of the network, and those that the loss adds. */
export function parametersOf(
  wiring: Wiring,
  { channels, side, dim, known }: Setup,
): { readonly network: number; readonly loss: number } {
  let [sum, from, left] = [0, 1, side];
  for (const to of channels) {
    sum += 9 * from * to + to;
    from = to;
    left = Math.ceil(left / 2);
  }
  sum += from * left * left * dim + dim;
  return { network: sum, loss: wiring === 'classifier' ? dim * known + known : 0 };
}
