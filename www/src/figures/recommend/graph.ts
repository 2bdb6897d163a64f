import { Random } from '../random';

/** Who has what: users, the items of each, and the words of each item. */
export interface Graph {
  readonly items: readonly string[];
  readonly words: readonly string[];
  readonly wordsOf: readonly (readonly number[])[];
  readonly users: readonly (readonly number[])[];
}

/** Items that a new user comes with. */
export const CLICKS = 5;
/** One user in ten and one item in twenty are hidden. */
const [USERS_HIDDEN, ITEMS_HIDDEN] = [10, 20];

/** The part that training may see, and the part that it is asked about afterwards. */
export interface Split {
  /** Items of the known users, hidden items left out. */
  readonly seen: readonly (readonly number[])[];
  /** The first items of new users, and the others, hidden items left out of both. */
  readonly clicks: readonly (readonly number[])[];
  readonly rest: readonly (readonly number[])[];
  /** Hidden items, in the order of the graph. */
  readonly fresh: readonly number[];
  /** Known users who have hidden items: what else they have, and which hidden ones. */
  readonly askers: readonly { readonly own: readonly number[]; readonly wanted: readonly number[] }[];
}

/** Hides users and items at random; an item of `spared` is never hidden. */
export function splitOf(graph: Graph, seed: number, spared: readonly number[] = []): Split {
  const random = new Random(seed);
  const free = [...graph.items.keys()].filter((item) => !spared.includes(item));
  const hidden = random.shuffled(free).slice(0, Math.floor(graph.items.length / ITEMS_HIDDEN));
  const isFresh = new Set(hidden);
  const seen: number[][] = [];
  const clicks: number[][] = [];
  const rest: number[][] = [];
  const askers: { own: number[]; wanted: number[] }[] = [];
  const users = random.shuffled(graph.users);
  users.forEach((items, at) => {
    const old = random.shuffled(items.filter((item) => !isFresh.has(item)));
    if (at < Math.floor(users.length / USERS_HIDDEN)) {
      if (old.length <= CLICKS) return;
      clicks.push(old.slice(0, CLICKS));
      rest.push(old.slice(CLICKS));
    } else if (old.length > 1) {
      seen.push(old);
      const wanted = items.filter((item) => isFresh.has(item));
      if (wanted.length > 0) askers.push({ own: old, wanted });
    }
  });
  return { seen, clicks, rest, fresh: hidden.sort((a, b) => a - b), askers };
}

/** The words of an item and, once it is known, itself. Of a new item only words that known items have: others were never learned. */
export function describedItems({ items, words, wordsOf }: Graph, { fresh }: Split): number[][] {
  const isFresh = new Set(fresh);
  const learned = new Set(
    [...items.keys()].filter((item) => !isFresh.has(item)).flatMap((item) => wordsOf[item] ?? []),
  );
  return wordsOf.map((own, item) =>
    isFresh.has(item) ? own.filter((word) => learned.has(word)) : [...own, words.length + item],
  );
}

/** Users and items that belong together in training: user, item, user, item, … */
export function pairsOf({ seen }: Split): Uint32Array {
  return Uint32Array.from(seen.flatMap((items, user) => items.flatMap((item) => [user, item])));
}
