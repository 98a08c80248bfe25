/** Numbers, sizes, durations and moments as people read them, through `Intl` in the page's language. */

import { locale, mark, noun, onChoice, say } from './language/say.js';

/** @import { Certainty, Maybe, Period, Severity } from './types' */

/** What `Intl` is asked for, in the language of the page. */
const inLanguage = () => ({
  whole: new Intl.NumberFormat(locale(), { maximumFractionDigits: 0 }),
  upToTenths: new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }),
  tenths: new Intl.NumberFormat(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  and: new Intl.ListFormat(locale(), { type: 'conjunction' }),
});

let { whole, upToTenths, tenths, and } = inLanguage();
onChoice(() => ({ whole, upToTenths, tenths, and } = inLanguage()));

/** What stands where the log does not tell. */
export const UNKNOWN = '–';

/** @param {number} value */
export const number = (value) => whole.format(value);

/** @param {string[]} items */
export const list = (items) => and.format(items);

/**
 * The same list in parts, for items that are more than text.
 *
 * @param {string[]} items
 */
export const listParts = (items) => and.formatToParts(items);

/** Characters that turn the direction of whatever follows them, to the end of the page's own sentence if need be. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;

/** Letters that are written from right to left, which move the stops and digits beside them. */
const LEFTWARD = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * A text of which no character turns the direction of others. One that did is seen as a mark, for it belongs into no
 * name, and a name that it disguises shall not look like another.
 *
 * @param {string} text
 */
export const upright = (text) => text.replace(TURNS, '\ufffd');

/**
 * A text out of a log for where there are no elements: titles, labels, captions. Only a name that needs it is
 * isolated, so that any other can be searched for and copied as it is.
 *
 * @param {string} text
 */
export const isolated = (text) => (LEFTWARD.test(text) ? `\u2068${upright(text)}\u2069` : upright(text));

/**
 * A number with its noun: `1 line`, `0 lines`, `1,763 lines`.
 *
 * @param {number} value
 * @param {string} one
 * @param {string} [other]
 */
export function counted(value, one, other = `${one}s`) {
  return `${whole.format(value)} ${noun(value, one, other)}`;
}

/**
 * A share of a whole. It never rounds to nothing or to everything when it is neither.
 *
 * @param {number} part
 * @param {number} total
 */
export function share(part, total) {
  if (total === 0) return UNKNOWN;
  const ratio = part / total;
  const hundredths =
    ratio > 0 && ratio < 0.001 ? '< 0.1' : ratio < 1 && ratio > 0.999 ? '> 99.9' : tenths.format(ratio * 100);
  return `${hundredths}\u00a0%`;
}

/** @param {number} value */
export function bytes(value) {
  if (value < 1000) return counted(value, 'byte');
  for (const [unit, size] of /** @type {const} */ ([
    ['kB', 1e3],
    ['MB', 1e6],
  ])) {
    if (value < size * 999.5) return `${upToTenths.format(value / size)} ${unit}`;
  }
  return `${upToTenths.format(value / 1e9)} GB`;
}

/**
 * A number that is given in hundredths, with one decimal, rounded as the core's sentences do.
 *
 * @param {number} hundredths
 */
export function tenthsOf(hundredths) {
  const rounded = Math.floor((hundredths + 5) / 10) / 10;
  return rounded === 0 && hundredths > 0 ? '< 0.1' : tenths.format(rounded);
}

/**
 * How often something happens in an hour.
 *
 * @param {number} times
 * @param {number} ms
 */
export const perHour = (times, ms) => tenthsOf(Math.floor((times * 360_000_000) / Math.max(ms, 1)));

/** Units of time that a duration is split into, largest first. */
const UNITS = /** @type {const} */ ([
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
]);

/**
 * A duration in the two units that matter: `312 ms`, `4.2 s`, `5 min 3 s`, `3 d 4 h`. It is cut, not rounded, as the
 * core's sentences do, so that a table and the sentence below it never differ.
 *
 * @param {Maybe<number>} ms
 */
export function duration(ms) {
  if (ms === null || ms === undefined) return UNKNOWN;
  if (ms < 1000) return `${whole.format(ms)} ms`;
  if (ms < 10_000) return `${tenths.format(Math.floor(ms / 100) / 10)} s`;
  let left = Math.floor(ms / 1000);
  /** @type {string[]} */
  const parts = [];
  for (const [unit, seconds] of UNITS) {
    const amount = Math.floor(left / seconds);
    left -= amount * seconds;
    if (amount > 0) parts.push(`${amount} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

/**
 * The same duration to the millisecond, as the log writes it.
 *
 * @param {Maybe<number>} ms
 */
export const milliseconds = (ms) => (ms === null || ms === undefined ? UNKNOWN : `${whole.format(ms)} ms`);

/**
 * A moment to the second, as the log's own clock shows it. It is not moved to the reader's zone, so that it can be
 * found in the log.
 *
 * @param {Maybe<string>} rfc3339
 */
export function moment(rfc3339) {
  return rfc3339 ? rfc3339.slice(0, 19).replace('T', ' ') : UNKNOWN;
}

/**
 * From when to when, or the one moment that it is.
 *
 * @param {Pick<Period, 'first' | 'last'>} period
 */
export function span({ first, last }) {
  return first === last ? [moment(first)] : [moment(first), moment(last)];
}

/**
 * The same in words.
 *
 * @param {Pick<Period, 'first' | 'last'>} period
 */
export function spanned(period) {
  const [from = '', to] = span(period);
  return to === undefined ? from : say('{from} to {to}', { from, to });
}

/**
 * The zone that a moment is given in.
 *
 * @param {string} rfc3339
 */
export function zone(rfc3339) {
  const offset = /(?:Z|[+-]\d\d:\d\d)$/.exec(rfc3339)?.[0];
  if (!offset) return say('zone not stated');
  return offset === 'Z' ? 'UTC' : `UTC${offset.replace('-', '−')}`;
}

/**
 * The zones that the ends of a period are given in: logs of several servers, or summer time, may make two of them.
 *
 * @param {Period} period
 */
export function zones({ first, last }) {
  const [from, to] = [zone(first), zone(last)];
  return from === to ? from : list([from, to]);
}

/** @type {Record<Severity, string>} */
export const SEVERITY = { harmless: mark('Harmless'), watch: mark('Watch'), act: mark('Act') };

/** @type {Record<Certainty, string>} */
export const CERTAINTY = { certain: mark('certain'), likely: mark('likely'), possible: mark('possible') };
