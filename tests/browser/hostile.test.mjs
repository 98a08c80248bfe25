/** A log is written by whoever sends requests: none of its text may ever run, load or leave. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, log, shown, withPage } from './page.mjs';

const SCRIPT = '<script>window.ran = true</script>';
const IMAGE = '<img src=x onerror="window.ran = true">';

function request(time, cmd, status, ms) {
  const device = encodeURIComponent(IMAGE);
  const user = encodeURIComponent(SCRIPT);
  const query = `User=${user}&DeviceId=${device}&DeviceType=${device}&Cmd=${cmd}`;
  const line = `"POST /traveler/Microsoft-Server-ActiveSync?${query} HTTP/1.1" ${status} 0 "-" "${SCRIPT}" ${ms}`;
  return `192.0.2.7 ${IMAGE} ${SCRIPT} [03/Mar/2010:14:${time} -0500] ${line} "" "d:/x"`;
}

test('markup in names, devices, agents and file names is shown as text', () =>
  withPage(async (page) => {
    const name = `${IMAGE}.log`;
    await choose(
      page,
      log(name, request('25:00', 'Ping', 409, 60_000), request('25:00', 'Sync', 200, 120), `${SCRIPT} not a request`),
    );
    for (const section of ['#conflicts', '#devices', '#files']) {
      await page.locator(`${section} .opener[aria-expanded=false]`).first().click();
    }
    await page.locator('#conflicts .requests .opener').first().click();
    await page.locator('#conflicts .raw').first().waitFor();

    assert.match(await shown(page, '#files table'), /<img src=x onerror=.*\.log/);
    assert.match(await shown(page, '#devices table'), /<script>window\.ran/);
    assert.equal(await page.locator('#report :is(script, img, iframe, object, link, style)').count(), 0);
    assert.equal(await page.evaluate(() => window.ran), undefined);
  }));

test('the policy lets nothing out, and nothing else in', () =>
  withPage(
    async (page) => {
      const refused = await page.evaluate(async () => {
        const outcomes = [];
        await fetch('https://example.com/').catch(() => outcomes.push('fetch'));
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.head.append(script);
        if (!window.ran) outcomes.push('script');
        const image = new Image();
        await new Promise((resolve) => {
          image.onerror = resolve;
          image.src = 'https://example.com/pixel.png';
        });
        if (image.naturalWidth === 0) outcomes.push('image');
        const worker = new Worker(
          URL.createObjectURL(
            new Blob(["fetch('https://example.com/').then(() => postMessage('sent'), () => postMessage('worker'))"]),
          ),
        );
        outcomes.push(await new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data))));
        return outcomes;
      });
      assert.deepEqual(refused, ['fetch', 'script', 'image', 'worker']);
    },
    { watched: false },
  ));
