/** Every text of the page stands in every language, as the language needs it. */

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';

const root = new URL('../../', import.meta.url);
const www = new URL('www/', root);
const { transform } = createRequire(new URL('package.json', www))('esbuild');
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
