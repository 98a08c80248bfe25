/** The shapes in which people hand over what they have: blocks, console lines, logs without what one would need. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, log, paste, settled, shown, tableOf, withPage } from './page.mjs';

const TARGET =
  '/servlet/traveler/Microsoft-Server-ActiveSync?User=eva%20example&DeviceId=Appl5K0123456&DeviceType=iPhone&Cmd=Ping';

const BLOCK = [
  '=========================================',
  'User Agent: Apple-iPhone/704.11',
  'Cookie:',
  `Request: POST ${TARGET} HTTP/1.1`,
  'Status: 409 CONFLICT (The request could not be completed due to a conflict with the current state of the resource)',
];

const CONSOLE =
  '04/12/2010 09:15:40 AM  HTTP Server: Waiting for session to finish: Session State [Processing Request] ' +
  `Session ID [4711] Thread ID [2748 (0xabc)] POST ${TARGET} HTTP/1.1`;

test('a pasted block and console line are read, and what they lack is said', () =>
  withPage(async (page) => {
    assert.equal(await paste(page, [...BLOCK, '', CONSOLE].join('\n')), 'done');
    const [file] = await tableOf(page, 'files');
    assert.equal(file.File, 'pasted lines');
    assert.equal(file['Not understood'], '0');
    const [ping] = await tableOf(page, 'commands');
    assert.equal(ping.Command, 'Ping');
    assert.equal(ping['409'], '1');
    assert.match(await shown(page, '#files .file'), /duration/i);

    assert.match(await shown(page, '#waiting table'), /4711.*Ping.*eva example.*Appl5K0123456.*2748 \(0xabc\)/);
    await page.locator('#waiting .opener').click();
    await page.locator('#waiting .raw').waitFor();
    assert.equal(await page.locator('#waiting .raw pre').innerText(), CONSOLE);
  }));

test('lines typed or pasted into the text area are read by its button', () =>
  withPage(async (page) => {
    await page.locator('summary').click();
    await page.getByLabel('Log lines').fill(BLOCK.join('\n'));
    await page.getByRole('button', { name: 'Read these lines' }).click();
    assert.equal(await settled(page), 'done');
    assert.match(await page.title(), /1 × 409 in pasted lines/);
  }));

test('a block opens to all of its lines', () =>
  withPage(async (page) => {
    await paste(page, BLOCK.join('\n'));
    await page.locator('#conflicts .opener').first().click();
    await page.locator('#conflicts .requests .opener').first().click();
    await page.locator('#conflicts .raw').waitFor();
    assert.match(await page.locator('#conflicts .raw pre').innerText(), /User Agent: Apple-iPhone[\s\S]*Status: 409/);
  }));

test('a Domino log without ActiveSync or durations is read, and the report says so and why', () =>
  withPage(async (page) => {
    const lines = Array.from(
      { length: 40 },
      (_, n) =>
        `192.0.2.${n} www.example.com - [05/Nov/2006:00:2${n % 10}:27 -0500] "GET /app.nsf/page${n}?OpenForm HTTP/1.1" 200 ${n}00`,
    );
    assert.equal(await choose(page, log('access.log', ...lines)), 'done');
    const [file] = await tableOf(page, 'files');
    assert.equal(file.Requests, '40');
    assert.equal(file.ActiveSync, '0');
    const told = await shown(page, '#report');
    assert.match(told, /duration/i);
    assert.match(told, /exclude/i, 'the likely reason for the lack of ActiveSync is named');
    assert.match(await shown(page, '#conflicts'), /No ActiveSync request was answered 409/);
    assert.match(await shown(page, '#pings'), /no Ping/);
    assert.equal(await page.locator('#conflicts table, #pings table, #devices table').count(), 0, 'no empty table');
  }));

const SAID = [
  '04/12/2010 09:15:40 AM  HTTP Server: Started',
  '04/12/2010 09:16:40 AM  http: eva example [192.0.2.10] authentication failure using internet password',
  '04/12/2010 09:17:40 AM  http: eva example [192.0.2.10] authentication failure using internet password',
  '  Http.Workers = 40',
  '  DeviceSync.Count.200 = 99',
  '  DeviceSync.Count.409 = 1',
  'Red Status Messages',
  '12 errors have been logged for user CN=<b>Eva</b>/O=Example.',
  'The overall status of HCL Traveler is Red.',
];

test('what a server says of itself has a section of its own, and its lines open', () =>
  withPage(async (page) => {
    assert.equal(await paste(page, SAID.join('\n')), 'done');
    const told = await shown(page, '#events');
    for (const part of [/HTTP task started/, /eva example/, /Http\.Workers/, /1\.0\s%/, /overall red/, /Statistics read: 3/]) {
      assert.match(told, part);
    }
    assert.equal(await page.locator('#events table').count(), 4);
    assert.equal(await page.locator('#events td b').count(), 0, 'log text is text');
    assert.equal(await page.locator('#commands, #pings').count(), 0, 'no section without requests');
    const failures = page.locator('#events table', { hasText: 'Failed sign-ins' });
    await failures.locator('.opener').click();
    assert.equal(await failures.locator('.raw pre').innerText(), SAID[1]);
  }));

test('without such lines there is no such section', () =>
  withPage(async (page) => {
    await paste(page, CONSOLE);
    assert.equal(await page.locator('#waiting').count(), 1);
    assert.equal(await page.locator('#events').count(), 0);
  }));

test('a period whose ends are in two zones names both', () =>
  withPage(async (page) => {
    const line = (time) => `192.0.2.7 t.example.com - [${time}] "POST ${TARGET} HTTP/1.1" 200 13 "-" "a" 900 "" "d:/x"`;
    await paste(page, [line('29/Mar/2025:23:00:00 +0100'), line('30/Mar/2025:08:00:00 +0200')].join('\n'));
    assert.match(await shown(page, '.figures'), /2025-03-29 23:00:00 to 2025-03-30 08:00:00, UTC\+01:00 and UTC\+02:00/);
  }));
