/**
 * Ranges as somebody types them: `> 5 min`, `2 s - 10 s`, `300..`, `2010-03-01 07:13 - 2010-03-01 08:00`.
 *
 * @typedef {[number | null, number | null]} Range
 */

const UNITS = new Map([
  ['ms', 1],
  ['s', 1000],
  ['min', 60_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/**
 * A range of durations, in milliseconds; a number without a unit is seconds.
 *
 * @param {string} text
 * @returns {Range | undefined} `undefined` if it is none.
 */
export const durations = (text) => range(text, /\s*(?:\.\.|–|-|to|bis|[~～])\s*/, duration);

/**
 * A range of whole numbers.
 *
 * @param {string} text
 * @returns {Range | undefined}
 */
export const numbers = (text) =>
  range(text, /\s*(?:\.\.|–|-|to|bis|[~～])\s*/, (part) => {
    const plain = part.replaceAll(/(?<=\d)[.,\s](?=\d{3}(?!\d))/g, '');
    return /^\d+$/.test(plain) ? [Number(plain), Number(plain)] : undefined;
  });

/**
 * A range of moments by the clock of the log, in milliseconds since 1970.
 *
 * @param {string} text
 * @param {number} zone How many minutes that clock is ahead of UTC.
 * @returns {Range | undefined}
 */
export const moments = (text, zone) =>
  range(text, /\s*(?:\.\.|–|\s-\s|\sto\s|\sbis\s|[~～])\s*/, (part) => {
    const [, year, month, day, hour, minute, second] =
      /^(\d{4})-(\d\d?)-(\d\d?)(?:[ T](\d\d?)(?::(\d\d)(?::(\d\d))?)?)?$/.exec(part) ?? [];
    if (!year) return undefined;
    const at = Date.UTC(+year, Number(month) - 1, Number(day), Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0));
    const length = second ? 1000 : minute ? 60_000 : hour ? 3_600_000 : 86_400_000;
    const from = at - zone * 60_000;
    return [from, from + length - 1];
  });

/**
 * What a text stands for: from its first to its last millisecond, as `2010-03-01` is a whole day.
 *
 * @callback Read
 * @param {string} part
 * @returns {[number, number] | undefined}
 */

/**
 * @param {string} text
 * @param {RegExp} between
 * @param {Read} read
 * @returns {Range | undefined}
 */
function range(text, between, read) {
  const [, sign, rest] = /^\s*(>=|<=|>|<|≥|≤)?\s*(.*?)\s*$/.exec(text) ?? [];
  if (rest === undefined || rest === '') return undefined;
  if (sign) {
    const one = read(rest);
    if (!one) return undefined;
    if (sign === '>') return [one[1] + 1, null];
    if (sign === '<') return [null, one[0] - 1];
    return sign === '>=' || sign === '≥' ? [one[0], null] : [null, one[1]];
  }
  const whole = read(rest);
  if (whole) return whole;
  const [from = '', to = '', ...more] = rest.split(between);
  const [low, high] = [from ? read(from) : null, to ? read(to) : null];
  if (more.length > 0 || low === undefined || high === undefined || (!low && !high)) return undefined;
  return [low ? low[0] : null, high ? high[1] : null];
}

/** @type {Read} */
function duration(part) {
  const parts = [...part.matchAll(/(\d+(?:[.,]\d+)?)\s*([a-z]*)\s*/gi)];
  if (parts.length === 0 || parts.map(([all]) => all).join('') !== part) return undefined;
  let sum = 0;
  for (const [, amount, unit] of parts) {
    const scale = UNITS.get(unit?.toLowerCase() || 's');
    if (!scale) return undefined;
    sum += Number(amount?.replace(',', '.')) * scale;
  }
  return [sum, sum];
}
