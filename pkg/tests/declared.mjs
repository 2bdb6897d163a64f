// Compares values with the types that the package declares for them: a field that is missing, or that no type names, is a fault.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const at = (file) => fileURLToPath(new URL(`../dist/${file}.d.ts`, import.meta.url));
const MODULES = { metriclab: at('node'), data: at('data/index') };
const program = ts.createProgram(Object.values(MODULES), {
  strict: true,
  exactOptionalPropertyTypes: true,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.NodeNext,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
});
const checker = program.getTypeChecker();

function exported(module, name) {
  const file = checker.getSymbolAtLocation(program.getSourceFile(MODULES[module]));
  const found = checker.getExportsOfModule(file).find((symbol) => symbol.name === name);
  if (!found) throw new Error(`${module} exports no ${name}`);
  return found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
}

/** The type of a method, or of a function of a module. */
function called(kind, name) {
  if (kind === 'metriclab' || kind === 'data') return checker.getTypeOfSymbol(exported(kind, name));
  const owner =
    kind === 'samples'
      ? checker.getTypeOfSymbol(exported('data', kind))
      : checker.getDeclaredTypeOfSymbol(
          exported(['Preview', 'Samples'].includes(kind) ? 'data' : 'metriclab', kind),
        );
  return checker.getTypeOfSymbol(owner.getProperty(name));
}

/** What a function answers, once its promise is kept. */
export function answerOf(kind, name) {
  return checker.getAwaitedType(called(kind, name).getCallSignatures()[0].getReturnType());
}

/** The types of a function's arguments. */
export function argumentsOf(kind, name) {
  return called(kind, name)
    .getCallSignatures()[0]
    .getParameters()
    .map((parameter) => checker.getTypeOfSymbol(parameter));
}

/** Classes only: `Record` and the like are of the library too, and have no name. */
const isOfLibrary = (type) =>
  !type.symbol?.name.startsWith('__') &&
  (type.symbol?.declarations ?? []).some((one) => program.isSourceFileDefaultLibrary(one.getSourceFile()));

/** The fields of a type of objects, by name; of several kinds, those of the kind that `value` is. */
export function fieldsOf(type, value) {
  const parts = (type.isUnion() ? type.types : [type]).filter(
    (part) => part.flags & ts.TypeFlags.Object || part.isIntersection(),
  );
  const kindOf = (part) => {
    const kind = part.getProperty('kind');
    return kind && checker.getTypeOfSymbol(kind);
  };
  const part = parts.find((one) => {
    const kind = kindOf(one);
    return !kind || new Comparison().faults(value.kind, kind).length === 0;
  });
  if (!part) throw new Error(`no kind of ${checker.typeToString(type)} is ${JSON.stringify(value)}`);
  return new Map(
    checker.getPropertiesOfType(part).map((field) => [field.name, checker.getTypeOfSymbol(field)]),
  );
}

/** Whether values of a type are arrays of numbers of one kind, such as `Float32Array`. */
export const isTypedArray = (type) => /^(Float|Uint|Int)\d+(Clamped)?Array/.test(checker.typeToString(type));

const isPlain = (value) => [Object.prototype, null].includes(Object.getPrototypeOf(value));

/** One comparison of values with types. `seen` counts, by type and field, the values that were not null. */
export class Comparison {
  seen = new Map();

  /** What is wrong about a value, by its path. */
  faults(value, type, path = 'it') {
    const wanted = () => [`${path} is ${describe(value)}, not ${checker.typeToString(type)}`];
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return [];
    if (type.isTypeParameter()) return this.faults(value, checker.getBaseConstraintOfType(type), path);
    if (type.isUnion()) return this.#ofUnion(value, type, path);
    if (type.flags & ts.TypeFlags.Object || type.isIntersection())
      return typeof value === 'object' && value !== null
        ? this.#ofObject(value, type, path, wanted)
        : typeof value === 'function' && type.getCallSignatures().length > 0
          ? []
          : wanted();
    return isOfPrimitive(value, type) ? [] : wanted();
  }

