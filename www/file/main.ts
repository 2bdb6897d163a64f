// All pages in one file. `page` of the address says which one is open, the first where it does not say.
import reading from '../src/lesson/page.css?inline';
import laboratory from '../src/laboratory/laboratory.css?inline';

const PAGES = {
  '': { style: reading, open: () => import('../src/lesson/lesson') },
  learn: { style: reading, open: () => import('../src/lesson/learn') },
  lab: { style: laboratory, open: () => import('../src/laboratory/lab') },
  use: { style: reading, open: () => import('../src/uses/use') },
  licences: { style: reading, open: showLicences },
};

function showLicences(): Promise<void> {
  const texts = document.getElementById('licences');
  if (texts instanceof HTMLTemplateElement) document.getElementById('page')?.append(texts.content);
  return Promise.resolve();
}

function isPage(name: string): name is keyof typeof PAGES {
  return Object.hasOwn(PAGES, name);
}

const asked = new URLSearchParams(window.location.search).get('page') ?? '';
const name = isPage(asked) ? asked : '';
const { style, open } = PAGES[name];
const components = document.querySelector('style');
// The styles of the components come last, as in the pages of a server.
document.adoptedStyleSheets = [style, components?.textContent ?? ''].map((text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
});
components?.remove();
document.documentElement.dataset['page'] = name;
void open();
