/** The page in each of its languages: all of it, at once, and without a second reading. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, fixture, withPage } from './page.mjs';

const LOG = fixture('founding-thread.log');

const EXPECTED = {
  'de-DE': {
    lang: 'de',
    invitation: /Log-Dateien irgendwo/,
    verdict: /^668 von 1\.763 Pings \(37,9\s%\) endeten mit 409: 659 sind harmlos/,
    section: 'Ping-Latenzmuster',
    lines: '6 Zeilen zeigen',
    line: '2 Zeilen zeigen',
    told: /Dieser Ping war .* offen, als das Telefon .* begann/,
  },
  'ja-JP': {
    lang: 'ja',
    invitation: /ログファイルをこのページ/,
    verdict: /^1,763 件の Ping のうち 668 件（37\.9\s%）が 409 で終わりました。659 件は/,
    section: 'Ping の待ち時間の傾向',
    lines: '6 行を表示',
    line: '2 行を表示',
    told: /この Ping が開いてから .* で、端末が.*を始めました/,
  },
};

/** Whatever the page shows that is marked as English, beside what is written in help and guides. */
const english = (page) =>
  page.evaluate(() => {
    const marked = [...document.querySelectorAll('[lang=en]')].filter((element) => !element.closest('#help, option'));
    return marked.map((element) => element.textContent);
  });

for (const [locale, expected] of Object.entries(EXPECTED)) {
  test(`${locale}: from the first sight to the lines`, () =>
    withPage(
      async (page) => {
        assert.equal(await page.locator('html').getAttribute('lang'), expected.lang);
        assert.match(await page.locator('.invitation .first').innerText(), expected.invitation);
        assert.equal(await choose(page, LOG), 'done');
        assert.match(await page.locator('#verdict').innerText(), expected.verdict);
        assert.equal(await page.locator('#pings h2').innerText(), expected.section);
        for (const name of [expected.lines, expected.line]) {
          assert.equal(await page.locator('#findings').getByRole('button', { name }).count(), 1, name);
        }
        assert.deepEqual(await english(page), []);
        await page.locator('#conflicts .opener').first().click();
        await page.locator('#conflicts .requests .opener').first().click();
        assert.match(await page.locator('#conflicts .what').first().innerText(), expected.told);
        await page.locator('#findings .further > .opener').last().click();
        await page.locator('#findings .guide h4').first().waitFor();
        assert.deepEqual(await english(page), []);
      },
      { locale },
    ));
}

test('another language is chosen, and the report stays', () =>
  withPage(async (page) => {
    await choose(page, LOG);
    const select = page.getByRole('combobox', { name: 'Language' });
    await select.selectOption('Deutsch');
    await page.locator('#findings h2', { hasText: 'Befunde' }).waitFor();
    await page.locator('#lines-search').waitFor();
    assert.match(await page.locator('#verdict').innerText(), /^668 von 1\.763/);
    assert.equal(await page.locator('#choose').innerText(), 'Dateien wählen …');
    await page.reload();
    assert.equal(await page.locator('html').getAttribute('lang'), 'de', 'it is kept');
    await page.locator('#language').selectOption('English');
    assert.equal(await page.locator('#choose').innerText(), 'Choose files …');
  }));

for (const viewport of [
  { width: 1366, height: 768 },
  { width: 360, height: 740 },
]) {
  test(`long words leave nothing out of sight at ${viewport.width} px`, () =>
    withPage(
      async (page) => {
        await choose(page, LOG);
        await page.locator('#lines-search').waitFor();
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 0, `${wide} px too wide`);
        const cut = await page.evaluate(() =>
          [...document.querySelectorAll('button, h2, h3, label, nav a, .badge')]
            .filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflow === 'hidden')
            .map((element) => element.textContent),
        );
        assert.deepEqual(cut, []);
      },
      { viewport, locale: 'de-DE' },
    ));
}
