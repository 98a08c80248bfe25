/** Whatever is dropped, there is a clear sentence and the page goes on working. */

import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { choose, dropFromDisk, fixture, log, settled, shown, tableOf, withPage } from './page.mjs';

/** Loads the sample and looks at its tables, as a proof that nothing is broken. */
async function stillWorks(page) {
  await choose(page, fixture('sample.log'));
  assert.equal(await settled(page), 'done');
  assert.ok((await tableOf(page, 'conflicts')).length > 1);
}

const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010806000000', 'hex');

test('an image', () =>
  withPage(async (page) => {
    assert.equal(await choose(page, { name: 'photo.log', mimeType: '', buffer: PNG }), 'done');
    assert.match(await shown(page, '#files .problem'), /image|PNG|not text|not a log/i);
    await stillWorks(page);
  }));

test('an empty file', () =>
  withPage(async (page) => {
    assert.equal(await choose(page, { name: 'empty.log', mimeType: '', buffer: Buffer.alloc(0) }), 'done');
    assert.match(await shown(page, '#files .problem'), /empty/i);
    await stillWorks(page);
  }));

test('a log of another kind', () =>
  withPage(async (page) => {
    const lines = Array.from({ length: 20 }, (_, n) => `INFO  [worker-${n}] cache warmed in ${n} units`);
    assert.equal(await choose(page, log('app.log', ...lines)), 'done');
    assert.match(await shown(page, '#files .problem'), /\w+ \w+ \w+/);
    const [file] = await tableOf(page, 'files');
    assert.equal(file['Not understood'], '20');

    const rejected = page.locator('#files .accounts .opener').first();
    await rejected.click();
    assert.equal(await page.locator('#files .raw pre').innerText(), lines[0]);
    await stillWorks(page);
  }));

test('a file cut in the middle of a line', () =>
  withPage(async (page) => {
    const lines = (await readFile(fixture('sample.log'), 'utf8')).split('\n').slice(0, 100);
    lines[99] = lines[99].slice(0, lines[99].indexOf('HTTP/1.1'));
    assert.equal(await choose(page, { name: 'cut.log', mimeType: '', buffer: Buffer.from(lines.join('\n')) }), 'done');
    assert.match(await shown(page, '#files .problem'), /breaks off/);
    const [file] = await tableOf(page, 'files');
    assert.equal(file.Requests, '99');
    assert.equal(file['Not understood'], '1');
    await stillWorks(page);
  }));

test('a line of 100 MB', () =>
  withPage(async (page) => {
    await page.evaluate(() => {
      const megabyte = new Blob(['x'.repeat(1_000_000)]);
      const files = new DataTransfer();
      files.items.add(new File(Array(100).fill(megabyte), 'endless.log'));
      const options = { dataTransfer: files, bubbles: true, cancelable: true };
      document.body.dispatchEvent(new DragEvent('drop', options));
    });
    assert.equal(await settled(page), 'done');
    const [file] = await tableOf(page, 'files');
    assert.equal(file.Lines, '1');
    assert.equal(file['Not understood'], '1');

    await page.locator('#files .accounts .opener').first().click();
    await page.getByText('only its beginning is shown').waitFor();
    assert.ok((await page.locator('#files .raw pre').innerText()).length < 100_000);
    await stillWorks(page);
  }));

test('two hundred files', () =>
  withPage(async (page) => {
    const files = Array.from({ length: 200 }, (_, n) => log(`part-${n}.txt`, `INFO cache warmed in ${n} units`));
    assert.equal(await choose(page, files), 'done');
    assert.equal(await page.locator('#files tr.detail:visible').count(), 0, 'the list stays a list');
    assert.match(await shown(page, '#files .why'), /\w+ \w+ \w+/);
  }));

test('how the clock was read', () =>
  withPage(async (page) => {
    await choose(page, fixture('sample.log'));
    assert.match(await shown(page, '#files .file'), /answered\. (certain|likely|possible) /);
  }));

test('a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pinglens-folder-'));
  await withPage(async (page) => {
    assert.equal(await dropFromDisk(page, [folder]), 'failed');
    assert.match(await shown(page, '#notice'), /is a folder\. Open it and drop the files that are in it\./);
    assert.match(await page.title(), /Not read/);
    await stillWorks(page);

    assert.equal(await dropFromDisk(page, [folder, fixture('sample.log')]), 'done', 'a log beside it is still read');
    assert.match(await shown(page, '#notice'), /is a folder/);
  });
  await rm(folder, { recursive: true });
});

test('a file that changed after it was read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pinglens-changed-'));
  const path = join(folder, 'access.log');
  await writeFile(path, await readFile(fixture('sample.log')));
  await withPage(async (page) => {
    await choose(page, path);
    await writeFile(path, 'something else');
    await page.locator('#conflicts .opener').first().click();
    await page.locator('#conflicts .requests .opener').first().click();
    assert.match(await shown(page, '#conflicts .detail .problem'), /could not be shown: .*\w+ \w+ \w+/);
    await stillWorks(page);
  });
  await rm(folder, { recursive: true });
});

test('a worker that dies', () =>
  withPage(async (page) => {
    await page.evaluate(() => {
      const RealWorker = Worker;
      window.Worker = class extends RealWorker {
        postMessage() {
          window.Worker = RealWorker;
          this.dispatchEvent(new ErrorEvent('error', { message: 'out of memory', cancelable: true }));
        }
      };
    });
    assert.equal(await choose(page, fixture('sample.log')), 'failed');
    assert.match(await shown(page, '#notice'), /sample\.log: The reader broke off: out of memory/);
    await stillWorks(page);
  }));

