/** How long Pings were held open, by how they ended. */

import { pingChart } from './charts/pings.js';
import { badge, explained, leads, prose, time } from './cells.js';
import { h } from './dom.js';
import { counted, number } from './format.js';
import { meaning } from './guide.js';
import { requestList } from './requests.js';
import { section } from './section.js';
import { scale } from './spread.js';
import { openable, row, table } from './table.js';

/** @import { Condition, PingRow, Spread } from './types' */
/** @import { Case } from './rawlines.js' */

const EXPLAINED =
  'A Ping is meant to stay open until there is news or its heartbeat has run out. In the picture, the line goes from ' +
  'the shortest to the longest, and the bar from the median to the 90th percentile.';
const UNTIMED = 'This log does not say how long a request took, so the durations of its Pings are unknown.';

/** @param {Case} held */
export async function pings(held) {
  const { report } = held;
  const title = 'Pings by how they ended';
  const count = report.totals.pings;
  if (count === 0) return section('pings', title, 'There is no Ping in these logs.');

  const picture = scale(report.ping_durations.max);
  const known = report.ping_durations.known;
  const columns = [
    { title: 'How it ended', class: 'wide' },
    { title: 'Pings', number: true },
    { title: 'Median', number: true, class: 'first-of-group' },
    { title: '90th percentile', number: true },
    { title: '99th percentile', number: true },
    { title: 'Longest', number: true },
    ...(known > 0 ? [{ title: ['Shortest to longest', picture.axis()], class: 'picture' }] : []),
  ];
  const times = (/** @type {Spread} */ spread) => [
    time(spread.median),
    time(spread.p90),
    time(spread.p99),
    time(spread.max),
    ...(known > 0 ? [picture.picture(spread)] : []),
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
      title,
      async () => [
        meaning(held, outcome, title),
        await requestList(held, conditions, `${title}: Pings, in order of time`),
      ],
    );
  };
  return section(
    'pings',
    title,
    known > 0 ? EXPLAINED : UNTIMED,
    await pingChart(held),
    table(title, columns, report.pings.flatMap(rows), {
      hideCaption: true,
      foot: row(columns, ['All Pings', number(count), ...times(report.ping_durations)]),
    }),
    known > 0 &&
      known < count &&
      h('p', { class: 'muted' }, `The duration of ${counted(count - known, 'Ping')} is unknown.`),
  );
}
