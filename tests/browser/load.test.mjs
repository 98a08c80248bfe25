/** The server's load and the heartbeats: the picture, its figures, and the answer to what another interval would change. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { choose, fixture, log, numberIn, shown, tableOf, withPage } from './page.mjs';

const LOG = 'founding-thread';
const reported = async () => JSON.parse(await readFile(fixture(`${LOG}.report.json`), 'utf8'));

test('the picture of the load says in words and figures what it shows', () =>
  withPage(async (page) => {
    const { load } = await reported();
    await choose(page, fixture(`${LOG}.log`));
    const picture = page.locator('#load figure [role=img]');
    const spoken = await picture.getAttribute('aria-label');
    assert.match(spoken, new RegExp(`most of them, ${load.peak.count}, at `));
    assert.match(await shown(page, '#load .lead'), new RegExp(`^At most ${load.peak.count} requests were open at once`));

    await page.getByRole('button', { name: 'As figures' }).click();
    const rows = await tableOf(page, 'load');
    assert.equal(rows.length, load.course.length);
    assert.equal(Math.max(...rows.map((row) => numberIn(row['Most open']))), load.peak.count);
    const requests = rows.reduce((sum, row) => sum + numberIn(row.Requests), 0);
    assert.equal(
      requests,
      load.curve.requests.reduce((sum, n) => sum + n, 0),
    );
  }));

test('the picture fits a narrow screen', () =>
  withPage(
    async (page) => {
      await choose(page, fixture(`${LOG}.log`));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 360, `${wide}`);
      const [drawn, place] = await page
        .locator('#load figure')
        .evaluate((figure) => [figure.querySelector('canvas'), figure].map((e) => e.getBoundingClientRect().width));
      assert.ok(drawn > place * 0.8 && drawn <= place, `${drawn} of ${place}`);
    },
    { viewport: { width: 360, height: 740 } },
  ));

test('what other intervals would change stands in a table, and for each device behind it', () =>
  withPage(async (page) => {
    const { heartbeats } = await reported();
    await choose(page, fixture(`${LOG}.log`));
    const rows = await tableOf(page, 'heartbeats');
    assert.deepEqual(
      rows.map((row) => row['If the interval were']),
      ['5 min', '10 min', '15 min', '20 min', '28 min', '30 min', '45 min', '1 h'],
    );
    const rate = (times) => Math.floor((Math.floor((times * 360_000_000) / heartbeats.held_ms) + 5) / 10) / 10;
    const [first] = heartbeats.intervals;
    assert.equal(numberIn(rows[0]['as the minimum']), rate(first.if_minimum));
    const written = await readFile(fixture(`${LOG}.report.json`), 'utf8');
    assert.ok(written.includes(await shown(page, '#heartbeats .lead')), 'the page and the core say the same');

    const devices = page.locator('#heartbeats .devices');
    assert.equal(await devices.locator('> tbody > tr:not(.detail)').count(), heartbeats.devices.length);
    await devices.locator('.opener').first().click();
    const detail = devices.locator('tr.detail').first();
    await detail.locator('table').nth(1).waitFor();
    assert.equal(await detail.locator('table').nth(1).locator('tbody tr').count(), rows.length);
  }));

test('without durations, nothing is drawn and the reason is told', () =>
  withPage(async (page) => {
    const line =
      '203.0.113.7 t.example.com - [03/Mar/2010:14:25:00 -0500] "POST /Microsoft-Server-ActiveSync?User=j&DeviceId=A1&Cmd=Ping HTTP/1.1" 200 15';
    await choose(page, log('common.log', line));
    assert.match(await shown(page, '#load .lead'), /cannot be told/);
    assert.equal(await page.locator('#load figure, #heartbeats').count(), 0);
  }));
