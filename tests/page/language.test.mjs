/** Every text of the page stands in every language, as the language needs it. */

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';

const root = new URL('../../', import.meta.url);
const www = new URL('www/', root);
const { build, transform } = createRequire(new URL('package.json', www))('esbuild');
const read = (path, base = www) => readFile(new URL(path, base), 'utf8');

/** A text in the code, in whichever quotation marks. */
const TEXT = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\$]|\\.)*`)/.source;
/** What may stand in brackets before it. */
const BEFORE = /(?:[^()]|\((?:[^()]|\([^()]*\))*\))*?/.source;
const literal = (text) => JSON.parse(`"${text.slice(1, -1).replace(/\\([`'])/g, '$1').replace(/(?<!\\)"/g, '\\"')}"`);

/** All scripts of the page, with what is put together of texts put together. */
async function scripts() {
  const names = (await readdir(www, { recursive: true })).filter((name) => /^(?!node_modules).*\.js$/.test(name));
  const options = { minifySyntax: true, charset: 'utf8', format: 'esm' };
  return Promise.all(names.map(async (name) => [name, (await transform(await read(name), options)).code]));
}

/** The texts that stand in the code, and for each noun its plural. */
async function inCode() {
  const texts = new Set();
  const nouns = new Map();
  for (const [name, code] of await scripts()) {
    if (name.startsWith('language/')) continue;
    const choices = new RegExp(`\\b(?:say|sayParts)\\(\\s*(?:${BEFORE}[^?]\\? )?${TEXT}(?: : ${TEXT})?`, 'g');
    for (const [, one, other] of code.matchAll(choices)) for (const text of [one, other]) if (text) texts.add(literal(text));
    for (const [, text] of code.matchAll(new RegExp(`\\bmark\\(\\s*${TEXT}`, 'g'))) texts.add(literal(text));
    const counted = new RegExp(`\\bcounted\\(${BEFORE}, ${TEXT}(?:, ${TEXT})?\\)`, 'g');
    for (const [, one, other] of code.matchAll(counted)) nouns.set(literal(one), other ? literal(other) : `${literal(one)}s`);
  }
  return { texts, nouns };
}

/** The texts that stand in the page from the beginning. */
async function inPage() {
  const html = (await read('index.html')).replace(/<!--.*?-->/gs, '').replace(/^.*<body>/s, '');
  const kept = html.replace(/<(script|style|template|svg|code)[\s>].*?<\/\1>/gs, '\0').replace(/<div class="brand".*?<\/div>/s, '');
  const texts = kept.replace(/<noscript.*?<\/noscript\s*>/gs, (part) => part.replace(/<p\s*>|<\/p\s*>|<\/?noscript\s*>/g, '\0'));
  const attributes = [...kept.matchAll(/(?:aria-label|title|placeholder)="([^"]+)"/g)].map(([, text]) => text);
  const nodes = texts.replace(/<[^>]*>/gs, '\0').split('\0').map((text) => text.replace(/\s+/g, ' ').trim());
  return [...nodes, ...attributes].filter((text) => /\p{L}{2}/u.test(text));
}

const catalogues = await Promise.all(
  (await readdir(new URL('language/', www)))
    .filter((name) => name.endsWith('.json'))
    .map(async (name) => [name.slice(0, -5), JSON.parse(await read(`language/${name}`))]),
);
const slots = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test('the code says everything through the language', async () => {
  const { texts, nouns } = await inCode();
  assert.ok(texts.size > 250 && nouns.size > 5, `${texts.size} texts, ${nouns.size} nouns`);
});

for (const [code, { page, core }] of catalogues) {
  test(`${code} has each text of the page, and no other`, async () => {
    const { texts, nouns } = await inCode();
    const wanted = new Set([...texts, ...nouns.keys(), ...(await inPage())]);
    assert.deepEqual([...wanted].filter((text) => !(text in page)), [], 'missing');
    assert.deepEqual(Object.keys(page).filter((text) => !wanted.has(text)), [], 'no longer said');
  });

  test(`${code} has the same values in each text, and each form of a noun`, async () => {
    const { nouns } = await inCode();
    const forms = new Intl.PluralRules(code).resolvedOptions().pluralCategories.toSorted();
    for (const [text, words] of Object.entries(page)) {
      if (nouns.has(text)) assert.deepEqual(Object.keys(words).sort(), forms, text);
      else assert.deepEqual(slots(words), slots(text), text);
    }
    for (const [text, words] of Object.entries(core)) assert.deepEqual([...new Set(slots(words))], [...new Set(slots(text))], text);
  });

  test(`${code} translates sentences that the core writes`, async () => {
    const sources = await coreTexts();
    // A sentence may be put together of several texts: most of each two words in a row stand in one of them.
    const known = (text) => {
      const runs = text.split(/\{\w+\}/).flatMap((part) => inRow(part.trim().split(/\s+/).filter(Boolean)));
      return runs.filter((run) => sources.includes(run)).length >= runs.length * 0.5;
    };
    assert.deepEqual(Object.keys(core).filter((text) => !known(text)), []);
    assert.ok(!known('The moon is full of {n} cheeses.'), 'what the core does not write is found');
  });
}

