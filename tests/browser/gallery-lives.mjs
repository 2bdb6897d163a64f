// Runs in the page, served next to the package: random lives of a gallery, each next to a naive one.
const DIM = 3;
const THRESHOLD = 1.5;

function randomOf(seed) {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

const apart = (a, b) => Math.fround(Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0)));
const plain = (list) =>
  JSON.stringify(list.map(({ id, name, vector, attributes }) => [id, name, [...vector], attributes]));

/** A list of entries with its past and future. */
class Naive {
  now = [];
  past = [];
  future = [];
  #below;
  #count = 0;

  constructor(below) {
    this.#below = below;
  }

  step(entries) {
    this.past.push(this.now);
    this.now = entries;
    this.future = [];
  }

  each(change) {
    this.step(this.now.map((entry) => ({ ...entry, ...change(entry) })));
  }

  row() {
    return Array.from({ length: DIM }, () => this.#below(4));
  }

  name() {
    return `class ${this.#below(4)}`;
  }

  attributes() {
    return this.#below(2) ? { camera: ['door', 'yard'][this.#below(2)] } : {};
  }

  pick(list) {
    return list[this.#below(list.length)];
  }

  fresh(count) {
    return Array.from({ length: count }, () => ({
      id: `id ${++this.#count}`,
      name: this.name(),
      vector: this.row(),
      attributes: this.attributes(),
    }));
  }

  get classes() {
    return [...new Set(this.now.map(({ name }) => name))];
  }
}

const codeOf = (work) =>
  work.then(
    () => 'done',
    ({ code }) => code,
  );

function same(found, wanted, what) {
  if (found !== wanted) throw new Error(`${what}: ${found}, not ${wanted}`);
}

/** Each does one thing to the gallery and to the naive one. */
const TURNS = {
  async add(gallery, naive) {
    const added = naive.fresh(1 + naive.pick([0, 1, 2]));
    naive.step([...naive.now, ...added]);
    same((await gallery.add(added)).join(), added.map(({ id }) => id).join(), 'ids');
  },
  async undo(gallery, naive) {
    same(await gallery.undo(), naive.past.length > 0, 'undo');
    if (naive.past.length === 0) return;
    naive.future.push(naive.now);
    naive.now = naive.past.pop();
  },
  async redo(gallery, naive) {
    same(await gallery.redo(), naive.future.length > 0, 'redo');
    if (naive.future.length === 0) return;
    naive.past.push(naive.now);
    naive.now = naive.future.pop();
  },
  async remove(gallery, naive) {
    const { id } = naive.pick(naive.now);
    naive.step(naive.now.filter((entry) => entry.id !== id));
    await gallery.remove(id);
  },
  async several(gallery, naive) {
    const { id } = naive.pick(naive.now);
    const change = { vector: naive.row(), name: naive.name(), attributes: naive.attributes() };
    naive.each((entry) => (entry.id === id ? change : {}));
    await gallery.apply([
      { kind: 'replace', id, vector: change.vector },
      { kind: 'move', id, name: change.name },
      { kind: 'describe', id, attributes: change.attributes },
    ]);
  },
  async rename(gallery, naive) {
    const [from, to] = [naive.pick(naive.classes), naive.name()];
    const taken = from !== to && naive.classes.includes(to);
    const code = await codeOf(gallery.apply([{ kind: 'rename', from, to }]));
    same(code, taken ? 'gallery.taken' : 'done', `${from} is called ${to}`);
    if (!taken) naive.each(({ name }) => (name === from ? { name: to } : {}));
  },
  async merge(gallery, naive) {
    const [from, into] = [naive.pick(naive.classes), naive.name()];
    if (from === into) return;
    const there = naive.classes.includes(into);
    const code = await codeOf(gallery.apply([{ kind: 'merge', from, into }]));
    same(code, there ? 'done' : 'gallery.no_class', `${from} into ${into}`);
    if (there) naive.each(({ name }) => (name === from ? { name: into } : {}));
  },
  async removeClass(gallery, naive) {
    const name = naive.pick(naive.classes);
    naive.step(naive.now.filter((entry) => entry.name !== name));
    await gallery.apply([{ kind: 'removeClass', name }]);
  },
  async refused(gallery, naive) {
    const [one, other] = naive.fresh(2);
    // The second id is taken: neither is added.
    same(await codeOf(gallery.add([one, { ...other, id: one.id }])), 'gallery.taken', 'one id twice');
    same(await codeOf(gallery.remove(['nobody'])), 'gallery.no_entry', 'a stranger');
  },
  async compact(gallery, naive) {
    await gallery.compact();
    [naive.past, naive.future] = [[], []];
  },
};
const EMPTY = ['add', 'undo', 'redo', 'refused', 'compact'];

function decisionOf(wanted) {
  if (wanted.length === 0) return 'empty';
  const [{ distance }] = wanted;
  if (distance > THRESHOLD) return 'unknown';
  const nearest = wanted.filter((entry) => entry.distance === distance);
  return new Set(nearest.map(({ name }) => name)).size === 1 ? 'known' : 'tied';
}

/** A query with filters answers as a search of the list. */
async function check(gallery, naive) {
  const query = naive.row();
  const names = naive.pick([undefined, undefined, [naive.name(), naive.name()]]);
  const attributes = naive.pick([{}, {}, { camera: 'door' }]);
  const without = naive.now.length > 0 && naive.pick([true, false]) ? [naive.pick(naive.now).id] : [];
  const [{ hits, decision }] = await gallery.query([query], { k: 4, names, attributes, without });
  const wanted = naive.now
    .map((entry, at) => ({ ...entry, at, distance: apart(entry.vector, query) }))
    .filter(({ id, name, attributes: has }) => {
      const named = names === undefined || names.includes(name);
      return named && !without.includes(id) && (!attributes.camera || has.camera === attributes.camera);
    })
    .sort((x, y) => x.distance - y.distance || x.at - y.at);
  const show = (list) => JSON.stringify(list.map(({ id, name, distance }) => [id, name, distance]));
  same(show(hits), show(wanted.slice(0, 4)), 'hits');
  same(decision.kind, decisionOf(wanted), 'decision');
  const { count, undo, redo } = gallery.state;
  same(
    [count, undo, redo].join(),
    [naive.now.length, naive.past.length, naive.future.length].join(),
    'state',
  );
}

/** One life of `turns` things. Returns what was done, and how often. */
export async function live(lab, { seed, store, turns }) {
  const below = randomOf(seed);
  const naive = new Naive(below);
  const options = { dim: DIM, threshold: THRESHOLD, ...(store && { store }) };
  let gallery = await lab.gallery(options);
  const done = {};
  for (let turn = 0; turn < turns; turn++) {
    const all = naive.now.length > 0 ? ['add', 'add', ...Object.keys(TURNS)] : EMPTY;
    const name = store && below(10) === 0 ? 'reopen' : naive.pick(all);
    done[name] = (done[name] ?? 0) + 1;
    if (name === 'reopen') {
      await gallery.close();
      gallery = await lab.gallery(options);
      [naive.past, naive.future] = [[], []];
      same(plain(await gallery.entries()), plain(naive.now), 'entries on disk');
    } else await TURNS[name](gallery, naive);
    await check(gallery, naive);
  }
  same(plain(await gallery.entries()), plain(naive.now), 'entries');
  const copy = await lab.loadGallery(await gallery.save());
  same(plain(await copy.entries()), plain(naive.now), 'entries after saving');
  same(copy.state.threshold, THRESHOLD, 'threshold after saving');
  await copy.close();
  await gallery.erase();
  return done;
}
