import type { StepReport } from 'metriclab';
import { expect, test } from 'vitest';
import { Recorder } from '../src/session/history';

/** A recorder that was told these losses, all at once. */
function recorded(losses: readonly number[]): Recorder {
  const recorder = new Recorder();
  add(recorder, losses);
  return recorder;
}

function add(recorder: Recorder, losses: readonly number[]): void {
  const step = recorder.value.losses.length + losses.length;
  recorder.addSteps({ step, losses, active: losses.map(() => 1), milliseconds: 1 } as unknown as StepReport);
}

const exploded = (recorder: Recorder): number[] =>
  Array.from({ length: recorder.value.losses.length + 1 }, (_, step) => step).filter((step) =>
    recorder.exploded(step),
  );

test('a step is lost whose loss, or the next one, is far above the first', () => {
  // The weights of step 2 gave 4e4 at the next step.
  expect(exploded(recorded([1, 3, 4e4, 1e12, 3e27]))).toEqual([2, 3, 4, 5]);
  expect(exploded(recorded([20, 40, 150, 90]))).toEqual([]);
  // Ten times nothing is nothing: small losses never count as large.
  expect(exploded(recorded([0, 0, 0.5, 9]))).toEqual([]);
  expect(exploded(recorded([]))).toEqual([]);
  // Steps that nobody told of.
  expect(exploded(recorded([NaN, 2, 5]))).toEqual([]);
});

test('another loss has another first one, and the steps before it stay good', () => {
  const recorder = recorded([0.2, 0.1]);
  recorder.measuresAnew();
  add(recorder, [30, 28, 400]);
  expect(exploded(recorder)).toEqual([4, 5]);
  recorder.rewind(1);
  add(recorder, [0.3, 30]);
  expect(exploded(recorder), 'from step 1 on, 0.3 is the first').toEqual([2, 3]);
});
