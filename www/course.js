/** The picture of the load over time: how much was open, and what began. */

import { h, svg } from './dom.js';
import { moment, number } from './format.js';

/** @import { Curve, LoadReport } from './types' */

/** Heights, in pixels: of the upper part, of its words, of the lower part. */
const [PLOT, WORDS, BARS] = [170, 22, 44];

/** Distances of marks, in milliseconds: such as divide hours and days. */
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((n) => n * DAY),
];

/** Marks at the most: their words must not touch on a narrow screen. */
const MARKS = 6;

/**
 * The parts are drawn in units of buckets and requests, and stretched to the place that there is; words are not.
 *
 * @param {Curve} curve
 * @param {LoadReport} load
 */
export function course(curve, load) {
  const count = curve.most.length;
  const highest = Math.max(1, ...curve.most, load.threads_wanted);
  const top = highest * 1.12;
  const y = (/** @type {number} */ value) => PLOT - (value / top) * PLOT;
  const at = (/** @type {number} */ bucket) => `${(bucket / count) * 100}%`;
  const from = clock(curve.from);
  const step = STEPS.find((length) => (count * curve.bucket_ms) / length <= MARKS) ?? 364 * DAY;
  const marks = [];
  for (let ms = Math.ceil(from / step) * step; ms < from + count * curve.bucket_ms; ms += step) marks.push(ms);
  const place = (/** @type {number} */ ms) => at((ms - from) / curve.bucket_ms);

  const scale = steps(highest).map((value) => [
    svg('line', { class: 'grid', x1: '0', x2: '100%', y1: y(value), y2: y(value) }),
    svg('text', { x: 4, y: y(value) - 3 }, number(value)),
  ]);
  const times = marks.map((ms) => [
    svg('line', { class: 'grid', x1: place(ms), x2: place(ms), y1: 0, y2: PLOT + 4 }),
    svg('text', { x: place(ms), y: PLOT + 16, dx: 3 }, word(ms, step)),
  ]);
  const means = curve.mean_hundredths.map((value) => value / 100);
  const upper = stretched(0, PLOT, count, [
    svg('path', { class: 'area', d: `${steady(curve.pings, y)}V${PLOT}H0Z` }),
    svg('path', { class: 'mean', d: steady(means, y) }),
    svg('path', { class: 'most', d: steady(curve.most, y) }),
  ]);
  const wanted = y(load.threads_wanted);
  const busiest = Math.max(1, ...curve.requests);
  const bar = (/** @type {number[]} */ values, /** @type {string} */ name) =>
    svg('path', { class: name, d: `${steady(values, (value) => BARS - (value / busiest) * BARS)}V${BARS}H0Z` });
  const lower = stretched(PLOT + WORDS, BARS, count, [bar(curve.requests, 'requests'), bar(curve.conflicts, 'conflicts')]);

  return h(
    'figure',
    { class: 'course' },
    svg(
      'svg',
      { width: '100%', height: PLOT + WORDS + BARS, role: 'img', 'aria-label': spoken(curve, load) },
      scale,
      times,
      upper,
      load.threads_wanted > 0 && [
        svg('line', { class: 'wanted', x1: '0', x2: '100%', y1: wanted, y2: wanted }),
        svg('text', { class: 'wanted', x: '100%', y: wanted - 4, dx: -4, 'text-anchor': 'end' }, `${number(load.threads_wanted)} threads asked for`),
      ],
      lower,
    ),
    h(
      'figcaption',
      {},
      key('most', 'most requests open at once'),
      key('area', 'Pings among them'),
      key('mean', 'on average'),
      key('requests', 'below: requests begun'),
      key('conflicts', 'answered 409'),
    ),
  );
}

/**
 * A part of the picture in units of its own.
 *
 * @param {number} y
 * @param {number} height
 * @param {number} width
 * @param {SVGElement[]} parts
 */
const stretched = (y, height, width, parts) =>
  svg('svg', { y, width: '100%', height, viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none' }, parts);

/**
 * A line that is level within each bucket.
 *
 * @param {number[]} values
 * @param {(value: number) => number} y
 */
const steady = (values, y) => values.map((value, x) => `${x ? 'V' : 'M0 '}${y(value).toFixed(1)}H${x + 1}`).join('');

/**
 * Round numbers up to the highest.
 *
 * @param {number} highest
 */
function steps(highest) {
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = [1, 2, 5, 10].map((n) => (n * power) / 5).find((n) => n >= 1 && highest / n <= 4.5) ?? power;
  return [1, 2, 3, 4].map((n) => n * step).filter((value) => value <= highest);
}

/**
 * The log's own clock, as if it were UTC.
 *
 * @param {string} rfc3339
 */
const clock = (rfc3339) => Date.parse(`${rfc3339.slice(0, 19)}Z`);

/**
 * What stands at a mark: the time of day, or the day where one begins.
 *
 * @param {number} ms
 * @param {number} step
 */
function word(ms, step) {
  const text = new Date(ms).toISOString();
  return step >= DAY || ms % DAY === 0 ? text.slice(step >= DAY ? 0 : 5, 10) : text.slice(11, 16);
}

/**
 * @param {string} name
 * @param {string} text
 */
const key = (name, text) =>
  h('span', {}, svg('svg', { width: 18, height: 10, 'aria-hidden': 'true' }, swatch(name)), text);

/** @param {string} name */
const swatch = (name) =>
  name === 'most' || name === 'mean'
    ? svg('path', { class: name, d: 'M0 5H18' })
    : svg('rect', { class: name, width: 18, height: 10 });

/**
 * The picture for who cannot see it; its figures follow in a table.
 *
 * @param {Curve} curve
 * @param {LoadReport} load
 */
const spoken = (curve, { peak }) =>
  `Open requests over time from ${moment(curve.from)} on; most of them, ${number(peak?.count ?? 0)}, at ${moment(peak?.at)}.`;
