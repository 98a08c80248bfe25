/** The case in one sentence, with the few figures that everybody asks for first. */

import { badge } from './cells.js';
import { h } from './dom.js';
import { UNKNOWN, counted, duration, moment, number, share, zone } from './format.js';

/** @import { Report, Totals } from './types' */

/** @param {Report} report */
export function verdict(report) {
  const { severity, sentence } = report.verdict;
  return h(
    'section',
    { class: 'verdict', 'data-severity': severity, 'aria-labelledby': 'verdict' },
    badge(severity),
    h('h1', { id: 'verdict', tabindex: -1 }, sentence),
    report.totals.activesync > 0 && figures(report.totals),
  );
}

/** @param {Totals} totals */
function figures(totals) {
  const { period } = totals;
  return h(
    'dl',
    { class: 'figures' },
    figure('Pings', number(totals.pings), `${number(totals.ping_conflicts)} answered 409 (${share(totals.ping_conflicts, totals.pings)})`),
    figure('Syncs', number(totals.syncs), `${number(totals.conflicts - totals.ping_conflicts)} of other commands answered 409`),
    figure('Devices', number(totals.devices), counted(totals.users, 'user')),
    period
      ? figure('Time covered', duration(period.span_ms), `${moment(period.first)} to ${moment(period.last)}, ${zone(period.first)}`)
      : figure('Time covered', UNKNOWN, 'These lines carry no time.'),
  );
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} note
 */
function figure(name, value, note) {
  return h('div', {}, h('dt', {}, name), h('dd', {}, h('b', {}, value), h('small', {}, note)));
}
