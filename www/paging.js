/** Tables of which only the beginning is drawn: a list can have hundreds of thousands of rows. */

import { h } from './dom.js';
import { number } from './format.js';
import { say } from './language/say.js';
import { table } from './table.js';

/** @import { Column } from './table.js' */

/** How many rows are drawn at once. */
const PAGE = 50;

/**
 * A table of its first rows, and a button for the next ones.
 *
 * @param {string} caption
 * @param {Column[]} columns
 * @param {number} count Of all rows.
 * @param {(from: number, to: number) => HTMLTableRowElement[] | Promise<HTMLTableRowElement[]>} draw
 * @param {Parameters<typeof table>[3]} [options]
 */
export async function pagedTable(caption, columns, count, draw, options) {
  let shown = Math.min(PAGE, count);
  const first = table(caption, columns, await draw(0, shown), options);
  if (shown === count) return [first];

  const more = h('button', { type: 'button', class: 'quiet' });
  const state = h('span', { class: 'muted', role: 'status' });
  const tell = () => {
    more.textContent = say('Show {count} more', { count: number(Math.min(PAGE, count - shown)) });
    more.hidden = shown === count;
    state.textContent = say('{shown} of {count} shown', { shown: number(shown), count: number(count) });
  };
  more.addEventListener('click', async () => {
    more.disabled = true;
    const to = Math.min(shown + PAGE, count);
    try {
      const rows = await draw(shown, to);
      first.querySelector('tbody')?.append(...rows);
      shown = to;
      tell();
      // The keyboard goes on where the new rows begin.
      rows[0]?.querySelector('button')?.focus();
    } catch (error) {
      state.textContent = error instanceof Error ? error.message : String(error);
    }
    more.disabled = false;
  });
  tell();
  return [first, h('p', { class: 'paging' }, more, state)];
}
