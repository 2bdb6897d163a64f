import { mount } from 'svelte';
import { Notices } from '../session/notices';
import { Projections } from '../session/projections';
import { Selection } from '../session/selection';
import { Session } from '../session/session';
import { readLink } from '../store/link';
import { Store } from '../store/store';
import { preferredLanguage } from '../words/languages';
import { followAddress, followStep, tellRejected } from './address';
import { Desk } from './desk';
import Laboratory from './Laboratory.svelte';

/** Opens the laboratory in `host`. */
export function start(host: HTMLElement): void {
  const { chosen, rejected } = readLink(window.location.search);
  // Only on the CPU is a run the same wherever it is repeated.
  const store = new Store(chosen.step ? { device: 'cpu', ...chosen } : chosen, { lang: preferredLanguage() });
  const notices = new Notices();
  const session = new Session(store, notices);
  const selection = new Selection(store, session, notices);
  const projections = new Projections(store, session, selection, notices);
  tellRejected(notices, rejected);
  const stop = session.picture.onChange((picture) => {
    if (!picture) return;
    stop();
    requestAnimationFrame(() => performance.mark('metriclab:first-picture'));
  });
  // Before anything is built: the engine and the data are on their way while the page is.
  session.open();
  setTimeout(() => {
    mount(Laboratory, {
      target: host,
      props: { desk: new Desk({ store, session, selection, projections, notices }) },
    });
  });
  followAddress(store, notices);
  followStep(store, session);
}
