import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
/** The package's policy, where a build holds the package. */
const OWN = join(here, '../pkg/dist/trusted.js');
const PAGE = join(here, 'src/dom/trusted.ts');
const SVELTE = '/svelte/src/internal/client/dom/reconciler.js';
const POLICY = /const policy =\s[^;]*?createPolicy\('svelte-trusted-html', \{.*?\n\t\}\);\n/s;

/**
 * One Trusted Types policy instead of three: Svelte's templates and the page's Workers get the package's, `metriclab`. A page
 * must allow each policy by its name, and refuses a second one of the same name.
 */
export function trusted(
  policy: { readonly from: string; readonly external?: boolean } = { from: OWN },
): Plugin {
  return {
    name: 'trusted',
    enforce: 'pre',
    resolveId: (id) => (policy.external && id === policy.from ? { id, external: true } : null),
    load: (id) => (id === PAGE ? `export { trusted } from ${JSON.stringify(policy.from)};` : null),
    transform(code, id) {
      if (!id.endsWith(SVELTE)) return null;
      if (!POLICY.test(code)) this.error("Svelte's policy has a form that www/trusted.ts does not know");
      return code.replace(
        POLICY,
        `import { trustedMarkup } from ${JSON.stringify(policy.from)};\nconst policy = { createHTML: trustedMarkup };\n`,
      );
    },
  };
}
