import type { Translator } from '../i18n/translator';
import { lossOption } from '../store/session-config';
import type { DrawerName, Settings } from '../store/settings';
import type { Options } from 'metriclab';

export interface Chip {
  readonly drawer: DrawerName;
  readonly text: string;
}

/** The experiment in three words: data, loss with its miner, metric. Each opens its drawer. */
export function chipsOf(settings: Settings, options: Options | null, t: Translator): readonly Chip[] {
  const name = (family: string, one: string): string => t.find(family, one) ?? one;
  const mines = lossOption(options, settings.loss)?.mines ?? false;
  const loss = [name('loss', settings.loss), ...(mines ? [name('miner', settings.miner)] : [])].join(', ');
  return [
    { drawer: 'data', text: name('data', settings.data) },
    { drawer: 'loss', text: loss },
    { drawer: 'metric', text: name('distance', settings.distance) },
  ];
}
