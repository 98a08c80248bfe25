/** A list of requests that opens, one by one, to what happened and to the raw lines that show it. */

import { certaintyTag, logged, prose, time } from './cells.js';
import { h } from './dom.js';
import { UNKNOWN, duration, isolated, moment, number } from './format.js';
import { mark, say } from './language/say.js';
import { pagedTable } from './paging.js';
import { lifeline } from './lifeline.js';
import { rawRequest } from './rawlines.js';
import { openable } from './table.js';

/** @import { Condition, RequestRow } from './types' */
/** @import { Case } from './rawlines.js' */
/** @import { Column } from './table.js' */

/** @type {Column[]} */
const COLUMNS = [
  { title: mark('Began'), class: 'moment' },
  { title: mark('Open for'), number: true },
  { title: mark('Request') },
  { title: mark('User'), class: 'who' },
  { title: mark('Device'), class: 'who' },
  { title: mark('Then came'), class: 'moment' },
];

/**
 * The requests that match, in order of time.
 *
 * @param {Case} held
 * @param {Condition[]} conditions
 * @param {string} caption
 */
export async function requestList(held, conditions, caption) {
  if (held.bare) return h('p', { class: 'muted' }, say('This report was saved without its requests. Read the logs to see them.'));
  return listOf(held, await held.client.select({ conditions }), caption);
}

/**
 * These requests, in the order given.
 *
 * @param {Case} held
 * @param {Uint32Array} rows
 * @param {string} caption
 */
export function listOf(held, rows, caption) {
  if (rows.length === 0) return h('p', { class: 'muted' }, say('No request of this kind is in these logs.'));
  return pagedTable(caption, COLUMNS, rows.length, (from, to) => draw(held, rows.slice(from, to)), {
    class: 'requests',
  });
}

/**
 * @param {Case} held
 * @param {Uint32Array} rows
 */
async function draw(held, rows) {
  const requests = await held.client.requests(rows);
  const known = new Set(requests.flatMap(({ cause, twin }) => [cause, twin]).filter(isRow));
  const others = await held.client.requests(Uint32Array.from(known));
  const byRow = new Map(others.map((other) => [other.row, other]));
  return requests.flatMap((request) => {
    const [cause, twin] = [request.cause, request.twin].map((row) => (isRow(row) ? byRow.get(row) : undefined));
    return requestRows(held, request, cause, twin);
  });
}

/**
 * @param {import('./types').Maybe<number>} row
 * @returns {row is number}
 */
const isRow = (row) => row !== null && row !== undefined;

/**
 * @param {Case} held
 * @param {RequestRow} request
 * @param {RequestRow | undefined} cause
 * @param {RequestRow | undefined} twin
 */
function requestRows(held, request, cause, twin) {
  return openable(
    COLUMNS,
    (button) => [
      button,
      time(request.duration_ms),
      logged(name(request)),
      logged(request.user),
      h('span', { class: 'device' }, logged(request.device)),
      cause
        ? [logged(cause.cmd), ' ', say('at {time}', { time: moment(cause.start ?? cause.end).split(' ').at(-1) ?? '' })]
        : UNKNOWN,
    ],
    request.start || request.end ? moment(request.start ?? request.end) : say('line {line}', { line: number(request.line) }),
    () => told(held, request, cause, twin),
  );
}

/**
 * @param {Case} held
 * @param {RequestRow} request
 * @param {RequestRow | undefined} cause
 * @param {RequestRow | undefined} twin The same request in another log.
 */
async function told(held, request, cause, twin) {
  return [
    h('p', { class: 'what' }, prose(request.sentence), ' ', certaintyTag(request.certainty)),
    await lifeline(held, request.row),
    await rawRequest(held, request, say('This request: {name}', { name: isolated(name(request)) })),
    twin && (await rawRequest(held, twin, say('The same in another log: {name}', { name: isolated(lasting(twin)) }))),
    cause && (await rawRequest(held, cause, say('What followed: {name}', { name: isolated(name(cause)) }))),
  ];
}

/**
 * What happened to a request, with the lines that show it.
 *
 * @param {Case} held
 * @param {number} row
 */
export async function explanation(held, row) {
  const [request] = await held.client.requests(Uint32Array.of(row));
  if (!request) throw new Error(`There is no request number ${row}.`);
  const others = [request.cause, request.twin].map(async (other) =>
    isRow(other) ? (await held.client.requests(Uint32Array.of(other)))[0] : undefined,
  );
  const [cause, twin] = await Promise.all(others);
  return h('div', {}, await told(held, request, cause, twin));
}

/** @param {RequestRow} request */
function lasting(request) {
  const length = request.duration_ms;
  if (length === null || length === undefined) return name(request);
  return say('{name} after {duration}', { name: name(request), duration: duration(length) });
}

/** @param {RequestRow} request */
function name(request) {
  return [request.cmd, request.status].filter((part) => part !== null && part !== undefined).join(' ');
}
