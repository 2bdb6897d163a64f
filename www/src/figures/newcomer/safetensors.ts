type Header = Readonly<Record<string, { readonly data_offsets: readonly [number, number] } | undefined>>;

/** Where the numbers of a safetensors file begin, and what its header says. */
function headerOf(file: Uint8Array): { readonly begin: number; readonly header: unknown } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const header: unknown = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  return { begin: 8 + length, header };
}

/** Reads one tensor of numbers from a safetensors file, as `Lab.save` writes it. */
export function tensor(file: Uint8Array, name: string): Float32Array {
  const { begin, header } = headerOf(file);
  const entry = (header as Header)[name];
  if (!entry) throw new Error(`The saved session has no tensor ${name}.`);
  const [from, to] = entry.data_offsets;
  // A copy: the numbers in the file need not begin at a multiple of four.
  return new Float32Array(file.slice(begin + from, begin + to).buffer);
}

/** Reads one text of its metadata. */
export function textOf(file: Uint8Array, name: string): string {
  const { __metadata__: texts } = headerOf(file).header as {
    readonly __metadata__?: Readonly<Record<string, string>>;
  };
  const text = texts?.[name];
  if (text === undefined) throw new Error(`The saved session has no text ${name}.`);
  return text;
}
