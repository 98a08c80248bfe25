/**
 * A table of any number of rows, of which only those in sight are drawn.
 *
 * Rows come in blocks, which are what is windowed: a million rows are some thousand things to keep account of. Browsers
 * draw nothing beyond a height of some millions of pixels, so a longer table is scrolled in proportion: the bar leads
 * through all of it, and the arrow keys go row by row.
 */

import { Virtualizer, elementScroll, observeElementOffset, observeElementRect } from '@tanstack/virtual-core';
import { html, nothing, render } from 'lit-html';
import { classMap } from 'lit-html/directives/class-map.js';
import { repeat } from 'lit-html/directives/repeat.js';
import { freshId } from '../dom.js';

/** @import { RequestRow } from '../types' */
/** @import { Cell } from './columns.js' */

/** Height of a row in pixels, which `explorer.css` has, too. */
const ROW = 30;

/** Rows that are asked for together. */
const BLOCK = 25;

/** Blocks that are kept when they are out of sight. */
const KEPT = 48;

/** Greatest height: a quarter of what the most frugal browser draws. */
const HIGHEST = 4_000_000;

/**
 * @typedef {{
 *   columns: Cell[],
 *   head: unknown,
 *   label: string,
 *   open: (row: number) => void,
 * }} Look
 */

export class Grid {
  #load;
  #head = document.createElement('div');
  #body = document.createElement('div');
  #virtual;
  /** Pixels of the whole table for each pixel of the scroll bar. */
  #ratio = 1;
  #active = -1;
  /** @type {Uint32Array} */
  #rows = new Uint32Array();
  /** @type {Look} */
  #look = { columns: [], head: nothing, label: '', open: () => {} };
  /** @type {Map<number, RequestRow[] | undefined>} Without a value while it is asked for. */
  #blocks = new Map();
  #id = freshId();

