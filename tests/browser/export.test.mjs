/** The report to pass on: nobody's name is in it unless it is to be, and what is saved is what was seen. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { marked } from '../../www/node_modules/marked/lib/marked.esm.js';
import { choose, command, dist, fixture, log, withPage } from './page.mjs';

const NAMES = ['jane doe', 'Appl7992970TWH8', 'founding-thread.log'];

async function opened(page) {
  await choose(page, fixture('founding-thread.log'));
  await page.getByRole('button', { name: 'Pass it on …' }).click();
  return page.getByRole('dialog', { name: 'Pass the report on' });
}

/** What a button saves. */
async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

test('each form is saved without names, which the key gives back', () =>
  withPage(async (page) => {
    const dialog = await opened(page);
    for (const [form, name, beginning] of [
      ['Document (HTML)', 'pinglens-report.html', '<!doctype html>'],
      ['Ticket (Markdown)', 'pinglens-report.md', '# Pinglens report'],
      ['Tables (CSV)', 'pinglens-report.csv', ''],
      ['Data (JSON)', 'pinglens-report.json', '{'],
    ]) {
      await dialog.getByRole('radio', { name: form }).check();
      await page.waitForFunction((text) => document.querySelector('#export pre').textContent.startsWith(text), beginning);
      const file = await saved(page, dialog.getByRole('button', { name: 'Save it' }));
      assert.equal(file.name, name);
      assert.ok(file.text.startsWith(beginning) && file.text.includes('668'), file.text.slice(0, 200));
      for (const secret of NAMES) assert.ok(!file.text.toLowerCase().includes(secret.toLowerCase()), `${form}: ${secret}`);
      assert.match(file.text, /user-01/);
    }
    const key = await saved(page, dialog.getByRole('button', { name: 'Save the key for yourself' }));
    assert.equal(key.name, 'pinglens-key.csv');
    for (const secret of NAMES) assert.ok(key.text.includes(secret), secret);
  }));

test('what is to stay stays, and a search says whether a name is in it', () =>
  withPage(async (page) => {
    const dialog = await opened(page);
    const sought = dialog.getByLabel('Is this in it?');
    const told = dialog.locator('.sought [role=status]');
    await dialog.getByRole('radio', { name: 'Ticket (Markdown)' }).check();
    await sought.fill('JANE DOE');
    await told.filter({ hasText: 'No, that is not in it.' }).waitFor();
    const users = dialog.getByRole('checkbox', { name: /^Users 17/ });
    await users.uncheck();
    await told.filter({ hasText: /^Yes, \d+ times/ }).waitFor();
    await sought.fill('Appl7992970TWH8');
    await told.filter({ hasText: 'No, that is not in it.' }).waitFor();
    await users.check();
    await sought.fill('jane doe');
    await told.filter({ hasText: 'No, that is not in it.' }).waitFor();

    await users.press('Escape');
    await users.waitFor({ state: 'hidden' });
    assert.equal(await page.locator('html').getAttribute('data-state'), 'done', 'Escape closes the dialog alone');
  }));

test('every form is what the command writes, byte for byte', () =>
  withPage(async (page) => {
    const dialog = await opened(page);
    const written = (form, more) => {
      const all = ['report', fixture('founding-thread.log'), '--format', form, '--page', dist, ...more];
      return execFileSync(command, all, { encoding: 'utf8', maxBuffer: 1 << 26 });
    };
    const ready = () => page.waitForFunction(() => !document.querySelector('#export .acts .main').disabled);
    const boxes = dialog.getByRole('group', { name: 'Replaced by pseudonyms' }).getByRole('checkbox');
    const lines = dialog.getByRole('checkbox', { name: /^Lines that show/ });
    for (const [title, form] of [
      ['Document (HTML)', 'html'],
      ['Ticket (Markdown)', 'markdown'],
      ['Tables (CSV)', 'csv'],
      ['Data (JSON)', 'json'],
      ['This page with the report (HTML)', 'page'],
    ]) {
      await dialog.getByRole('radio', { name: title }).check();
      for (const taken of [false, true]) {
        await lines.setChecked(taken);
        await ready();
        const { text } = await saved(page, dialog.getByRole('button', { name: 'Save it' }));
        // A report of this length is not to be printed when it differs.
        assert.ok(text === written(form, taken ? ['--lines'] : []), `${form} ${taken ? 'with' : 'without'} lines`);
      }
    }
    for (const box of await boxes.all()) if (await box.isEnabled()) await box.uncheck();
    await dialog.getByRole('button', { name: 'Save the key for yourself' }).waitFor({ state: 'detached' });
    const { text } = await saved(page, dialog.getByRole('button', { name: 'Save it' }));
    assert.ok(text === written('page', ['--lines', '--no-redact']), 'with all names');
  }));

