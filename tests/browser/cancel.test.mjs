/** A load can be stopped at once, and takes nothing away that was there before. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, fixture, settled, shown, tableOf, withPage } from './page.mjs';

/** Drops a log of about two gigabytes, made of one piece over and over so that it costs no memory. */
async function dropHuge(page) {
  await page.evaluate(() => {
    const line = '192.0.2.1 www.example.com - [05/Nov/2006:00:28:27 -0500] "GET /app.nsf HTTP/1.1" 200 100\n';
    const piece = new Blob([line.repeat(50_000)]);
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(Array(450).fill(piece), 'huge.log'));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  });
  await settled(page, 'loading');
  await page.waitForFunction(() => document.querySelector('#progress progress')?.value > 0);
}

test('progress is shown, and Cancel stops the load at once', () =>
  withPage(async (page) => {
    await dropHuge(page);
    assert.match(await page.title(), /^\d+ % – Pinglens$/);
    assert.match(await shown(page, '#progress'), /of 2 GB read.*huge\.log.*MB, [\d,]+ lines/);
    await page.waitForFunction(() => /a second, .* left/.test(document.querySelector('#progress').innerText));

    const stopped = await page.evaluate(() => {
      const before = performance.now();
      document.getElementById('cancel').click();
      return { state: document.documentElement.dataset.state, took: performance.now() - before };
    });
    assert.equal(stopped.state, 'cancelled');
    assert.ok(stopped.took < 50, `it took ${stopped.took} ms`);
    assert.match(await shown(page, '#notice'), /Stopped reading huge\.log\. Nothing/);
    assert.equal(await page.locator('#progress').isVisible(), false);
    assert.equal(await page.locator('#choose').isVisible(), true);

    assert.equal(await choose(page, fixture('sample.log')), 'done');
    assert.equal(await shown(page, '#notice'), '');
  }));

test('the report from before stays, and still opens to its lines', () =>
  withPage(async (page) => {
    await choose(page, fixture('sample.log'));
    const before = await tableOf(page, 'conflicts');
    await dropHuge(page);
    assert.equal(await page.locator('#report').isVisible(), false, 'nobody takes it for the new one meanwhile');
    await page.getByRole('button', { name: 'Cancel' }).click();
    assert.match(await shown(page, '#notice'), /The report below is still the one from before/);
    assert.deepEqual(await tableOf(page, 'conflicts'), before);
    await page.locator('#conflicts .opener').first().click();
    await page.locator('#conflicts .requests .opener').first().click();
    await page.locator('#conflicts .raw').first().waitFor();
  }));

test('Escape stops a load, a drop of nothing does not', () =>
  withPage(async (page) => {
    await dropHuge(page);
    await page.evaluate(() => {
      const options = { dataTransfer: new DataTransfer(), bubbles: true, cancelable: true };
      document.body.dispatchEvent(new DragEvent('drop', options));
    });
    assert.equal(await page.evaluate(() => document.documentElement.dataset.state), 'loading');
    await page.keyboard.press('Escape');
    assert.equal(await settled(page), 'cancelled');
  }));

test('logs dropped while others are read take their place', () =>
  withPage(async (page) => {
    await dropHuge(page);
    assert.equal(await choose(page, fixture('sample.log')), 'done');
    assert.deepEqual(
      (await tableOf(page, 'files')).map(({ File }) => File),
      ['sample.log'],
    );
  }));
