/** What several tables have in their cells. */

import { h } from './dom.js';
import { CERTAINTY, SEVERITY, UNKNOWN, duration, listParts, milliseconds, number, upright } from './format.js';
import { say } from './language/say.js';
import { told } from './language/told.js';
import { go, toFragment } from './state.js';

/** @import { Certainty, Condition, Maybe, Severity } from './types' */
/** @import { Child } from './dom.js' */

/**
 * How much something matters, as a word; the colour only repeats it.
 *
 * @param {Severity} severity
 */
export const badge = (severity) => h('span', { class: 'badge', 'data-severity': severity }, say(SEVERITY[severity]));

/** @param {Certainty} certainty */
export const certaintyTag = (certainty) => h('span', { class: 'tag' }, say(CERTAINTY[certainty]));

/**
 * A text out of a log, which may be written in any direction and never changes that of the words around it.
 *
 * @param {Maybe<string>} text
 */
export const logged = (text) => (text === null || text === undefined ? UNKNOWN : h('bdi', {}, upright(text)));

/**
 * Several texts out of a log, as a list in words.
 *
 * @param {string[]} texts
 */
export const loggedList = (texts) =>
  listParts(texts).map(({ type, value }) => (type === 'element' ? logged(value) : value));

/**
 * A sentence of the core, in the language of the page.
 *
 * @param {string} sentence
 */
export function prose(sentence) {
  const { text, foreign } = told(sentence);
  const parts = typed(text);
  // What is not in the page's language is spoken as what it is.
  return foreign ? [h('span', { lang: 'en' }, parts)] : parts;
}

/**
 * A text in which what is between backticks is to be typed or read to the letter. A number stays on one line with its
 * percent sign.
 *
 * @param {string} text
 */
export const typed = (text) =>
  upright(text)
    .replaceAll(' %', '\u00a0%')
    .split('`')
    .map((part, index) => (index % 2 === 1 ? h('code', {}, part) : part));

/**
 * The same where there are no elements: labels, captions.
 *
 * @param {string} text
 */
export const worded = (text) => upright(told(text).text);

/**
 * A heading of a row with what explains it.
 *
 * @param {Child} title
 * @param {Child[]} paragraphs
 */
export const explained = (title, ...paragraphs) => [
  h('div', { class: 'title' }, title),
  paragraphs.map((paragraph) => paragraph && h('p', { class: 'why' }, paragraph)),
];

/**
 * A number of requests that leads to them in the table of all requests.
 *
 * @param {number} count
 * @param {Condition[]} conditions
 */
export function leads(count, conditions) {
  // A report that was saved leads to no requests.
  if (count === 0 || document.documentElement.hasAttribute('data-bare')) return amount(count);
  const query = { conditions };
  const follow = (/** @type {MouseEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(query);
  };
  return h('a', { class: 'leads', href: `#requests${toFragment(query)}`, onclick: follow }, number(count));
}

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
