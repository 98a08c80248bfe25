/** How many requests were open at once, and so how many threads they took. */

import { loadChart } from './charts/load.js';
import { prose } from './cells.js';
import { h } from './dom.js';
import { UNKNOWN, duration, isolated, moment, number, share, tenthsOf } from './format.js';
import { mark, say } from './language/say.js';
import { section } from './section.js';
import { disclosure, row, table } from './table.js';

/** @import { CourseRow, LoadReport, Report } from './types' */

/** @param {Report} report */
export function load(report) {
  const { load: found } = report;
  const [first, ...others] = found.sentences;
  if (!first) return undefined;
  return section(
    'load',
    say('Server load'),
    prose(first),
    found.curve && loadChart(found.curve, found),
    found.course.length > 0 && figures(found.course),
    h(
      'ul',
      { class: 'notes' },
      others.map((sentence) => h('li', {}, prose(sentence))),
    ),
    found.servers.length > 1 && servers(report),
    found.held.length > 0 && held(found),
  );
}

const COURSE = [
  { title: mark('From'), class: 'moment' },
  { title: mark('Most open'), number: true },
  { title: mark('Pings'), number: true },
  { title: mark('On average'), number: true },
  { title: mark('Requests'), number: true, class: 'first-of-group' },
  { title: mark('409s'), number: true },
];

/**
 * The picture as figures, for who cannot see it or wants to copy them.
 *
 * @param {CourseRow[]} rows
 */
function figures(rows) {
  const body = h('div');
  const draw = () =>
    table(
      say('Server load over time'),
      COURSE,
      rows.map(({ from, most, pings, mean_hundredths, requests, conflicts }) =>
        row(COURSE, [
          moment(from),
          number(most),
          number(pings),
          tenthsOf(mean_hundredths),
          number(requests),
          number(conflicts),
        ]),
      ),
      { hideCaption: true },
    );
  return h('div', { class: 'figures-of' }, disclosure(say('As figures'), body, body, draw), body);
}

const SERVERS = [
  { title: mark('Server, by its files') },
  { title: mark('Most open'), number: true },
  { title: mark('First at'), class: 'moment' },
  { title: mark('On average'), number: true },
  { title: mark('Devices in 24 h'), number: true, class: 'first-of-group' },
  { title: mark('Threads asked for'), number: true },
];

/** @param {Report} report */
function servers({ files, load: found }) {
  const name = (/** @type {number} */ file) => isolated(files[file]?.name ?? '');
  return table(
    say('By server'),
    SERVERS,
    found.servers.map((server) =>
      row(SERVERS, [
        server.files.map(name).join(', '),
        server.peak ? number(server.peak.count) : UNKNOWN,
        moment(server.peak?.at),
        typeof server.mean_hundredths === 'number' ? tenthsOf(server.mean_hundredths) : UNKNOWN,
        number(server.devices_in_a_day),
        number(server.threads_wanted),
      ]),
    ),
  );
}

const HELD = [{ title: mark('How they ended') }, { title: mark('Open together'), number: true }, { title: mark('Share'), number: true }];

/** @param {LoadReport} found */
function held({ held: rows }) {
  const all = rows.reduce((sum, { held_ms }) => sum + held_ms, 0);
  return table(
    say('What took the threads'),
    HELD,
    rows.map(({ title, held_ms }) => row(HELD, [prose(title), duration(held_ms), share(held_ms, all)])),
    { class: 'narrow' },
  );
}
