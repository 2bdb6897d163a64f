import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';

const own = JSON.parse(await readFile(new URL('./package.json', import.meta.url), 'utf8'));
const ours = JSON.parse(await readFile(new URL('../../pkg/package.json', import.meta.url), 'utf8'));

/** Versions, browser, adapter and processor: the figures depend on them. */
export async function surroundings(browser, page) {
  const seen = await page.evaluate(async () => {
    const adapter = await navigator.gpu?.requestAdapter();
    const { vendor = '', architecture = '', description = '', device = '' } = adapter?.info ?? {};
    return {
      adapter: adapter ? [vendor, architecture, device, description].filter(Boolean).join(' ') : 'none',
      fallback: adapter?.info.isFallbackAdapter ?? null,
      cores: navigator.hardwareConcurrency,
      isolated: globalThis.crossOriginIsolated,
      agent: navigator.userAgent,
    };
  });
  return {
    ...seen,
    browser: `${browser.browserType().name()} ${browser.version()}`,
    processor: `${cpus().length} x ${cpus()[0]?.model.trim()}`,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    versions: { metriclab: ours.version, ...own.dependencies },
  };
}
