/** The build itself: what it puts into the file, and that it does so every time alike. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const BUILD = fileURLToPath(new URL('../../www/build.mjs', import.meta.url));
const run = (path, ...args) => promisify(execFile)(process.execPath, [path, ...args]);
const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Builds a page around a core that does nothing, twice, and returns both. */
async function builtTwice(sample) {
  const folder = await mkdtemp(join(tmpdir(), 'pinglens-build-'));
  const at = (name) => join(folder, name);
  await writeFile(at('pinglens.js'), 'export function initSync() {}\nexport class Inspector {}\n');
  await writeFile(at('pinglens_bg.wasm.xz'), 'what nobody unpacks');
  await writeFile(at('sample.log'), sample);
  const pages = [];
  for (const out of ['one.html', 'two.html']) {
    const options = ['--pkg', folder, '--sample', at('sample.log'), '--out', at(out)];
    await run(BUILD, ...options);
    pages.push(await readFile(at(out), 'utf8'));
  }
  await rm(folder, { recursive: true });
  return pages;
}

test('two builds are the same, byte for byte', async () => {
  const [one, two] = await builtTwice('a line\n');
  assert.equal(one, two);
});

test('the policy names the script and the style that are in the file, and lets nothing else in or out', async () => {
  const [page] = await builtTwice('a line\n');
  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)[1];
  const [, script] = /<script>([\s\S]*?)<\/script>/.exec(page);
  const [, style] = /<style>([\s\S]*?)<\/style>/.exec(page);
  assert.ok(policy.includes(`script-src ${hash(script)} 'wasm-unsafe-eval';`));
  assert.ok(policy.includes(`style-src ${hash(style)};`));
  assert.ok(policy.startsWith("default-src 'none';"));
  assert.ok(policy.includes("connect-src 'none'"));
  assert.ok(page.indexOf('Content-Security-Policy') < page.indexOf('<style>'), 'it holds before anything is loaded');
  assert.doesNotMatch(page, / style="|<link(?!\s+rel="icon")|src="(?!data:)|<!-- build/, 'nothing is left to load');
});

test('text that would end the script does not', async () => {
  const [page] = await builtTwice('GET /</script><script>alert(1)</script> HTTP/1.1\n');
  assert.equal(page.match(/<\/script>/g).length, 1);
});
