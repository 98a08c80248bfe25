/** The page: one case at a time, from the moment logs come in to the report that stands below. */

import sample from 'pinglens:sample';
import { Client, Stopped } from './client.js';
import { byId } from './dom.js';
import { counted, list, number } from './format.js';
import { asFile, listen } from './intake.js';
import { showProgress } from './progress.js';
import { drawReport } from './report.js';

/** @import { Intake } from './intake.js' */
/** @import { Report, Unread } from './types' */

/** @typedef {'empty' | 'loading' | 'done' | 'cancelled' | 'failed'} State */

const NAME = 'Pinglens';
const root = document.documentElement;

/** @type {Client | undefined} The worker of the case whose report is shown. */
let shown;
/** @type {{ client: Client, files: File[] } | undefined} The case that is being read. */
let loading;

/**
 * Reads a new case. The one that is shown stays whole until the new one is: a load that is cancelled or that fails
 * takes nothing away.
 *
 * @param {Intake} intake
 */
async function open({ files, folders }) {
  loading?.client.stop();
  loading = undefined;
  /** @type {Unread[]} */
  const unread = folders.map((name) => ({
    name,
    sentence: 'It is a folder. Open it and drop the files that are in it.',
  }));
  if (files.length === 0) return fail(unread);

  const client = new Client();
  loading = { client, files };
  const draw = showProgress(files);
  enter('loading', `Reading ${named(files)}`);
  byId('cancel').focus();
  try {
    const loaded = await client.load(files, (progress) => {
      document.title = `${Math.floor(draw(progress) * 100)} % – ${NAME}`;
    });
    unread.push(...loaded.unread);
    if (loaded.report) return await show(client, loaded.report, unread);
    fail(unread);
  } catch (error) {
    // Whoever stopped a load has already said so.
    if (error instanceof Stopped) return;
    const reason = error instanceof Error ? error.message : String(error);
    fail([...unread, { name: named(files), sentence: `The reader broke off: ${reason}. Try fewer files at once.` }]);
  }
  client.stop();
}

/**
 * @param {Client} client
 * @param {Report} report
 * @param {Unread[]} unread
 */
async function show(client, report, unread) {
  // From here on there is nothing left to cancel, and the report from before is gone.
  shown?.stop();
  shown = client;
  loading = undefined;
  root.dataset.report = '';
  const place = byId('report');
  place.replaceChildren();
  place.hidden = false;
  for (const part of await drawReport({ client, report }, unread)) {
    place.append(part);
    // Laid out part by part: all at once, a long report would block the page for too long.
    part.getBoundingClientRect();
    await new Promise((resolve) => setTimeout(resolve));
    if (shown !== client) return;
  }
  if (loading) return;
  const missed = unread.length > 0 ? `Not everything could be read. ${inWords(unread)}` : '';
  enter('done', `${number(report.totals.conflicts)} × 409 in ${named(report.files)}`, missed);
  byId('verdict').focus();
}

/** Stops the load that runs, at once. */
function cancel() {
  if (!loading) return;
  loading.client.stop();
  const name = named(loading.files);
  loading = undefined;
  enter('cancelled', 'Stopped', `Stopped reading ${name}. Nothing of what was read is kept.${whatIsBelow()}`);
  byId('choose').focus();
}

/** @param {Unread[]} unread */
function fail(unread) {
  loading = undefined;
  enter('failed', 'Not read', `${inWords(unread)}${whatIsBelow()}`);
  byId('choose').focus();
}

const whatIsBelow = () => (shown ? ' The report below is still the one from before.' : '');

/**
 * @param {State} state
 * @param {string} title
 * @param {string} [notice] What happened, where the report does not say it.
 */
function enter(state, title, notice = '') {
  root.dataset.state = state;
  document.title = `${title} – ${NAME}`;
  byId('notice').textContent = notice;
  // Nobody shall take the report from before for the one that is being made.
  byId('report').hidden = state === 'loading';
}

/** @param {Unread[]} unread */
const inWords = (unread) => unread.map(({ name, sentence }) => `${name}: ${sentence}`).join(' ');

/** @param {{ name: string }[]} files */
const named = (files) => (files.length > 2 ? counted(files.length, 'file') : list(files.map((file) => file.name)));

listen(open);
byId('cancel').addEventListener('click', cancel);
byId('sample').addEventListener('click', () => open(asFile(sample, 'sample.log')));
