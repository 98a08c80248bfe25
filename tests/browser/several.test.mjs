/** Files join a case that is shown, and leave it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, fixture, settled, tableOf, withPage } from './page.mjs';

const names = async (page) => (await tableOf(page, 'files')).map(({ File }) => File);

test('a file is added once, and the next one is a case of its own', () =>
  withPage(async (page) => {
    await choose(page, fixture('founding-thread.log'));
    await page.getByLabel('add to the logs below').check();
    await choose(page, fixture('sample.log'));
    assert.deepEqual(await names(page), ['founding-thread.log', 'sample.log']);
    assert.match(await page.locator('#verdict').innerText(), /of 1,877 Pings/);
    assert.equal(await page.getByLabel('add to the logs below').isChecked(), false);

    await choose(page, fixture('sample.log'));
    assert.deepEqual(await names(page), ['sample.log']);
  }));

test('a file is left out, and what was said of the others stays said', () =>
  withPage(async (page) => {
    await choose(page, [fixture('founding-thread.log'), fixture('sample.log')]);
    const details = page.locator('#files .file').first();
    await page.locator('#files .opener').first().click();
    await details.getByText('Read it in another way').click();
    await details.getByLabel('Times show when a request').selectOption('end');
    await page.evaluate(() => (document.documentElement.dataset.state = 'empty'));
    await details.getByRole('button', { name: 'Read it again' }).click();
    assert.equal(await settled(page), 'done');

    await page.locator('#files .opener').nth(1).click();
    await page.evaluate(() => (document.documentElement.dataset.state = 'empty'));
    await page.getByRole('button', { name: 'Leave sample.log out' }).click();
    assert.equal(await settled(page), 'done');
    assert.deepEqual(await names(page), ['founding-thread.log']);
    assert.match(await page.locator('#verdict').innerText(), /668 of 1,763 Pings/);
    await page.locator('#files .file').first().waitFor();
    assert.equal(await page.getByLabel('Times show when a request').inputValue(), 'end');
    assert.equal(await page.getByRole('button', { name: /^Leave/ }).count(), 0, 'the last one stays');
  }));
