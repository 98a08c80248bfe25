/** A page that was saved with a report: the same numbers, nothing asked for, nothing run, and it takes new logs. */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { choose, fixture, log, withPage } from './page.mjs';

const LOG = fixture('founding-thread.log');
const PAGE = 'This page with the report (HTML)';

/** Saves the report that is shown, as a page or as data, with all names or with none. */
async function save(page, form, folder, { names = false, requests = true, lines = false } = {}) {
  await page.locator('#pass-on').click();
  const dialog = page.getByRole('dialog', { name: 'Pass the report on' });
  await dialog.getByRole('radio', { name: form }).check();
  await page.waitForFunction(() => document.querySelector('#export pre').textContent.startsWith('{'));
  const requested = dialog.getByRole('checkbox', { name: /^Requests, with their lifelines/ });
  if (!requests) await requested.uncheck();
  if (lines) await dialog.getByRole('checkbox', { name: /^Lines that show the findings/ }).check();
  await page.waitForFunction(() => !document.querySelector('#export .acts .main').disabled);
  if (names) {
    const boxes = dialog.getByRole('group', { name: 'Replaced by pseudonyms' }).getByRole('checkbox');
    for (const box of await boxes.all()) if (await box.isEnabled()) await box.uncheck();
    await dialog.getByRole('button', { name: 'Save the key for yourself' }).waitFor({ state: 'detached' });
  }
  const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Save it' }).click()]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  await dialog.getByRole('button', { name: 'Close' }).click();
  return path;
}

