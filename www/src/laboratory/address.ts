import { throttled } from '../dom/tasks';
import type { Notices } from '../session/notices';
import type { Session } from '../session/session';
import { ownQuery } from '../state/site';
import { readLink, writeLink, type Rejected } from '../store/link';
import { PROPERTIES, SETTING_NAMES, type Settings } from '../store/settings';
import type { Store } from '../store/store';

/** The address follows the settings at most this often: browsers refuse more. */
const LINK_MS = 400;
/** How one looks at it, and how far the run is, which back and forward leave as it is. */
const STAYING: readonly (keyof Settings)[] = [
  'lang',
  'theme',
  'device',
  'drawer',
  'step',
  'turn',
  'compareStep',
];
/** Settings that change with every drag, or by themselves: their last value takes the place of the one before. */
const PASSING: readonly (keyof Settings)[] = [...STAYING, 'camera', 'angles', 'points', 'taken'];

export function tellRejected(notices: Notices, rejected: readonly Rejected[]): void {
  for (const { field, text } of rejected)
    notices.say('notice.badLink', { tone: 'warning', values: { field, text } });
}

/** The part of a link that one goes back to. */
function lasting(link: string, defaults: Settings): string {
  const { chosen } = readLink(link);
  const kept = SETTING_NAMES.filter(
    (name) => !PASSING.includes(name) && PROPERTIES[name].group !== 'triplet',
  );
  return writeLink(Object.fromEntries(kept.map((name) => [name, chosen[name]])), defaults);
}

/** Keeps the address and the settings alike. Back and forward undo what was chosen. */
export function followAddress(store: Store, notices: Notices): void {
  const write = throttled(LINK_MS, () => {
    const { link } = store;
    const query = ownQuery(new URLSearchParams(link));
    if (query === window.location.search.slice(1)) return;
    const address = query === '' ? window.location.pathname : `?${query}`;
    const before = new URLSearchParams(window.location.search);
    before.delete('from');
    const undone = lasting(`?${before.toString()}`, store.defaults) !== lasting(link, store.defaults);
    if (undone) window.history.pushState(null, '', address);
    else window.history.replaceState(window.history.state, '', address);
  });
  store.settings.onChange(write.ask);
  window.addEventListener('popstate', () => {
    tellRejected(notices, store.follow(window.location.search, STAYING));
    write.ask();
  });
}

/**
 * Writes the step that is looked at into the link, and how the map lies there, as long as the settings alone lead there: the step
 * at rest, or one that was gone back to.
 */
export function followStep(store: Store, session: Session): void {
  const { training, phase, replaying, progress, straight, picture, timeline } = session;
  const write = (step: number, turn: number): void => {
    if (step !== store.value.step || turn !== store.value.turn) store.set({ step, turn });
  };
  const back = throttled(LINK_MS, () => {
    const past = timeline.shown.value;
    if (!past || !straight.value) return;
    void session.questions.turnOf(past).then((turn) => {
      if (timeline.shown.value === past) write(past.step, turn);
    });
  });
  const tell = (): void => {
    if (training.value || phase.value !== 'ready' || replaying.value) return;
    if (!straight.value) write(0, 0);
    else if (timeline.shown.value) back.ask();
    else write(progress.value.step, session.turn);
  };
  for (const one of [training, replaying, progress, straight, picture, timeline.shown]) one.onChange(tell);
}
