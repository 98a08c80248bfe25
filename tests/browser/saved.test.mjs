/** A page that was saved with a report: the same numbers, nothing asked for, nothing run, and it takes new logs. */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { choose, fixture, log, withPage } from './page.mjs';

const LOG = fixture('founding-thread.log');
const PAGE = 'This page with the report (HTML)';

/** Saves the report that is shown, as a page or as data, with all names or with none. */
async function save(page, form, folder, { names = false } = {}) {
  await page.locator('#pass-on').click();
  const dialog = page.getByRole('dialog', { name: 'Pass the report on' });
  await dialog.getByRole('radio', { name: form }).check();
  await page.waitForFunction(() => document.querySelector('#export pre').textContent.startsWith('{'));
  if (names) {
    for (const box of await dialog.getByRole('checkbox').all()) if (await box.isEnabled()) await box.uncheck();
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

test('a page that was saved shows the same numbers, and reads a new log', () =>
  inFolder((folder) =>
    withPage(async (page) => {
      await choose(page, LOG);
      await page.locator('#lines-search').waitFor();
      const expected = await figures(page);
      assert.ok(expected.length > 80, `${expected.length}`);
      const saved = await save(page, PAGE, folder);
      const text = await readFile(saved, 'utf8');
      for (const name of ['jane doe', 'Appl7992970TWH8', 'founding-thread.log']) assert.ok(!text.includes(name), name);

      await withPage(async (other) => {
        const asked = [];
        other.on('request', (request) => asked.push(request.url()));
        await other.goto(pathToFileURL(saved).href);
        await other.locator('#heartbeats').waitFor();
        assert.deepEqual(await figures(other), expected);
        assert.deepEqual(asked.filter((url) => !/^(blob|data|file):/.test(url)), []);
        assert.match(await other.locator('#devices').innerText(), /user-01/);
        assert.equal(await other.locator('#requests, #lines-search, .leads, #pass-on').count(), 0, 'nothing leads to what is not there');
        await other.locator('#conflicts .opener').first().click();
        await other.getByText('This report was saved without its requests').first().waitFor();
        await other.locator('#findings .opener').first().click();
        assert.equal(await choose(other, fixture('sample.log')), 'done');
        await other.locator('#requests .rows .row').first().waitFor();
        assert.match(await other.locator('#verdict').innerText(), /^35 of 114/);
      }, { watched: false });
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
