/** The part of a `GPUAdapter` that is used. */
export type AdapterLike = Pick<GPUAdapter, 'requestDevice'>;

/** The two numbers from which a training step on a graphics device is estimated. */
export interface GpuSpeed {
  readonly flopPerMs: number;
  /** Time of one more kernel over as many numbers as the first layer has weights, encoding included. */
  readonly launchMs: number;
}

/** A product of the step's own size: rows of a batch, inputs and outputs of the first layer. */
const [ROWS, INNER, COLUMNS] = [128, 784, 128] as const;
const PRODUCT_FLOP = 2 * ROWS * INNER * COLUMNS;
/** More work is added until it takes this much longer: above the clock's step of 1 ms and its noise. */
const ENOUGH_MS = 8;
/** Most repetitions: a device that needs more is fast enough for any step. */
const MOST_TIMES = 768;
/** Assumed for work that took no visible time. */
const CLOCK_MS = 0.1;

/**
 * A thread holds 4 x 4 numbers of the product in registers. No workgroup memory, which real cards like and software
 * adapters do not, and no tiles of 8, of which it is the other way round: what either is best at is not asked here.
 */
const PRODUCT = `
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> b: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4f>;
@compute @workgroup_size(8, 8) fn main(@builtin(global_invocation_id) at: vec3u) {
  var sum: mat4x4f;
  for (var k = 0u; k < ${INNER}u; k++) {
    let x = a[k * ${ROWS / 4}u + at.y];
    let y = b[k * ${COLUMNS / 4}u + at.x];
    sum[0] += x.x * y; sum[1] += x.y * y; sum[2] += x.z * y; sum[3] += x.w * y;
  }
  for (var row = 0u; row < 4u; row++) { c[(at.y * 4u + row) * ${COLUMNS / 4}u + at.x] = sum[row]; }
}`;

/**
 * Most kernels of a step do next to nothing to some ten or hundred thousand numbers: what counts is how they are started, and,
 * on a weak card, how fast its memory is. Each waits for the one before it, as the layers of a network do.
 */
const LAUNCH = `
@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) at: vec3u) { x[at.x] += 1.0; }`;

const STORAGE = 0x80;

/**
 * Times an adapter on a device of its own, which is destroyed before this settles, or as soon as `signal` says.
 * Rejects where the device is refused, lost, or finds fault with what it is asked; the page's console hears of none.
 */
export async function measureGpu(
  adapter: AdapterLike,
  signal: AbortSignal,
  now: () => number = () => performance.now(),
): Promise<GpuSpeed> {
  const device = await adapter.requestDevice({ label: 'metriclab probe' });
  const destroy = () => {
    device.destroy();
  };
  signal.addEventListener('abort', destroy);
  const trouble = new Promise<never>((_, reject) => {
    device.addEventListener('uncapturederror', (event) => {
      event.preventDefault();
      reject(new Error(event.error.message));
    });
    void device.lost.then(({ message }) => {
      reject(new Error(message || 'The graphics device is gone.'));
    });
  });
  try {
    return await Promise.race([trouble, time(device, signal, now)]);
  } finally {
    signal.removeEventListener('abort', destroy);
    destroy();
  }
}

async function time(device: GPUDevice, signal: AbortSignal, now: () => number): Promise<GpuSpeed> {
  signal.throwIfAborted();
  const buffer = (numbers: number) => device.createBuffer({ size: 4 * numbers, usage: STORAGE });
  const [product, launch] = await Promise.all([
    kernel(device, PRODUCT, [buffer(INNER * ROWS), buffer(INNER * COLUMNS), buffer(ROWS * COLUMNS)]),
    kernel(device, LAUNCH, [buffer(INNER * COLUMNS)]),
  ]);
  const run = async (encode: Encode, groups: readonly [number, number], times: number): Promise<number> => {
    signal.throwIfAborted();
    const begun = now();
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let i = 0; i < times; i++) encode(pass, groups);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return now() - begun;
  };
  const productMs = await costOfOneMore((times) => run(product, [COLUMNS / 32, ROWS / 32], times));
  const launchMs = await costOfOneMore((times) => run(launch, [(INNER * COLUMNS) / 64, 1], times));
  return { flopPerMs: PRODUCT_FLOP / productMs, launchMs };
}

type Encode = (pass: GPUComputePassEncoder, groups: readonly [number, number]) => void;

async function kernel(device: GPUDevice, code: string, buffers: readonly GPUBuffer[]): Promise<Encode> {
  const module = device.createShaderModule({ code });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
  return (pass, groups) => {
    pass.setPipeline(pipeline);
    // Anew each time, as the engine does: it is a part of what a launch costs.
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(...groups);
  };
}

/**
 * A difference of two times: what a submission costs whatever it holds, the way to the graphics process and back, falls out.
 * The smaller of two tries each, since the page has other work to do and its thread may come late to hear of the end.
 */
async function costOfOneMore(run: (times: number) => Promise<number>): Promise<number> {
  const best = async (times: number) => Math.min(await run(times), await run(times));
  // The first is slower than any other: memory is cleared, the driver compiles.
  await run(1);
  const once = await best(1);
  for (let times = 3; ; times *= 4) {
    const extra = (await best(times)) - once;
    if (extra >= ENOUGH_MS || times >= MOST_TIMES) return Math.max(extra, CLOCK_MS) / (times - 1);
  }
}
