/** How logs get in: dropped anywhere on the page, chosen, or pasted. */

import { byId } from './dom.js';
import { mark, say } from './language/say.js';

/**
 * What somebody handed over: the files, and the names of folders among them, which a page cannot read as a file. Where
 * there is neither, `nothing` says what it was instead.
 *
 * @typedef {{ files: File[], folders: string[], nothing?: string }} Intake
 */

const FROM_A_PAGE = mark('That is a link or a picture out of a web page, not a log. Drop a file, or lines of text.');
const NOTHING = mark('That holds neither a file nor text. Drop a log file, or lines of one.');

/**
 * Listens for logs for as long as the page lives.
 *
 * @param {(intake: Intake) => void} take
 */
export function listen(take) {
  listenForDrops(take);
  listenForPastes(take);
  const input = /** @type {HTMLInputElement} */ (byId('picked'));
  byId('choose').addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    // Emptied, so that choosing the same file again is a change again.
    input.value = '';
    if (files.length > 0) take({ files, folders: [] });
  });
}

/**
 * A text as a file, so that pasted lines and the sample go the same way as any log.
 *
 * @param {string} text
 * @param {string} name
 * @returns {Intake}
 */
export function asFile(text, name) {
  return { files: [new File([text], name, { type: 'text/plain' })], folders: [] };
}

/** @param {(intake: Intake) => void} take */
function listenForDrops(take) {
  const root = document.documentElement;
  const area = byId('lines');
  // What is dragged out of the page itself, a link or some marked words, is no log, and its drop concerns nobody. Its
  // end is not heard where the element has gone meanwhile; but no pointer moves during a drag, so one that does is over.
  let own = false;
  root.addEventListener('dragstart', () => (own = true));
  for (const end of ['dragend', 'pointermove']) root.addEventListener(end, () => (own = false));
  // Text that is let go over the text area is an edit. A file there would make the browser leave the page for it.
  const leftAlone = (/** @type {DragEvent} */ event) =>
    own || (event.target === area && !event.dataTransfer?.types.includes('Files'));
  // A drag enters and leaves every element on its way; only the balance tells when it has left the page.
  let depth = 0;
  const hover = (/** @type {number} */ by) => {
    depth = Math.max(0, by === 0 ? 0 : depth + by);
    root.toggleAttribute('data-dragging', depth > 0);
  };
  root.addEventListener('dragenter', (event) => {
    if (own) return;
    if (!leftAlone(event)) event.preventDefault();
    hover(1);
  });
  root.addEventListener('dragleave', () => own || hover(-1));
  root.addEventListener('dragover', (event) => {
    if (leftAlone(event)) return;
    // Without this the browser would leave the page and open the file itself.
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
  });
  root.addEventListener('drop', (event) => {
    hover(0);
    if (leftAlone(event)) return;
    event.preventDefault();
    if (event.dataTransfer) taken(event.dataTransfer, say('dropped lines'), take);
  });
}

/** @param {(intake: Intake) => void} take */
function listenForPastes(take) {
  const area = /** @type {HTMLTextAreaElement} */ (byId('lines'));
  document.addEventListener('paste', (event) => {
    // Into a field, a paste is an edit like any other.
    const field = event.target instanceof Element && event.target.matches('textarea, input');
    if (field || !event.clipboardData) return;
    event.preventDefault();
    taken(event.clipboardData, say('pasted lines'), take);
  });
  byId('read-lines').addEventListener('click', () => {
    if (area.value.trim() === '') return area.focus();
    take(asFile(area.value, say('pasted lines')));
    // They are read: left there, they would only hide that the next ones are not.
    area.value = '';
    byId('paste').removeAttribute('open');
  });
}

/**
 * Everything has to be asked for before the event is over: afterwards the browser gives nothing away any more.
 *
 * @param {DataTransfer} transfer
 * @param {string} name What to call text that came without a file.
 * @param {(intake: Intake) => void} take
 */
function taken(transfer, name, take) {
  /** @type {Intake} */
  const intake = { files: [], folders: [] };
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry?.();
    const file = item.getAsFile();
    if (entry?.isDirectory) intake.folders.push(entry.name);
    else if (file) intake.files.push(file);
  }
  // A browser hands over a picture of a page as its address, and often as a file as well.
  const ofPage = transfer.types.includes('text/uri-list') && intake.files.every(({ type }) => type.startsWith('image/'));
  if (ofPage && intake.folders.length === 0) return take({ files: [], folders: [], nothing: say(FROM_A_PAGE) });
  if (intake.files.length > 0 || intake.folders.length > 0) return take(intake);
  const text = transfer.getData('text/plain');
  take(text.trim() === '' ? { ...intake, nothing: say(NOTHING) } : asFile(text, name));
}
