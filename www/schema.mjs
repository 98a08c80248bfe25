/**
 * Writes `docs/report.schema.json`, the JSON Schema of a report, from the types that the page is checked against.
 *
 *     node www/schema.mjs [--check]
 *
 * With `--check` it only says whether the file is as it would be written.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const www = dirname(fileURLToPath(import.meta.url));
const path = join(www, '../docs/report.schema.json');

/** The schema as text. */
export function schema() {
  const made = createGenerator({
    path: join(www, 'types.d.ts'),
    tsconfig: join(www, 'tsconfig.json'),
    type: 'Report',
    topRef: false,
    skipTypeCheck: true,
    additionalProperties: false,
  }).createSchema('Report');
  const { $schema, ...rest } = made;
  const title = 'A report of Pinglens';
  const description = 'What `pinglens report --format json` writes, and what the page saves as data.';
  return `${JSON.stringify({ $schema, title, description, ...rest }, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const now = schema();
  if (!process.argv.includes('--check')) await writeFile(path, now);
  else if ((await readFile(path, 'utf8')) !== now) {
    console.error('docs/report.schema.json is not what the types say: node www/schema.mjs writes it again');
    process.exit(1);
  }
}
