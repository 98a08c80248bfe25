/** The search through all lines: every line of every file, packed or not, and an expression that runs wild is stopped. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { choose, fixture, log, withPage } from './page.mjs';

const counted = (page, text) => page.locator('.line-search .count', { hasText: text }).waitFor();

async function look(page, expression) {
  await page.getByLabel('A regular expression, in capitals or not').fill(expression);
  await page.getByRole('button', { name: 'Search', exact: true }).click();
}

test('it finds lines that are no requests, in what is packed too, with their numbers', () =>
  withPage(async (page) => {
    await choose(page, [fixture('founding-thread.log'), fixture('packed/sample.log.gz')]);
    const texts = await Promise.all(['founding-thread.log', 'sample.log'].map((name) => readFile(fixture(name), 'utf8')));
    const expected = texts.flatMap((text) => text.split('\n').flatMap((line, at) => (/get .* 200 /i.test(line) ? [at + 1] : [])));
    assert.ok(expected.length > 50);
    await look(page, 'GET .* 200 ');
    await counted(page, new RegExp(`^${expected.length} lines in`));
    const shown = await page.locator('.line-search li').evaluateAll((items) =>
      items.map((item) => Number(item.querySelector('.place').textContent.trim().split(' ').at(-1).replaceAll(',', ''))),
    );
    assert.deepEqual(shown, expected.slice(0, 500));
    assert.match(await page.locator('.line-search mark').first().innerText(), /^GET .* 200/);
  }));

test('what is no expression is told, and one that runs wild is stopped', () =>
  withPage(async (page) => {
    await choose(page, log('a.log', `203.0.113.7 h - [03/Mar/2025:10:00:00 +0100] "GET /${'a'.repeat(60)} HTTP/1.1" 200 1`));
    await look(page, '(a');
    await page.locator('.line-search .problem').waitFor();
    await look(page, '(a+)+$');
    await counted(page, /^Looking/);
    await page.getByRole('button', { name: 'Stop' }).click();
    await counted(page, /^Stopped/);
    await look(page, 'a{60}');
    await counted(page, /^1 line in/);
  }));
