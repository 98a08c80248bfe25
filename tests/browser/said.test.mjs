/** What a log does not say itself is said beside it, and the log is read again. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, fixture, log, settled, shown, tableOf, withPage } from './page.mjs';

const TARGET = '/Microsoft-Server-ActiveSync?User=eva&DeviceId=Appl5K0123456&DeviceType=iPhone&Cmd=Ping';

/** What Apache writes with durations behind the request, one line of another program, and one that was torn. */
const lines = [
  `[12/Jan/2024:08:15:30 +0100] 9000123 192.0.2.1 "POST ${TARGET} HTTP/1.1" 409`,
  `[12/Jan/2024:08:16:30 +0100] 600000123 192.0.2.1 "POST ${TARGET} HTTP/1.1" 200`,
  'logrotate: done',
  `[12/Jan/2024:08:17`,
];
const FORMAT = '%t %D %h "%r" %>s';

const form = (page) => page.locator('#files form.said').first();

/** Chooses a format of one's own and applies it. */
async function say(page, format) {
  await form(page).getByLabel('Log format').selectOption({ label: 'a format of your own …' });
  await form(page).getByLabel('Format string').fill(format);
  await form(page).getByRole('button', { name: 'Read it again' }).click();
}

/** Waits for the report of a reading that somebody asked for. */
async function again(page, act) {
  await page.evaluate(() => (document.documentElement.dataset.state = 'empty'));
  await act();
  return settled(page, 'done');
}

test('a log in a format of the user’s own is read, and the first line that is not in it is shown', () =>
  withPage(async (page) => {
    assert.equal(await choose(page, log('own.log', ...lines)), 'done');
    await again(page, () => say(page, FORMAT));
    const [file] = await tableOf(page, 'files');
    assert.match(file.Format, /Apache LogFormat given/);
    assert.equal(file.Requests, '2');
    assert.equal(file['Not understood'], '2');
    assert.match(await shown(page, '#files .file'), /which was given; 2 of 4 lines/);
    assert.match(await shown(page, '#files .file'), /The specification of this log format says so: the stamp is the start/);
    await page.locator('#files .raw').waitFor();
    assert.equal(await page.locator('#files .raw pre').innerText(), lines[2]);

    assert.equal(await form(page).getByLabel('Format string').inputValue(), FORMAT, 'what was said stays');
    const focused = () => page.evaluate(() => document.activeElement.closest('[data-opened]')?.dataset.opened);
    assert.equal(await focused(), '0', 'and the place is kept');
  }));

test('a format that is none is told before anything is read', () =>
  withPage(async (page) => {
    await choose(page, log('own.log', ...lines));
    await say(page, '%t %Y "%r"');
    await form(page).locator('.problem').waitFor();
    assert.match(await form(page).locator('.problem').innerText(), /%Y.* is no directive of Apache/);
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'TEXTAREA');
    assert.equal(await page.evaluate(() => document.documentElement.dataset.state), 'done');
  }));

test('a format that knows no line leaves a report that says so', () =>
  withPage(async (page) => {
    await choose(page, fixture('sample.log'));
    await form(page).locator('summary').click();
    await again(page, () => say(page, '%h "%r"'));
    assert.match(await shown(page, '#files .problem'), /None of 291 lines/);
    await page.locator('#files .raw').waitFor();

    await again(page, async () => {
      await form(page).getByLabel('Log format').selectOption('');
      await form(page).getByRole('button', { name: 'Read it again' }).click();
    });
    assert.ok((await tableOf(page, 'conflicts')).length > 1, 'and the way back is open');
  }));

test('what the lines leave open is asked first, by keyboard too', () =>
  withPage(async (page) => {
    await choose(page, fixture('sample.log'));
    const zone = form(page).getByLabel('Time zone of times that name none');
    assert.ok(await zone.isVisible());
    assert.equal(await form(page).getByLabel('Times show when a request').isVisible(), false);

    await zone.fill('west');
    await zone.press('Enter');
    assert.equal(await zone.evaluate((input) => input.validity.patternMismatch), true);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.state), 'done');

    await zone.fill('-05:00');
    await form(page).locator('summary').press('Enter');
    await form(page).getByLabel('Times show when a request').selectOption('arrived');
    await again(page, () => form(page).getByRole('button', { name: 'Read it again' }).press('Enter'));
    assert.match(await shown(page, '#files .file'), /It was said when the file was opened: the stamp is the start/);
    assert.equal(await form(page).getByLabel('Time zone of times that name none').inputValue(), '-05:00');
  }));

test('of several files one is read in another way, or all of them', () =>
  withPage(async (page) => {
    await choose(page, [log('a.log', ...lines), log('b.log', ...lines, 'one more')]);
    const requests = async () => (await tableOf(page, 'files')).map((file) => file.Requests);
    await again(page, () => say(page, FORMAT));
    assert.deepEqual((await requests()).sort(), ['0', '2']);
    await again(page, async () => {
      const told = page.locator('form.said:has(textarea:visible)').first();
      await told.getByLabel('and all other files in the same way').check();
      await told.getByRole('button', { name: 'Read it again' }).click();
    });
    assert.deepEqual(await requests(), ['2', '2']);
  }));

test('names in a code page of old are read as the page says', () =>
  withPage(async (page) => {
    const text = `192.0.2.1 t.example.com "ИВАН/ACME" [03/Mar/2010:14:25:00 -0500] "POST ${TARGET.replace('User=eva&', '')} HTTP/1.1" 409 0 "-" "x" 9110 "" ""\n`;
    const cyrillic = [...text].map((c) => (c >= 'А' && c <= 'я' ? c.charCodeAt(0) - 0x410 + 0xc0 : c.charCodeAt(0)));
    await choose(page, { name: 'old.log', mimeType: 'text/plain', buffer: Buffer.from(cyrillic) });
    const who = () => shown(page, '#devices tbody .who');
    assert.match(await who(), /ÈÂÀÍ\/ACME/);
    assert.match(await shown(page, '#files .file'), /1 line is not in UTF-8/);

    const control = form(page).getByLabel('Code page of lines that are not UTF-8');
    assert.ok(await control.isVisible(), 'it is asked, as the lines do not tell');
    await control.selectOption({ label: 'Cyrillic (windows-1251)' });
    await again(page, () => form(page).getByRole('button', { name: 'Read it again' }).click());
    assert.match(await who(), /ИВАН\/ACME/);
    assert.doesNotMatch(await shown(page, '#files .file'), /not in UTF-8/);
    assert.equal(await form(page).getByLabel('Code page of lines that are not UTF-8').inputValue(), 'windows-1251');
  }));

test('every code page that can be chosen is one that the core knows', () =>
  withPage(async (page) => {
    await choose(page, log('own.log', ...lines));
    const control = form(page).getByLabel('Code page of lines that are not UTF-8');
    const names = await control.locator('option').evaluateAll((options) => options.map((option) => option.value));
    assert.ok(names.length > 10);
    // The browser knows the same names.
    for (const name of names.filter((name) => name !== '')) assert.doesNotThrow(() => new TextDecoder(name), name);
  }));
