/**
 * How fast logs are read: by the core, by the command and by the shipped file in two browsers, each beside its floor (the same
 * bytes only looked at, in the same run) and beside what somebody would otherwise use, where that is installed. Measured, not
 * asserted: machines are noisy, ratios less so.
 *
 *     node tests/bench/speed.mjs --size 1024 --largest 10240 --folder target/bench [--out docs/performance.md]
 *
 * PINGLENS_COMMAND and PINGLENS_SIMULATOR name the programs, PINGLENS_DIST the page, PINGLENS_CHROMIUM and
 * PINGLENS_FIREFOX the browsers, PINGLENS_DUCKDB a DuckDB that is not on the path.
 */

import { execFileSync } from 'node:child_process';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { KINDS, MIXED, logOf } from './logs.mjs';
import { RUNS, natively, once, version } from './natively.mjs';
import { inBrowser, onceInChromium } from './pages.mjs';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '1024' },
    largest: { type: 'string', default: '1024' },
    folder: { type: 'string', default: 'target/bench' },
    out: { type: 'string' },
  },
});
const megabytes = Number(values.size);
const largest = Number(values.largest);
if (!(megabytes > 0 && largest > 0)) throw new Error('--size and --largest are numbers of megabytes');
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, values.folder);
const command = process.env.PINGLENS_COMMAND || join(root, 'target/release/pinglens');
const simulator = process.env.PINGLENS_SIMULATOR || join(root, 'target/release/pinglens-simulator');
process.env.PINGLENS_PAGE = pathToFileURL(process.env.PINGLENS_DIST || join(root, 'dist/pinglens.html')).href;

const NONE = '–';
const seconds = (value) => (value === undefined ? NONE : value < 10 ? value.toFixed(2) : value.toFixed(1));
const mega = (bytes) => (bytes === undefined ? NONE : `${Math.round(bytes / 1e6)}`);
const speed = (size, time) => (time === undefined ? NONE : mega(size / time));
const ratio = (value, floor) => (value === undefined || floor === undefined ? NONE : (value / floor).toFixed(2));
const table = (head, rows) => [head, head.map((_, at) => (at === 0 ? '---' : '---:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const native = [];
const pages = { chromium: [], firefox: [] };
for (const kind of KINDS) {
  const path = await logOf(kind, megabytes, folder, simulator);
  console.error(`measuring ${kind.name}`);
  native.push({ kind, path, ...(await natively(command, kind, path)) });
  for (const name of Object.keys(pages)) {
    pages[name].push({ kind, size: (await stat(path)).size, ...(await inBrowser(name, path, kind)) });
  }
}

const ladder = [];
for (let size = 10; size <= largest; size *= 10) {
  console.error(`measuring ${size} MB`);
  const path = await logOf(MIXED, size, folder, simulator);
  ladder.push({ size: (await stat(path)).size, ...(await once(command, path)), page: await onceInChromium(path) });
  // Logs of gigabytes are not left on somebody's disk.
  if (size > megabytes) await rm(path);
}

console.error('measuring the stages');
const plain = native.filter(({ kind }) => !kind.gzip);
const bench = ['bench', '--quiet', '--package', 'pinglens', '--bench', 'stages', '--', ...plain.map(({ path }) => path)];
const stages = execFileSync(process.env.CARGO || 'cargo', bench, { cwd: root, encoding: 'utf8' });

const others = { GoAccess: version('goaccess'), DuckDB: version(process.env.PINGLENS_DUCKDB || 'duckdb'), lnav: version('lnav', '-V') };
const installed = Object.entries(others).flatMap(([name, its]) => (its ? [`${name} ${its}`] : []));
const parts = [
  `Logs of ${megabytes} MB, made by the simulator: a fleet of phones whose days come again and again. The fastest of ${RUNS} runs
counts. ${cpus().length} processors of the kind ${cpus()[0]?.model.trim()}; node ${process.version}${installed.map((one) => `, ${one}`).join('')}.
Ratios are of one run and mean more than seconds do.`,
  '## The command',
  'From start to end of `pinglens report`, outcomes, findings and all, beside what only looks at the bytes.',
  table(
    ['log', 'MB', 'report, s', 'MB/s', '× cat', '× grep -c', '× gzip -dc'],
    native.map((row) => [
      row.kind.name, mega(row.size), seconds(row.report), speed(row.size, row.report), ratio(row.report, row.cat),
      ratio(row.report, row.grep), ratio(row.report, row.gunzip),
    ]),
  ),
  '## Beside other programs',
  `How much longer they take on the same file. GoAccess makes its whole report; DuckDB, on one processor as the command, counts lines
and the statuses of each ActiveSync command with expressions; lnav, run once, counts statuses. None of them says why a request ended.`,
  table(
    ['log', 'report, s', 'GoAccess, s', 'DuckDB, s', 'lnav, s', 'GoAccess ÷ report', 'DuckDB ÷ report', 'lnav ÷ report'],
    plain.map((row) => [
      row.kind.name, seconds(row.report), seconds(row.goaccess), seconds(row.duckdb), seconds(row.lnav),
      ratio(row.goaccess, row.report), ratio(row.duckdb, row.report), ratio(row.lnav, row.report),
    ]),
  ),
  '## Stages of the core',
  'Each stage alone, natively, in bytes of the log; the last column has the shares of reading, of explaining, and of findings with tables.',
  stages.trim(),
  '## From small to large',
  `${MIXED.name}: one run each, from start to end of the command with the most memory it had, and in a fresh page in Chromium.`,
  table(
    ['MB', 'report, s', 'MB/s', 'memory, MB', 'Chromium, s', 'MB/s', '÷ streaming'],
    ladder.map((row) => [
      mega(row.size), seconds(row.seconds), speed(row.size, row.seconds), mega(row.memory), seconds(row.page.whole),
      speed(row.size, row.page.whole), ratio(row.page.whole, row.page.streaming),
    ]),
  ),
];
for (const [name, rows] of Object.entries(pages)) {
  parts.push(
    `## The page in ${name === 'chromium' ? 'Chromium' : 'Firefox'}`,
    `From the choice of the file to the report, in a fresh page (cold) and once more in the same (warm), and to the first number on the
screen; a search through all lines; beside a worker that only streams the same file, or unpacks it with the browser's own means.`,
    table(
      ['log', 'MB', 'streaming, s', 'cold, s', 'warm, s', 'warm, MB/s', 'cold ÷ streaming', 'warm ÷ streaming', 'first number, s', 'search ÷ streaming', 'warm ÷ unpacking'],
      rows.map((row) => [
        row.kind.name, mega(row.size), seconds(row.streaming), seconds(row.cold), seconds(row.warm), speed(row.size, row.warm),
        ratio(row.cold, row.streaming), ratio(row.warm, row.streaming), seconds(row.number), ratio(row.search, row.streaming),
        ratio(row.warm, row.inflating),
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
