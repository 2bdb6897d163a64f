import assert from 'node:assert/strict';
import test from 'node:test';
import * as metriclab from '../dist/index.js';
import { fakeLab } from './fake-engine.mjs';
import { bareErrors } from './hostile.mjs';

test('whatever a call is given, it answers or says what is wrong', async () => {
  const { lab } = await fakeLab();
  const { made, bad } = await bareErrors(metriclab, lab, { seed: 1, network: { kind: 'mlp', hidden: [4] } });
  assert.deepEqual(bad, [], `of ${made} calls`);
  assert.ok(made > 4_000, `${made} calls were made`);
});
