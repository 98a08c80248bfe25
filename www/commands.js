/** ActiveSync commands with the statuses they were answered with. */

import { leads, logged, time } from './cells.js';
import { mark, say } from './language/say.js';
import { section } from './section.js';
import { row, table } from './table.js';

/** @import { CommandRow, Maybe, Report } from './types' */
/** @import { Column } from './table.js' */

/** @param {Report} report */
export function commands({ commands: found }) {
  const title = say('Commands by status');
  if (found.length === 0) return section('commands', title, say('There is no ActiveSync request in these logs.'));
  const statuses = statusesOf(found);
  /** @type {Column[]} */
  const columns = [
    { title: mark('Command') },
    { title: mark('Requests'), number: true },
    ...statuses.map((status) => ({ title: status ?? say('no status'), number: true })),
    { title: mark('Median'), number: true, class: 'first-of-group' },
    { title: mark('99th percentile'), number: true },
    { title: mark('Longest'), number: true },
  ];
  return section(
    'commands',
    title,
    say('A Ping waits for news, so it may well last for minutes; any other command is answered as soon as the server can.'),
    table(
      title,
      columns,
      found.map((command) => commandRow(columns, statuses, command)),
      { hideCaption: true },
    ),
  );
}

/**
 * @param {Column[]} columns
 * @param {(number | null)[]} statuses
 * @param {CommandRow} command
 */
function commandRow(columns, statuses, { cmd, count, statuses: counts, durations }) {
  const byStatus = new Map(counts.map(({ status, count }) => [status ?? null, count]));
  return row(columns, [
    logged(cmd),
    leads(count, [{ column: 'command', is: [cmd] }]),
    ...statuses.map((status) =>
      leads(byStatus.get(status) ?? 0, [
        { column: 'command', is: [cmd] },
        status === null ? { column: 'status', unknown: true } : { column: 'status', is: [String(status)] },
      ]),
    ),
    time(durations.median),
    time(durations.p99),
    time(durations.max),
  ]);
}

/**
 * Every status that occurs, ascending, and last the lack of one.
 *
 * @param {CommandRow[]} found
 * @returns {(number | null)[]}
 */
function statusesOf(found) {
  const all = found.flatMap((command) => command.statuses.map(({ status }) => status ?? null));
  const order = (/** @type {Maybe<number>} */ status) => status ?? Number.POSITIVE_INFINITY;
  return [...new Set(all)].sort((a, b) => order(a) - order(b));
}
