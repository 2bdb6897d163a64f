import { expect, test } from 'vitest';
import { Signal } from '../src/store/signal';

test('a value that a listener sets is the last that anyone hears', () => {
  const signal = new Signal(0);
  const heard: number[] = [];
  signal.onChange((value) => {
    if (value === 1) signal.set(2);
  });
  signal.onChange((value) => heard.push(value));
  signal.set(1);
  expect(heard).toEqual([2]);
  expect(signal.value).toBe(2);
});

test('no change, no call; and none after leaving', () => {
  const signal = new Signal('a');
  let calls = 0;
  const leave = signal.watch(() => calls++);
  signal.set('a');
  signal.set('b');
  leave();
  signal.set('c');
  expect(calls).toBe(2);
});