test('a saved document runs nothing and asks for nothing', () =>
  withPage(async (page) => {
    const dialog = await opened(page);
    const { text } = await saved(page, dialog.getByRole('button', { name: 'Save it' }));
    assert.doesNotMatch(text, /<script|<iframe|<link|<img|src=|http-equiv="refresh"/i);
    assert.match(text, /Content-Security-Policy/);
  }));

test('what is written into a log runs in no form, and is no formula, link or mention', () =>
  withPage(async (page) => {
    const evil = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '<img src=x onerror=window.owned=1>', '</script><script>window.owned=1</script>',
      '[x](javascript:window.owned=1)', '![x](https://evil.example/x.png)', 'https://evil.example', '@here', '#12', '"><svg onload=window.owned=1>', '`code`|cell'];
    const lines = evil.flatMap((text, at) =>
      [['Ping', 409, 60_000 + at], ['Sync', 200, 120]].map(([cmd, status, ms]) => {
        const asked = new URLSearchParams({ User: text, DeviceId: `D${at}${text}`, DeviceType: text, Cmd: cmd }).toString().replaceAll('+', '%20');
        const line = `"POST /traveler/Microsoft-Server-ActiveSync?${asked} HTTP/1.1" ${status} 0 "-" "${text.replaceAll('"', "'")}" ${ms}`;
        return `192.0.2.${at} h - [03/Mar/2010:14:${10 + at}:00 -0500] ${line} "" "d:/x"`;
      }),
    );
    await choose(page, log('=cmd.log', ...lines));
    await page.getByRole('button', { name: 'Pass it on …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Pass the report on' });
    await dialog.getByRole('checkbox', { name: /^Lines that show/ }).check();
    const ready = () => page.waitForFunction(() => !document.querySelector('#export .acts .main').disabled);
    await ready();
    const boxes = dialog.getByRole('group', { name: 'Replaced by pseudonyms' }).getByRole('checkbox');
    for (const box of await boxes.all()) if (await box.isEnabled()) await box.uncheck();
    const forms = {};
    for (const [form, title] of [['html', 'Document (HTML)'], ['markdown', 'Ticket (Markdown)'], ['csv', 'Tables (CSV)']]) {
      await dialog.getByRole('radio', { name: title }).check();
      await ready();
      forms[form] = (await saved(page, dialog.getByRole('button', { name: 'Save it' }))).text;
      assert.ok(forms[form].includes('SUM'), `${form} holds what the log says`);
    }
    await dialog.getByRole('button', { name: 'Close' }).click();
    const table = await saved(page, page.getByRole('button', { name: 'Save as CSV' }));
    for (const csv of [forms.csv, table.text]) {
      for (const cell of csv.split(/[,\r\n]+/)) assert.doesNotMatch(cell.replace(/^"/, ''), /^[=+\-@\t]/, cell);
    }
    const shown = marked.parse(forms.markdown);
    await withPage(async (other) => {
      for (const html of [forms.html, `<meta charset="utf-8">${shown}`]) {
        const asked = [];
        other.on('request', (request) => asked.push(request.url()));
        // Not into the page itself, whose rules nothing of this kind gets past.
        await other.goto('about:blank');
        await other.setContent(html);
        assert.equal(await other.evaluate(() => window.owned), undefined);
        assert.equal(await other.locator('script, img, svg, iframe, object, [onerror], [onload]').count(), 0);
        assert.equal(await other.locator('a[href*="evil"], a[href^="javascript"]').count(), 0);
        assert.deepEqual(asked.filter((url) => !url.startsWith('about:')), []);
      }
    }, { watched: false });
  }));
