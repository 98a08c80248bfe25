/** What a browser must have that is not in every one that is still about. */

/**
 * Why this browser cannot read logs, if it cannot. The core in this page is packed, and unpacking it is what came to
 * browsers last of all that is needed here.
 */
export const unable =
  'DecompressionStream' in globalThis
    ? undefined
    : 'This browser is too old to read logs with this page: it cannot unpack what is in it (DecompressionStream). Open the page in Firefox 113, Safari 16.4, Chrome or Edge 91, or any later release of them.';