/** What the page says of texts of the core, with the catalogues as they are here. */
async function speaker(code) {
  const given = {
    name: 'given',
    setup(build) {
      build.onResolve({ filter: /^pinglens:/ }, ({ path }) => ({ path, namespace: 'given' }));
      const contents = `export default ${JSON.stringify(Object.fromEntries(catalogues))}`;
      build.onLoad({ filter: /.*/, namespace: 'given' }, () => ({ contents }));
    },
  };
  const contents = "export { told } from './language/told.js'; export * from './language/say.js';";
  const stdin = { contents, resolveDir: fileURLToPath(www) };
  // What the languages are chosen from, which only a browser has.
  const banner = { js: `const navigator = { languages: ['${code}'] };` };
  const { outputFiles } = await build({ stdin, banner, bundle: true, write: false, format: 'esm', plugins: [given] });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
}

/** Fields of a report that are names, formats or codes, in every language the same. */
const NAMES = new Set(['outcome', 'code', 'pattern', 'cmd', 'name', 'device', 'device_type', 'client', 'users', 'reference', 'formats']);
/** Codes that stand in fields which elsewhere hold words. */
const CODES = new Set(['device', 'user', 'network', 'file', 'start', 'end', 'none']);
/** Fields that are sentences and words for people. */
const WORDS = new Set('title sentence reason advice sentences label meaning what limited_by note notes unit'.split(' '));

function* words(value, field = '') {
  if (typeof value === 'string') {
    if (WORDS.has(field) && !CODES.has(value)) yield value;
  } else if (value && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) {
      if (!NAMES.has(key) && key !== 'first_stretches') yield* words(inner, Array.isArray(value) ? field : key);
    }
  }
}

for (const [code] of catalogues) {
  test(`${code} says all of a report`, async () => {
    const { told } = await speaker(code);
    for (const name of ['founding-thread', 'sample']) {
      const report = JSON.parse(await read(`tests/fixtures/${name}.report.json`, root));
      const all = [...new Set(words(report))].filter((text) => /\p{L}{3}/u.test(text));
      assert.ok(all.length > 100, `${all.length}`);
      assert.deepEqual(all.filter((text) => told(text).foreign), [], name);
    }
  });
}

test('values stand where the language has them, in its figures', async () => {
  const { told, say, noun } = await speaker('de');
  const text = '668 of 1,763 Pings (37.9 %) ended in 409, and that is harmless: the phone had left its Ping for another request.';
  assert.deepEqual(told(text), {
    text: '668 von 1.763 Pings (37,9 %) endeten mit 409, und das ist harmlos: Das Telefon hatte seinen Ping für eine andere Anfrage verlassen.',
    foreign: false,
  });
  const grave = 'None of 7 Pings ended in 409. To be acted on: idle connections are cut after about 4 min.';
  assert.match(told(grave).text, /^Keiner von 7 Pings .* Zu handeln ist hier: Ruhende Verbindungen werden nach etwa 4 min getrennt\.$/);
  assert.deepEqual(told('Harmless. The moon is full. Harmless.'), { text: 'Harmlos. The moon is full. Harmlos.', foreign: true });
  assert.equal(told('See https://example.com/a?b=(c)').text, 'Siehe https://example.com/a?b=(c)');
  assert.equal(say('{from} to {to}', { from: 1, to: '{from}' }), '1 bis {from}');
  assert.deepEqual([0, 1, 2].map((n) => noun(n, 'line', 'lines')), ['Zeilen', 'Zeile', 'Zeilen']);
});

test('what is written into a log is no pattern', async () => {
  const { told } = await speaker('ja');
  for (const text of ['((((', '{n} Pings', '$&', '1 of 2 Pings (', `${'a '.repeat(5_000)}.`, '\\']) {
    const started = performance.now();
    assert.equal(typeof told(text).text, 'string');
    assert.ok(performance.now() - started < 1_000);
  }
});

/** Each two words in a row, or each word where they are few. */
const inRow = (words) => (words.length <= 2 ? words : words.slice(1).map((word, at) => `${words[at]} ${word}`));

/** Every text in the core's code, and in those scripts that speak no language either. */
async function coreTexts() {
  const folder = fileURLToPath(new URL('crate/src/', root));
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.rs'));
  const rust = await Promise.all(names.map((name) => readFile(`${folder}/${name}`, 'utf8')));
  const texts = rust.flatMap((source) => [...source.matchAll(/"((?:[^"\\]|\\[\s\S])*)"/g)].map(([, text]) => text));
  const plain = texts.map((text) => text.replace(/\\\n\s*/g, '').replace(/\\"/g, '"'));
  const scripts = await Promise.all(['worker.js', 'main.js'].map((name) => read(name)));
  return [...plain, ...scripts].join('\n');
}

export { inCode, inPage };
