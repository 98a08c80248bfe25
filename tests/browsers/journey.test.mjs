/**
 * The whole journey in each browser: drop a bundle, read the verdict, open a 409, see its lifeline and its lines, filter,
 * change a threshold, cancel a second load, pass the report on, see that the page cannot connect, read it in German, and open
 * the page that was saved. Pictures of what was seen are left in PINGLENS_PICTURES, if that is given.
 */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BROWSERS } from './drivers.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const address = pathToFileURL(process.env.PINGLENS_DIST || join(root, 'dist/pinglens.html')).href;
const fixture = (name) => join(root, 'tests/fixtures', name);
const pictures = process.env.PINGLENS_PICTURES;

/** Waits until an expression is true in the page. */
async function until(browser, expression, patience = 60_000) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await browser.run(expression);
    if (value) return value;
    if (Date.now() > end) throw new Error(`it never came to be: ${expression}`);
    await sleep(50);
  }
}

const press = (browser, selector) => browser.run(`document.querySelector(${JSON.stringify(selector)}).click()`);

/** Chooses files and waits for the end of the load. */
async function read(browser, paths, ...states) {
  await browser.run("void (document.documentElement.dataset.state = 'empty')");
  await browser.choose(paths);
  return until(browser, `${JSON.stringify(states)}.find((state) => state === document.documentElement.dataset.state)`);
}

for (const [name, start] of Object.entries(BROWSERS)) {
  test(`the journey in ${name}`, { timeout: 300_000 }, async () => {
    const browser = await start();
    const folder = await mkdtemp(join(tmpdir(), 'pinglens-'));
    const look = async (what) => {
      if (!pictures) return;
      await mkdir(pictures, { recursive: true });
      await browser.picture(join(pictures, `${name}-${what}.png`));
    };
    try {
      await browser.open(address);
      await look('empty');
      assert.equal(await read(browser, [fixture('founding-thread.log'), fixture('packed/sample.log.gz')], 'done', 'failed'), 'done');
      const verdict = await browser.run("document.querySelector('#verdict').textContent");
      assert.match(verdict, /703 of 1,877 Pings \(37\.5.%\) ended in 409: 693 are harmless/);
      await look('verdict');

      await press(browser, '#conflicts .opener');
      await until(browser, "!!document.querySelector('#conflicts .requests .opener')");
      await press(browser, '#conflicts .requests .opener');
      await until(browser, "!!document.querySelector('#conflicts .lifeline .link')");
      const [conflict, cause] = await browser.run("[...document.querySelectorAll('#conflicts figure.raw pre')].map((pre) => pre.textContent)");
      assert.match(conflict, /Cmd=Ping.* 409 /);
      assert.match(cause, /Cmd=Sync/);
      const lines = (await readFile(fixture('founding-thread.log'), 'utf8')).split(/\r?\n/);
      assert.ok(lines.includes(conflict) && lines.includes(cause), 'both stand in the file, to the letter');
      await browser.run("document.querySelector('#conflicts .lifeline').scrollIntoView({ block: 'center' })");
      await look('lifeline');

      await browser.run("void (location.hash = '#requests?command=Ping&status=409')");
      await until(browser, "document.querySelector('#requests .count').textContent.startsWith('703 of')");
      await until(browser, "document.querySelectorAll('#requests .rows .row').length > 10");
      await look('requests');

      await press(browser, '.thresholds summary');
      await browser.run(`(() => {
        const field = document.querySelector('#t-reconnect-share');
        field.value = '1';
        field.dispatchEvent(new Event('change', { bubbles: true }));
      })()`);
      await until(browser, "document.querySelector('#findings').textContent.includes('Phones reconnect often')");

      // Large enough that it is still being read when somebody presses the button.
      const text = await readFile(fixture('founding-thread.log'));
      const large = join(folder, 'large.log');
      await writeFile(large, Buffer.concat(Array.from({ length: 40 }, () => text)));
      assert.equal(await read(browser, [large], 'loading'), 'loading');
      await press(browser, '#cancel');
      assert.equal(await browser.run('document.documentElement.dataset.state'), 'cancelled');
      assert.match(await browser.run("document.querySelector('#notice').textContent"), /^Stopped reading large\.log/);
      assert.equal(await browser.run("document.querySelector('#verdict').textContent"), verdict, 'the report is still there');
      assert.equal(await read(browser, [fixture('sample.log')], 'done', 'failed'), 'done');

      await press(browser, '#pass-on');
      await until(browser, "!!document.querySelector('#export pre')?.textContent.startsWith('<!doctype html>')");
      const passedOn = await browser.run("document.querySelector('#export pre').textContent");
      assert.match(passedOn, /user-01/);
      assert.doesNotMatch(passedOn, /maria\.keller/);
      await look('pass-on');

      // What would be saved is taken as it is made: where a browser puts files is a matter of its own.
      await browser.run(`(() => {
        const make = URL.createObjectURL;
        URL.createObjectURL = (made) => make.call(URL, (window.made = made));
        HTMLAnchorElement.prototype.click = () => {};
      })()`);
      await browser.run("document.querySelectorAll('#export input[name=form]')[1].click()");
      await until(browser, "document.querySelector('#export pre').textContent.startsWith('{')");
      await until(browser, "!document.querySelector('#export .main').disabled");
      await press(browser, '#export .main');
      const saved = join(folder, 'saved.html');
      await writeFile(saved, await browser.run('window.made.text()'));
      await browser.run("document.querySelector('#export').close()");

      await press(browser, '#proof');
      await press(browser, '#help-part button');
      await until(browser, "document.querySelector('#help-part').textContent.includes('by the rule connect-src')");
      await browser.run("document.querySelector('#help').close()");

      await browser.run(`(() => {
        const select = document.querySelector('#language');
        select.value = 'de';
        select.dispatchEvent(new Event('change', { bubbles: true }));
      })()`);
      await until(browser, "document.querySelector('#findings h2')?.textContent === 'Befunde'");
      await until(browser, "!!document.querySelector('#lines-search')");
      assert.match(await browser.run("document.querySelector('#verdict').textContent"), /^35 von 114 Pings \(30,7/);
      await look('german');

      const figures = "[...document.querySelectorAll('#commands td, #load td')].map((cell) => cell.textContent)";
      const expected = await browser.run(figures);
      await browser.open(pathToFileURL(saved).href);
      await until(browser, "!!document.querySelector('#heartbeats')");
      assert.deepEqual(await browser.run(figures), expected, 'a saved page shows the same numbers');
      assert.match(await browser.run("document.querySelector('#devices').textContent"), /user-01/);
      await until(browser, "document.querySelectorAll('#requests .rows .row').length > 10");
      await press(browser, '#conflicts .opener');
      await until(browser, "!!document.querySelector('#conflicts .requests .opener')");
      await press(browser, '#conflicts .requests .opener');
      await until(browser, "!!document.querySelector('#conflicts .lifeline svg rect')");
      const asked = "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => !/^(blob|data):/.test(name)).join()";
      assert.equal(await browser.run(asked), '', 'a saved page asks for nothing');
      await look('saved');
      assert.equal(await read(browser, [fixture('sample.log')], 'done', 'failed'), 'done');
      await until(browser, "document.querySelectorAll('#requests .rows .row').length > 10");
    } finally {
      await browser.close();
      await rm(folder, { recursive: true });
    }
  });
}
