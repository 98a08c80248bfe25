/** Every 409, by what ended the request. */

import { badge, explained, leads, logged, prose, time, worded } from './cells.js';
import { h } from './dom.js';
import { CERTAINTY, UNKNOWN, counted, list, number, share } from './format.js';
import { meaning } from './guide.js';
import { mark, say } from './language/say.js';
import { requestList } from './requests.js';
import { section } from './section.js';
import { openable, table } from './table.js';

/** @import { Condition, ConflictRow } from './types' */
/** @import { Case } from './rawlines.js' */

const COLUMNS = [
  { title: mark('What ended the request'), class: 'wide' },
  { title: mark('409s'), number: true },
  { title: mark('Share'), number: true },
  { title: mark('Had been open: median'), number: true, class: 'first-of-group' },
  { title: mark('90th percentile'), number: true },
  { title: mark('Longest'), number: true },
  { title: mark('Displaced by'), class: 'first-of-group' },
  { title: mark('How sure') },
];

/** @param {Case} held */
export function conflicts(held) {
  const { report } = held;
  const title = say('409s by cause');
  const total = report.totals.conflicts;
  if (total === 0) return section('conflicts', title, say('No ActiveSync request was answered 409.'));
  return section(
    'conflicts',
    title,
    say('{requests} answered 409 CONFLICT. Open a cause for its requests, and a request for its lines.', {
      requests: counted(total, 'request'),
    }),
    table(
      title,
      COLUMNS,
      report.conflicts.flatMap((conflict) => rows(held, conflict)),
      { hideCaption: true },
    ),
  );
}

/**
 * @param {Case} held
 * @param {ConflictRow} conflict
 */
function rows(held, conflict) {
  const { outcome, title, sentence, severity, count, devices, durations } = conflict;
  /** @type {Condition[]} */
  const conditions = [
    { column: 'outcome', is: [outcome] },
    { column: 'status', is: ['409'] },
  ];
  return openable(
    COLUMNS,
    (button) => [
      explained([button, badge(severity)], prose(sentence)),
      [leads(count, conditions), h('small', {}, counted(devices, 'device'))],
      share(count, held.report.totals.conflicts),
      time(durations.median),
      time(durations.p90),
      time(durations.max),
      displacers(conflict),
      sureness(conflict),
    ],
    prose(title),
    async () => [
      meaning(held, outcome, title),
      await requestList(held, conditions, say('{title}: requests answered 409, in order of time', { title: worded(title) })),
    ],
  );
}

/** @param {string} code */
const certaintyOf = (code) => say(CERTAINTY[/** @type {import('./types').Certainty} */ (code)]);

/** @param {ConflictRow} conflict */
function displacers({ displaced_by, count }) {
  if (displaced_by.length === 0) return UNKNOWN;
  if (displaced_by.length === 1 && displaced_by[0]?.count === count) return logged(displaced_by[0].cmd);
  return displaced_by.map(({ cmd, count }) => h('div', {}, logged(cmd), ' ', h('span', { class: 'muted' }, number(count))));
}

/** @param {ConflictRow} conflict */
function sureness({ certain, likely, possible, count }) {
  const parts = Object.entries({ certain, likely, possible }).filter(([, amount]) => amount > 0);
  if (parts.length === 1 && parts[0]) return count === 1 ? certaintyOf(parts[0][0]) : say('all {certainty}', { certainty: certaintyOf(parts[0][0]) });
  return list(parts.map(([name, amount]) => `${number(amount)} ${certaintyOf(name)}`));
}
