/** A slip of the hand, a stray drag or paste, takes no report away, and whatever cannot be read is answered by a sentence. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, fixture, paste, settled, shown, tableOf, withPage } from './page.mjs';

/**
 * Sends the events of a drag to the first element that matches, and returns which of them the page took for itself.
 *
 * @param {Record<string, string>} data By type.
 */
const drag = (page, selector, data, types = ['dragenter', 'dragover', 'drop'], file = '') =>
  page.evaluate(
    ([selector, data, types, file]) => {
      const dataTransfer = new DataTransfer();
      for (const [type, text] of Object.entries(data)) dataTransfer.setData(type, text);
      if (file) dataTransfer.items.add(new File(['x'], file, { type: file.endsWith('png') ? 'image/png' : '' }));
      return types.filter((type) => {
        const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
        return !document.querySelector(selector).dispatchEvent(event);
      });
    },
    [selector, data, types, file],
  );

const dragging = (page) => page.evaluate(() => 'dragging' in document.documentElement.dataset);

test('what is dragged within the page is none of its business', () =>
  withPage(async (page) => {
    await choose(page, fixture('sample.log'));
    const before = await tableOf(page, 'conflicts');
    const link = { 'text/plain': 'https://example.com/' };
    await drag(page, 'nav a', link, ['dragstart']);
    assert.deepEqual(await drag(page, '#report', link, ['dragenter', 'dragover']), []);
    assert.equal(await dragging(page), false);
    assert.deepEqual(await drag(page, '#report', link, ['drop']), []);
    await drag(page, 'nav a', link, ['dragend']);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.state), 'done');
    assert.deepEqual(await tableOf(page, 'conflicts'), before);

    await drag(page, '#report', link, ['dragenter']);
    assert.equal(await dragging(page), true, 'a drag from elsewhere is seen again');
  }));

test('the text area keeps its own drops, but no file', () =>
  withPage(async (page) => {
    assert.deepEqual(await drag(page, '#lines', { 'text/plain': 'some words' }, ['dragover', 'drop']), []);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.state), 'empty');
    assert.deepEqual(await drag(page, '#lines', {}, ['dragover', 'drop'], 'app.log'), ['dragover', 'drop']);
    assert.equal(await settled(page), 'done');
  }));

test('what is no log takes no report away', () =>
  withPage(async (page) => {
    await choose(page, fixture('sample.log'));
    const before = await tableOf(page, 'conflicts');
    assert.equal(await paste(page, 'buy milk'), 'failed');
    assert.match(await shown(page, '#notice'), /pasted lines: .*\w+ \w+.* The report below is still the one from before/);
    assert.deepEqual(await tableOf(page, 'conflicts'), before);
    await page.locator('#conflicts .opener').first().click();
    await page.locator('#conflicts .requests').waitFor();
  }));

test('without a report, what is no log is named as such', () =>
  withPage(async (page) => {
    assert.equal(await paste(page, 'buy milk'), 'done');
    assert.equal(await page.title(), 'Not recognised: pasted lines – Pinglens');
    assert.equal(await paste(page, 'buy bread'), 'done', 'nothing is lost with a report of nothing');
  }));

test('nothing, and what comes from a web page, is answered', () =>
  withPage(async (page) => {
    await drag(page, 'body', {});
    assert.match(await shown(page, '#notice'), /neither a file nor text/);
    const picture = { 'text/uri-list': 'https://example.com/a.png', 'text/plain': 'https://example.com/a.png' };
    await drag(page, 'body', picture);
    assert.match(await shown(page, '#notice'), /out of a web page/);
    await drag(page, 'body', {});
    await drag(page, 'body', picture, undefined, 'a.png');
    assert.match(await shown(page, '#notice'), /out of a web page/);
  }));

test('lines that were read are cleared away', () =>
  withPage(async (page) => {
    await page.locator('summary').click();
    await page.locator('#lines').fill('not a log at all');
    await page.locator('#read-lines').click();
    assert.equal(await settled(page), 'done');
    assert.equal(await page.locator('#lines').inputValue(), '');
    assert.equal(await page.locator('#paste[open]').count(), 0);
  }));
