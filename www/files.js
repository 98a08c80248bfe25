/** What was read and what was not: every file, and every line of it, accounted for. */

import { certaintyTag, explained, logged, loggedList, prose } from './cells.js';
import { h } from './dom.js';
import { UNKNOWN, bytes, counted, duration, isolated, list, number, span, zones } from './format.js';
import { mark, say, sayParts } from './language/say.js';
import { rawPlace } from './rawlines.js';
import { sayable } from './said.js';
import { section } from './section.js';
import { openable, row, table } from './table.js';

/** @import { Contents, FileReport, Lines, Rejection, Unread } from './types' */
/** @import { Case } from './rawlines.js' */
/** @import { Child } from './dom.js' */

const COLUMNS = [
  { title: mark('File'), class: 'name who' },
  { title: mark('Size'), number: true },
  { title: mark('Format') },
  { title: mark('Period'), class: 'moment' },
  { title: mark('Lines'), number: true },
  { title: mark('Not understood'), number: true },
  { title: mark('Requests'), number: true },
  { title: mark('ActiveSync'), number: true },
];

/** Of more files than this, what was not read right is said in the row, so that the list stays a list. */
const FEW = 5;

const MEANING = {
  start: mark('Stamps show when a request arrived.'),
  end: mark('Stamps show when a request was answered.'),
  none: mark('No time stamps.'),
};

/**
 * @param {Case} held
 * @param {Unread[]} unread
 */
export function files(held, unread) {
  const { report } = held;
  const count = report.files.length;
  const logs = report.files.filter((file) => !file.archive).length;
  const rows = report.files.map((file, index) => {
    const told = Object.keys(held.said[file.opened] ?? {}).length > 0;
    const open = count === 1 || told || (count <= FEW && (Boolean(file.problem) || file.missing.length > 0));
    return openable(
      COLUMNS,
      (button) => cells(file, open ? button : explained(button, briefly(file))),
      logged(file.name),
      () => details(held, file, index),
      { open },
    );
  });
  // Files that broke off have a row that says so; folders have none.
  const rowless = unread.filter(({ name }) => !report.files.some((file) => file.name === name));
  return section(
    'files',
    say('What was read'),
    say('{files}, {lines}, every one accounted for.', {
      files: counted(logs, 'file'),
      lines: counted(report.totals.lines.total, 'line'),
    }),
    rowless.map(({ name, sentence }) =>
      h(
        'p',
        { class: 'problem' },
        sayParts('{file} could not be read. {why}', { file: h('b', {}, logged(name)), why: prose(sentence) }),
      ),
    ),
    table(say('Files'), COLUMNS, rows.flat(), { hideCaption: true }),
    report.views.map((view) => h('p', {}, prose(view.sentence))),
  );
}

/**
 * What is wrong with a file, in the first of the sentences about it.
 *
 * @param {FileReport} file
 */
const briefly = ({ problem }) => problem && prose(problem.sentence.split(/(?<=[.!?]) /)[0] ?? '');

/**
 * @param {FileReport} file
 * @param {Child} name
 */
function cells(file, name) {
  if (file.archive) return [name, bytes(file.bytes), say('archive'), ...COLUMNS.slice(3).map(() => UNKNOWN)];
  return [
    name,
    bytes(file.bytes),
    formatCell(file),
    file.period ? span(file.period).map((moment) => h('div', {}, moment)) : UNKNOWN,
    number(file.lines.total),
    number(file.lines.rejected),
    number(file.requests),
    number(file.activesync),
  ];
}

/**
 * The formats of a file, and how sure they are.
 *
 * @param {FileReport} file
 * @returns {Child}
 */
function formatCell({ formats, detection: { certainty, given } }) {
  if (formats.length === 0) return say('not recognised');
  const titles = list(formats.map((format) => format.title));
  return [titles, ' ', given ? h('span', { class: 'tag' }, say('given')) : certainty && certaintyTag(certainty)];
}

/**
 * @param {Case} held
 * @param {FileReport} file
 * @param {number} index
 */
