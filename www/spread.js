/** Pictures of durations: one line a row, all rows of a table on one logarithmic scale. */

import { svg } from './dom.js';

/** @import { Maybe, Spread } from './types' */

/** Where the scale of the pictures begins: shorter than this, nobody waits. */
const FLOOR_MS = 1000;

/** Marks on the scale, as far as they lie within it. */
const MARKS = /** @type {const} */ ([
  [1000, '1 s'],
  [10_000, '10 s'],
  [60_000, '1 min'],
  [300_000, '5 min'],
  [1_800_000, '30 min'],
]);

const WIDTH = 220;

/** A word at either end of the axis would not fit under its mark. */
const anchor = (/** @type {number} */ x) => (x < 16 ? 'start' : x > WIDTH - 16 ? 'end' : 'middle');

/**
 * A logarithmic scale for the pictures of one table, long enough for the longest of its durations.
 *
 * @param {Maybe<number>} longest
 */
export function scale(longest) {
  const end = Math.max(longest ?? 0, 10_000) * 1.1;
  const x = (/** @type {number} */ ms) =>
    (Math.log(Math.max(ms, FLOOR_MS) / FLOOR_MS) / Math.log(end / FLOOR_MS)) * (WIDTH - 4) + 2;
  const marks = MARKS.filter(([ms]) => ms <= end);
  // A mark too near to the next one is left out, so that their words do not touch.
  const named = marks.filter(([ms], index) => x(marks[index + 1]?.[0] ?? Number.POSITIVE_INFINITY) - x(ms) > 36);
  return {
    /** The axis, for the heading of the column. */
    axis: () =>
      svg(
        'svg',
        { class: 'axis', viewBox: `0 0 ${WIDTH} 14`, width: WIDTH, height: 14, 'aria-hidden': 'true' },
        named.map(([ms, text]) => svg('text', { x: x(ms), y: 11, 'text-anchor': anchor(x(ms)) }, text)),
      ),
    /**
     * From the shortest to the longest as a line, the middle half of the story (median to 90th) as a bar on it. The
     * figures stand beside it in the row, so it is not read aloud.
     *
     * @param {Spread} spread
     */
    picture: (spread) => {
      const { min, median, p90, max } = spread;
      const grid = marks.map(([ms]) => svg('line', { class: 'grid', x1: x(ms), x2: x(ms), y1: 0, y2: 26 }));
      const drawn =
        typeof min === 'number' && typeof median === 'number' && typeof p90 === 'number' && typeof max === 'number';
      return svg(
        'svg',
        { class: 'spread', viewBox: `0 0 ${WIDTH} 26`, width: WIDTH, height: 26, 'aria-hidden': 'true' },
        grid,
        drawn && [
          svg('line', { class: 'range', x1: x(min), x2: x(max), y1: 13, y2: 13 }),
          svg('rect', { class: 'most', x: x(median), y: 8, width: Math.max(2, x(p90) - x(median)), height: 10, rx: 2 }),
          svg('line', { class: 'median', x1: x(median), x2: x(median), y1: 4, y2: 22 }),
        ],
      );
    },
  };
}
