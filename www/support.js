/** What a browser must have that is not in every one that is still about. */

import { mark } from './language/say.js';

/** The smallest module with an instruction for vectors in it: `i8x16.splat`, then `i8x16.popcnt`. */
const VECTORS = new Uint8Array([
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
]);

/**
 * Why this browser cannot read logs, if it cannot. The core scans with instructions that came to browsers last of all
 * that is needed here.
 */
export const unable =
  globalThis.WebAssembly?.validate(VECTORS)
    ? undefined
    : mark(
        'This browser is too old to read logs with this page, or set so that it cannot: it does not know all instructions that are in it (WebAssembly SIMD). Open the page in Firefox 113, Safari 16.4, Chrome or Edge 91, or any later release of them.',
      );
