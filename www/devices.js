/** The devices, and how each fares. */

import { amount, explained, leads, logged, loggedList, time } from './cells.js';
import { h } from './dom.js';
import { UNKNOWN, duration, isolated, moment, number, share } from './format.js';
import { mark, say } from './language/say.js';
import { pagedTable } from './paging.js';
import { lifeline } from './lifeline.js';
import { requestList } from './requests.js';
import { section } from './section.js';
import { openable } from './table.js';

/** @import { Condition, DeviceRow } from './types' */
/** @import { Case } from './rawlines.js' */

const COLUMNS = [
  { title: mark('Device and user'), class: 'name who' },
  { title: mark('Requests'), number: true },
  { title: mark('Syncs'), number: true },
  { title: mark('Pings'), number: true },
  { title: mark('Answered 409'), number: true, class: 'first-of-group' },
  { title: mark('by a Sync'), number: true },
  { title: mark('by a Ping'), number: true },
  { title: mark('by another'), number: true },
  { title: mark('unseen'), number: true },
  { title: mark('Ping median'), number: true, class: 'first-of-group' },
  { title: mark('Longest'), number: true },
  { title: mark('Heartbeat seen'), number: true },
  { title: mark('First and last seen'), class: 'first-of-group moment' },
];

/** @param {Case} held */
export async function devices(held) {
  const all = held.report.devices;
  if (all.length === 0) return section('devices', say('Devices'), say('No request in these logs names a device.'));
  const draw = (/** @type {number} */ from, /** @type {number} */ to) =>
    all.slice(from, to).flatMap((device) => rows(held, device));
  return section(
    'devices',
    say('Devices'),
    say(
      all.length === 1
        ? '1 device. The heartbeat is inferred from Pings that ran their full time.'
        : '{count} devices, the busiest first. The heartbeat is inferred from Pings that ran their full time.',
      { count: number(all.length) },
    ),
    await pagedTable(say('Devices'), COLUMNS, all.length, draw, { hideCaption: true, class: 'devices' }),
  );
}

/**
 * @param {Case} held
 * @param {DeviceRow} device
 */
function rows(held, device) {
  const { ping_durations: durations, first, last } = device;
  const client = device.client ?? device.device_type;
  /** @type {Condition} */
  const own = { column: 'device', is: [device.device] };
  return openable(
    COLUMNS,
    (button) => [
      explained(button, device.users.length > 0 && loggedList(device.users), client && logged(client)),
      leads(device.requests, [own]),
      leads(device.syncs, [own, { column: 'command', is: ['Sync'] }]),
      leads(device.pings, [own, { column: 'command', is: ['Ping'] }]),
      [
        number(device.ping_conflicts),
        device.pings > 0 && h('small', {}, say('{share} of Pings', { share: share(device.ping_conflicts, device.pings) })),
      ],
      amount(device.superseded_by_sync),
      amount(device.superseded_by_ping),
      amount(device.superseded_by_other),
      amount(device.superseded_unseen),
      time(durations.median),
      time(durations.max),
      duration(device.heartbeat_ms),
      first || last ? [moment(first), h('br'), moment(last)] : UNKNOWN,
    ],
    logged(device.device),
    async () => [
      await deviceLine(held, device.device),
      await requestList(
        held,
        [
          { column: 'device', is: [device.device] },
          { column: 'status', is: ['409'] },
        ],
        say('Requests of {device} answered 409, in order of time', { device: isolated(device.device) }),
      ),
    ],
  );
}

/**
 * The lifeline of a device, from its first request on.
 *
 * @param {Case} held
 * @param {string} device
 */
async function deviceLine(held, device) {
  if (held.bare) return null;
  const [first] = await held.client.select({ conditions: [{ column: 'device', is: [device] }] });
  return first === undefined ? null : lifeline(held, first, { device: true });
}
