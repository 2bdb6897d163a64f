/** Length of one timing: longer than the clock's step, which is 1 ms in some browsers. */
const SLICE_MS = 2;
/** Count of timings. The best one counts: the first run before the browser has optimised the loop, others share the machine. */
const SLICES = 6;
/** Rounds of one call: about 20 µs, so that a timing ends close to a tick of the clock. */
const ROUNDS = 4_000;
/** Independent sums: enough to hide the latency of a multiplication and an addition. */
const CHAINS = 8;
const LANES = 4;

/** An `(i32 rounds) -> f32` of `CHAINS` vectors x, each of which becomes x · c + c a round. It stays finite: c = 0.5. */
function loopModule(): Uint8Array<ArrayBuffer> {
  const [rounds, factor, first] = [0, 1, 2];
  const chains = Array.from({ length: CHAINS }, (_, i) => first + i);
  const get = (local: number) => [0x20, local];
  const set = (local: number) => [0x21, local];
  const multiply = [0xfd, 0xe6, 0x01];
  const add = [0xfd, 0xe4, 0x01];
  const code = [
    ...[1, 1 + CHAINS, 0x7b], // locals: v128s
    ...[0x43, 0x00, 0x00, 0x00, 0x3f], // f32.const 0.5
    ...[0xfd, 0x13], // f32x4.splat
    ...set(factor),
    ...[0x03, 0x40], // loop
    ...chains.flatMap((chain) => [
      ...get(chain),
      ...get(factor),
      ...multiply,
      ...get(factor),
      ...add,
      ...set(chain),
    ]),
    ...[...get(rounds), 0x41, 0x01, 0x6b, 0x22, rounds], // rounds -= 1
    ...[0x0d, 0x00, 0x0b], // br_if 0, end
    ...get(first),
    ...chains.slice(1).flatMap((chain) => [...get(chain), ...add]),
    ...[0xfd, 0x1f, 0x00, 0x0b], // f32x4.extract_lane 0, end
  ];
  const section = (id: number, content: readonly number[]) => [id, ...size(content.length), ...content];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7d]),
    ...section(3, [1, 0]),
    ...section(7, [1, 1, 0x66, 0x00, 0]),
    ...section(10, [1, ...size(code.length), ...code]),
  ]);
}

/** LEB128. */
function size(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...size(value >> 7)];
}

/** FLOP per millisecond of one thread in a SIMD loop that uses no memory. */
export async function measureCpu(now: () => number = () => performance.now()): Promise<number> {
  const { instance } = await WebAssembly.instantiate(loopModule());
  const run = instance.exports['f'] as (rounds: number) => number;
  const flop = 2 * LANES * CHAINS * ROUNDS;
  let best = 0;
  for (let slice = 0; slice < SLICES; slice++) {
    // From tick to tick: a clock of 1 ms steps would otherwise be wrong by half.
    let begun = now();
    for (const before = begun; begun === before; begun = now()) run(1);
    let calls = 0;
    let ended = begun;
    for (; ended - begun < SLICE_MS; ended = now()) {
      run(ROUNDS);
      calls += 1;
    }
    best = Math.max(best, (calls * flop) / (ended - begun));
  }
  return best;
}
