/** Whoever changes a threshold sees at once what follows from it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, fixture, withPage } from './page.mjs';

const titles = (page) => page.locator('.finding h3').allInnerTexts();
const verdictOf = (page) => page.locator('.verdict').getAttribute('data-severity');

test('findings and verdict follow a threshold, and go back with it', () =>
  withPage(async (page) => {
    await choose(page, fixture('founding-thread.log'));
    const before = await titles(page);
    assert.equal(await verdictOf(page), 'harmless');
    await page.locator('.thresholds > summary').click();
    const field = page.locator('#t-reconnect-share');
    await field.fill('1');
    await field.blur();
    await page.locator('.finding h3', { hasText: 'reconnect often' }).waitFor();
    assert.equal(await verdictOf(page), 'watch');
    assert.match(await page.locator('.thresholds > summary').innerText(), /changed: 1/);

    await field.fill('1000');
    await field.blur();
    await page.getByRole('alert').filter({ hasText: 'from 1 to 100' }).waitFor();
    await field.fill('1');
    await field.blur();
    await page.getByRole('button', { name: 'Back to 20' }).click();
    await page.waitForFunction((count) => document.querySelectorAll('.finding').length === count, before.length);
    assert.deepEqual(await titles(page), before);
    assert.equal(await verdictOf(page), 'harmless');
  }));

test('a number leads to the requests that it counts', () =>
  withPage(async (page) => {
    await choose(page, fixture('founding-thread.log'));
    await page.locator('#commands').getByRole('link', { name: '668', exact: true }).click();
    await page.locator('#requests .count', { hasText: '668 of' }).waitFor();
    assert.match(page.url(), /#requests\?command=Ping&status=409$/);
    const device = page.locator('#devices tbody tr').first();
    const name = await device.locator('th .opener').innerText();
    const count = await device.locator('.leads').first().innerText();
    await device.locator('.leads').first().click();
    await page.locator('#requests .count', { hasText: `${count} of` }).waitFor();
    assert.ok(!page.url().includes(name.trim()), 'a device is data, and stays out of the link');
  }));
