/** The lifeline: the arrow leads from the request that ended a Ping to that Ping, and the keys lead through it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, fixture, log, withPage } from './page.mjs';

const entry = (time, cmd, status, ms) =>
  `203.0.113.7 h - [03/Mar/2025:${time} +0100] "POST /Microsoft-Server-ActiveSync?Cmd=${cmd}&User=u&DeviceId=D1 HTTP/1.1" ` +
  `${status} 12 "-" "x" ${ms} "" ""`;

const STORY = log(
  'story.log',
  entry('10:00:00', 'Sync', 200, 300),
  entry('10:05:00', 'Ping', 409, 299_000),
  entry('10:05:01', 'Sync', 200, 400),
  entry('10:20:01', 'Ping', 200, 899_000),
  entry('10:20:01', 'Ping', 200, 100_000),
);

/** Opens the first 409 and returns its lifeline. */
async function first(page) {
  await page.locator('#conflicts .opener').first().click();
  await page.locator('#conflicts .requests .opener').first().click();
  const picture = page.locator('#conflicts .lifeline');
  await picture.locator('.bar').first().waitFor();
  return picture;
}

test('an arrow leads from the Sync to the end of the Ping that it displaced', () =>
  withPage(async (page) => {
    await choose(page, STORY);
    const picture = await first(page);
    const subject = picture.locator('.bar[data-subject]');
    assert.equal(await subject.getAttribute('data-conflict'), '');
    const row = await subject.getAttribute('data-row');
    const link = picture.locator(`.link[data-to="${row}"]`);
    const [from, to, tip] = await link.evaluate((path) => {
      const end = path.getPointAtLength(path.getTotalLength());
      return [path.dataset.from, path.dataset.to, { x: end.x, y: end.y }];
    });
    const bar = (of) =>
      picture.locator(`.bar[data-row="${of}"] > rect`).first().evaluate((rect) => {
        const { x, y, width, height } = rect.getBBox();
        return { x, y, right: x + width, bottom: y + height };
      });
    const [ping, sync] = [await bar(to), await bar(from)];
    assert.ok(Math.abs(tip.x - ping.right) < 6, 'it ends at the end of the Ping');
    assert.ok(sync.y >= ping.bottom, 'what is held open and what is not are on different lanes');
    assert.ok(Math.abs(sync.x - ping.right) < 12, 'the Sync begins where the Ping ends');
    assert.ok(ping.right - ping.x > 20 * (sync.right - sync.x), 'lengths are to scale');
  }));

test('the keys lead from request to request, to its line, and closer', () =>
  withPage(async (page) => {
    await choose(page, STORY);
    const picture = await first(page);
    await picture.locator('.canvas').focus();
    await page.keyboard.press('ArrowRight');
    const told = picture.locator('figcaption');
    await told.locator('pre', { hasText: 'Cmd=Sync' }).waitFor();
    assert.match(await told.innerText(), /10:05:01 \+0100/);
    const width = () => picture.locator('.bar[data-subject] > rect').first().evaluate((rect) => rect.getBBox().width);
    const before = await width();
    await page.keyboard.press('+');
    assert.ok((await width()) > before * 1.3);
    await page.keyboard.press('0');
    assert.ok((await width()) < before);
    assert.equal(await picture.locator('.bar').count(), 5, 'all of them');
    await page.keyboard.press('Home');
    await page.waitForFunction(
      (expected) => {
        const rect = document.querySelector('#conflicts .bar[data-subject] > rect');
        return Math.abs(rect.getBBox().width - expected) < 1;
      },
      before,
    );
  }));

test('two Pings that were open at once are on two lanes', () =>
  withPage(async (page) => {
    await choose(page, STORY);
    const picture = await first(page);
    await picture.locator('.canvas').focus();
    await page.keyboard.press('0');
    const lanes = await picture.locator('.bar[data-held] > rect:first-child').evaluateAll((rects) => rects.map((rect) => rect.getBBox().y));
    assert.equal(lanes.length, 3);
    assert.equal(new Set(lanes).size, 2);
  }));

test('a device opens to its lifeline, which names the line that is pointed at', () =>
  withPage(async (page) => {
    await choose(page, fixture('founding-thread.log'));
    await page.locator('#devices .opener').first().click();
    const picture = page.locator('#devices .lifeline').first();
    await picture.locator('.bar').first().waitFor();
    await picture.locator('.bar[data-held]').first().hover();
    await picture.locator('figcaption pre', { hasText: 'Cmd=Ping' }).waitFor();
    assert.match(await picture.locator('.span').innerText(), /requests of the device before or after/);
  }));
