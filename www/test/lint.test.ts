import { Linter } from 'eslint';
import parser from 'svelte-eslint-parser';
import { expect, test } from 'vitest';
import rule from '../lint/read-before-waiting.mjs';

const SETUP = 'const { run, ...given } = $props(); const size = $derived(run.size);';

/** The names that the rule finds in a component with a script. */
function found(script: string): string[] {
  const config = {
    files: ['**/*.svelte'],
    languageOptions: { parser },
    plugins: { own: { rules: { rule } } },
    rules: { 'own/rule': 'error' },
  } as Linter.Config;
  const source = `<script>\n${SETUP}\n${script}\n</script>`;
  return new Linter().verify(source, config, { filename: 'A.svelte' }).map(({ message }) => {
    const name = /`(\w+)`/.exec(message)?.[1];
    if (name === undefined) throw new Error(message);
    return name;
  });
}

test('a property or a derived is not read after a wait', () => {
  expect(found('async function f() { await wait(); use(run); }')).toEqual(['run']);
  expect(found('const f = async () => { await wait(); use(() => size); };')).toEqual(['size']);
  expect(found('const f = () => wait().then(() => use(size));')).toEqual(['size']);
  expect(found('async function f() { for (;;) { use(size); await wait(); } }')).toEqual(['size']);
  expect(found('open.from(given);')).toEqual(['given']);
});

test('what is read before the wait may be used after it', () => {
  expect(found('async function f() { const own = run; await wait(size); use(own); }')).toEqual([]);
  expect(found('const f = async () => { use(size); const g = async () => { await wait(); }; };')).toEqual([]);
  expect(found('const own = size; const f = () => wait(own).then((run) => use(run));')).toEqual([]);
  expect(found('open.from({ ...given }); use(given.at);')).toEqual([]);
});
