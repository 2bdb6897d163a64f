import { expect, test } from 'vitest';
import { commandIn, COMMANDS, parentOrigin } from '../src/embed/messages';

test('a message is a command only in its exact shape', () => {
  for (const key of COMMANDS) expect(commandIn({ type: 'metriclab', key })).toBe(key);
  const others = [
    null,
    undefined,
    'run',
    ['metriclab', 'run'],
    { type: 'metriclab' },
    { key: 'run' },
    { type: 'other', key: 'run' },
    { type: 'metriclab', key: 'explode' },
    { type: 'metriclab', key: ['run'] },
    { type: 'metriclab', key: 'run', more: 1 },
  ];
  for (const data of others) expect(commandIn(data), JSON.stringify(data)).toBeUndefined();
});

test('a frame listens to one origin: the named one, else its referrer', () => {
  expect(parentOrigin('https://slides.example/deck', 'https://other.example/')).toBe(
    'https://slides.example',
  );
  expect(parentOrigin(null, 'https://blog.example:8080/a?b=1')).toBe('https://blog.example:8080');
  expect(parentOrigin('not a URL', 'http://localhost:1/')).toBe('http://localhost:1');
  for (const [named, referrer] of [
    [null, ''],
    ['file:///deck.html', ''],
    ['data:text/html,x', 'about:blank'],
  ] as const)
    expect(parentOrigin(named, referrer)).toBeUndefined();
});
