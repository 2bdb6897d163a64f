// Measures a slide: sizes of letters, overflow, the share of the figure. The function runs in the page.

/** Whether anything is beyond the screen, and the smallest letters, in pixels of the screen. */
export const measureSlide = () => {
  const slide = document.querySelector('[data-testid="slide"]');
  const zoom = (element) => element.currentCSSZoom ?? 1;
  const texts = [...slide.querySelectorAll('*')].filter(
    (element) =>
      element.checkVisibility() &&
      !element.closest('.unseen-text, svg, option') &&
      [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()),
  );
  const sizes = texts.map((element) => ({
    size: Number.parseFloat(getComputedStyle(element).fontSize) * zoom(element),
    text: element.textContent.trim().slice(0, 30),
  }));
  const root = document.documentElement;
  const figure = slide.querySelector(':scope > .figure');
  const box = figure?.getBoundingClientRect();
  const cut = [...slide.querySelectorAll('header, header *')].filter((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return element.checkVisibility() && (top < -1 || bottom > window.innerHeight + 1);
  });
  // A figure may scroll within itself only if it is taller than its place: on a slide that counts as scrolling.
  const inner = figure?.checkVisibility() ? figure.firstElementChild : null;
  const overflow = inner ? inner.scrollHeight - inner.clientHeight : 0;
  return {
    scrolls: root.scrollHeight > root.clientHeight || root.scrollWidth > root.clientWidth,
    smallest: sizes.reduce((least, one) => (one.size < least.size ? one : least)),
    share: box && figure.checkVisibility() ? (box.width * box.height) / (innerWidth * innerHeight) : null,
    cut: cut.length,
    overflow,
  };
};
