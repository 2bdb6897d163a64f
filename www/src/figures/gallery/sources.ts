import { ROLE_TEST, ROLE_UNSEEN, type PackedDataset, type SessionConfig } from 'metriclab';
import { ofRole } from '../pictures';

/** The things of a gallery: signs to draw, products in several drawing styles, or the visitor's own data. */
export const SOURCES = ['signs', 'products', 'own'] as const;
export type SourceName = (typeof SOURCES)[number];

/** Numbers of an embedding. */
export const DIM = 64;
/** Classes in a gallery at the first visit. */
const FIRST_CLASSES = { signs: 8, products: 60, own: 200 } as const;
/** Samples of each class of own data in the first gallery; the others ask. */
const OWN_SAMPLES = 3;

/** The samples that a gallery begins with, and those that ask. Neither was trained on where classes are held back. */
export interface Exhibits {
  readonly gallery: readonly number[];
  readonly questions: readonly number[];
}

/** The experiment of each source; `defaults` are the engine's for the data set. */
export function configOf(source: SourceName, defaults: SessionConfig): SessionConfig {
  const config: SessionConfig = {
    ...defaults,
    seed: 1,
    embedding: { dim: DIM, normalize: true },
    distance: 'cosine',
    loss: { kind: 'supcon', temperature: 0.1 },
    miner: { kind: 'none' },
  };
  if (source === 'own') return config;
  return {
    ...config,
    unseenClasses: source === 'signs' ? 100 : 320,
    network: { kind: 'conv', channels: [16, 32, 64] },
    batch: source === 'signs' ? { classes: 32, perClass: 4 } : { classes: 42, perClass: 3 },
    augment: { ...defaults.augment, shift: 2, rotate: 8, crop: 0.1 },
    optimizer: { ...defaults.optimizer, learningRate: 3e-3 },
  };
}

type Labelled = Pick<PackedDataset, 'labels' | 'domainOf'>;

/** Chooses both by role: classes that are held back, or else samples that are. */
export function exhibitsOf(source: SourceName, { labels, domainOf }: Labelled, roles: Uint8Array): Exhibits {
  const all = Array.from(roles.keys());
  const unseen = ofRole(roles, ROLE_UNSEEN);
  const pool = unseen.length > 0 ? unseen : all;
  const classes = [...new Set(pool.map((at) => labels[at] ?? 0))].slice(0, FIRST_CLASSES[source]);
  const within = pool.filter((at) => classes.includes(labels[at] ?? 0));
  if (source === 'products') {
    // The catalogue is of one drawing style, and the others ask.
    const style = domainOf[within[0] ?? 0];
    return {
      gallery: within.filter((at) => domainOf[at] === style),
      questions: within.filter((at) => domainOf[at] !== style),
    };
  }
  if (source === 'signs') {
    const gallery = classes.flatMap((label) => within.filter((at) => labels[at] === label).slice(0, 2));
    // Most of those that ask are of no class in the gallery: they are unknown until somebody registers them.
    return { gallery, questions: pool.filter((at) => !gallery.includes(at)) };
  }
  const tested = ofRole(roles, ROLE_TEST);
  const asks = new Set(
    unseen.length > 0 || tested.length === 0 ? within.filter((_, at) => at % 4 === 3) : tested,
  );
  const taken = new Map<number, number>();
  const gallery = within.filter((at) => {
    const label = labels[at] ?? 0;
    const count = taken.get(label) ?? 0;
    if (asks.has(at) || count >= OWN_SAMPLES) return false;
    taken.set(label, count + 1);
    return true;
  });
  return { gallery, questions: asks.size > 0 ? [...asks] : within };
}
