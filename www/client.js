/** The page's side of the worker: calls become messages, answers become promises. */

import script from 'pinglens:worker';

/** @import { Along, Ask, Calls, Category, Column, Hits, Lend, Lent, Progress, Query, Said, Tell } from './types' */

// Made once and kept: revoking the address of a blob races with the start of the worker that it is for.
const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));

/**
 * What a browser with Trusted Types asks of whoever starts a worker: that it is the page's own.
 *
 * @type {{ createScriptURL: (url: string) => URL } | undefined}
 */
const ours = /** @type {any} */ (globalThis).trustedTypes?.createPolicy('pinglens', {
  createScriptURL: (/** @type {string} */ url) => {
    if (url !== address) throw new TypeError('That is no worker of this page.');
    return url;
  },
});

/** The answer to a question whose worker was stopped on purpose. */
export class Stopped extends Error {}

/**
 * One worker with one case. Ending it frees everything the case held, and stops a load at once.
 *
 * @implements {Calls}
 */
export class Client {
  #worker;
  #next = 0;
  /** @type {File[]} */
  #files = [];
  /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();
  /** @type {(progress: Progress) => void} */
  #onProgress = () => {};
  /** @type {(hits: Hits) => void} */
  #onHits = () => {};
  /** @type {Error | undefined} Why nothing can be asked any more. */
  #gone;

  /** @type {{ call: keyof Calls, ask: () => Promise<unknown> }[]} What a new worker is asked first, to know what the one before did. */
  #known = [];

  constructor() {
    this.#worker = this.#started();
  }

