/** What a checker of accessibility (axe, WCAG 2.2 up to AA) finds in each state of the page: nothing. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { choose, fixture, log, withPage } from './page.mjs';

const axe = await readFile(new URL('../../www/node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Runs the checker beside the page's own script, so that the page's policy stays as it is. */
async function violationsOf(page) {
  // What is evaluated through the debugger is no script of the page, and its policy does not concern it.
  await page.evaluate(axe);
  return page.evaluate(async (tags) => {
    const found = await globalThis.axe.run(document, { runOnly: tags, resultTypes: ['violations'] });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  }, TAGS);
}

async function check(page, state) {
  assert.deepEqual(await violationsOf(page), [], state);
}

test('the checker finds what is wrong', () =>
  withPage(async (page) => {
    await page.evaluate(() => document.querySelector('main').append(document.createElement('input')));
    assert.match((await violationsOf(page)).join(), /^label: /);
  }));

for (const colorScheme of ['light', 'dark']) {
  test(`nothing is found in ${colorScheme} colours`, () =>
    withPage(
      async (page) => {
        await check(page, 'empty');
        await choose(page, fixture('sample.log'));
        await check(page, 'a report');
        await page.locator('#findings .opener').first().click();
        await page.locator('.thresholds > summary').click();
        await page.locator('#conflicts .opener').first().click();
        await page.locator('#conflicts .requests .opener').first().click();
        await page.locator('#conflicts .lifeline .bar').first().waitFor();
        await page.locator('#requests .choose summary').click();
        await page.locator('#requests .rows .row').first().click();
        await page.locator('#requests .lifeline .bar').first().waitFor();
        await check(page, 'what opens');
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Help', exact: true }).click();
        await page.getByRole('dialog').locator('.lifeline').first().waitFor();
        await check(page, 'help');
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Pass it on …' }).click();
        await page.locator('#export pre').waitFor();
        await check(page, 'a report to pass on');
        await page.keyboard.press('Escape');
        await choose(page, log('novel.txt', 'It was a dark and stormy night.'));
        await check(page, 'nothing recognised');
      },
      { colorScheme },
    ));
}
