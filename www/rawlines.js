/** Lines of a log as they stand in the file, read again from it whenever somebody asks to see them. */

import { logged } from './cells.js';
import { h } from './dom.js';
import { number, upright } from './format.js';
import { say, sayParts } from './language/say.js';

/** @import { Around, Evidence, Format, RawText, Report, RequestRow, Said } from './types' */
/** @import { Client } from './client.js' */
/** @import { Child } from './dom.js' */

/**
 * What the core needs to be asked about one case: the worker that holds it, and its report; with the files in the order
 * in which they were opened, what is said of each, and the formats that can be said. A frozen one is a report that was saved:
 * there are no logs to ask about. A bare one has no requests either.
 *
 * @typedef {{
 *   client: Client,
 *   report: Report,
 *   files: File[],
 *   said: (Said | undefined)[],
 *   formats: Format[],
 *   again: (said: (Said | undefined)[], opened: number) => void,
 *   without: (opened: number) => void,
 *   frozen: boolean,
 *   bare: boolean,
 * }} Case
 */

/**
 * The record of a request.
 *
 * @param {Case} held
 * @param {RequestRow} request
 * @param {string} label What the record is, for the one who reads it.
 */
export async function rawRequest(held, request, label) {
  if (held.frozen) return taken(held, request, label);
  return figure(held, label, request, await held.client.raw(request.row, request.file));
}

/**
 * A line that shows something.
 *
 * @param {Case} held
 * @param {Evidence} place
 * @param {string} [label] What the line is, for the one who reads it.
 */
export async function rawPlace(held, place, label = '') {
  if (held.frozen) return taken(held, place, label);
  return figure(held, label, place, await held.client.rawAt(place.file, place.offset));
}

/**
 * A line that the report has taken along, or else where it stood.
 *
 * @param {Case} held
 * @param {{ file: number, line: number }} place
 * @param {string} label
 */
function taken(held, place, label) {
  const found = held.report.lines?.find(({ file, line }) => file === place.file && line === place.line);
  const caption = [label && h('strong', {}, label), h('span', { class: 'muted' }, placeOf(held, place))];
  if (!found) return h('p', { class: 'untaken' }, caption);
  return h(
    'figure',
    { class: 'raw' },
    h('figcaption', {}, caption),
    h('pre', { tabindex: 0 }, h('code', {}, emphasised(found.text))),
  );
}

/**
 * @param {Case} held
 * @param {string} label
 * @param {Evidence} place
 * @param {RawText} raw
 */
function figure(held, label, place, raw) {
  const record = h('code', {}, emphasised(raw.text));
  const lines = h('pre', { tabindex: 0 }, record);
  const cut = raw.truncated && h('p', { class: 'muted' }, say('The line goes on; only its beginning is shown.'));
  let asked = AROUND;
  const show = async () => {
    const around = await held.client.rawAround(place.file, place.offset, asked);
    lines.replaceChildren(...beside(around, record));
    const { before, after } = around;
    // There are no more of them, on either side.
    more.hidden = before.length < asked && after.length < asked;
    more.textContent = say('More lines around it');
    asked *= 4;
    record.scrollIntoView({ block: 'nearest' });
  };
  const more = h('button', { type: 'button', class: 'link', onclick: show }, say('Lines around it'));
  return h(
    'figure',
    { class: 'raw' },
    h(
      'figcaption',
      {},
      label && h('strong', {}, label),
      h('span', { class: 'muted' }, placeOf(held, place)),
      more,
    ),
    lines,
    cut,
  );
}

/**
 * @param {Case} held
 * @param {{ file: number, line: number }} place
 */
const placeOf = (held, place) =>
  sayParts('line {line} of {file}', {
    line: number(place.line),
    file: logged(held.report.files[place.file]?.name ?? ''),
  });

/** How many lines on either side are shown at first. */
const AROUND = 5;

/**
 * @param {Around} around
 * @param {HTMLElement} record
 */
const beside = ({ before, after }, record) => [
  h('code', { class: 'beside' }, before.map((line) => `${upright(line)}\n`)),
  h('div', { class: 'amid' }, record),
  h('code', { class: 'beside' }, after.map((line) => `\n${upright(line)}`)),
];

/** What an eye looks for in a line. This is emphasis and no more: a part that it misses is still there to read. */
const ESSENTIAL = new RegExp(
  [
    /\[\d\d[/-][^\]\n]{9,40}\]/, // the time
    /(?<=[?&](?:User|DeviceId|Cmd)=)[^&\s"]+/, // who, and what
    /(?<=HTTP\/[\d.]+" )\d{3}/, // the status
    /(?<=Status: )\d{3}[^\n(]*/, // the same in a block
    /(?<=" )\d+(?= ")/, // the duration of Domino Extended Common
    /(?<=Session ID \[)\d+/, // the session that a console line names
  ]
    .map((part) => part.source)
    .join('|'),
  'gi',
);

/**
 * @param {string} text
 * @returns {Child[]}
 */
function emphasised(text) {
  /** @type {Child[]} */
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(ESSENTIAL)) {
    parts.push(text.slice(end, match.index), h('b', {}, match[0]));
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return parts;
}
