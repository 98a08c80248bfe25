/**
 * Files that the worker cannot read itself. WebKit gives a worker of a page that was opened from a file no access to the
 * files that were dropped on that page, though the page itself has it: so the worker asks the page for one piece after
 * the other. Elsewhere nobody needs this, and files are read where they are wanted.
 */

/** @import { Lend, Lent } from './types' */

/** Bytes that are asked for at once. */
const PIECE = 4 << 20;

/** @type {(question: Lend) => void} */
const ask = (question) => self.postMessage(question);

/** @type {Map<number, { resolve: (bytes: ArrayBuffer) => void, reject: (error: Error) => void }>} */
const waiting = new Map();
let asked = 0;

/**
 * A part of a file, read by the page.
 *
 * @param {number} file Its place in the order in which files were opened.
 * @param {number} from
 * @param {number} to
 * @returns {Promise<ArrayBuffer>}
 */
function part(file, from, to) {
  const id = asked++;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    ask({ kind: 'lend', id, file, from, to });
  });
}

/**
 * The page's answer.
 *
 * @param {Lent} lent
 */
export function receive({ id, bytes, name, message }) {
  const one = waiting.get(id);
  waiting.delete(id);
  if (bytes) one?.resolve(bytes);
  else one?.reject(new DOMException(message, name));
}

/**
 * What is asked of a file here: its length, its stream, and parts of it.
 *
 * @param {File} file
 * @param {number} index
 */
const borrowed = ({ name, size, webkitRelativePath }, index) => ({
  name,
  size,
  webkitRelativePath,
  stream() {
    let at = 0;
    return new ReadableStream({
      async pull(controller) {
        const bytes = at < size ? await part(index, at, Math.min(size, at + PIECE)) : new ArrayBuffer();
        at += bytes.byteLength;
        if (bytes.byteLength === 0) controller.close();
        else controller.enqueue(new Uint8Array(bytes));
      },
    });
  },
  slice: (/** @type {number} */ from, /** @type {number} */ to) => ({
    arrayBuffer: () => part(index, from, Math.min(size, to)),
  }),
});

/**
 * The file, or what stands in for it where it cannot be read here.
 *
 * @param {File} file
 * @param {number} index
 * @returns {Promise<File>}
 */
export async function readable(file, index) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return file;
  } catch {
    // Whoever can read it says what is wrong, if it is the file.
    return /** @type {File} */ (/** @type {unknown} */ (borrowed(file, index)));
  }
}
