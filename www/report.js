/** The whole report of one case, in the order in which it is read. */

import { commands } from './commands.js';
import { conflicts } from './conflicts.js';
import { devices } from './devices.js';
import { h } from './dom.js';
import { files } from './files.js';
import { findings } from './findings.js';
import { pings } from './pings.js';
import { verdict } from './verdict.js';
import { waiting } from './waiting.js';

/** @import { Unread } from './types' */
/** @import { Case } from './rawlines.js' */

/**
 * @param {Case} held
 * @param {Unread[]} unread
 * @returns {Promise<Element[]>} Its parts, the verdict first.
 */
export async function drawReport(held, unread) {
  const { report } = held;
  // What is no log has nothing to put into the other sections, and one empty section after the other says it worse.
  if (report.totals.lines.records === 0) return [verdict(report), files(held, unread).element];
  const sections = [
    findings(held),
    files(held, unread),
    commands(report),
    conflicts(held),
    pings(held),
    await devices(held),
    await waiting(held),
  ].filter((section) => section !== undefined);
  const links = sections.map(({ id, title }) => h('li', {}, h('a', { href: `#${id}` }, title)));
  return [
    verdict(report),
    h('nav', { 'aria-label': 'Parts of the report' }, h('ul', {}, links)),
    ...sections.map(({ element }) => element),
  ];
}
