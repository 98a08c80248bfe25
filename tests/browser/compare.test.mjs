/** Two reports beside each other: what changed, in which direction, whichever of them was opened first. */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { choose, fixture, withPage } from './page.mjs';

const OLD = fixture('founding-thread.report.json');

/** The rows of a table of the comparison, by what they are of. */
const rows = (page, index) =>
  page.locator('#compare table').nth(index).evaluate((table) =>
    Object.fromEntries([...table.tBodies[0].rows].map(({ cells }) => [cells[0].innerText, [...cells].slice(1).map((cell) => cell.innerText)])),
  );

test('what changed between two reports', () =>
  withPage(async (page) => {
    await choose(page, fixture('sample.log'));
    await page.locator('#compared').setInputFiles(OLD);
    await page.locator('#compare table').nth(2).waitFor();
    const measures = await rows(page, 0);
    assert.deepEqual(measures.Devices, ['17', '6', '↓ less']);
    assert.deepEqual(measures['Pings answered 409'].map((text) => text.replace(/\s/g, ' ')), ['37.9 %', '30.7 %', '↓ less']);
    assert.deepEqual(measures['Longest heartbeat'], ['5 min', '15 min', '↑ more']);
    const patterns = await rows(page, 1);
    assert.deepEqual(patterns['Heartbeat of 5 min'].map((text) => text.replace(/\s/g, ' ')), ['8.7 %', '0.0 %', '↓ less']);
    const findings = await rows(page, 2);
    const [before, after] = findings['The HTTP task is held up by 2 open sessions'];
    assert.deepEqual([before, after], ['none', 'Watch 2']);

    // The other way round it is the same: what began first stands first.
    await choose(page, OLD);
    await page.locator('#compared').setInputFiles(fixture('sample.report.json'));
    await page.locator('#compare table').nth(2).waitFor();
    assert.deepEqual(await rows(page, 0), measures);
  }));

test('a saved page is compared, too, and what is no report is told', () =>
  withPage(async (page) => {
    const folder = await mkdtemp(join(tmpdir(), 'pinglens-compare-'));
    try {
      await choose(page, fixture('sample.log'));
      const json = JSON.stringify(JSON.parse(await readFile(OLD, 'utf8')), null, 2).replaceAll('<', '\\u003c');
      const saved = join(folder, 'saved.html');
      await writeFile(saved, `<!doctype html><body>\n<script type="application/json" id="saved">${json}</script></body>`);
      await page.locator('#compared').setInputFiles(saved);
      await page.locator('#compare table').nth(2).waitFor();
      await page.locator('#compared').setInputFiles(fixture('sample.log'));
      await page.locator('#compare .problem', { hasText: 'That is no report of this page' }).waitFor();
      assert.equal(await page.locator('#compare table').count(), 0);
    } finally {
      await rm(folder, { recursive: true });
    }
  }));
