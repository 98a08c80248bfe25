/** Everything works without a mouse, and on a screen as narrow as a phone's. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, fixture, settled, withPage } from './page.mjs';

/** Presses Tab until the focus is on something that matches, and fails if it never is. */
async function tabTo(page, selector) {
  for (let step = 0; step < 80; step++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  assert.fail(`the keyboard does not reach ${selector}`);
}

const outlined = (page) =>
  page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  });

test('from the sample to both raw lines of a 409', () =>
  withPage(async (page) => {
    await tabTo(page, '#sample');
    assert.ok(await outlined(page), 'one sees where the focus is');
    await page.keyboard.press('Enter');
    assert.equal(await settled(page), 'done');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'verdict', 'reading begins with the verdict');

    await tabTo(page, '#conflicts .opener');
    await page.keyboard.press('Enter');
    await page.locator('#conflicts .requests').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-expanded')), 'true');
    await tabTo(page, '#conflicts .requests .opener');
    assert.ok(await outlined(page));
    await page.keyboard.press('Enter');
    await page.locator('#conflicts .raw').first().waitFor();
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('#conflicts .raw').first().isVisible(), false, 'it closes again');
  }));

test('lines are pasted and read', () =>
  withPage(async (page) => {
    await tabTo(page, 'summary');
    await page.keyboard.press('Enter');
    await tabTo(page, 'textarea');
    await page.keyboard.type('not a log at all');
    await tabTo(page, '#read-lines');
    await page.keyboard.press('Enter');
    assert.equal(await settled(page), 'done');
  }));

test('every table has a caption, and every heading its scope', () =>
  withPage(async (page) => {
    await choose(page, fixture('sample.log'));
    await page.locator('#conflicts .opener').first().click();
    await page.locator('#conflicts .requests').waitFor();
    const faults = await page.evaluate(
      () =>
        [...document.querySelectorAll('table')].filter(
          (table) => !table.caption?.textContent || table.querySelector('th:not([scope])') || !table.tHead,
        ).length,
    );
    assert.equal(faults, 0);
  }));

test('no two places have the same name', () =>
  withPage(
    async (page) => {
      await choose(page, [fixture('sample.log'), fixture('founding-thread.log')]);
      await page.locator('#files .opener').first().click();
      await page.locator('#files .opener').nth(1).click();
      await page.locator('[role=region]').first().waitFor();
      const names = await page.evaluate(() =>
        [...document.querySelectorAll('section, [role=region]')].map(
          (place) =>
            place.getAttribute('aria-label') ??
            document.getElementById(place.getAttribute('aria-labelledby')).textContent,
        ),
      );
      assert.deepEqual(names, [...new Set(names)]);
    },
    { viewport: { width: 360, height: 700 } },
  ));

test('in forced colours the progress and the marks are still there', () =>
  withPage(
    async (page) => {
      await choose(page, fixture('sample.log'));
      const style = (selector, name) =>
        page.locator(selector).first().evaluate((element, name) => getComputedStyle(element)[name], name);
      assert.equal(await style('.badge', 'borderTopStyle'), 'solid');
      assert.notEqual(await style('#progress progress', 'appearance'), 'none');
    },
    { forcedColors: 'active' },
  ));

for (const width of [360, 768, 1366]) {
  test(`nothing is cut off at ${width} pixels`, () =>
    withPage(
      async (page) => {
        const tooWide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok((await tooWide()) <= 0, 'empty');
        await choose(page, fixture('founding-thread.log'));
        for (const section of ['findings', 'conflicts', 'pings', 'devices']) {
          await page.locator(`#${section} .opener`).first().click();
        }
        await page.locator('#conflicts .requests .opener').first().click();
        await page.locator('#conflicts .raw').first().waitFor();
        assert.ok((await tooWide()) <= 0, 'with everything open');
      },
      { viewport: { width, height: 700 } },
    ));
}
