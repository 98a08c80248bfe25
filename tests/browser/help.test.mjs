/** Help explains with real pictures, says how to get each log, and names the keys, which work. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { choose, fixture, withPage } from './page.mjs';

const help = (page) => page.getByRole('dialog', { name: 'Help' });

test('two minutes: a picture of the sample for each way in which a Ping ends', () =>
  withPage(async (page) => {
    await page.getByRole('button', { name: /^What is a Ping/ }).click();
    const pictures = help(page).locator('.lifeline');
    await pictures.nth(3).waitFor();
    const statuses = await pictures.evaluateAll((all) =>
      all.map((picture) => picture.querySelector('.bar[data-subject]').hasAttribute('data-conflict')),
    );
    assert.deepEqual(statuses, [false, false, true, true]);
    assert.equal(await pictures.nth(2).locator('.link[data-to]').count() > 0, true);
    await page.keyboard.press('Escape');
    await help(page).waitFor({ state: 'hidden' });
  }));

test('how to get each log stands in the page, and its links lead out of it', () =>
  withPage(async (page) => {
    await page.getByRole('button', { name: 'Where do I get the log?' }).click();
    const text = await help(page).innerText();
    for (const part of ['Extended Common', 'Exclude from logging', 'time-taken', 'log_format pinglens', 'systemdump']) {
      assert.ok(text.includes(part), part);
    }
    const links = await help(page).locator('.part a').evaluateAll((all) => all.map((a) => [a.getAttribute('href'), a.rel]));
    assert.ok(links.length > 2);
    for (const [href, rel] of links) assert.ok(href.startsWith('https://') && rel === 'noreferrer', href);
  }));

test('the keys do what their list says', () =>
  withPage(async (page) => {
    await page.keyboard.press('?');
    await help(page).getByText('Search in all requests').waitFor();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await help(page).getByRole('tab', { selected: true }).innerText(), 'Getting the logs');
    await page.keyboard.press('Escape');

    await choose(page, fixture('sample.log'));
    await page.keyboard.press('4');
    await page.waitForFunction(() => location.hash === '#conflicts');
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement.type), 'search');
    await page.keyboard.type('?');
    await help(page).waitFor({ state: 'hidden' });
    assert.equal(await page.evaluate(() => document.activeElement.value), '?', 'what is typed into a field is text');
    await page.keyboard.press('Tab');
    await page.keyboard.press('v');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'verdict');
  }));

test('the licences of everything in the page stand in it', () =>
  withPage(async (page) => {
    await page.keyboard.press('?');
    await help(page).getByRole('tab', { name: 'Licences' }).click();
    const text = await help(page).locator('pre').innerText();
    const manifest = await readFile(new URL('../../crate/Cargo.toml', import.meta.url), 'utf8');
    const tables = manifest.match(/^\[(?:target\.'cfg\(target_arch = "wasm32"\)'\.)?dependencies\]$[^[]*(?:\[[^\n]*"\][^[]*)*/gm);
    const crates = tables.flatMap((table) => [...table.matchAll(/^([\w-]+) = /gm)].map(([, name]) => name));
    assert.ok(crates.length > 15, `${crates}`);
    for (const name of [...crates, 'lit-html', 'uplot', 'xz-decompress', '@tanstack/virtual-core']) {
      const its = text.match(new RegExp(`^${name} [\\d.]+: (.*)$`, 'm'));
      assert.ok(its, name);
      for (const licence of its[1].split(' and ')) assert.ok(text.includes(`--- ${licence} ---`), licence);
    }
    assert.match(text, /Copyright \(c\) .*[^]*Permission is hereby granted[^]*Redistribution and use/);
  }));
