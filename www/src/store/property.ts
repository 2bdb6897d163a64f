import type { Setting } from 'metriclab';

/** `training` decides what a session is: a change asks for a new one. The rest only decides what is shown. */
export type Group = 'training' | 'page' | 'triplet';

interface Common<T> {
  readonly url: string;
  readonly group: Group;
  readonly fallback: T;
  /** `undefined` for text that is not a value of this property. */
  parse(text: string): T | undefined;
  print(value: T): string;
}

export interface NumberProperty extends Common<number> {
  readonly kind: 'number';
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

export interface ChoiceProperty<T extends string> extends Common<T> {
  readonly kind: 'choice';
  readonly choices: readonly T[];
}

export interface FlagProperty extends Common<boolean> {
  readonly kind: 'flag';
}

/** Names of letters and digits, and numbers. */
export interface NamesProperty extends Common<readonly string[]> {
  readonly kind: 'names';
}

export interface NumbersProperty extends Common<readonly number[]> {
  readonly kind: 'numbers';
}

export type PropertyOf<T> = [T] extends [boolean]
  ? FlagProperty
  : [T] extends [string]
    ? ChoiceProperty<T>
    : [T] extends [number]
      ? NumberProperty
      : [T] extends [readonly string[]]
        ? NamesProperty
        : NumbersProperty;

const DECIMAL = /^-?\d+(\.\d+)?(e-?\d+)?$/i;

function readNumber(text: string): number | undefined {
  return DECIMAL.test(text) ? Number(text) : undefined;
}

/** Short, exact enough to come back as the same picture. */
export function printNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

export function decimal(
  group: Group,
  url: string,
  fallback: number,
  min: number,
  max: number,
  step: number,
): NumberProperty {
  return {
    kind: 'number',
    group,
    url,
    fallback,
    min,
    max,
    step,
    parse: (text) => {
      const value = readNumber(text);
      return value !== undefined && value >= min && value <= max ? value : undefined;
    },
    print: printNumber,
  };
}

export function whole(
  group: Group,
  url: string,
  fallback: number,
  min: number,
  max: number,
  step = 1,
): NumberProperty {
  const inner = decimal(group, url, fallback, min, max, step);
  return {
    ...inner,
    parse: (text) => {
      const value = inner.parse(text);
      return value !== undefined && Number.isInteger(value) ? value : undefined;
    },
    print: String,
  };
}

export function choice<T extends string>(
  group: Group,
  url: string,
  choices: readonly T[],
  fallback: T,
): ChoiceProperty<T> {
  return {
    kind: 'choice',
    group,
    url,
    fallback,
    choices,
    parse: (text) => choices.find((item) => item === text),
    print: (value) => value,
  };
}

export function flag(group: Group, url: string, fallback: boolean): FlagProperty {
  return {
    kind: 'flag',
    group,
    url,
    fallback,
    parse: (text) => (text === '1' ? true : text === '0' ? false : undefined),
    print: (value) => (value ? '1' : '0'),
  };
}

interface NumbersLimits {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
  readonly fits: (count: number) => boolean;
}

export function numbers(
  group: Group,
  url: string,
  fallback: readonly number[],
  limits: NumbersLimits,
): NumbersProperty {
  const good = (value: number | undefined): value is number =>
    value !== undefined &&
    value >= limits.min &&
    value <= limits.max &&
    (!limits.whole || Number.isInteger(value));
  return {
    kind: 'numbers',
    group,
    url,
    fallback,
    parse: (text) => {
      const values = text === '' ? [] : text.split(/[_,]/).map(readNumber);
      return values.every(good) && limits.fits(values.length) ? values : undefined;
    },
    print: (value) => value.map(limits.whole ? String : printNumber).join('_'),
  };
}

const NAME = /^[a-zA-Z0-9.-]{1,40}$/;

export function names(group: Group, url: string, most: number): NamesProperty {
  return {
    kind: 'names',
    group,
    url,
    fallback: [],
    parse: (text) => {
      const found = text === '' ? [] : text.split('_');
      return found.length <= most && found.every((name) => NAME.test(name)) ? found : undefined;
    },
    print: (value) => value.join('_'),
  };
}

/** Step of a slider. */
const SLIDER_STEP = 0.01;

/** The property of a setting of the catalogue that is a number, a switch or a name. */
export function propertyOfSetting(
  group: Group,
  url: string,
  { name, values }: Setting,
): NumberProperty | ChoiceProperty<string> | FlagProperty {
  switch (values.kind) {
    case 'whole':
      return whole(group, url, values.default, values.least, values.most);
    case 'number': {
      const { least, most, leastExcluded, mostExcluded } = values.range;
      const inner = decimal(group, url, values.default, least, most, SLIDER_STEP);
      const excluded = (value: number): boolean =>
        (leastExcluded && value === least) || (mostExcluded && value === most);
      return {
        ...inner,
        parse: (text) => {
          const value = inner.parse(text);
          return value === undefined || excluded(value) ? undefined : value;
        },
      };
    }
    case 'choice':
      return choice(group, url, values.names, values.default);
    case 'flag':
      return flag(group, url, values.default);
    case 'optional':
    case 'list':
      throw new TypeError(`${name} needs a property of its own.`);
  }
}
