/** The report to pass on: nobody's name is in it unless it is to be, and what is saved is what was seen. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { choose, fixture, withPage } from './page.mjs';

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

test('data is what the command writes, byte for byte', () =>
  withPage(async (page) => {
    const dialog = await opened(page);
    await dialog.getByRole('radio', { name: 'Data (JSON)' }).check();
    await page.waitForFunction(() => document.querySelector('#export pre').textContent.startsWith('{'));
    for (const box of await dialog.getByRole('checkbox').all()) if (await box.isEnabled()) await box.uncheck();
    await dialog.getByRole('button', { name: 'Save the key for yourself' }).waitFor({ state: 'detached' });
    const { text } = await saved(page, dialog.getByRole('button', { name: 'Save it' }));
    assert.equal(text, await readFile(fixture('founding-thread.report.json'), 'utf8'));
  }));

test('a saved document runs nothing and asks for nothing', () =>
  withPage(async (page) => {
    const dialog = await opened(page);
    const { text } = await saved(page, dialog.getByRole('button', { name: 'Save it' }));
    assert.doesNotMatch(text, /<script|<iframe|<link|<img|src=|http-equiv="refresh"/i);
    assert.match(text, /Content-Security-Policy/);
  }));
