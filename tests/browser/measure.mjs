/**
 * How long the page's own thread is kept busy while a large log is read, how long that takes, and how long the same
 * browser takes to stream the same file to a worker and do nothing with it. Measured, not asserted: machines are noisy.
 *
 *     node tests/browser/measure.mjs LOG
 *
 * PINGLENS_DIST names the file to measure, PINGLENS_CHROMIUM the browser.
 */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from '../../www/node_modules/playwright-core/index.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const address = pathToFileURL(process.env.PINGLENS_DIST || join(root, 'dist/pinglens.html')).href;
const [log] = process.argv.slice(2);
if (!log) {
  console.error('usage: node tests/browser/measure.mjs LOG');
  process.exit(2);
}

const browser = await chromium.launch({
  executablePath: process.env.PINGLENS_CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});

/** Streams a file to a worker that counts its bytes. */
async function floor() {
  const page = await browser.newPage();
  await page.setContent('<input type="file" />');
  await page.setInputFiles('input', log);
  const ms = await page.evaluate(async () => {
    const code =
      'onmessage = async ({ data }) => { const reader = data.stream().getReader(); let sum = 0;' +
      'for (let r; !(r = await reader.read()).done;) sum += r.value.length; postMessage(sum); };';
    const worker = new Worker(URL.createObjectURL(new Blob([code])));
    const begun = performance.now();
    await new Promise((resolve) => {
      worker.onmessage = resolve;
      worker.postMessage(document.querySelector('input').files[0]);
    });
    return performance.now() - begun;
  });
  await page.close();
  return ms;
}

/** Reads a file with the page. */
async function whole() {
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
  await page.goto(address);
  await page.evaluate(() => {
    globalThis.tasks = [];
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) globalThis.tasks.push([startTime, duration]);
    }).observe({ type: 'longtask', buffered: false });
    globalThis.states = [];
    new MutationObserver(() => globalThis.states.push([document.documentElement.dataset.state, performance.now()])).observe(
      document.documentElement,
      { attributeFilter: ['data-state'] },
    );
  });
  await page.setInputFiles('input[type=file]', log);
  await page.waitForFunction(() => globalThis.states.some(([state]) => state === 'done'), undefined, { timeout: 600_000 });
  const found = await page.evaluate(async () => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const at = (wanted) => globalThis.states.find(([state]) => state === wanted)[1];
    const [begun, done] = [at('loading'), at('done')];
    return { ms: done - begun, tasks: globalThis.tasks.map(([start, length]) => [start - begun, length]) };
  });
  await page.close();
  return found;
}

const { size } = await stat(log);
const speed = (ms) => `${(size / 1e3 / ms).toFixed(0)} MB/s`;
for (const run of ['cold', 'warm']) {
  const streaming = await floor();
  const { ms, tasks } = await whole();
  const longest = Math.max(0, ...tasks.map(([, length]) => length));
  console.log(
    `${run}: ${(size / 1e6).toFixed(0)} MB in ${(ms / 1000).toFixed(2)} s (${speed(ms)}), ` +
      `streaming alone ${(streaming / 1000).toFixed(2)} s (${speed(streaming)}), ratio ${(ms / streaming).toFixed(2)}`,
  );
  console.log(
    `      tasks of more than 50 ms on the page's thread: ${tasks.length}, the longest ${longest.toFixed(0)} ms` +
      (tasks.length > 0 ? `, at ${tasks.map(([start, length]) => `${(start / 1000).toFixed(2)} s (${length.toFixed(0)} ms)`).join(', ')}` : ''),
  );
}
await browser.close();
