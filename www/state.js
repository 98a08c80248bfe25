/**
 * Where somebody is in a report: which requests are looked for, in which order, and which one is open. Back and forward
 * lead through it. The link holds what is no data (`#requests?command=Ping&status=409&sort=-duration`), so that it can be
 * passed on; names, devices and words that are searched for stay in the browser's history of this tab.
 */

/** @import { Column, Condition, Query } from './types' */

/** Columns whose values come from the log, and so never stand in a link. */
const DATA = new Set(['user', 'device', 'device-type', 'agent', 'address']);

/**
 * @param {Query} query
 * @returns {string} What follows `#requests`.
 */
export function toFragment({ conditions = [], sort }) {
  const params = new URLSearchParams();
  for (const condition of conditions) {
    if (DATA.has(condition.column)) continue;
    if ('is' in condition) for (const value of condition.is) params.append(condition.column, value);
    else if ('between' in condition) params.set(condition.column, condition.between.map((bound) => bound ?? '').join('..'));
    else if ('unknown' in condition && condition.unknown) params.set(condition.column, '?');
  }
  if (sort) params.set('sort', `${sort.descending ? '-' : ''}${sort.column}`);
  const text = params.toString();
  return text && `?${text}`;
}

/** @type {Column[]} Columns of which a value is one of few names. */
const NAMES = ['command', 'status', 'outcome', 'pattern', 'certainty', 'file'];
/** @type {Column[]} Columns of which a value is a number. */
const NUMBERS = ['start', 'end', 'duration', 'bytes', 'line'];

/**
 * @param {string} fragment What follows `#requests`; whatever it is, it gives a question.
 * @returns {Query}
 */
export function fromFragment(fragment) {
  const params = new URLSearchParams(fragment.replace(/^\?/, ''));
  /** @type {Condition[]} */
  const conditions = [];
  for (const column of [...NAMES, ...NUMBERS]) {
    const values = params.getAll(column);
    const [first] = values;
    if (first === undefined) continue;
    const range = /^(-?\d*(?:\.\d+)?)\.\.(-?\d*(?:\.\d+)?)$/.exec(first);
    if (first === '?') conditions.push({ column, unknown: true });
    else if (NAMES.includes(column)) conditions.push({ column, is: values });
    else if (range) conditions.push({ column, between: [bound(range[1]), bound(range[2])] });
  }
  const sort = /^(-?)([a-z-]+)$/.exec(params.get('sort') ?? '');
  const column = [...NAMES, ...NUMBERS, ...DATA].find((known) => known === sort?.[2]);
  if (!sort || !column) return { conditions };
  return { conditions, sort: { column: /** @type {Column} */ (column), descending: sort[1] === '-' } };
}

/** @param {string | undefined} text */
const bound = (text) => (text && text !== '-' ? Number(text) : null);

/**
 * @callback Show
 * @param {Query} query
 * @param {boolean} there Whether somebody went to the requests, and not to another part of the report.
 */

/** @type {Show | undefined} Who shows requests, if a report is shown. */
let listener;

/**
 * Tells whoever shows requests when somebody goes back, forward, or follows a link.
 *
 * @param {Show} show
 */
export function onPlace(show) {
  listener = show;
}

/** The question that the place in the history asks, or `undefined` where it is another part of the report. */
export function place() {
  const [, fragment] = /^#requests(\?.*)?$/.exec(location.hash) ?? [];
  if (!location.hash.startsWith('#requests')) return undefined;
  return /** @type {Query | undefined} */ (history.state?.query) ?? fromFragment(fragment ?? '');
}

/**
 * Goes to a list of requests.
 *
 * @param {Query} query
 * @param {{ replace?: boolean }} [options] In place of where one is, as while typing.
 */
export function go(query, { replace = false } = {}) {
  const url = `#requests${toFragment(query)}`;
  if (replace) history.replaceState({ query }, '', url);
  else history.pushState({ query }, '', url);
  listener?.(query, true);
}

addEventListener('popstate', () => {
  const query = place();
  listener?.(query ?? {}, query !== undefined);
});
