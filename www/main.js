/** The page: one case at a time, from the moment logs come in to the report that stands below. */

import './language/fallback.js';
import { leaveLink, reportInLink, savedHere, savedIn } from './saved.js';
import sample from 'pinglens:sample';
import { logged, prose } from './cells.js';
import { Client, Stopped } from './client.js';
import { byId, h } from './dom.js';
import { counted, isolated, list, number } from './format.js';
import { openHelp } from './help.js';
import { asFile, listen } from './intake.js';
import { listenToKeys } from './keys.js';
import { speak } from './language/page.js';
import { onChoice, say } from './language/say.js';
import { showProgress } from './progress.js';
import { drawReport } from './report.js';
import { unable } from './support.js';

/** @import { Intake } from './intake.js' */
/** @import { Child } from './dom.js' */
/** @import { Case } from './rawlines.js' */
/** @import { Saved } from './saved.js' */
/** @import { Report, Said, Unread } from './types' */

/**
 * What is said of the files, and which of them somebody looks at, if one is: its place in the order of opening.
 *
 * @typedef {{ said: (Said | undefined)[], opened: number | undefined }} Again
 */

/** @typedef {'empty' | 'loading' | 'done' | 'cancelled' | 'failed'} State */

const NAME = 'Pinglens';
const root = document.documentElement;

/** @type {Case | undefined} The case whose report is shown. */
let shown;
/** @type {Unread[]} What could not be read of it. */
let unreadOf = [];
/** @type {{ client: Client, files: File[] } | undefined} The case that is being read. */
let loading;

/**
 * Reads a new case. The one that is shown stays whole until the new one is: a load that is cancelled or that fails
 * takes nothing away.
 *
 * @param {Intake} intake
 * @param {Again} [again] Given where the same files are read once more, with what somebody says of them.
 */
