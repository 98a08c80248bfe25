/** Fifty loads in one tab: what was read before is let go. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, fixture, withPage } from './page.mjs';

const LOADS = 50;
/** Loads after which everything is there that stays. */
const SETTLED = 10;

/** What the page holds, after the browser has thrown away what nobody holds. */
async function held(page, session) {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (wanted) => metrics.find(({ name }) => name === wanted).value;
  return {
    heap: of('JSHeapUsedSize'),
    nodes: of('Nodes'),
    listeners: of('JSEventListeners'),
    workers: page.workers().length,
  };
}

test('fifty loads in one tab hold no more than ten', () =>
  withPage(async (page) => {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    let settled;
    for (let load = 1; load <= LOADS; load += 1) {
      // Two logs in turn, and now and then one that is stopped while it is read.
      if (load % 7 === 0) {
        await page.setInputFiles('input[type=file][multiple]', fixture('founding-thread.log'));
        await page.locator('#cancel').click({ timeout: 5_000 }).catch(() => {});
      }
      assert.equal(await choose(page, fixture(load % 2 ? 'sample.log' : 'founding-thread.log')), 'done');
      await page.locator('#lines-search').waitFor();
      if (load === SETTLED) settled = await held(page, session);
    }
    const after = await held(page, session);
    assert.equal(after.workers, 1, 'the workers of earlier logs are gone');
    for (const what of ['heap', 'nodes', 'listeners']) {
      assert.ok(after[what] < settled[what] * 1.25, `${what}: ${settled[what]} after ${SETTLED} loads, ${after[what]} after ${LOADS}`);
    }
  }));
