/**
 * How fast logs are read: by the command and by the shipped file in two browsers, each beside its floor (the same bytes only
 * looked at, in the same run) and beside what somebody would otherwise use, where that is installed. Measured, not asserted:
 * machines are noisy, ratios less so.
 *
 *     node tests/bench/speed.mjs --size 1024 --folder target/bench [--out docs/performance.md]
 *
 * PINGLENS_COMMAND and PINGLENS_SIMULATOR name the programs, PINGLENS_DIST the page, PINGLENS_CHROMIUM and PINGLENS_FIREFOX
 * the browsers.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { BROWSERS } from '../browsers/drivers.mjs';
import { KINDS, logOf } from './logs.mjs';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '1024' },
    folder: { type: 'string', default: 'target/bench' },
    out: { type: 'string' },
  },
});
const megabytes = Number(values.size);
if (!(megabytes > 0)) throw new Error('--size is a number of megabytes');
const root = fileURLToPath(new URL('../..', import.meta.url));
const command = process.env.PINGLENS_COMMAND || join(root, 'target/release/pinglens');
const simulator = process.env.PINGLENS_SIMULATOR || join(root, 'target/release/pinglens-simulator');
const address = pathToFileURL(process.env.PINGLENS_DIST || join(root, 'dist/pinglens.html')).href;

/** Runs of each thing, of which the fastest counts. */
const RUNS = 3;

/** @param {string} program @param {string[]} args @returns {number | undefined} Seconds, if it is installed. */
function timed(program, args) {
  let best;
  for (let run = 0; run < RUNS; run += 1) {
    const begun = process.hrtime.bigint();
    const { error } = spawnSync(program, args, { stdio: 'ignore' });
    if (error) return undefined;
    best = Math.min(best ?? Infinity, Number(process.hrtime.bigint() - begun) / 1e9);
  }
  return best;
}

/** The command, its floors, and others that are installed. */
async function natively(kind, path) {
  const { size } = await stat(path);
  const plain = !kind.gzip;
  return {
    size,
    report: timed(command, ['report', path, '-o', '/dev/null']),
    cat: timed('cat', [path]),
    grep: timed('grep', [plain ? '-c' : '-ac', 'Cmd=Ping', path]),
    gunzip: plain ? undefined : timed('gzip', ['-dc', path]),
    goaccess: plain && kind.format === 'nginx' ? timed('goaccess', [path, '--log-format=COMBINED', '--no-global-config', '-o', '/tmp/pinglens-goaccess.json']) : undefined,
  };
}

/** A page that hands a file to a worker, which only counts its bytes. */
const STREAMER = `data:text/html,<input type="file" multiple>`;

const SUM = `new Promise((resolve) => {
  const code = 'onmessage = async ({ data }) => { const reader = data.stream().getReader(); let sum = 0;' +
    'for (let r; !(r = await reader.read()).done;) sum += r.value.length; postMessage(sum); };';
  const worker = new Worker(URL.createObjectURL(new Blob([code])));
  const begun = performance.now();
  worker.onmessage = () => resolve(performance.now() - begun);
  worker.postMessage(document.querySelector('input').files[0]);
})`;

