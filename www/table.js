/** Tables and the rows that open: the one way in which every section shows its numbers. */

import { freshId, h } from './dom.js';
import { say } from './language/say.js';

/** @import { Child } from './dom.js' */

/**
 * A column: its heading, and whether it holds figures (which are set to the right, digit under digit).
 *
 * @typedef {{ title: Child, number?: boolean, class?: string }} Column
 */

/** A table that is wider than its place scrolls by itself, and only then does the keyboard have to reach it. */
const overflow = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    // Only then is it a place of its own, too: a region within the section's region that says nothing new is noise.
    const name = target.querySelector('caption')?.textContent ?? '';
    const place = { tabindex: '0', role: 'region', 'aria-label': say('{name}, table', { name }) };
    const wide = target.scrollWidth > target.clientWidth;
    for (const [attribute, value] of Object.entries(place)) {
      if (wide) target.setAttribute(attribute, value);
      else target.removeAttribute(attribute);
    }
  }
});

/**
 * @param {string} caption
 * @param {Column[]} columns
 * @param {HTMLTableRowElement[]} rows
 * @param {{ class?: string, foot?: HTMLTableRowElement, hideCaption?: boolean }} [options]
 */
export function table(caption, columns, rows, options = {}) {
  const heads = columns.map((column) =>
    h('th', { scope: 'col', class: classes(column.number && 'number', column.class) }, worded(column.title)),
  );
  const place = h(
    'div',
    { class: 'scroll' },
    h(
      'table',
      { class: options.class },
      h('caption', { class: options.hideCaption && 'for-ears' }, caption),
      h('thead', {}, h('tr', {}, heads)),
      h('tbody', {}, rows),
      options.foot && h('tfoot', {}, options.foot),
    ),
  );
  overflow.observe(place);
  return place;
}

/**
 * A row whose first cell names it.
 *
 * @param {Column[]} columns
 * @param {Child[]} cells
 */
export function row(columns, cells) {
  return h(
    'tr',
    {},
    cells.map((cell, index) => {
      const column = columns[index];
      const className = classes(column?.number && 'number', column?.class);
      return index === 0 ? h('th', { scope: 'row', class: className }, cell) : h('td', { class: className }, cell);
    }),
  );
}

/**
 * A row that opens to a second one below it. What it opens to is made when it is first asked for.
 *
 * @param {Column[]} columns
 * @param {(button: HTMLButtonElement) => Child[]} cells Puts the button into one of the cells.
 * @param {Child} label What the button says.
 * @param {() => Child | Promise<Child>} make
 * @param {{ open?: boolean }} [options]
 * @returns {HTMLTableRowElement[]}
 */
export function openable(columns, cells, label, make, options = {}) {
  const body = h('td', { colspan: columns.length });
  const detail = h('tr', { class: 'detail', id: freshId() }, body);
  return [row(columns, cells(disclosure(label, detail, body, make, options))), detail];
}

/**
 * A button that shows and hides `panel`, whose content is made into `body` when it is first shown.
 *
 * @param {Child} label
 * @param {HTMLElement} panel
 * @param {HTMLElement} body
 * @param {() => Child | Promise<Child>} make
 * @param {{ open?: boolean }} [options]
 */
export function disclosure(label, panel, body, make, options = {}) {
  panel.hidden = true;
  panel.id ||= freshId();
  let made = false;
  const toggle = async () => {
    panel.hidden = !panel.hidden;
    button.setAttribute('aria-expanded', String(!panel.hidden));
    if (made || panel.hidden) return;
    made = true;
    body.setAttribute('aria-busy', 'true');
    try {
      body.replaceChildren(h('div', {}, await make()));
    } catch (error) {
      made = false;
      const reason = error instanceof Error ? error.message : String(error);
      body.replaceChildren(h('p', { class: 'problem', role: 'alert' }, say('This could not be shown: {reason}', { reason })));
    }
    body.removeAttribute('aria-busy');
  };
  const button = h(
    'button',
    { type: 'button', class: 'opener', 'aria-expanded': 'false', 'aria-controls': panel.id, onclick: toggle },
    label,
  );
  if (options.open) void toggle();
  return button;
}

/**
 * A heading in the language of the page: columns stand in the code, once for all languages.
 *
 * @param {Child} title
 * @returns {Child}
 */
const worded = (title) => (typeof title === 'string' ? say(title) : title);

/** @param {(string | false | undefined)[]} names */
function classes(...names) {
  return names.filter(Boolean).join(' ') || undefined;
}
