// A browser that collects errors, warnings, failed requests and requests to other hosts.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after } from 'node:test';
import { chromium } from 'playwright-core';

export const QUIET = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const FLAGS = {
  // WebGPU compute, a WebGPU canvas and WebGL2, all on the software adapter.
  software: [
    '--enable-unsafe-webgpu',
    '--use-angle=swiftshader',
    '--enable-features=Vulkan',
    '--use-vulkan=swiftshader',
  ],
  // WebGL2 on the software adapter; `requestAdapter()` gives null.
  none: ['--use-angle=swiftshader'],
};
// Messages of Chromium about its software renderer or a missing adapter, whatever the page does.
const FOREIGN = [
  /GPU stall due to ReadPixels/,
  /Automatic fallback to software WebGL/,
  /GroupMarkerNotSet/,
  /^No available adapters\.$/,
  // Playwright's: only the tests of offline.test.mjs let pages keep files.
  /Service Worker registration blocked by Playwright/,
];

/** @param {'software' | 'none'} gpu */
export function launch(gpu, more = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...QUIET, ...FLAGS[gpu], ...more],
  });
}

/** Waits for what the tests of a file need, such as a browser and a site. Each is closed after them, in this order. */
export async function started(...starting) {
  const needed = await Promise.all(starting);
  after(async () => {
    for (const one of needed) await one.close();
  });
  return needed;
}

/** Opens a page and collects its complaints in `page.complaints`. */
export async function visit(
  browser,
  address,
  { path = '', viewport = { width: 1280, height: 800 }, ...options } = {},
) {
  const context = await browser.newContext({
    viewport,
    locale: 'en-GB',
    serviceWorkers: 'block',
    ...options,
  });
  await context.addInitScript(await readFile(new URL('./watch-devices.js', import.meta.url), 'utf8'));
  const page = await context.newPage();
  page.complaints = [];
  const complain = (kind, text) => {
    if (!FOREIGN.some((pattern) => pattern.test(text))) page.complaints.push(`${kind}: ${text}`);
  };
  page.on('console', (message) => {
    if (['error', 'warning', 'assert'].includes(message.type()))
      complain(`console ${message.type()}`, message.text());
  });
  page.on('pageerror', (error) => complain('uncaught', error.stack ?? String(error)));
  page.on('crash', () => complain('crash', 'the page is gone'));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // Chromium asks for the icon again whenever the page's address changes, and drops what is under way.
    if (!request.url().endsWith('/icon.svg') || why !== 'net::ERR_ABORTED')
      complain('request failed', `${request.url()} ${why}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complain(`HTTP ${response.status()}`, response.url());
  });
  const host = new URL(address).host;
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.host !== host) complain('leaves the machine', request.url());
  });
  await page.goto(new URL(path, address).href);
  return page;
}

/** Ends a visit. An unexpected complaint fails the test. */
export async function leave(page, { expected = [] } = {}) {
  const left = page.complaints.filter((text) => !expected.some((pattern) => pattern.test(text)));
  await page.context().close();
  assert.deepEqual(left, [], 'the page complained');
}

/** The addresses that a page asks for from now on. Chromium asks for the icon again whenever the page's address changes. */
export function requestsOf(page) {
  const requests = [];
  page.on('request', (request) => {
    if (!request.url().endsWith('/icon.svg')) requests.push(request.url());
  });
  return requests;
}

/** Whether an address is code of the page, which is fetched when it is first needed. */
export const isCode = (address) => /^\/assets\/[\w-]+\.(js|css|wasm)$/.test(new URL(address).pathname);
