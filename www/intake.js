/** How logs get in: dropped anywhere on the page, chosen, or pasted. */

import { byId } from './dom.js';

/**
 * What somebody handed over: the files, and the names of folders among them, which a page cannot read as a file.
 *
 * @typedef {{ files: File[], folders: string[] }} Intake
 */

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
  // A drag enters and leaves every element on its way; only the balance tells when it has left the page.
  let depth = 0;
  const hover = (/** @type {number} */ by) => {
    depth = Math.max(0, by === 0 ? 0 : depth + by);
    root.toggleAttribute('data-dragging', depth > 0);
  };
  root.addEventListener('dragenter', (event) => {
    event.preventDefault();
    hover(1);
  });
  root.addEventListener('dragleave', () => hover(-1));
  root.addEventListener('dragover', (event) => {
    // Without this the browser would leave the page and open the file itself.
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
  });
  root.addEventListener('drop', (event) => {
    event.preventDefault();
    hover(0);
    if (event.dataTransfer) taken(event.dataTransfer, 'dropped lines', take);
  });
}

/** @param {(intake: Intake) => void} take */
function listenForPastes(take) {
  const area = /** @type {HTMLTextAreaElement} */ (byId('lines'));
  document.addEventListener('paste', (event) => {
    // Into the text area, a paste is an edit like any other; the button below it reads.
    if (event.target === area || !event.clipboardData) return;
    event.preventDefault();
    taken(event.clipboardData, 'pasted lines', take);
  });
  byId('read-lines').addEventListener('click', () => {
    if (area.value.trim() === '') return area.focus();
    take(asFile(area.value, 'pasted lines'));
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
  if (intake.files.length > 0 || intake.folders.length > 0) return take(intake);
  const text = transfer.getData('text/plain');
  if (text.trim() !== '') take(asFile(text, name));
}