/**
 * Loads the page again with workers that can be ended from outside: all of them are in `window.workers`, and one that is
 * sent the call `window.deadly` dies of it.
 */
async function withMortalWorkers(page) {
  await page.addInitScript(() => {
    window.workers = [];
    const RealWorker = Worker;
    window.Worker = class extends RealWorker {
      constructor(...given) {
        super(...given);
        window.workers.push(this);
      }
      die() {
        this.terminate();
        this.dispatchEvent(new ErrorEvent('error', { message: 'out of memory', cancelable: true }));
      }
      postMessage(message, ...rest) {
        if (!window.deadly || message.call !== window.deadly) return super.postMessage(message, ...rest);
        window.deadly = undefined;
        this.die();
      }
    };
  });
  await page.reload();
}

/** Ends the page's worker behind its back, as a browser does that runs out of memory, and says so to the page. */
async function killWorker(page) {
  await page.evaluate(() => window.workers.at(-1).die());
}

test('a worker that dies when the report is there is replaced, and everything can be asked as before', () =>
  withPage(async (page) => {
    await withMortalWorkers(page);
    await choose(page, fixture('sample.log'));
    await page.locator('#lines-search').waitFor();
    await page.locator('.thresholds summary').click();
    await page.locator('.thresholds input').first().fill('90');
    await page.keyboard.press('Tab');
    await page.locator('.thresholds li[data-changed]').first().waitFor();
    const before = await shown(page, '#pings table');
    await killWorker(page);
    await page.locator('#conflicts .opener').first().click();
    await page.locator('#conflicts .requests .opener').first().click();
    await page.locator('#conflicts .raw').first().waitFor();
    await killWorker(page);
    await page.getByRole('button', { name: /^Show [\d,]+ requests/ }).first().click();
    await page.locator('#findings .requests .opener').first().waitFor();
    assert.equal(await page.locator('#report .problem').count(), 0);
    assert.equal(await page.evaluate(() => window.workers.length), 3);
    assert.match(await page.title(), /^\d+ × 409 in sample\.log/, 'reading once more is nobody’s business');
    assert.equal(await shown(page, '#pings table'), before);
    assert.equal(await page.locator('.thresholds li[data-changed]').count(), 1, 'what was said of thresholds holds');
  }));

test('a worker that dies in the middle of an answer is told, and the next question is answered', () =>
  withPage(async (page) => {
    await withMortalWorkers(page);
    await choose(page, fixture('sample.log'));
    await page.locator('#lines-search').waitFor();
    await page.evaluate(() => (window.deadly = 'select'));
    await page.locator('#conflicts .opener').first().click();
    assert.match(await shown(page, '#conflicts .problem'), /out of memory/);
    await page.locator('#conflicts .opener').first().click();
    await page.locator('#conflicts .opener').first().click();
    await page.locator('#conflicts .requests .opener').first().waitFor();
  }));

test('a file that vanishes before it is read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pinglens-gone-'));
  const path = join(folder, 'access.log');
  await writeFile(path, await readFile(fixture('sample.log')));
  await withPage(async (page) => {
    await page.evaluate(() => {
      const picked = document.querySelector('input[type=file][multiple]');
      // Chosen, and not read yet.
      picked.addEventListener('change', (event) => window.released || event.stopImmediatePropagation(), { capture: true });
    });
    await page.setInputFiles('input[type=file][multiple]', path);
    await rm(path);
    await page.evaluate(() => {
      window.released = true;
      document.querySelector('input[type=file][multiple]').dispatchEvent(new Event('change', { bubbles: true }));
    });
    assert.equal(await settled(page, 'done', 'failed'), 'failed');
    assert.match(await shown(page, '#notice'), /access\.log: It (is no longer|changed or went)/);
    await stillWorks(page);
  });
  await rm(folder, { recursive: true });
});

test('a file that is cut or overwritten while it is read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pinglens-cut-'));
  const line = await readFile(fixture('sample.log'));
  const piece = Buffer.concat(Array.from({ length: 1_500 }, () => line));
  for (const change of ['cut', 'overwritten']) {
    const path = join(folder, `${change}.log`);
    await writeFile(path, '');
    for (let times = 0; times < 8; times += 1) await appendFile(path, piece);
    await withPage(async (page) => {
      await page.setInputFiles('input[type=file][multiple]', path);
      await page.waitForFunction(() => document.querySelector('#progress progress')?.value > 0, undefined, { polling: 10 });
      if (change === 'cut') await truncate(path, 1_000_000);
      else await writeFile(path, 'something else');
      const state = await settled(page, 'done', 'failed');
      // Whatever of it had been read by then: either it was all of it, or what is missing is told.
      if (state === 'failed') assert.match(await shown(page, '#notice'), new RegExp(`${change}\\.log: `));
      else assert.match(await page.locator('#files').innerText(), new RegExp(`${change}\\.log`));
      await stillWorks(page);
    });
  }
  await rm(folder, { recursive: true });
});

test('a browser that does not know all instructions of the core', () =>
  withPage(async (page) => {
    await page.addInitScript(() => (WebAssembly.validate = () => false));
    await page.reload();
    const told = /too old .* Firefox 113, Safari 16\.4, Chrome or Edge 91/;
    assert.match(await shown(page, '#notice'), told, 'it is told before anything is dropped');
    assert.equal(await choose(page, fixture('sample.log')), 'failed');
    assert.match(await shown(page, '#notice'), told);
  }));
