// Keeps the files of one build for visits without a network. `write.mjs` puts in what the build is made of.
const VERSION = '__VERSION__';
/** The hash of every file of the build, by its path. Nothing else is ever answered from here. */
const FILES = __FILES__;
/** Kept at once; the others are kept when they are first used. */
const FIRST = __FIRST__;

const ROOT = new URL('./', self.location.href).href;
// Other copies of the site may live on this origin.
const PREFIX = `metriclab-site ${ROOT} `;
const NAME = PREFIX + VERSION;
/** A network that has not answered by then is taken for none where there is a copy. */
const PATIENCE_MS = 4_000;

/** A path of the list, or null. The front of a folder is the folder. */
function pathOf(address) {
  const url = new URL(address);
  url.search = url.hash = '';
  if (!url.href.startsWith(ROOT)) return null;
  const path = url.href.slice(ROOT.length).replace(/(^|\/)index\.html$/, '$1');
  return Object.hasOwn(FILES, path) ? path : null;
}

/** Names in this folder have a hash of the content in them. */
const isPinned = (path) => path.startsWith('assets/');
const keyOf = (path) => ROOT + path;

async function hashOf(bytes) {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest, 0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Keeps a response if its content is that of this build. */
async function store(path, response) {
  const bytes = await response.arrayBuffer();
  if ((await hashOf(bytes)) !== FILES[path]) return false;
  const type = response.headers.get('Content-Type');
  const policy = response.headers.get('Content-Security-Policy');
  const headers = new Headers();
  if (type) headers.set('Content-Type', type);
  // A page without a network keeps the policy of its server.
  if (policy) headers.set('Content-Security-Policy', policy);
  const cache = await caches.open(NAME);
  await cache.put(keyOf(path), new Response(bytes, { headers }));
  return true;
}

async function keep(path) {
  const cache = await caches.open(NAME);
  if (await cache.match(keyOf(path))) return;
  const before = isPinned(path) ? await caches.match(keyOf(path)) : undefined;
  const response = before ?? (await fetch(keyOf(path), { cache: isPinned(path) ? 'default' : 'no-cache' }));
  if (!response.ok || !(await store(path, response)))
    throw new Error(`${path} is not that of the build ${VERSION}`);
}

const kept = async (path) => (await caches.open(NAME)).match(keyOf(path));

/** The network's answer; it is kept too. */
async function fetched(event, path) {
  const response = await fetch(event.request);
  if (response.ok && response.type === 'basic' && !(await kept(path).catch(() => true)))
    event.waitUntil(store(path, response.clone()).catch(() => false));
  return response;
}

async function pinned(event, path) {
  return (await kept(path).catch(() => undefined)) ?? fetched(event, path);
}

/** A newer build is seen at once; without a network, the one that is kept. */
async function newest(event, path) {
  const copy = await kept(path).catch(() => undefined);
  if (!copy) return fetched(event, path);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, null));
  const answer = fetched(event, path).catch(() => null);
  const response = await Promise.race([answer, late]);
  return response && response.status < 500 ? response : copy;
}

self.addEventListener('install', (event) => {
  event.waitUntil(Promise.all(FIRST.map(keep)));
});

// A new version waits until no page of the old one is open: its pages may still need its files.
self.addEventListener('activate', (event) => {
  const clean = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(PREFIX) && name !== NAME);
    await Promise.all(old.map((name) => caches.delete(name)));
    await clients.claim();
  };
  event.waitUntil(clean());
});

self.addEventListener('fetch', (event) => {
  const { method, url, headers } = event.request;
  const path = method === 'GET' && !headers.has('Range') ? pathOf(url) : null;
  if (path !== null) event.respondWith(isPinned(path) ? pinned(event, path) : newest(event, path));
});

// What a page had fetched before it was under this worker.
self.addEventListener('message', (event) => {
  const { keep: addresses } = Object(event.data);
  if (!Array.isArray(addresses)) return;
  const paths = addresses
    .map(String)
    .flatMap((address) => (URL.canParse(address) ? (pathOf(address) ?? []) : []));
  event.waitUntil(Promise.all(paths.map((path) => keep(path).catch(() => undefined))));
});
