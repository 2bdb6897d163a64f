// Runs wasm-bhtsne in a Worker, because the main thread may not wait for other threads.
import init, { bhtSNEf32, initThreadPool } from 'wasm-bhtsne';

const EVERY = 20;

async function work({ rows, perplexity, rounds, threads }) {
  await init();
  await initThreadPool(threads);
  const tsne = new bhtSNEf32(rows, { perplexity, learning_rate: Math.max(200, rows.length / 12) });
  let places = [];
  for (let done = 0; done < rounds; done += EVERY) {
    places = tsne.step(EVERY);
    self.postMessage({ done: done + EVERY });
  }
  self.postMessage({ xy: Float32Array.from(places.flat()) });
}

self.addEventListener('message', ({ data }) => {
  work(data).catch((error) => self.postMessage({ failed: String(error?.message ?? error) }));
});
