/** How long devices wait with their Pings, and what other intervals would change. */

import { logged, prose } from './cells.js';
import { h } from './dom.js';
import { UNKNOWN, duration, isolated, moment, number, perHour, share } from './format.js';
import { mark, say } from './language/say.js';
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
    say('Heartbeats'),
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
  { title: mark('If the interval were') },
  { title: mark('as the maximum'), number: true },
  { title: mark('as the minimum'), number: true },
  { title: mark('Devices that a network cuts sooner'), number: true, class: 'first-of-group' },
];

/** @param {HeartbeatsReport} found */
function intervals(found) {
  const rate = (/** @type {number} */ times) => perHour(times, found.held_ms);
  // No network is seen to cut in most logs.
  const columns = found.timeouts.length > 0 ? INTERVALS : INTERVALS.slice(0, -1);
  return table(
    say('Wake-ups an hour to renew a Ping: {rate} now, and with other settings of the server', {
      rate: rate(found.by_heartbeat),
    }),
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
const range = (least, most) => (least === most ? least : say('{from} to {to}', { from: least, to: most }));

const TIMEOUTS = [
  { title: mark('Network') },
  { title: mark('Ends what is idle for about'), number: true },
  { title: mark('Pings that show it'), number: true },
  { title: mark('What phones do') },
];

/** @param {HeartbeatsReport} found */
const timeouts = ({ timeouts: rows }) =>
  table(
    say('Networks that end idle connections'),
    TIMEOUTS,
    rows.map(({ network, after_ms, pings, noticed }) =>
      row(TIMEOUTS, [
        network ? logged(network) : say('all together'),
        duration(Math.floor(after_ms / 10_000) * 10_000),
        number(pings),
        noticed ? say('They notice, and ask again') : say('They go on waiting, and miss answers'),
      ]),
    ),
  );

const DEVICES = [
  { title: mark('Device'), class: 'name who' },
  { title: mark('Heartbeat now'), number: true },
  { title: mark('One after the other'), class: 'name' },
  { title: mark('Pings that ran it'), number: true },
  { title: mark('Wake-ups an hour by it'), number: true, class: 'first-of-group' },
  { title: mark('by others'), number: true },
  { title: mark('Limited by'), class: 'first-of-group' },
];

/** @param {HeartbeatsReport} found */
const devices = (found) =>
  pagedTable(
    say('Heartbeats by device, the most wake-ups first'),
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
      prose(device.limited_by ?? ''),
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
  { title: mark('From'), class: 'moment' },
  { title: mark('Heartbeat'), number: true },
  { title: mark('Pings'), number: true },
];

/** @param {HeartbeatRow} device */
const steps = ({ device, steps: rows }) =>
  rows.length > 0 &&
  table(
    say('Heartbeats of {device}', { device: isolated(device) }),
    STEPS,
    rows.map(({ from, heartbeat_ms, pings }) => row(STEPS, [moment(from), duration(heartbeat_ms), number(pings)])),
    { class: 'narrow' },
  );

const TRIED = [
  { title: mark('If its heartbeat were') },
  { title: mark('Wake-ups an hour by it'), number: true },
];

/**
 * @param {HeartbeatsReport} found
 * @param {HeartbeatRow} device
 */
const tried = ({ intervals }, { device, tried: times, held_ms }) =>
  intervals.length > 0 &&
  table(
    say('{device} with other heartbeats', { device: isolated(device) }),
    TRIED,
    intervals.map(({ interval_ms }, index) =>
      row(TRIED, [duration(interval_ms), perHour(times[index] ?? 0, held_ms)]),
    ),
    { class: 'narrow' },
  );
