/**
 * Packs the WebAssembly module, which is most of the page, for `DecompressionStream('deflate')`.
 *
 *     node www/pack.mjs MODULE PACKED
 *
 * By zopfli of the lock: what Node.js's own zlib makes differs from release to release and with the processor, and is
 * 5 % larger.
 */

import { readFile, writeFile } from 'node:fs/promises';
import zopfli from '@gfx/zopfli';

const [module, packed] = process.argv.slice(2);
if (!module || !packed) {
  console.error('usage: node www/pack.mjs MODULE PACKED');
  process.exit(2);
}
// Further iterations take a second each, for one byte in a thousand.
await writeFile(packed, await zopfli.zlibAsync(await readFile(module), { numiterations: 1 }));
