/** Collects the reports of `watch-worker.js` from the Workers of a device. */
export function watchBuffers() {
  const channel = new BroadcastChannel('metriclab-benchmark-buffers');
  let seen = { largest: 0, most: 0 };
  channel.addEventListener('message', ({ data }) => {
    seen = { largest: Math.max(seen.largest, data.largest), most: Math.max(seen.most, data.most) };
  });
  return {
    begin: () => {
      channel.postMessage('begin');
      seen = { largest: 0, most: 0 };
    },
    seen: () => seen,
  };
}
