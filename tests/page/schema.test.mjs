/** The schema of reports is what the types say, and reports are what the schema says. */

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { schema } from '../../www/schema.mjs';

const root = new URL('../../', import.meta.url);
const Ajv = createRequire(new URL('www/package.json', root))('ajv');
const json = async (path) => JSON.parse(await readFile(new URL(path, root), 'utf8'));

test('the published schema is that of the types', async () => {
  const written = await readFile(new URL('docs/report.schema.json', root), 'utf8');
  assert.ok(written === schema(), 'node www/schema.mjs writes it again');
});

test('reports of every kind that was ever written are as the schema says', async () => {
  const valid = new Ajv({ strict: false }).compile(await json('docs/report.schema.json'));
  const names = await readdir(new URL('tests/fixtures/reports', root));
  assert.ok(names.length >= 2);
  for (const name of names) assert.ok(valid(await json(`tests/fixtures/reports/${name}`)), `${name}: ${JSON.stringify(valid.errors)}`);
});

test('reports are as the schema says, and what is not is refused', async () => {
  const valid = new Ajv({ strict: false }).compile(await json('docs/report.schema.json'));
  for (const name of ['founding-thread', 'sample']) {
    const report = await json(`tests/fixtures/${name}.report.json`);
    assert.ok(valid(report), JSON.stringify(valid.errors));
    for (const spoil of [
      (copy) => delete copy.verdict,
      (copy) => (copy.version = 1),
      (copy) => (copy.totals.pings = 'many'),
      (copy) => (copy.devices[0].owner = 'nobody'),
      (copy) => (copy.findings[0].severity = 'grave'),
    ]) {
      const copy = structuredClone(report);
      spoil(copy);
      assert.ok(!valid(copy), spoil.toString());
    }
  }
});
