/** Patterns over many requests, the most serious first, each with the lines that show it. */

import { badge, certaintyTag, prose } from './cells.js';
import { h } from './dom.js';
import { counted, number, upright } from './format.js';
import { rawPlace } from './rawlines.js';
import { section } from './section.js';
import { disclosure } from './table.js';

/** @import { Finding } from './types' */
/** @import { Case } from './rawlines.js' */

/** @param {Case} held */
export function findings(held) {
  const found = held.report.findings;
  if (found.length === 0) return section('findings', 'Findings', 'No pattern stands out in these logs.');
  return section(
    'findings',
    'Findings',
    null,
    h(
      'ol',
      { class: 'findings' },
      found.map((finding) => card(held, finding)),
    ),
  );
}

/**
 * @param {Case} held
 * @param {Finding} finding
 */
function card(held, finding) {
  const { severity, certainty, title, sentence, advice, count, devices, evidence } = finding;
  const extent = [counted(count, 'time'), devices > 0 && counted(devices, 'device')].filter(Boolean).join(' · ');
  return h(
    'li',
    { class: 'finding', 'data-severity': severity },
    h('div', { class: 'marks' }, badge(severity), certaintyTag(certainty)),
    h('p', { class: 'extent' }, extent),
    h(
      'div',
      { class: 'story' },
      h('h3', {}, upright(title)),
      h('p', {}, prose(sentence)),
      h('p', {}, h('b', {}, 'Advice: '), prose(advice)),
    ),
    evidence.length > 0 && lines(held, finding),
  );
}

/**
 * @param {Case} held
 * @param {Finding} finding
 */
function lines(held, { evidence, title }) {
  const panel = h('div', { class: 'panel' });
  const label = evidence.length === 1 ? 'Show a line' : `Show ${number(evidence.length)} lines`;
  const button = disclosure([label, h('span', { class: 'for-ears' }, ` that show: ${upright(title)}`)], panel, panel, () =>
    Promise.all(evidence.map((place) => rawPlace(held, place))),
  );
  return [button, panel];
}
