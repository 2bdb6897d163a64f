import type { AdapterDescription, DeviceInfo, DeviceReason, DeviceRequest } from './types.js';

/** The part of `navigator.gpu` that is used. */
export interface GpuLike {
  requestAdapter(options?: GPURequestAdapterOptions): Promise<GPUAdapter | null>;
}

/** Drivers that compute on the CPU, for browsers that do not say so. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i;
/** A wedged GPU process answers never; a cold one within seconds. */
const PATIENCE_MS = 10_000;

export function describeAdapter(adapter: Pick<GPUAdapter, 'info'>): AdapterDescription {
  // Chrome before 140 said it on the adapter itself.
  const info: Partial<GPUAdapterInfo> = 'info' in adapter ? adapter.info : {};
  const older = (adapter as { isFallbackAdapter?: boolean }).isFallbackAdapter;
  const { vendor = '', architecture = '', description = '' } = info;
  const isFallback = info.isFallbackAdapter ?? older ?? false;
  return { vendor, architecture, description, isFallback: isFallback || SOFTWARE.test(`${architecture} ${description}`) };
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
 * Which module to load. `auto` takes WebGPU on a real adapter and the CPU otherwise: a software adapter
 * trains many times slower than the CPU module. `gpu` is taken at its word, software or not.
 */
export async function chooseDevice(requested: DeviceRequest, gpu: GpuLike | undefined, patience = PATIENCE_MS): Promise<DeviceInfo> {
  const cpu = (reason: DeviceReason, adapter: AdapterDescription | null = null): DeviceInfo => ({ kind: 'cpu', requested, reason, adapter });
  if (requested === 'cpu') return cpu('requested');
  if (requested === 'gpu') return { kind: 'gpu', requested, reason: 'requested', adapter: null };
  if (!gpu) return cpu('no_webgpu');
  const found = await adapterWithin(gpu, patience);
  if (!found) return cpu('no_adapter');
  const adapter = describeAdapter(found);
  if (adapter.isFallback) return cpu('software_adapter', adapter);
  return { kind: 'gpu', requested, reason: 'hardware_adapter', adapter };
}

/** Why `auto` takes the CPU after the GPU module failed to start with `code`; null for what is no reason to. */
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
