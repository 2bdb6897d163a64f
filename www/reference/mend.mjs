// Each page of TypeDoc gets the site's security policy, links to the other pages, and a structure that a screen reader can
// follow.
import { POLICY } from '../../xtask/serve.mjs';

const LINKS = [
  ['', 'metriclab'],
  ['learn/', 'Learn'],
  ['lab/', 'Lab'],
  ['use/', 'Use'],
];
/** The one script that TypeDoc writes into each page. `appearance.js` takes its place. */
const INLINE = /<script>document\.documentElement\.dataset\.theme[^<]*<\/script>/;
const FORBIDDEN = /<script(?![^>]* src=)[^>]*>|<style[^>]*>|<[^>]* (?:style|on[a-z]+)="[^>]*>/;
const PERMALINK = /<a href="[^"]*" aria-label="Permalink" class="tsd-anchor-icon">.*?<\/a>/g;

/** Each part of a page is there once; a newer TypeDoc may change that. */
function replaceOnce(text, pattern, by, name) {
  const parts = text.split(pattern);
  if (parts.length !== 2) throw new Error(`${name} has ${parts.length - 1} places for ${pattern}`);
  return parts.join(by);
}

/** No heading is more than one level below the one before it. Its tag, by which TypeDoc styles it, stays. */
function levelled(page) {
  let level = 0;
  return page.replaceAll(/<h([1-6])(?=[ >])/g, (tag, number) => {
    const told = Math.min(Number(number), level + 1);
    level = told;
    return told === Number(number) ? tag : `${tag} aria-level="${told}"`;
  });
}

/** A page with the site's policy and links. `name` is its path. */
export function mended(page, name) {
  const up = '../'.repeat(name.split(/[\\/]/).length - 1);
  const links = LINKS.map(([path, text]) => `<a href="${up}../${path}">${text}</a>`).join('');
  const head = `<meta charset="utf-8"/><meta http-equiv="Content-Security-Policy" content="${POLICY}"/>`;
  const changes = [
    ['<meta charset="utf-8"/>', head],
    [INLINE, `<script src="${up}assets/appearance.js"></script>`],
    ['<div id="tsd-toolbar-links"></div>', `<div id="tsd-toolbar-links">${links}</div>`],
    ['<div class="col-content">', '<main class="col-content">'],
    [/<\/div>\n<div class="col-sidebar">/, '</main>\n<aside class="col-sidebar" aria-label="This page">'],
    [/<\/div>(?=<\/div><footer>)/, '</aside>'],
  ];
  const changed = changes
    .reduce((text, [pattern, by]) => replaceOnce(text, pattern, by, name), page)
    // A link inside of what opens and closes is reached by nobody.
    .replaceAll(/<summary[^]*?<\/summary>/g, (summary) => summary.replaceAll(PERMALINK, ''))
    .replaceAll('<th></th>', '<td></td>');
  const forbidden = FORBIDDEN.exec(changed);
  if (forbidden) throw new Error(`${name} has ${forbidden[0]}, which the site's policy forbids`);
  return levelled(changed);
}

/** TypeDoc's script without the style that it adds for what hides members: these pages hide none. */
export const mendedScript = (text) =>
  replaceOnce(
    text,
    'document.head.appendChild(document.createElement("style"))',
    'document.createElement("style")',
    'main.js',
  );
