// Finds each documented function and method of the package, and the examples in its comment.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { exportedClasses } from './declared.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
export const ENTRIES = {
  metriclab: 'index',
  'metriclab/inline': 'inline',
  'metriclab/slim': 'slim',
  'metriclab/data': 'data/index',
};
const METHODS = exportedClasses();
export const OPTIONS = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
  skipLibCheck: true,
};
export const entry = (name) => at(`../dist/${name}.d.ts`);

/** What is documented: a function, a class or an interface's method, with its examples. */
export function documented() {
  const program = ts.createProgram(Object.values(ENTRIES).map(entry), OPTIONS);
  const checker = program.getTypeChecker();
  const found = new Map();
  const tell = (name, symbol) => {
    const tags = symbol.getJsDocTags(checker).filter((tag) => tag.name === 'example');
    const codes = tags.map(
      (tag) => /```ts\n([\s\S]*?)```/.exec(ts.displayPartsToString(tag.text))?.[1] ?? '',
    );
    found.set(name, codes);
  };
  for (const [module, file] of Object.entries(ENTRIES)) {
    const source = checker.getSymbolAtLocation(program.getSourceFile(entry(file)));
    for (const exported of checker.getExportsOfModule(source)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class) && !METHODS.includes(symbol.name))
        tell(`${module} ${symbol.name}`, symbol);
      if (symbol.name === 'samples')
        for (const maker of checker.getPropertiesOfType(checker.getTypeOfSymbol(symbol)))
          tell(`samples.${maker.name}`, checker.getTypeOfSymbol(maker).symbol);
      const type = checker.getDeclaredTypeOfSymbol(symbol);
      if (!METHODS.includes(symbol.name)) continue;
      for (const member of checker.getPropertiesOfType(type))
        // Not the keys of `using`, whose methods are others with an example.
        if (member.flags & ts.SymbolFlags.Method && !member.name.startsWith('__@'))
          tell(`${symbol.name}.${member.name}`, member);
    }
  }
  return found;
}
