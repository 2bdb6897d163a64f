// server.mjs puts this before each Worker's script. It reports the largest GPU buffer and the most bytes in use at one time,
// and counts drawings.
{
  const prototype = globalThis.GPUDevice?.prototype;
  if (prototype) {
    const channel = new BroadcastChannel('metriclab-benchmark-buffers');
    const { createBuffer } = prototype;
    const { destroy } = GPUBuffer.prototype;
    let [live, largest, most, told] = [0, 0, 0, 0];
    const tell = () => {
      told = performance.now();
      channel.postMessage({ largest, most });
    };
    channel.addEventListener('message', ({ data }) => {
      if (data !== 'begin') return;
      [largest, most] = [0, live];
    });
    prototype.createBuffer = function (descriptor) {
      const buffer = createBuffer.call(this, descriptor);
      live += descriptor.size;
      const grown = descriptor.size > largest || live > most;
      largest = Math.max(largest, descriptor.size);
      most = Math.max(most, live);
      if (grown && performance.now() - told > 1) tell();
      else if (grown) queueMicrotask(tell);
      return buffer;
    };
    GPUBuffer.prototype.destroy = function () {
      if (this.mapState !== undefined && !this.metriclabGone) live -= this.size;
      this.metriclabGone = true;
      return destroy.call(this);
    };
  }
}
{
  const channel = new BroadcastChannel('metriclab-benchmark-drawings');
  let [made, by] = [0, 'nothing'];
  channel.addEventListener('message', ({ data }) => {
    if (data === 'count') channel.postMessage({ made, by });
  });
  for (const [kind, type, draws] of [
    ['WebGL2', 'WebGL2RenderingContext', 'drawArrays'],
    ['stamps', 'OffscreenCanvasRenderingContext2D', 'putImageData'],
  ]) {
    const prototype = globalThis[type]?.prototype;
    const draw = prototype?.[draws];
    if (draw)
      prototype[draws] = function (...values) {
        made += 1;
        by = kind;
        return draw.apply(this, values);
      };
  }
}
