/** What several tables have in their cells. */

import { h } from './dom.js';
import { CERTAINTY, SEVERITY, UNKNOWN, duration, milliseconds, number } from './format.js';

/** @import { Certainty, Maybe, Severity } from './types' */

/**
 * How much something matters, as a word; the colour only repeats it.
 *
 * @param {Severity} severity
 */
export const badge = (severity) => h('span', { class: 'badge', 'data-severity': severity }, SEVERITY[severity]);

/** @param {Certainty} certainty */
export const certaintyTag = (certainty) => h('span', { class: 'tag' }, CERTAINTY[certainty]);

/**
 * A heading of a row with the sentence that explains it.
 *
 * @param {import('./dom.js').Child} title
 * @param {string} sentence
 */
export const explained = (title, sentence) => [title, h('p', { class: 'why' }, sentence)];

/**
 * A duration for the eye and, under it, to the millisecond as the log has it.
 *
 * @param {Maybe<number>} ms
 */
export function time(ms) {
  if (ms === null || ms === undefined) return UNKNOWN;
  return ms < 1000 ? milliseconds(ms) : [duration(ms), h('small', {}, milliseconds(ms))];
}

/**
 * A number in a table of many noughts, which step back so that the others are seen.
 *
 * @param {number} value
 */
export const amount = (value) => (value === 0 ? h('span', { class: 'none' }, '0') : number(value));
