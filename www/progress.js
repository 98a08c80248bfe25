/** The panel that is shown while files are read. */

import { logged } from './cells.js';
import { byId, h } from './dom.js';
import { bytes, counted, duration, isolated, number } from './format.js';
import { say } from './language/say.js';

/** @import { Progress } from './types' */

/** A guess about the rest is worth showing only after this long. */
const SETTLED_MS = 700;

/**
 * Shows the panel for these files.
 *
 * @param {File[]} files
 * @returns {(progress: Progress) => number} Draws how far the load has come, and returns that as a share from 0 to 1.
 */
export function showProgress(files) {
  const started = performance.now();
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const rows = files.map(fileRow);
  const bar = h('progress', { max: 1, value: 0, 'aria-label': say('All files') });
  const summary = h('p', { class: 'summary' }, say('Reading {files}, {bytes} …', { files: counted(files.length, 'file'), bytes: bytes(total) }));
  byId('progress-files').replaceChildren(
    summary,
    files.length > 1 ? bar : '',
    h(
      'ul',
      {},
      rows.map((row) => row.item),
    ),
  );

  let before = 0;
  let current = 0;
  return (progress) => {
    while (current < progress.file) {
      const size = files[current]?.size ?? 0;
      rows[current++]?.finish();
      before += size;
    }
    rows[current]?.update(progress);
    const done = Math.min(before + progress.bytes, total);
    const part = total > 0 ? done / total : 1;
    bar.value = part;
    summary.textContent =
      done < total ? headline(done, total, performance.now() - started) : say('Explaining what was read …');
    return part;
  };
}

/**
 * @param {number} done
 * @param {number} total
 * @param {number} elapsed Milliseconds.
 */
function headline(done, total, elapsed) {
  const read = { done: bytes(done), all: bytes(total) };
  if (elapsed < SETTLED_MS || done === 0) return say('{done} of {all} read', read);
  const speed = done / (elapsed / 1000);
  const left = Math.round((total - done) / speed);
  const wait = left < 10 ? say('a few seconds') : say('about {time}', { time: duration(left * 1000) });
  return say('{done} of {all} read, {speed} a second, {wait} left', { ...read, speed: bytes(speed), wait });
}

/** @param {File} file */
function fileRow(file) {
  const bar = h('progress', { max: 1, value: 0, 'aria-label': isolated(file.name) });
  const state = h('span', { class: 'muted' }, say('{bytes}, waiting', { bytes: bytes(file.size) }));
  const item = h('li', {}, h('span', { class: 'name' }, logged(file.name)), bar, state);
  return {
    item,
    /** @param {Progress} progress */
    update(progress) {
      bar.value = file.size > 0 ? progress.bytes / file.size : 1;
      const lines = counted(progress.lines, 'line');
      state.textContent = say('{bytes}, {lines}, {activesync} of ActiveSync', {
        bytes: bytes(progress.bytes),
        lines,
        activesync: number(progress.activesync),
      });
    },
    finish() {
      bar.value = 1;
    },
  };
}
