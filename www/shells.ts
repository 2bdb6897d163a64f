import type { Plugin } from 'vite';

/** The pages, by folder. */
export const SHELLS = ['', 'learn/', 'lab/', 'use/', 'embed/', 'report/'] as const;

const HEAD = `
    <meta charset="utf-8" />
    <meta
      http-equiv="Content-Security-Policy"
      content="default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:{trust}"
    />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="icon" href="/icon.svg" type="image/svg+xml" />`;

/** In development Svelte comes with a policy of its own. */
const TRUST = "; require-trusted-types-for 'script'; trusted-types metriclab";

/** A figure in somebody else's page keeps nothing in the browser. */
const OFFLINE = '\n    <script type="module" src="/src/offline/register.ts"></script>';

/** Gives every page the same head: one security policy, one icon. */
export function sharedHead(): Plugin {
  return {
    name: 'shared-head',
    transformIndexHtml: {
      order: 'pre',
      handler: (html, { path, server }) => {
        const head = HEAD.trim().replace('{trust}', server ? '' : TRUST);
        return html.replace('<!-- head -->', head + (path.startsWith('/embed/') ? '' : OFFLINE));
      },
    },
  };
}
