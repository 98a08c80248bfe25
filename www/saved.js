/**
 * A report that is part of the page: saved as one file that opens anywhere, with the same page around it, which can take new
 * logs. Of the log there is nothing in it but what the report says.
 */

import { say } from './language/say.js';

/** @import { Report } from './types' */

/**
 * What was saved: a report, and its requests if it took them along.
 *
 * @typedef {{ report: Report, requests?: Uint8Array<ArrayBuffer> }} Saved
 */

/** @param {string} id Of an element that holds data, which is taken out of the page. */
function takeOut(id) {
  const element = document.getElementById(id);
  const text = element?.textContent ?? '';
  // With the line break before it, so that the page is as it came.
  element?.previousSibling?.remove();
  element?.remove();
  return text;
}

/** What the page was saved with, as it stands there. */
const own = { report: takeOut('saved'), requests: takeOut('requests-along') };

/** The page as it came, before anything was drawn into it: the bytes of its file, but for a report that was put into it. */
export const page = `<!doctype html>\n${document.documentElement.outerHTML}\n`;

/** What a report is of that this page can draw. */
const VERSION = 2;

/**
 * What the page was saved with.
 *
 * @returns {Saved | undefined}
 * @throws {Error} A sentence, if it cannot be read.
 */
export function savedHere() {
  const { report, requests } = own;
  // It is read once; a long one is not kept twice.
  own.report = own.requests = '';
  if (report === '') return undefined;
  const saved = savedOf(report, requests);
  if (!saved) throw new Error(say('The report in this page is damaged. Have it sent again.'));
  return saved;
}

/**
 * A page with a report in it.
 *
 * @param {string} json
 * @param {import('./types').Maybe<Uint8Array>} [requests]
 */
export function pageWith(json, requests) {
  // Nothing that stands in a log can end the element; to what reads JSON it is the same.
  const blocks = [`<script type="application/json" id="saved">${json.replaceAll('<', '\\u003c')}</script>`];
  if (requests) blocks.push(`<script type="text/plain" id="requests-along">${letters(requests)}</script>`);
  return page.replace(/<body[^>]*>/, (body) => `${body}\n${blocks.join('\n')}`);
}

/**
 * Bytes as letters (base64), a part at a time, as a call takes only so many arguments.
 *
 * @param {Uint8Array} bytes
 */
function letters(bytes) {
  // Of three bytes each four letters are made, so that parts of as many join without a seam.
  const part = 3 << 13;
  let text = '';
  for (let at = 0; at < bytes.length; at += part) text += btoa(String.fromCharCode(...bytes.subarray(at, at + part)));
  return text;
}

/** @param {string} text */
function bytesOf(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  // There may be millions, for which a call each is too much.
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

/**
 * @param {string} json
 * @param {string} [requests]
 * @returns {Saved | undefined}
 */
function savedOf(json, requests = '') {
  const report = reportOf(json);
  if (!report || requests === '') return report && { report };
  try {
    return { report, requests: bytesOf(requests) };
  } catch {
    // The core says what is wrong with what is none.
    return { report, requests: new Uint8Array() };
  }
}

/**
 * The report that a text is, if it is one.
 *
 * @param {string} json
 * @returns {Report | undefined}
 * @throws {Error} A sentence, if it is one that this page cannot draw.
 */
function reportOf(json) {
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

/** How a report begins that was saved as data, and how a page does. */
const BEGINNING = { data: /^\s*\{\s*"version": \d+,\s*"tool": \{\s*"name": "pinglens"/, page: /^<!doctype html>/i };

/** Where the report stands in a page that was saved with one, and where its requests do. */
const BLOCKS = {
  report: /<script type="application\/json" id="saved">([^<]*)<\/script>/,
  requests: /<script type="text\/plain" id="requests-along">([^<]*)<\/script>/,
};

/**
 * The report that a file is, or that is in it: saved as data or as a page. Told by its beginning, so that no log is read for
 * it.
 *
 * @param {File} file
 * @returns {Promise<Saved | undefined>}
 * @throws {Error} A sentence, if it is one that this page cannot draw.
 */
export async function savedIn(file) {
  // What cannot be read is told by whoever reads it as a log.
  const beginning = await file.slice(0, 200).text().catch(() => '');
  if (BEGINNING.data.test(beginning)) {
    const saved = savedOf(await file.text());
    if (!saved) throw new Error(say('It is a part of a report; the rest is missing. Have it sent again.'));
    return saved;
  }
  if (!BEGINNING.page.test(beginning)) return undefined;
  const text = await file.text();
  const report = BLOCKS.report.exec(text)?.[1];
  return report === undefined ? undefined : savedOf(report, BLOCKS.requests.exec(text)?.[1]);
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
  return `${location.href.split('#')[0]}${IN_LINK}${letters(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
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
    const packed = location.hash.slice(IN_LINK.length).replaceAll('-', '+').replaceAll('_', '/');
    const report = reportOf(await unpacked(bytesOf(packed)));
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
