// jax-js, one contender a device. Using a value consumes it; `.ref` keeps it for another use.
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
} from '@jax-js/jax';
import { BATCH, batches, weights } from '../page/mnist.js';

const started = new Set();

async function use(device) {
  if (!started.has(device)) {
    if (!(await init(device)).includes(device)) throw new Error(`no device ${device}`);
    started.add(device);
  }
  defaultDevice(device);
}

/** At most 64 MiB of distances at a time. */
const rowsAtOnce = (count) => Math.min(count, Math.max(1, 2 ** 24 / count));

function squared(block, x) {
  const own = np.sum(np.square(block.ref), 1, { keepdims: true });
  const others = np.sum(np.square(x.ref), 1);
  return np.maximum(own.add(others).sub(np.matmul(block, np.transpose(x)).mul(2)), 0);
}

const matrix = (values, shape) => np.array(values, { shape });

/** Mean over anchors of [hardest positive - hardest negative + 0.2]+ on rows of length 1; `same` is 1 where labels are equal. */
function batchHard(embeddings, same) {
  const unit = embeddings.ref.div(np.sqrt(np.sum(np.square(embeddings), 1, { keepdims: true }).add(1e-12)));
  const products = np.matmul(unit.ref, np.transpose(unit));
  const distances = np.sqrt(np.maximum(products.mul(-2).add(2), 0).add(1e-12));
  const positive = np.max(distances.ref.mul(same.ref), 1);
  const negative = np.min(distances.add(same.mul(1e3)), 1);
  return np.mean(np.maximum(positive.sub(negative).add(0.2), 0));
}

const dense = (x, { w, b }) => np.matmul(x, w).add(b);

const NETWORKS = {
  mlp: {
    shape: [BATCH, 784],
    layers: [
      { w: [784, 128], b: [128], fanIn: 784 },
      { w: [128, 32], b: [32], fanIn: 128 },
    ],
    forward: ([hidden, head], x) => dense(nn.relu(dense(x, hidden)), head),
  },
  cnn: {
    shape: [BATCH, 1, 28, 28],
    layers: [
      { w: [8, 1, 3, 3], b: [1, 8, 1, 1], fanIn: 9 },
      { w: [16, 8, 3, 3], b: [1, 16, 1, 1], fanIn: 72 },
      { w: [784, 32], b: [32], fanIn: 784 },
    ],
    forward: ([first, second, head], x) => {
      const layer = (from, { w, b }) =>
        nn.relu(
          lax
            .convGeneralDilated(
              from,
              w,
              [2, 2],
              [
                [1, 1],
                [1, 1],
              ],
            )
            .add(b),
        );
      return dense(layer(layer(x, first), second).reshape([BATCH, 784]), head);
    },
  },
};

const [RATE, BETA1, BETA2, EPSILON] = [1e-3, 0.9, 0.999, 1e-8];

/** One step of Adam (Kingma and Ba 2015); @jax-js/optax is not on the registry that this benchmark installs from. */
function adam(parameters, first, second, gradients, time) {
  const map = tree.map;
  const m = map(
    (moment, gradient) => moment.mul(BETA1).add(gradient.mul(1 - BETA1)),
    first,
    tree.ref(gradients),
  );
  const v = map(
    (moment, gradient) => moment.mul(BETA2).add(np.square(gradient).mul(1 - BETA2)),
    second,
    gradients,
  );
  const shrink1 = np.subtract(1, np.exp(time.ref.mul(Math.log(BETA1))));
  const shrink2 = np.subtract(1, np.exp(time.mul(Math.log(BETA2))));
  const moved = map(
    (value, mean, square) =>
      value.sub(
        mean
          .div(shrink1.ref)
          .mul(RATE)
          .div(np.sqrt(square.div(shrink2.ref)).add(EPSILON)),
      ),
    parameters,
    tree.ref(m),
    tree.ref(v),
  );
  shrink1.dispose();
  shrink2.dispose();
  return [moved, m, v];
}

function jax(device) {
  const before = () => use(device);
  const wholeMatrix = jit((x) => np.sqrt(squared(x.ref, x)));
  const nearestOf = new Map();
  const nearestBy = (k) => {
    if (!nearestOf.has(k))
      nearestOf.set(
        k,
        jit((block, x) => lax.topK(np.negative(squared(block, x)), k)),
      );
    return nearestOf.get(k);
  };
  return {
    name: `jax-js ${device}`,
    distances: async ({ rows, count, dim }) => {
      await before();
      return { before, run: async () => wholeMatrix(matrix(rows, [count, dim])).data() };
    },
    nearest: async ({ rows, count, dim }, k) => {
      await before();
      const step = rowsAtOnce(count);
      return {
        before,
        run: async () => {
          const indices = new Uint32Array(count * k);
          const distances = new Float32Array(count * k);
          const x = matrix(rows, [count, dim]);
          for (let first = 0; first < count; first += step) {
            const block =
              step === count ? x.ref : matrix(rows.subarray(first * dim, (first + step) * dim), [step, dim]);
            const [values, places] = nearestBy(k)(block, x.ref);
            indices.set(await places.data(), first * k);
            distances.set(
              (await values.data()).map((value) => Math.sqrt(-value)),
              first * k,
            );
          }
          x.dispose();
          return { indices, distances };
        },
      };
    },
    training: async (network) => {
      await before();
      const draw = await batches();
      const { shape, layers, forward } = NETWORKS[network];
      const filled = (values, size) => np.array(values, { shape: size });
      const size = (lengths) => lengths.reduce((a, b) => a * b);
      let parameters = layers.map(({ w, b, fanIn }, i) => ({
        w: filled(weights(size(w), fanIn, 2 * i + 1), w),
        b: filled(weights(size(b), fanIn, 2 * i + 2), b),
      }));
      let first = layers.map(({ w, b }) => ({ w: np.zeros(w), b: np.zeros(b) }));
      let second = layers.map(({ w, b }) => ({ w: np.zeros(w), b: np.zeros(b) }));
      const step = jit((values, m, v, time, x, y) => {
        const same = np.equal(y.ref.reshape([BATCH, 1]), y.reshape([1, BATCH])).astype(np.float32);
        const [loss, gradients] = valueAndGrad((w, pictures, mask) => batchHard(forward(w, pictures), mask))(
          tree.ref(values),
          x,
          same,
        );
        return [...adam(values, m, v, gradients, time), loss];
      });
      let time = 0;
      return {
        before,
        run: async (steps) => {
          let loss;
          for (let done = 0; done < steps; done++) {
            loss?.dispose();
            const { x, y } = draw();
            time += 1;
            [parameters, first, second, loss] = step(
              parameters,
              first,
              second,
              np.array(time, { dtype: np.float32 }),
              matrix(x, shape),
              matrix(y, [BATCH]),
            );
          }
          const [value] = await loss.data();
          await blockUntilReady(parameters);
          return value;
        },
        close: () => tree.dispose([parameters, first, second]),
      };
    },
  };
}

export const [jaxWebgpu, jaxWasm] = ['webgpu', 'wasm'].map(jax);
