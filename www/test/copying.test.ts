import { afterEach, expect, test, vi } from 'vitest';
import { Copying } from '../src/state/copying.svelte';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('what the browser refuses to copy is kept for copying by hand, until the next copy', async () => {
  const copied: string[] = [];
  let allowed = false;
  const writeText = (text: string): Promise<void> => {
    if (!allowed) return Promise.reject(new DOMException('', 'NotAllowedError'));
    copied.push(text);
    return Promise.resolve();
  };
  vi.stubGlobal('navigator', { clipboard: { writeText } });
  const copying = new Copying();
  await copying.copy('one');
  expect([copying.done, copying.refused]).toEqual([false, 'one']);
  allowed = true;
  await copying.copy('two');
  expect([copying.done, copying.refused, copied]).toEqual([true, null, ['two']]);
  copying.forget();
  expect(copying.done).toBe(false);
});

test('a page that may not use the clipboard at all is one that refuses', async () => {
  vi.stubGlobal('navigator', {});
  const copying = new Copying();
  await copying.copy('one');
  expect(copying.refused).toBe('one');
});
