/** A search finds each line that matches, with its number, however the text comes in. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Search } from '../../www/search.js';

/** Searches texts that come in pieces of some length. */
function search(expression, texts, length = 1 << 20, codePage) {
  const told = [];
  const found = new Search(expression, ({ hits }) => told.push(...hits));
  found.begin(0, codePage);
  for (const [text, bytes] of texts.entries()) {
    for (let at = 0; at < bytes.length; at += length) found.feed(text, bytes.subarray(at, at + length));
  }
  const { hits, count } = found.end();
  return { count, hits: [...told, ...hits] };
}

const utf8 = (text) => new TextEncoder().encode(text);
const places = ({ hits }) => hits.map(({ text, line, excerpt, from, to }) => [text, line, excerpt.slice(from, to)]);

test('every line once, with its number, in pieces of any length', () => {
  const text = utf8('a Ping\nb\r\nPing Ping c\r\n\nüping\nlast ping');
  for (const length of [1, 2, 3, 5, 7, 1000]) {
    const found = search('ping', [text, utf8('x\nPING')], length);
    assert.deepEqual(places(found), [
      [0, 1, 'Ping'],
      [0, 3, 'Ping'],
      [0, 5, 'ping'],
      [0, 6, 'ping'],
      [1, 2, 'PING'],
    ]);
    assert.equal(found.count, 5);
  }
});

test('every line is told with its offset, in pieces of any length', () => {
  const text = new Uint8Array([...utf8('\ufeffüü ping\n\nno\r\n'), 0xfc, ...utf8(' Ping\nlast ping'), 0xe9]);
  const begins = [0];
  for (const [at, byte] of text.entries()) if (byte === 10) begins.push(at + 1);
  for (const length of [1, 4, 1000]) {
    const { hits } = search('ping', [utf8('ping\n'), text], length);
    assert.deepEqual(hits.map(({ text, line, offset }) => [text, line, offset]), [
      [0, 1, 0],
      ...[1, 4, 5].map((line) => [1, line, begins[line - 1]]),
    ]);
  }
});

test('a line that is longer than a piece is found once', () => {
  const long = utf8(`${'ping '.repeat(2_000_000)}\nsync ping\n`);
  for (const length of [1 << 20, 3 << 20]) {
    const found = search('ping', [long], length);
    assert.deepEqual(found.hits.map(({ line, offset }) => [line, offset]), [
      [1, 0],
      [2, 10_000_001],
    ]);
    assert.equal(found.count, 2);
  }
});

test('no match goes from one line to the next, whatever the pieces', () => {
  const text = utf8('ping 200\nsync 409\nping 409\n\n a\n');
  for (const length of [1, 3, 9, 10, 1000]) {
    assert.deepEqual(places(search('ping[^x]*409', [text], length)), [[0, 3, 'ping 409']]);
    assert.deepEqual(places(search('\\s+a', [text], length)), [[0, 5, ' a']]);
    assert.equal(search('200\\n', [text], length).count, 0);
  }
});

test('the ends of lines are where an expression says', () => {
  const text = utf8('one two\ntwo\nthree two\n');
  assert.deepEqual(places(search('^two$', [text])), [[0, 2, 'two']]);
  assert.deepEqual(places(search('two$', [text], 4)).map(([, line]) => line), [1, 2, 3]);
  assert.equal(search('', [text]).count, 3, 'nothing is in every line');
});

test('a line that is no UTF-8 is read in an older code page, the others are not', () => {
  const bytes = Buffer.concat([Buffer.from('müller\n'), Buffer.from('müller\n', 'latin1'), Buffer.from('müller')]);
  assert.deepEqual(places(search('müller', [bytes])).map(([, line]) => line), [1, 2, 3]);
  const russian = Buffer.from([0xcf, 0xe8, 0xed, 0xe3, 10]);
  assert.equal(search('Пинг', [russian], 1, 'windows-1251').count, 1);
});

test('of very many, some are kept and all are counted', () => {
  const found = search('x', [utf8('x\n'.repeat(6000))]);
  assert.equal(found.count, 6000);
  assert.equal(found.hits.length, 5000);
});

test('a long line is shown around its match', () => {
  const { hits } = search('needle', [utf8(`${'a'.repeat(1000)}needle${'b'.repeat(1000)}\n`)]);
  assert.equal(hits[0].excerpt.slice(hits[0].from, hits[0].to), 'needle');
  assert.ok(hits[0].excerpt.length <= 600);
});
