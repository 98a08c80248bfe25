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
            const clip = await section.evaluate((element) => {
              const { x, y, width, height } = element.getBoundingClientRect();
              return { x: x + scrollX, y: y + scrollY, width, height };
            });
            assert.ok(clip.height > 40, `${name} is empty`);
            // The section is cut out of a picture of the page. A picture of an element first waits for two frames, and a
            // Chromium without a screen does not always draw another one after a picture that was taller than its window.
            const path = folder && join(folder, `${screen}-${colorScheme}-${name}.png`);
            const picture = await page.screenshot({ fullPage: true, clip, path });
            assert.ok(picture.length > 1000, name);
          }
        },
        { viewport, colorScheme },
      ));
  }
}
