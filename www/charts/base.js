/**
 * What charts share. Axes, zoom and cursor are uPlot's; it draws on a canvas, so each chart says in words what it shows,
 * and what it leads to stands in a table as well.
 */

import uPlot from 'uplot';
import { moment } from '../format.js';

/**
 * A colour of the page's style, as a canvas takes it.
 *
 * @param {Element} element
 * @param {string} name As in `--accent`.
 */
export function colour(element, name) {
  // A canvas knows no light-dark(): the browser is asked what it comes to here.
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  element.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/**
 * Charts that were drawn, each with what ends it. What listens to the window keeps a chart, and its report with it; nothing
 * tells that a report has gone, so that the next one looks.
 *
 * @type {Map<HTMLElement, () => void>}
 */
const drawn = new Map();

/**
 * A chart that is as wide as its place, and that is drawn anew in other colours when the page has others.
 *
 * @param {HTMLElement} place
 * @param {(width: number) => uPlot} make
 */
export function living(place, make) {
  for (const [other, end] of drawn) if (!other.isConnected) end();
  /** @type {uPlot | undefined} */
  let chart;
  let width = 0;
  const draw = () => {
    const scales = chart && zoom(chart);
    chart?.destroy();
    chart = make(width);
    if (scales) chart.setScale('x', scales);
  };
  const observer = new ResizeObserver(([entry]) => {
    const now = Math.floor(entry?.contentRect.width ?? 0);
    if (now === 0 || now === width) return;
    width = now;
    if (chart) chart.setSize({ width, height: chart.height });
    else draw();
    drawn.set(place, end);
  });
  observer.observe(place);
  const gone = new AbortController();
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', () => chart && draw(), { signal: gone.signal });
  const end = () => {
    drawn.delete(place);
    observer.disconnect();
    // With a word: an error would keep all that called, which is the chart before, and so on.
    gone.abort('gone');
    chart?.destroy();
    chart = undefined;
  };
  return { chart: () => chart };
}

/**
 * What of the axis of time is in sight, if that is not all of it.
 *
 * @param {uPlot} chart
 */
export function zoom({ scales: { x }, data }) {
  const [first, last] = [data[0]?.[0] ?? 0, data[0]?.at(-1) ?? 0];
  const { min, max } = x ?? {};
  if (typeof min !== 'number' || typeof max !== 'number') return undefined;
  return min <= first && max >= last ? undefined : { min, max };
}

/**
 * Axes in the page's own look. Times are those of the log's clock, given as if they were UTC.
 *
 * @param {Element} element
 * @param {{ y?: Partial<uPlot.Axis>, x?: Partial<uPlot.Axis> }} [own]
 * @returns {uPlot.Axis[]}
 */
export function axes(element, { x = {}, y = {} } = {}) {
  const look = {
    stroke: colour(element, '--soft'),
    grid: { stroke: colour(element, '--rule'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  return [
    { ...look, values: (_, splits, __, ___, step) => splits.map((at) => mark(at, step)), space: 70, size: 28, ...x },
    { ...look, size: 56, ...y },
  ];
}

/**
 * @param {number} seconds By the log's clock.
 * @param {number} step To the next mark, in seconds.
 */
function mark(seconds, step) {
  const [day = '', time = ''] = new Date(seconds * 1000).toISOString().split('T');
  if (step >= 86_400 || seconds % 86_400 === 0) return day.slice(step >= 86_400 * 28 ? 0 : 5);
  return time.slice(0, step < 60 ? 8 : 5);
}

/** @param {number} seconds By the log's clock. */
export const tzDate = (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC');

/** @param {number} seconds By the log's clock. */
export const wall = (seconds) => moment(new Date(seconds * 1000).toISOString());
