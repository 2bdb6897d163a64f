import { PagePointMap } from '../../../www/src/render/point-map-page.ts';
import { NEAREST } from '../../../www/src/render/point-map.ts';
import { createPointMap } from '../../../www/src/render/point-maps.ts';
import { normal } from './random.js';

const SIZE = { width: 900, height: 700 };
const VIEW = { scale: 90, offsetX: SIZE.width / 2, offsetY: SIZE.height / 2 };

function fill(map, count) {
  map.element.style.width = `${SIZE.width}px`;
  map.element.style.height = `${SIZE.height}px`;
  document.body.append(map.element);
  const places = (seed) => Float32Array.from({ length: 2 * count }, normal(seed));
  map.setPositions(places(1), places(2));
  map.setMarks(
    Uint8Array.from({ length: 4 * count }, (_, i) => [(i >> 2) % 8, (i >> 2) % 5, NEAREST, 0][i % 4]),
  );
}

const request = (t) => ({
  view: VIEW,
  size: SIZE,
  ratio: window.devicePixelRatio,
  t,
  dot: 5,
  picture: 0,
  ground: [255, 255, 255],
});

/** Milliseconds of a drawing on this thread, until it is complete. */
function waited(map, count) {
  if (!map) throw new Error('no WebGL2');
  fill(map, count);
  const gl = map.element.getContext('webgl2');
  const context = gl ?? map.element.getContext('2d');
  const pixel = new Uint8Array(4);
  const complete = gl
    ? () => gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel)
    : () => context.getImageData(0, 0, 1, 1);
  const taken = Array.from({ length: 8 }, (_, i) => {
    const begun = performance.now();
    map.draw(request(i / 8));
    complete();
    return performance.now() - begun;
  });
  map.destroy();
  // The first drawing compiles the shaders, or makes the stamps.
  return taken.slice(1).sort((a, b) => a - b)[3];
}

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Draws as the page does for some seconds. Gives drawings a second, counted by the drawing thread, and frames of this thread. */
async function played(count, seconds) {
  const channel = new BroadcastChannel('metriclab-benchmark-drawings');
  const map = createPointMap(
    () => undefined,
    () => {
      throw new Error('the Worker cannot draw');
    },
  );
  fill(map, count);
  const drawings = () =>
    new Promise((resolve) => {
      channel.onmessage = ({ data }) => resolve(data);
      channel.postMessage('count');
    });
  map.draw(request(0));
  await new Promise((resolve) => setTimeout(resolve, 500));
  let frames = 0;
  const byWorker = map.kind === 'worker';
  const before = byWorker ? await drawings() : { made: 0 };
  const begun = performance.now();
  while (performance.now() - begun < 1000 * seconds) {
    map.draw(request(0.5 + 0.5 * Math.sin(frames / 20)));
    await frame();
    frames += 1;
  }
  const taken = (performance.now() - begun) / 1000;
  const { made, by } = byWorker ? await drawings() : { made: before.made + frames, by: map.kind };
  channel.close();
  map.destroy();
  return {
    how: `${byWorker ? 'a Worker' : "the page's thread"}, by ${by}`,
    drawn: (made - before.made) / taken,
    frames: frames / taken,
  };
}

export async function draw(count, seconds) {
  const ms = {
    stamps: waited(PagePointMap.byStamps(), count),
    webgl: waited(
      PagePointMap.byGl(() => undefined),
      count,
    ),
  };
  return { ms, ...(await played(count, seconds)) };
}
