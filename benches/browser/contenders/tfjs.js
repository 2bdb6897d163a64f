// TensorFlow.js, one contender a backend.
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-webgpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import wasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { BATCH, batches, weights } from '../page/mnist.js';

setWasmPaths({
  'tfjs-backend-wasm.wasm': wasmUrl,
  'tfjs-backend-wasm-simd.wasm': simdUrl,
  'tfjs-backend-wasm-threaded-simd.wasm': threadedUrl,
});

/** Computes blocks of at most 64 MiB, because larger ones exceed the buffer limits of the backends. */
const rowsAtOnce = (count) => Math.min(count, Math.max(1, 2 ** 24 / count));

async function use(backend) {
  if (!(await tf.setBackend(backend))) throw new Error(`no backend ${backend}`);
  await tf.ready();
}

function squared(block, x, lengths) {
  const own = tf.sum(tf.square(block), 1, true);
  return tf.relu(tf.sub(tf.add(own, lengths), tf.mul(tf.matMul(block, x, false, true), 2)));
}

/** A B x B matrix with 1 where labels are equal. */
const alike = (y) => tf.cast(tf.equal(tf.expandDims(y, 1), tf.expandDims(y, 0)), 'float32');

/** Mean over anchors of [hardest positive - hardest negative + 0.2]+ on rows of length 1. */
function batchHard(embeddings, y) {
  const unit = tf.div(embeddings, tf.sqrt(tf.add(tf.sum(tf.square(embeddings), 1, true), 1e-12)));
  const distances = tf.sqrt(tf.add(tf.relu(tf.sub(2, tf.mul(tf.matMul(unit, unit, false, true), 2))), 1e-12));
  const same = alike(y);
  const positive = tf.max(tf.mul(distances, same), 1);
  const negative = tf.min(tf.add(distances, tf.mul(same, 1e3)), 1);
  return tf.mean(tf.relu(tf.add(tf.sub(positive, negative), 0.2)));
}

const variable = (shape, fanIn, seed) =>
  tf.variable(
    tf.tensor(
      weights(
        shape.reduce((a, b) => a * b),
        fanIn,
        seed,
      ),
      shape,
    ),
  );

function mlp() {
  const [w1, b1, w2, b2] = [
    variable([784, 128], 784, 1),
    variable([128], 784, 2),
    variable([128, 32], 128, 3),
    variable([32], 128, 4),
  ];
  return {
    parameters: [w1, b1, w2, b2],
    forward: (x) => tf.add(tf.matMul(tf.relu(tf.add(tf.matMul(x, w1), b1)), w2), b2),
  };
}

function cnn() {
  const [k1, c1, k2, c2] = [
    variable([3, 3, 1, 8], 9, 1),
    variable([8], 9, 2),
    variable([3, 3, 8, 16], 72, 3),
    variable([16], 72, 4),
  ];
  const [w, b] = [variable([784, 32], 784, 5), variable([32], 784, 6)];
  const layer = (x, kernel, bias) => tf.relu(tf.add(tf.conv2d(x, kernel, 2, 'same'), bias));
  const forward = (x) =>
    tf.add(
      tf.matMul(tf.reshape(layer(layer(tf.reshape(x, [BATCH, 28, 28, 1]), k1, c1), k2, c2), [BATCH, 784]), w),
      b,
    );
  return { parameters: [k1, c1, k2, c2, w, b], forward };
}

function tfjs(backend) {
  const before = () => use(backend);
  return {
    name: `tfjs ${backend}`,
    distances: async ({ rows, count, dim }) => {
      await before();
      return {
        before,
        run: async () => {
          const result = tf.tidy(() => {
            const x = tf.tensor2d(rows, [count, dim]);
            return tf.sqrt(squared(x, x, tf.reshape(tf.sum(tf.square(x), 1), [1, count])));
          });
          const matrix = await result.data();
          result.dispose();
          return matrix;
        },
      };
    },
    nearest: async ({ rows, count, dim }, k) => {
      await before();
      const step = rowsAtOnce(count);
      return {
        before,
        run: async () => {
          const indices = new Uint32Array(count * k);
          const distances = new Float32Array(count * k);
          const [x, lengths] = tf.tidy(() => {
            const all = tf.tensor2d(rows, [count, dim]);
            return [all, tf.reshape(tf.sum(tf.square(all), 1), [1, count])];
          });
          for (let first = 0; first < count; first += step) {
            const found = tf.tidy(() =>
              tf.topk(
                tf.neg(squared(tf.slice(x, [first, 0], [Math.min(step, count - first), dim]), x, lengths)),
                k,
              ),
            );
            indices.set(await found.indices.data(), first * k);
            distances.set(
              (await found.values.data()).map((value) => Math.sqrt(-value)),
              first * k,
            );
            tf.dispose([found.indices, found.values]);
          }
          tf.dispose([x, lengths]);
          return { indices, distances };
        },
      };
    },
    training: async (network) => {
      await before();
      const draw = await batches();
      const { parameters, forward } = { mlp, cnn }[network]();
      const optimizer = tf.train.adam(1e-3);
      return {
        before,
        run: async (steps) => {
          let loss;
          for (let done = 0; done < steps; done++) {
            loss?.dispose();
            const { x, y } = draw();
            loss = tf.tidy(() => {
              const [pictures, labels] = [tf.tensor2d(x, [BATCH, 784]), tf.tensor1d(y, 'int32')];
              return optimizer.minimize(() => batchHard(forward(pictures), labels), true, parameters);
            });
          }
          const [value] = await loss.data();
          loss.dispose();
          return value;
        },
        close: () => {
          tf.dispose(parameters);
          optimizer.dispose();
        },
      };
    },
  };
}

export const tfjsVersion = tf.version_core;
export const [tfjsWebgpu, tfjsWebgl, tfjsWasm, tfjsCpu] = ['webgpu', 'webgl', 'wasm', 'cpu'].map(tfjs);
