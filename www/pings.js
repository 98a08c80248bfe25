/** How long Pings were held open: by latency pattern, as points, and by how they ended. */

import { pingChart } from './charts/pings.js';
import { badge, explained, leads, prose, time, worded } from './cells.js';
import { h } from './dom.js';
import { counted, number, share } from './format.js';
import { meaning } from './guide.js';
import { mark, say } from './language/say.js';
import { requestList } from './requests.js';
import { section } from './section.js';
import { scale } from './spread.js';
import { openable, row, table } from './table.js';

/** @import { Condition, PatternRow, PingRow, Report, Spread } from './types' */
/** @import { Case } from './rawlines.js' */

const EXPLAINED = mark(
  'A Ping is meant to stay open until there is news or its heartbeat has run out: a long one is no slow one. Open a ' +
  'pattern for its requests, and a request for its lines.',
);
const UNTIMED = mark('This log does not say how long a request took, so the durations of its Pings are unknown.');
const DRAWN = mark(
  'In the picture, the line goes from the shortest to the longest, and the bar from the median to the 90th percentile.',
);

/** @param {Case} held */
export async function pings(held) {
  const { report } = held;
  const title = say('Ping latency patterns');
  const count = report.totals.pings;
  if (count === 0) return section('pings', title, say('There is no Ping in these logs.'));
  const known = report.ping_durations.known;
  return section(
    'pings',
    title,
    say(known > 0 ? EXPLAINED : UNTIMED),
    known > 0 && patterns(held, title),
    !held.bare && (await pingChart(held)),
    h('h3', {}, say('Pings by how they ended')),
    known > 0 && h('p', { class: 'muted' }, say(DRAWN)),
    byOutcome(held),
    known > 0 &&
      known < count &&
      h('p', { class: 'muted' }, say('The duration of {pings} is unknown.', { pings: counted(count - known, 'Ping') })),
  );
}

/**
 * Pings by why and after how long they ended.
 *
 * @param {Case} held
 * @param {string} title
 */
function patterns(held, title) {
  const { report } = held;
  const all = report.totals.pings;
  const { heading, drawn } = lengths(report);
  const columns = [
    { title: mark('Pattern'), class: 'wide' },
    { title: mark('Pings'), number: true },
    { title: mark('Share'), number: true },
    { title: mark('Median'), number: true, class: 'first-of-group' },
    { title: mark('90th percentile'), number: true },
    ...heading,
  ];
  /** @type {Set<string>} */
  const said = new Set();
  /** @param {PatternRow} row */
  const rows = ({ pattern, title, sentence, severity, count, devices, durations }) => {
    /** @type {Condition[]} */
    const conditions = [{ column: 'pattern', is: [pattern] }];
    // Several heartbeats mean the same.
    const first = !said.has(sentence);
    said.add(sentence);
    return openable(
      columns,
      (button) => [
        explained([button, badge(severity)], first && prose(sentence)),
        [leads(count, conditions), h('small', {}, counted(devices, 'device'))],
        share(count, all),
        time(durations.median),
        time(durations.p90),
        ...drawn(durations),
      ],
      prose(title),
      () => requestList(held, conditions, say('{title}: Pings, in order of time', { title: worded(title) })),
    );
  };
  return table(title, columns, report.ping_patterns.flatMap(rows), { hideCaption: true });
}

/** @param {Case} held */
function byOutcome(held) {
  const { report } = held;
  const { heading, drawn } = lengths(report);
  const columns = [
    { title: mark('How it ended'), class: 'wide' },
    { title: mark('Pings'), number: true },
    { title: mark('Median'), number: true, class: 'first-of-group' },
    { title: mark('90th percentile'), number: true },
    { title: mark('99th percentile'), number: true },
    { title: mark('Longest'), number: true },
    ...heading,
  ];
  const times = (/** @type {Spread} */ spread) => [
    time(spread.median),
    time(spread.p90),
    time(spread.p99),
    time(spread.max),
    ...drawn(spread),
  ];
  /** @param {PingRow} ping */
  const rows = ({ outcome, title, sentence, severity, count, durations }) => {
    /** @type {Condition[]} */
    const conditions = [
      { column: 'outcome', is: [outcome] },
      { column: 'command', is: ['Ping'] },
    ];
    return openable(
      columns,
      (button) => [explained([button, badge(severity)], prose(sentence)), leads(count, conditions), ...times(durations)],
      prose(title),
      async () => [
        meaning(held, outcome, title),
        await requestList(held, conditions, say('{title}: Pings, in order of time', { title: worded(title) })),
      ],
    );
  };
  return table(say('Pings by how they ended'), columns, report.pings.flatMap(rows), {
    hideCaption: true,
    foot: row(columns, [say('All Pings'), number(report.totals.pings), ...times(report.ping_durations)]),
  });
}

/**
 * The column that draws durations, where the log tells any.
 *
 * @param {Report} report
 */
function lengths({ ping_durations: { known, max } }) {
  if (known === 0) return { heading: [], drawn: () => [] };
  const picture = scale(max);
  return {
    heading: [{ title: [say('Shortest to longest'), picture.axis()], class: 'picture' }],
    drawn: (/** @type {Spread} */ spread) => [picture.picture(spread)],
  };
}
