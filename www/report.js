/** The whole report of one case, in the order in which it is read. */

import { commands } from './commands.js';
import { comparison } from './compare.js';
import { conflicts } from './conflicts.js';
import { devices } from './devices.js';
import { h } from './dom.js';
import { events, hasEvents } from './events.js';
import { explorer } from './explorer.js';
import { files } from './files.js';
import { findings } from './findings.js';
import { heartbeats } from './heartbeats.js';
import { say } from './language/say.js';
import { lineSearch } from './lines.js';
import { load } from './load.js';
import { pings } from './pings.js';
import { verdict } from './verdict.js';
import { waiting } from './waiting.js';

/** @import { Unread } from './types' */
/** @import { Case } from './rawlines.js' */

/**
 * @param {Case} held
 * @param {Unread[]} unread
 * @returns {AsyncGenerator<Element, void>} Its parts, the verdict first. Each is made when it is asked for, so that a
 *   long report does not block the page.
 */
export async function* drawReport(held, unread) {
  const { report } = held;
  yield verdict(held);
  // What holds no request has nothing to put into the other sections, and one empty section after the other says it
  // worse.
  const plain = report.totals.lines.records === 0;
  if (plain && !hasEvents(report.events)) return yield files(held, unread).element;
  const links = h('ul');
  yield h('nav', { 'aria-label': say('Parts of the report') }, links);
  const read = () => files(held, unread);
  const said = () => events(held);
  const ofRequests = [
    () => findings(held),
    read,
    () => commands(report),
    () => conflicts(held),
    () => pings(held),
    () => devices(held),
    () => load(report),
    () => heartbeats(report),
    () => waiting(held),
    () => (held.bare ? undefined : explorer(held)),
    // Lines are those of logs.
    () => (held.frozen ? undefined : lineSearch(held)),
    said,
    () => comparison(held),
  ];
  const sections = plain ? [said, read] : ofRequests;
  for (const make of sections) {
    const section = await make();
    if (!section) continue;
    links.append(h('li', {}, h('a', { href: `#${section.id}` }, section.title)));
    yield section.element;
  }
}
