/**
 * Puts the whole page into one HTML file that works from a `file://` path: worker, WebAssembly, styles and sample inside.
 *
 *     node www/build.mjs --pkg DIR [--out dist/pinglens.html] [--sample tests/fixtures/sample.log]
 *
 * DIR holds what `wasm-bindgen --target web` wrote, and the module packed as xz. The same input gives the same
 * file, byte for byte.
 */

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { Marked } from 'marked';
import { parse, serialize } from 'parse5';
import { licences } from './licences.mjs';

const www = dirname(fileURLToPath(import.meta.url));

const { values } = parseArgs({
  options: {
    pkg: { type: 'string' },
    out: { type: 'string', default: 'dist/pinglens.html' },
    sample: { type: 'string', default: join(www, '../tests/fixtures/sample.log') },
  },
});
if (!values.pkg) {
  console.error('usage: node www/build.mjs --pkg DIR [--out FILE] [--sample FILE]');
  process.exit(2);
}

/** @type {Set<string>} Every file that a script was made of. */
const bundled = new Set();
const worker = await bundle('worker.js', {
  'pinglens:core': file(join(values.pkg, 'pinglens.js'), 'js'),
  'pinglens:wasm': file(join(values.pkg, 'pinglens_bg.wasm.xz'), 'binary'),
});
const script = await bundle('main.js', {
  'pinglens:worker': { contents: worker, loader: 'text' },
  'pinglens:sample': file(values.sample, 'text'),
  'pinglens:catalogues': catalogues(),
});
const style = await bundle('style.css', {});

const guide = await readFile(join(www, '../docs/getting-logs.md'), 'utf8');

const page = asWritten(fill(await readFile(join(www, 'index.html'), 'utf8'), {
  policy: `<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}" />`,
  style: `<style>${style}</style>`,
  script: `<script>${script}</script>`,
  logs: markup(guide),
  licences: escaped(await licences(join(www, '..'), [...bundled])),
}));
await mkdir(dirname(resolve(values.out)), { recursive: true });
await writeFile(values.out, page);
console.log(`${values.out}: ${(Buffer.byteLength(page) / 1024).toFixed(0)} KiB`);

/**
 * One file of this folder with everything that it imports, as one text.
 *
 * @param {string} entry
 * @param {Record<string, import('esbuild').OnLoadResult | Promise<import('esbuild').OnLoadResult>>} given Modules that
 *   are no files of this folder.
 */
async function bundle(entry, given) {
  const result = await build({
    entryPoints: [join(www, entry)],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    // The script of wasm-bindgen can also load the module by its address. Nothing here calls that part of it.
    logOverride: { 'empty-import-meta': 'silent' },
    plugins: [
      {
        name: 'given',
        setup(build) {
          build.onResolve({ filter: /^pinglens:/ }, ({ path }) => ({ path, namespace: 'given' }));
          build.onLoad({ filter: /.*/, namespace: 'given' }, ({ path }) => given[path]);
        },
      },
    ],
  });
  for (const input of Object.keys(result.metafile.inputs)) bundled.add(input);
  return result.outputFiles[0].text.trim();
}

/**
 * @param {string} path
 * @param {import('esbuild').Loader} loader
 */
async function file(path, loader) {
  return { contents: await readFile(path), loader };
}

/**
 * The texts of every language, a file each in `language/`. In the page, what a text is in each language stands beside it, so
 * that the English that all have in common is there once, and packs well.
 */
async function catalogues() {
  const folder = join(www, 'language');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const read = await Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))));
  const beside = (part) => {
    const texts = new Set(read.flatMap((catalogue) => Object.keys(catalogue[part])));
    return [...texts].map((text) => [text, ...read.map((catalogue) => catalogue[part][text])]);
  };
  const contents = `
    const parts = ${JSON.stringify({ page: beside('page'), core: beside('core') })};
    const of = (rows, at) => Object.fromEntries(rows.filter((row) => row[at] != null).map((row) => [row[0], row[at]]));
    const catalogue = (at) => ({ page: of(parts.page, at), core: of(parts.core, at) });
    export default Object.fromEntries(${JSON.stringify(names.map((name) => name.slice(0, -5)))}.map((name, at) => [name, catalogue(at + 1)]));
  `;
  return { contents, loader: 'js' };
}

/**
 * A page of the documentation as HTML, for inside this page: links to other pages of it lead nowhere here.
 *
 * @param {string} markdown
 */
function markup(markdown) {
  const marked = new Marked({
    renderer: {
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens);
        return /^https:/.test(href) ? `<a href="${href}" target="_blank" rel="noreferrer">${text}</a>` : text;
      },
    },
  });
  return /** @type {string} */ (marked.parse(markdown));
}

/**
 * Nothing may be loaded, sent or embedded but what is in this file: its one script and style by their hashes, the
 * worker from a blob, the icon from a data address.
 *
 * @param {string} script
 * @param {string} style
 */
function policy(script, style) {
  return [
    "default-src 'none'",
    `script-src '${sha256(script)}' 'wasm-unsafe-eval'`,
    'worker-src blob:',
    `style-src '${sha256(style)}'`,
    'img-src data:',
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    // No text becomes markup or the address of a script, but through the templates' own parts and the one worker.
    "require-trusted-types-for 'script'",
    'trusted-types lit-html pinglens',
  ].join('; ');
}

/**
 * A page as a browser writes it when it is asked for its elements, from the first to the one that runs. So what the page
 * saves of itself is this file with a report in it, byte for byte, and the command can do the same.
 *
 * @param {string} html
 */
function asWritten(html) {
  // What stands behind the script is not there yet when that runs.
  const body = html.replace(/\s*<\/body>\s*<\/html>\s*$/, '</body></html>');
  return `${serialize(parse(body)).replace(/^<!DOCTYPE html>/, '<!doctype html>\n')}\n`;
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}

/** @param {string} text */
function sha256(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/**
 * Puts each part in place of its `<!-- build:name -->`.
 *
 * @param {string} html
 * @param {Record<string, string>} parts
 */
function fill(html, parts) {
  // Text that ends the element it stands in, or that makes a browser look for a later end, would break the page.
  for (const [name, ending] of Object.entries({ style: /<\/style|<!--/i, script: /<\/script|<!--/i })) {
    const inner = parts[name].replace(/^<\w+>|<\/\w+>$/g, '');
    if (ending.test(inner)) throw new Error(`the ${name} holds text that cannot stand inside an element`);
  }
  return html.replace(/^ *<!-- build:(\w+) -->/gm, (_, name) => parts[name]);
}
