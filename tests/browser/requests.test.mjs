/** The table of all requests: it holds what the log holds, leads to each request, and remembers where somebody was. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { choose, fixture, truthOf, withPage } from './page.mjs';

const LOG = 'founding-thread';

/** The rows in sight, each as a list of texts. */
const rowsOf = (page) =>
  page
    .locator('#requests .rows .row')
    .evaluateAll((rows) =>
      rows
        .map((row) => [Number(row.getAttribute('aria-rowindex')), [...row.children].map((cell) => cell.textContent.trim())])
        .sort(([a], [b]) => a - b)
        .map(([, cells]) => cells),
    );

/** Waits until the table shows so many requests. */
const counts = (page, text) => page.locator('#requests .count', { hasText: text }).waitFor();

test('a link leads to the requests that it names, the longest first', () =>
  withPage(async (page) => {
    await choose(page, fixture(`${LOG}.log`));
    await counts(page, /^12,231 requests$/);
    await page.evaluate(() => (location.hash = '#requests?command=Ping&status=409&sort=-duration'));
    await counts(page, '668 of 12,231 requests');
    await page.locator('#requests .rows .row', { hasText: 'Ping' }).first().waitFor();
    const rows = await rowsOf(page);
    assert.ok(rows.length >= 16);
    assert.ok(rows.every((cells) => cells.includes('Ping') && cells.includes('409')));
    assert.equal(await page.locator('#requests [aria-sort=descending]').innerText(), 'Open for ↓');

    await page.goBack();
    await counts(page, /^12,231 requests$/);
    await page.goForward();
    await counts(page, '668 of 12,231 requests');
  }));

test('every column filters, and what is no filter is marked', () =>
  withPage(async (page) => {
    await choose(page, fixture(`${LOG}.log`));
    const truth = await truthOf(LOG);
    const filter = (name) => page.locator('#requests').getByLabel(`Filter by ${name}`, { exact: true });
    await filter('Command').selectOption('Ping');
    await counts(page, '1,763 of');
    await filter('How it ended').selectOption('superseded-by-sync');
    const expected = truth.filter(({ outcome }) => outcome === 'superseded-by-sync').length;
    await counts(page, `${expected} of`);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await filter('Open for').fill('> 5 min 1 s');
    await page.waitForFunction(() => /^[\d,]+ of/.test(document.querySelector('#requests .count').textContent));
    const long = Number((await page.locator('#requests .count').innerText()).split(' ')[0].replace(',', ''));
    assert.ok(long > 100 && long < 1763, `${long}`);
    await filter('Open for').fill('a while');
    await page.locator('#requests input[aria-invalid=true]').waitFor();
    await counts(page, /^12,231 requests$/);
    await filter('Open for').fill('');
    await filter('User').fill('/^peter n/');
    await page.locator('#requests .count', { hasText: / of / }).waitFor();
    await page.waitForFunction(() => {
      const rows = [...document.querySelectorAll('#requests .rows .row')];
      return rows.length > 0 && rows.every((row) => row.textContent.includes('peter novak'));
    });
    assert.doesNotMatch(page.url(), /peter/, 'a name is data, and stays out of the link');
    await filter('User').fill('nobody is called that');
    await page.getByText('No request is like that.').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await counts(page, /^12,231 requests$/);
  }));

test('a bad expression is answered with a sentence, and the table stays', () =>
  withPage(async (page) => {
    await choose(page, fixture(`${LOG}.log`));
    await page.getByLabel('Search users, devices, agents and addresses').fill('(peter');
    await page.locator('#requests .problem', { hasText: 'unclosed group' }).waitFor();
    assert.ok((await rowsOf(page)).length > 0);
    await page.getByLabel('Search users, devices, agents and addresses').fill('peter');
    await page.locator('#requests .problem').waitFor({ state: 'detached' });
  }));

test('the last of very many requests is reached and is the last', () =>
  withPage(async (page) => {
    const line = (i) =>
      `203.0.113.7 h - [03/Mar/2025:${new Date(Date.UTC(2025, 2, 3) + i * 250).toISOString().slice(11, 19)} +0000] ` +
      `"POST /Microsoft-Server-ActiveSync?Cmd=Sync&User=u&DeviceId=D1 HTTP/1.1" 200 5 "-" "-" 40 "" ""`;
    const many = 200_000;
    const buffer = Buffer.from(Array.from({ length: many }, (_, i) => `${line(i)}\n`).join(''));
    await choose(page, { name: 'many.log', mimeType: 'text/plain', buffer });
    await counts(page, /^200,000 requests$/);
    await page.locator('#requests .grid').focus();
    await page.keyboard.press('End');
    const last = page.locator(`#requests .row[aria-rowindex="${many + 1}"]`);
    await last.waitFor();
    await page.waitForFunction(
      (index) => document.querySelector(`#requests .row[aria-rowindex="${index}"]`)?.textContent.includes('Sync'),
      many + 1,
    );
    const grid = await page.locator('#requests .grid').boundingBox();
    const box = await last.boundingBox();
    assert.ok(box.y >= grid.y && box.y + box.height <= grid.y + grid.height + 1, 'it is in sight');
    assert.ok((await page.locator('#requests .rows .row').count()) < 300, 'only what is in sight is drawn');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.locator('#requests .opened .raw').first().waitFor();
    assert.match(await page.locator('#requests .opened .raw figcaption').first().innerText(), /line 199,999 of/);
  }));

test('what is shown can be saved as a table', () =>
  withPage(async (page) => {
    await choose(page, fixture(`${LOG}.log`));
    await page.evaluate(() => (location.hash = '#requests?command=Ping&status=409'));
    await counts(page, '668 of');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as CSV' }).click(),
    ]);
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
    assert.equal(lines.length, 669);
    assert.match(lines[0], /^file,line,start,end,duration_ms,/);
    assert.ok(lines.slice(1).every((one) => one.includes(',Ping,409,')));
  }));

test('a latency pattern leads to its Pings, also by a link', () =>
  withPage(async (page) => {
    await choose(page, fixture('founding-thread.log'));
    const pattern = page.locator('#pings tr', { hasText: 'Heartbeat of 5 min' }).first();
    const count = await pattern.locator('.leads').innerText();
    await pattern.locator('.leads').click();
    await page.locator('#requests .count', { hasText: new RegExp(`^${count} of`) }).waitFor();
    assert.match(page.url(), /pattern=heartbeat-300s/);
    await page.locator('#requests .choose summary').click();
    await page.getByLabel('Ping pattern', { exact: true }).check();
    assert.match(await page.locator('#requests [role=row]').nth(1).innerText(), /Heartbeat of 5 min/);
  }));
