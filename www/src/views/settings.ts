import { GROUPS, type Setting } from 'metriclab';
import { Fields, showWhen, type ChoiceName, type FlagName, type NumberName } from '../controls/fields';
import { html } from '../dom/element';
import type { MessageKey } from '../i18n/messages';
import { LOSS_SETTINGS, lossKey, type LossSetting } from '../store/loss-settings';
import { lossOption, minerOption } from '../store/session-config';
import {
  ALIKE,
  DATASETS,
  DISTANCES,
  LOSSES,
  MINERS,
  NETWORKS,
  NO_LOSS,
  OPTIMIZERS,
  REDUCERS,
  REGULARIZERS,
  SAMPLERS,
  SCHEDULES,
  distanceName,
} from '../store/settings';
import { Cleanup } from '../store/signal';
import type { Mount, Page } from './page';

function group(page: Page, name: MessageKey, ...children: (HTMLElement | null)[]): HTMLElement {
  return html('fieldset', { class: 'group' }, html('legend', {}, page.t.text(name)), ...children);
}

/** A sentence that explains the choice at hand; the engine's own formula where there is none. */
function explained(
  page: Page,
  cleanup: Cleanup,
  setting: 'loss' | 'miner' | 'distance' | 'data' | 'regularizer' | 'network',
  formula?: (name: string) => string | undefined,
): HTMLElement {
  const note = html('p', { class: 'note', 'data-testid': `note-${setting}` });
  const show = (): void => {
    const name = page.store.value[setting];
    note.textContent = page.t.find(`${setting}Note`, name) ?? formula?.(name) ?? '';
  };
  cleanup.add(page.store.watch([setting], show), page.session.options.onChange(show));
  return note;
}

function dataGroup(page: Page, fields: Fields, cleanup: Cleanup): HTMLElement {
  const { store, session, t } = page;
  const data = fields.choice('data', 'setting.data', 'data', DATASETS, (value) => {
    store.chooseData(value);
  });
  const notice = html('p', { class: 'small-print', lang: 'en' });
  const facts = html('summary', {}, t.text('setting.source'));
  cleanup.add(
    session.data.watch((loaded) => {
      notice.textContent = loaded ? `${loaded.source}. ${loaded.licence}. ${loaded.notice}` : '';
    }),
  );
  return group(
    page,
    'group.data',
    data,
    explained(page, cleanup, 'data'),
    fields.number('unseen', 'setting.unseen'),
    html('p', { class: 'note' }, t.text('setting.unseenNote')),
    html('details', {}, facts, notice),
  );
}

/** A control for the values that the catalogue allows. The page's own words go first. */
function lossField(
  { t }: Page,
  fields: Fields,
  key: LossSetting,
  { symbol, text, values }: Setting,
): HTMLElement {
  const label = { text: t.find('setting', key) ?? [symbol, text].filter(Boolean).join(', ') };
  // The kind of the values decides which names the table has for them.
  switch (values.kind) {
    case 'flag':
      return fields.flag(key as FlagName, label);
    case 'choice':
      return fields.choice(key as ChoiceName, label, key, values.names);
    case 'number':
      return fields.number(key as NumberName, label, values.default >= 0 && values.default <= 2);
    default:
      return fields.number(key as NumberName, label);
  }
}

function lossGroup(page: Page, fields: Fields, cleanup: Cleanup): HTMLElement {
  const { store, session } = page;
  const parameters = new Map(
    [...LOSS_SETTINGS].map(([key, setting]) => [key, lossField(page, fields, key, setting)]),
  );
  const wiring = html('p', { class: 'note' });
  const show = (): void => {
    const option = lossOption(session.options.value, store.value.loss);
    const own = option?.settings.map(({ name }) => lossKey(name)) ?? [];
    for (const [key, field] of parameters) showWhen(field, own.includes(key));
    wiring.textContent = wiringText(page, option?.wiring);
  };
  const choose = (value: string): void => {
    const loss = LOSSES.find((item) => item === value);
    if (!loss) return;
    const option = lossOption(session.options.value, loss);
    const able = option?.distances.map(distanceName) ?? DISTANCES;
    const [first] = able;
    const distance = first && !able.includes(store.value.distance) ? { distance: first } : {};
    const unit = typeof option?.unit === 'boolean' ? { normalize: option.unit } : {};
    store.chooseLoss(loss, { ...distance, ...unit });
  };
  cleanup.add(store.watch(['loss'], show), session.options.onChange(show));
  const formula = (name: string): string | undefined => lossOption(session.options.value, name)?.formula;
  return group(
    page,
    'group.loss',
    fields.choice('loss', 'setting.loss', 'loss', GROUPS.losses, choose),
    explained(page, cleanup, 'loss', formula),
    ...parameters.values(),
    wiring,
    ...distanceFields(page, fields, cleanup),
  );
}

