/**
 * The licences of everything that is in the page: of the crates that the module is made of, and of the packages that the
 * scripts have in them. One text that names each with its authors, and has each licence once.
 *
 * A licence that is not known here ends the build: somebody has to read it first.
 */

import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const MIT = 'MIT';

/** Licences that allow what is done here, and where the text of each stands: in whose folder, in which file. */
const KNOWN = {
  [MIT]: ['serde-wasm-bindgen', 'LICENSE'],
  'Apache-2.0': ['lzma-rust2', 'LICENSE'],
  'BSD-3-Clause': ['lit-html', 'LICENSE'],
  Zlib: ['zlib-rs', 'LICENSE'],
  'bzip2-1.0.6': ['libbz2-rs-sys', 'LICENSE'],
  'Unicode-3.0': ['unicode-ident', 'LICENSE-UNICODE'],
};

/** The standard library is in every module, and no package that cargo would name. */
const RUST = { name: 'Rust’s standard library', version: '', licences: [MIT], authors: ['Copyright (c) The Rust Project Contributors'] };

/**
 * @typedef {{ name: string, version: string, licences: string[], authors: string[], folder: string }} Part
 */

/**
 * @param {string} root The checkout.
 * @param {string[]} bundled Paths of the files that the scripts were made of.
 */
export async function licences(root, bundled) {
  const parts = (await Promise.all([...(await crates(root)), ...packages(root, bundled)].map(read)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const list = [...parts, RUST].map(
    ({ name, version, licences, authors }) => `${`${name} ${version}`.trim()}: ${licences.join(' and ')}${authors.map((line) => `\n  ${line}`).join('')}`,
  );
  const used = Object.keys(KNOWN).filter((licence) => parts.some((part) => part.licences.includes(licence)));
  const texts = await Promise.all(used.map((licence) => textOf(licence, parts)));
  return [`Pinglens: MIT or Apache-2.0. It has in it:`, list.join('\n'), ...texts].join('\n\n');
}

/** What is linked into the module: neither what only builds it, nor what runs while it is compiled. @param {string} root */
async function crates(root) {
  const args = ['metadata', '--format-version', '1', '--locked', '--filter-platform', 'wasm32-unknown-unknown', '--manifest-path', join(root, 'Cargo.toml')];
  const { stdout } = await promisify(execFile)(process.env.CARGO || 'cargo', args, { maxBuffer: 64 << 20 });
  const { packages: all, resolve } = JSON.parse(stdout);
  const known = new Map(all.map((one) => [one.id, one]));
  const links = new Map(resolve.nodes.map((node) => [node.id, node.deps]));
  const found = new Set();
  const visit = (id) => {
    const isMacro = known.get(id).targets.some(({ kind }) => kind.includes('proc-macro'));
    if (isMacro || found.has(id)) return;
    found.add(id);
    for (const { pkg, dep_kinds: kinds } of links.get(id)) if (kinds.some(({ kind }) => kind === null)) visit(pkg);
  };
  const own = all.find(({ name, source }) => name === 'pinglens' && source === null);
  visit(own.id);
  found.delete(own.id);
  return [...found].map((id) => {
    const { name, version, license, authors, manifest_path: manifest } = known.get(id);
    return { name, version, expression: license, folder: dirname(manifest), by: authors };
  });
}

/** @param {string} root @param {string[]} bundled */
function packages(root, bundled) {
  const names = bundled.map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]);
  return [...new Set(names)].filter((name) => name !== undefined).map((name) => ({ name, folder: join(root, 'www/node_modules', name) }));
}

/**
 * @param {{ name: string, version?: string, expression?: string, folder: string, by?: string[] }} part `by` is who wrote it, for
 *   those that have no notice of it.
 * @returns {Promise<Part>}
 */
async function read({ name, version, expression, folder, by = [] }) {
  if (!expression) ({ version, license: expression } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copy)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  // A notice, and not a sentence about notices or a form to be filled in.
  const lines = texts.join('\n').match(/^[ \t]*(?:copyright )?(?:\(c\)|©|copyright) .*(?:\d{4}|authors|developers|contributors|whatwg).*$/gim) ?? [];
  const authors = [...new Set(lines.map((line) => line.trim()))].filter((line) => !/\[yyyy\]|\{yyyy\}|copyright (notice|owner|holder)/i.test(line));
  if (authors.length === 0) authors.push(...by.map((author) => author.replace(/ <.*>/, '')));
  return { name, version, licences: chosen(name, expression), authors, folder };
}

/** Of licences to choose from, MIT; of several that all hold, all. @param {string} name @param {string} expression */
function chosen(name, expression) {
  const all = expression.split(/ AND /).map((part) => {
    const choice = part.replace(/[()]/g, '').split(/ OR |\//).map((one) => one.trim());
    return choice.includes(MIT) ? MIT : choice[0];
  });
  const unknown = all.filter((licence) => !(licence in KNOWN));
  if (unknown.length > 0) throw new Error(`${name} is under ${unknown.join(', ')}, which www/licences.mjs does not know: read it, and add it there`);
  return [...new Set(all)];
}

/** @param {string} licence @param {Part[]} parts */
async function textOf(licence, parts) {
  const [name, file] = KNOWN[licence];
  const part = parts.find((part) => part.name === name);
  if (!part) throw new Error(`the text of ${licence} is taken from ${name}, which is not in the page any more: name another in www/licences.mjs`);
  const text = await readFile(join(part.folder, file), 'utf8');
  // The notices stand with those whose they are.
  const own = part.authors.reduce((rest, line) => rest.replace(line, ''), text);
  // Behind the terms Apache's has a form. Rules and the ends of lines, which are elsewhere on every screen, are left out.
  const terms = own.replace(/\r/g, '').split(/END OF TERMS AND CONDITIONS/)[0].replace(/^-+$/gm, '').replace(/[ \t]+/g, ' ').replace(/^ /gm, '');
  return `--- ${licence} ---\n\n${terms.trim().replace(/\n{2,}/g, '\0').replace(/\n/g, ' ').replace(/\0/g, '\n\n')}`;
}
