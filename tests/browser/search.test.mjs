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
      items.map((item) => Number(item.querySelector('.opener').textContent.trim().split(' ').at(-1).replaceAll(',', ''))),
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

test('a line that was found opens to the request that it shows, and any other to the lines around it', () =>
  withPage(async (page) => {
    const lines = (await readFile(fixture('founding-thread.log'), 'utf8')).split('\n');
    await choose(page, fixture('packed/sample.log.gz'));
    const sample = (await readFile(fixture('sample.log'), 'utf8')).split('\n');
    const at = sample.findIndex((line) => /Cmd=Ping.* 409 /.test(line));
    await look(page, 'Cmd=Ping.* 409 ');
    await page.locator('.line-search li .opener').first().click();
    const told = page.locator('.line-search .meaning').first();
    assert.match(await told.locator('.what').innerText(), /409/);
    assert.ok(await told.locator('.lifeline').count(), 'with its lifeline');
    const raw = told.locator('.raw').first();
    assert.equal((await raw.locator('code').innerText()).trim(), sample[at]);
    await raw.getByRole('button', { name: 'Lines around it' }).click();
    await raw.locator('.beside').first().waitFor();
    const shown = (await raw.locator('pre').evaluate((pre) => [...pre.childNodes].map((node) => node.textContent).join('\u0000')));
    const [before, itself, after] = shown.split('\u0000');
    assert.deepEqual(before.trim().split('\n'), sample.slice(Math.max(0, at - 5), at));
    assert.equal(itself.trim(), sample[at]);
    assert.deepEqual(after.trim().split('\n'), sample.slice(at + 1, at + 6));
    await raw.getByRole('button', { name: 'More lines around it' }).click();
    await page.waitForFunction((n) => document.querySelector('.raw .beside:last-child').textContent.trim().split('\n').length === n, 20);

    const get = lines.findIndex((line) => /"GET /.test(line));
    await choose(page, log('a.log', lines.slice(Math.max(0, get - 20), get + 20).join('\n')));
    await look(page, 'GET ');
    await page.locator('.line-search li .opener').first().click();
    const plain = page.locator('.line-search .meaning .raw').first();
    assert.match(await plain.locator('code').innerText(), /"GET /);
    await page.locator('.line-search li .opener').first().click();
    await plain.waitFor({ state: 'detached' });
  }));
