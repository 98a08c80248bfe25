/**
 * A report that is part of the page: saved as one file that opens anywhere, with the same page around it, which can take new
 * logs. Of the log there is nothing in it but what the report says.
 */

import { say } from './language/say.js';

/** @import { Report } from './types' */

/** The report of a page that was saved with one, as it stands there. */
const block = document.getElementById('saved');
const text = block?.textContent ?? '';
block?.remove();

/** The page as it came, before anything was drawn into it. */
const page = `<!doctype html>\n${document.documentElement.outerHTML}\n`;

/** What a report is of that this page can draw. */
const VERSION = 2;

/** @returns {Report | undefined} The report that the page was saved with. */
export const savedReport = () => (text ? reportOf(text) : undefined);

/**
 * A page with a report in it.
 *
 * @param {string} json
 */
export function pageWith(json) {
  // Nothing that stands in a log can end the element; to what reads JSON it is the same.
  const inert = json.replaceAll('<', '\\u003c');
  return page.replace(/<body[^>]*>/, (body) => `${body}\n<script type="application/json" id="saved">${inert}</script>`);
}

/**
 * The report that a text is, if it is one.
 *
 * @param {string} json
 * @returns {Report | undefined}
 * @throws {Error} A sentence, if it is one that this page cannot draw.
 */
export function reportOf(json) {
  /** @type {unknown} */
  let report;
  try {
    report = JSON.parse(json);
  } catch {
    return undefined;
  }
  const { tool, version } = /** @type {Partial<Report>} */ (report ?? {});
  if (tool?.name !== 'pinglens') return undefined;
  if (version !== VERSION) {
    const versions = { version: String(version), own: VERSION };
    throw new Error(say('It is a report of version {version}, and this page draws version {own}. Read the logs again with it.', versions));
  }
  return /** @type {Report} */ (report);
}

/** How a report begins that was saved as data. */
const BEGINNING = /^\s*\{\s*"version": \d+,\s*"tool": \{\s*"name": "pinglens"/;

/**
 * The report that a file is, if it is one: told by its beginning, so that no log is read for it.
 *
 * @param {File} file
 * @throws {Error} A sentence, if it is one that this page cannot draw.
 */
export async function reportIn(file) {
  // What cannot be read is told by whoever reads it as a log.
  const beginning = await file.slice(0, 200).text().catch(() => '');
  if (!BEGINNING.test(beginning)) return undefined;
  const report = reportOf(await file.text());
  if (!report) throw new Error(say('It is a part of a report; the rest is missing. Have it sent again.'));
  return report;
}

/** Where the report stands in a page that was saved with one. */
const BLOCK = /<script type="application\/json" id="saved">([^<]*)<\/script>/;

/**
 * The report that a file is, or that is in it: saved as data or as a page.
 *
 * @param {File} file
 * @throws {Error} A sentence, if it is one that this page cannot draw.
 */
export async function savedIn(file) {
  const report = await reportIn(file);
  if (report) return report;
  const found = BLOCK.exec(await file.text());
  return found ? reportOf(found[1] ?? '') : undefined;
}

/** What a link begins with that has a report in it, behind the sign from which on a browser sends nothing to a server. */
const IN_LINK = '#report=';

/** Whether this browser can put a report into a link. */
export const linkable = 'CompressionStream' in globalThis;

/**
 * A link to this page with a report in it.
 *
 * @param {string} json
 */
export async function linkWith(json) {
  // Without the spaces that make it readable.
  const text = JSON.stringify(JSON.parse(json));
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const letters = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const own = location.href.split('#')[0];
  return `${own}${IN_LINK}${letters.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/** The longest report in a link that is unpacked, in bytes: what claims to be longer is none of ours. */
const LONGEST = 16 << 20;

/**
 * The report that is in the page's own link, if one is.
 *
 * @returns {Promise<Report | undefined>}
 * @throws {Error} A sentence, if it cannot be read.
 */
export async function reportInLink() {
  if (!location.hash.startsWith(IN_LINK)) return undefined;
  try {
    const letters = location.hash.slice(IN_LINK.length).replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
    const report = reportOf(await unpacked(bytes));
    if (report) return report;
  } catch (error) {
    // A version that this page cannot draw has its own sentence.
    if (error instanceof Error && error.name === 'Error') throw error;
  }
  throw new Error(say('The report in this link is damaged: some programs cut long links. Have a file sent instead.'));
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function unpacked(bytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  for (let part; !(part = await reader.read()).done; ) {
    text += decoder.decode(part.value, { stream: true });
    if (text.length > LONGEST) throw new TypeError('too long');
  }
  return text + decoder.decode();
}

/** Takes the report out of the page's link: another one is shown. */
export function leaveLink() {
  if (location.hash.startsWith(IN_LINK)) history.replaceState(null, '', location.href.split('#')[0]);
}
