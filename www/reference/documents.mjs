// TypeDoc's pages of the package's sources.
import { fileURLToPath } from 'node:url';
import { Application, DefaultTheme, ReflectionKind, TSConfigReader } from 'typedoc';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
/** The package's entry points, by the name under which they are imported. */
const ENTRIES = {
  metriclab: 'index.ts',
  'metriclab/inline': 'inline.ts',
  'metriclab/inline/gpu': 'inline-gpu.ts',
  'metriclab/slim': 'slim.ts',
  'metriclab/data': 'data/index.ts',
  'metriclab/element': 'element/element.d.ts',
  'metriclab/pictures': 'pictures.ts',
};
const CALLED = ReflectionKind.Function | ReflectionKind.Class | ReflectionKind.Variable;

/** The list at the side: of each entry point what a program calls, and then the types. */
class SiteTheme extends DefaultTheme {
  buildNavigation(project) {
    const link = (text, { kind }, path) => ({ text, kind, path });
    const order = Object.keys(ENTRIES);
    const modules = [...(project.children ?? [])];
    modules.sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
    return modules.map((module) => {
      const own = (module.children ?? []).filter((one) => one.kind !== ReflectionKind.Reference);
      const linked = (mask) =>
        own
          .filter(({ kind }) => (kind & mask) !== 0)
          .map((one) => link(one.name, one, this.router.getFullUrl(one)));
      const [called, types] = [linked(CALLED), linked(~CALLED)];
      const all = link('all', module, this.router.getFullUrl(module));
      const more = types.length > 0 ? [{ text: 'Types', children: types }] : [];
      return { text: module.name, children: [all, ...called, ...more] };
    });
  }
}

const options = ({ sources, front }) => ({
  entryPoints: Object.values(ENTRIES).map((file) => sources + file),
  tsconfig: at('../../pkg/tsconfig.json'),
  basePath: sources,
  name: 'metriclab API',
  readme: front,
  theme: 'site',
  customCss: at('./reference.css'),
  favicon: at('../public/icon.svg'),
  sort: ['kind', 'alphabetical'],
  kindSortOrder: ['Function', 'Class', 'Variable', 'Interface', 'TypeAlias'],
  // Names of hosts are no links.
  markdownItOptions: { html: true, linkify: false },
  // There are no filters: they hide members by inline styles, which the site's policy forbids.
  visibilityFilters: {},
  // The package's build has checked the types.
  skipErrorChecking: true,
  disableSources: true,
  excludePrivate: true,
  // The members that an element inherits from the browser's HTMLElement are left out.
  excludeExternals: true,
  hideGenerator: true,
  githubPages: false,
  logLevel: 'Warn',
});

/** Writes the pages as TypeDoc makes them. */
export async function documentSources({ sources, front, out }) {
  const application = await Application.bootstrap(options({ sources, front }), [new TSConfigReader()]);
  application.renderer.defineTheme('site', SiteTheme);
  const project = await application.convert();
  if (!project) throw new Error('TypeDoc could not read the sources');
  const names = Object.fromEntries(
    Object.entries(ENTRIES).map(([name, file]) => [file.replace(/(\/index)?(\.d)?\.ts$/, ''), name]),
  );
  for (const module of project.children ?? []) {
    const name = names[module.name];
    if (!name) throw new Error(`${module.name} is no entry point of the package`);
    module.name = name;
  }
  await application.generateDocs(project, out);
  if (application.logger.hasErrors() || application.logger.hasWarnings())
    throw new Error('TypeDoc complains');
}
