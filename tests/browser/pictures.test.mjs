/**
 * Every section, light and dark, on a laptop and on a phone: each can be drawn, fits its screen, and is left as a picture
 * in PINGLENS_PICTURES, if that is given, for somebody to look at.
 */

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { choose, fixture, withPage } from './page.mjs';

const folder = process.env.PINGLENS_PICTURES;
if (folder) await mkdir(folder, { recursive: true });

const SCREENS = {
  laptop: { width: 1366, height: 768 },
  phone: { width: 390, height: 844 },
};

for (const [screen, viewport] of Object.entries(SCREENS)) {
  for (const colorScheme of ['light', 'dark']) {
    test(`every section on a ${screen}, ${colorScheme}`, () =>
      withPage(
        async (page) => {
          await choose(page, [fixture('founding-thread.log'), fixture('sample.log')]);
          await page.locator('#conflicts .opener').first().click();
          await page.locator('#conflicts .requests .opener').first().click();
          await page.locator('#conflicts .lifeline .bar').first().waitFor();
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(wide <= viewport.width, `the page is ${wide} pixels wide`);
          const sections = await page.locator('#report > section').all();
          assert.ok(sections.length > 8);
          for (const section of sections) {
            const name = (await section.getAttribute('id')) ?? 'verdict';
            const { height } = await section.boundingBox();
            assert.ok(height > 40, `${name} is empty`);
            const picture = await section.screenshot({ path: folder && join(folder, `${screen}-${colorScheme}-${name}.png`) });
            assert.ok(picture.length > 1000, name);
          }
        },
        { viewport, colorScheme },
      ));
  }
}
