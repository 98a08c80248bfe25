/** What can be seen of a request in the table of all requests, and how each column is filtered. */

import { html } from 'lit-html';
import { CERTAINTY, UNKNOWN, duration, isolated, moment, number } from '../format.js';

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
  const pattern = (/** @type {string} */ code) => patterns.get(code) ?? code;
  const outcome = (/** @type {string} */ code) => titles.get(code) ?? code;
  const certainty = (/** @type {string} */ code) => CERTAINTY[/** @type {keyof typeof CERTAINTY} */ (code)] ?? code;
  /** @type {[Column, string, Cell['kind'], [number, number], Cell['show'], ((value: string) => string)?][]} */
  const all = [
    ['start', 'Began', 'moment', [11.5, 0], ({ start }) => moment(start)],
    ['end', 'Answered', 'moment', [11.5, 0], ({ end }) => moment(end)],
    ['duration', 'Open for', 'duration', [7.5, 0], (request) => duration(request.duration_ms)],
    ['user', 'User', 'text', [9, 1], ({ user }) => words(user)],
    ['device', 'Device', 'text', [10, 1], ({ device }) => words(device)],
    ['device-type', 'Type', 'text', [8, 0], (request) => words(request.device_type)],
    ['agent', 'User agent', 'text', [12, 1], ({ agent }) => words(agent)],
    ['address', 'Address', 'text', [9, 0], ({ address }) => words(address)],
    ['command', 'Command', 'names', [9, 0], ({ cmd }) => words(cmd)],
    ['status', 'Status', 'names', [6.5, 0], ({ status }) => status ?? UNKNOWN],
    ['outcome', 'How it ended', 'names', [15, 1.5], (request) => outcome(request.outcome), outcome],
    ['pattern', 'Ping pattern', 'names', [15, 1.5], (request) => request.pattern ? pattern(request.pattern) : UNKNOWN, pattern],
    ['certainty', 'How sure', 'names', [7, 0], (request) => certainty(request.certainty), certainty],
    ['bytes', 'Bytes', 'number', [7, 0], ({ bytes }) => (bytes === null || bytes === undefined ? UNKNOWN : number(bytes))],
    ['file', 'File', 'names', [9, 1], (request) => words(file(request.file)), file],
    ['line', 'Line', 'number', [6.5, 0], ({ line }) => number(line)],
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
