/** How long the page takes in a browser, beside what the same browser takes to stream the same file to a worker. */

import { BROWSERS } from '../browsers/drivers.mjs';
import { RUNS } from './natively.mjs';

/** A page that hands a file to a worker, which only counts its bytes. */
const STREAMER = `data:text/html,<input type="file" multiple>`;

/** @param {string} through What the worker makes of the file's stream. */
const sum = (through) => `new Promise((resolve, reject) => {
  const code = 'onmessage = async ({ data }) => { const reader = data.stream()${through}.getReader(); let sum = 0;' +
    'for (let r; !(r = await reader.read()).done;) sum += r.value.length; postMessage(sum); };';
  const worker = new Worker(URL.createObjectURL(new Blob([code])));
  const begun = performance.now();
  worker.onmessage = () => resolve(performance.now() - begun);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(document.querySelector('input').files[0]);
})`;

/** Keeps when each state of the page began, and when the first number was on the screen. */
const WATCH = `void (() => {
  document.documentElement.dataset.state = 'empty';
  window.times = {};
  const saw = () => (window.times[document.documentElement.dataset.state] ??= performance.now());
  new MutationObserver(saw).observe(document.documentElement, { attributeFilter: ['data-state'] });
  const read = () => {
    if (/[1-9][\\d,.]* lines?/.test(document.querySelector('#progress-files')?.textContent ?? '')) window.times.number ??= performance.now();
    if (!window.times.number && !window.times.done) requestAnimationFrame(read);
  };
  read();
})()`;

/** What is searched for, which a worker does with the file once more. */
const SEARCH = 'Cmd=Ping.* 409 ';

const LOOK = `void (() => {
  const input = document.querySelector('.line-search [name=expression]');
  input.value = ${JSON.stringify(SEARCH)};
  window.times.search = performance.now();
  input.form.requestSubmit();
})()`;

const FOUND = `/^[\\d,]+ lines? in /.test(document.querySelector('.line-search .count')?.textContent.trim() ?? '') &&
  performance.now() - window.times.search`;

/** @param {import('../browsers/drivers.mjs').Browser} browser @param {string} expression */
async function until(browser, expression) {
  for (const end = Date.now() + 900_000; ; ) {
    const value = await browser.run(expression);
    if (value) return value;
    if (Date.now() > end) throw new Error(`it never came to be: ${expression}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Seconds of each of some calls, the fastest. */
async function fastest(browser, expression) {
  let best = Infinity;
  for (let run = 0; run < RUNS; run += 1) best = Math.min(best, await browser.run(expression));
  return best / 1000;
}

/** @param {import('../browsers/drivers.mjs').Browser} browser @param {string} path */
async function load(browser, path) {
  await browser.run(WATCH);
  await browser.choose([path]);
  const ended = await until(browser, '(window.times.done || window.times.failed) && window.times');
  if (ended.failed) throw new Error(`${path} could not be read`);
  return { whole: (ended.done - ended.loading) / 1000, number: (Math.min(ended.number ?? ended.done, ended.done) - ended.loading) / 1000 };
}

/**
 * Seconds from the choice of a file to its report, in a fresh page (cold) and once more in the same (warm), and to the first
 * number; of a search through all its lines; and those of streaming it, and of unpacking alone if it is packed.
 *
 * @param {string} name
 * @param {string} path
 * @param {{ gzip?: boolean }} kind
 */
export async function inBrowser(name, path, { gzip = false }) {
  // A browser of its own for each log: what one has cached is not the next one's.
  const browser = await BROWSERS[name]();
  try {
    await browser.open(STREAMER);
    await browser.choose([path]);
    const streaming = await fastest(browser, sum(''));
    const inflating = gzip ? await fastest(browser, sum('.pipeThrough(new DecompressionStream("gzip"))')) : undefined;
    await browser.open(process.env.PINGLENS_PAGE);
    const cold = await load(browser, path);
    const warm = await load(browser, path);
    await until(browser, `!!document.querySelector('.line-search')`);
    await browser.run(LOOK);
    const search = (await until(browser, FOUND)) / 1000;
    return { streaming, inflating, cold: cold.whole, warm: warm.whole, number: cold.number, search };
  } finally {
    await browser.close();
  }
}

/** Seconds of one load in a fresh page, for logs that take minutes. @param {string} path */
export async function onceInChromium(path) {
  const browser = await BROWSERS.chromium();
  try {
    await browser.open(STREAMER);
    await browser.choose([path]);
    const streaming = (await browser.run(sum(''))) / 1000;
    await browser.open(process.env.PINGLENS_PAGE);
    return { streaming, whole: (await load(browser, path)).whole };
  } finally {
    await browser.close();
  }
}