function details(held, file, index) {
  const { stamp, period, settled, clock, archive } = file;
  if (archive) {
    return h(
      'div',
      { class: 'file' },
      file.problem && h('p', { class: 'problem' }, prose(file.problem.sentence)),
      members(file, archive),
      leaveOut(held, file),
    );
  }
  return h(
    'div',
    { class: 'file', 'data-opened': file.opened },
    file.problem && h('p', { class: 'problem' }, prose(file.problem.sentence)),
    file.formats.length > 0 && [
      h('h3', {}, say('How its format was told')),
      h('p', {}, file.detection.certainty && [certaintyTag(file.detection.certainty), ' '], prose(file.detection.sentence)),
    ],
    file.missing.length > 0 && [
      h('h3', {}, say('What this log does not tell')),
      h(
        'ul',
        {},
        file.missing.map((missing) => h('li', {}, prose(missing.sentence))),
      ),
    ],
    file.requests > 0 && [
      h('h3', {}, say('How its clock was read')),
      h(
        'p',
        {},
        say(MEANING[stamp.meaning]),
        ' ',
        stamp.certainty && [certaintyTag(stamp.certainty), ' '],
        prose(stamp.reason),
      ),
      period &&
        period.span_ms > 0 &&
        h('p', { class: 'muted' }, say('Period: {length}, {zone}.', { length: duration(period.span_ms), zone: zones(period) })),
    ],
    settled.length > 0 && [
      h('h3', {}, say('What its times leave open, and what was taken')),
      h(
        'ul',
        {},
        settled.map(({ certainty, reason }) => h('li', {}, certaintyTag(certainty), ' ', prose(reason))),
      ),
    ],
    clock.first.length > 0 && [
      h('h3', {}, say('What happened to its clock')),
      h(
        'ul',
        {},
        clock.first.map(({ sentence }) => h('li', {}, prose(sentence))),
        beside(clock),
      ),
    ],
    file.lines.total > 0 && !held.frozen && sayable(held, file),
    file.lines.total > 0 && h('div', { class: 'accounts' }, accounts(file), rejections(held, file, index)),
    leaveOut(held, file),
  );
}

/**
 * A button that reads all others once more without it, where there are others.
 *
 * @param {Case} held
 * @param {FileReport} file
 */
function leaveOut(held, { opened }) {
  const file = held.files[opened];
  if (held.files.length < 2 || !file) return null;
  const without = () => held.without(opened);
  return h('p', {}, h('button', { type: 'button', class: 'quiet', onclick: without }, say('Leave {file} out', { file: isolated(file.name) })));
}

/**
 * How many places more there are than are told.
 *
 * @param {FileReport['clock']} clock
 */
function beside({ steps, zone_changes, first }) {
  const more = steps + zone_changes - first.length;
  return more > 0 && h('li', { class: 'muted' }, say('Such places beside these: {count}.', { count: number(more) }));
}

/**
 * What an archive holds beside logs.
 *
 * @param {FileReport} file
 * @param {Contents} archive
 */
function members({ name }, { texts, others }) {
  const columns = [{ title: mark('What was left out') }, { title: mark('Members'), number: true }, { title: mark('For example') }];
  return [
    h('p', {}, say('Texts in it, each with a row of its own: {count}.', { count: number(texts) })),
    others.length > 0 &&
      table(
        say('What {file} holds beside texts', { file: isolated(name) }),
        columns,
        others.map(({ what, count, examples }) => row(columns, [prose(what), number(count), loggedList(examples)])),
        { hideCaption: true },
      ),
  ];
}

/** @type {[keyof Lines, string][]} */
const KINDS = [
  ['records', mark('Records, or the first line of one')],
  ['continuations', mark('Further lines of a record')],
  ['comments', mark('Lines that carry no request: empty, separators, headers, other messages')],
  ['rejected', mark('Not understood')],
];

/** @param {FileReport} file */
function accounts({ name, lines, formats }) {
  const columns = [{ title: mark('What its lines are') }, { title: mark('Lines'), number: true }];
  const shares = formats.length > 1 && formats.map((format) => `${format.title} ${number(format.lines)}`);
  return h(
    'div',
    {},
    table(
      say('Every line of {file}', { file: isolated(name) }),
      columns,
      KINDS.map(([kind, title]) => row(columns, [say(title), number(lines[kind])])),
      { hideCaption: true, foot: row(columns, [say('All lines'), number(lines.total)]) },
    ),
    shares && h('p', { class: 'muted' }, say('Lines by format: {list}.', { list: list(shares) })),
  );
}

/**
 * @param {Case} held
 * @param {FileReport} file
 * @param {number} index
 */
function rejections(held, file, index) {
  if (file.rejected.length === 0) return null;
  const columns = [{ title: mark('Not understood because') }, { title: mark('Lines'), number: true }];
  return table(
    say('Lines of {file} that were not understood, by reason', { file: isolated(file.name) }),
    columns,
    file.rejected.flatMap((rejection) => rejectionRows(held, columns, rejection, index)),
    { hideCaption: true },
  );
}

/**
 * @param {Case} held
 * @param {import('./table.js').Column[]} columns
 * @param {Rejection} rejection
 * @param {number} file
 */
function rejectionRows(held, columns, { code, reason, count, first_line, first_offset }, file) {
  return openable(
    columns,
    (button) => [button, number(count)],
    prose(reason),
    () => rawPlace(held, { file, line: first_line, offset: first_offset }),
    // Whoever gave a format wants to see at once where it does not fit.
    { open: code === 'not-as-given' },
  );
}
