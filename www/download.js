/** Files that the page gives to its reader: made here, from what is in the tab. */

/**
 * @param {string[]} parts
 * @param {string} name
 * @param {string} type
 */
export function save(parts, name, type) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  link.click();
  // A browser that asks where to put it may still read it for a while.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
