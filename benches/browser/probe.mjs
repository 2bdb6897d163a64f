// node benches/browser/probe.mjs: which adapter the browser gives a page.
import { createServer } from 'node:http';
import { launch } from './browser.mjs';

const server = createServer((_, response) =>
  response.setHeader('content-type', 'text/html').end('<!doctype html>'),
);
await new Promise((resolve) => server.listen(0, resolve));
const browser = await launch();
const page = await browser.newPage();
await page.goto(`http://localhost:${server.address().port}`);
const seen = await page.evaluate(async () => {
  let adapter = null;
  for (let i = 0; i < 5 && !adapter; i++) {
    adapter = await navigator.gpu?.requestAdapter();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const gl = document.createElement('canvas').getContext('webgl2');
  const info = gl?.getExtension('WEBGL_debug_renderer_info');
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter?.info ?? {};
  return {
    webgpu: adapter ? { vendor, architecture, device, description, isFallbackAdapter } : null,
    features: adapter ? [...adapter.features] : [],
    webgl: gl ? gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER) : null,
  };
});
console.log(JSON.stringify(seen));
await browser.close();
server.close();
