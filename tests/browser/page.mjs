/**
 * What the tests of the page share: the built file in a real browser, ways to hand logs over, and ways to read what it
 * shows. Every page that is opened here is watched: a request to anywhere, an error or a word on the console fails the
 * test that opened it.
 *
 * PINGLENS_DIST names the file to test, PINGLENS_CHROMIUM the browser, PINGLENS_COMMAND the command.
 */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from '../../www/node_modules/playwright-core/index.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The command, of the same version as the page. */
export const command = process.env.PINGLENS_COMMAND || join(root, 'target/debug/pinglens');

/** The page as it was built. */
export const dist = process.env.PINGLENS_DIST || join(root, 'dist/pinglens.html');
const address = pathToFileURL(dist).href;

const browser = await chromium.launch({
  executablePath: process.env.PINGLENS_CHROMIUM || '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
after(() => browser.close());

/** The path of a file in `tests/fixtures`. */
export const fixture = (name) => join(root, 'tests/fixtures', name);

/** What a fixture is known to hold, one object a request. */
export async function truthOf(name) {
  const [head, ...lines] = (await readFile(fixture(`${name}.truth.csv`), 'utf8')).trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, index) => [names[index], value])));
}

/**
 * Opens the built file and runs `steps` on it. Afterwards nothing may have been asked of any network.
 *
 * @param {(page: import('playwright-core').Page) => Promise<void>} steps
 * @param {import('playwright-core').BrowserContextOptions & { watched?: boolean }} [options] `watched: false` for a
 *   test that provokes complaints on purpose.
 */
export async function withPage(steps, { watched = true, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, ...options });
  const page = await context.newPage();
  const requests = [];
  const complaints = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  try {
    await page.goto(address);
    await steps(page);
    if (!watched) return;
    const elsewhere = requests.filter((url) => url !== address && !/^(blob|data):/.test(url));
    assert.deepEqual(elsewhere, [], 'the page asked for something outside itself');
    assert.deepEqual(complaints, [], 'the page complained');
  } finally {
    await context.close();
  }
}

/** Waits until the page is in one of these states, and returns it. */
export async function settled(page, ...states) {
  await page.waitForFunction(
    (wanted) => wanted.includes(document.documentElement.dataset.state),
    states.length > 0 ? states : ['done', 'failed', 'cancelled'],
    { timeout: 60_000 },
  );
  return page.evaluate(() => document.documentElement.dataset.state);
}

/** Chooses files, by path or as `{ name, mimeType, buffer }`, and waits for the end of the load. */
export async function choose(page, files) {
  // A load is over when the state changes from `loading`, so the state before it must not be taken for its end.
  await page.evaluate(() => (document.documentElement.dataset.state = 'empty'));
  await page.setInputFiles('input[type=file][multiple]', files);
  return settled(page);
}

/** A log of these lines, for {@link choose}. */
export const log = (name, ...lines) => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(lines.map((line) => `${line}\n`).join('')),
});

/** Pastes text into the page, as Ctrl+V does, and waits for the end of the load. */
export async function paste(page, text) {
  await page.evaluate((pasted) => {
    document.documentElement.dataset.state = 'empty';
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
  return settled(page);
}

/** Drops files or folders of the disk, as the desktop would, and waits for the end of the load. */
export async function dropFromDisk(page, paths) {
  await page.evaluate(() => (document.documentElement.dataset.state = 'empty'));
  const devtools = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop']) {
    await devtools.send('Input.dispatchDragEvent', {
      type,
      x: 300,
      y: 300,
      data: { items: [], files: paths, dragOperationsMask: 1 },
    });
  }
  return settled(page);
}

/** The text of an element as somebody sees it, on one line. */
export async function shown(page, selector) {
  return tidy(await page.locator(selector).first().innerText());
}

/**
 * The rows of a section's table, each as an object by column heading. A cell's first line is its value; what is below
 * it only explains.
 */
export async function tableOf(page, section) {
  const rows = await page
    .locator(`#${section} table`)
    .first()
    .evaluate((table) => {
      const cells = (row) => [...row.cells].map((cell) => cell.innerText);
      const body = [...table.tBodies[0].rows, ...(table.tFoot?.rows ?? [])];
      return [cells(table.tHead.rows[0]), ...body.filter((row) => !row.classList.contains('detail')).map(cells)];
    });
  const [head, ...body] = rows.map((row) => row.map((cell) => tidy(cell.split('\n')[0])));
  return body.map((row) => Object.fromEntries(row.map((cell, index) => [head[index], cell])));
}

/** The number that a cell shows. */
export const numberIn = (cell) => Number(cell.replace(/[^\d.]/g, ''));

const tidy = (text) => text.replace(/\s+/g, ' ').trim();
