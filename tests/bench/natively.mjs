/** How long the command takes, beside what only looks at the bytes and beside other programs, where they are installed. */

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs of each thing, of which the fastest counts. */
export const RUNS = 3;

/** How often the memory of a running program is looked at. It only grows, so that the last look tells it nearly. */
const LOOK_MS = 20;

/** @param {string} program @param {string[]} args @param {number} [runs] @returns {number | undefined} Seconds, if it is installed. */
function timed(program, args, runs = RUNS) {
  let best;
  for (let run = 0; run < runs; run += 1) {
    const begun = process.hrtime.bigint();
    const { error, status } = spawnSync(program, args, { stdio: 'ignore' });
    if (error) return undefined;
    if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
    best = Math.min(best ?? Infinity, Number(process.hrtime.bigint() - begun) / 1e9);
  }
  return best;
}

/**
 * Counts as the command's first table has them, in SQL over lines: how often each command was answered with each status, and
 * how many lines there are.
 *
 * @param {string} path
 * @param {string} status
 */
const sql = (path, status) => `
  SET threads = 1;
  CREATE TEMP VIEW lines AS SELECT line FROM read_csv('${path}', columns = {line: 'VARCHAR'}, delim = '\\x01', quote = '',
    escape = '', header = false, auto_detect = false, max_line_size = 1000000);
  SELECT count(*) FROM lines;
  SELECT regexp_extract(line, 'Cmd=([A-Za-z]+)', 1) AS command, regexp_extract(line, '${status}', 1) AS status, count(*)
  FROM lines WHERE contains(line, 'Microsoft-Server-ActiveSync') GROUP BY ALL;`;

/**
 * @param {string} command
 * @param {import('./logs.mjs').Kind} kind
 * @param {string} path
 */
export async function natively(command, kind, path) {
  const { size } = await stat(path);
  const plain = !kind.gzip;
  const nginx = plain && kind.format === 'nginx';
  return {
    size,
    report: timed(command, ['report', path, '-o', '/dev/null']),
    cat: timed('cat', [path]),
    grep: plain ? timed('grep', ['-c', 'Cmd=Ping', path]) : undefined,
    gunzip: plain ? undefined : timed('gzip', ['-dc', path]),
    goaccess: nginx
      ? timed('goaccess', [path, '--log-format=COMBINED', '--no-global-config', '-o', join(tmpdir(), 'pinglens-goaccess.json')])
      : undefined,
    duckdb: plain ? timed(process.env.PINGLENS_DUCKDB || 'duckdb', ['-c', sql(path, kind.status)]) : undefined,
    // Once: it counts less than the others do, and is here for the order of its size.
    lnav: nginx ? timed('lnav', ['-n', '-q', '-c', ';SELECT sc_status, count(*) FROM access_log GROUP BY sc_status', path], 1) : undefined,
  };
}

/**
 * Seconds and the most memory, in bytes, of one report.
 *
 * @param {string} command
 * @param {string} path
 */
export function once(command, path) {
  return new Promise((resolve, reject) => {
    const begun = process.hrtime.bigint();
    const child = spawn(command, ['report', path, '-o', '/dev/null'], { stdio: 'ignore' });
    /** @type {number | undefined} */
    let memory;
    const looking = setInterval(async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
      const most = status.match(/^VmHWM:\s+(\d+) kB/m);
      if (most) memory = Number(most[1]) * 1024;
    }, LOOK_MS);
    child.on('error', reject);
    child.on('exit', () => {
      clearInterval(looking);
      resolve({ seconds: Number(process.hrtime.bigint() - begun) / 1e9, memory });
    });
  });
}

/** @param {string} program @param {string} [flag] What it says of its version, if it is installed. */
export function version(program, flag = '--version') {
  try {
    const [said] = execFileSync(program, [flag], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n');
    return said.match(/\d+(?:\.\d+)+/)?.[0];
  } catch {
    return undefined;
  }
}