function distanceFields(page: Page, fields: Fields, cleanup: Cleanup): HTMLElement[] {
  const { store, session, t } = page;
  const known = (name: string) =>
    session.options.value?.distances.find(({ kind }) => distanceName(kind) === name);
  const facts = html('p', { class: 'note', 'data-testid': 'distance-facts' });
  const power = fields.number('power', 'setting.power');
  const epsilon = fields.number('epsilon', 'setting.epsilon');
  const show = (): void => {
    const { distance } = store.value;
    const option = known(distance);
    showWhen(power, distance === 'minkowski');
    showWhen(epsilon, distance === 'sinkhorn');
    const what =
      option &&
      t.text(
        option.similarity
          ? 'distance.isSimilarity'
          : !option.verdict.metric
            ? 'distance.isNoMetric'
            : option.verdict.on === 'unitVectors'
              ? 'distance.isMetricOfDirections'
              : 'distance.isMetric',
      );
    const rows = option && t.find('distanceRows', option.rows);
    facts.textContent = [what, rows].filter(Boolean).join(' ');
  };
  cleanup.add(store.watch(['distance'], show), session.options.onChange(show));
  return [
    fields.choice('distance', 'setting.distance', 'distance', GROUPS.distances),
    explained(page, cleanup, 'distance', (name) => known(name)?.formula),
    facts,
    power,
    epsilon,
  ];
}

/** What few need: a memory, another reduction, a second loss, a regulariser. */
function moreGroup(page: Page, fields: Fields, cleanup: Cleanup): HTMLElement {
  const { store, session, t } = page;
  const by = fields.number('reducerBy', 'setting.reducerBy');
  const low = fields.number('reducerLow', 'setting.reducerLow');
  const high = fields.number('reducerHigh', 'setting.reducerHigh');
  const memory = fields.number('memory', 'setting.memory');
  const alsoWeight = fields.number('alsoWeight', 'setting.alsoWeight');
  const regularizerWeight = fields.number('regularizerWeight', 'setting.regularizerWeight');
  const details = html(
    'details',
    { class: 'group', 'data-testid': 'more-objective' },
    html('summary', {}, t.text('group.objective')),
    memory,
    html('p', { class: 'note' }, t.text('setting.memoryNote')),
    fields.choice('also', 'setting.also', 'loss', { none: [NO_LOSS], ...GROUPS.losses }),
    alsoWeight,
    fields.choice('regularizer', 'setting.regularizer', 'regularizer', REGULARIZERS),
    explained(page, cleanup, 'regularizer'),
    regularizerWeight,
    fields.choice('reducer', 'setting.reducer', 'reducer', REDUCERS),
    by,
    low,
    high,
  );
  const show = (): void => {
    const { loss, also, regularizer, reducer } = store.value;
    showWhen(memory, lossOption(session.options.value, loss)?.remembers ?? false);
    showWhen(alsoWeight, also !== NO_LOSS);
    showWhen(regularizerWeight, regularizer !== NO_LOSS);
    showWhen(by, reducer === 'divisor');
    showWhen(low, reducer === 'threshold');
    showWhen(high, reducer === 'threshold');
  };
  cleanup.add(store.watch(['loss', 'also', 'regularizer', 'reducer'], show), session.options.onChange(show));
  return details;
}

function wiringText({ t }: Page, wiring: string | undefined): string {
  return wiring === undefined ? '' : (t.find('wiring', wiring) ?? '');
}

function minerGroup(page: Page, fields: Fields, cleanup: Cleanup): HTMLElement {
  const { store, session } = page;
  const numbers = {
    margin: fields.number('minerMargin', 'setting.minerMargin', true),
    posMargin: fields.number('minerPosMargin', 'setting.posMargin', true),
    negMargin: fields.number('minerNegMargin', 'setting.negMargin', true),
    angle: fields.number('minerAngle', 'setting.minerAngle'),
    share: fields.number('minerShare', 'setting.minerShare', true),
    count: fields.number('minerCount', 'setting.minerCount'),
  } as const;
  const formula = (name: string): string | undefined => minerOption(session.options.value, name)?.formula;
  const choose = (value: string): void => {
    const miner = MINERS.find((item) => item === value);
    if (!miner) return;
    const able = minerOption(session.options.value, miner)?.distances.map(distanceName) ?? DISTANCES;
    const [first] = able;
    store.set({ miner, ...(first && !able.includes(store.value.distance) ? { distance: first } : {}) });
  };
  const element = group(
    page,
    'group.miner',
    fields.choice('miner', 'setting.miner', 'miner', MINERS, choose),
    explained(page, cleanup, 'miner', formula),
    ...Object.values(numbers),
  );
  const show = (): void => {
    const { loss, miner } = store.value;
    const used = minerOption(session.options.value, miner)?.settings.map(({ name }) => name) ?? [];
    showWhen(element, lossOption(session.options.value, loss)?.mines ?? true);
    for (const [name, field] of Object.entries(numbers)) showWhen(field, used.includes(name));
  };
  cleanup.add(store.watch(['loss', 'miner'], show), session.options.onChange(show));
  return element;
}

