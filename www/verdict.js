/** The case in one sentence, with the few figures that everybody asks for first. */

import { badge, prose } from './cells.js';
import { h } from './dom.js';
import { passOn } from './export.js';
import { UNKNOWN, counted, duration, number, share, spanned, zones } from './format.js';
import { say } from './language/say.js';

/** @import { Period, Report } from './types' */
/** @import { Case } from './rawlines.js' */

/** @param {Case} held */
export function verdict(held) {
  const { report } = held;
  const { severity, sentence } = report.verdict;
  return h(
    'section',
    { class: 'verdict', 'data-severity': severity, 'aria-labelledby': 'verdict' },
    badge(severity),
    h('h1', { id: 'verdict', tabindex: -1 }, prose(sentence)),
    report.totals.activesync > 0 && figures(report),
    held.frozen && h('p', { class: 'muted' }, saved(report)),
    !held.frozen &&
      h('button', { type: 'button', id: 'pass-on', 'aria-haspopup': 'dialog', onclick: () => passOn(held) }, say('Pass it on …')),
  );
}

/**
 * What somebody must know who was sent a report.
 *
 * @param {Report} report
 */
const saved = ({ devices }) =>
  devices.some(({ device }) => /^device-\d+$/.test(device))
    ? say('This is a saved report; its logs are not here. Names such as user-05 stand for others, and whoever sent it has the key.')
    : say('This is a saved report; its logs are not here.');

/** @param {Report} report */
function figures({ totals, commands }) {
  const { period } = totals;
  const ofSync = commands.find(({ cmd }) => cmd === 'Sync')?.statuses ?? [];
  const syncConflicts = ofSync.find(({ status }) => status === 409)?.count ?? 0;
  return h(
    'dl',
    { class: 'figures' },
    figure(say('Pings'), number(totals.pings), answered409(totals.ping_conflicts, totals.pings)),
    figure(say('Syncs'), number(totals.syncs), answered409(syncConflicts, totals.syncs)),
    figure(say('Devices'), number(totals.devices), counted(totals.users, 'user')),
    period
      ? figure(say('Time covered'), covered(period), `${spanned(period)}, ${zones(period)}`)
      : figure(say('Time covered'), UNKNOWN, say('These lines carry no time.')),
  );
}

/** @param {Period} period */
const covered = (period) => (period.span_ms > 0 ? duration(period.span_ms) : say('One moment'));

/**
 * @param {number} conflicts
 * @param {number} all
 */
const answered409 = (conflicts, all) =>
  conflicts === 0
    ? say('none answered 409')
    : say('{conflicts} answered 409 ({share})', { conflicts: number(conflicts), share: share(conflicts, all) });

/**
 * @param {string} name
 * @param {string} value
 * @param {string} note
 */
function figure(name, value, note) {
  return h('div', {}, h('dt', {}, name), h('dd', {}, h('b', {}, value), h('small', {}, note)));
}
