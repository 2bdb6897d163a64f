// Written when `metriclab/inline` and `metriclab/slim` are made into one file each (bundle/build.mjs).
/** The text of `metriclab/worker`. */
export declare const WORKER_TEXT: string;
/** The CPU module in gzip, in base64. */
export declare const CPU_MODULE: string;
/** The GPU module in gzip, in base64. */
export declare const GPU_MODULE: string;
