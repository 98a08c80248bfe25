/** What an outcome or a finding means, whatever the log: the texts that are in the documentation, too. */

import { prose, worded } from './cells.js';
import { h } from './dom.js';
import { say } from './language/say.js';
import { disclosure } from './table.js';

/** @import { Case } from './rawlines.js' */

/**
 * A button that opens them.
 *
 * @param {Case} held
 * @param {string} code
 * @param {string} of What it is the meaning of, for ears.
 */
export function meaning(held, code, of) {
  const panel = h('div', { class: 'panel guide' });
  const ears = h('span', { class: 'for-ears' }, `: ${worded(of)}`);
  return [disclosure([say('What it means'), ears], panel, panel, () => guide(held, code)), panel];
}

/**
 * @param {Case} held
 * @param {string} code
 */
async function guide(held, code) {
  const found = await held.client.guide(code);
  if (!found) throw new Error(say('Nothing is written of {code}.', { code }));
  const { kind, means, why, steps, not, grades, thresholds, reference } = found;
  const part = (/** @type {string} */ title, /** @type {string} */ text) =>
    text && [h('h4', {}, title), h('p', {}, prose(text))];
  return [
    h('p', {}, prose(means)),
    part(kind === 'outcome' ? say('How it is told') : say('Why it happens'), why),
    h('h4', {}, say('What to do')),
    steps.length === 1
      ? h('p', {}, prose(steps[0] ?? ''))
      : h(
          'ol',
          {},
          steps.map((step) => h('li', {}, prose(step))),
        ),
    part(say('What it does not mean'), not),
    part(say('How much it matters'), grades),
    thresholds.length > 0 && [h('h4', {}, say('Thresholds')), h('p', {}, thresholds.join(', '))],
    reference && h('p', {}, say('See'), ' ', h('a', { href: reference, rel: 'noreferrer', target: '_blank' }, reference)),
  ];
}
