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
