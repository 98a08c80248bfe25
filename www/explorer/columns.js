/** What can be seen of a request in the table of all requests, and how each column is filtered. */

import { html } from 'lit-html';
import { worded } from '../cells.js';
import { CERTAINTY, UNKNOWN, duration, isolated, moment, number } from '../format.js';
import { mark, say } from '../language/say.js';

/** @import { Column, Maybe, OutcomeName, Report, RequestRow } from '../types' */

/**
 * `kind` says how it is filtered: by a part of the text, by one of few names, or by a range. `least` is its width in rem,
 * and `grows` its share of the room that is left.
 *
 * @typedef {{
 *   column: Column,
 *   title: string,
 *   kind: 'text' | 'names' | 'duration' | 'number' | 'moment',
 *   number?: boolean,
 *   least: number,
 *   grows: number,
 *   name: (value: string) => string,
 *   show: (request: RequestRow) => unknown,
 * }} Cell
 */

/** Those that are shown at first. */
export const FIRST = /** @type {Column[]} */ (['start', 'duration', 'user', 'device', 'command', 'status', 'outcome']);

/** @param {Maybe<string>} text */
const words = (text) => (text ? html`<bdi>${isolated(text)}</bdi>` : UNKNOWN);

/**
 * @param {Report} report
 * @param {OutcomeName[]} outcomes
 * @returns {Cell[]}
 */
export function cells(report, outcomes) {
  const titles = new Map(outcomes.map(({ code, title }) => [code, title]));
  const file = (/** @type {string | number} */ index) => report.files[Number(index)]?.name ?? '';
  const same = (/** @type {string} */ value) => value;
  const patterns = new Map(report.ping_patterns.map(({ pattern, title }) => [pattern, title]));
  const pattern = (/** @type {string} */ code) => worded(patterns.get(code) ?? code);
  const outcome = (/** @type {string} */ code) => worded(titles.get(code) ?? code);
  const certainty = (/** @type {string} */ code) => say(CERTAINTY[/** @type {keyof typeof CERTAINTY} */ (code)] ?? code);
  /** @type {[Column, string, Cell['kind'], [number, number], Cell['show'], ((value: string) => string)?][]} */
  const all = [
    ['start', mark('Began'), 'moment', [11.5, 0], ({ start }) => moment(start)],
    ['end', mark('Answered'), 'moment', [11.5, 0], ({ end }) => moment(end)],
    ['duration', mark('Open for'), 'duration', [7.5, 0], (request) => duration(request.duration_ms)],
    ['user', mark('User'), 'text', [9, 1], ({ user }) => words(user)],
    ['device', mark('Device'), 'text', [10, 1], ({ device }) => words(device)],
    ['device-type', mark('Type'), 'text', [8, 0], (request) => words(request.device_type)],
    ['agent', mark('User agent'), 'text', [12, 1], ({ agent }) => words(agent)],
    ['address', mark('Address'), 'text', [9, 0], ({ address }) => words(address)],
    ['command', mark('Command'), 'names', [9, 0], ({ cmd }) => words(cmd)],
    ['status', mark('Status'), 'names', [6.5, 0], ({ status }) => status ?? UNKNOWN],
    ['outcome', mark('How it ended'), 'names', [15, 1.5], (request) => outcome(request.outcome), outcome],
    ['pattern', mark('Ping pattern'), 'names', [15, 1.5], (request) => request.pattern ? pattern(request.pattern) : UNKNOWN, pattern],
    ['certainty', mark('How sure'), 'names', [7, 0], (request) => certainty(request.certainty), certainty],
    ['bytes', mark('Bytes'), 'number', [7, 0], ({ bytes }) => (bytes === null || bytes === undefined ? UNKNOWN : number(bytes))],
    ['file', mark('File'), 'names', [9, 1], (request) => words(file(request.file)), file],
    ['line', mark('Line'), 'number', [6.5, 0], ({ line }) => number(line)],
  ];
  return all.map(([column, title, kind, [least, grows], show, name = same]) => ({
    column,
    title,
    kind,
    least,
    grows,
    show,
    name,
    number: kind === 'duration' || kind === 'number' || column === 'status',
  }));
}
