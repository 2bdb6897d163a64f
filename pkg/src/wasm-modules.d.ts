// The generated modules, for a check-out that has not built them yet. Where they are built, their own types are used.
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
