/** A log is written by whoever sends requests: none of its text may ever run, load or leave. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, fixture, log, shown, withPage } from './page.mjs';

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

/** A Ping that a Sync displaced, of a user and a device with these names. */
function displaced(user, device) {
  return [['Ping', 409, 60_000], ['Sync', 200, 120]].map(([cmd, status, ms]) => {
    const query = `User=${encodeURIComponent(user)}&DeviceId=${encodeURIComponent(device)}&DeviceType=x&Cmd=${cmd}`;
    const asked = `"POST /traveler/Microsoft-Server-ActiveSync?${query} HTTP/1.1"`;
    return `192.0.2.7 host - [03/Mar/2010:14:25:00 -0500] ${asked} ${status} 0 "-" "agent" ${ms} "" "d:/x"`;
  });
}

test('a name that turns the direction of writing leaves the words of the page alone', () =>
  withPage(async (page) => {
    await choose(page, log('\u202egol.exe', ...displaced('`al`\u202eice', 'DEV\u2069\u202eICE')));
    for (const section of ['#conflicts', '#devices']) {
      await page.locator(`${section} .opener[aria-expanded=false]`).first().click();
      await page.locator(`${section} .requests`).waitFor();
    }
    const turned = await page.evaluate(() => {
      const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
      const found = [document.title].filter((text) => /[\u202a-\u202e]/.test(text));
      while (texts.nextNode()) {
        const { data, parentElement } = texts.currentNode;
        if (/[\u202a-\u202e\u2066-\u2069]/.test(data) && !parentElement.closest('pre')) found.push(data);
      }
      return found;
    });
    assert.deepEqual(turned, []);
    assert.ok((await page.locator('#devices bdi').count()) >= 2);
    assert.match(await shown(page, '#devices table'), /`al`/, 'backticks in a name are part of it');
  }));

for (const width of [360, 1366]) {
  test(`names without end are wrapped at ${width} pixels`, () =>
    withPage(
      async (page) => {
        const long = 'x'.repeat(400);
        await choose(page, log(`${'n'.repeat(200)}.log`, ...displaced(long, long)));
        await page.locator('#conflicts .opener').first().click();
        await page.locator('#conflicts .requests .opener').first().click();
        await page.locator('#conflicts .raw').first().waitFor();
        const sizes = await page.evaluate(() => ({
          page: document.documentElement.scrollWidth - innerWidth,
          cells: Math.max(...[...document.querySelectorAll('.who')].map((cell) => cell.offsetWidth)),
          captions: Math.max(
            ...[...document.querySelectorAll('.raw figcaption')].map((it) => it.scrollWidth - it.clientWidth),
          ),
        }));
        assert.ok(sizes.page <= 0 && sizes.captions <= 0, JSON.stringify(sizes));
        assert.ok(sizes.cells < 500, JSON.stringify(sizes));
      },
      { viewport: { width, height: 700 } },
    ));
}

test('the policy lets nothing out, and nothing else in', () =>
  withPage(
    async (page) => {
      const refused = await page.evaluate(async () => {
        const outcomes = [];
        await fetch('https://example.com/').catch(() => outcomes.push('fetch'));
        const script = document.createElement('script');
        // A text node, as no text may be set.
        script.append('window.ran = true');
        document.head.append(script);
        if (!window.ran) outcomes.push('script');
        const image = new Image();
        await new Promise((resolve) => {
          image.onerror = resolve;
          image.src = 'https://example.com/pixel.png';
        });
        if (image.naturalWidth === 0) outcomes.push('image');
        try {
          new Worker(URL.createObjectURL(new Blob(["fetch('https://example.com/')"])));
        } catch {
          outcomes.push('worker');
        }
        return outcomes;
      });
      assert.deepEqual(refused, ['fetch', 'script', 'image', 'worker']);
    },
    { watched: false },
  ));

test('no text becomes markup or a script, whoever writes it', () =>
  withPage(
    async (page) => {
      await choose(page, fixture('sample.log'));
      const refused = await page.evaluate(() => {
        const tries = {
          markup: () => (document.body.innerHTML = '<b>x</b>'),
          script: () => (document.createElement('script').text = 'window.ran = true'),
          worker: () => new Worker('blob:null/other'),
          policy: () => globalThis.trustedTypes.createPolicy('other', { createHTML: (text) => text }),
        };
        return Object.fromEntries(
          Object.entries(tries).map(([name, attempt]) => {
            try {
              attempt();
              return [name, false];
            } catch {
              return [name, true];
            }
          }),
        );
      });
      assert.deepEqual(refused, { markup: true, script: true, worker: true, policy: true });
      assert.equal(await page.evaluate(() => window.ran), undefined);
      assert.match(await shown(page, '#verdict'), /Pings/);
    },
    // The browser complains of each, as it shall.
    { watched: false },
  ));
