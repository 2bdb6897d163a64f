// The appearance of a page of the reference, before it is drawn: the one that the site's link asks for, and then the one that was
// chosen last.
const THEMES = { system: 'os', light: 'light', dark: 'dark' };
const KEY = 'tsd-theme';

function chosen() {
  const asked = THEMES[new URLSearchParams(location.search).get('theme')];
  try {
    if (asked) localStorage.setItem(KEY, asked);
    return localStorage.getItem(KEY) ?? 'os';
  } catch {
    return asked ?? 'os';
  }
}

document.documentElement.dataset.theme = chosen();
