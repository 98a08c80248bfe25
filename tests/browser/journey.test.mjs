/** The main job: drop the founding thread's log, and read why every 409 in it happened. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { choose, dropFromDisk, fixture, numberIn, settled, shown, tableOf, truthOf, withPage } from './page.mjs';

const LOG = 'founding-thread';

/** How many requests of the truth share each value of `key`. */
function tally(requests, key) {
  const counts = {};
  for (const request of requests) counts[request[key]] = (counts[request[key]] ?? 0) + 1;
  return counts;
}

test('the tables show the numbers of the founding thread', () =>
  withPage(async (page) => {
    assert.equal(await dropFromDisk(page, [fixture(`${LOG}.log`)]), 'done');
    // The thread's 668 Pings, and the one Sync of ten thousand.
    assert.match(await page.title(), /669 × 409 in founding-thread\.log/);

    const commands = new Map((await tableOf(page, 'commands')).map((row) => [row.Command, row]));
    assert.deepEqual(
      ['Requests', '200', '409'].map((column) => commands.get('Ping')[column]),
      ['1,763', '1,095', '668'],
    );
    const sync = commands.get('Sync');
    assert.ok(numberIn(sync.Requests) > 10_000);
    assert.equal(numberIn(sync.Requests) - numberIn(sync['200']), 1, 'one Sync was not answered 200');

    const patterns = await tableOf(page, 'pings');
    assert.equal(patterns.reduce((sum, { Pings }) => sum + numberIn(Pings), 0), 1763, 'every Ping has one pattern');
    assert.ok(patterns.some(({ Pattern }) => Pattern.startsWith('Heartbeat of 5 min')));
    assert.match(await shown(page, '#pings tfoot'), /303,110 ms/);
  }));

test('every 409 is counted under the cause that the generator knows', () =>
  withPage(async (page) => {
    await choose(page, fixture(`${LOG}.log`));
    const truth = (await truthOf(LOG)).filter(({ outcome }) => /^superseded|^overlapped/.test(outcome));
    const expected = Object.values(tally(truth, 'outcome')).sort((a, b) => b - a);
    const conflicts = (await tableOf(page, 'conflicts')).map((row) => numberIn(row['409s']));
    assert.deepEqual(conflicts, expected);
  }));

test('a 409 opens to both raw lines, as they stand in the file', () =>
  withPage(async (page) => {
    await choose(page, fixture(`${LOG}.log`));
    const lines = (await readFile(fixture(`${LOG}.log`), 'utf8')).split(/\r?\n/);
    await page.locator('#conflicts .opener').first().click();
    await page.locator('#conflicts .requests').waitFor();
    assert.equal(await page.locator('#conflicts .requests > tbody > tr:not(.detail)').count(), 50);

    await page.locator('#conflicts .requests .opener').nth(3).click();
    const raw = page.locator('#conflicts .raw');
    await raw.nth(1).waitFor();
    const [conflict, cause] = await raw.evaluateAll((figures) =>
      figures.map((figure) => ({
        line: Number(/line ([\d,]+) of/.exec(figure.querySelector('figcaption').textContent)[1].replaceAll(',', '')),
        text: figure.querySelector('pre').textContent,
      })),
    );
    assert.equal(conflict.text, lines[conflict.line - 1]);
    assert.equal(cause.text, lines[cause.line - 1]);
    const known = (await truthOf(LOG)).find(({ line }) => Number(line) === conflict.line);
    assert.equal(Number(known.cause_line), cause.line, 'the request that displaced it is the one the generator knows');

    const more = page.getByRole('button', { name: /^Show \d+ more/ }).first();
    await more.click();
    await page.waitForFunction(
      () => document.querySelectorAll('#conflicts .requests > tbody > tr:not(.detail)').length > 50,
    );
  }));

test('every line of the log is accounted for', () =>
  withPage(async (page) => {
    await choose(page, fixture(`${LOG}.log`));
    const accounts = await page
      .locator('#files .accounts table')
      .first()
      .evaluate((table) => [...table.rows].slice(1).map((row) => Number(row.cells[1].innerText.replaceAll(',', ''))));
    const total = accounts.pop();
    assert.equal(total, (await readFile(fixture(`${LOG}.log`), 'utf8')).trimEnd().split('\n').length);
    assert.equal(
      accounts.reduce((sum, lines) => sum + lines),
      total,
    );
  }));

test('a sample is one click away', () =>
  withPage(async (page) => {
    await page.getByRole('button', { name: 'See it on a sample log' }).click();
    assert.equal(await settled(page), 'done');
    assert.ok((await tableOf(page, 'conflicts')).length > 1);
    assert.notEqual(await shown(page, '#verdict'), '');
  }));

test('several files are one case', () =>
  withPage(async (page) => {
    const text = await readFile(fixture('sample.log'), 'utf8');
    const middle = text.indexOf('\n', text.length / 2) + 1;
    const part = (name, body) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(body) });
    // The later half first: the report puts files in order of time, and lines must still come from the right one.
    await choose(page, [part('later.log', text.slice(middle)), part('earlier.log', text.slice(0, middle))]);
    const files = await tableOf(page, 'files');
    assert.deepEqual(
      files.map(({ File }) => File),
      ['earlier.log', 'later.log'],
    );

    await page.locator('#conflicts .opener').first().click();
    await page.locator('#conflicts .requests .opener').last().click();
    const raw = page.locator('#conflicts .raw').first();
    await raw.waitFor();
    const [, line, name] = /line ([\d,]+) of (\S+)/.exec(await raw.locator('figcaption').innerText());
    const half = name === 'earlier.log' ? text.slice(0, middle) : text.slice(middle);
    assert.equal(await raw.locator('pre').innerText(), half.split('\n')[Number(line) - 1]);
  }));
