import { Fields, showWhen } from '../controls/fields';
import { html } from '../dom/element';
import type { MessageKey } from '../i18n/messages';
import { lossOption } from '../store/session-config';
import { DATASETS, DISTANCES, LOSSES, LOSS_GROUPS, LOSS_SETTINGS, MINERS, NETWORKS, type LossSetting } from '../store/settings';
import { Cleanup } from '../store/signal';
import type { Mount, Page } from './page';

function group(page: Page, name: MessageKey, ...children: (HTMLElement | null)[]): HTMLElement {
  return html('fieldset', { class: 'group' }, html('legend', {}, page.t.text(name)), ...children);
}

/** A sentence that explains the choice at hand. */
function explained(page: Page, cleanup: Cleanup, setting: 'loss' | 'miner' | 'distance' | 'data'): HTMLElement {
  const note = html('p', { class: 'note' });
  cleanup.add(
    page.store.watch([setting], (settings) => {
      note.textContent = page.t.find(`${setting}Note`, settings[setting]) ?? '';
    }),
  );
  return note;
}

function dataGroup(page: Page, fields: Fields, cleanup: Cleanup): HTMLElement {
  const { store, session, t } = page;
  const data = fields.choice('data', 'setting.data', 'data', DATASETS, (value) => {
    const name = DATASETS.find((item) => item === value);
    if (name) store.chooseData(name);
  });
  const notice = html('p', { class: 'small-print', lang: 'en' });
  const facts = html('summary', {}, t.text('setting.source'));
  cleanup.add(
    session.data.watch((loaded) => {
      notice.textContent = loaded ? `${loaded.source}. ${loaded.licence}. ${loaded.notice}` : '';
    }),
  );
  return group(page, 'group.data', data, explained(page, cleanup, 'data'), fields.number('unseen', 'setting.unseen'), html('p', { class: 'note' }, t.text('setting.unseenNote')), html('details', {}, facts, notice));
}

function lossGroup(page: Page, fields: Fields, cleanup: Cleanup): HTMLElement {
  const { store, session } = page;
  const parameters: Readonly<Record<LossSetting, HTMLElement>> = {
    margin: fields.number('margin', 'setting.margin', true),
    swap: fields.flag('swap', 'setting.swap'),
    smooth: fields.flag('smooth', 'setting.smooth'),
    posMargin: fields.number('posMargin', 'setting.posMargin', true),
    negMargin: fields.number('negMargin', 'setting.negMargin', true),
    alpha: fields.number('alpha', 'setting.alpha', true),
    beta: fields.number('beta', 'setting.beta', true),
    temperature: fields.number('temperature', 'setting.temperature', true),
    scale: fields.number('scale', 'setting.scale'),
    posScale: fields.number('posScale', 'setting.posScale'),
    negScale: fields.number('negScale', 'setting.negScale'),
    base: fields.number('base', 'setting.base', true),
  };
  const wiring = html('p', { class: 'note' });
  const show = (): void => {
    const option = lossOption(session.options.value, store.value.loss);
    for (const name of LOSS_SETTINGS) showWhen(parameters[name], option !== undefined && name in option.defaults);
    wiring.textContent = wiringText(page, option?.wiring);
  };
  const choose = (value: string): void => {
    const loss = LOSSES.find((item) => item === value);
    if (!loss) return;
    const able = lossOption(session.options.value, loss)?.distances ?? DISTANCES;
    const [first] = able;
    store.chooseLoss(loss, first && !able.includes(store.value.distance) ? { distance: first } : {});
  };
  cleanup.add(store.watch(['loss'], show), session.options.onChange(show));
  return group(page, 'group.loss', fields.choice('loss', 'setting.loss', 'loss', LOSS_GROUPS, choose), explained(page, cleanup, 'loss'), ...Object.values(parameters), wiring, fields.choice('distance', 'setting.distance', 'distance', DISTANCES), explained(page, cleanup, 'distance'));
}

function wiringText({ t }: Page, wiring: string | undefined): string {
  return wiring === undefined ? '' : (t.find('wiring', wiring) ?? '');
}

function minerGroup(page: Page, fields: Fields, cleanup: Cleanup): HTMLElement {
  const { store, session } = page;
  const margin = fields.number('minerMargin', 'setting.minerMargin', true);
  const element = group(page, 'group.miner', fields.choice('miner', 'setting.miner', 'miner', MINERS), explained(page, cleanup, 'miner'), margin);
  const show = (): void => {
    const { loss, miner } = store.value;
    const mines = lossOption(session.options.value, loss)?.mines ?? true;
    showWhen(element, mines);
    showWhen(margin, miner === 'all' || miner === 'semihard' || miner === 'easy');
  };
  cleanup.add(store.watch(['loss', 'miner'], show), session.options.onChange(show));
  return element;
}

/** Everything that decides what is trained, in the order in which one thinks of it. */
export const mountSettings: Mount = (host, page) => {
  const { store, session, t } = page;
  const cleanup = new Cleanup();
  const fields = new Fields(page, cleanup);
  const size = html('p', { class: 'note', 'data-testid': 'parameters' });
  cleanup.add(
    session.info.watch((info) => {
      size.textContent = info ? t.text('setting.parameters', { count: t.whole(info.parameters) }) : '';
    }),
  );
  const restore = html('button', { type: 'button', class: 'quiet', 'data-testid': 'defaults' }, t.text('setting.defaults'));
  cleanup.listen(restore, 'click', () => {
    store.chooseData(store.value.data);
  });
  host.replaceChildren(
    html('h2', {}, t.text('setting.title')),
    dataGroup(page, fields, cleanup),
    group(page, 'group.network', fields.choice('network', 'setting.network', 'network', NETWORKS), fields.layers('setting.layers'), fields.number('dim', 'setting.dim'), fields.flag('normalize', 'setting.normalize'), size),
    lossGroup(page, fields, cleanup),
    minerGroup(page, fields, cleanup),
    group(page, 'group.batch', fields.number('classes', 'setting.classes'), fields.number('perClass', 'setting.perClass'), fields.number('shift', 'setting.shift'), html('p', { class: 'note' }, t.text('setting.batchNote'))),
    group(page, 'group.optimizer', fields.number('learningRate', 'setting.learningRate'), fields.number('weightDecay', 'setting.weightDecay'), fields.number('seed', 'setting.seed'), html('p', { class: 'note' }, t.text('setting.seedNote'))),
    restore,
  );
  // Another network has layers of its own.
  cleanup.listen(host, 'change', (event) => {
    if (event.target instanceof HTMLElement && event.target.dataset['testid'] === 'setting-network') store.set({ layers: [] });
  });
  return () => {
    cleanup.run();
    host.replaceChildren();
  };
};
