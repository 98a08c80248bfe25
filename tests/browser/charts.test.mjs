/** The pictures over time: they name what they show, they zoom, and they lead to the requests that they show. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, fixture, withPage } from './page.mjs';

const LOG = fixture('founding-thread.log');

/** How many requests the table of all requests shows. */
async function found(page) {
  await page.locator('#requests .count', { hasText: / of / }).waitFor();
  return Number((await page.locator('#requests .count').innerText()).split(' ')[0].replaceAll(',', ''));
}

/** Drags over a part of a chart, in shares of its width. */
async function drag(page, plot, from, to) {
  await plot.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await plot.boundingBox();
  await page.mouse.move(x + width * from, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width * ((from + to) / 2), y + height / 2);
  await page.mouse.move(x + width * to, y + height / 2);
  await page.mouse.up();
}

test('the picture of Pings names its marks, and has a point for each of them', () =>
  withPage(async (page) => {
    await choose(page, LOG);
    const plot = page.locator('#pings .chart [role=img]');
    assert.match(await plot.getAttribute('aria-label'), /heartbeat 5 min/);
    await page.locator('#pings').getByRole('button', { name: 'Show these Pings as a table' }).click();
    assert.equal(await found(page), 1763);
  }));

test('what is hidden or out of sight is not in the table that it leads to', () =>
  withPage(async (page) => {
    await choose(page, LOG);
    const chart = page.locator('#pings .chart');
    await chart.locator('.u-over').waitFor();
    const before = await chart.locator('canvas').evaluate((canvas) => canvas.toDataURL());
    const key = chart.locator('.keys button', { hasText: 'something new arrived' });
    await key.click();
    assert.equal(await key.getAttribute('aria-pressed'), 'false');
    assert.notEqual(await chart.locator('canvas').evaluate((canvas) => canvas.toDataURL()), before, 'they are gone');
    await chart.getByRole('button', { name: 'Show these Pings as a table' }).click();
    await page.locator('#requests .count', { hasText: '884 of' }).waitFor();
    await key.click();

    await drag(page, chart.locator('.u-over'), 0.05, 0.4);
    await chart.getByRole('button', { name: 'All of the time' }).waitFor();
    await chart.getByRole('button', { name: 'Show these Pings as a table' }).click();
    await page.waitForFunction(() => !document.querySelector('#requests .count').textContent.startsWith('884'));
    const part = await found(page);
    assert.ok(part > 300 && part < 1400, `${part}`);
    await chart.getByRole('button', { name: 'All of the time' }).click();
    await chart.getByRole('button', { name: 'All of the time' }).waitFor({ state: 'detached' });
  }));

test('a point says what it is', () =>
  withPage(async (page) => {
    await choose(page, LOG);
    const chart = page.locator('#pings .chart');
    await chart.scrollIntoViewIfNeeded();
    const plot = chart.locator('.u-over');
    const { x, y, width, height } = await plot.boundingBox();
    const told = chart.locator('.told');
    // Somewhere on this way there is one: most Pings last some minutes.
    for (let share = 0.02; share < 0.2 && !/open for/.test(await told.innerText()); share += 0.005) {
      await page.mouse.move(x + width * share, y + height * 0.15);
    }
    assert.match(await told.innerText(), /^2010-03-0\d \d\d:\d\d:\d\d: open for .*\d.*\. \w.*\.$/);
  }));

test('both pictures of the load show the same part of the time, and lead to its requests', () =>
  withPage(async (page) => {
    await choose(page, LOG);
    const chart = page.locator('#load .chart');
    await chart.locator('.u-over').nth(1).waitFor();
    const before = await chart.locator('canvas').nth(1).evaluate((canvas) => canvas.toDataURL());
    await drag(page, chart.locator('.u-over').first(), 0.1, 0.3);
    await chart.getByRole('button', { name: 'Show these requests as a table' }).click();
    const part = await found(page);
    assert.ok(part > 500 && part < 6000, `${part}`);
    assert.match(page.url(), /#requests\?start=\d+\.\.\d+$/);
    assert.notEqual(await chart.locator('canvas').nth(1).evaluate((canvas) => canvas.toDataURL()), before);
  }));
