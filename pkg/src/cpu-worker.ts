import init, { Engine } from '../wasm/metriclab_cpu.js';
import { type WorkerScope, serve } from './worker.js';

// One entry file a module, each with a static import: a bundler's Worker builds cannot always split code.
serve(globalThis as unknown as WorkerScope, { init, Engine });
