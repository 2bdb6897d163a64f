// The generated modules. The types of their calls are in `generated`.
declare module '*/metriclab_cpu.js' {
  const init: (source: { module_or_path: WebAssembly.Module }) => Promise<unknown>;
  export default init;
  export const Engine: { create(): Promise<object> };
}
declare module '*/metriclab_gpu.js' {
  const init: (source: { module_or_path: WebAssembly.Module }) => Promise<unknown>;
  export default init;
  export const Engine: { create(): Promise<object> };
}
