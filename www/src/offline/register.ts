// The page's part of working without a network. A browser that forbids it shows the page all the same.
import { trusted } from '../dom/trusted';

const here = document.documentElement.dataset['root'] ?? './';

if (import.meta.env.PROD && window.location.protocol.startsWith('http') && 'serviceWorker' in navigator)
  window.addEventListener('load', () => {
    // After the first screen has fetched what it needs.
    setTimeout(() => void register().catch(() => undefined), 1_500);
  });

async function register(): Promise<void> {
  const root = new URL(here, document.baseURI);
  await navigator.serviceWorker.register(trusted(new URL('sw.js', root).href), { scope: root.href });
  const { active } = await navigator.serviceWorker.ready;
  const tell = (): void => {
    const keep = performance.getEntriesByType('resource').map(({ name }) => name);
    active?.postMessage({ keep: [...keep, document.location.href] });
  };
  tell();
  // Requests that were still on their way then.
  document.addEventListener('visibilitychange', tell);
}
