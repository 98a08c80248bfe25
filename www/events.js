/** What servers say of themselves and of their users, beside their requests. */

import { logged, prose } from './cells.js';
import { h } from './dom.js';
import { UNKNOWN, moment, number, spanned } from './format.js';
import { mark, say } from './language/say.js';
import { pagedTable } from './paging.js';
import { rawPlace } from './rawlines.js';
import { section } from './section.js';
import { openable } from './table.js';

/** @import { Events, MessageRow, SignInRow, StatisticRow, StatusLine } from './types' */
/** @import { Case } from './rawlines.js' */

/** @param {Events} events */
export const hasEvents = ({ messages, sign_ins: signIns, statistics, status }) =>
  messages.length + signIns.length + statistics.read + statistics.notes.length + status.lines.length > 0;

/** @param {Case} held */
export async function events(held) {
  const { events: found } = held.report;
  if (!hasEvents(found)) return undefined;
  return section(
    'events',
    say('Server messages'),
    null,
    await messages(held, found.messages),
    await signIns(held, found),
    await statistics(held, found),
    await status(held, found),
  );
}

/** When something happened, from the first time to the last; a console's commands have no time. */
const MOMENT = { title: mark('When'), class: 'moment' };

/**
 * @param {{ first?: string | null, last?: string | null }} row
 */
const when = ({ first, last }) => spanned({ first: first ?? '', last: last ?? '' });

const MESSAGES = [{ title: mark('Message') }, { title: mark('Lines'), number: true }, MOMENT];

/**
 * @param {Case} held
 * @param {MessageRow[]} rows
 */
async function messages(held, rows) {
  // Failed sign-ins have a table of their own.
  const all = rows.filter(({ lines }) => lines.length > 0);
  if (all.length === 0) return null;
  const draw = (/** @type {number} */ from, /** @type {number} */ to) =>
    all.slice(from, to).flatMap((message) =>
      openable(
        MESSAGES,
        (button) => [button, number(message.count), when(message)],
        prose(message.title),
        () => messageLines(held, message),
      ),
    );
  return pagedTable(say('Messages of its console'), MESSAGES, all.length, draw);
}

/**
 * @param {Case} held
 * @param {MessageRow} message
 */
async function messageLines(held, { lines, count }) {
  const rest = count - lines.length;
  return [
    await Promise.all(lines.map(({ evidence }) => rawPlace(held, evidence))),
    rest > 0 && h('p', { class: 'muted' }, say('Further lines of this kind that are not shown: {count}.', { count: number(rest) })),
  ];
}

const SIGN_INS = [
  { title: mark('Address'), class: 'who' },
  { title: mark('User'), class: 'who' },
  { title: mark('Lines'), number: true },
  MOMENT,
];

/**
 * @param {Case} held
 * @param {Events} events
 */
async function signIns(held, { sign_ins: all, sign_ins_note: note }) {
  if (all.length === 0) return null;
  const cells = (/** @type {SignInRow} */ row) =>
    openable(
      SIGN_INS,
      (button) => [button, logged(row.user), number(row.count), when(row)],
      logged(row.address),
      () => rawPlace(held, row.evidence),
    );
  const draw = (/** @type {number} */ from, /** @type {number} */ to) => all.slice(from, to).flatMap(cells);
  return [await pagedTable(say('Failed sign-ins'), SIGN_INS, all.length, draw), note && h('p', { class: 'muted' }, prose(note))];
}

const STATISTICS = [
  { title: mark('Statistic') },
  { title: mark('Value'), number: true },
  { title: mark('Share of syncs'), number: true },
  { title: mark('What it counts') },
];

/**
 * @param {Case} held
 * @param {Events} events
 */
async function statistics(held, { statistics: { read, rows: all, notes } }) {
  if (read + notes.length === 0) return null;
  const cells = (/** @type {StatisticRow} */ row) =>
    openable(
      STATISTICS,
      (button) => [button, row.value, row.share ? prose(row.share) : '', prose(row.sentence)],
      row.name,
      () => rawPlace(held, row.evidence),
    );
  const draw = (/** @type {number} */ from, /** @type {number} */ to) => all.slice(from, to).flatMap(cells);
  const shown = all.length > 0 && (await pagedTable(say('Statistics'), STATISTICS, all.length, draw));
  const told = say('Statistics read: {count}.', { count: number(read) });
  return [shown, h('p', { class: 'muted' }, told, ' ', prose(notes.join(' ')))];
}

const STATUS = [{ title: mark('Sentence') }, { title: mark('Colour') }, { title: mark('When'), class: 'moment' }];

/**
 * @param {Case} held
 * @param {Events} events
 */
async function status(held, { status: { colour, lines: all, note } }) {
  if (all.length === 0) return null;
  const cells = (/** @type {StatusLine} */ line) =>
    openable(
      STATUS,
      (button) => [button, line.colour ?? '', line.time ? moment(line.time) : UNKNOWN],
      logged(line.text),
      () => rawPlace(held, line.evidence),
    );
  const draw = (/** @type {number} */ from, /** @type {number} */ to) => all.slice(from, to).flatMap(cells);
  const overall = colour ? say('Traveler’s status, overall {colour}', { colour }) : say('Traveler’s status');
  return [await pagedTable(overall, STATUS, all.length, draw), note && h('p', { class: 'muted' }, prose(note))];
}
