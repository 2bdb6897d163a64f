import * as cpu from '../../wasm/metriclab_cpu.js';
import * as gpu from '../../wasm/metriclab_gpu.js';
import { watchDevices } from '../device-watch.js';
import { type WorkerScope, serve } from '../worker.js';

// `metriclab/worker`: one file for both modules, which arrive compiled.
const report = serve(globalThis as unknown as WorkerScope, {
  cpu: { init: cpu.default, Engine: cpu.Engine },
  gpu: { init: gpu.default, Engine: gpu.Engine },
});
watchDevices(globalThis, report);
