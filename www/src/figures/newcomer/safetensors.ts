/** Reads one tensor of numbers from a safetensors file, as `Lab.save` writes it. */
export function tensor(file: Uint8Array, name: string): Float32Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Record<
    string,
    { readonly data_offsets: readonly [number, number] } | undefined
  >;
  const entry = header[name];
  if (!entry) throw new Error(`The saved session has no tensor ${name}.`);
  const [from, to] = entry.data_offsets;
  // A copy: the numbers in the file need not begin at a multiple of four.
  return new Float32Array(file.slice(8 + length + from, 8 + length + to).buffer);
}
