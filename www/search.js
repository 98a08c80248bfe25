/**
 * A search for a regular expression through every line of files, in the worker. It is the browser's own expressions that
 * are used: they are fast, everybody knows them, and they take no room in the page. One that runs wild holds up nothing but
 * this worker, which is ended with the search.
 */

/** @import { Hit, Hits } from './types' */

/** Lines that are kept; further ones are counted. */
const KEPT = 5_000;

/** Letters of a line that are shown: before the match, and of all. */
const [BEFORE, SHOWN] = [120, 600];

/** A text without a line's end is searched in pieces of so many bytes. */
const LONGEST = 4 << 20;

/** The end of a line. */
const NEWLINE = 10;

/** How often what was found is told, in milliseconds. */
const EVERY_MS = 100;

export class Search {
  #expression;
  #tell;
  /** @type {Hit[]} Not told yet. */
  #hits = [];
  #kept = 0;
  #count = 0;
  #bytes = 0;
  #told = 0;
  #opened = 0;
  #text = -1;
  #line = 1;
  /** Where the next piece begins in the text, in bytes. */
  #offset = 0;
  /** Whether the line that the last piece ended in was found already. */
  #found = false;
  /** The beginning of a line that goes on. */
  #rest = new Uint8Array();
  /** As most lines are. */
  #decoder = new TextDecoder('utf-8', { fatal: true });
  /** As a line is that is no UTF-8. */
  #older = new TextDecoder('windows-1252');

  /**
   * @param {string} expression
   * @param {(hits: Hits) => void} tell
   */
  constructor(expression, tell) {
    this.#expression = new RegExp(expression, 'gim');
    this.#tell = tell;
  }

  /**
   * The next opened file.
   *
   * @param {number} opened
   * @param {string} [codePage]
   */
  begin(opened, codePage = 'windows-1252') {
    this.#finish();
    this.#opened = opened;
    this.#older = new TextDecoder(codePage);
    this.#text = -1;
  }

  /**
   * A piece of one of its texts.
   *
   * @param {number} text
   * @param {Uint8Array} bytes
   */
  feed(text, bytes) {
    if (text !== this.#text) {
      this.#finish();
      this.#text = text;
      [this.#line, this.#offset, this.#found] = [1, 0, false];
    }
    this.#bytes += bytes.length;
    const block = joined(this.#rest, bytes);
    const last = block.lastIndexOf(NEWLINE) + 1;
    const end = last === 0 && block.length > LONGEST ? block.length : last;
    this.#rest = block.slice(end);
    if (end > 0) this.#look(block.subarray(0, end));
    if (performance.now() - this.#told > EVERY_MS) this.#say();
  }

  /** @returns {Hits} All that there is to say at the end. */
  end() {
    this.#finish();
    const hits = this.#hits;
    this.#hits = [];
    return { hits, count: this.#count, bytes: this.#bytes };
  }

  #finish() {
    if (this.#text < 0) return;
    this.#look(this.#rest);
    this.#rest = new Uint8Array();
    this.#text = -1;
  }

  /**
   * Lines as they are shown: UTF-8, or else in an older code page, each for itself.
   *
   * @param {Uint8Array} bytes
   * @returns {string}
   */
  #decoded(bytes) {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      const end = bytes.indexOf(NEWLINE) + 1;
      if (end === 0 || end === bytes.length) return this.#older.decode(bytes);
    }
    // Halved at a line's end, so that one such line among many is found soon.
    const middle = bytes.lastIndexOf(NEWLINE, bytes.length / 2) + 1 || bytes.indexOf(NEWLINE) + 1;
    return this.#decoded(bytes.subarray(0, middle)) + this.#decoded(bytes.subarray(middle));
  }

  #say() {
    this.#told = performance.now();
    this.#tell({ hits: this.#hits, count: this.#count, bytes: this.#bytes });
    this.#hits = [];
  }

  /** @param {Uint8Array} bytes Whole lines, unless one of them is longer than a piece. */
  #look(bytes) {
    const expression = this.#expression;
    const block = this.#decoded(bytes);
    // A line that goes on in this piece is found once.
    let at = this.#found ? (block.indexOf('\n') + 1 || block.length) : 0;
    if (at > 0) this.#line += lines(block, 0, at);
    // The line that this is, and where it begins: known by the ends of lines alone, whatever a letter takes.
    let [line, begun] = [this.#line, at > 0 ? bytes.indexOf(NEWLINE) + 1 || bytes.length : 0];
    this.#found = at === block.length && this.#found;
    expression.lastIndex = at;
    for (let match; at < block.length && (match = expression.exec(block)); ) {
      const { index } = match;
      const begin = block.lastIndexOf('\n', index - 1) + 1;
      const found = block.indexOf('\n', index);
      const end = found < 0 ? block.length : found;
      let [from, to] = [index, index + match[0].length];
      if (to > end) {
        // It goes on in the next line, which stands in another piece as often as not: a line has to match by itself.
        expression.lastIndex = 0;
        const alone = expression.exec(block.slice(begin, end));
        if (!alone) {
          expression.lastIndex = end + 1;
          continue;
        }
        from = begin + alone.index;
        to = from + alone[0].length;
      }
      this.#line += lines(block, at, begin);
      this.#count++;
      if (this.#kept < KEPT) {
        for (; line < this.#line; line++) begun = bytes.indexOf(NEWLINE, begun) + 1;
        this.#keep(block, begin, end, from, to, this.#offset + begun);
      }
      // One for each line: the next is looked for behind this one.
      at = begin;
      this.#found = end === block.length;
      if (end + 1 >= block.length) break;
      expression.lastIndex = end + 1;
    }
    this.#line += lines(block, at, block.length);
    this.#offset += bytes.length;
  }

  /**
   * @param {string} block
   * @param {number} begin Of the line.
   * @param {number} end
   * @param {number} from Of the match.
   * @param {number} to
   * @param {number} offset Of the line in its text, in bytes.
   */
  #keep(block, begin, end, from, to, offset) {
    const first = Math.max(begin, from - BEFORE);
    const excerpt = block.slice(first, Math.min(end, first + SHOWN)).replace(/\r$/, '');
    const place = { opened: this.#opened, text: this.#text, line: this.#line, offset };
    this.#hits.push({ ...place, excerpt, from: from - first, to: Math.min(to - first, excerpt.length) });
    this.#kept++;
  }
}

/**
 * @param {Uint8Array} first
 * @param {Uint8Array} second
 */
function joined(first, second) {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/**
 * How many lines end in a part of a text.
 *
 * @param {string} text
 * @param {number} from
 * @param {number} to
 */
function lines(text, from, to) {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
