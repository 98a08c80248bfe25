/** Logs of any size to measure with, made of a simulated fleet's: its days come again and again, each time later. */

import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const DAY_MS = 86_400_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** In place of nine of ten requests, as servers have others to answer. */
const OTHERS = ['/mail/inbox.nsf', '/names.nsf', '/icons/actn010.gif', '/domjs/client.js'];

/**
 * What is measured: the simulator's format, how many of ten requests are ActiveSync's, and an expression whose group is the
 * status, for programs that count with expressions.
 *
 * @typedef {{ name: string, format: string, of_ten: number, status: string, gzip?: boolean }} Kind
 */

const DOMINO = { format: 'domino-extended-end', status: '" ([0-9]{3}) ' };
const IIS = { format: 'iis', status: ' ([0-9]{3}) [0-9]+ [0-9]+ [0-9]+$' };
const NGINX = { format: 'nginx', status: DOMINO.status };
const JSON_LINES = { format: 'json', status: '"status":"?([0-9]{3})' };

/** One of ten requests is an ActiveSync request, as on a server that is there for more. */
export const MIXED = { name: 'Domino, 1 of 10 ActiveSync', of_ten: 1, ...DOMINO };

/** @type {Kind[]} */
export const KINDS = [
  { name: 'Domino, all ActiveSync', of_ten: 10, ...DOMINO },
  MIXED,
  { name: 'IIS, all ActiveSync', of_ten: 10, ...IIS },
  { name: 'nginx, all ActiveSync', of_ten: 10, ...NGINX },
  { name: 'nginx, 1 of 10 ActiveSync', of_ten: 1, ...NGINX },
  { name: 'JSON, all ActiveSync', of_ten: 10, ...JSON_LINES },
  { name: 'Domino, 1 of 10, gzip', of_ten: 1, ...DOMINO, gzip: true },
];

/** @param {string} text With dates in it. @param {number} days How much later they are to be. */
function later(text, days) {
  /** @type {Map<string, string>} */
  const known = new Map();
  const moved = (/** @type {string} */ date, /** @type {number} */ at, /** @type {(time: Date) => string} */ write) => {
    const found = known.get(date) ?? write(new Date(at + days * DAY_MS));
    known.set(date, found);
    return found;
  };
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  return text
    .replace(/\b(\d\d)\/([A-Z][a-z]{2})\/(\d{4})(?=:)/g, (date, day, month, year) =>
      moved(date, Date.UTC(+year, MONTHS.indexOf(month), +day), (t) => `${two(t.getUTCDate())}/${MONTHS[t.getUTCMonth()]}/${t.getUTCFullYear()}`),
    )
    .replace(/\b(\d{4})-(\d\d)-(\d\d)(?=[ T])/g, (date, year, month, day) =>
      moved(date, Date.UTC(+year, +month - 1, +day), (t) => t.toISOString().slice(0, 10)),
    );
}

/** @param {string} text @param {number} ofTen */
function diluted(text, ofTen) {
  if (ofTen === 10) return text;
  const target = /\/[^\s"?]*Microsoft-Server-ActiveSync(?:[^\s"?]*)([ ?]?)[^\s"]*/;
  const lines = text.split('\n').flatMap((line) => {
    if (!target.test(line)) return [line];
    const others = Array.from({ length: 10 / ofTen - 1 }, (_, at) => line.replace(target, `${OTHERS[at % OTHERS.length]}$1n=${at}`));
    return [line, ...others];
  });
  return lines.join('\n');
}

/**
 * Writes a log, unless it is there from before.
 *
 * @param {Kind} kind
 * @param {number} megabytes
 * @param {string} folder
 * @param {string} simulator
 */
export async function logOf({ format, of_ten: ofTen, gzip }, megabytes, folder, simulator) {
  const plain = join(folder, `${format}-${ofTen}-${megabytes}.log`);
  const path = gzip ? `${plain}.gz` : plain;
  if (await stat(path).catch(() => undefined)) return path;
  await mkdir(folder, { recursive: true });
  if (!(await stat(plain).catch(() => undefined))) {
    const out = join(folder, `fleet-${format}`);
    execFileSync(simulator, ['fleet', '--scenario', 'healthy', '--format', format, '--seed', '3', '--out', out]);
    const day = diluted(await readFile(join(out, 'healthy.log'), 'utf8'), ofTen);
    const dates = new Set(day.match(/\b(?:\d\d\/[A-Z][a-z]{2}\/\d{4}(?=:)|\d{4}-\d\d-\d\d(?=[ T]))/g));
    const stream = createWriteStream(`${plain}.part`);
    for (let written = 0, copy = 0; written < megabytes * 1e6; copy += 1) {
      const text = later(day, copy * dates.size);
      written += Buffer.byteLength(text);
      if (!stream.write(text)) await new Promise((resolve) => stream.once('drain', resolve));
    }
    await new Promise((resolve) => stream.end(resolve));
    await rename(`${plain}.part`, plain);
  }
  if (gzip) {
    await pipeline(createReadStream(plain), createGzip({ level: 6 }), createWriteStream(`${path}.part`));
    await rename(`${path}.part`, path);
  }
  return path;
}