function batchGroup(page: Page, fields: Fields, cleanup: Cleanup): HTMLElement {
  const { store, t } = page;
  const groupSize = fields.number('groupSize', 'setting.groupSize');
  const alike = fields.choice('alike', 'setting.alike', 'alike', ALIKE);
  const note = (key: MessageKey): HTMLElement => html('p', { class: 'note' }, t.text(key));
  const more = html(
    'details',
    { 'data-testid': 'more-batch' },
    html('summary', {}, t.text('group.moreBatch')),
    fields.choice('sampler', 'setting.sampler', 'sampler', SAMPLERS),
    groupSize,
    fields.flag('twoViews', 'setting.twoViews'),
    note('setting.twoViewsNote'),
    alike,
    fields.number('rotate', 'setting.rotate'),
    fields.number('crop', 'setting.crop'),
    fields.number('noise', 'setting.noise'),
    fields.number('erase', 'setting.erase'),
    fields.flag('flip', 'setting.flip'),
  );
  cleanup.add(
    store.watch(['sampler', 'twoViews'], ({ sampler, twoViews }) => {
      showWhen(groupSize, sampler === 'hierarchical');
      showWhen(alike, twoViews);
      // Views of one sample need two of it.
      if (!twoViews && store.value.alike !== 'class') store.set({ alike: 'class' });
    }),
  );
  return group(
    page,
    'group.batch',
    fields.number('classes', 'setting.classes'),
    fields.number('perClass', 'setting.perClass'),
    fields.number('shift', 'setting.shift'),
    note('setting.batchNote'),
    more,
  );
}

function optimizerGroup(page: Page, fields: Fields, cleanup: Cleanup): HTMLElement {
  const { store, t } = page;
  const momentum = fields.number('momentum', 'setting.momentum');
  const classRate = fields.number('classRate', 'setting.classRate');
  const steps = {
    step: [
      fields.number('scheduleEvery', 'setting.scheduleEvery'),
      fields.number('scheduleFactor', 'setting.scheduleFactor'),
    ],
    cosine: [
      fields.number('scheduleSteps', 'setting.scheduleSteps'),
      fields.number('scheduleFloor', 'setting.scheduleFloor'),
    ],
  };
  const more = html(
    'details',
    { 'data-testid': 'more-optimizer' },
    html('summary', {}, t.text('group.moreOptimizer')),
    fields.choice('optimizer', 'setting.optimizer', 'optimizer', OPTIMIZERS),
    momentum,
    fields.choice('schedule', 'setting.schedule', 'schedule', SCHEDULES),
    ...steps.step,
    ...steps.cosine,
    fields.number('warmup', 'setting.warmup'),
    fields.number('clip', 'setting.clip'),
    classRate,
    fields.number('frozen', 'setting.frozen'),
  );
  cleanup.add(
    store.watch(['optimizer', 'schedule'], ({ optimizer, schedule }) => {
      showWhen(momentum, optimizer === 'sgd');
      for (const [kind, shown] of Object.entries(steps))
        for (const field of shown) showWhen(field, schedule === kind);
    }),
  );
  return group(
    page,
    'group.optimizer',
    fields.number('learningRate', 'setting.learningRate'),
    fields.number('weightDecay', 'setting.weightDecay'),
    fields.number('seed', 'setting.seed'),
    html('p', { class: 'note' }, t.text('setting.seedNote')),
    more,
  );
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
  const restore = html(
    'button',
    { type: 'button', class: 'quiet', 'data-testid': 'defaults' },
    t.text('setting.defaults'),
  );
  cleanup.listen(restore, 'click', () => {
    store.chooseData(store.value.data);
  });
  host.replaceChildren(
    html('h2', {}, t.text('setting.title')),
    dataGroup(page, fields, cleanup),
    group(
      page,
      'group.network',
      fields.choice('network', 'setting.network', 'network', NETWORKS),
      explained(page, cleanup, 'network'),
      fields.layers('setting.layers'),
      fields.number('dim', 'setting.dim'),
      fields.flag('normalize', 'setting.normalize'),
      size,
    ),
    lossGroup(page, fields, cleanup),
    minerGroup(page, fields, cleanup),
    moreGroup(page, fields, cleanup),
    batchGroup(page, fields, cleanup),
    optimizerGroup(page, fields, cleanup),
    restore,
  );
  // Another network has layers of its own.
  cleanup.listen(host, 'change', (event) => {
    if (event.target instanceof HTMLElement && event.target.dataset['testid'] === 'setting-network')
      store.set({ layers: [] });
  });
  return () => {
    cleanup.run();
    host.replaceChildren();
  };
};