async function inFolder(steps) {
  const folder = await mkdtemp(join(tmpdir(), 'pinglens-saved-'));
  try {
    await steps(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The figures of every table that a saved report has, too. */
const figures = (page) =>
  page.evaluate(() => {
    const rows = [...document.querySelectorAll('#verdict, .figures dd, #commands td, #conflicts > .scroll td, #pings td, #load td')];
    return rows.map((cell) => cell.textContent.replace(/\s+/g, ' ').trim());
  });

/** What the first 409 that somebody opens says, with its lifeline. */
async function opened(page) {
  await page.locator('#conflicts .opener').first().click();
  await page.locator('#conflicts .requests .opener').first().click();
  await page.locator('#conflicts .lifeline svg').first().waitFor();
  const told = await page.locator('#conflicts .what').first().innerText();
  const bars = await page.locator('#conflicts .lifeline svg rect').count();
  return { told, bars };
}

test('a page that was saved shows the same numbers, its requests and pictures, and reads a new log', () =>
  inFolder((folder) =>
    withPage(async (page) => {
      await choose(page, LOG);
      await page.locator('#lines-search').waitFor();
      const expected = await figures(page);
      assert.ok(expected.length > 80, `${expected.length}`);
      const count = await page.locator('#requests .count').innerText();
      const saved = await save(page, PAGE, folder);
      const first = await opened(page);
      const text = await readFile(saved, 'utf8');
      const along = /id="requests-along">([^<]+)</.exec(text);
      const bytes = Buffer.from(along[1], 'base64').toString('latin1');
      for (const name of ['jane doe', 'Appl7992970TWH8', 'founding-thread.log']) {
        assert.ok(!text.includes(name), name);
        assert.ok(!bytes.includes(name), name);
      }

      await withPage(async (other) => {
        const asked = [];
        other.on('request', (request) => asked.push(request.url()));
        await other.goto(pathToFileURL(saved).href);
        await other.locator('#compare').waitFor();
        assert.deepEqual(await figures(other), expected);
        assert.match(await other.locator('#devices').innerText(), /user-01/);
        assert.match(await other.locator('.verdict').innerText(), /a saved report; its logs are not here\. Names such as user-05/);
        assert.equal(await other.locator('.joined').isVisible(), false, 'there is nothing to add logs to');
        assert.equal(await other.locator('#lines-search, #pass-on').count(), 0, 'there are no logs');
        assert.equal(await other.locator('#requests .count').innerText(), count);
        assert.equal(await other.locator('#pings canvas').count(), 1);
        assert.deepEqual(await opened(other), first, 'a request is explained by the same words and drawn alike');
        await other.locator('#conflicts .untaken').first().waitFor();

        await other.locator('#requests input[type=search]').fill('device-03');
        await other.waitForFunction((all) => document.querySelector('#requests .count').textContent !== all, count);
        assert.match(await other.locator('#requests .count').innerText(), /of 12,231 requests/);
        await other.locator('.thresholds summary').click();
        await other.locator('.thresholds input').first().fill('90');
        await other.keyboard.press('Tab');
        await other.locator('.thresholds li[data-changed]').first().waitFor();

        assert.deepEqual(asked.filter((url) => !/^(blob|data|file):/.test(url)), []);
        assert.equal(await choose(other, fixture('sample.log')), 'done');
        await other.locator('#lines-search').waitFor();
        assert.match(await other.locator('#verdict').innerText(), /^35 of 114/);
        await choose(other, saved);
        await other.locator('#compare').waitFor();
        assert.deepEqual(await figures(other), expected, 'a saved page is opened like a log, too');
      }, { watched: false });
    }),
  ));

test('a page that was saved without its requests leads to none', () =>
  inFolder((folder) =>
    withPage(async (page) => {
      await choose(page, LOG);
      await page.locator('#lines-search').waitFor();
      const saved = await save(page, PAGE, folder, { requests: false });
      await withPage(async (other) => {
        await other.goto(pathToFileURL(saved).href);
        await other.locator('#compare').waitFor();
        assert.equal(await other.locator('#requests, #lines-search, .leads, #pass-on').count(), 0, 'nothing leads to what is not there');
        await other.locator('#conflicts .opener').first().click();
        await other.getByText('This report was saved without its requests').first().waitFor();
      }, { watched: false });
    }),
  ));

test('lines that show the findings go along, with as many names as the report', () =>
  inFolder((folder) =>
    withPage(async (page) => {
      await choose(page, LOG);
      await page.locator('#lines-search').waitFor();
      for (const names of [false, true]) {
        const saved = await save(page, PAGE, folder, { lines: true, names });
        await withPage(async (other) => {
          await other.goto(pathToFileURL(saved).href);
          await other.locator('#compare').waitFor();
          await other.locator('#findings .further button').first().click();
          const line = other.locator('#findings .raw pre').first();
          const shown = await line.innerText();
          const kept = /"POST \/servlet\/traveler\/Microsoft-Server-ActiveSync\?User=(\S+?)&DeviceId=(\S+?)&DeviceType=iPhone&Cmd=Ping HTTP\/1.1" 409 0/;
          assert.match(shown, kept);
          const [, user, device] = kept.exec(shown);
          assert.equal(/^user-\d\d$/.test(user) && /^device-\d\d$/.test(device), !names, shown);
          const line0 = (await readFile(LOG, 'utf8')).split(/\r?\n/).find((text) => text === shown);
          assert.equal(line0 !== undefined, names, 'with all names it is the line as it stood');
        }, { watched: false });
      }
    }),
  ));

test('requests that are damaged take no number away', () =>
  inFolder((folder) =>
    withPage(async (page) => {
      await choose(page, LOG);
      await page.locator('#lines-search').waitFor();
      const expected = await figures(page);
      const saved = await save(page, PAGE, folder);
      const whole = await readFile(saved, 'utf8');
      const damages = [
        [(letters) => letters.slice(0, 4_000), /damaged/],
        [(letters) => `${letters}%%%`, /damaged/],
        [(letters) => `Aw${letters.slice(2)}`, /another version/],
      ];
      for (const [damage, told] of damages) {
        await writeFile(saved, whole.replace(/(id="requests-along">)([^<]+)/, (_, tag, letters) => tag + damage(letters)));
        await withPage(async (other) => {
          await other.goto(pathToFileURL(saved).href);
          await other.locator('#compare').waitFor();
          assert.deepEqual(await figures(other), expected);
          assert.match(await other.locator('#notice').innerText(), told);
          assert.equal(await other.locator('#requests').count(), 0);
        }, { watched: false });
      }
    }),
  ));

test('what is written into a log runs in no saved page', () =>
  inFolder((folder) =>
    withPage(async (page) => {
      const evil = '</script><script>window.owned=1</script><!--';
      const uri = `/servlet/traveler/Microsoft-Server-ActiveSync?User=${encodeURIComponent(evil)}&DeviceId=D${encodeURIComponent('<b>')}&DeviceType=x&Cmd=Ping`;
      const line = `192.0.2.1 h - [03/Mar/2010:14:25:00 -0500] "POST ${uri} HTTP/1.1" 409 0 "-" "${evil.replaceAll('"', "'")}" 203110 "" ""`;
      await choose(page, log(`${evil.replaceAll('/', '')}.log`, line));
      const saved = await save(page, PAGE, folder, { names: true });
      await withPage(async (other) => {
        await other.goto(pathToFileURL(saved).href);
        await other.locator('#devices').waitFor();
        assert.ok((await other.locator('#devices').innerText()).includes(evil), 'it is shown as it is');
        assert.equal(await other.evaluate(() => window.owned), undefined);
        assert.equal(await other.locator('script').count(), 1);
      }, { watched: false });
    }),
  ));

test('a report that was saved as data is opened like a log, and one of another version is told', () =>
  inFolder((folder) =>
    withPage(async (page) => {
      await choose(page, LOG);
      await page.locator('#lines-search').waitFor();
      const expected = await figures(page);
      const saved = await save(page, 'Data (JSON)', folder);
      assert.equal(await choose(page, saved), 'done');
      await page.locator('#heartbeats').waitFor();
      assert.deepEqual(await figures(page), expected);

      const older = join(folder, 'older.json');
      await writeFile(older, (await readFile(saved, 'utf8')).replace('"version": 2', '"version": 1'));
      assert.equal(await choose(page, older), 'failed');
      assert.match(await page.locator('#notice').innerText(), /older\.json: It is a report of version 1/);
      const broken = join(folder, 'broken.json');
      await writeFile(broken, (await readFile(saved, 'utf8')).slice(0, 5_000));
      assert.equal(await choose(page, broken), 'failed');
      assert.match(await page.locator('#notice').innerText(), /broken\.json: It is a part of a report/);
    }),
  ));

test('a report of every kind that was ever written is read', async () => {
  const folder = fixture('reports');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  assert.ok(names.length >= 2);
  await withPage(async (page) => {
    await choose(page, fixture('sample.log'));
    await page.locator('#lines-search').waitFor();
    const expected = await figures(page);
    for (const name of names) {
      assert.equal(await choose(page, join(folder, name)), 'done', name);
      await page.locator('#compare').waitFor();
      assert.deepEqual(await figures(page), expected, name);
    }
  });
});

test('a link holds the report, and a cut one is told', () =>
  withPage(async (page) => {
    await choose(page, LOG);
    await page.locator('#lines-search').waitFor();
    const expected = await figures(page);
    await page.locator('#pass-on').click();
    await page.getByRole('button', { name: 'Make a link of it' }).click();
    const link = await page.getByLabel(/^A link with the report in it/).inputValue();
    assert.match(link, /^file:.*pinglens\.html#report=[\w-]+$/);
    assert.ok(link.length < 40_000, `${link.length}`);
    await withPage(async (other) => {
      await other.goto('about:blank');
      await other.goto(link);
      await other.locator('#heartbeats').waitFor();
      assert.deepEqual(await figures(other), expected);
      assert.match(await other.locator('#devices').innerText(), /user-01/);
      assert.equal(await choose(other, fixture('sample.log')), 'done');
      assert.doesNotMatch(other.url(), /report=/, 'the link of a report is not that of another');

      await other.goto(link);
      await other.locator('#devices', { hasText: 'user-01' }).waitFor();
      for (const damaged of [link.slice(0, -3_000), `${link.split('#')[0]}#report=%%%`, `${link.split('#')[0]}#report=`]) {
        await other.goto('about:blank');
        await other.goto(damaged);
        await other.locator('#notice', { hasText: 'The report in this link is damaged' }).waitFor();
        assert.equal(await choose(other, fixture('sample.log')), 'done');
      }
    });
  }));
