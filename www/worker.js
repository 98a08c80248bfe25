/**
 * The worker: owns the core and the files of one case, and answers the page's calls one after the other.
 *
 * It is built into a classic script and started from a blob, because neither module workers nor `fetch` exist under
 * `file://`; for the same reason the module's bytes are part of it. They are packed, as they are most of the page.
 */

import { Inspector, initSync } from 'pinglens:core';
import packed from 'pinglens:wasm';
import { XzReadableStream } from 'xz-decompress';
import { readable, receive } from './borrowed.js';
import { Search } from './search.js';

/** @import * as core from './types' */
/** @import { Ask, Calls, Evidence, Lent, Loaded, Report, Tell, Unread } from './types' */

/** How long nothing is said of how far a load has come after it was said, in milliseconds: nobody reads faster. */
const TOLD_MS = 50;

/** @type {core.Inspector} Before any call is answered. */
let inspector;

async function start() {
  // Not through a blob: WebKit reads none in a worker of a page that comes from a file.
  const bytes = new ReadableStream({
    start(controller) {
      controller.enqueue(packed);
      controller.close();
    },
  });
  initSync({ module: await new Response(new XzReadableStream(bytes)).arrayBuffer() });
  inspector = new Inspector();
}

/** @type {File[]} In the order given, which is the order of `Inspector.read`. Of one, a report may have many files. */
let opened = [];
/** @type {Report | undefined} */
let report;

/** @param {Tell} message */
const tell = (message) => self.postMessage(message);

/** A panic ends a WebAssembly instance for good: whatever is asked of it afterwards would be wrong. */
const poisons = (/** @type {unknown} */ error) => error instanceof WebAssembly.RuntimeError;

/** What a browser's refusals to read a file mean to the one who dropped it. */
/** @type {Record<string, string>} */
const REFUSALS = {
  NotFoundError: 'It is no longer where it was, or it is a folder. Drop it again, or the files that are in it.',
  NotReadableError:
    'It changed or went after it was dropped, another program has it locked, or it is a folder. Drop a copy of it.',
  SecurityError: 'The browser is not allowed to read it. Drop a copy of it.',
};

/** What Chromium calls it when a file's stream breaks, though there is no network here that could fail. */
const BROKEN = /^network error$/i;

/** @param {unknown} error */
function sentenceOf(error) {
  if (error instanceof DOMException) return REFUSALS[error.name] ?? error.message;
  if (error instanceof TypeError && BROKEN.test(error.message)) return /** @type {string} */ (REFUSALS.NotReadableError);
  return error instanceof Error ? error.message : String(error);
}

/**
 * @param {number} index Index into `Report.files`, which are in order of time.
 * @returns {File}
 */
function fileAt(index) {
  const file = opened[report?.files[index]?.opened ?? -1];
  if (!file) throw new Error('This line belongs to a file that is no longer open.');
  return file;
}

/** @type {Calls} */
const calls = {
  async load(files, said) {
    opened = await Promise.all(files.map(readable));
    /** @type {Unread[]} */
    const unread = [];
    for (const [index, file] of opened.entries()) {
      const name = file.webkitRelativePath || file.name;
      try {
        let next = 0;
        await inspector.read(file, name, said[index], (bytes, lines, activesync) => {
          if (performance.now() < next && bytes < file.size) return;
          next = performance.now() + TOLD_MS;
          tell({ kind: 'progress', progress: { file: index, bytes, lines, activesync } });
        });
      } catch (error) {
        if (poisons(error)) throw error;
        const sentence = sentenceOf(error);
        inspector.abandon(sentence);
        unread.push({ name, sentence });
      }
    }
    report = unread.length < files.length ? inspector.report() : undefined;
    return /** @type {Loaded} */ ({ report, unread });
  },
  formats: async () => Inspector.formats(),
  guide: async (code) => Inspector.guide(code),
  check: async (format) => Inspector.check(format),
  outcomes: async () => Inspector.outcomes(),
  select: async (query, among) => inspector.select(query, among),
  facets: async (query, column) => inspector.facets(query, column),
  csv: async (rows) => inspector.csv(rows),
  lifeline: async (row, before, after) => inspector.lifeline(row, before, after),
  pings: async (most) => inspector.pings(most),
  judge: async (thresholds) => inspector.judge(thresholds),
  requestsOf: async (finding) => inspector.requestsOf(finding),
  requests: async (rows) => inspector.requests(rows),
  raw: (row, file) => inspector.raw(row, fileAt(file)),
  async search(files, expression, codePages) {
    const search = new Search(expression, (hits) => tell({ kind: 'hits', hits }));
    for (const [opened, file] of files.entries()) {
      search.begin(opened, codePages[opened]);
      await Inspector.texts(await readable(file, opened), (text, bytes) => search.feed(text, bytes));
    }
    return search.end();
  },
  rawAt: (file, offset) => inspector.rawAt(file, fileAt(file), offset),
  rawAround: (file, offset, lines) => inspector.rawAround(file, fileAt(file), offset, lines),
  async restore(requests) {
    inspector = Inspector.restored(requests);
  },
  rowAt: async (file, line) => inspector.rowAt(file, line),
  async export(form, keep, along) {
    /** @type {{ line: Evidence, text: string }[]} */
    const lines = [];
    for (const line of along.lines ? inspector.lines() : []) {
      const { text } = await inspector.rawAt(line.file, fileAt(line.file), line.offset);
      lines.push({ line, text });
    }
    const { text, report, ...names } = inspector.export(form, keep, along.requests, lines);
    // As the command writes it, byte for byte.
    return { ...names, text: text ?? `${JSON.stringify(report, null, 2)}\n` };
  },
};

/** @param {Ask} question */
async function answer({ id, call, args }) {
  try {
    const ask = /** @type {(...args: unknown[]) => Promise<unknown>} */ (calls[call]);
    tell({ kind: 'answer', id, answer: await ask(...args) });
  } catch (error) {
    if (poisons(error)) tell({ kind: 'crash', message: sentenceOf(error) });
    else tell({ kind: 'error', id, message: sentenceOf(error) });
  }
}

// One after the other: while the core waits for a file, it can be asked nothing else.
let turn = start();
self.addEventListener('message', (/** @type {MessageEvent<Ask | Lent>} */ event) => {
  const { data } = event;
  // What a call waits for cannot wait for that call.
  if ('lent' in data) return receive(data);
  turn = turn.then(() => answer(data));
});

// A panic inside a future of the core rejects no promise that anybody waits for: it only surfaces here.
self.addEventListener('unhandledrejection', (event) => tell({ kind: 'crash', message: sentenceOf(event.reason) }));
