/** HTTP sessions that a Domino server waited for while it stopped. */

import { logged, prose } from './cells.js';
import { h } from './dom.js';
import { moment, number, spanned } from './format.js';
import { mark, say } from './language/say.js';
import { pagedTable } from './paging.js';
import { rawPlace } from './rawlines.js';
import { section } from './section.js';
import { openable } from './table.js';

/** @import { WaitingRow } from './types' */
/** @import { Case } from './rawlines.js' */

const COLUMNS = [
  { title: mark('Session') },
  { title: mark('Request') },
  { title: mark('User'), class: 'who' },
  { title: mark('Device'), class: 'who' },
  { title: mark('Thread') },
  { title: mark('Waited for') },
  { title: mark('Lines'), number: true },
];

/** @param {Case} held */
export async function waiting(held) {
  const all = held.report.waiting;
  if (all.length === 0) return undefined;
  const draw = (/** @type {number} */ from, /** @type {number} */ to) =>
    all.slice(from, to).flatMap((session) => rows(held, session));
  return section(
    'waiting',
    say('Sessions the server waited for'),
    say('Sessions that kept the HTTP task from stopping: {count}.', { count: number(all.length) }),
    await pagedTable(say('Sessions the server waited for'), COLUMNS, all.length, draw, { hideCaption: true }),
  );
}

/**
 * @param {Case} held
 * @param {WaitingRow} session
 */
function rows(held, session) {
  const { first, last, evidence } = session;
  return openable(
    COLUMNS,
    (button) => [
      [button, h('small', {}, logged(session.state))],
      session.cmd ? logged(session.cmd) : h('span', { class: 'target' }, logged(session.request)),
      logged(session.user),
      h('span', { class: 'device' }, logged(session.device)),
      logged(session.thread),
      first === last ? moment(first) : spanned({ first: first ?? '', last: last ?? '' }),
      number(session.sightings),
    ],
    logged(session.session),
    async () => [h('p', { class: 'what' }, prose(session.sentence)), await rawPlace(held, evidence)],
  );
}
