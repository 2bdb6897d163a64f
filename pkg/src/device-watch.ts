import type { ReportFault } from './worker.js';

/** The part of a Worker's global scope that is used. */
export interface GpuScope {
  readonly GPUAdapter?: { readonly prototype: Pick<GPUAdapter, 'requestDevice'> };
}

/**
 * Watches every device that is made from now on.
 *
 * Without this, a shader that fails validation is only logged: the browser skips its dispatch and the result is stale
 * memory. After such an error no buffer of the device can be trusted.
 */
export function watchDevices(scope: GpuScope, report: ReportFault): void {
  const prototype = scope.GPUAdapter?.prototype;
  if (!prototype) return;
  const request = prototype.requestDevice;
  prototype.requestDevice = async function (
    this: GPUAdapter,
    descriptor?: GPUDeviceDescriptor,
  ): Promise<GPUDevice> {
    const device = await request.call(this, descriptor);
    device.addEventListener('uncapturederror', ({ error }) => {
      const outOfMemory = error.constructor.name === 'GPUOutOfMemoryError';
      report(outOfMemory ? 'device.out_of_memory' : 'device.error', error.message);
    });
    void device.lost.then(({ reason, message }) => {
      report('device.lost', message || reason || 'The graphics device is gone.');
    });
    return device;
  };
}
