import { html } from '../../dom/element';
import { Cleanup } from '../../store/signal';
import type { Page } from '../page';
import { TURN_STEP, type Viewpoint } from './viewpoint';

const ZOOM = 1.6;

/** The buttons over the map: they zoom, switch between plane and space where an embedding has three numbers, and turn it there. */
export function mapButtons(page: Page, viewpoint: Viewpoint): { elements: HTMLElement[]; stop: () => void } {
  const { store, session, projections, t } = page;
  const cleanup = new Cleanup();
  const toggle = button('space', '3D', t.text('map.space'), () => {
    store.set({ space: !projections.inSpace, projection: 'pca' });
  });
  const ways = [
    ['left', '←', -TURN_STEP, 0],
    ['right', '→', TURN_STEP, 0],
    ['up', '↑', 0, -TURN_STEP],
    ['down', '↓', 0, TURN_STEP],
  ] as const;
  const turns = ways.map(([way, sign, right, down]) =>
    button(`turn-${way}`, sign, t.find('map.turn', way) ?? '', () => {
      viewpoint.turn(right, down);
    }),
  );
  const show = (): void => {
    toggle.hidden = !projections.hasSpace;
    toggle.setAttribute('aria-pressed', String(projections.inSpace));
    for (const one of turns) one.hidden = !projections.inSpace;
  };
  cleanup.add(session.info.watch(show), store.onChange(['space', 'projection'], show));
  const zooming = html(
    'div',
    { class: 'zoom' },
    button('zoom-in', '+', t.text('map.zoomIn'), () => {
      viewpoint.zoom(ZOOM);
    }),
    button('zoom-out', '−', t.text('map.zoomOut'), () => {
      viewpoint.zoom(1 / ZOOM);
    }),
    button('zoom-home', '⌂', t.text('map.home'), () => {
      viewpoint.home();
    }),
    toggle,
  );
  return {
    elements: [zooming, html('div', { class: 'turning' }, ...turns)],
    stop: () => {
      cleanup.run();
    },
  };
}

function button(testid: string, text: string, label: string, press: () => void): HTMLElement {
  const element = html(
    'button',
    { type: 'button', 'aria-label': label, title: label, 'data-testid': testid },
    text,
  );
  element.addEventListener('click', press);
  return element;
}
