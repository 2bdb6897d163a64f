import { invalid } from './work.js';

/** Types of a field in Thrift's compact protocol. */
const [STOP, TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, STRUCT] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12,
];
/** A number has so many bytes at most. */
const LONGEST = 10;
/** Structures within structures: Parquet needs six. */
const DEEPEST = 32;

/**
 * Walks over a structure of Thrift's compact protocol, and refuses one that promises more than it has bytes for: hyparquet
 * makes room for a list before it reads the list.
 *
 * @throws MetricLabError `data.invalid`.
 */
export function checkThrift(view: DataView, from: number): void {
  let at = from;
  const damaged = () => invalid('The Parquet file is damaged: a header ends too early or promises too much');
  const byte = (): number => {
    if (at >= view.byteLength) throw damaged();
    return view.getUint8(at++);
  };
  const number = (): number => {
    let value = 0;
    for (let place = 0; place < LONGEST; place += 1) {
      const next = byte();
      value += (next & 0x7f) * 2 ** (7 * place);
      if (next < 0x80) return value;
    }
    throw damaged();
  };
  const pass = (bytes: number): void => {
    if (bytes > view.byteLength - at) throw damaged();
    at += bytes;
  };
  const list = (depth: number): void => {
    const head = byte();
    const type = head & 0x0f;
    const count = head >> 4 === 15 ? number() : head >> 4;
    if (count > view.byteLength - at) throw damaged();
    for (let done = 0; done < count; done += 1)
      element(type === TRUE || type === FALSE ? BYTE : type, depth + 1);
  };
  const element = (type: number, depth: number): void => {
    if (depth > DEEPEST) throw damaged();
    if (type === BYTE) pass(1);
    else if (type === DOUBLE) pass(8);
    else if (type === I16 || type === I32 || type === I64) number();
    else if (type === BINARY) pass(number());
    else if (type === LIST) list(depth);
    else if (type === STRUCT) structure(depth + 1);
    else if (type !== TRUE && type !== FALSE) throw damaged();
  };
  const structure = (depth: number): void => {
    for (;;) {
      const head = byte();
      if ((head & 0x0f) === STOP) return;
      if (head >> 4 === 0) number();
      element(head & 0x0f, depth);
    }
  };
  structure(0);
}
