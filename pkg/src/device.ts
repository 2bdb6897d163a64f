import type { AdapterDescription, DeviceInfo, DeviceProbe, DeviceReason, DeviceRequest } from './types.js';

/** The part of `navigator.gpu` that is used. */
export interface GpuLike {
  requestAdapter(options?: GPURequestAdapterOptions): Promise<GPUAdapter | null>;
}

/** Estimates a training step on an adapter and on the CPU module; rejects where the adapter does not work. */
export type Probe = (adapter: GPUAdapter, description: AdapterDescription) => Promise<DeviceProbe>;

/** Time limit for an adapter: a cold GPU process answers within seconds, a stuck one never. */
const PATIENCE_MS = 10_000;

export function describeAdapter(adapter: Pick<GPUAdapter, 'info'>): AdapterDescription {
  // Chrome before 140 has this field on the adapter itself.
  const info: Partial<GPUAdapterInfo> = 'info' in adapter ? adapter.info : {};
  const older = (adapter as { isFallbackAdapter?: boolean }).isFallbackAdapter;
  const { vendor = '', architecture = '', description = '' } = info;
  return { vendor, architecture, description, isFallback: info.isFallbackAdapter ?? older ?? false };
}

async function adapterWithin(gpu: GpuLike, milliseconds: number): Promise<GPUAdapter | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, milliseconds, null);
  });
  try {
    return await Promise.race([gpu.requestAdapter({ powerPreference: 'high-performance' }), late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Chooses the module to load. `auto` takes the one that trains faster by the probe. It does not probe an adapter that
 * computes on the CPU by the browser's own word: the CPU module is many times faster. `gpu` and `cpu` are not questioned.
 */
export async function chooseDevice(
  requested: DeviceRequest,
  gpu: GpuLike | undefined,
  probe: Probe,
  patience = PATIENCE_MS,
): Promise<DeviceInfo> {
  const chosen = (
    kind: DeviceInfo['kind'],
    reason: DeviceReason,
    adapter: AdapterDescription | null = null,
    found: DeviceProbe | null = null,
  ): DeviceInfo => ({
    kind,
    requested,
    reason,
    adapter,
    probe: found,
  });
  if (requested !== 'auto') return chosen(requested, 'requested');
  if (!gpu) return chosen('cpu', 'no_webgpu');
  const found = await adapterWithin(gpu, patience);
  if (!found) return chosen('cpu', 'no_adapter');
  const adapter = describeAdapter(found);
  if (adapter.isFallback) return chosen('cpu', 'software_adapter', adapter);
  try {
    const times = await probe(found, adapter);
    const faster = times.gpuMs !== null && times.gpuMs < times.cpuMs;
    return faster ? chosen('gpu', 'gpu_faster', adapter, times) : chosen('cpu', 'cpu_faster', adapter, times);
  } catch {
    return chosen('cpu', 'adapter_refused', adapter);
  }
}

/** The reason why `auto` takes the CPU after the GPU module failed to start with `code`; null where the failure is final. */
export function reasonAfter(code: string): DeviceReason | null {
  switch (code) {
    case 'device.no_webgpu':
      return 'no_webgpu';
    case 'device.no_adapter':
      return 'no_adapter';
    case 'device.refused':
    case 'device.out_of_memory':
    case 'device.error':
    case 'worker.crashed':
      return 'adapter_refused';
    case 'device.lost':
      return 'device_lost';
    case 'wasm.unavailable':
    case 'worker.blocked':
      return 'module_unavailable';
    default:
      return null;
  }
}