  #ofUnion(value, type, path) {
    let best = null;
    for (const part of type.types) {
      const trial = new Comparison();
      const faults = trial.faults(value, part, path);
      if (faults.length === 0) {
        this.#add(trial);
        return [];
      }
      if (best === null || faults[0].length > best[0].length) best = faults;
    }
    return best;
  }

  #ofObject(value, type, path, wanted) {
    if (checker.isTupleType(type) || checker.isArrayType(type)) {
      if (!Array.isArray(value)) return wanted();
      const parts = checker.getTypeArguments(type);
      const tuple = checker.isTupleType(type);
      if (tuple && parts.length !== value.length) return wanted();
      return value.flatMap((one, k) => this.faults(one, parts[tuple ? k : 0], `${path}[${k}]`)).slice(0, 3);
    }
    if (isOfLibrary(type)) {
      const { name } = type.symbol;
      if (typeof globalThis[name] !== 'function') throw new Error(`no class ${name} here`);
      return value instanceof globalThis[name] ? [] : wanted();
    }
    const fields = checker.getPropertiesOfType(type);
    const index = checker.getIndexInfosOfType(type)[0];
    const known = new Set(fields.map((field) => field.name));
    const rest = isPlain(value) ? Object.keys(value).filter((name) => !known.has(name)) : [];
    return [
      ...fields.flatMap((field) => this.#ofField(value, type, field, path)),
      ...rest.flatMap((name) =>
        index ? this.faults(value[name], index.type, `${path}.${name}`) : [`${path}.${name} is not declared`],
      ),
    ];
  }

  #ofField(value, type, field, path) {
    // A symbol, or private.
    if (/^(__[@#]|#)/.test(field.name)) return [];
    const key = `${type.aliasSymbol?.name ?? type.symbol?.name ?? '?'}.${field.name}`;
    const own = value[field.name];
    this.seen.set(key, (this.seen.get(key) ?? 0) + (own === null || own === undefined ? 0 : 1));
    if (!(field.name in value))
      return field.flags & ts.SymbolFlags.Optional ? [] : [`${path}.${field.name} is missing`];
    return this.faults(own, checker.getTypeOfSymbol(field), `${path}.${field.name}`);
  }

  #add(other) {
    for (const [key, count] of other.seen) this.seen.set(key, (this.seen.get(key) ?? 0) + count);
  }
}

function isOfPrimitive(value, type) {
  const { flags } = type;
  if (type.isStringLiteral() || type.isNumberLiteral()) return value === type.value;
  if (flags & ts.TypeFlags.BooleanLiteral) return String(value) === checker.typeToString(type);
  if (flags & ts.TypeFlags.Null) return value === null;
  if (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) return value === undefined;
  const kinds = [
    [ts.TypeFlags.StringLike, 'string'],
    [ts.TypeFlags.NumberLike, 'number'],
    [ts.TypeFlags.BooleanLike, 'boolean'],
  ];
  return kinds.some(([flag, name]) => flags & flag && typeof value === name);
}

function describe(value) {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  return value.constructor?.name ?? 'an object';
}

const isMethod = (member) => member.flags & ts.SymbolFlags.Method && !member.name.startsWith('__@');
const isOwn = (member) =>
  !member.declarations?.every((one) => program.isSourceFileDefaultLibrary(one.getSourceFile()));

/** Names of the exports that fit. */
function exportsThat(fit) {
  const found = Object.values(MODULES).flatMap((path) =>
    checker
      .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(path)))
      .filter((symbol) =>
        fit(symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol),
      ),
  );
  return [...new Set(found.map(({ name }) => name))];
}

/** The exported classes, and interfaces with methods: what a caller may call something on. */
export const exportedClasses = () =>
  exportsThat((symbol) =>
    checker
      .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))
      .some((member) => isMethod(member) && isOwn(member)),
  );

/** The exported values that hold functions. */
export const exportedObjects = () =>
  exportsThat((symbol) => {
    if (!(symbol.flags & ts.SymbolFlags.Variable)) return false;
    const members = checker.getPropertiesOfType(checker.getTypeOfSymbol(symbol));
    return members.some(
      (member) => isOwn(member) && checker.getTypeOfSymbol(member).getCallSignatures().length > 0,
    );
  });
