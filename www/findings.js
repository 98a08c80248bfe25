/** Patterns over many requests, the most serious first, each with what to do, whom it concerns and the lines that show it. */

import { badge, certaintyTag, logged, prose, worded } from './cells.js';
import { h } from './dom.js';
import { counted, listParts, number, spanned } from './format.js';
import { meaning } from './guide.js';
import { mark, say } from './language/say.js';
import { rawPlace } from './rawlines.js';
import { listOf } from './requests.js';
import { section } from './section.js';
import { disclosure } from './table.js';
import { thresholds } from './thresholds.js';

/** @import { Concerned, Finding } from './types' */
/** @import { Case } from './rawlines.js' */
/** @import { Child } from './dom.js' */

/** @param {Case} held */
export function findings(held) {
  const place = h('div', { class: 'found' }, list(held));
  const again = () => place.replaceChildren(list(held));
  return section('findings', say('Findings'), null, place, !held.bare && thresholds(held, again));
}

/** @param {Case} held */
function list(held) {
  const found = held.report.findings;
  if (found.length === 0) return h('p', { class: 'lead' }, say('No pattern stands out in these logs.'));
  return h(
    'ol',
    { class: 'findings' },
    found.map((finding) => card(held, finding)),
  );
}

/**
 * @param {Case} held
 * @param {Finding} finding
 */
function card(held, finding) {
  const { severity, certainty, title, sentence, advice, evidence } = finding;
  return h(
    'li',
    { class: 'finding', 'data-severity': severity },
    h('div', { class: 'marks' }, badge(severity), certaintyTag(certainty)),
    h('p', { class: 'extent' }, extent(finding)),
    h(
      'div',
      { class: 'story' },
      h('h3', {}, prose(title)),
      h('p', {}, prose(sentence)),
      steps(advice),
      concerned(finding.concerned),
    ),
    h(
      'div',
      { class: 'further' },
      evidence.length > 0 && lines(held, finding),
      finding.requests > 0 && !held.bare && requests(held, finding),
      meaning(held, finding.code, title),
    ),
  );
}

/**
 * How often, when and on how many devices.
 *
 * @param {Finding} finding
 */
function extent({ count, devices, first, last }) {
  const parts = [counted(count, 'time'), devices > 0 && counted(devices, 'device')];
  if (first && last) parts.push(spanned({ first, last }));
  return parts.filter(Boolean).join(' · ');
}

/** @param {string[]} advice */
function steps(advice) {
  const [only, ...more] = advice;
  if (only === undefined) return null;
  const lead = h('b', {}, say('What to do:'), ' ');
  if (more.length === 0) return h('p', {}, lead, prose(only));
  return [
    h('p', {}, lead),
    h(
      'ol',
      { class: 'steps' },
      advice.map((step) => h('li', {}, prose(step))),
    ),
  ];
}

/**
 * Those who are concerned most, a line for each kind.
 *
 * @param {Concerned[]} whom
 */
function concerned(whom) {
  const kinds = [...new Set(whom.map(({ what }) => what))];
  return kinds.map((kind) => {
    const those = whom.filter(({ what }) => what === kind);
    const names = listParts(those.map(({ name }) => name));
    let at = 0;
    /** @type {Child[]} */
    const said = names.map(({ type, value }) => {
      if (type !== 'element') return value;
      const { count } = /** @type {Concerned} */ (those[at++]);
      return [logged(value), count > 1 && `\u00a0(${number(count)})`];
    });
    return h('p', { class: 'concerned' }, `${say(KIND[kind][those.length === 1 ? 0 : 1])}: `, said);
  });
}

/** @type {Record<Concerned['what'], [string, string]>} One, and several. */
const KIND = {
  device: [mark('Device'), mark('Devices, most often first')],
  user: [mark('User'), mark('Users, most often first')],
  network: [mark('Network'), mark('Networks, most often first')],
  file: [mark('File'), mark('Files')],
};

/**
 * @param {Case} held
 * @param {Finding} finding
 */
function lines(held, { evidence, title }) {
  const panel = h('div', { class: 'panel' });
  const count = evidence.length + evidence.filter(({ cause }) => cause).length;
  const label = say('Show {lines}', { lines: counted(count, 'line') });
  const button = disclosure([label, h('span', { class: 'for-ears' }, ' ', say('that show: {title}', { title: worded(title) }))], panel, panel, () =>
    Promise.all(
      evidence.map(async ({ line, cause }) => [
        await rawPlace(held, line),
        cause && (await rawPlace(held, cause, say('What followed'))),
      ]),
    ),
  );
  return [button, panel];
}

/**
 * All requests that it speaks of.
 *
 * @param {Case} held
 * @param {Finding} finding
 */
function requests(held, { code, title, requests: count }) {
  const panel = h('div', { class: 'panel' });
  const ears = h('span', { class: 'for-ears' }, `: ${worded(title)}`);
  const button = disclosure([say('Show {requests}', { requests: counted(count, 'request') }), ears], panel, panel, async () =>
    listOf(held, await held.client.requestsOf(code), say('{title}: its requests, in order of time', { title: worded(title) })),
  );
  return [button, panel];
}
