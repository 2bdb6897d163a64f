// A page that holds nothing but the package, for what is measured without the laboratory around it.
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { ROOT, openSite } from './site.mjs';
import { visit } from './visit.mjs';

const HTML =
  '<!doctype html><meta charset="utf-8"><title>package</title><link rel="icon" href="data:,"><script type="module" src="main.js"></script>';
const MAIN = "import * as metriclab from './metriclab/dist/index.js';\nglobalThis.metriclab = metriclab;\n";

/** Serves the package as it lies in `pkg/`, with the packed data sets, and further files given by name. */
export async function openPackageSite(files = {}) {
  const folder = join(ROOT, `target/browser/package-${process.pid}`) + sep;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await symlink(join(ROOT, 'pkg'), join(folder, 'metriclab'));
  await symlink(join(ROOT, 'data/packed'), join(folder, 'data'));
  for (const [name, content] of Object.entries({ 'index.html': HTML, 'main.js': MAIN, ...files }))
    await writeFile(join(folder, name), content);
  const site = await openSite(folder);
  return {
    address: site.address,
    close: async () => {
      await site.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Opens it; `globalThis.metriclab` is there when this resolves. */
export async function visitPackage(browser, site) {
  const page = await visit(browser, site.address);
  await page.waitForFunction(() => globalThis.metriclab);
  return page;
}

/** Runs in the page: opens `globalThis.lab` with a session of the defaults and `changes`; `globalThis.faults` collects faults. */
export async function begin({ device, data, changes }) {
  const { createLab, fetchPacked } = globalThis.metriclab;
  globalThis.lab?.dispose();
  const lab = await createLab({ device });
  globalThis.lab = lab;
  globalThis.faults = [];
  lab.on('fault', (fault) => globalThis.faults.push(fault));
  if (lab.device.kind !== device)
    throw new Error(`the lab runs on the ${lab.device.kind}, not the ${device}`);
  if (data === undefined) return null;
  await lab.loadDataset(await fetchPacked(data));
  const { config, roles, parameters } = await lab.configure({ ...(await lab.defaults()), ...changes });
  const held = [0, 0, 0];
  for (const role of roles) held[role] += 1;
  return { config, parameters, roles: held };
}
