/** Texts under keys that begin with a prefix. */
export function prefixed<P extends string, T extends Readonly<Record<string, string>>>(
  prefix: P,
  texts: T,
): { readonly [K in keyof T & string as `${P}.${K}`]: string } {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [`${prefix}.${key}`, text])) as {
    readonly [K in keyof T & string as `${P}.${K}`]: string;
  };
}
