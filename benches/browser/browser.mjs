// Chromium with WebGPU and WebGL2 on its software adapter, as ../../tests/browser launches it.
import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-angle=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
];

/** METRICLAB_BENCH_FLAGS replaces these flags, for example on a machine with a graphics card. */
export function launch() {
  const args = process.env.METRICLAB_BENCH_FLAGS?.split(' ').filter(Boolean) ?? FLAGS;
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
}
