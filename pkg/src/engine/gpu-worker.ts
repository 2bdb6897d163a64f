import init, { Engine } from '../../wasm/metriclab_gpu.js';
import { watchDevices } from '../device-watch.js';
import { type WorkerScope, serve } from '../worker.js';

watchDevices(globalThis, serve(globalThis as unknown as WorkerScope, { gpu: { init, Engine } }));
