/** The frame that every part of the report stands in. */

import { h } from './dom.js';

/** @import { Child } from './dom.js' */

/**
 * A part of the report: its place in the list of parts, and what it shows.
 *
 * @typedef {{ id: string, title: string, element: HTMLElement }} Section
 */

/**
 * @param {string} id
 * @param {string} title
 * @param {Child} lead What it shows, or in one line that there is nothing to show.
 * @param {Child[]} children
 * @returns {Section}
 */
export function section(id, title, lead, ...children) {
  const heading = h('h2', { id: `${id}-title` }, title);
  const element = h(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    heading,
    lead && h('p', { class: 'lead' }, lead),
    children,
  );
  return { id, title, element };
}
