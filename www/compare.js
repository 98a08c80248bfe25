/** Two reports beside each other: what a change of settings, or of the season, changed. */

import { badge, prose, worded } from './cells.js';
import { h } from './dom.js';
import { UNKNOWN, duration, number, perHour, share, spanned } from './format.js';
import { mark, say } from './language/say.js';
import { savedIn } from './saved.js';
import { section } from './section.js';
import { row, table } from './table.js';

/** @import { Report } from './types' */
/** @import { Case } from './rawlines.js' */
/** @import { Child } from './dom.js' */

/**
 * A measure of a report. Counts are of periods of different lengths, so that shares and rates are compared.
 *
 * @typedef {{ title: string, of: (report: Report) => number | undefined, show: (value: number, report: Report) => string }} Measure
 */

/** @type {(part: (report: Report) => number, whole: (report: Report) => number) => Pick<Measure, 'of' | 'show'>} */
const shareOf = (part, whole) => ({
  of: (report) => (whole(report) > 0 ? part(report) / whole(report) : undefined),
  show: (_, report) => share(part(report), whole(report)),
});

/** @type {(report: Report) => number} */
const syncConflicts = ({ commands }) =>
  commands.find(({ cmd }) => cmd === 'Sync')?.statuses.find(({ status }) => status === 409)?.count ?? 0;

/** @type {Measure[]} */
const MEASURES = [
  { title: mark('Devices'), of: ({ totals }) => totals.devices, show: (value) => number(value) },
  { title: mark('Pings answered 409'), ...shareOf(({ totals }) => totals.ping_conflicts, ({ totals }) => totals.pings) },
  { title: mark('Syncs answered 409'), ...shareOf(syncConflicts, ({ totals }) => totals.syncs) },
  {
    title: mark('Median of Pings'),
    of: ({ ping_durations: { median } }) => median ?? undefined,
    show: (value) => duration(value),
  },
  {
    title: mark('Longest heartbeat'),
    of: ({ heartbeats: { ceiling_ms: ms } }) => ms ?? undefined,
    show: (value) => duration(value),
  },
  {
    title: mark('Wake-ups an hour to renew a Ping'),
    of: ({ heartbeats: { by_heartbeat: times, held_ms: ms } }) => (ms > 0 ? times / ms : undefined),
    show: (_, { heartbeats }) => perHour(heartbeats.by_heartbeat, heartbeats.held_ms),
  },
  {
    title: mark('Requests open at once, at most'),
    of: ({ load: { peak } }) => peak?.count,
    show: (value) => number(value),
  },
];

/** Shares that differ by less, in a part of one, are told as the same: of few Pings, one makes as much. */
const SAME = 0.005;

/** @param {Case} held */
export function comparison(held) {
  const input = /** @type {HTMLInputElement} */ (h('input', { type: 'file', id: 'compared', accept: '.json,.html,application/json,text/html' }));
  const place = h('div');
  input.addEventListener('change', async () => {
    const [file] = input.files ?? [];
    // Emptied, so that choosing the same file again is a change again.
    input.value = '';
    if (!file) return;
    try {
      const other = await savedIn(file);
      place.replaceChildren(
        other
          ? compared(held.report, other.report)
          : problem(say('That is no report of this page: choose one that was saved as data (JSON) or as a page.')),
      );
    } catch (error) {
      place.replaceChildren(problem(error instanceof Error ? error.message : String(error)));
    }
  });
  return section(
    'compare',
    say('Compare'),
    say('Choose a report that was saved before or after, as data (JSON) or as a page: what changed is shown beside it.'),
    h('p', {}, h('label', { for: 'compared' }, say('The other report:'), ' '), input),
    place,
  );
}

/** @param {string} sentence */
const problem = (sentence) => h('p', { class: 'problem', role: 'alert' }, sentence);

/**
 * @param {Report} one
 * @param {Report} two
 */
function compared(one, two) {
  const [before, after] = began(one) <= began(two) ? [one, two] : [two, one];
  return h('div', {}, measures(before, after), shares(before, after), findings(before, after));
}

/** @param {Report} report */
const began = ({ totals: { period } }) => (period ? Date.parse(period.first) : 0);

/** @param {Report} report */
const when = ({ totals: { period } }) => (period ? spanned(period) : UNKNOWN);

/**
 * @param {Report} before
 * @param {Report} after
 */
function measures(before, after) {
  const columns = [{ title: mark('Measure') }, { title: mark('Before'), number: true }, { title: mark('After'), number: true }, { title: mark('Change') }];
  return table(
    say('{before}, and {after}', { before: when(before), after: when(after) }),
    columns,
    MEASURES.map(({ title, of, show }) => {
      const [from, to] = [of(before), of(after)];
      const cell = (/** @type {number | undefined} */ value, /** @type {Report} */ report) =>
        value === undefined ? UNKNOWN : show(value, report);
      return row(columns, [say(title), cell(from, before), cell(to, after), change(from, to)]);
    }),
    { class: 'narrow' },
  );
}

/**
 * Which way a number went.
 *
 * @param {number | undefined} from
 * @param {number | undefined} to
 */
function change(from, to) {
  if (from === undefined || to === undefined) return UNKNOWN;
  const larger = Math.max(Math.abs(from), Math.abs(to));
  if (larger === 0 || Math.abs(to - from) / larger < SAME) return say('the same');
  return to > from ? `↑ ${say('more')}` : `↓ ${say('less')}`;
}

/**
 * Latency patterns by their share of all Pings.
 *
 * @param {Report} before
 * @param {Report} after
 */
function shares(before, after) {
  const columns = [{ title: mark('Pattern') }, { title: mark('Before'), number: true }, { title: mark('After'), number: true }, { title: mark('Change') }];
  const codes = new Map([...after.ping_patterns, ...before.ping_patterns].map(({ pattern, title }) => [pattern, title]));
  const count = (/** @type {Report} */ report, /** @type {string} */ code) =>
    report.ping_patterns.find(({ pattern }) => pattern === code)?.count ?? 0;
  return table(
    say('Ping latency patterns'),
    columns,
    [...codes].map(([code, title]) => {
      const cells = [before, after].map((report) => [count(report, code), report.totals.pings]);
      const [from, to] = cells.map(([part = 0, whole = 0]) => (whole > 0 ? part / whole : 0));
      const moved = Math.abs((to ?? 0) - (from ?? 0)) < SAME ? say('the same') : change(from, to);
      return row(columns, [worded(title), ...cells.map(([part = 0, whole = 0]) => share(part, whole)), moved]);
    }),
    { class: 'narrow' },
  );
}

/**
 * Findings that are new, that are gone, and that matter more or less.
 *
 * @param {Report} before
 * @param {Report} after
 * @returns {Child}
 */
function findings(before, after) {
  const columns = [{ title: mark('Finding'), class: 'wide' }, { title: mark('Before') }, { title: mark('After') }];
  const of = (/** @type {Report} */ report) => new Map(report.findings.map((finding) => [finding.code, finding]));
  const [then, now] = [of(before), of(after)];
  const all = new Map([...then, ...now]);
  if (all.size === 0) return h('p', { class: 'muted' }, say('No pattern stands out in either of them.'));
  const mention = (/** @type {import('./types').Finding | undefined} */ finding) =>
    finding ? [badge(finding.severity), ' ', number(finding.count)] : say('none');
  return table(
    say('Findings'),
    columns,
    [...all].map(([code, finding]) => row(columns, [prose(finding.title), mention(then.get(code)), mention(now.get(code))])),
    { class: 'narrow' },
  );
}