const until = async (browser, expression) => {
  for (const end = Date.now() + 900_000; ; ) {
    const value = await browser.run(expression);
    if (value) return value;
    if (Date.now() > end) throw new Error(`it never came to be: ${expression}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** Seconds from the drop to the report, of a fresh page and of the next load in it, and those of streaming alone. */
async function inBrowser(browser, path) {
  await browser.open(STREAMER);
  await browser.choose([path]);
  const floors = [];
  for (let run = 0; run < RUNS; run += 1) floors.push(await browser.run(SUM));
  const times = [];
  await browser.open(address);
  for (const _ of ['cold', 'warm']) {
    await browser.run(`void (() => {
      document.documentElement.dataset.state = 'empty';
      window.times = {};
      const saw = () => (window.times[document.documentElement.dataset.state] ??= performance.now());
      new MutationObserver(saw).observe(document.documentElement, { attributeFilter: ['data-state'] });
    })()`);
    await browser.choose([path]);
    times.push(await until(browser, '(window.times.done || window.times.failed) - window.times.loading'));
  }
  const memory = await browser.run('(performance.memory?.usedJSHeapSize ?? 0)');
  return { floor: Math.min(...floors) / 1000, cold: times[0] / 1000, warm: times[1] / 1000, memory };
}

const seconds = (value) => (value === undefined ? '–' : value < 10 ? value.toFixed(2) : value.toFixed(1));
const speed = (size, time) => (time === undefined ? '–' : `${Math.round(size / 1e6 / time)}`);
const ratio = (value, floor) => (value === undefined || floor === undefined ? '–' : (value / floor).toFixed(2));
const table = (head, rows) => [head, head.map((_, at) => (at === 0 ? '---' : '---:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const native = [];
const pages = { chromium: [], firefox: [] };
for (const kind of KINDS) {
  const path = await logOf(kind, megabytes, join(root, values.folder), simulator);
  console.error(`measuring ${kind.name}`);
  native.push({ kind, ...(await natively(kind, path)) });
  for (const name of Object.keys(pages)) {
    // A browser of its own for each log: what one has cached is not the next one's.
    const browser = await BROWSERS[name]();
    try {
      pages[name].push({ kind, size: (await stat(path)).size, ...(await inBrowser(browser, path)) });
    } finally {
      await browser.close();
    }
  }
}

const goaccess = native.find((row) => row.goaccess !== undefined);
const version = (program, flag = '--version') => {
  try {
    return execFileSync(program, [flag], { encoding: 'utf8' }).split('\n')[0];
  } catch {
    return undefined;
  }
};
const parts = [
  `Logs of ${megabytes} MB, made by the simulator: a fleet of phones whose days come again and again. The fastest of ${RUNS} runs
counts. ${cpus().length} processors of the kind ${cpus()[0]?.model.trim()}, other programs running; node ${process.version}${goaccess ? `, ${version('goaccess')?.replace(/ - |\.$/g, (found) => (found === '.' ? '' : ' '))}` : ''}.
Ratios are of one run and mean more than seconds do.`,
  '## The command',
  'From start to end of `pinglens report`, outcomes, findings and all, beside what only looks at the bytes.',
  table(
    ['log', 'MB', 'report, s', 'MB/s', '× cat', '× grep -c', '× gzip -dc', 'GoAccess, s', 'GoAccess ÷ report'],
    native.map((row) => [
      row.kind.name, Math.round(row.size / 1e6), seconds(row.report), speed(row.size, row.report), ratio(row.report, row.cat),
      ratio(row.report, row.grep), ratio(row.report, row.gunzip), seconds(row.goaccess), ratio(row.goaccess, row.report),
    ]),
  ),
];
for (const [name, rows] of Object.entries(pages)) {
  parts.push(
    `## The page in ${name === 'chromium' ? 'Chromium' : 'Firefox'}`,
    'From the choice of the file to the report, in a fresh page and once more in the same; beside a worker that only streams the same file.',
    table(
      ['log', 'MB', 'streaming, s', 'cold, s', 'warm, s', 'warm, MB/s', 'cold ÷ streaming', 'warm ÷ streaming'],
      rows.map((row) => [
        row.kind.name, Math.round(row.size / 1e6), seconds(row.floor), seconds(row.cold), seconds(row.warm), speed(row.size, row.warm),
        ratio(row.cold, row.floor), ratio(row.warm, row.floor),
      ]),
    ),
  );
}
const text = `${parts.join('\n\n')}\n`;
console.log(text);
if (values.out) {
  // What people write about the numbers stays; the numbers are new.
  const [begin, end] = ['<!-- measured -->', '<!-- /measured -->'];
  const before = await readFile(values.out, 'utf8');
  const [head, , tail] = before.split(new RegExp(`(${begin}[^]*${end})`));
  await writeFile(values.out, `${head}${begin}\n\n${text}\n${end}${tail ?? ''}`);
}