  /** @param {(rows: Uint32Array) => Promise<RequestRow[]>} load */
  constructor(load) {
    this.#load = load;
    this.#head.setAttribute('role', 'rowgroup');
    this.#body.className = 'rows';
    this.#body.setAttribute('role', 'rowgroup');
    /** @type {HTMLElement} */
    this.element = document.createElement('div');
    this.element.className = 'grid';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'grid');
    this.element.append(this.#head, this.#body);
    this.element.addEventListener('keydown', (event) => this.#press(event));
    this.#virtual = new Virtualizer(this.#options());
    this.#virtual._didMount();
    this.#virtual._willUpdate();
    // How far the bar leads depends on the height, which there is none of before it stands in the page.
    new ResizeObserver(() => this.#measure()).observe(this.element);
  }

  /**
   * Other rows, from the first.
   *
   * @param {Uint32Array} rows
   */
  fill(rows) {
    this.#rows = rows;
    this.#blocks.clear();
    this.#active = -1;
    this.element.scrollTop = 0;
    this.#measure();
  }

  /** @param {Look} look */
  draw(look) {
    this.#look = look;
    this.element.setAttribute('aria-label', look.label);
    this.element.setAttribute('aria-colcount', String(look.columns.length));
    const widths = look.columns.map(({ least, grows }) => `minmax(${least}rem, ${grows || 0.001}fr)`);
    this.element.style.setProperty('--columns', widths.join(' '));
    this.element.style.setProperty('--least', `${look.columns.reduce((sum, { least }) => sum + least, 0)}rem`);
    render(look.head, this.#head);
    this.#redraw();
  }

  /** @returns {import('@tanstack/virtual-core').VirtualizerOptions<HTMLElement, Element>} */
  #options() {
    return {
      count: Math.ceil(this.#rows.length / BLOCK),
      getScrollElement: () => this.element,
      estimateSize: (block) => Math.min(BLOCK, this.#rows.length - block * BLOCK) * ROW,
      overscan: 1,
      observeElementRect,
      observeElementOffset: (instance, tell) =>
        observeElementOffset(instance, (offset, scrolling) => tell(offset * this.#ratio, scrolling)),
      scrollToFn: (offset, options, instance) => elementScroll(offset / this.#ratio, options, instance),
      onChange: () => this.#redraw(),
    };
  }

  #measure() {
    const whole = this.#rows.length * ROW;
    const height = Math.min(whole, HIGHEST);
    const seen = this.#seen();
    this.#ratio = whole > height ? (whole - seen) / (height - seen) : 1;
    this.#body.style.height = `${height}px`;
    this.element.setAttribute('aria-rowcount', String(this.#rows.length + 1));
    this.#virtual.setOptions(this.#options());
    this.#virtual.measure();
    this.#virtual._willUpdate();
    this.#redraw();
  }

  #redraw() {
    // What is far down stands at another height than its own, where the table is scrolled in proportion.
    const shift = this.element.scrollTop * (1 - this.#ratio);
    const blocks = this.#virtual.getVirtualItems();
    for (const { index } of blocks) this.#want(index);
    render(
      repeat(
        blocks,
        ({ index }) => index,
        ({ index, start }) => this.#block(index, start + shift),
      ),
      this.#body,
    );
    for (const [at, { start }] of blocks.entries()) {
      const block = /** @type {HTMLElement | undefined} */ (this.#body.children[at]);
      if (block) block.style.translate = `0 ${start + shift}px`;
    }
    if (this.#active >= 0) this.element.setAttribute('aria-activedescendant', `${this.#id}-${this.#active}`);
    else this.element.removeAttribute('aria-activedescendant');
  }

  /** @param {number} index */
  #want(index) {
    if (this.#blocks.has(index)) return;
    const rows = this.#rows;
    this.#blocks.set(index, undefined);
    for (const old of this.#blocks.keys()) {
      if (this.#blocks.size <= KEPT) break;
      if (Math.abs(old - index) > KEPT / 4) this.#blocks.delete(old);
    }
    this.#load(rows.slice(index * BLOCK, (index + 1) * BLOCK)).then(
      (requests) => {
        if (rows !== this.#rows) return;
        this.#blocks.set(index, requests);
        this.#redraw();
      },
      // The reader is gone: whoever ended it says so.
      () => this.#blocks.delete(index),
    );
  }

  /**
   * @param {number} index
   * @param {number} _top Only so that a block that moved is drawn again.
   */
  #block(index, _top) {
    const requests = this.#blocks.get(index);
    const first = index * BLOCK;
    const count = Math.min(BLOCK, this.#rows.length - first);
    return html`<div class="block" role="presentation">
      ${Array.from({ length: count }, (_, at) => this.#row(first + at, requests?.[at]))}
    </div>`;
  }

  /**
   * @param {number} at
   * @param {RequestRow | undefined} request
   */
  #row(at, request) {
    const active = at === this.#active;
    return html`<div
      class=${classMap({ row: true, active })}
      role="row"
      id="${this.#id}-${at}"
      aria-rowindex=${at + 2}
      aria-selected=${active}
      @click=${() => this.#choose(at)}
    >
      ${this.#look.columns.map(
        ({ number, show }) =>
          html`<div role="gridcell" class=${number ? 'number' : nothing}>${request ? show(request) : nothing}</div>`,
      )}
    </div>`;
  }

  /** @param {number} at */
  #choose(at) {
    const row = this.#rows[at];
    if (row === undefined) return;
    this.#active = at;
    this.#redraw();
    this.#look.open(row);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.target !== this.element || event.altKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(this.#seen() / ROW) - 1);
    const last = this.#rows.length - 1;
    /** @type {Record<string, number>} */
    const places = {
      ArrowDown: this.#active + 1,
      ArrowUp: Math.max(0, this.#active - 1),
      PageDown: this.#active + page,
      PageUp: this.#active - page,
      Home: 0,
      End: last,
    };
    const place = places[event.key];
    if (event.key === 'Enter' || event.key === ' ') this.#choose(Math.max(0, this.#active));
    else if (place === undefined || last < 0) return;
    else this.#move(Math.min(last, Math.max(0, place)));
    event.preventDefault();
  }

  /** Height of what is seen of the rows, in pixels. */
  #seen() {
    return this.element.clientHeight - this.#head.offsetHeight;
  }

  /** @param {number} at */
  #move(at) {
    this.#active = at;
    const seen = this.#seen();
    const from = this.element.scrollTop * this.#ratio;
    const top = at * ROW;
    if (top < from) this.element.scrollTop = top / this.#ratio;
    else if (top + ROW > from + seen) this.element.scrollTop = (top + ROW - seen) / this.#ratio;
    this.#redraw();
  }
}
