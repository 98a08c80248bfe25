/** Links say where somebody is, and nothing of what the log says; ranges are read as they are typed. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.addEventListener ??= () => {};
const { fromFragment, toFragment } = await import('../../www/state.js');
const { durations, moments, numbers } = await import('../../www/ranges.js');

test('what is no data goes into a link and comes back', () => {
  const query = {
    conditions: [
      { column: 'command', is: ['Ping', 'Sync'] },
      { column: 'status', is: ['409'] },
      { column: 'file', unknown: true },
      { column: 'start', between: [-1000, null] },
      { column: 'duration', between: [null, 2000.5] },
    ],
    sort: { column: 'duration', descending: true },
  };
  const back = fromFragment(toFragment(query));
  assert.deepEqual(new Set(back.conditions), new Set(query.conditions));
  assert.deepEqual(back.sort, query.sort);
});

test('names and searched words stay out of a link', () => {
  const fragment = toFragment({
    conditions: [
      { column: 'user', contains: 'SECRET' },
      { column: 'device', is: ['SECRET'] },
      { column: 'agent', matches: 'SECRET' },
      { column: 'address', unknown: true },
    ],
    text: 'SECRET',
    sort: { column: 'user' },
  });
  assert.equal(fragment, '?sort=user');
});

test('any link gives a question', () => {
  for (const fragment of ['', '?', '?sort=evil', '?start=..', '?duration=x..y', '?command=', '?user=x', '?%', '?sort=-']) {
    const query = fromFragment(fragment);
    assert.ok(Array.isArray(query.conditions), fragment);
    assert.ok(!query.conditions.some(({ column }) => column === 'user'), fragment);
  }
});

test('durations', () => {
  assert.deepEqual(durations('> 5 min'), [300_001, null]);
  assert.deepEqual(durations('<=10s'), [null, 10_000]);
  assert.deepEqual(durations('2 s - 10 s'), [2000, 10_000]);
  assert.deepEqual(durations('300..'), [300_000, null]);
  assert.deepEqual(durations('1 min 30 s to 2min'), [90_000, 120_000]);
  assert.deepEqual(durations('312 ms'), [312, 312]);
  assert.deepEqual(durations('1,5 s bis 2.5 s'), [1500, 2500]);
  for (const text of ['', 'soon', '5 parsecs', '1-2-3', '> ', '..']) assert.equal(durations(text), undefined, text);
});

test('numbers', () => {
  for (const text of ['1,234', '1.234', '1 234']) assert.deepEqual(numbers(text), [1234, 1234]);
  assert.equal(numbers('1.5'), undefined);
  assert.deepEqual(numbers('>=400'), [400, null]);
  assert.deepEqual(numbers('400-499'), [400, 499]);
  assert.equal(numbers('4 hundred'), undefined);
});

test('moments are those of the clock of the log', () => {
  const at = (text) => Date.parse(text);
  assert.deepEqual(moments('2010-03-01', -300), [at('2010-03-01T05:00:00Z'), at('2010-03-02T04:59:59.999Z')]);
  assert.deepEqual(moments('2010-03-01 07:13 - 2010-03-01 08:00', 0), [
    at('2010-03-01T07:13:00Z'),
    at('2010-03-01T08:00:59.999Z'),
  ]);
  assert.deepEqual(moments('> 2010-03-01 07:13:05', 60), [at('2010-03-01T06:13:06Z'), null]);
  assert.equal(moments('yesterday', 0), undefined);
});