async function open({ files, folders, nothing }, again) {
  if (unable) return fail(say(unable));
  /** @type {Unread[]} */
  const unread = folders.map((name) => ({
    name,
    sentence: 'It is a folder. Open it and drop the files that are in it.',
  }));
  if (files.length === 0) {
    const reason = nothing ?? inWords(unread);
    // A slip of the hand does not end the load that runs.
    return loading ? notify(reason) : fail(reason);
  }
  const [only, ...others] = files;
  if (only && others.length === 0 && !again) {
    try {
      const saved = await savedIn(only);
      if (saved) return await thaw(saved);
    } catch (error) {
      return fail(`${named(files)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const join = /** @type {HTMLInputElement} */ (byId('join'));
  if (join.checked && shown && !again) {
    // Only once: the next log may be another customer's.
    join.checked = false;
    again = { said: [...shown.said], opened: undefined };
    files = [...shown.files, ...files];
  }
  loading?.client.stop();
  leaveLink();

  const client = new Client();
  loading = { client, files };
  const draw = showProgress(files);
  enter('loading', say('Reading {files}', { files: named(files) }));
  byId('cancel').focus();
  try {
    const said = again?.said ?? [];
    const loaded = await client.load(files, said, (progress) => {
      document.title = `${Math.floor(draw(progress) * 100)} % – ${NAME}`;
    });
    unread.push(...loaded.unread);
    const { report } = loaded;
    // What is no log takes no report away; without one, the list of what was read says best why it is none.
    const kept = shown && !again && recognised(shown.report);
    if (report && (recognised(report) || !kept)) {
      const formats = await client.formats();
      const held = { client, report, files, said, formats, again: readAgain, without: leaveOut, frozen: false, bare: false };
      return await show(held, unread, again?.opened);
    }
    fail(inWords([...unread, ...(report ? unrecognised(report, unread) : [])]));
  } catch (error) {
    // Whoever stopped a load has already said so.
    if (error instanceof Stopped) return;
    const reason = error instanceof Error ? error.message : String(error);
    const sentence = say('The reader broke off: {reason}. Try fewer files at once.', { reason });
    fail([inWords(unread), ' ', `${named(files)}: ${sentence}`]);
  }
  client.stop();
}

/**
 * Reads the files of the case that is shown once more.
 *
 * @param {(Said | undefined)[]} said
 * @param {number} opened The file that somebody looks at.
 */
function readAgain(said, opened) {
  if (shown) void open({ files: shown.files, folders: [] }, { said, opened });
}

/**
 * Reads the case that is shown once more, without one of its files.
 *
 * @param {number} opened Its place in the order of opening.
 */
function leaveOut(opened) {
  if (!shown) return;
  const others = (/** @type {unknown} */ _, /** @type {number} */ at) => at !== opened;
  const said = shown.files.map((_, at) => shown?.said[at]).filter(others);
  void open({ files: shown.files.filter(others), folders: [] }, { said, opened: undefined });
}

/**
 * @param {Case} held
 * @param {Unread[]} unread
 * @param {number} [opened] The file to go to, if one is looked at.
 */
async function show(held, unread, opened) {
  const { report } = held;
  // From here on there is nothing left to cancel, and the report from before is gone.
  if (shown !== held) shown?.client.stop();
  [shown, unreadOf] = [held, unread];
  loading = undefined;
  root.dataset.report = '';
  root.toggleAttribute('data-bare', held.bare);
  root.toggleAttribute('data-frozen', held.frozen);
  const page = byId('report');
  page.replaceChildren();
  page.hidden = false;
  for await (const part of drawReport(held, unread)) {
    page.append(part);
    // Laid out part by part: all at once, a long report would block the page for too long.
    part.getBoundingClientRect();
    await new Promise((resolve) => setTimeout(resolve));
    if (shown !== held) return;
  }
  if (loading) return;
  const missed = unread.length > 0 && [say('Not everything could be read.'), ' ', inWords(unread)];
  const logs = report.files.filter(({ archive }) => !archive);
  const names = named(logs.length > 0 ? logs : report.files);
  const title = recognised(report)
    ? say('{count} × 409 in {files}', { count: number(report.totals.conflicts), files: names })
    : say('Not recognised: {files}', { files: names });
  enter('done', title, missed);
  const place = opened === undefined ? null : byId('report').querySelector(`[data-opened="${opened}"] .main`);
  if (!(place instanceof HTMLElement)) return byId('verdict').focus();
  place.focus({ preventScroll: true });
  place.closest('[data-opened]')?.scrollIntoView({ block: 'start' });
}

/**
 * Shows a report that was saved: what it says, with the requests that it took along, without the logs that it was made of.
 *
 * @param {Saved} saved
 */
async function thaw({ report, requests }) {
  loading?.client.stop();
  /** @param {boolean} bare */
  const heldOf = (bare) => {
    const client = new Client();
    return { client, report, files: [], said: [], formats: [], again: readAgain, without: leaveOut, frozen: true, bare };
  };
  if (!requests) return show(heldOf(true), []);
  const held = heldOf(false);
  // They are judged by the thresholds that the report was saved with. Nobody waits for it here: what is drawn at once is
  // the report, and what asks for requests is answered when they are there.
  const changed = report.thresholds.filter(({ changed }) => changed).map(({ code, value }) => `${code}=${value}`);
  const restored = held.client.restore(requests).then(() => (changed.length > 0 ? held.client.judge(changed) : undefined));
  const drawn = show(held, []);
  try {
    await restored;
  } catch (error) {
    if (shown !== held) return;
    const sentence = error instanceof Error ? error.message : String(error);
    return show(heldOf(true), [{ name: say('This report'), sentence }]);
  }
  return drawn;
}

/** Stops the load that runs, at once. */
function cancel() {
  if (!loading) return;
  loading.client.stop();
  const name = named(loading.files);
  loading = undefined;
  enter('cancelled', say('Stopped'), [
    say('Stopped reading {files}. Nothing of what was read is kept.', { files: name }),
    whatIsBelow(),
  ]);
  byId('choose').focus();
}

/** @param {Child} reason */
function fail(reason) {
  loading = undefined;
  enter('failed', say('Not read'), [reason, whatIsBelow()]);
  byId('choose').focus();
}

const whatIsBelow = () => (shown ? ` ${say('The report below is still the one from before.')}` : '');

/**
 * @param {State} state
 * @param {string} title
 * @param {Child} [notice] What happened, where the report does not say it.
 */
function enter(state, title, notice) {
  root.dataset.state = state;
  document.title = `${title} – ${NAME}`;
  notify(notice);
  // Nobody shall take the report from before for the one that is being made.
  byId('report').hidden = state === 'loading';
}

/** @param {Child} notice */
function notify(notice) {
  byId('notice').replaceChildren(...(notice ? [h('span', {}, notice)] : []));
}

/**
 * Whether there is anything in these files: requests, or what a server says of itself.
 *
 * @param {Report} report
 */
const recognised = ({ files }) => files.some(({ formats, problem }) => formats.length > 0 && problem?.code !== 'no-requests');

/**
 * Why nothing in these files was recognised. What broke off is among the unread already.
 *
 * @param {Report} report
 * @param {Unread[]} unread
 * @returns {Unread[]}
 */
const unrecognised = ({ files }, unread) =>
  files
    .filter(({ name }) => !unread.some((file) => file.name === name))
    .map(({ name, problem }) => ({ name, sentence: problem?.sentence ?? 'No line of it was recognised.' }));

/** How many files a notice names; the others are counted. */
const NAMED = 5;

/**
 * @param {Unread[]} unread
 * @returns {Child}
 */
function inWords(unread) {
  const more = unread.length - NAMED;
  const sentences = unread.slice(0, NAMED).map(({ name, sentence }) => [logged(name), ': ', prose(sentence), ' ']);
  return [sentences, more > 0 && say('Other files of which this is so: {count}.', { count: number(more) })];
}

/** @param {{ name: string }[]} files */
const named = (files) => (files.length > 2 ? counted(files.length, 'file') : list(files.map((file) => isolated(file.name))));

speak();
onChoice(() => {
  speak();
  // Drawn once more as it is: it stays the same case, of which nothing is read again.
  if (shown && !loading) void show(shown, unreadOf);
});
if (unable) fail(say(unable));
/**
 * Shows the report that is in the link, or else another one.
 *
 * @param {() => Saved | undefined} [otherwise]
 */
async function follow(otherwise) {
  try {
    const report = await reportInLink();
    const saved = report ? { report } : otherwise?.();
    if (saved) await thaw(saved);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

void follow(savedHere);
// A link to the page that is open already only changes what stands behind its #.
addEventListener('hashchange', () => follow());
listen((intake) => open(intake));
byId('cancel').addEventListener('click', cancel);
document.addEventListener('keydown', ({ key }) => key === 'Escape' && cancel());
byId('ask').addEventListener('click', () => openHelp());
byId('explain').addEventListener('click', () => openHelp('story'));
byId('proof').addEventListener('click', () => openHelp('proof'));
byId('where').addEventListener('click', () => openHelp('logs'));
listenToKeys(() => openHelp('keys'));
byId('sample').addEventListener('click', () => open(asFile(sample, 'sample.log')));
