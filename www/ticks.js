/** Marks on an axis of time. */

/** Distances of marks, in milliseconds: such as divide minutes, hours and days. */
const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((n) => n * DAY),
];

/**
 * @param {number} from In milliseconds since 1970, by the clock that the marks are read off.
 * @param {number} to
 * @param {number} most How many marks there is room for.
 * @param {number} [least] The finest step, in milliseconds.
 * @returns {{ ms: number, word: string }[]}
 */
export function ticks(from, to, most, least = SECOND) {
  const step = STEPS.find((length) => length >= least && (to - from) / length <= most) ?? 364 * DAY;
  const marks = [];
  for (let ms = Math.ceil(from / step) * step; ms < to; ms += step) marks.push({ ms, word: word(ms, step) });
  return marks;
}

/**
 * Days where the step is days, else the time of day, with the day where one begins.
 *
 * @param {number} ms
 * @param {number} step
 */
function word(ms, step) {
  const [day = '', time = ''] = new Date(ms).toISOString().split('T');
  if (step >= DAY || ms % DAY === 0) return day.slice(5);
  return time.slice(0, step < MINUTE ? 8 : 5);
}
