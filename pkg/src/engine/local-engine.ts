import init, { Engine } from '../../wasm/metriclab_cpu.js';
import { LocalEngine } from '../local.js';

/** The CPU module in this thread. */
export const localEngine = (): LocalEngine => new LocalEngine({ init, Engine });
