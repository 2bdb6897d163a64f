// Measures a slide: sizes of letters, overflow, the share of the figure.
import assert from 'node:assert/strict';

/** Letters of a slide as a share of the screen's height: 24 px of 1080. */
const LEAST_LETTER = 24 / 1080;

/** Whether anything is beyond the screen, and the smallest letters, in pixels of the screen. It runs in the page. */
export const measureSlide = () => {
  const slide = document.querySelector('[data-testid="slide"]');
  const zoom = (element) => element.currentCSSZoom ?? 1;
  const texts = [...slide.querySelectorAll('*')].filter(
    (element) =>
      element.checkVisibility() &&
      !element.closest('.unseen-text, option') &&
      [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()),
  );
  // The letters of a drawing are enlarged with it.
  const scale = (element) => {
    const svg = element.closest('svg');
    return svg && element !== svg ? Math.hypot(svg.getScreenCTM().a, svg.getScreenCTM().b) : zoom(element);
  };
  const sizes = texts.map((element) => ({
    size: Number.parseFloat(getComputedStyle(element).fontSize) * scale(element),
    text: element.textContent.trim().slice(0, 30),
  }));
  const root = document.documentElement;
  const figure = slide.querySelector(':scope > .figure');
  const box = figure?.getBoundingClientRect();
  // A text is cut where it ends beyond the screen, or beyond a part that hides what is too large for it.
  const outside = (element) => {
    const { top, bottom, left, right } = element.getBoundingClientRect();
    if (top < -1 || left < -1 || bottom > window.innerHeight + 1 || right > window.innerWidth + 1)
      return true;
    for (let part = element.parentElement; part && part !== slide; part = part.parentElement) {
      if (getComputedStyle(part).overflow === 'visible') continue;
      const box = part.getBoundingClientRect();
      if (bottom > box.bottom + 1 || right > box.right + 1) return true;
    }
    return false;
  };
  const cut = texts
    .filter((element) => outside(element))
    .map((element) => element.textContent.trim().slice(0, 30));
  const narrow = [...slide.querySelectorAll('select')].filter((select) => {
    if (!select.checkVisibility()) return false;
    const pen = document.createElement('canvas').getContext('2d');
    pen.font = getComputedStyle(select).font;
    const wanted = pen.measureText(select.selectedOptions[0]?.textContent ?? '').width;
    const { paddingLeft, paddingRight } = getComputedStyle(select);
    return wanted + Number.parseFloat(paddingLeft) + Number.parseFloat(paddingRight) > select.clientWidth + 1;
  });
  return {
    scrolls: root.scrollHeight > root.clientHeight || root.scrollWidth > root.clientWidth,
    smallest: sizes.reduce((least, one) => (one.size < least.size ? one : least)),
    share: box && figure.checkVisibility() ? (box.width * box.height) / (innerWidth * innerHeight) : null,
    cut: [...cut, ...narrow.map((select) => select.selectedOptions[0]?.textContent)].join(' | '),
  };
};

/** Nothing of a slide is beyond the screen or too small for the last row. */
export function assertReadable({ scrolls, smallest, cut }, height, place) {
  assert.ok(!scrolls, `${place} scrolls`);
  assert.equal(cut, '', `${place} is cut`);
  assert.ok(
    smallest.size >= LEAST_LETTER * height - 0.01,
    `${place} has letters of ${smallest.size} px: ${smallest.text}`,
  );
}
