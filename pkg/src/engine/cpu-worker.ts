import init, { Engine } from '../../wasm/metriclab_cpu.js';
import { type WorkerScope, serve } from '../worker.js';

// One entry file for each module, with a static import: not every bundler splits the code of a Worker.
serve(globalThis as unknown as WorkerScope, { cpu: { init, Engine } });
