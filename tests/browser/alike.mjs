// Two pages that must come to look the same.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PICTURES = fileURLToPath(new URL('../../target/browser', import.meta.url));

/** A picture of an element once nothing matches `busy` and the picture no longer changes. */
export async function unchanging(page, selector, busy, timeout) {
  await page.waitForLoadState('networkidle', { timeout });
  await page.evaluate(() => document.fonts.ready);
  await page.mouse.move(2, 2);
  await page.evaluate(() => document.activeElement?.blur());
  let last = null;
  for (;;) {
    await page.waitForSelector(busy, { state: 'detached', timeout });
    const now = await page.locator(selector).screenshot();
    if (last?.equals(now)) return now;
    last = now;
    // The engine's answer, such as arrows, may come later than the figure.
    await page.waitForTimeout(400);
  }
}

/**
 * How many pixels of two pictures differ by more than 4 of 255. Chromium draws the same letters a little differently where a
 * layer was made at another scroll position.
 */
const differing = (page, one, other) =>
  page.evaluate(
    async (pictures) => {
      const [a, b] = await Promise.all(
        pictures.map(async (base64) => {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          const image = await createImageBitmap(new Blob([bytes]));
          const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
          context.drawImage(image, 0, 0);
          return context.getImageData(0, 0, image.width, image.height);
        }),
      );
      if (a.width !== b.width || a.height !== b.height) return Infinity;
      let count = 0;
      for (let at = 0; at < a.data.length; at += 4)
        if ([0, 1, 2].some((k) => Math.abs(a.data[at + k] - b.data[at + k]) > 4)) count++;
      return count;
    },
    [one, other].map((picture) => picture.toString('base64')),
  );

/** How long a page may take until it looks like the other: an answer of the engine may come after a page seems to be settled. */
const ALIKE_WITHIN = 60_000;

/** Fails if two pages do not come to look the same, as `picture` takes them, and keeps both pictures. */
export async function alike(page, other, picture, { name, link }) {
  const until = Date.now() + ALIKE_WITHIN;
  for (;;) {
    const [here, there] = await Promise.all([page, other].map(picture));
    const count = await differing(page, here, there);
    if (count === 0) return;
    if (Date.now() < until) continue;
    await mkdir(PICTURES, { recursive: true });
    for (const [side, taken] of Object.entries({ here, there }))
      await writeFile(join(PICTURES, `${name}-${side}.png`), taken);
    assert.fail(`${name}: ${count} pixels differ behind ${link}; see ${join(PICTURES, `${name}-*.png`)}`);
  }
}
