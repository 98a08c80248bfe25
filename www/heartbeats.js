/** How long devices wait with their Pings, and what other intervals would change. */

import { logged, prose } from './cells.js';
import { h } from './dom.js';
import { UNKNOWN, duration, isolated, moment, number, perHour, share } from './format.js';
import { pagedTable } from './paging.js';
import { section } from './section.js';
import { openable, row, table } from './table.js';

/** @import { HeartbeatRow, HeartbeatsReport, Report } from './types' */

/** @param {Report} report */
export async function heartbeats({ heartbeats: found }) {
  const [first, ...others] = found.sentences;
  if (!first) return undefined;
  return section(
    'heartbeats',
    'Heartbeats',
    prose(first),
    found.intervals.length > 0 && intervals(found),
    h(
      'ul',
      { class: 'notes' },
      others.map((sentence) => h('li', {}, prose(sentence))),
    ),
    found.timeouts.length > 0 && timeouts(found),
    found.devices.length > 0 && (await devices(found)),
  );
}

const INTERVALS = [
  { title: 'If the interval were' },
  { title: 'as the maximum', number: true },
  { title: 'as the minimum', number: true },
  { title: 'Devices that a network cuts sooner', number: true, class: 'first-of-group' },
];

/** @param {HeartbeatsReport} found */
function intervals(found) {
  const rate = (/** @type {number} */ times) => perHour(times, found.held_ms);
  // No network is seen to cut in most logs.
  const columns = found.timeouts.length > 0 ? INTERVALS : INTERVALS.slice(0, -1);
  return table(
    `Wake-ups an hour to renew a Ping: ${rate(found.by_heartbeat)} now, and with other settings of the server`,
    columns,
    found.intervals.map((interval) => {
      const cells = [
        duration(interval.interval_ms),
        range(rate(interval.if_maximum_least), rate(interval.if_maximum_most)),
        rate(interval.if_minimum),
        number(interval.cut_devices),
      ];
      return row(columns, cells.slice(0, columns.length));
    }),
    { class: 'narrow' },
  );
}

/**
 * @param {string} least
 * @param {string} most
 */
const range = (least, most) => (least === most ? least : `${least} to ${most}`);

const TIMEOUTS = [
  { title: 'Network' },
  { title: 'Ends what is idle for about', number: true },
  { title: 'Pings that show it', number: true },
  { title: 'What phones do' },
];

/** @param {HeartbeatsReport} found */
const timeouts = ({ timeouts: rows }) =>
  table(
    'Networks that end idle connections',
    TIMEOUTS,
    rows.map(({ network, after_ms, pings, noticed }) =>
      row(TIMEOUTS, [
        network ? logged(network) : 'all together',
        duration(Math.floor(after_ms / 10_000) * 10_000),
        number(pings),
        noticed ? 'They notice, and ask again' : 'They go on waiting, and miss answers',
      ]),
    ),
  );

const DEVICES = [
  { title: 'Device', class: 'name who' },
  { title: 'Heartbeat now', number: true },
  { title: 'One after the other', class: 'name' },
  { title: 'Pings that ran it', number: true },
  { title: 'Wake-ups an hour by it', number: true, class: 'first-of-group' },
  { title: 'by others', number: true },
  { title: 'Limited by', class: 'first-of-group' },
];

/** @param {HeartbeatsReport} found */
const devices = (found) =>
  pagedTable(
    'Heartbeats by device, the most wake-ups first',
    DEVICES,
    found.devices.length,
    (from, to) => found.devices.slice(from, to).flatMap((device) => deviceRows(found, device)),
    { class: 'devices' },
  );

/**
 * @param {HeartbeatsReport} found
 * @param {HeartbeatRow} device
 */
function deviceRows(found, device) {
  const rate = (/** @type {number} */ times) => perHour(times, device.held_ms);
  return openable(
    DEVICES,
    (button) => [
      button,
      duration(device.heartbeat_ms),
      ladder(device),
      share(device.expired, device.pings),
      rate(device.by_heartbeat),
      rate(device.by_others),
      device.limited_by,
    ],
    logged(device.device),
    () => [steps(device), tried(found, device)],
  );
}

/** @param {HeartbeatRow} device */
function ladder({ steps, steps_before: before }) {
  const all = steps.map(({ heartbeat_ms: ms, pings }) => duration(ms) + (pings > 1 ? ` × ${number(pings)}` : ''));
  return [before > 0 && '… ', all.join(', ') || UNKNOWN];
}

const STEPS = [
  { title: 'From', class: 'moment' },
  { title: 'Heartbeat', number: true },
  { title: 'Pings', number: true },
];

/** @param {HeartbeatRow} device */
const steps = ({ device, steps: rows }) =>
  rows.length > 0 &&
  table(
    `Heartbeats of ${isolated(device)}`,
    STEPS,
    rows.map(({ from, heartbeat_ms, pings }) => row(STEPS, [moment(from), duration(heartbeat_ms), number(pings)])),
    { class: 'narrow' },
  );

const TRIED = [
  { title: 'If its heartbeat were' },
  { title: 'Wake-ups an hour by it', number: true },
];

/**
 * @param {HeartbeatsReport} found
 * @param {HeartbeatRow} device
 */
const tried = ({ intervals }, { device, tried: times, held_ms }) =>
  intervals.length > 0 &&
  table(
    `${isolated(device)} with other heartbeats`,
    TRIED,
    intervals.map(({ interval_ms }, index) =>
      row(TRIED, [duration(interval_ms), perHour(times[index] ?? 0, held_ms)]),
    ),
    { class: 'narrow' },
  );