  #started() {
    const worker = new Worker(ours?.createScriptURL(address) ?? address);
    worker.addEventListener('message', (event) => worker === this.#worker && this.#hear(event.data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      if (worker === this.#worker) this.#end(new Error(event.message));
    });
    return worker;
  }

  /**
   * Reads all files and explains them.
   *
   * @param {File[]} files
   * @param {(Said | undefined)[]} [said] What is said of each file.
   * @param {(progress: Progress) => void} [onProgress]
   */
  load(files, said = [], onProgress = () => {}) {
    this.#files = files;
    this.#onProgress = onProgress;
    const answer = this.#learn('load', files, said);
    // A worker that takes the place of a dead one reads behind the scenes.
    const over = () => void (this.#onProgress = () => {});
    answer.then(over, over);
    return answer;
  }

  formats() {
    return this.#ask('formats');
  }

  /** @param {string} code Of an outcome or a finding. */
  guide(code) {
    return this.#ask('guide', code);
  }

  /** @param {string} format */
  check(format) {
    return this.#ask('check', format);
  }

  outcomes() {
    return this.#ask('outcomes');
  }

  /**
   * @param {Query} query
   * @param {Uint32Array} [among]
   */
  select(query, among) {
    return this.#ask('select', query, among);
  }

  /**
   * @param {Query} query
   * @param {Column} column
   */
  facets(query, column) {
    return this.#ask('facets', query, column);
  }

  /** @param {Uint32Array} rows */
  csv(rows) {
    return this.#ask('csv', rows);
  }

  /**
   * @param {number} row
   * @param {number} before
   * @param {number} after
   */
  lifeline(row, before, after) {
    return this.#ask('lifeline', row, before, after);
  }

  /** @param {number} most */
  pings(most) {
    return this.#ask('pings', most);
  }

  /** @param {string[]} thresholds Each written `CODE=VALUE`. */
  judge(thresholds) {
    return this.#learn('judge', thresholds);
  }

  /** @param {string} finding */
  requestsOf(finding) {
    return this.#ask('requestsOf', finding);
  }

  /** @param {Uint32Array} rows */
  requests(rows) {
    return this.#ask('requests', rows);
  }

  /**
   * @param {number} row
   * @param {number} file
   */
  raw(row, file) {
    return this.#ask('raw', row, file);
  }

  /**
   * @param {number} file
   * @param {number} offset
   */
  rawAt(file, offset) {
    return this.#ask('rawAt', file, offset);
  }

  /**
   * @param {number} file
   * @param {number} offset
   * @param {number} lines
   */
  rawAround(file, offset, lines) {
    return this.#ask('rawAround', file, offset, lines);
  }

  /**
   * @param {number} file
   * @param {number} line
   */
  rowAt(file, line) {
    return this.#ask('rowAt', file, line);
  }

  /**
   * @param {string} form
   * @param {Category[]} keep
   * @param {Along} along
   */
  export(form, keep, along) {
    return this.#ask('export', form, keep, along);
  }

  /** @param {Uint8Array<ArrayBuffer>} requests Of a report, instead of logs. */
  restore(requests) {
    return this.#learn('restore', requests);
  }

  /**
   * Looks for a regular expression in every line of files. It is stopped with the client, whatever the expression does.
   *
   * @param {File[]} files
   * @param {string} expression
   * @param {(string | undefined)[]} codePages
   * @param {(hits: Hits) => void} [onHits]
   */
  search(files, expression, codePages, onHits = () => {}) {
    this.#files = files;
    this.#onHits = onHits;
    return this.#ask('search', files, expression, codePages);
  }

  /** Ends the worker in the middle of whatever it does. */
  stop() {
    this.#end(new Stopped('The reader was stopped.'));
  }

  /**
   * Asks for something that a worker knows from then on. When it dies, the next one is asked for it again before anything
   * else.
   *
   * @template {'load' | 'restore' | 'judge'} Call
   * @param {Call} call
   * @param {Parameters<Calls[Call]>} args
   */
  #learn(call, ...args) {
    const answer = this.#ask(call, ...args);
    const known = { call, ask: () => this.#post(call, args) };
    answer.then(
      () => (this.#known = [...this.#known.filter((other) => other.call !== call), known]),
      () => {},
    );
    return answer;
  }

  /**
   * @template {keyof Calls} Call
   * @param {Call} call
   * @param {Parameters<Calls[Call]>} args
   * @returns {ReturnType<Calls[Call]>}
   */
  #ask(call, ...args) {
    if (this.#gone && !(this.#gone instanceof Stopped) && this.#known.length > 0) this.#revive();
    return this.#post(call, args);
  }

  /** Starts another worker in place of one that died. It answers in order, so that what is asked next waits. */
  #revive() {
    this.#gone = undefined;
    this.#worker = this.#started();
    const known = this.#known;
    // Once, lest what killed one kills all: what a second one learns is learnt anew.
    this.#known = [];
    for (const { ask } of known) {
      ask().then(
        () => (this.#known = known),
        (error) => this.#end(error),
      );
    }
  }

  /**
   * @template {keyof Calls} Call
   * @param {Call} call
   * @param {Parameters<Calls[Call]>} args
   * @returns {ReturnType<Calls[Call]>}
   */
  #post(call, args) {
    const id = this.#next++;
    /** @type {Promise<any>} */
    const answer = new Promise((resolve, reject) => {
      if (this.#gone) return reject(this.#gone);
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage(/** @type {Ask} */ ({ id, call, args }));
    });
    return /** @type {ReturnType<Calls[Call]>} */ (answer);
  }

  /** @param {Tell} message */
  #hear(message) {
    if (message.kind === 'lend') return void this.#lend(message);
    if (message.kind === 'hits') return this.#onHits(message.hits);
    if (message.kind === 'progress') return this.#onProgress(message.progress);
    if (message.kind === 'crash') return this.#end(new Error(message.message));
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'answer') waiting?.resolve(message.answer);
    else waiting?.reject(new Error(message.message));
  }

  /**
   * Reads a part of a file for the worker, where only the page can.
   *
   * @param {Lend} question
   */
  async #lend({ id, file, from, to }) {
    /** @type {Lent} */
    let answer;
    try {
      const bytes = await this.#files[file]?.slice(from, to).arrayBuffer();
      answer = { lent: true, id, bytes };
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      answer = { lent: true, id, name, message };
    }
    this.#worker.postMessage(answer, answer.bytes ? [answer.bytes] : []);
  }

  /** @param {Error} reason */
  #end(reason) {
    this.#gone ??= reason;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
    this.#waiting.clear();
  }
}
